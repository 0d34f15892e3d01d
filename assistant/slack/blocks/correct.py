"""The modal that shows how a question was read and lets its asker put it otherwise.

Its values come back as `reworded` (radio buttons: the index of a rewording) and `question` (text), each by that
block's id.  The text counts where it was changed; what to do with both is decided by who receives them.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.slack.blocks.elements import context, mrkdwn_text, section
from assistant.slack.blocks.limits import SECTION, Block
from assistant.slack.blocks.text import cleaned, mrkdwn, one_line
from assistant.slack.blocks.views import field, modal, options, text_input

CORRECT = "correct_question"  # the callback
QUESTION = 2_000  # characters of a question


def correct_view(question: str, read_as: str, labels: Sequence[str], kept: str) -> Block:
    """The modal for one question.

    `read_as` says how it was read, `labels` name other ways to read it, `kept` is JSON to come back with what is
    sent.  ValueError: `kept` is longer than Slack allows.
    """
    blocks = [section(mrkdwn_text(f"*How I read it*\n{mrkdwn(one_line(read_as), SECTION - 100)}"))]
    if labels:
        choices = options([(str(index), label) for index, label in enumerate(labels)])
        blocks.append(field("reworded", "Did you mean", {"type": "radio_buttons", "options": choices}, optional=True))
    blocks.append(
        field("question", "Or ask it in other words", text_input(QUESTION, cleaned(question), multiline=True))
    )
    blocks.append(context("Name the authority, the year and the topic: they decide which reports are searched."))
    return modal("Correct this", blocks, CORRECT, kept, "Ask again")
