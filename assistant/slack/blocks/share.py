"""Sharing a private answer with a channel: the modal that asks which, and the messages that appear there.

The channel comes back as `channel` (conversations_select), by that block's id.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.slack.blocks.answer import answer_messages
from assistant.slack.blocks.elements import mrkdwn_text, plain_text, section
from assistant.slack.blocks.limits import Block
from assistant.slack.blocks.records import Message, Shown
from assistant.slack.blocks.text import clip, mrkdwn, one_line
from assistant.slack.blocks.views import field, modal

SHARE = "share_answer"  # the callback
_QUESTION = "The answer to this question will be posted, with its sources:"
_CLAIM = "This message will be quoted, with what the reports say about it. Its writer may not expect that:"


def share_view(question: str, answer_id: str, claim: bool = False) -> Block:
    """The modal that asks for a channel; the answer's id is kept as private metadata.

    `claim`: the "question" is somebody's message that was checked, which will be seen in the channel.
    """
    select: Block = {
        "type": "conversations_select",
        "placeholder": plain_text("Choose a channel"),
        "filter": {
            "include": ["public", "private"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": True,
        },
    }
    asked = mrkdwn(clip(one_line(question), 500)) or "–"
    return modal(
        "Share to channel",
        [
            section(mrkdwn_text(f"{_CLAIM if claim else _QUESTION}\n*{asked}*")),
            field("channel", "Channel", select, hint="I must be a member of it. Your name is not mentioned."),
        ],
        SHARE,
        answer_id,
        "Share",
    )


def shared_messages(shown: Shown) -> tuple[Message, ...]:
    """The answer as everybody in the channel sees it: with its question, and without the asker's own buttons."""
    return answer_messages(replace(shown, shared=True, private=False, correctable=False))
