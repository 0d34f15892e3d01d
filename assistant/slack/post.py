"""Getting messages to people: once each, whole, and in a plainer form where Slack will not take the full one.

Every message of an answer carries in its metadata which part of which answer it is.  Where it is unknown whether a
message was posted, the thread is looked into before it is posted again.  What a message says is `blocks`.
"""

from __future__ import annotations

import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.slack.blocks.notes import introduced, note
from assistant.slack.blocks.records import Message
from assistant.slack.errors import SlackError, SlackRefusedError, SlackSilentError
from assistant.slack.events import Bot
from assistant.slack.records import Asked, Posted, Way
from assistant.slack.thread import MARK, mark_of, parts_of, read_recent, read_thread
from assistant.slack.web import TIMEOUT, Web

TRIES = 4  # times that one message is tried
PAUSES = (0.5, 2.0, 5.0)  # seconds between them
# What Slack says where the form of a message is at fault (docs.slack.dev/reference/methods/chat.postMessage).
_FORM = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "block_mismatch",
        "markdown_text_conflict",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "invalid_arguments",
        "only_one_table_allowed",
    }
)
_log = logging.getLogger(__name__)


class UnwantedError(Exception):
    """The answer is no longer wanted."""


class Post:
    """Posts, updates and removes our messages.  Safe to use from several threads."""

    def __init__(self, web: Web, bot: Bot, pause: Callable[[float], None]) -> None:
        """`pause` waits the given seconds; it may raise to give up because the app is stopping."""
        self._web = web
        self._bot = bot
        self._pause = pause

    def answer(
        self, asked: Asked, messages: Sequence[Message], again: bool, wanted: Callable[[], bool] = lambda: True
    ) -> Posted:
        """Post an answer in its thread.  `again`: a process before us may have posted some of it already.

        Where the channel does not take it, it goes to the asker directly, with a word on why.  `wanted` is asked
        before each try, which may be long after the one before.
        SlackRefusedError: not even that was taken.  SlackSilentError: no answer from Slack, however often tried.
        UnwantedError: it is no longer wanted, and nothing of it stands.
        """
        try:
            return self._post(asked, asked.channel, asked.thread_ts, messages, again, wanted)
        except SlackRefusedError as error:
            _log.warning("an answer goes to its asker directly", extra={"question": asked.key, "why": error.error})
            first = introduced(messages[0], f"I could not post this where you asked ({_why(error)}), so here it is.")
            return self.directly(asked, (first, *messages[1:]), wanted)

    def begin(self, channel: str, words: str) -> str:
        """Begin a thread with a message of ours; its time stamp.  Raises as `answer` does."""
        sent = self._in_some_form(
            "chat.postMessage", note(words), channel=channel, unfurl_links=False, unfurl_media=False
        )
        return str(sent.get("ts") or "")

    def in_channel(self, asked: Asked, messages: Sequence[Message]) -> Posted:
        """Post a shared answer in a channel: its first message there, the others in that one's thread.

        Raises as `answer` does; nothing goes elsewhere.
        """
        _, first = self._once(asked, asked.channel, None, messages[0], 0)
        rest = [
            self._once(asked, asked.channel, first, message, part)[1]
            for part, message in enumerate(messages[1:], start=1)
        ]
        return Posted(asked.channel, first, tuple(rest))

    def update(self, asked: Asked, old: Posted, messages: Sequence[Message]) -> Posted:
        """Put a new answer in the place of the one that stands; parts too many are removed, parts too few added.

        Raises as `answer` does.
        """
        standing = [old.ts, *old.more_ts]
        try:
            for ts, message in zip(standing, messages, strict=False):
                self._in_some_form("chat.update", message, channel=old.channel, ts=ts)
        except SlackRefusedError as error:  # it was removed, or is too old to be changed
            _log.warning("an answer is posted anew", extra={"question": asked.key, "why": error.error})
            for ts in standing:
                self.remove(old.channel, ts)
            return self.answer(asked, messages, again=False)
        for ts in standing[len(messages) :]:
            self.remove(old.channel, ts)
        kept = standing[: len(messages)]
        for part in range(len(kept), len(messages)):
            kept.append(self._once(asked, old.channel, asked.thread_ts, messages[part], part, look=False)[1])
        return Posted(old.channel, kept[0], tuple(kept[1:]))

    def withdraw(self, posted: Posted) -> None:
        """Remove an answer, all of it.  Raises as `answer` does."""
        for ts in (posted.ts, *posted.more_ts):
            self.remove(posted.channel, ts)

    def remove(self, channel: str, ts: str) -> None:
        """Remove a message of ours; one that is gone already is no error.  Raises as `answer` does."""
        try:
            self._web.call("chat.delete", channel=channel, ts=ts)
        except SlackRefusedError as error:
            if error.error not in {"message_not_found", "cant_delete_message"}:
                raise

    def quietly(self, asked: Asked, message: Message) -> None:
        """Tell the asker alone, in the channel; else directly.  Raises as `answer` does."""
        try:
            self._in_some_form(
                "chat.postEphemeral",
                message,
                channel=asked.channel,
                user=asked.user,
                thread_ts=asked.thread_ts if asked.thread_ts != asked.ts else None,
            )
        except (SlackRefusedError, SlackSilentError):
            self.directly(asked, [message])

    def respond(self, asked: Asked, messages: Sequence[Message]) -> None:
        """Answer a private question through its response address; where that fails, by a direct message.

        Raises as `answer` does.
        """
        for part, message in enumerate(messages):
            try:
                respond(str(asked.response_url), message)
            except (OSError, ValueError) as error:
                _log.warning("a response address failed", extra={"question": asked.key, "why": type(error).__name__})
                first = introduced(message, "I may not have reached you where you asked, so here it is.")
                self.directly(asked, (first, *messages[part + 1 :]))
                return

    def directly(self, asked: Asked, messages: Sequence[Message], wanted: Callable[[], bool] = lambda: True) -> Posted:
        """Post in the direct messages of the asker.  Raises as `answer` does."""
        return self._post(asked, self._direct(asked.user), None, messages, again=False, wanted=wanted)

    def _direct(self, user: str) -> str:
        """The channel of a person's direct messages; where it cannot be opened their id, which Slack takes for it."""
        try:
            opened = self._web.call("conversations.open", users=user).get("channel")
        except SlackRefusedError as error:
            _log.warning("direct messages were not opened", extra={"why": error.error})
            return user
        return str(opened.get("id") or user) if isinstance(opened, Mapping) else user

    def _post(  # noqa: PLR0913, PLR0917  (messages and where they go)
        self,
        asked: Asked,
        channel: str,
        thread_ts: str | None,
        messages: Sequence[Message],
        again: bool,
        wanted: Callable[[], bool],
    ) -> Posted:
        """Post all the messages, or have none of them stand where Slack refuses one or they are not wanted."""
        stand = self._standing(asked, channel, thread_ts) if again else {}
        where, posted = channel, list[str]()
        try:
            for part, message in enumerate(messages):
                if part in stand:
                    posted.append(stand[part])
                else:
                    where, ts = self._once(asked, channel, thread_ts, message, part, wanted=wanted)
                    posted.append(ts)
        except (SlackRefusedError, UnwantedError):
            for ts in posted:
                self._remove_if_possible(where, ts)
            raise
        return Posted(where, posted[0], tuple(posted[1:]))

    def _remove_if_possible(self, channel: str, ts: str) -> None:
        try:
            self.remove(channel, ts)
        except SlackError as error:
            _log.warning("a part of an answer stands alone", extra={"channel": channel, "why": error.what})

    def _once(  # noqa: PLR0913, PLR0917  (one message and where it goes)
        self,
        asked: Asked,
        channel: str,
        thread_ts: str | None,
        message: Message,
        part: int,
        look: bool = True,
        wanted: Callable[[], bool] = lambda: True,
    ) -> tuple[str, str]:
        """Post one message once, whatever happens on the way: the channel and the time stamp that Slack gives it.

        The channel is another than the one named where that is a person.
        """
        metadata = {
            "event_type": MARK,
            # What a click asked stands in no message of a person: the thread's next question needs it.
            "event_payload": {
                "mark": mark_of(asked.key, part),
                "asked": asked.text if asked.way is Way.BUTTON and part == 0 else "",
            },
        }
        for pause in (*PAUSES[: TRIES - 1], None):
            if not wanted():
                raise UnwantedError
            try:
                sent = self._in_some_form(
                    "chat.postMessage",
                    message,
                    channel=channel,
                    thread_ts=thread_ts,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata=metadata,
                )
                return str(sent.get("channel") or channel), str(sent.get("ts") or "")
            except SlackSilentError:
                if pause is None:
                    raise
                self._pause(pause)
                standing = self._standing(asked, channel, thread_ts) if look else {}
                if part in standing:
                    return channel, standing[part]
        raise AssertionError("the last try returns or raises")

    def _standing(self, asked: Asked, channel: str, thread_ts: str | None) -> dict[int, str]:
        """The parts of the answer that stand in the thread already."""
        if thread_ts is None:
            return parts_of(read_recent(self._web, channel, self._bot), asked.key)
        return parts_of(read_thread(self._web, channel, thread_ts, self._bot), asked.key)

    def _in_some_form(self, method: str, message: Message, **where: Any) -> Mapping[str, Any]:
        """Send a message in its full form, else with plain blocks, else as text alone."""
        forms: tuple[dict[str, Any], ...] = (
            {"text": message.text, "blocks": list(message.blocks)},
            {"text": message.text, "blocks": list(message.plain)},
            {"text": message.bare, "blocks": []}
            if method == "chat.update"
            else {"text": message.bare, "mrkdwn": False},
        )
        for form in forms[:-1]:
            if form["blocks"]:
                try:
                    return self._web.call(method, **where, **form)
                except SlackRefusedError as error:
                    if error.error not in _FORM:
                        raise
                    _log.error("slack refused the form of a message", extra={"method": method, "why": error.error})
        return self._web.call(method, **where, **forms[-1])


def respond(address: str, message: Message) -> None:
    """Send a message that only the asker sees to the response address of an interaction.

    It stands beside what they were reading: after a command Slack replaces nothing, and after a click nothing should.

    OSError: it could not be reached, or refused the message.  ValueError: it is no web address.
    """
    if not address.startswith(("https://", "http://")):
        raise ValueError("a response address must be a web address")
    for form in ({"blocks": list(message.blocks)}, {"blocks": list(message.plain)}, {}):
        text = message.text if form.get("blocks") else message.bare
        body = {"response_type": "ephemeral", "replace_original": False, "text": text, **form}
        request = urllib.request.Request(  # noqa: S310  (checked above)
            address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310  (checked above)
                said = response.read(1000)
        except urllib.error.HTTPError as error:
            if error.code != 400 or not form:  # 400: the blocks are at fault
                raise
            continue
        except http.client.HTTPException as error:
            raise OSError("the response address gave no answer") from error
        if not _refused(said):
            return
    raise OSError("the response address took no form of the message")


def _refused(said: bytes) -> bool:
    """Whether an answer with status 200 says that the form of the message is at fault.

    OSError: it says that the message was not taken for another reason.
    """
    try:
        told = json.loads(said)
    except ValueError:
        return b"invalid_blocks" in said  # mostly it is the bare word "ok"
    if not isinstance(told, dict) or told.get("ok") is not False:
        return False
    if told.get("error") in _FORM:
        return True
    raise OSError("the response address refused the message")


def _why(error: SlackRefusedError) -> str:
    """Slack's code in words for a person."""
    return {
        "not_in_channel": "I am not a member of that channel",
        "channel_not_found": "Slack does not let me see that channel",
        "is_archived": "that channel is archived",
        "thread_not_found": "that thread is gone",
        "message_not_found": "that message is gone",
    }.get(error.error, "Slack did not let me")
