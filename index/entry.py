"""From the raw text of one file to what the catalogue keeps of it: structure, description, readers, passages.

The one place where those steps are put in order.  Reading files comes before; dates that undated documents take from
others, and the order of the documents, are `intake`; embedding and storing come after.
"""

from __future__ import annotations

from dataclasses import replace

from index import passages
from index.describing import describe
from index.describing.access import Access
from index.describing.sidecar import corrected, sidecar_path
from index.records import Description, Document
from index.sources import Sources
from index.structure import structure

__all__ = ["RULES", "description_of", "opened_to", "passages", "structure"]

RULES = passages.RULES


def description_of(sources: Sources, document: Document, base_url: str | None) -> Description:
    """All that is known of a document among `sources`, but for a date that it takes from others.

    ReadError: its sidecar cannot be used.
    """
    beside = sidecar_path(sources.root / document.source)
    return opened_to(sources.access, document, corrected(describe(document, base_url), beside))


def opened_to(access: Access, document: Document, description: Description) -> Description:
    """The description with those who may read the document, and the evidence for it where somebody said so."""
    audience, why = access.decided(document)
    if why is None and audience == description.audience:
        return description
    return replace(description, audience=audience, evidence=description.evidence | ({"audience": why} if why else {}))
