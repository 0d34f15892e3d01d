"""What is being done about a question, in words for the person who waits.  Doing it is `ask`."""

from __future__ import annotations

from assistant.answers.drafts import Draft
from assistant.fitting import bare_words
from assistant.records import Reading, Selection, Step, StepKind
from assistant.words import about, join_words
from index.voices import INSPECTORATES

__all__ = ["READING", "WORDING", "Step", "StepKind", "checking", "searching", "unwatched"]

LONGEST = 80  # characters of a step's words
WORDING = Step(StepKind.WORDING, "Asking the language model to put it together")
READING = Step(StepKind.READING_QUESTION, "Reading the question")


def unwatched(_: Step) -> None:
    """For a question that nobody waits for."""


def searching(reading: Reading, chosen: Selection) -> Step:
    """The documents chosen: how many, about whom, of what time; as much of that as there is room for."""
    own = all(d.description.publisher in INSPECTORATES for d in chosen.documents)
    count = len(chosen.documents)
    told = f"Reading {count:,} {'report' if own else 'document'}{'' if count == 1 else 's'}"
    periods = join_words([bare_words(period) for period in reading.time.periods])
    several = f" on {len(reading.authorities)} authorities" if reading.authorities else ""
    for whom in (about(reading.authorities, "on"), several):
        longer = ", ".join(filter(None, [f"{told}{whom}", periods]))
        if len(longer) <= LONGEST:
            return Step(StepKind.SEARCHING, longer)
    return Step(StepKind.SEARCHING, told)


def checking(draft: Draft) -> Step:
    """The quotes that are about to be held against the stored pages."""
    count = sum(len(line.quotes) + len(line.cited) for line in draft.every)
    return Step(StepKind.CHECKING_QUOTES, f"Checking {count:,} quote{'' if count == 1 else 's'} word for word")
