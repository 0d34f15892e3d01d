"""What a run tells of its index: the manifest, as far as those may know it for whom the run was asked.

A run is kept in files and shown in reports.  The manifest itself names every document, whoever may read it.
"""

from __future__ import annotations

from typing import Any

from index.audience import EVERYONE, PUBLIC, Clearance, View, cleared_for
from index.catalogue import Catalogue
from index.manifest import MANIFEST, Manifest

# What says how the index was made, and nothing of what is in it.
PLAIN = frozenset({
    "format", "generation", "built", "embedder", "width", "max_tokens", "normalised", "rules", "base_url", "versions",
})  # fmt: skip
AUDIENCE = "audience"  # among the settings of a run: the names that it was asked for, beside PUBLIC


def manifest_seen(manifest: Manifest, catalogue: Catalogue) -> dict[str, Any]:
    """The manifest as JSON with the documents that `catalogue` shows, and nothing of any other."""
    documents, pages, passages = catalogue.counts()
    told = {name: value for name, value in MANIFEST.dump_python(manifest, mode="json").items() if name in PLAIN}
    return told | {"documents": documents, "pages": pages, "passages": passages, "sources": catalogue.hashes()}


def names_of(view: View | None) -> list[str] | None:
    """The names that a run was asked for, as they stand among its settings; None: none but PUBLIC."""
    return sorted((view.clearance if view else EVERYONE).names - {PUBLIC}) or None


def clearance_of(settings: dict[str, Any]) -> Clearance:
    """The clearance that a run was asked for.  SettingsError: its settings are damaged."""
    return cleared_for(map(str, settings.get(AUDIENCE) or ()))
