"""Whether a kept answer may be shown to others than the one it was made for.

An answer says more than its quotes do: what it counts, and that nothing else is held, comes from all that was in
sight.  So what was made with more in sight than others have is theirs only if it is what they would be answered too:
word for word, so that one that a language model has worded, or that tells of it, is not.
"""

from __future__ import annotations

from datetime import date

from assistant.ask import Assistant
from assistant.records import Answer
from assistant.slack.records import KeptAnswer
from assistant.surroundings import GoneError, find_passage


def may_be_shown(kept: KeptAnswer, assistant: Assistant, today: date | None = None) -> bool:
    """Whether whoever sees what `assistant` sees may be shown the answer: every quote still stands in sight.

    `today`: as for `Assistant.ask`.
    """
    view = assistant.index.view
    if view is None or not _stands(kept.answer, assistant):
        return False
    if kept.clearance.names <= view.clearance.names:
        return True
    return _said(assistant.plain.ask(kept.answer.reading.question, today=today)) == _said(kept.answer)


def _stands(answer: Answer, assistant: Assistant) -> bool:
    try:
        for citation in answer.citations:
            find_passage(assistant.index.catalogue, citation.source, citation.quote, citation.page)
    except GoneError:
        return False
    return True


def _said(answer: Answer) -> tuple[object, ...]:
    """Everything of an answer that is shown."""
    return answer.status, answer.text, answer.reason, answer.citations, answer.table
