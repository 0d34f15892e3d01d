"""A history as one JSON object (the README describes each key)."""

from __future__ import annotations

from typing import Any

from assistant.history import Event, History
from assistant.render.as_json import citation_json


def history_json(history: History) -> dict[str, Any]:
    """The object; `reason` is set exactly where there is no event."""
    return {
        "authority": history.authority,
        "as_of": history.as_of.isoformat() if history.as_of else None,
        "events": [_event(n, event) for n, event in enumerate(history.events, start=1)],
        "reason": history.held or None,
    }


def _event(n: int, event: Event) -> dict[str, Any]:
    said = event.occasion.document.description
    return {
        "n": n,
        "kind": said.kind.value,
        "inspectorate": said.publisher,
        "title": said.title,
        "source": event.citation.source,
        "url": event.citation.url,
        "published": [said.published.start.isoformat(), said.published.end.isoformat()] if said.published else None,
        "inspected": [said.inspected.start.isoformat(), said.inspected.end.isoformat()] if said.inspected else None,
        "overall_given": None if not event.grades else not event.occasion.without_overall,
        "grades": [
            {
                "area": judgement.area.value,
                "strand": strand.name,
                "grade": judgement.grade,
                **_where(citation_json(citation)),
            }
            for strand, judgement, citation in event.grades
        ],
        **_where(citation_json(event.citation)),
    }


def _where(citation: dict[str, Any]) -> dict[str, Any]:
    """Where the words stand that bear it out."""
    return {key: citation[key] for key in ("page", "paragraph", "quote")}
