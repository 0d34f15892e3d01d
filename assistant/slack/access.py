"""Who is answered, where, and how often; who is an admin.  Asked on the server each time, and closed when in doubt.

What they may then see is `clearance`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from assistant.settings import SlackSettings
from assistant.slack.clearance import Clearances
from assistant.slack.errors import SlackError
from assistant.slack.events import Bot
from assistant.slack.known import Known
from assistant.slack.records import PRIVATE, Asked, Way
from assistant.slack.web import Web

MINUTE = 60.0
_log = logging.getLogger(__name__)


class Access:
    """Decides by Slack's own word and the settings.  Safe to use from several threads.

    `clearances` tells what those who are answered may see.
    """

    def __init__(
        self,
        web: Web,
        settings: SlackSettings,
        bot: Bot,
        asked_since: Callable[[str, float], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`asked_since` counts the questions of a person since a time, the one at hand included."""
        self._settings = settings
        self._asked_since = asked_since
        self._clock = clock
        self._known = Known(web, bot)
        self.clearances = Clearances(self._known, settings.slack_audiences)

    def refusal(self, asked: Asked) -> str | None:
        """Why this question is not answered, in a sentence for its asker; None: it is."""
        return self._place(asked) or self.stranger(asked.user) or self._too_many(asked)

    def stranger(self, user: str) -> str | None:
        """Why this person is not answered at all; None: they are."""
        try:
            person = self._known.person(user)
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

    def _members(self, group: str) -> frozenset[str]:
        try:
            return self._known.members(group)
        except SlackError as error:
            _log.warning("an admin group could not be looked up", extra={"group": group, "why": error.what})
            return frozenset()
