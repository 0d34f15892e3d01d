"""What clicks and submitted modals do: passages, further questions, corrections, feedback.

What arrives was sent by us once, but it is read as untrusted all the same.  Sharing is `sharing`, the admin's buttons
are `home`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from slack_bolt import Ack

from assistant.live import LiveAssistant
from assistant.render.as_text import reading_text
from assistant.rewordings import rewordings, said_back
from assistant.slack.access import Access
from assistant.slack.blocks.correct import CORRECT, correct_view
from assistant.slack.blocks.feedback import FEEDBACK, REASONS, feedback_view
from assistant.slack.blocks.notes import note
from assistant.slack.blocks.passage import passage_view
from assistant.slack.blocks.share import SHARE
from assistant.slack.blocks.text import cleaned, one_line
from assistant.slack.blocks.views import modal
from assistant.slack.events import Bot
from assistant.slack.front import Front
from assistant.slack.home import HomeTab
from assistant.slack.payloads import Place, carried, carried_back, entered, person, place, read_json
from assistant.slack.post import Post, respond
from assistant.slack.records import Asked, Feedback, KeptAnswer, Verdict, Way
from assistant.slack.sharing import GONE, Sharing
from assistant.slack.state.store import Store
from assistant.slack.web import Web
from assistant.surroundings import Surroundings, find_passage, step
from index.catalogue import Catalogue
from index.errors import InspectionsError

COMMENT = 500  # characters of a comment that are kept
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
        sharing: Sharing,
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
        self._sharing = sharing
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
            "suggest": self._ask_again,
            "again": self._ask_again,
            "share": self._share,
            "feedback": self._feedback,
            "reindex": lambda body, _: self._home.reindex(person(body)),
            "rollback": lambda body, _: self._home.roll_back(person(body)),
        }
        act = doing.get(name)
        if act is None:
            return  # a link, or a choice within a modal
        refusal = self._access.stranger(person(body))
        if refusal:
            self._tell(body, refusal)
            return
        try:
            act(body, value)
        except InspectionsError as error:
            _log.warning("a click led nowhere", extra={"action": name, "why": error.what})
            self._tell(body, "That did not work. Please press the button again in a moment.")

    def submitted(self, body: Mapping[str, Any], ack: Ack) -> None:
        """A modal was submitted.  Acknowledged here, for an acknowledgement may carry errors."""
        view = body.get("view") or {}
        name, metadata = view.get("callback_id"), str(view.get("private_metadata") or "")
        values = (view.get("state") or {}).get("values") or {}
        if name == SHARE:
            self._sharing.submitted(body, metadata, values, ack)
        elif name == CORRECT:
            self._corrected(body, metadata, values, ack)
        else:
            ack()
            if name == FEEDBACK and not self._access.stranger(person(body)):
                self._reasons(person(body), metadata, values)

    # Passages

    def _passage(self, body: Mapping[str, Any], value: str) -> None:
        wanted = read_json(value)
        quote, page = str(wanted.get("q") or ""), wanted.get("p")

        def find(catalogue: Catalogue) -> Surroundings:
            return find_passage(catalogue, str(wanted.get("s") or ""), quote, page if isinstance(page, int) else None)

        self._open(body, self._shown_passage(find, quote, place(body), person(body)))

    def _passage_step(self, body: Mapping[str, Any], value: str) -> None:
        wanted = read_json(value)
        quote, ordinal = str(wanted.get("q") or ""), wanted.get("o")

        def find(catalogue: Catalogue) -> Surroundings:
            return step(catalogue, str(wanted.get("s") or ""), ordinal if isinstance(ordinal, int) else -1, quote)

        shown = body.get("view") or {}
        where, _ = carried_back(str(shown.get("private_metadata") or ""))
        view = self._shown_passage(find, quote, where, person(body))
        self._web.call("views.update", view_id=shown.get("id"), hash=shown.get("hash"), view=view)

    def _shown_passage(
        self, find: Callable[[Catalogue], Surroundings], quote: str, where: Place, user: str
    ) -> Mapping[str, Any]:
        """The modal of a passage that was clicked on at `where`, or why there is none."""
        with self._live.current(self._access.clearances.clicked(where, user)) as assistant:
            try:
                return passage_view(find(assistant.index.catalogue), quote, carried(where))
            except InspectionsError as error:
                return modal("Passage", note(f"{error.what} {error.cure}").blocks)

    # Further questions

    def _ask_again(self, body: Mapping[str, Any], question: str) -> None:
        """A suggested question, or one of the person's own: each names all that it means."""
        self._ask(body, place(body), question, fresh=True)

    def _correct(self, body: Mapping[str, Any], answer_id: str) -> None:
        kept = self._kept(body, answer_id)
        if kept is None:
            return
        reading = kept.answer.reading
        with self._live.current(self._access.clearances.clicked(place(body), person(body))) as assistant:
            labels = [one.label for one in rewordings(reading, assistant, self._today)]
        read_as = " ".join([f"{reading_text(reading)}.", *said_back(reading)])
        view = correct_view(one_line(reading.question), read_as, labels, carried(place(body), answer_id))
        self._open(body, view)

    def _corrected(self, body: Mapping[str, Any], metadata: str, values: Mapping[str, Any], ack: Ack) -> None:
        """Ask the question as it was put anew: in other words where they were changed, else as the rewording chosen."""
        where, answer_id = carried_back(metadata)
        question = one_line(str(entered(values, "question", "value") or ""))
        if not question:
            ack(response_action="errors", errors={"question": "Type a question."})
            return
        ack()
        if self._access.stranger(person(body)):
            return
        kept = self._store.answer(answer_id)
        chosen = (entered(values, "reworded", "selected_option") or {}).get("value")
        fresh = False
        if kept and isinstance(chosen, str) and chosen.isdecimal():
            shown = one_line(cleaned(kept.answer.reading.question))
            with self._live.current(self._access.clearances.clicked(where, person(body))) as assistant:
                others = rewordings(kept.answer.reading, assistant, self._today)
            if question == shown and int(chosen) < len(others):
                question, fresh = others[int(chosen)].question, others[int(chosen)].fresh
        self._ask(body, where, question, fresh)

    def _ask(self, body: Mapping[str, Any], where: Place, question: str, fresh: bool) -> None:
        """Ask in the thread of the click; from a private answer privately; from the Home in a thread of its own.

        `fresh`: without what was asked before.
        """
        user, channel, thread_ts = person(body), where.channel, where.thread_ts
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
            response_url=where.response_url or None,
        )
        if self._front.ask(asked):
            self._front.question(asked, fresh=fresh)

    def _share(self, body: Mapping[str, Any], answer_id: str) -> None:
        kept = self._kept(body, answer_id)
        if kept is not None:
            self._sharing.open(body, kept)

    # Feedback

    def _feedback(self, body: Mapping[str, Any], value: str) -> None:
        word, _, answer_id = value.partition(":")
        if word not in {one.value for one in Verdict}:
            return
        verdict = Verdict(word)
        if not self._give(Feedback(answer_id, person(body), verdict, (), "", self._clock())):
            self._tell(body, GONE)
        elif verdict is Verdict.BAD:
            self._open(body, feedback_view(answer_id))

    def _reasons(self, user: str, answer_id: str, values: Mapping[str, Any]) -> None:
        chosen = entered(values, "reasons", "selected_options") or ()
        reasons = tuple(one["value"] for one in chosen if isinstance(one, dict) and one.get("value") in REASONS)
        comment = str(entered(values, "comment", "value") or "")[:COMMENT]
        self._give(Feedback(answer_id, user, Verdict.BAD, reasons, comment, self._clock()))

    def _give(self, feedback: Feedback) -> bool:
        try:
            self._store.give_feedback(feedback)
        except KeyError:
            return False
        _log.info("feedback", extra={"answer": feedback.answer_id, "verdict": feedback.verdict.value})
        return True

    # Small things

    def _kept(self, body: Mapping[str, Any], answer_id: str) -> KeptAnswer | None:
        """The kept answer; where it is kept no more, the person is told."""
        kept = self._store.answer(answer_id)
        if kept is None:
            self._tell(body, GONE)
        return kept

    def _open(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        self._web.call("views.open", trigger_id=body.get("trigger_id"), view=view)

    def _tell(self, body: Mapping[str, Any], words: str) -> None:
        """Tell the person who clicked, and nobody else."""
        try:
            respond(str(body.get("response_url") or ""), note(words))
        except (OSError, ValueError) as error:
            _log.warning("a response address failed", extra={"why": type(error).__name__})
