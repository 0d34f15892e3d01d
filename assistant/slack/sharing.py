"""Sharing a private answer with a channel: only by whoever asked, only where they and we may speak, once.

Only what everybody in the channel may see is shared; see `shareable`.

The modal offers channels, but what comes back is checked here against Slack itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt import Ack

from assistant.live import LiveAssistant
from assistant.slack.access import Access
from assistant.slack.blocks.notes import note
from assistant.slack.blocks.records import Message
from assistant.slack.blocks.share import share_view, shared_messages
from assistant.slack.errors import SlackError
from assistant.slack.events import Bot
from assistant.slack.payloads import entered, person
from assistant.slack.post import Post
from assistant.slack.records import Asked, KeptAnswer, Receipt, Way
from assistant.slack.shareable import may_be_shown
from assistant.slack.showing import shown_answer
from assistant.slack.state.store import Store
from assistant.slack.web import Web
from index.errors import InspectionsError

NOT_THERE = (
    "Not all that this answer draws on may be shown in that channel. Please choose another, or ask your question there."
)
GONE = "This answer is no longer kept. Please ask the question again."
MEMBERS = 1000  # members of a channel that are asked for at once
PAGES = 20  # such pages that are looked through
_log = logging.getLogger(__name__)


class Sharing:
    """Opens the modal and posts what was chosen in it.  Safe to use from several threads."""

    def __init__(  # noqa: PLR0913  (the parts that it puts to work)
        self,
        *,
        live: LiveAssistant,
        store: Store,
        web: Web,
        post: Post,
        access: Access,
        bot: Bot,
        clock: Callable[[], float],
        today: date | None,
        lease: float,
    ) -> None:
        """Every part is shared with the rest of the app."""
        self._live = live
        self._store = store
        self._web = web
        self._post = post
        self._access = access
        self._bot = bot
        self._clock = clock
        self._today = today
        self._lease = lease

    def open(self, body: Mapping[str, Any], kept: KeptAnswer) -> None:
        """Ask where to.  SlackRefusedError, SlackSilentError: the modal could not be opened."""
        view = share_view(kept.answer.reading.question, kept.id, _is_claim(kept))
        self._web.call("views.open", trigger_id=body.get("trigger_id"), view=view)

    def submitted(self, body: Mapping[str, Any], answer_id: str, values: Mapping[str, Any], ack: Ack) -> None:
        """Post the answer in the channel that was chosen; what is against it is told in the modal."""
        user = person(body)
        channel = str(entered(values, "channel", "selected_conversation") or "")
        kept = self._store.answer(answer_id)
        if kept is None or kept.user != user:
            ack(response_action="errors", errors={"channel": GONE})
            return
        problem = self._access.stranger(user) or self._against(user, channel)
        if problem:
            ack(response_action="errors", errors={"channel": problem})
            return
        messages = self._messages(kept, channel)
        if messages is None:
            ack(response_action="errors", errors={"channel": NOT_THERE})
            return
        ack()
        # A modal that is sent twice shares once.
        if self._store.receive(f"share:{answer_id}:{channel}", None, self._lease) is Receipt.NEW:
            self._share(kept, channel, messages)

    def _messages(self, kept: KeptAnswer, channel: str) -> tuple[Message, ...] | None:
        """The answer as the channel is to see it; None: the channel may not, or nobody knows."""
        try:
            with self._live.current(self._access.clearances.channel(channel)) as assistant:
                if not may_be_shown(kept, assistant, self._today):
                    return None
                shown = shown_answer(kept.answer, assistant, self._today, answer_id=kept.id)
        except InspectionsError as error:
            _log.error("an answer was not shared", extra={"answer": kept.id, "why": error.what})
            return None
        return shared_messages(replace(shown, claim=_is_claim(kept)))

    def _share(self, kept: KeptAnswer, channel: str, messages: Sequence[Message]) -> None:
        key = f"share:{kept.id}:{channel}"
        asked = Asked(key, Way.BUTTON, self._bot.team, channel, kept.user, "", self._clock())
        try:
            self._post.in_channel(asked, messages)
        except SlackError as error:
            _log.warning("an answer was not shared", extra={"answer": kept.id, "why": error.what})
            self._tell(asked)

    def _tell(self, asked: Asked) -> None:
        words = note("Slack did not let me share the answer. Please try again, or choose another channel.")
        try:
            self._post.directly(asked, [words])
        except SlackError as error:
            _log.warning("a failure to share was not told", extra={"why": error.what})

    def _against(self, user: str, channel: str) -> str | None:
        """Why this person cannot share to this channel; None: they can."""
        if not channel.startswith(("C", "G")) or not self._access.may_post_in(channel):
            return "I do not answer in that channel. Please choose another."
        try:
            told = self._web.call("conversations.info", channel=channel).get("channel")
            info = told if isinstance(told, Mapping) else {}
            if info.get("is_archived"):
                return "That channel is archived."
            if not info.get("is_member"):
                return "I am not a member of that channel: type /invite there first."
            if (info.get("is_ext_shared") or info.get("is_pending_ext_shared")) and not self._access.answers_others:
                return "That channel is shared with another organisation. Please choose another."
            if info.get("is_im") or info.get("is_mpim") or not self._is_member(user, channel):
                return "You are not a member of that channel. Please choose another."
        except SlackError as error:
            _log.warning("a channel could not be looked up", extra={"channel": channel, "why": error.what})
            return "I cannot see that channel: type /invite there first."
        return None

    def _is_member(self, user: str, channel: str) -> bool:
        cursor = None
        for _ in range(PAGES):
            page = self._web.call("conversations.members", channel=channel, limit=MEMBERS, cursor=cursor)
            if user in (page.get("members") or ()):
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return False


def _is_claim(kept: KeptAnswer) -> bool:
    return kept.key.startswith(f"{Way.CLAIM.value}:")
