"""From the raw text of one file to what the catalogue keeps of it: structure, description, passages.

The one place where those steps are put in order.  Reading files comes before; dates that undated documents take from
others, and the order of the documents, are `intake`; embedding and storing come after.
"""

from __future__ import annotations

from index import passages
from index.describing import describe
from index.describing.sidecar import corrected, sidecar_path
from index.records import Description, Document
from index.sources import Sources
from index.structure import structure

__all__ = ["RULES", "description_of", "passages", "structure"]

RULES = passages.RULES


def description_of(sources: Sources, document: Document, base_url: str | None) -> Description:
    """All that is known of a document among `sources`, but for a date that it takes from others.

    ReadError: its sidecar cannot be used.
    """
    return corrected(describe(document, base_url), sidecar_path(sources.root / document.source))
