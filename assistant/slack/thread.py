"""A thread as Slack holds it, and what it tells: earlier questions, whether a message is for us, answers of ours.

The thread is asked of Slack each time, so that a restart or another replica knows what was said.  Reading it is one
function; the rest is pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.slack.events import Bot, mentions, without_mention
from assistant.slack.records import Asked, Way
from assistant.slack.web import Web

PAGE = 200  # messages asked for at once
PAGES = 10  # pages read at most
RECENT = 50  # messages of a channel that are looked through for one of ours
MARK = "inspections_answer"  # the type of our messages' metadata
_EMOJI = re.compile(r":[\w+'-]+:")  # as Slack writes them
_COURTESY = re.compile(
    r"(?:(?:ok(?:ay)?|thanks?|thank you|thx|ta|cheers|great|perfect|brilliant|lovely|good|nice|got it|will do|done|"
    r"cool|yes|no|sure|very|so|a|lot|much|many|that'?s|helpful|useful|for|this|that|your|the|help|answer|all)"
    r"\b[\s,.!:)]*)+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread.

    `app`: written by an app; `ours`: by us.  `mark` names the answer that a message of ours is part of (see
    `mark_of`), `asked` the question that a click asked and that it answers.
    """

    ts: str
    user: str
    text: str
    app: bool
    ours: bool
    mark: str = ""
    asked: str = ""


def mark_of(key: str, part: int) -> str:
    """What the metadata of the answer's message number `part` (from 0) to the question `key` says."""
    return f"{key}#{part}"


def read_thread(web: Web, channel: str, thread_ts: str, bot: Bot, patient: bool = True) -> tuple[Said, ...]:
    """The messages of a thread, oldest first, as many as PAGES pages hold.  `patient`: as for `Web.call`.

    SlackRefusedError: Slack does not show it, as where the thread was deleted.  SlackSilentError: no answer came.
    """
    found: dict[str, Said] = {}  # by time stamp: Slack gives the thread's first message with every page
    cursor = None
    for _ in range(PAGES):
        page = web.call(
            "conversations.replies",
            patient,
            channel=channel,
            ts=thread_ts,
            limit=PAGE,
            cursor=cursor,
            include_all_metadata="true",
        )
        for one in page.get("messages") or ():
            if isinstance(one, dict) and one.get("subtype") != "tombstone":  # what was deleted was not said
                said = _said(one, bot)
                found[said.ts] = said
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            break
    return tuple(sorted(found.values(), key=lambda one: _order(one.ts)))


def read_recent(web: Web, channel: str, bot: Bot) -> tuple[Said, ...]:
    """The newest messages of a channel that are no replies, oldest first.  Raises as `read_thread` does."""
    page = web.call("conversations.history", channel=channel, limit=RECENT, include_all_metadata="true")
    said = [_said(one, bot) for one in page.get("messages") or () if isinstance(one, dict)]
    return tuple(sorted(said, key=lambda one: _order(one.ts)))


def earlier_questions(thread: Sequence[Said], asked: Asked, bot: Bot) -> tuple[str, ...]:
    """What was asked of us in the thread before `asked`, oldest first.

    In a direct message whatever a person wrote; elsewhere what mentions us, or what one of our answers follows.
    """
    now = _order(asked.ts or "")
    before = [one for one in thread if not asked.ts or _order(one.ts) < now]
    direct = asked.way is Way.DIRECT or asked.channel.startswith("D")  # a click in a direct message too
    found = []
    for at, one in enumerate(before):
        if one.ours:
            question = one.asked
        elif one.app or not one.text:
            continue
        else:
            answered = at + 1 < len(before) and before[at + 1].ours and not mentions(one.text)
            ours = direct or bot.user in mentions(one.text) or answered
            question = without_mention(one.text, bot) if ours else ""
        if question and not is_courtesy(question):
            found.append(question)
    return tuple(found)


def is_for_us(thread: Sequence[Said], asked: Asked, bot: Bot) -> bool:
    """Whether a message without a mention goes on talking with us: nobody else spoke since its writer last named us.

    Where nobody named us, one person alone with our answers talks with us too (a thread that a click began).
    """
    now = _order(asked.ts or "")
    before = [one for one in thread if _order(one.ts) < now]
    named = [at for at, one in enumerate(before) if one.user == asked.user and bot.user in mentions(one.text)]
    since = before[named[-1] :] if named else before
    alone = all(one.ours or one.user == asked.user for one in since)
    return alone and any(one.ours for one in since) and not is_courtesy(asked.text)


def is_courtesy(text: str) -> bool:
    """Whether a message only says thanks, or yes or no, or shows a face: it asks nothing."""
    words = _EMOJI.sub(" ", text).strip()
    return bool(_COURTESY.fullmatch(words)) if words else bool(text.strip())


def parts_of(thread: Sequence[Said], key: str) -> dict[int, str]:
    """Which messages of the answer to the question `key` stand in the thread: their numbers and time stamps."""
    found = {}
    for one in thread:
        name, _, part = one.mark.rpartition("#")
        if one.ours and name == key and part.isdecimal():
            found[int(part)] = one.ts
    return found


def _said(message: Mapping[str, Any], bot: Bot) -> Said:
    user, writer = str(message.get("user") or ""), message.get("bot_id")
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) and metadata.get("event_type") == MARK else {}
    payload = payload if isinstance(payload, dict) else {}
    return Said(
        ts=str(message.get("ts") or ""),
        user=user,
        text=str(message.get("text") or ""),
        app=bool(writer) or message.get("subtype") == "bot_message",
        ours=user == bot.user or (bool(bot.bot) and writer == bot.bot),
        mark=str(payload.get("mark") or ""),
        asked=str(payload.get("asked") or ""),
    )


def _order(ts: str) -> tuple[int, ...]:
    """Time stamps compare as numbers, digit for digit: as floats they would lose some."""
    return tuple(int(part) for part in ts.split(".") if part.isdecimal())
