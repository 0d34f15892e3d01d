"""What a sweep turns: settings given as "keyword=0.2,0.4", and every combination of them.  Asking is `sweep`.

k=40,80  keyword=0.2,0.4  wider=0.25,0.5      how passages are gathered and weighed; also dense and context
slots=on,off  stripping=  glossary=  priors=   parts of the way from question to answer, on or off
worth=usual,plain                             which sentences are quoted: by learned weights, or by three signs alone
headers=on,off                                whether passages are indexed with a line that says where they come from
passage_size=128,256  passage_least=40,80     tokens that a passage has at most, and those that it has at least
embedder=DIR,DIR                              folders of models; "packaged" is the one that comes with the program
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from assistant.evaluate.errors import EvaluationError
from assistant.tuning import Tuning
from assistant.worth import PLAIN
from index.passages import USUAL, Sizes

MOST = 200  # combinations
PACKAGED = "packaged"
SMALLEST = 32  # tokens that a passage must be allowed, so that its header leaves room for a sentence
LONGEST = 80  # characters of a folder's name that come from the label
_FORM = "Write --set keyword=0.2,0.4,0.6: a name, an equals sign, and values with commas between them."


@dataclass(frozen=True, slots=True)
class Setting:
    """One combination.  `turned` are its values by name, as they were typed; what was not turned is as usual."""

    turned: tuple[tuple[str, str], ...]
    tuning: Tuning = field(default_factory=Tuning)
    sizes: Sizes = USUAL
    embedder: str | None = None  # a folder, or PACKAGED; None: that of the settings

    @property
    def label(self) -> str:
        """What a person calls it, and where its run lies."""
        return ",".join(f"{name}={value}" for name, value in self.turned)

    @property
    def folder(self) -> str:
        """The name of its run's folder: the label, as far as that can be one."""
        plain = re.sub(r"[^\w.,=+@-]", "_", self.label)
        if plain == self.label and len(plain) <= LONGEST:
            return plain
        return f"{plain[-LONGEST:]}-{hashlib.sha256(self.label.encode()).hexdigest()[:8]}"


def combinations(options: Sequence[str]) -> tuple[Setting, ...]:
    """Every combination of what is given as "keyword=0.2,0.4", the last name turned fastest.

    EvaluationError: a name is not known or given twice, a value cannot be used, or there are too many combinations.
    """
    grid: dict[str, tuple[str, ...]] = {}
    for option in options:
        name, equals, given = option.partition("=")
        name, values = name.strip(), tuple(value.strip() for value in given.split(","))
        if not equals or name not in _TURNS:
            raise EvaluationError(f"{option!r:.80} sets nothing that can be.", f"{_FORM} Names: {', '.join(_TURNS)}.")
        if name in grid or len(set(values)) < len(values):
            raise EvaluationError(f"{name} is given twice, or twice the same.", _FORM)
        grid[name] = values
    count = 1
    for values in grid.values():
        count *= len(values)
    if not grid or count > MOST:
        raise EvaluationError(f"There are {count if grid else 0} combinations.", f"Give 1 to {MOST}. {_FORM}")
    return tuple(_setting(tuple(zip(grid, values, strict=True))) for values in product(*grid.values()))


def as_typed(tuning: Tuning) -> dict[str, object]:
    """What is turned, by its names here, as it is typed; weights that were learned aside by a hash of them."""
    worth = {None: "usual", PLAIN: "plain"}.get(tuning.worth)
    parts = {name: "on" if getattr(tuning, name) else "off" for name in ("slots", "stripping", "glossary", "priors")}
    aside = hashlib.sha256(repr(tuning.worth).encode()).hexdigest()[:12]
    return {"k": tuning.passages, **asdict(tuning.weights), **parts, "worth": worth or aside}


def _setting(turned: tuple[tuple[str, str], ...]) -> Setting:
    setting = Setting(turned)
    for name, value in turned:
        setting = _TURNS[name](setting, name, value)
    return setting


def _k(setting: Setting, name: str, value: str) -> Setting:
    return replace(setting, tuning=replace(setting.tuning, passages=_whole(name, value, 1)))


def _weight(setting: Setting, name: str, value: str) -> Setting:
    number = _number(name, value)
    weights = replace(setting.tuning.weights, **{name: number})
    return replace(setting, tuning=replace(setting.tuning, weights=weights))


def _part(setting: Setting, name: str, value: str) -> Setting:
    part: dict[str, Any] = {name: _on(name, value)}
    return replace(setting, tuning=replace(setting.tuning, **part))


def _worth(setting: Setting, name: str, value: str) -> Setting:
    if value not in ("usual", "plain"):
        raise EvaluationError(f"{name} cannot be {value!r:.40}.", "Give usual or plain.")
    return replace(setting, tuning=replace(setting.tuning, worth=PLAIN if value == "plain" else None))


def _headers(setting: Setting, name: str, value: str) -> Setting:
    return replace(setting, sizes=replace(setting.sizes, headers=_on(name, value)))


def _size(setting: Setting, name: str, value: str) -> Setting:
    return replace(setting, sizes=replace(setting.sizes, most=_whole(name, value, SMALLEST)))


def _least(setting: Setting, name: str, value: str) -> Setting:
    return replace(setting, sizes=replace(setting.sizes, least=_whole(name, value, 1)))


def _embedder(setting: Setting, name: str, value: str) -> Setting:
    if value != PACKAGED and not (value and Path(value).is_dir()):
        raise EvaluationError(f"{name}: there is no folder {value or 'without a name'}.", "Name that of a model.")
    return replace(setting, embedder=value)


_TURNS: Mapping[str, Callable[[Setting, str, str], Setting]] = {
    "k": _k,
    "keyword": _weight,
    "wider": _weight,
    "dense": _weight,
    "context": _weight,
    "slots": _part,
    "stripping": _part,
    "glossary": _part,
    "priors": _part,
    "worth": _worth,
    "headers": _headers,
    "passage_size": _size,
    "passage_least": _least,
    "embedder": _embedder,
}


def _on(name: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise EvaluationError(f"{name} cannot be {value!r:.40}.", "Give on or off.")
    return value == "on"


def _whole(name: str, value: str, least: int) -> int:
    if not re.fullmatch(r"\d{1,6}", value) or int(value) < least:
        raise EvaluationError(f"{name} cannot be {value!r:.40}.", f"Give whole numbers from {least}.")
    return int(value)


def _number(name: str, value: str) -> float:
    if not re.fullmatch(r"\d{1,4}(?:\.\d{1,6})?", value):
        raise EvaluationError(f"{name} cannot be {value!r:.40}.", "Give numbers from 0, such as 0.4.")
    return float(value)
