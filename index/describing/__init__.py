"""What a document is: title, publisher, kind, authorities, dates, people and grades, each with its evidence.

Reads the structured Document; knows nothing of passages, vectors or questions.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from index.authorities import Mention, find_authorities, main_authority
from index.describing.judgements import judgements
from index.describing.kinds import kind_and_publisher
from index.describing.people import lead_inspector
from index.describing.titles import title_of
from index.describing.when import LETTERS, inspected, published
from index.records import Description, Document, Evidence, How

FIRST = 4000  # characters of a document in which its authority is looked for first
TITLE = 160  # characters at the beginning that count as the title
_JOINED = re.compile(r"[\s,]*(?:and|&)?\s*(?:the\s+)?", re.I)


def describe(document: Document, base_url: str | None) -> Description:
    """The description that the document itself supports; a sidecar is applied afterwards (`describing.sidecar`)."""
    title, title_from = title_of(document)
    authorities, about = _authorities(document, title)
    name = PurePosixPath(document.source).stem
    kind, kind_from, publisher, publisher_from = kind_and_publisher(
        document.pages, document.properties, authorities, name
    )
    period, other_periods = inspected(kind, document.pages)
    when, other_dates = published(kind, document.pages, document.properties, name, period.interval if period else None)
    lead = lead_inspector(document.pages, kind in LETTERS)
    evidence = {
        "kind": kind_from,
        "publisher": publisher_from,
        "title": title_from,
        "authorities": about,
        "published": when and when.evidence,
        "inspected": period and period.evidence,
        "lead_inspector": lead and lead[1],
    }
    alternatives = {"published": other_dates, "inspected": other_periods}
    return Description(
        title=title,
        publisher=publisher,
        kind=kind,
        authorities=authorities,
        published=when.interval if when else None,
        inspected=period.interval if period else None,
        lead_inspector=lead[0] if lead else None,
        url=document.properties.url or (f"{base_url.rstrip('/')}/{quote(document.source)}" if base_url else None),
        judgements=judgements(kind, document.pages),
        evidence={field: value for field, value in evidence.items() if value},
        alternatives={field: values for field, values in alternatives.items() if values},
    )


def _authorities(document: Document, title: str) -> tuple[tuple[str, ...], Evidence | None]:
    """The authority that the first page is about, and any other that the title names."""
    if not document.pages:
        return (), None
    page = document.pages[0]
    main = main_authority(page.text[:FIRST]) or main_authority("\n".join(page.text for page in document.pages))
    if main is None:
        hint = main_authority(document.source)
        return ((hint,), Evidence(How.FILE_NAME, document.source)) if hint else ((), None)
    mention = next((m for m in find_authorities(page.text) if m.name == main), None)
    others = _together(title, main) if page.number else find_authorities(page.text[:TITLE])
    names = dict.fromkeys((main, *(m.name for m in others)))
    return tuple(names), Evidence(How.STATED, mention.words if mention else main, page.number)


def _together(title: str, main: str) -> list[Mention]:
    """The authorities that a title names in one breath with the main one: "Cumberland and Westmorland and Furness"."""
    runs: list[list[Mention]] = []
    for mention in find_authorities(title):
        last = runs[-1][-1] if runs else None
        if last and (mention.start == last.start or _JOINED.fullmatch(title, last.end, mention.start)):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return next((run for run in runs if any(mention.name == main for mention in run)), [])
