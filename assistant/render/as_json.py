"""The JSON of an answer and of a search, as other programs rely on it (the README describes each key)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.llm.records import ModelUse
from assistant.records import Answer, Citation, Found, Nearest, Reading, Status
from index.records import Interval
from index.search import Hit


def answer_json(answer: Answer, identity: object = None) -> dict[str, Any]:
    """The object of one answer; `identity` is the id of its batch line."""
    return {
        "id": identity,
        "question": answer.reading.question,
        "status": answer.status.value,
        "answer": answer.text,
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [_passage(passage) for passage in answer.passages],
        "reading": reading_json(answer.reading),
        "reason": answer.reason,
        "seconds": round(answer.seconds, 4),
        **({"nearest": [_nearest(one) for one in answer.nearest]} if answer.status is Status.ABSTAINED else {}),
        **(_use(answer.use) if answer.use else {}),
    }


def _nearest(one: Nearest) -> dict[str, Any]:
    """A document to look at where there is no answer."""
    return {"source": one.source, "title": one.title, "published": _period(one.published), "url": one.url}


def _use(use: ModelUse) -> dict[str, Any]:
    """What a language model had to do with an answer; the keys are there only where one was asked."""
    told = {
        "name": use.model,
        "prompt": use.prompt,
        "used": use.trouble is None,
        "trouble": use.trouble.value if use.trouble else None,
        "removed": {kind.value: times for kind, times in use.removed.items()},
    }
    return {"model": told, "tokens": use.tokens, "cost": use.cost}


def reading_json(reading: Reading) -> dict[str, Any]:
    """What a question was taken to mean."""
    ranks = [] if reading.time.rank.value == "none" else [reading.time.rank.value]
    publishers = list(reading.publishers) or (
        [reading.speaker.name or reading.speaker.office or reading.speaker.kind.value] if reading.speaker else []
    )
    return {
        "authority": list(reading.authorities),
        "publisher": publishers,
        "period": [*(period.shown for period in reading.time.periods), *ranks],
        "kind": [kind.value for kind in reading.kinds],
        "topic": reading.topic,
        "intent": reading.intent.value,
        "carried": list(reading.carried),
    }


def hit_json(rank: int, hit: Hit, page: int | None) -> dict[str, Any]:
    """A ranked passage with what its score is made of."""
    return {
        "rank": rank,
        "source": hit.passage.source,
        "page": page,
        "paragraph": hit.passage.number,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "keyword": round(hit.keyword, 4),
        "filters": round(hit.prior, 4),
        **({"reranked": round(hit.reranked, 4)} if hit.reranked else {}),
        "headings": list(hit.passage.headings),
        "text": hit.passage.text,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """One citation."""
    return {
        "n": citation.n,
        "source": citation.source,
        "title": citation.title,
        "publisher": citation.publisher,
        "kind": citation.kind,
        "published": citation.published.isoformat() if citation.published else None,
        "period": _period(citation.period),
        "page": citation.page,
        "paragraph": citation.paragraph,
        "heading": citation.heading,
        "url": citation.url,
        "voice": citation.voice,
        "quote": citation.quote,
    }


def _period(interval: Interval | None) -> Sequence[str] | None:
    return [interval.start.isoformat(), interval.end.isoformat()] if interval else None


def _passage(found: Found) -> dict[str, Any]:
    return {
        "rank": found.rank,
        "source": found.source,
        "page": found.page,
        "paragraph": found.paragraph,
        "score": found.score,
        "text": found.text,
    }
