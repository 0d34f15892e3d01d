"""From ranked passages to a draft that a model has worded: packed, sent, read, checked; or why there is none.

The model chooses sentences and joins them; the draft prints the sentences from the stored pages, like any other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answers.drafts import Draft, Line
from assistant.answers.said import bullet, document_words
from assistant.llm.checking import check
from assistant.llm.client import Client, ModelError
from assistant.llm.context import Context, harmless, pack
from assistant.llm.ledger import Ledger
from assistant.llm.prompts import Prompt, load_prompt
from assistant.llm.records import Checked, Completion, ModelUse, Removed, Trouble
from assistant.llm.reply import read_reply
from assistant.llm.settings import ModelSettings
from assistant.llm.tokens import count
from assistant.quotes import pieces
from assistant.records import Reading, Selection
from assistant.render.as_text import reading_text
from index.generation import OpenIndex
from index.search import Hit

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
        """SettingsError: a prompt or the ledger cannot be used."""
        self._settings = settings
        self._system = load_prompt("answer_system")
        self._user = load_prompt("answer_user", frozenset({"question", "reading", "passages"}))
        self._ledger = Ledger(settings.ledger, settings.spend_a_day) if settings.spend_a_day is not None else None
        self._client = Client(settings)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def word(self, reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex) -> Worded:
        """A draft in the model's words and the documents' sentences.  Whatever the endpoint does, nothing is raised."""
        use = ModelUse(str(self._settings.model), self._user.id)
        context = pack(reading, selection, hits, index, self._budget(reading), count)
        if not context.given:  # nobody who was asked for speaks, or no passage is short enough
            return Worded(None, replace(use, trouble=Trouble.NOTHING))
        try:
            completion, cost = self._complete(_filled(self._user, reading, context))
            use = replace(use, tokens=completion.tokens_in + completion.tokens_out, cost=cost)
            kept, removed = check(read_reply(completion.text), context.given)
        except ModelError as error:
            _log.warning("no words of the model are used", extra={"trouble": error.trouble.name, "told": error.cure})
            return Worded(None, replace(use, trouble=error.trouble))
        use = replace(use, removed=dict(removed))
        _tell(removed)
        if not kept:
            return Worded(None, replace(use, trouble=Trouble.UNSUPPORTED))
        return Worded(_draft(kept), use)

    def _budget(self, reading: Reading) -> int:
        """The tokens that are left for passages."""
        empty = self._system.filled() + _filled(self._user, reading, Context("", {}))
        return int((self._settings.context - self._settings.answer) / MARGIN) - count(empty)

    def _complete(self, user: str) -> tuple[Completion, float | None]:
        """The model's answer and what it cost, which is set aside beforehand where a limit is set."""
        system = self._system.filled()
        if self._ledger is None:
            completion = self._client.complete(system, user)
            return completion, self._cost(completion.tokens_in, completion.tokens_out)
        most = self._cost(int(count(system + user) * MARGIN), self._settings.answer) or 0.0
        request = self._ledger.set_aside(most * (1 + self._settings.retries))
        if request is None:
            raise ModelError(Trouble.SPENT)
        try:
            completion = self._client.complete(system, user)
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


def worded(made: Worded, extracts: Draft) -> tuple[Draft, ModelUse]:
    """The model's draft or, where it made none, the extracts with a line that says so."""
    if made.draft is not None:
        return made.draft, made.use
    trouble = made.use.trouble or Trouble.UNSUPPORTED
    note = Line(f"(The language model {trouble.value}; these are the documents' own sentences.)")
    return replace(extracts, lines=(*extracts.lines, note)), made.use


def _filled(prompt: Prompt, reading: Reading, context: Context) -> str:
    read = harmless(reading_text(reading).removeprefix("Read as "))
    return prompt.filled(question=harmless(reading.question), reading=read, passages=context.text)


def _draft(kept: Sequence[Checked]) -> Draft:
    """Each claim's words before its first sentence, with which they stand or fall; a heading for each document."""
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
    return Draft(tuple(lines))


def _tell(removed: Counter[Removed]) -> None:
    for kind, times in removed.items():
        _log.warning("words of the model were removed", extra={"kind": kind.value, "times": times})
