"""From ranked passages to a draft that a model has worded: packed, sent, read, checked; or why there is none.

The model chooses sentences and joins them; the draft prints the sentences from the stored pages, like any other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from assistant.answers.brevity import parted
from assistant.answers.drafts import Draft, Line
from assistant.answers.said import bullet, document_words, how_read
from assistant.llm.checking import check
from assistant.llm.client import Client, ModelError
from assistant.llm.context import Context, harmless, pack
from assistant.llm.ledger import Ledger
from assistant.llm.prompts import Prompt, load_prompt
from assistant.llm.records import Checked, Completion, ModelUse, Removed, Trouble
from assistant.llm.reply import read_reply
from assistant.llm.settings import ModelSettings, load_model_settings
from assistant.llm.tokens import count
from assistant.quotes import pieces
from assistant.records import Intent, Leaning, Reading, Selection
from assistant.render.as_text import reading_text
from index.errors import SettingsError
from index.generation import OpenIndex
from index.search import Hit

LEAST = 300  # tokens of passages that there must be room for
MARGIN = 1.1  # what other makers' models may count more than the tokens counted here
MILLION = 1_000_000
UNPAID = (Trouble.DENIED, Trouble.UNREACHABLE, Trouble.OVERLOADED)  # what else fails may have cost all the same
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worded:
    """What came of asking a model: a draft, or None with the trouble in `use`."""

    draft: Draft | None
    use: ModelUse


class Wording:
    """Words answers with one model.  Safe to use from several threads; to be closed."""

    def __init__(self, settings: ModelSettings) -> None:
        """SettingsError: a prompt, the ledger or the table of tokens cannot be used, or passages have no room."""
        self._settings = settings
        self._system = load_prompt("answer_system")
        self._user = load_prompt("answer_user", frozenset({"question", "reading", "passages"}))
        self._prompts = f"{self._system.id}, {self._user.id}"
        lacking = LEAST - self._budget(Reading(""))
        if lacking > 0:
            least = settings.context + int(lacking * MARGIN) + 1
            message = f"INSPECTIONS_LLM_CONTEXT ({settings.context}) leaves no room for passages."
            raise SettingsError(message, f"Set it to {least} or more, or INSPECTIONS_LLM_ANSWER lower.")
        self._ledger = Ledger(settings.ledger, settings.spend_a_day) if settings.spend_a_day is not None else None
        self._client = Client(settings)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def told(self) -> dict[str, Any]:
        """What of it shapes answers, by the names that people set it by."""
        told = self._settings.model_dump(include={"model", "context", "answer", "public_only"})
        return {f"llm_{name}": value for name, value in told.items()} | {"llm_prompt": self._prompts}

    @property
    def described(self) -> str:
        """Which model it is, where, and what it is sent, in one line."""
        sent = "public documents only" if self._settings.public_only else "whatever its asker may see"
        where = urlsplit(str(self._settings.base_url)).hostname  # the whole address may hold a password
        return f"language model {self._settings.model} at {where}, which is sent {sent}"

    @property
    def seconds(self) -> float:
        """How long the model may take for one answer."""
        return self._settings.seconds

    def word(  # noqa: PLR0913, PLR0917  (what to word, from where, and who waits for it)
        self,
        reading: Reading,
        selection: Selection,
        hits: Sequence[Hit],
        index: OpenIndex,
        extracts: Draft,
        waiting: Callable[[], None] = lambda: None,
    ) -> Worded:
        """A draft in the model's words and the documents' sentences.  Whatever the endpoint does, nothing is raised.

        `extracts` is the answer without a model: where that rests on what may not be sent, none is asked.  `waiting`
        is called again and again while the model is waited for; what it raises ends that and is passed on.
        """
        use = ModelUse(str(self._settings.model), self._prompts)
        if self._settings.public_only:
            public = index.public_sources()
            if not _sources(extracts) <= public:
                return Worded(None, replace(use, trouble=Trouble.WITHHELD))
            hits = [hit for hit in hits if hit.passage.source in public]
        context = pack(reading, selection, hits, index, self._budget(reading), count)
        if not context.given:  # nobody who was asked for speaks, or no passage is short enough
            return Worded(None, replace(use, trouble=Trouble.NOTHING))
        try:
            completion, cost = self._complete(_filled(self._user, reading, context), waiting)
            use = replace(use, tokens=completion.tokens_in + completion.tokens_out, cost=cost)
            kept, removed = check(read_reply(completion.text), context.given)
        except ModelError as error:
            _log.warning("no words of the model are used", extra={"trouble": error.trouble.name, "told": error.cure})
            return Worded(None, replace(use, trouble=error.trouble))
        except SettingsError:  # the ledger has become unusable since the start
            _log.exception("what the model costs cannot be recorded")
            return Worded(None, replace(use, trouble=Trouble.UNCOUNTED))
        use = replace(use, removed=dict(removed))
        _tell(removed)
        if not kept:
            return Worded(None, replace(use, trouble=Trouble.UNSUPPORTED))
        note = how_read(reading, selection, {one.document.source for claim in kept for one in claim.given})
        return Worded(_draft(kept, note), use)

    def _budget(self, reading: Reading) -> int:
        """The tokens that are left for passages."""
        empty = self._system.filled() + _filled(self._user, reading, Context("", {}))
        return int((self._settings.context - self._settings.answer) / MARGIN) - count(empty)

    def _complete(self, user: str, waiting: Callable[[], None]) -> tuple[Completion, float | None]:
        """The model's answer and what it cost, which is set aside beforehand where a limit is set."""
        system = self._system.filled()
        if self._ledger is None:
            completion = self._client.complete(system, user, waiting)
            return completion, self._cost(completion.tokens_in, completion.tokens_out)
        most = self._cost(int(count(system + user) * MARGIN), self._settings.answer) or 0.0
        request = self._ledger.set_aside(most * (1 + self._settings.retries))
        if request is None:
            raise ModelError(Trouble.SPENT)
        try:
            completion = self._client.complete(system, user, waiting)
        except ModelError as error:
            if error.trouble in UNPAID:
                self._ledger.settle(request, 0.0)
            raise
        cost = self._cost(completion.tokens_in, completion.tokens_out)
        self._ledger.settle(request, cost or 0.0)
        return completion, cost

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        price_in, price_out = self._settings.price_in, self._settings.price_out
        if price_in is None or price_out is None:
            return None
        return (tokens_in * price_in + tokens_out * price_out) / MILLION


@contextmanager
def configured(*, wanted: bool = True) -> Iterator[Wording | None]:
    """The wording that the settings ask for, closed at the end; None where they ask for none, or none is wanted.

    SettingsError: they cannot be used.
    """
    settings = load_model_settings() if wanted else None
    if settings is None or not settings.used:
        yield None
        return
    wording = Wording(settings)
    try:
        yield wording
    finally:
        wording.close()


def wordable(reading: Reading) -> bool:
    """Whether a model may word the answer: what documents say, on one matter of one authority, period and side.

    Grades, facts, lists and counts are stated by the program itself, and what is set side by side has its own order.
    """
    single = len(reading.authorities) < 2 and len(reading.time.periods) < 2
    leaning = reading.leaning in (Leaning.STRENGTHS, Leaning.CRITICISM)
    said = reading.intent is Intent.SAID or (reading.intent is Intent.SUMMARY and leaning and not reading.grades)
    return said and single and not reading.over_time and not reading.counted


def worded(made: Worded, extracts: Draft) -> tuple[Draft, ModelUse]:
    """The model's draft or, where it made none, the extracts; each with a line that says so."""
    if made.draft is not None:
        told = f"(Worded by the language model {harmless(made.use.model)}; every quote is checked against its page.)"
        return replace(made.draft, lines=(*made.draft.lines, Line(told))), made.use
    trouble = made.use.trouble or Trouble.UNSUPPORTED
    note = Line(f"(The language model {trouble.value}; these are the documents' own sentences.)")
    return replace(extracts, lines=(*extracts.lines, note)), made.use


def _sources(draft: Draft) -> frozenset[str]:
    """The documents that a draft quotes or cites."""
    return frozenset(quote.document.source for line in draft.every for quote in (*line.quotes, *line.cited))


def _filled(prompt: Prompt, reading: Reading, context: Context) -> str:
    read = harmless(reading_text(reading).removeprefix("Read as "))
    return prompt.filled(question=harmless(reading.question), reading=read, passages=context.text)


def _draft(kept: Sequence[Checked], note: str | None) -> Draft:
    """Each claim's words before its first sentence, with which they stand or fall; a heading for each document.

    `note` says how the question was read, where that has to be said; what is long is parted as any answer is.
    """
    lines: list[Line] = []
    source = ""
    for claim in kept:
        words = claim.words
        for one in claim.given:
            if one.document.source != source:
                lines.append(Line(document_words(one.document), heading=True))
                source = one.document.source
            label = bullet(one.sentence.voice, one.document.description.publisher)
            quotes = tuple(pieces(one.document, one.sentence, one.passage))
            lines.append(Line(" ".join(filter(None, [label, words])), quotes))
            words = ""
    short, more = parted(lines)
    return Draft((*short, *([Line(note)] if note else [])), more=more)


def _tell(removed: Counter[Removed]) -> None:
    for kind, times in removed.items():
        _log.warning("words of the model were removed", extra={"kind": kind.value, "times": times})
