"""What may be shown to whom in Slack: the audiences that a place is cleared for, by the mapping of the settings.

Where only one person sees it, that person's user groups count; in a channel the channel alone, whoever asks, for
everybody there reads along.  Whatever is unknown, failing, of another organisation or a guest's: public only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from assistant.slack.errors import SlackError, SlackRefusedError
from assistant.slack.known import GROUP_SECONDS, Known
from assistant.slack.payloads import Place
from assistant.slack.records import Asked
from index.audience import EVERYONE, Clearance, cleared_for

_log = logging.getLogger(__name__)


class Clearances:
    """Works out clearances anew each time, and keeps none.  Safe to use from several threads."""

    def __init__(self, known: Known, audiences: Mapping[str, tuple[str, ...]]) -> None:
        """`audiences`: for each audience's name the user groups (S...) and channels that are cleared for it."""
        self._known = known
        ids = sorted({one for named in audiences.values() for one in named})
        self._names = {one: frozenset(name for name, named in audiences.items() if one in named) for one in ids}

    def asked(self, asked: Asked) -> Clearance:
        """What the answer to a question may show, there where it will stand."""
        if asked.response_url is not None:
            return self.alone(asked.user)
        return EVERYONE if asked.shared else self._where(asked.channel, asked.user)

    def clicked(self, place: Place, user: str) -> Clearance:
        """What may be shown to somebody who clicked on a message of ours: no more than that might show.

        In a channel that is the channel's, as everybody there sees the message.
        """
        if place.response_url:
            return self.alone(user)
        return self._where(place.channel, user)

    def channel(self, channel: str) -> Clearance:
        """What may be shown to everybody in a channel."""
        names = self._names.get(channel, frozenset())
        if not names or not channel.startswith(("C", "G")):
            return EVERYONE
        try:
            ours = self._known.conversation(channel).ours
        except SlackError as error:
            return _closed("a channel could not be looked up", error, channel=channel)
        return cleared_for(names) if ours else EVERYONE

    def alone(self, user: str) -> Clearance:
        """What may be shown to this person where nobody else sees it."""
        groups = [one for one in self._names if one.startswith("S")]
        if not groups or not self._is_member(user):
            return EVERYONE
        names: frozenset[str] = frozenset()
        for group in groups:
            try:
                names |= self._names[group] if user in self._known.members(group) else frozenset()
            except SlackRefusedError as error:  # there is no such group any more, so nobody is in it
                _closed("a user group could not be looked up", error, group=group)
            except SlackError as error:
                return _closed("a user group could not be looked up", error, group=group)
        return cleared_for(names)

    def _where(self, channel: str, user: str) -> Clearance:
        """Of a channel or a direct message with us, to somebody in it."""
        if not channel.startswith("D"):
            found = self.channel(channel)
            return found if found == EVERYONE or self._is_member(user) else EVERYONE
        found = self.alone(user)
        return found if found == EVERYONE or self._is_between_us(channel, user) else EVERYONE

    def _is_between_us(self, channel: str, user: str) -> bool:
        """Whether a direct message is that of this person with us: others could read along in any other."""
        try:
            return self._known.conversation(channel).partner == user
        except SlackError as error:
            _closed("a direct message could not be looked up", error, channel=channel)
            return False

    def _is_member(self, user: str) -> bool:
        """Whether this is a full member of our own organisation."""
        try:
            person = self._known.person(user, GROUP_SECONDS)
        except SlackError as error:
            _closed("a person could not be looked up", error, user=user)
            return False
        return not (person.bot or person.guest or person.external)


def _closed(what: str, error: SlackError, **where: str) -> Clearance:
    _log.warning(what, extra={**where, "why": error.what, "shown": "public only"})
    return EVERYONE
