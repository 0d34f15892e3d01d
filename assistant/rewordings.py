"""How a question was read, said back where it could be meant otherwise, and the same question put otherwise.

A rewording is offered only if reading it gives the one slot that it is to change, and leaves every other as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from assistant.ask import Assistant
from assistant.fitting import bare_words, in_words
from assistant.interpret.periods import Basis, Period, PeriodReading, Rank, Relation, strip
from assistant.interpret.read import HOME
from assistant.records import GRADED, Reading
from assistant.words import join_words, period_words
from index.authorities import find_authorities
from index.errors import QuestionError

MOST = 5  # rewordings of one question
LONGEST = 75  # characters of a label: it goes on a button
# Words that say of what event a period is the time; which of them leaves the topic alone depends on the question.
_PUBLISHED = ("in reports published {}", "in the report published {}", "published {}")
_INSPECTED_OF = ("at the inspection {}", "at the visit {}")
_INSPECTED = ("at inspections {}", "at the visits {}")


@dataclass(frozen=True, slots=True)
class Rewording:
    """A question put so that it is read otherwise.  `label` says how, in at most LONGEST characters.

    `fresh`: it is to be asked without the questions before it.
    """

    label: str
    question: str
    fresh: bool = False


def said_back(reading: Reading) -> tuple[str, ...]:
    """Sentences that say how the question was read where it could be meant otherwise."""
    return (*_names(reading), *_taken_over(reading), *_periods(reading))


def rewordings(reading: Reading, assistant: Assistant, today: date | None = None) -> tuple[Rewording, ...]:
    """The question put otherwise, at most MOST times, likeliest first.

    `today` is the day on which it was asked (None: the calendar's today).
    """
    alone = assistant.read(reading.question, today=today)
    kept: list[Rewording] = []
    for rewording, wanted in _candidates(reading, alone):
        if len(rewording.label) > LONGEST or rewording.label in [one.label for one in kept]:
            continue
        with suppress(QuestionError):  # nothing is left of it, or it has become too long
            if slots(assistant.read(rewording.question, today=today)) == slots(wanted):
                kept.append(rewording)
    return tuple(kept[:MOST])


# Saying back


def _names(reading: Reading) -> Iterator[str]:
    """Authorities that the question names in other words than their own."""
    for words in dict.fromkeys(m.words for m in find_authorities(reading.question) if not m.exact or m.via):
        named = [m.name for m in find_authorities(reading.question) if m.words == words]
        if [name.casefold() for name in named] != [words.casefold()]:
            yield f"I read “{words}” as {join_words(named)}."


def _taken_over(reading: Reading) -> Iterator[str]:
    if HOME in reading.carried:
        yield f"You named no authority, so I took {join_words(reading.authorities)}, where this is in use."
    taken = {
        "authority": join_words(reading.authorities),
        "period": join_words([_quoted(period) for period in reading.time.periods]) or reading.time.rank.value,
        "kinds": join_words([kind.value for kind in reading.kinds], "or"),
        "publishers": join_words(reading.publishers),
    }
    over = join_words([taken[slot] for slot in dict.fromkeys(reading.carried) if slot in taken])
    if over:
        yield f"I took {over} over from your earlier question."


def _periods(reading: Reading) -> Iterator[str]:
    points = [period for period in reading.time.periods if period.basis is Basis.ANY]
    if len(points) > 1:
        yield f"I read {join_words([f'“{bare_words(p)}”' for p in points])} as published or inspected then."
    for period in (one for one in reading.time.periods if len(points) < 2 or one not in points):
        if period.relation is Relation.AS_OF:
            yield f"I read {_quoted(period)} as what was published by then."
        elif period.basis is Basis.ANY:
            yield f"I read {_quoted(period)} as published or inspected {_when(period)}."
        elif period.inferred:
            yield f"I read {_quoted(period)} as {period.basis.value} {_when(period)}."


def _quoted(period: Period) -> str:
    event = f" ({period.event})" if period.event else ""
    return f"“{' '.join(period.words.split()).strip(' ,.?')}”{event}"


def _when(period: Period) -> str:
    """The days of a period in words with a preposition."""
    first, last = period.interval.start, period.interval.end
    if first == date.min:
        return f"by {period_words(replace(period.interval, start=last))}"
    if last == date.max:
        return f"from {period_words(replace(period.interval, end=first))} on"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"in {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    words = period_words(period.interval)
    return f"on {words}" if first == last else f"from {words}" if " to " in words else f"in {words}"


# Putting otherwise


def _candidates(reading: Reading, alone: Reading) -> Iterator[tuple[Rewording, Reading]]:
    """Rewordings, each with what reading it by itself must give.  `alone` is the question read by itself."""
    yield from _of_basis(alone)
    yield from _of_any_time(reading, alone)
    yield from _of_any_rank(reading, alone)
    if set(reading.carried) - {HOME} and (alone.terms or alone.areas):
        yield Rewording("Without what came before", reading.question, fresh=True), alone


def _of_basis(alone: Reading) -> Iterator[tuple[Rewording, Reading]]:
    """The one period as the time of publication, or of the inspection."""
    if len(alone.time.periods) != 1 or alone.time.periods[0].relation is Relation.AS_OF:
        return
    (period,) = alone.time.periods
    when = _as_asked(period)
    for basis, label, forms in (
        (Basis.PUBLISHED, f"Only reports published {when}", _PUBLISHED),
        (Basis.INSPECTED, f"Inspections that took place {when}", _INSPECTED_OF if alone.authorities else _INSPECTED),
    ):
        if period.basis is not basis:
            wanted = replace(alone, time=replace(alone.time, periods=(replace(period, basis=basis),)))
            for words in (form.format(when) for form in forms):
                yield Rewording(label, _ended(strip(alone.question, alone.time), words)), wanted
                if period.words != bare_words(period):  # of "the 2019 report" the year alone cannot be replaced
                    yield Rewording(label, _with(alone.question, period.start, period.end, words)), wanted


def _of_any_time(reading: Reading, alone: Reading) -> Iterator[tuple[Rewording, Reading]]:
    """Without a period."""
    if reading.time.periods and reading.authorities:
        bare = strip(alone.question, alone.time) if alone.time.periods else alone.question
        wanted = replace(reading, time=replace(alone.time, periods=(), each=False), as_of=None)
        yield Rewording("Any time", _naming(reading, alone, bare), fresh=True), wanted


def _of_any_rank(reading: Reading, alone: Reading) -> Iterator[tuple[Rewording, Reading]]:
    """Not the latest, first or previous of the inspections, but all of them."""
    if alone.time.rank_words and alone.intent not in GRADED:  # of grades without a rank the latest is told
        bare = _with(alone.question, *alone.time.rank_words, "")
        wanted = replace(reading, time=replace(alone.time, rank=Rank.NONE, rank_words=None, each=False))
        label = f"All of them, not only the {alone.time.rank.value}"
        yield Rewording(label, _naming(reading, alone, bare), fresh=True), wanted


def _naming(reading: Reading, alone: Reading, question: str) -> str:
    """The question with the authority that it took from earlier ones, which may hold what it is to do without."""
    return (
        question
        if alone.authorities == reading.authorities
        else _ended(question, f"in {join_words(reading.authorities)}")
    )


def _as_asked(period: Period) -> str:
    """A period in the question's own words, with a preposition that goes with an event."""
    if period.relation is not Relation.IN or period.words == bare_words(period):
        return in_words(period)
    one_day = period.interval.start == period.interval.end
    return f"{'on' if one_day else 'in'} {bare_words(period)}"


def _with(question: str, start: int, end: int, words: str) -> str:
    """The question with other words at [start, end)."""
    return " ".join(f"{question[:start]} {words} {question[end:]}".split()).replace(" ?", "?").replace(" ,", ",")


def _ended(question: str, words: str) -> str:
    """The question with words before its end."""
    body = question.rstrip(" ?.!")
    return f"{' '.join([*body.split(), *words.split()])}{question[len(body) :].strip()}"


def slots(reading: Reading) -> Reading:
    """A reading without what the mere wording decides: the question, where in it words stand, what was carried."""
    times = tuple(replace(period, words="", start=0, end=0) for period in reading.time.periods)
    return replace(reading, question="", carried=(), time=PeriodReading(times, reading.time.rank, reading.time.each))
