"""What an index holds back from its readers, and what an admin is to write so that it is decided.  For admins only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from index.audience import RESTRICTED
from index.catalogue import StoredDocument
from index.describing.sidecar import SUFFIX
from index.records import How, Skipped


def audience_counts(documents: Iterable[StoredDocument]) -> dict[str, int]:
    """How many documents each audience may read, by name."""
    return dict(sorted(Counter(name for one in documents for name in one.description.audience).items()))


def held_back(documents: Iterable[StoredDocument]) -> tuple[Skipped, ...]:
    """The documents that nobody may read, each with why, and what to write where, in the order of `documents`."""
    return tuple(
        Skipped(one.source, _why(one), _cure(one)) for one in documents if RESTRICTED in one.description.audience
    )


def _why(document: StoredDocument) -> str:
    said = document.description.evidence.get("audience")
    if said is None:
        return "nobody may read it"
    if said.how is not How.STATED:
        return f"nobody may read it, says {said.words}"
    page = f", page {said.page}" if said.page else ""
    return f"awaits your decision, being marked “{said.words}”{page}"


def _cure(document: StoredDocument) -> str:
    beside = PurePosixPath(document.source).name + SUFFIX
    return f"to decide, write 'audience: public', or another audience, into {beside} beside it and build again"
