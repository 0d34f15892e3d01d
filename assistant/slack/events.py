"""Slack's event payloads as what they mean for us.  Pure: no call, no record, no decision that needs the thread.

Shapes: https://docs.slack.dev/reference/events.  Payloads are untrusted: what is not as it should be is Nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.slack.records import Asked, Way

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_MARKUP = re.compile(r"<(?:[#!@]|mailto:)?([^<>|]*)(?:\|([^<>]*))?>")
_CALL = re.compile(r"<(?:@|!(?!date\^))")  # a person, a user group or a whole channel is called
# Messages of these subtypes are said by a person, like those with none (docs.slack.dev/reference/events/message).
_SAID = frozenset({"", "thread_broadcast", "file_share", "me_message"})


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are in the workspace.  `enterprise` is empty where the workspace belongs to none."""

    user: str
    bot: str
    team: str
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A person's message was changed.  `asked` is what it asks now."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class Deleted:
    """A person's message was deleted.  `thread_ts` is the thread that it stood in, or began.

    `asked`: it may have been a question to us, for it was a direct message, mentioned us, or stood in a thread.
    """

    channel: str
    ts: str
    thread_ts: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody pressed the stop button of a thread."""

    channel: str
    thread_ts: str
    user: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A person opened the app's Home or its messages."""

    user: str
    tab: str
    channel: str


@dataclass(frozen=True, slots=True)
class BotSpoke:
    """Another app mentioned us."""

    channel: str
    thread_ts: str
    bot: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """An event that needs no more than to be acknowledged."""


Happening = Asked | Edited | Deleted | Stopped | Opened | BotSpoke | Nothing
_NOTHING = Nothing()


def read_event(body: Mapping[str, Any], bot: Bot, now: float) -> Happening:
    """What an Events API payload means.  `now`: seconds since 1970."""
    event = body.get("event")
    if not isinstance(event, dict):
        return _NOTHING
    kind = event.get("type")
    if kind in ("message", "app_mention"):
        return _read_message(body, event, bot, now)
    channel, user = _text(event.get("channel")), _text(event.get("user"))
    if kind == "agent_session_stopped" and channel and _ts(event.get("thread_ts")):
        return Stopped(channel, _ts(event["thread_ts"]), user)
    if kind == "app_home_opened" and user:
        return Opened(user, _text(event.get("tab")), channel)
    return _NOTHING


def plain(text: str) -> str:
    """A message's mrkdwn as its writer typed it: links as their words, entities as characters."""
    words = html.unescape(_MARKUP.sub(lambda found: found.group(2) or found.group(1), text)).strip()
    return words.encode("utf-8", "replace").decode()  # half of a character could be stored nowhere


def without_mention(text: str, bot: Bot) -> str:
    """A message in mrkdwn as a question: without our mention, in plain words."""
    return " ".join(plain(re.sub(rf"<@{re.escape(bot.user)}(?:\|[^>]*)?>", " ", text)).split())


def mentions(text: str) -> tuple[str, ...]:
    """The ids of the people and apps that a message mentions."""
    return tuple(_MENTION.findall(text))


def message_key(channel: str, ts: str) -> str:
    """The key of the question that a message asks."""
    return f"{channel}:{ts}"


def _read_message(body: Mapping[str, Any], event: Mapping[str, Any], bot: Bot, now: float) -> Happening:
    subtype = _text(event.get("subtype"))
    channel = _text(event.get("channel"))
    if not channel:
        return _NOTHING
    if subtype == "message_changed":
        return _read_change(body, event, bot, now)
    if subtype == "message_deleted":
        before = event.get("previous_message")
        gone = _ts(event.get("deleted_ts"))
        return _deleted(channel, gone, before, bot) if gone and not _by_app(before) else _NOTHING
    if event.get("bot_id") or subtype == "bot_message":
        spoke = _text(event.get("bot_id")) or _text(event.get("user"))
        thread = _ts(event.get("thread_ts")) or _ts(event.get("ts"))
        ours = bot.bot == spoke or event.get("user") == bot.user
        named = bot.user in mentions(_text(event.get("text")))
        return BotSpoke(channel, thread, spoke) if named and not ours and thread else _NOTHING
    return _asked(body, event, channel, _text(event.get("channel_type")), bot, now) or _NOTHING


def _read_change(body: Mapping[str, Any], event: Mapping[str, Any], bot: Bot, now: float) -> Happening:
    message, before = event.get("message"), event.get("previous_message")
    channel = _text(event.get("channel"))
    if not isinstance(message, dict) or _by_app(message) or _by_app(before) or message.get("user") == bot.user:
        return _NOTHING
    if message.get("subtype") == "tombstone":  # the first message of a thread that has replies was deleted
        gone = _ts(message.get("ts"))
        return _deleted(channel, gone, before, bot) if gone else _NOTHING
    if isinstance(before, dict) and before.get("text") == message.get("text"):
        return _NOTHING  # only its links were unfurled, or a reply came
    asked = _asked(body, message, channel, _text(event.get("channel_type")), bot, now)
    return Edited(asked) if asked else _NOTHING


def _deleted(channel: str, gone: str, before: object, bot: Bot) -> Deleted:
    was = before if isinstance(before, dict) else {}
    thread = _ts(was.get("thread_ts"))
    asked = bool(thread) or channel.startswith("D") or bot.user in mentions(_text(was.get("text")))
    return Deleted(channel, gone, thread or gone, asked)


def _asked(  # noqa: PLR0913, PLR0917  (the parts of one payload)
    body: Mapping[str, Any], message: Mapping[str, Any], channel: str, channel_type: str, bot: Bot, now: float
) -> Asked | None:
    """The question that a person's message asks, if it can be one."""
    ts, user, text = _ts(message.get("ts")), _text(message.get("user")), _text(message.get("text"))
    thread = _ts(message.get("thread_ts"))
    said = _text(message.get("subtype")) in _SAID
    if not said or not ts or not user or user == bot.user or not channel:
        return None
    if channel_type == "im" or (not channel_type and channel.startswith("D")):
        way = Way.DIRECT
    elif bot.user in mentions(text):
        way = Way.MENTION
    elif thread and thread != ts and not _CALL.search(text):  # who calls somebody else does not talk to us
        way = Way.THREAD
    else:
        return None
    return Asked(
        key=message_key(channel, ts),
        way=way,
        team=_text(body.get("team_id")) or bot.team,
        channel=channel,
        user=user,
        text=without_mention(text, bot),
        at=now,
        thread_ts=thread or ts,
        ts=ts,
        shared=body.get("is_ext_shared_channel") is True,
    )


def _by_app(message: object) -> bool:
    return isinstance(message, dict) and bool(message.get("bot_id") or message.get("subtype") == "bot_message")


def _ts(value: object) -> str:
    """A message's time stamp, which is its name in the channel; empty where it is none."""
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
