"""From raw texts to catalogue entries: structure, description, sidecar, passages, and dates for the undated.

The one place where those steps are put in order.  Reading files comes before, embedding and storing after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from index import passages
from index.describing import describe
from index.describing.access import Access
from index.describing.sidecar import corrected, sidecar_path
from index.describing.undated import date_undated
from index.errors import ReadError
from index.records import Description, Document, Entry, RawText, Skipped
from index.structure import structure

RULES = passages.RULES


def make_entries(  # noqa: PLR0913  (what to make, and of what size)
    raws: Iterable[tuple[str, str, RawText]],
    access: Access,
    count_tokens: Callable[[str], int],
    max_tokens: int,
    base_url: str | None,
    *,
    sizes: passages.Sizes = passages.USUAL,
) -> Iterator[Entry | Skipped]:
    """The entries of `raws` (source, sha256, text), in the same order, a Skipped in place of one with a bad sidecar.

    Undated documents take a date from dated ones that share their words, so nothing is yielded before all are read.
    `access` says who may read each, and where their sidecars are.
    """
    described: list[tuple[Document, Description] | Skipped] = []
    for source, sha256, raw in raws:
        document = structure(source, sha256, raw)
        try:
            beside = sidecar_path(access.root / source)
            described.append((document, opened_to(access, document, corrected(describe(document, base_url), beside))))
        except ReadError as error:
            described.append(Skipped(source, error.what, error.cure))
    dated = date_undated([item for item in described if not isinstance(item, Skipped)])
    for item in described:
        if isinstance(item, Skipped):
            yield item
        else:
            document, _ = item
            description = dated[document.source]
            made = passages.passages(document, description, count_tokens, max_tokens, sizes)
            yield Entry(document, description, made)


def opened_to(access: Access, document: Document, description: Description) -> Description:
    """The description with those who may read the document, and the evidence for it where somebody said so."""
    audience, why = access.decided(document)
    if why is None and audience == description.audience:
        return description
    return replace(description, audience=audience, evidence=description.evidence | ({"audience": why} if why else {}))
