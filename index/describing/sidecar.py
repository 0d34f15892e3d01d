"""An admin's corrections: `NAME.meta.yaml` beside the document NAME.  What it says wins over everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ReadError
from index.records import Description, Evidence, How, Interval, Kind


class _Period(BaseModel):
    """A period written as `start:` and `end:`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start: date
    end: date


class _Sidecar(BaseModel):
    """What a sidecar may say; every field is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str | None = None
    publisher: str | None = None
    kind: Kind | None = None
    authorities: tuple[str, ...] | None = None
    published: date | _Period | None = None
    inspected: date | _Period | None = None
    lead_inspector: str | None = None
    url: str | None = None


def sidecar_path(document: Path) -> Path:
    """Where the sidecar of a document would stand."""
    return document.with_name(document.name + ".meta.yaml")


def corrected(description: Description, path: Path) -> Description:
    """The description with the sidecar's values, or as it is where there is no sidecar.

    Raises ReadError naming the sidecar where it is no YAML, has a field that is not known or a value of the wrong form.
    """
    if not path.is_file():
        return description
    said = _load(path)
    values: dict[str, Any] = {name: value for name, value in said if value is not None}
    for name in ("published", "inspected"):
        if name in values:
            values[name] = _interval(values[name])
    evidence = {name: Evidence(How.SIDECAR, path.name) for name in values}
    return replace(description, **values, evidence={**description.evidence, **evidence})


def _interval(value: date | _Period) -> Interval:
    return Interval(value.start, value.end) if isinstance(value, _Period) else Interval(value, value)


def _load(path: Path) -> _Sidecar:
    fields = ", ".join(_Sidecar.model_fields)
    try:
        return _Sidecar.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ReadError(f"{path.name} is not readable YAML.", f"Write lines like 'published: 2019-07-04'; fields: {fields}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][:1]) or "the file"
        raise ReadError(f"{path.name}: {where}: {first['msg']}.", f"Correct the field; fields: {fields}.") from error
