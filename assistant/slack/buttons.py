"""What clicks and submitted modals do: passages, sharing, further questions, corrections, feedback.

What arrives was sent by us once, but it is read as untrusted all the same.  The admin's buttons are `home`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from slack_bolt import Ack

from assistant.live import LiveAssistant
from assistant.render.as_text import reading_text
from assistant.rewordings import rewordings, said_back
from assistant.slack.access import Access
from assistant.slack.blocks.correct import correct_view
from assistant.slack.blocks.feedback import REASONS, feedback_view
from assistant.slack.blocks.notes import note
from assistant.slack.blocks.passage import passage_view
from assistant.slack.blocks.share import share_view, shared_messages
from assistant.slack.blocks.views import modal
from assistant.slack.errors import SlackError, SlackRefusedError
from assistant.slack.events import Bot
from assistant.slack.front import Front
from assistant.slack.home import HomeTab
from assistant.slack.post import Post, respond
from assistant.slack.records import Asked, Feedback, KeptAnswer, Verdict, Way
from assistant.slack.showing import shown_answer
from assistant.slack.state.store import Store
from assistant.slack.web import Web
from assistant.surroundings import find_passage, step
from index.errors import InspectionsError

GONE = "This answer is no longer kept. Please ask the question again."
_log = logging.getLogger(__name__)


class Buttons:
    """Handles interactions.  Safe to use from several threads."""

    def __init__(  # noqa: PLR0913  (the parts that it puts to work)
        self,
        *,
        live: LiveAssistant,
        store: Store,
        web: Web,
        post: Post,
        front: Front,
        access: Access,
        home: HomeTab,
        bot: Bot,
        clock: Callable[[], float],
        today: date | None,
    ) -> None:
        """Every part is shared with the rest of the app; `today` resolves "last year" (None: the calendar's)."""
        self._live = live
        self._store = store
        self._web = web
        self._post = post
        self._front = front
        self._access = access
        self._home = home
        self._bot = bot
        self._clock = clock
        self._today = today

    def clicked(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        """A button was pressed; `body` is the whole payload."""
        name = str(action.get("action_id") or "").partition(":")[0]
        value = str(action.get("value") or "")
        doing: dict[str, Callable[[Mapping[str, Any], str], None]] = {
            "passage": self._passage,
            "passage_step": self._passage_step,
            "correct": self._correct,
            "suggest": self._suggested,
            "again": self._again,
            "share": self._share,
            "feedback": self._feedback,
            "reindex": lambda body, _: self._home.reindex(_user(body)),
            "rollback": lambda body, _: self._home.roll_back(_user(body)),
        }
        act = doing.get(name)
        if act is None:
            return  # a link, or a choice within a modal
        refusal = self._access.stranger(_user(body))
        if refusal:
            self._tell(body, refusal)
            return
        try:
            act(body, value)
        except SlackError as error:
            _log.warning("a click led nowhere", extra={"action": name, "why": error.what})

    def submitted(self, body: Mapping[str, Any], ack: Ack) -> None:
        """A modal was submitted.  Acknowledged here, for an acknowledgement may carry errors."""
        view = body.get("view") or {}
        name, metadata = view.get("callback_id"), str(view.get("private_metadata") or "")
        values = (view.get("state") or {}).get("values") or {}
        if name == "feedback_reasons":
            ack()
            self._reasons(_user(body), metadata, values)
        elif name == "correct_question":
            self._corrected(body, metadata, values, ack)
        elif name == "share_answer":
            self._shared(body, metadata, values, ack)
        else:
            ack()

    # Passages

    def _passage(self, body: Mapping[str, Any], value: str) -> None:
        wanted = _read_json(value)
        with self._live.current() as assistant:
            try:
                page = wanted.get("p")
                found = find_passage(
                    assistant.index.catalogue,
                    str(wanted.get("s") or ""),
                    str(wanted.get("q") or ""),
                    page if isinstance(page, int) else None,
                )
                view = passage_view(found, str(wanted.get("q") or ""))
            except InspectionsError as error:
                view = _gone(error)
        self._open(body, view)

    def _passage_step(self, body: Mapping[str, Any], value: str) -> None:
        wanted = _read_json(value)
        ordinal = wanted.get("o")
        with self._live.current() as assistant:
            try:
                found = step(
                    assistant.index.catalogue,
                    str(wanted.get("s") or ""),
                    ordinal if isinstance(ordinal, int) else -1,
                    str(wanted.get("q") or ""),
                )
                view = passage_view(found, str(wanted.get("q") or ""))
            except InspectionsError as error:
                view = _gone(error)
        shown = body.get("view") or {}
        self._web.call("views.update", view_id=shown.get("id"), hash=shown.get("hash"), view=view)

    # Further questions

    def _suggested(self, body: Mapping[str, Any], question: str) -> None:
        self._ask(body, question, fresh=True)  # it names all that it means

    def _again(self, body: Mapping[str, Any], question: str) -> None:
        self._ask(body, question, fresh=True)

    def _correct(self, body: Mapping[str, Any], answer_id: str) -> None:
        kept = self._own(body, answer_id)
        if kept is None:
            return
        reading = kept.answer.reading
        with self._live.current() as assistant:
            labels = [one.label for one in rewordings(reading, assistant, self._today)]
        read_as = " ".join([f"{reading_text(reading)}.", *said_back(reading)])
        place = {"a": answer_id, **_place(body)}
        self._open(body, correct_view(reading.question, read_as, labels, json.dumps(place)))

    def _corrected(self, body: Mapping[str, Any], metadata: str, values: Mapping[str, Any], ack: Ack) -> None:
        """Ask the question as it was put anew: as one of the rewordings, else as it was typed."""
        place = _read_json(metadata)
        kept = self._store.answer(str(place.get("a") or ""))
        typed = " ".join(str(_value(values, "question", "value") or "").split())
        chosen = (_value(values, "reworded", "selected_option") or {}).get("value")
        question, fresh = typed, False
        if (
            kept is not None
            and isinstance(chosen, str)
            and chosen.isdecimal()
            and typed == kept.answer.reading.question
        ):
            with self._live.current() as assistant:
                others = rewordings(kept.answer.reading, assistant, self._today)
            if int(chosen) < len(others):
                question, fresh = others[int(chosen)].question, others[int(chosen)].fresh
        if not question:
            ack(response_action="errors", errors={"question": "Type a question."})
            return
        ack()
        self._ask({**body, **place}, question, fresh=fresh)

    def _ask(self, body: Mapping[str, Any], question: str, fresh: bool) -> None:
        """Ask in the thread of the click; from a private answer privately; from the Home in a thread of its own.

        `fresh`: without what was asked before.
        """
        place = _place(body)
        user, channel, thread_ts = _user(body), place["c"], place["t"]
        if not channel:
            opened = self._web.call("conversations.open", users=user).get("channel") or {}
            channel = str(opened.get("id") or "")
            thread_ts = self._post.begin(channel, f"You asked again: {question}")
        asked = Asked(
            key=f"{Way.BUTTON.value}:{body.get('trigger_id')}",
            way=Way.BUTTON,
            team=self._bot.team,
            channel=channel,
            user=user,
            text=question,
            at=self._clock(),
            thread_ts=thread_ts or None,
            response_url=place["r"] or None,
        )
        if self._front.ask(asked):
            self._front.question(asked, fresh=fresh)

    # Sharing

    def _share(self, body: Mapping[str, Any], answer_id: str) -> None:
        kept = self._own(body, answer_id)
        if kept is not None:
            self._open(body, share_view(kept.answer.reading.question, answer_id))

    def _shared(self, body: Mapping[str, Any], answer_id: str, values: Mapping[str, Any], ack: Ack) -> None:
        """Post a private answer in a channel, for whoever asked for it."""
        kept = self._store.answer(answer_id)
        channel = str(_value(values, "channel", "selected_conversation") or "")
        problem = None
        if kept is None or kept.user != _user(body):
            problem = GONE
        elif not channel or not self._access.may_post_in(channel):
            problem = "I do not answer in that channel. Please choose another."
        if problem or kept is None:
            ack(response_action="errors", errors={"channel": problem or GONE})
            return
        with self._live.current() as assistant:
            messages = shared_messages(shown_answer(kept.answer, assistant, self._today, answer_id=kept.id))
        asked = Asked(f"share:{answer_id}:{channel}", Way.BUTTON, self._bot.team, channel, kept.user, "", self._clock())
        try:
            self._post.in_channel(asked, messages)
        except SlackRefusedError as error:
            why = {
                "not_in_channel": "I am not a member of that channel: type /invite there first.",
                "channel_not_found": "I cannot see that channel: invite me there first.",
                "is_archived": "That channel is archived.",
            }.get(error.error, "Slack did not let me post there.")
            ack(response_action="errors", errors={"channel": why})
            return
        except SlackError:
            ack(response_action="errors", errors={"channel": "Slack did not answer. Please try again in a minute."})
            return
        ack()

    # Feedback

    def _feedback(self, body: Mapping[str, Any], value: str) -> None:
        word, _, answer_id = value.partition(":")
        if word not in {one.value for one in Verdict}:
            return
        verdict = Verdict(word)
        if not self._give(Feedback(answer_id, _user(body), verdict, (), "", self._clock())):
            self._tell(body, GONE)
        elif verdict is Verdict.BAD:
            self._open(body, feedback_view(answer_id))

    def _reasons(self, user: str, answer_id: str, values: Mapping[str, Any]) -> None:
        chosen = _value(values, "reasons", "selected_options") or ()
        reasons = tuple(one["value"] for one in chosen if isinstance(one, dict) and one.get("value") in REASONS)
        comment = str(_value(values, "comment", "value") or "")[:500]
        self._give(Feedback(answer_id, user, Verdict.BAD, reasons, comment, self._clock()))

    def _give(self, feedback: Feedback) -> bool:
        try:
            self._store.give_feedback(feedback)
        except KeyError:
            return False
        _log.info("feedback", extra={"answer": feedback.answer_id, "verdict": feedback.verdict.value})
        return True

    # Small things

    def _own(self, body: Mapping[str, Any], answer_id: str) -> KeptAnswer | None:
        """The kept answer; where there is none, the person is told."""
        kept = self._store.answer(answer_id)
        if kept is None:
            self._tell(body, GONE)
        return kept

    def _open(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        self._web.call("views.open", trigger_id=body.get("trigger_id"), view=view)

    def _tell(self, body: Mapping[str, Any], words: str) -> None:
        """Tell the person who clicked, and nobody else."""
        address = str(body.get("response_url") or "")
        try:
            respond(address, note(words), replace=False)
        except (OSError, ValueError) as error:
            _log.warning("a response address failed", extra={"why": type(error).__name__})


def _user(body: Mapping[str, Any]) -> str:
    user = body.get("user") or {}
    return str(user.get("id") or "")


def _place(body: Mapping[str, Any]) -> dict[str, str]:
    """Where a click happened: channel (c), thread (t), and the response address (r) of a message only they see."""
    if "c" in body:  # carried through a modal
        return {name: str(body.get(name) or "") for name in ("c", "t", "r")}
    container = body.get("container") or {}
    channel = body.get("channel") or {}
    message = body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts") or container.get("message_ts") or ""
    private = container.get("is_ephemeral") is True
    return {
        "c": str(channel.get("id") or container.get("channel_id") or ""),
        "t": "" if private else str(thread),
        "r": str(body.get("response_url") or "") if private else "",
    }


def _gone(error: InspectionsError) -> dict[str, Any]:
    """A modal that says why there is no passage to show."""
    return modal("Passage", note(f"{error.what} {error.cure}").blocks)


def _value(values: Mapping[str, Any], block: str, name: str) -> Any:
    """What a person entered in an input block of a modal; its action has the block's name."""
    return ((values.get(block) or {}).get(block) or {}).get(name)


def _read_json(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
