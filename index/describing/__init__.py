"""What a document is: title, publisher, kind, authorities, dates, people and grades, each with its evidence.

Reads the structured Document; knows nothing of passages, vectors or questions.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from index.authorities import find_authorities, main_authority
from index.describing.judgements import judgements
from index.describing.kinds import kind_and_publisher
from index.describing.people import lead_inspector
from index.describing.titles import title_of
from index.describing.when import LETTERS, inspected, published
from index.records import Description, Document, Evidence, How

FIRST = 4000  # characters of a document in which its authority is looked for first
TITLE = 160  # characters at the beginning that count as the title


def describe(document: Document, base_url: str | None) -> Description:
    """The description that the document itself supports; a sidecar is applied afterwards (`describing.sidecar`)."""
    authorities, about = _authorities(document)
    name = PurePosixPath(document.source).stem
    kind, kind_from, publisher, publisher_from = kind_and_publisher(
        document.pages, document.properties, authorities, name
    )
    title, title_from = title_of(document)
    when, others = published(kind, document.pages, document.properties, name)
    period, disagreeing = inspected(kind, document.pages)
    lead = lead_inspector(document.pages, kind in LETTERS)
    evidence = {"kind": kind_from, "publisher": publisher_from, "title": title_from}
    if about:
        evidence["authorities"] = about
    if when:
        evidence["published"] = when.evidence
    if period:
        evidence["inspected"] = period.evidence
    if lead:
        evidence["lead_inspector"] = lead[1]
    alternatives = {"published": others, "inspected": disagreeing}
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
        evidence=evidence,
        alternatives={field: values for field, values in alternatives.items() if values},
    )


def _authorities(document: Document) -> tuple[tuple[str, ...], Evidence | None]:
    """The authority that the first page is about, and any other that the title names."""
    if not document.pages:
        return (), None
    first = document.pages[0].text[:FIRST]
    main = main_authority(first) or main_authority("\n".join(page.text for page in document.pages))
    if main is None:
        hint = main_authority(document.source)
        return ((hint,), Evidence(How.FILE_NAME, document.source)) if hint else ((), None)
    mention = next((m for m in find_authorities(document.pages[0].text) if m.name == main), None)
    others = dict.fromkeys(m.name for m in find_authorities(first[:TITLE]) if m.name != main and document.pages[0].number is None)
    return (main, *others), Evidence(How.STATED, mention.words if mention else main, document.pages[0].number)
