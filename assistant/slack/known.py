"""What Slack says of people, user groups and conversations, asked when it matters and believed for a short while.

What follows from it is decided in `access` and `clearance`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assistant.slack.errors import SlackError, SlackSilentError
from assistant.slack.events import Bot
from assistant.slack.web import Web

PERSON_SECONDS = 600.0  # how long what Slack says of a person is believed
GROUP_SECONDS = 60.0  # the same, of a user group or a channel, and of a person where more than public is at stake
_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Person:
    """What matters of a member of Slack."""

    bot: bool
    guest: bool
    external: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """What matters of a conversation.

    `ours`: Slack says that no other organisation takes part, nor is invited to.  `partner` is whose direct message
    with us it is; empty where it is none.  `public`: every member of the workspace may read it.
    """

    ours: bool
    partner: str
    member: bool
    public: bool


class Known:
    """Asks Slack and remembers.  Safe to use from several threads.

    Every method raises SlackRefusedError or SlackSilentError where Slack does not say; that is never remembered.
    """

    def __init__(self, web: Web, bot: Bot) -> None:
        """`bot` is who we are: others are strangers or not in comparison."""
        self._web = web
        self._bot = bot
        self._people: _Memory[Person] = _Memory()
        self._groups: _Memory[frozenset[str]] = _Memory()
        self._conversations: _Memory[Conversation] = _Memory()

    def person(self, user: str, seconds: float = PERSON_SECONDS) -> Person:
        """A member, as Slack said at most `seconds` ago."""
        return self._people.get(user, seconds, lambda: self._person(user))

    def members(self, group: str) -> frozenset[str]:
        """The ids of the people in a user group; one that is switched off is refused."""
        return self._groups.get(group, GROUP_SECONDS, lambda: self._listed(group))

    def conversation(self, channel: str) -> Conversation:
        """A channel, group conversation or direct message; whose direct message one is never changes."""
        seconds = PERSON_SECONDS if channel.startswith("D") else GROUP_SECONDS
        return self._conversations.get(channel, seconds, lambda: self._conversation(channel))

    def _person(self, user: str) -> Person:
        told = self._web.call("users.info", user=user).get("user")
        if not isinstance(told, Mapping):
            raise SlackSilentError("users.info", "it told of nobody")
        return _person(told, self._bot)

    def _listed(self, group: str) -> frozenset[str]:
        return frozenset(self._web.call("usergroups.users.list", usergroup=group).get("users") or ())

    def _conversation(self, channel: str) -> Conversation:
        told = self._web.call("conversations.info", channel=channel).get("channel")
        if not isinstance(told, Mapping) or told.get("id") != channel:
            raise SlackSilentError("conversations.info", "it told of another channel, or of none")
        return _conversation(told)


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


def _conversation(told: Mapping[str, Any]) -> Conversation:
    """Shape: https://docs.slack.dev/reference/objects/conversation-object.

    What is shared among workspaces of one organisation (`is_org_shared`) is shared with nobody else.
    """
    shared = told.get("is_shared") is True and told.get("is_org_shared") is not True
    invited = told.get("is_pending_ext_shared") or told.get("pending_connected_team_ids") or told.get("pending_shared")
    direct = told.get("is_im") is True
    return Conversation(
        ours=told.get("is_ext_shared") is False and not shared and not invited,
        partner=str(told.get("user") or "") if direct else "",
        member=told.get("is_member") is True,
        public=not direct and told.get("is_private") is not True and told.get("is_mpim") is not True,
    )


class _Memory(Generic[_Kept]):
    """What was looked up, for some seconds.  Of several who want the same at once, one asks."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, _Kept]] = {}
        self._failed: dict[str, tuple[float, SlackError]] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: str, seconds: float, look: Callable[[], _Kept]) -> _Kept:
        """What was kept under `key` less than `seconds` ago, else what `look` finds, which is then kept.

        A SlackError of `look` is told to those who waited for it too, and forgotten.
        """
        came = time.monotonic()
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            kept = self._young(key, seconds)
            if kept is None:
                self._raise_since(came, key)
                kept = (time.monotonic(), self._looked(key, look))
                self._keep(key, kept)
        return kept[1]

    def _raise_since(self, came: float, key: str) -> None:
        at, error = self._failed.pop(key, (came, None))
        if error is not None and at > came:
            self._failed[key] = (at, error)
            raise error

    def _looked(self, key: str, look: Callable[[], _Kept]) -> _Kept:
        try:
            return look()
        except SlackError as error:
            self._failed[key] = (time.monotonic(), error)
            raise

    def _young(self, key: str, seconds: float) -> tuple[float, _Kept] | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept if kept and time.monotonic() - kept[0] < seconds else None

    def _keep(self, key: str, kept: tuple[float, _Kept]) -> None:
        with self._lock:
            self._kept = {name: one for name, one in self._kept.items() if kept[0] - one[0] < PERSON_SECONDS}
            self._kept[key] = kept
            self._turns = {name: turn for name, turn in self._turns.items() if turn.locked() or name in self._kept}
