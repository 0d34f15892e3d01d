"""An answer with everything that is shown around it: freshness, further questions, how the question was read."""

from __future__ import annotations

from datetime import date

from assistant.ask import Assistant
from assistant.holdings import newest
from assistant.records import Answer
from assistant.rewordings import said_back
from assistant.slack.blocks.records import Freshness, Shown
from assistant.suggest import suggestions
from index.generation import OpenIndex

NOBODY = "0" * 32  # the id of an answer that is not kept


def shown_answer(answer: Answer, assistant: Assistant, today: date | None = None, *, answer_id: str = NOBODY) -> Shown:
    """The answer as everybody in a channel is shown it; what is particular to its way is added by the caller."""
    return Shown(
        answer=answer,
        answer_id=answer_id,
        fresh=freshness(assistant.index),
        suggestions=suggestions(answer, assistant, today=today),
        said_back=said_back(answer.reading),
        correctable=True,
    )


def freshness(index: OpenIndex) -> Freshness:
    """How fresh an index is, as far as its reader sees it."""
    documents = index.catalogue.documents()  # the manifest counts those too that are not to be seen
    return Freshness(index.manifest.built, len(documents), newest(documents))
