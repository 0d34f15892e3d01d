"""An admin's corrections: `NAME.meta.yaml` beside the document NAME.  What it says wins over everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from index.authorities import main_authority
from index.errors import ReadError
from index.records import Description, Evidence, How, Interval, Kind

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


SUFFIX = ".meta.yaml"


class _Period(BaseModel):
    """A period written as `start:` and `end:`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("it ends before it starts")
        return self


class _Sidecar(BaseModel):
    """What a sidecar may say; every field is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: _Text | None = None
    publisher: _Text | None = None
    kind: Kind | None = None
    authorities: tuple[_Text, ...] | None = None
    published: date | _Period | None = None
    inspected: date | _Period | None = None
    lead_inspector: _Text | None = None
    url: _Text | None = None


_EXAMPLE = "write lines like 'published: 2019-07-04'"
_DAYS = "a day like 2019-07-04, or {start: 2019-07-01, end: 2019-07-31}, the end not before the start"
_FORMS = {
    "kind": "one of " + ", ".join(Kind),
    "authorities": "a list like [Leeds, York]",
    "published": _DAYS,
    "inspected": _DAYS,
}


def sidecar_path(document: Path) -> Path:
    """Where the sidecar of a document stands: `letter.pdf.meta.yaml` if there is one, else `letter.meta.yaml`."""
    whole = document.with_name(document.name + SUFFIX)
    return whole if whole.is_file() else document.with_name(document.stem + SUFFIX)


def corrected(description: Description, path: Path) -> Description:
    """The description with the sidecar's values, or as it is where there is no sidecar.

    Authorities may be written in any way that a document may name them ("City of Bradford").
    Raises ReadError naming the sidecar where it is no YAML, has a field that is not known or a value of the wrong form.
    """
    if not path.is_file():
        return description
    values: dict[str, Any] = {name: value for name, value in _load(path) if value is not None}
    for name in ("published", "inspected"):
        if name in values:
            values[name] = _interval(values[name])
    if "authorities" in values:
        values["authorities"] = tuple(main_authority(name) or name for name in values["authorities"])
    evidence = {name: Evidence(How.SIDECAR, path.name) for name in values}
    return replace(description, **values, evidence={**description.evidence, **evidence})


def _interval(value: date | _Period) -> Interval:
    return Interval(value.start, value.end) if isinstance(value, _Period) else Interval(value, value)


def _load(path: Path) -> _Sidecar:
    try:
        return _Sidecar.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise ReadError(*_told(path.name, str(next(iter(error.errors()[0]["loc"]), "")))) from error
    except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:  # ValueError: no UTF-8, or no such day
        raise ReadError(f"its sidecar {path.name} is not readable YAML", _EXAMPLE) from error


def _told(name: str, field: str) -> tuple[str, str]:
    """What is wrong with a field of the sidecar `name`, and what to write instead."""
    if not field:
        return f"its sidecar {name} is no list of fields", _EXAMPLE
    if field not in _Sidecar.model_fields:
        return f"its sidecar {name} has {field!r}, which is no field", f"use {', '.join(_Sidecar.model_fields)}"
    return f"its sidecar {name} has a value for {field!r} that cannot be used", f"write {_FORMS.get(field, 'a text')}"
