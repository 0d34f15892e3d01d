"""The date of publication that an HTML page states in its metadata or markup: the only importer of htmldate.

htmldate is given one stated value at a time and never the page: it would guess from addresses, names of pictures and
running text.  It completes a bare month with the day of today, so a value must state a whole day to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any, TypeAlias

from htmldate import find_date

_Tree: TypeAlias = Any  # an lxml element; lxml carries no types

_PUBLICATION = re.compile(r"publi|pubdate|issued|(^|[._:-])date([._:-]|$)", re.IGNORECASE)
_ANOTHER_DATE = re.compile(r"modif|updat|expir|revis|valid|copyright|event|start|end|access|review", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi.*date|date.*publi|published", re.IGNORECASE)
_BYLINE = re.compile(r"publi|posted|byline|dateline|timestamp|\bdate\b", re.IGNORECASE)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')
_WHOLE_DAY = re.compile(
    r"\d{8}"
    r"|\d{4}\D\d{1,2}\D\d{1,2}"
    r"|\d{1,2}\W\d{1,2}\W\d{4}"
    r"|\d(st|nd|rd|th)?\W[a-z]+\W+\d{4}"
    r"|[a-z]\W\d{1,2}(st|nd|rd|th)?\W+\d{4}",
    re.IGNORECASE,
)
_LONGEST = 60


def published(tree: _Tree) -> date | None:
    """The day that the page's metadata states, else the one that its marked-up dates agree on, else None."""
    for stated in (*_in_metadata(tree), *_in_json(tree)):
        if day := _day(stated):
            return day
    marked = list(_marked(tree))
    for only_publication in (True, False):
        days = {_day(text) for text, is_publication in marked if is_publication or not only_publication} - {None}
        if days:
            # several days mean a list of other articles: none of them is the page's own for sure
            return days.pop() if len(days) == 1 else None
    return None


def _in_metadata(tree: _Tree) -> Iterator[str]:
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if _is_publication(name):
            yield meta.get("content") or meta.get("datetime") or ""


def _in_json(tree: _Tree) -> Iterator[str]:
    for script in tree.iter("script"):
        if "json" in (script.get("type") or ""):
            yield from _JSON_DATE.findall(script.text or "")[:1]


def _marked(tree: _Tree) -> Iterator[tuple[str, bool]]:
    """Each date in the page's body that is marked up as one, and whether it is marked as that of publication."""
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag in ("meta", "script", "body", "html"):
            continue
        marks = _marks(node)
        if _ANOTHER_DATE.search(marks):
            continue
        is_publication = bool(_PUBLISHED.search(marks)) or node.get("pubdate") is not None
        if is_publication or (node.tag == "time" and _is_byline(node)):
            yield node.get("datetime") or node.get("content") or "".join(node.itertext()), is_publication


def _marks(node: _Tree) -> str:
    return " ".join(node.get(name) or "" for name in ("itemprop", "class", "data-testid"))


def _is_byline(time: _Tree) -> bool:
    """Whether a <time> is the page's own: one in running text may be that of a meeting."""
    parent = time.getparent()
    around = "" if parent is None else f"{_marks(parent)} {parent.text or ''}"
    return bool(_BYLINE.search(f"{_marks(time)} {around}")) and not _ANOTHER_DATE.search(around)


def _is_publication(name: str) -> bool:
    return bool(_PUBLICATION.search(name)) and not _ANOTHER_DATE.search(name)


def _day(stated: str) -> date | None:
    stated = " ".join(stated.split())
    if len(stated) > _LONGEST or not _WHOLE_DAY.search(stated):
        return None
    found = find_date(
        f'<html><head><meta itemprop="datePublished" content="{escape(stated)}"/></head><body></body></html>',
        extensive_search=False,
        original_date=True,
        url="",
        min_date="1995-01-01",
        max_date="2100-01-01",  # fixed, so that the same page reads the same on every day
    )
    return date.fromisoformat(found) if found else None
