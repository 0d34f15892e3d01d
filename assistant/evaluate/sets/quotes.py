"""Reading a set of JSON lines whose relevance is quoted spans of pages.  tests/sets/README.md tells the form."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from assistant.evaluate.matching import words
from assistant.evaluate.records import Gold, Item
from assistant.evaluate.sets.lines import BadLine, Reading, json_object

UNANSWERABLE = "unanswerable"
GRADES = (1, 2)
FORM = (
    'Write one object a line: {"id": "1", "kind": "said", "question": "...", "doc": "a.pdf", '
    '"gold": [{"quote": "...", "grade": 2, "page": 1}], "facts": []}.'
)
# What has a place of its own in an Item; every other key with a plain value is a slice.
_TAKEN = {"id", "kind", "question", "context", "gold", "facts", "forbid_docs", "as_of", "voice", "period", "pdf", "doc",
          "draft", "todo"}  # fmt: skip


def read_quotes(path: Path, into: Reading, drafts: bool = False) -> None:
    """Read the file at `path` into `into`; what is wrong with a line is noted there.

    `drafts`: rows that nobody has looked over, and rows without gold, are taken too.
    EvaluationError: the file cannot be read, or holds too much.
    """
    seen: dict[str, int] = {}
    for item in into.each(path, partial(_item, drafts=drafts)):
        into.add(path, item, seen)


def _item(text: str, number: int, drafts: bool) -> Item:
    said = json_object(text, FORM)
    about = _id(said)
    try:
        return _item_of(said, about, number, drafts)
    except BadLine as bad:
        raise BadLine(bad.what, bad.cure, about) from bad


def _is_draft(said: dict[str, Any], allowed: bool) -> bool:
    """Whether a row is a draft.  BadLine: it is, and drafts are not allowed."""
    draft = bool(said.get("draft"))
    if draft and not allowed:
        cure = (
            'Look it over, complete its gold, and remove "todo" and "draft"; `inspections evaluate label` helps, with '
            "passages of a run that was made with --drafts."
        )
        raise BadLine("this row is a draft that nobody has looked over", cure)
    return draft


def _item_of(said: dict[str, Any], about: str, number: int, drafts: bool) -> Item:
    draft = _is_draft(said, drafts)
    kind, gold = _text(said, "kind"), _gold(said, needed=not drafts)
    if kind == UNANSWERABLE and gold:
        raise BadLine('the kind is "unanswerable", and yet there is gold', "Empty the gold, or give another kind.")
    if kind != UNANSWERABLE and not gold and not drafts:
        cure = 'Give at least one quote that answers the question, or make the kind "unanswerable".'
        raise BadLine(f'there is no gold, and the kind is "{kind}"', cure)
    return Item(
        id=about,
        question=_text(said, "question"),
        kind=kind,
        line=number,
        gold=gold,
        context=_context(said),
        as_of=_day(said["as_of"], "as_of") if said.get("as_of") is not None else None,
        facts=_facts(said),
        forbid=_names(said.get("forbid_docs"), "forbid_docs"),
        voice=_text(said, "voice") if said.get("voice") is not None else None,
        period=_period(said),
        slices={
            key: _plain(value)
            for key, value in said.items()
            if key not in _TAKEN and isinstance(value, str | int | float) and _plain(value)
        },
        draft=draft,
    )


def _id(said: dict[str, Any]) -> str:
    """The id, which may be a number.  It must fit into one field of a TREC run."""
    given = said.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadLine(f"id {_is(given, 'not a text or a number')}", FORM)
    if not str(given) or re.search(r"\s", str(given)):
        raise BadLine("id is empty or has spaces in it", "Write it in one piece, such as leeds-2019-1.")
    return str(given)


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise BadLine(f"{key} {_is(value, 'not a text')}", FORM)
    if not value.strip():
        raise BadLine(f"{key} is empty", FORM)
    return value


def _names(value: Any, key: str) -> tuple[str, ...]:
    """A list of texts, or none."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise BadLine(f"{key} is no list of texts", f'Write "{key}": ["...", "..."].')
    return tuple(value)


def _context(said: dict[str, Any]) -> tuple[str, ...]:
    context = said.get("context")
    return (context,) if isinstance(context, str) and context.strip() else _names(context, "context")


def _facts(said: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    cure = 'Write "facts": [["one wording", "another"], ["a second fact"]].'
    facts = said.get("facts")
    if facts is None:
        return ()
    if not isinstance(facts, list) or not all(isinstance(one, list) and one for one in facts):
        raise BadLine("facts is no list of lists", cure)
    found = tuple(_names(alternatives, "facts") for alternatives in facts)
    if any(not words(alternative) for alternatives in found for alternative in alternatives):
        raise BadLine("a fact has no words", cure)
    return found


def _gold(said: dict[str, Any], *, needed: bool) -> tuple[Gold, ...]:
    given = said.get("gold", None if needed else [])
    if not isinstance(given, list):
        raise BadLine(f"gold {_is(given, 'not a list')}", FORM)
    own = said.get("pdf") or said.get("doc")
    return tuple(_one_gold(one, own, f"gold {n}") for n, one in enumerate(given, start=1))


def _one_gold(said: Any, own: Any, where: str) -> Gold:
    if not isinstance(said, dict):
        raise BadLine(f"{where} is no object", FORM)
    whole = said.get("whole") is True and "quote" not in said  # the document as a whole
    try:
        quote = "" if whole else _text(said, "quote")
    except BadLine as bad:
        raise BadLine(f"{where}: {bad.what}", bad.cure) from bad
    if not whole and not words(quote):
        raise BadLine(f"{where}: the quote has no words", "Quote the words that answer the question.")
    grade, page = said.get("grade"), said.get("page")
    if isinstance(grade, bool) or grade not in GRADES:
        raise BadLine(f"{where}: grade {_is(grade, 'not 1 or 2')}", "Write 2 for essential, 1 for supporting.")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int) or page < 1):
        raise BadLine(f"{where}: page {_is(page, 'not a number from 1')}", "Count pages from 1, or leave it out.")
    # A gold that names a document of its own is never about the item's.
    source = said.get("pdf") or said.get("doc") or own
    if not isinstance(source, str) or not source.strip():
        raise BadLine(f'{where} names no document, nor does the question ("pdf" or "doc")', FORM)
    return Gold(source, quote, int(grade), page)


def _period(said: dict[str, Any]) -> tuple[date, date] | None:
    """`period`, first and last day or a year, else the `year`."""
    period = said.get("period")
    if isinstance(period, list):
        if len(period) != 2:
            raise BadLine("period is not first and last day", 'Write "period": ["2019-01-01", "2019-12-31"].')
        first, last = (_day(one, "period") for one in period)
        if last < first:
            raise BadLine("period ends before it begins", "Write the first day first.")
        return first, last
    if period is not None and not re.fullmatch(r"[12]\d{3}", _plain(period)):
        raise BadLine(
            f"period {_is(period, 'neither a year nor two days')}", 'Write "period": ["2019-01-01", "2019-12-31"].'
        )
    year = _plain(said.get("year") if period is None else period)
    return (date(int(year), 1, 1), date(int(year), 12, 31)) if re.fullmatch(r"[12]\d{3}", year) else None


def _day(value: Any, key: str) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise BadLine(f"{key} {_is(value, 'not a day')}", "Write days as 2021-04-19.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadLine(f"{key} {_is(value, 'not a day')}", "Write days as 2021-04-19.") from error


def _plain(value: Any) -> str:
    """A plain value as a label; empty for what is none."""
    return (str(value).lower() if isinstance(value, bool) else str(value).strip()) if value is not None else ""


def _is(value: Any, wrong: str) -> str:
    """How a value that is wrong is told: short, whatever it is."""
    return "is missing" if value is None else f"is {value!r:.40}, {wrong}"
