"""What stands below an answer: how the question was read, what to ask next, how fresh the index is, feedback."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.render.as_text import reading_text
from assistant.slack.blocks.elements import actions, button, context
from assistant.slack.blocks.limits import BUTTON_VALUE, Block
from assistant.slack.blocks.records import Freshness, Piece, Shown
from assistant.slack.blocks.text import escaped, mrkdwn, one_line
from assistant.words import day_words

READING = 300  # characters of how the question was read
SUGGESTIONS = 4


def tail(shown: Shown) -> Piece:
    """The end of an answer.  Everything in it can be used without the text above."""
    reading = one_line(" ".join([f"{reading_text(shown.answer.reading)}.", *shown.said_back]))
    suggestions = tuple(filter(None, map(one_line, shown.suggestions)))[:SUGGESTIONS]
    fresh = fresh_words(shown.fresh)
    common = [context(mrkdwn(reading, READING)), *_row(_own_buttons(shown)), *_suggested(suggestions)]
    last = context(mrkdwn(fresh))
    ask = [f"You could ask: {question}" for question in suggestions]
    return Piece(
        (*common, last, _feedback(shown.answer_id)),
        (*common, last, _plain_feedback(shown.answer_id)),
        "\n".join([escaped(reading, READING), *(escaped(line, 200) for line in ask), escaped(fresh)]),
    )


def fresh_words(fresh: Freshness) -> str:
    """How fresh the index is, in one line."""
    documents = "1 document" if fresh.documents == 1 else f"{fresh.documents:,} documents"
    newest = [f"newest published {day_words(fresh.newest)}"] if fresh.newest else []
    return " · ".join([f"Index of {day_words(fresh.built.date())}", documents, *newest])


def _own_buttons(shown: Shown) -> list[Block]:
    correct = [button("Correct this", "correct", shown.answer_id)] if shown.correctable else []
    share = [button("Share to channel", "share", shown.answer_id)] if shown.private else []
    return [*correct, *share]


def _suggested(questions: Sequence[str]) -> list[Block]:
    if not questions:
        return []
    buttons = [
        button(question, f"suggest:{index}", question[:BUTTON_VALUE]) for index, question in enumerate(questions)
    ]
    return [context("*You could ask next*"), actions(buttons)]


def _row(buttons: Sequence[Block]) -> list[Block]:
    return [actions(buttons)] if buttons else []


def _feedback(answer_id: str) -> Block:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": _verdict("Good answer", f"good:{answer_id}"),
                "negative_button": _verdict("Bad answer", f"bad:{answer_id}"),
            }
        ],
    }


def _verdict(text: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value, "accessibility_label": text}


def _plain_feedback(answer_id: str) -> Block:
    return actions(
        [
            button("Good answer", "feedback:good", f"good:{answer_id}"),
            button("Bad answer", "feedback:bad", f"bad:{answer_id}"),
        ]
    )
