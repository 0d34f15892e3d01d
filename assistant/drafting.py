"""Which answer a reading gets: one module of `answers` for each intent, and what is tried where that has nothing.

Reading, choosing and ranking have been done before; words and marks are `answers.drafts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.abstain import missing_topic
from assistant.answers.brevity import BRIEF
from assistant.answers.details import details
from assistant.answers.drafts import Draft, Line
from assistant.answers.grades import graded
from assistant.answers.listing import listing, mentions, no_such_kind
from assistant.answers.meaning import meaning
from assistant.answers.over_time import LOOKED_AT, over_time
from assistant.answers.reasons import one_sided, reasons
from assistant.answers.said import said
from assistant.answers.summary import summary
from assistant.answers.to_improve import to_improve
from assistant.evidence import gather
from assistant.interpret.glossary import find_subjects, stems
from assistant.interpret.wants import asks_of_the_future
from assistant.records import GRADED, Evidence, Intent, Leaning, Missing, Reading, Selection
from assistant.sides import one_sided_whole
from assistant.worth import Worth
from index.aswritten import as_written, plain
from index.generation import OpenIndex
from index.records import VoiceKind
from index.search import Hit


def passages_for(reading: Reading, usual: int) -> int:
    """How many passages are to be ranked for a reading."""
    return max(usual, LOOKED_AT) if _over_time(reading) else usual


def draft_of(  # noqa: PLR0913, PLR0917  (what was asked, what was found, and how it is to be told)
    reading: Reading,
    chosen: Selection,
    hits: Sequence[Hit],
    index: OpenIndex,
    words: float = BRIEF,
    worth: Worth | None = None,
) -> Draft | Missing:
    """The draft of the answer, its short part in about so many words, or why there is none.

    `worth` tells which sentences are quoted; None: as usual.
    """
    if asks_of_the_future(reading.question):
        return Missing(
            "period", "Documents tell of inspections that have been; when one is to come, none of them says."
        )
    stated = _stated(reading, chosen, hits, index, words)
    if stated is not None:
        return stated
    if reading.intent is Intent.LIST:
        return _of_other_kinds(reading, chosen, index)
    missing = missing_topic(reading, chosen, index.catalogue, max((hit.dense for hit in hits), default=0.0))
    if missing:
        return missing
    if _over_time(reading):
        return over_time(reading, chosen, hits, index, worth)
    evidence = gather(reading, chosen, hits, index, worth)
    if not evidence or not _on_topic(reading, evidence):
        return Missing("speaker", _nobody(reading))
    told = said(reading, chosen, evidence, words)
    if reading.leaning is not Leaning.RECOMMENDATIONS or reading.intent is not Intent.SAID:
        return told
    wanted = to_improve(reading, chosen, index.catalogue)
    return Draft(wanted, more=(*told.lines, *told.more)) if wanted else told


def _stated(
    reading: Reading, chosen: Selection, hits: Sequence[Hit], index: OpenIndex, words: float
) -> Draft | Missing | None:
    """What tables and descriptions state; None where they state nothing, and the documents' words are to be asked."""
    if reading.intent in GRADED:
        return graded(reading, chosen, index.catalogue)
    if reading.intent is Intent.DETAILS:
        return details(reading, chosen, index.catalogue)
    if reading.intent is Intent.MEANING:
        return meaning(reading, chosen, hits, index)
    if reading.intent is Intent.LIST:
        return listing(reading, chosen, index.catalogue)
    if reading.intent is Intent.SUMMARY and reading.grades:
        return reasons(reading, chosen, index.catalogue, words)
    if one_sided_whole(reading):
        return one_sided(reading, chosen, index.catalogue, words)
    if reading.intent is Intent.SUMMARY and reading.leaning in (Leaning.NONE, Leaning.RECOMMENDATIONS):
        return summary(reading, chosen, index.catalogue, words)
    return None


def _of_other_kinds(reading: Reading, chosen: Selection, index: OpenIndex) -> Draft | Missing:
    """What other documents say of inspections that are not held themselves."""
    told = no_such_kind(reading)
    spoken = tuple(mentions(reading, chosen, index.catalogue))
    others = f"{told.removesuffix('.')}; this is what other documents say of such:"
    return Draft((Line(others), *spoken)) if spoken else Missing("kind", told)


def _on_topic(reading: Reading, evidence: Sequence[Evidence]) -> bool:
    """Whether a person who is asked for is quoted on the subject: others may speak of it in the same documents."""
    firm = [subject for subject in find_subjects(reading.topic) if not subject.loose]
    if reading.speaker is None or reading.speaker.kind is not VoiceKind.PERSON or not firm:
        return True
    named = as_written(tuple(term for subject in firm for term in (*subject.terms, *subject.related)))
    words = {stem for term in reading.terms for stem in stems(term)}
    return any(
        named.search(plain(one.hit.passage.text)) or words & set(stems(one.hit.passage.text)) for one in evidence
    )


def _over_time(reading: Reading) -> bool:
    return reading.over_time and reading.intent is Intent.SAID and bool(reading.authorities)


def _nobody(reading: Reading) -> str:
    if reading.speaker and reading.speaker.kind is VoiceKind.PERSON:
        who = reading.speaker.name or f"the {reading.speaker.office}"
        return f"Nothing that {who} said about this is held."
    return "Documents were found, but in none of them does the one asked for say anything about this."
