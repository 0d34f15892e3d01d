"""An admin's corrections: `NAME.meta.yaml` beside the document NAME.  What it says wins over everything else."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator

from index.audience import Audience
from index.authorities import main_authority
from index.describing.access_file import parse_audience
from index.describing.strict_yaml import load_yaml
from index.errors import ReadError
from index.records import Description, Evidence, How, Interval, Kind

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


SUFFIX = ".meta.yaml"
_ALIKE = (".meta.yml", ".META.YAML", ".META.YML", ".meta.YAML", ".meta.YML", ".Meta.yaml", ".Meta.yml")


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


def _audience(said: Any) -> Audience:
    try:
        return parse_audience(said)
    except ReadError as error:
        raise ValueError(error.what) from error


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
    audience: Annotated[tuple[str, ...], BeforeValidator(_audience)] = ()  # left empty it is no answer, but a mistake


_EXAMPLE = "write lines like 'published: 2019-07-04'"
_DAYS = "a day like 2019-07-04, or {start: 2019-07-01, end: 2019-07-31}, the end not before the start"
_FORMS = {
    "kind": "one of " + ", ".join(Kind),
    "authorities": "a list like [Leeds, York]",
    "published": _DAYS,
    "inspected": _DAYS,
    "audience": "a name such as internal, or a list of names",
}


def sidecar_path(document: Path) -> Path:
    """Where the sidecar of a document stands: `letter.pdf.meta.yaml` if there is one, else `letter.meta.yaml`.

    One that is misnamed, such as `letter.pdf.meta.yml`, is found, too: it cannot be used, which is told.
    """
    names = (name + end for name in (document.name, document.stem) for end in (SUFFIX, *_ALIKE))
    found = (document.with_name(name) for name in names)
    return next(filter(is_there, found), document.with_name(document.stem + SUFFIX))


def is_there(path: Path) -> bool:
    """Whether anything is there, be it a folder or a link to nothing."""
    return os.path.lexists(path)


def is_sound(path: Path) -> bool:
    """Whether a sidecar that is there is a file, and has the right name.  OSError: it cannot be asked."""
    return path.name.endswith(SUFFIX) and path.is_file()


def corrected(description: Description, path: Path) -> Description:
    """The description with the sidecar's values, or as it is where there is no sidecar.

    Authorities may be written in any way that a document may name them ("City of Bradford").
    Raises ReadError naming the sidecar where it is no YAML, has a field that is not known or a value of the wrong form.
    """
    if not is_there(path):
        return description
    said = _load(path)
    values = {name: value for name, value in said if value is not None and name in said.model_fields_set}
    for name in ("published", "inspected"):
        if name in values:
            values[name] = _interval(values[name])
    if "authorities" in values:
        values["authorities"] = tuple(main_authority(name) or name for name in values["authorities"])
    evidence = {name: Evidence(How.SIDECAR, path.name) for name in values}
    return replace(description, **values, evidence={**description.evidence, **evidence})


def sidecar_audience(path: Path) -> Audience | None:
    """What a sidecar says of who may read its document; None where it says nothing, or is not there.

    A mistake elsewhere in it does no harm.  ReadError: what it means to say of this cannot be told: it cannot be read,
    has a field that is not known (a misspelt one, maybe), an audience of the wrong form, or a wrong name.
    """
    if not is_there(path):
        return None
    try:
        said = load_yaml(_bytes(path))
    except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:
        raise ReadError(f"its sidecar {path.name} is not readable YAML", _EXAMPLE) from error
    if said is None:
        return None
    if not isinstance(said, dict) or not said.keys() <= _Sidecar.model_fields.keys():
        raise ReadError(f"its sidecar {path.name} has what is no field", _EXAMPLE)
    return parse_audience(said["audience"]) if "audience" in said else None


def _interval(value: date | _Period) -> Interval:
    return Interval(value.start, value.end) if isinstance(value, _Period) else Interval(value, value)


def _bytes(path: Path) -> bytes:
    """What stands in a sidecar that is there.  ReadError: it is misnamed, or no file.  OSError: it cannot be opened."""
    if is_sound(path):
        return path.read_bytes()
    right = next((path.name.removesuffix(end) + SUFFIX for end in _ALIKE if path.name.endswith(end)), None)
    if right is not None:
        raise ReadError(f"its sidecar is there as {path.name}", f"rename it to {right}; until then nobody reads it")
    raise ReadError(f"its sidecar {path.name} is no file", f"put a file in its place, or remove it. In it {_EXAMPLE}")


def _load(path: Path) -> _Sidecar:
    try:
        return _Sidecar.model_validate(load_yaml(_bytes(path)) or {})
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
