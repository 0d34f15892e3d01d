"""Who is answered, where, and how often; who is an admin.  Asked on the server each time, and closed when in doubt."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assistant.settings import SlackSettings
from assistant.slack.errors import SlackError, SlackSilentError
from assistant.slack.events import Bot
from assistant.slack.records import PRIVATE, Asked, Way
from assistant.slack.web import Web

PERSON_SECONDS = 600.0  # how long what Slack says of a person is believed
GROUP_SECONDS = 60.0  # the same, of a user group
MINUTE = 60.0
_log = logging.getLogger(__name__)
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Person:
    """What matters of a member of Slack."""

    bot: bool
    guest: bool
    external: bool


class Access:
    """Decides by Slack's own word and the settings.  Safe to use from several threads."""

    def __init__(
        self,
        web: Web,
        settings: SlackSettings,
        bot: Bot,
        asked_since: Callable[[str, float], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`asked_since` counts the questions of a person since a time, the one at hand included."""
        self._web = web
        self._settings = settings
        self._bot = bot
        self._asked_since = asked_since
        self._clock = clock
        self._people: _Memory[Person] = _Memory(PERSON_SECONDS)
        self._groups: _Memory[frozenset[str]] = _Memory(GROUP_SECONDS)

    def refusal(self, asked: Asked) -> str | None:
        """Why this question is not answered, in a sentence for its asker; None: it is."""
        return self._place(asked) or self.stranger(asked.user) or self._too_many(asked)

    def stranger(self, user: str) -> str | None:
        """Why this person is not answered at all; None: they are."""
        try:
            person = self._people.get(user, lambda: self._person(user))
        except SlackError as error:
            _log.warning("a person could not be looked up", extra={"user": user, "why": error.what})
            return "I could not check with Slack who you are, so I did not answer. Please ask again in a minute."
        if person.bot:
            return "I answer people, not other apps."
        if person.external and not self._settings.slack_external:
            return "I only answer members of the organisation that runs me."
        if person.guest and not self._settings.slack_guests:
            return "I do not answer guests of this workspace. Please ask a full member to ask for you."
        return None

    def is_admin(self, user: str) -> bool:
        """Whether this person may look after the index: named in the settings, or member of a group named there."""
        named = self._settings.slack_admins
        if not user or self.stranger(user):
            return False
        return user in named or any(user in self._members(group) for group in named if group.startswith("S"))

    @property
    def answers_others(self) -> bool:
        """Whether people of other organisations, and channels shared with them, are answered."""
        return self._settings.slack_external

    def may_post_in(self, channel: str) -> bool:
        """Whether the settings allow answers in this channel.  A direct message is always allowed."""
        if channel.startswith("D"):
            return True
        allowed = self._settings.slack_channels
        return channel not in self._settings.slack_channels_denied and (not allowed or channel in allowed)

    def _place(self, asked: Asked) -> str | None:
        if asked.way is Way.DIRECT:
            return None
        if asked.way in PRIVATE or asked.response_url:
            denied = asked.channel in self._settings.slack_channels_denied
        else:
            denied = not self.may_post_in(asked.channel)
        if denied:
            return "I do not answer in this channel. Please send me a direct message."
        if asked.shared and not self._settings.slack_external:
            shared = "This channel is shared with another organisation, so I do not answer here."
            return f"{shared} Please send me a direct message."
        return None

    def _too_many(self, asked: Asked) -> str | None:
        most = self._settings.slack_per_minute
        if self._asked_since(asked.user, self._clock() - MINUTE) <= most:
            return None
        return f"That is more than {most} questions in a minute. Please wait a moment, then ask again."

    def _person(self, user: str) -> Person:
        told = self._web.call("users.info", user=user).get("user")
        if not isinstance(told, Mapping):
            raise SlackSilentError("users.info", "it told of nobody")
        return _person(told, self._bot)

    def _members(self, group: str) -> frozenset[str]:
        try:
            return self._groups.get(group, lambda: self._listed(group))
        except SlackError as error:
            _log.warning("an admin group could not be looked up", extra={"group": group, "why": error.what})
            return frozenset()

    def _listed(self, group: str) -> frozenset[str]:
        return frozenset(self._web.call("usergroups.users.list", usergroup=group).get("users") or ())


def _person(told: Mapping[str, Any], bot: Bot) -> Person:
    """Shape: https://docs.slack.dev/reference/objects/user-object.

    Slack names everybody's team; where it should not, `is_stranger` alone tells who is of another organisation.
    """
    team = told.get("team_id") or bot.team
    enterprise = (told.get("enterprise_user") or {}).get("enterprise_id")
    same_enterprise = bool(bot.enterprise) and enterprise == bot.enterprise
    return Person(
        bot=bool(told.get("is_bot")) or told.get("id") == "USLACKBOT" or bool(told.get("deleted")),
        guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        external=bool(told.get("is_stranger")) or (team != bot.team and not same_enterprise),
    )


class _Memory(Generic[_Kept]):
    """What was looked up, for some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[str, tuple[float, _Kept]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, look: Callable[[], _Kept]) -> _Kept:
        """What is kept under `key`, else what `look` finds, which is then kept.  What `look` raises is not."""
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(key)
        if kept and now - kept[0] < self._seconds:
            return kept[1]
        found = look()
        with self._lock:
            self._kept = {name: one for name, one in self._kept.items() if now - one[0] < self._seconds}
            self._kept[key] = (now, found)
        return found
