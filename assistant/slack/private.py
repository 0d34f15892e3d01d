"""Questions that only their asker sees: the slash command and the message shortcut.

They have no event id: the trigger that Slack gives each of them once is their key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack

from assistant.ask import LONGEST
from assistant.slack.blocks.notes import failed, help_message, note
from assistant.slack.events import plain
from assistant.slack.front import Front
from assistant.slack.post import respond
from assistant.slack.records import Asked, Way
from assistant.slack.state.errors import StateError

SEEN = "Reading your question… The answer will appear below, for you alone."
CHECKING = "Looking for what the reports say about this… It will appear below, for you alone."
_log = logging.getLogger(__name__)


class Private:
    """Takes private questions on.  Safe to use from several threads."""

    def __init__(self, front: Front, clock: Callable[[], float]) -> None:
        """`front` records and answers; `clock` gives seconds since 1970."""
        self._front = front
        self._clock = clock

    def command(self, command: Mapping[str, Any], ack: Ack) -> None:
        """`/inspections question`.  The acknowledgement is the first status."""
        text = plain(str(command.get("text") or ""))
        if not text or text.lower() in {"help", "?"}:
            message = help_message()
            ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")
            return
        asked = self._asked(
            Way.COMMAND, command, str(command.get("user_id") or ""), str(command.get("channel_id")), text
        )
        try:
            new = self._front.ask(asked)
        except StateError as error:
            _log.error("a question could not be recorded", extra={"question": asked.key, "why": error.what})
            ack(text=failed().text, response_type="ephemeral")
            return
        ack(text=SEEN, response_type="ephemeral")
        if new:
            self._front.question(asked)

    def claim(self, shortcut: Mapping[str, Any]) -> None:
        """The shortcut "Check this claim" on a message, whose text is the claim."""
        message, channel, user = (shortcut.get(name) or {} for name in ("message", "channel", "user"))
        text = plain(str(message.get("text") or ""))
        asked = self._asked(Way.CLAIM, shortcut, str(user.get("id") or ""), str(channel.get("id") or ""), text)
        if not text or len(text) > LONGEST:
            why = "has no text" if not text else f"is longer than the {LONGEST:,} characters that I can check at once"
            self._respond(asked, f"This message {why}.")
            return
        try:
            new = self._front.ask(asked)
        except StateError as error:
            _log.error("a question could not be recorded", extra={"question": asked.key, "why": error.what})
            self._respond(asked, failed().text)
            return
        if new:
            self._respond(asked, CHECKING)
            self._front.question(asked)

    def _respond(self, asked: Asked, words: str) -> None:
        try:
            respond(str(asked.response_url), note(words))
        except (OSError, ValueError) as error:
            _log.warning("a response address failed", extra={"question": asked.key, "why": type(error).__name__})

    def _asked(self, way: Way, payload: Mapping[str, Any], user: str, channel: str, text: str) -> Asked:
        team = payload.get("team_id") or (payload.get("team") or {}).get("id") or ""
        return Asked(
            key=f"{way.value}:{payload.get('trigger_id')}",
            way=way,
            team=str(team),
            channel=channel,
            user=user,
            text=text,
            at=self._clock(),
            response_url=str(payload.get("response_url") or ""),
        )
