"""Reading YAML that decides who may read what: one that says a thing twice is refused, not half heard."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml


class _Strict(yaml.SafeLoader):
    """A loader to which a key that stands twice is an error; YAML's own takes the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        made = super().construct_mapping(node, deep)
        if len(made) < len(node.value):
            raise yaml.YAMLError("a key stands twice")
        return made


def load_yaml(data: bytes) -> Any:
    """What a file says, None where it says nothing.

    ValueError (which UnicodeDecodeError is), RecursionError or yaml.YAMLError: it is no UTF-8, no YAML, or says a thing
    twice.
    """
    return yaml.load(data.decode("utf-8-sig"), _Strict)  # noqa: S506  (a SafeLoader)
