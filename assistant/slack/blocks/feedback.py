"""The modal that asks what was wrong with an answer.

Its values come back as `reasons` (checkboxes, codes of REASONS) and `comment` (text), each by that block's id.
"""

from __future__ import annotations

from assistant.slack.blocks.elements import plain_text, section
from assistant.slack.blocks.limits import Block
from assistant.slack.blocks.views import field, modal, options, text_input

FEEDBACK = "feedback_reasons"  # the callback
REASONS = {
    "wrong_document": "Wrong document",
    "wrong_period": "Wrong date or period",
    "out_of_context": "Quote out of context",
    "misses": "Misses something",
    "not_understood": "My question was not understood",
    "other": "Something else",
}
COMMENT = 500  # characters


def feedback_view(answer_id: str) -> Block:
    """The modal for one answer, whose id is kept as private metadata."""
    checkboxes: Block = {"type": "checkboxes", "options": options(list(REASONS.items()))}
    return modal(
        "What was wrong?",
        [
            section(plain_text("Your thumb is noted already. What follows helps to make answers better.")),
            field("reasons", "What was wrong?", checkboxes, optional=True),
            field("comment", "In your words", text_input(COMMENT, multiline=True), optional=True),
        ],
        FEEDBACK,
        answer_id,
        "Send",
    )
