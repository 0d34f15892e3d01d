"""One question into a Reading.  What it takes over from the questions before it is `threads`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.interpret.glossary import find_subjects, stems
from assistant.interpret.intents import asks_who_runs, intent_of, only_of_grades, speaks_of_grades
from assistant.interpret.leanings import find_leaning, is_only_side, without_side
from assistant.interpret.meanings import words_asked
from assistant.interpret.periods import Period, PeriodReading, Relation, read_periods, stretched
from assistant.interpret.places import run_together, unknown_places
from assistant.interpret.slots import find_areas, find_grades, find_kinds, find_publishers
from assistant.interpret.speakers import OFFICES, PLACE, find_speaker
from assistant.interpret.threads import carried_over, context_after
from assistant.interpret.topics import about_change, about_spoken, terms_of, topic_of
from assistant.interpret.vocabulary import Meaning
from assistant.interpret.wants import (
    asks_of_every_authority,
    asks_why,
    side_of_reasons,
    wants_count,
    wants_over_time,
)
from assistant.records import GRADED, Intent, Leaning, Reading
from index.authorities import Mention, find_authorities, main_authority
from index.records import Area, VoiceKind

HOME = "home authority"  # as a carried slot
SUBJECTS = 3  # subjects of the glossary that widen a search, at most
LEADERS = "director of children's services"  # what "who leads children's services?" is about, as reports put it
_EMPTY = frozenset(
    stems(
        "need improve improvement happen happened happening new news update updates key main message messages "
        "outcome outcomes "
        "result results conclude concluded conclusion conclusions picture situation state position"
    )
)  # of no topic
_OF_REASONS = frozenset(
    stems(
        "reason reasons wasn't weren't isn't aren't didn't hasn't never made make cause caused grounds ground "
        "explain led fail failed failing wrong drop dropped"
    )
)
FEWEST = 3  # words that make a question of its own
_SENTENCES = re.compile(r"(?<=\?)\s+(?=\w)")
_STATED = (*GRADED, Intent.DETAILS, Intent.LIST, Intent.MEANING)
# As long as the word itself or longer, so that what stands around it stays in its place.
_MISSPELT = re.compile(
    r"\b(?:off+st[ea]+d|ofst[ea]{2,}d|ofstedd+|offsetd|oftsed|osfted|ofsetd|ofstde|oftsted|"
    r"of sted)\b",
    re.I,
)
_CHANGED = re.compile(r"\b(?:chang|improv|happen|progress)\w*", re.I)
_FROM_TO = re.compile(r"\bfrom\b[^?]*\b(?:to|into)\b", re.I)
_SINCE_GRADE = re.compile(
    r"\b(?:after|since|following|before|when)\b[^?]*\b(?:judged|rated|graded|found|"
    r"declared|being|became|was)\b",
    re.I,
)
_WHO = re.compile(r"\W*who\b", re.I)  # "who criticised the council?" asks for names, not for the criticism
_EVERY_AREA = re.compile(r"\b(?:grades|judge?ments|ratings|sub-?judge?ments?|each area|all areas|every area)\b", re.I)
_HELPS = re.compile(
    r"\b(?:review(?:ed|s)?|support(?:ed)?|help(?:ed)?|advice|advised|intervention|visit(?:ed)?|work(?:ed)?|"
    r"partner(?:ed|ship)?|"
    r"commissioned|improvement partner)\s+(?:by|from|with)\s+(?:the\s+)?(?:council\s+of\s+)?$",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:director|chief executive|lead member|cabinet member|portfolio holder|commissioner|chair\w*|dcs|leader)\b",
    re.I,
)


def read_question(question: str, earlier: Sequence[str], today: date, home: str | None = None) -> Reading:
    """What `question` means.  `earlier` are the questions before it in the thread, oldest first.

    `today` resolves "last year"; `home` is the authority meant where a question of the deployment names none.
    """
    before: Reading | None = None
    for each in earlier:
        before = context_after(carried_over(_read_one(each, today, before), before), before)
    own = carried_over(_of_two(question, today, before), before)
    every = own.intent is Intent.MEANING or asks_of_every_authority(question)
    if home and not own.authorities and not every:
        return replace(own, authorities=(_canonical(home),), carried=(*own.carried, HOME))
    return own


@lru_cache(maxsize=8)
def _canonical(home: str) -> str:
    """The name of the home authority as documents have it, however the setting puts it."""
    return main_authority(home) or home


def _of_two(question: str, today: date, before: Reading | None) -> Reading:
    """The reading of the whole or, where two questions of different kinds stand in it, of the first, with a note."""
    whole = _read_one(question, today, before)
    parts = _SENTENCES.split(question.strip(), maxsplit=1)
    if len(parts) < 2 or any(len(part.split()) < FEWEST for part in parts):
        return whole
    first, other = (_read_one(part, today, before) for part in parts)
    topical = [bool(one.terms) and one.intent is Intent.SAID for one in (first, other)]
    if (topical == [True, False] and other.intent in _STATED) or (topical == [False, True] and first.intent in _STATED):
        note = f"A second question was left aside: “{parts[1].strip()}” Ask it by itself."
        return replace(first, question=question, notes=(note,))
    return whole


def _read_one(original: str, today: date, before: Reading | None) -> Reading:
    """The question by itself; `before` decides no more than whether a bare word asks what it means."""
    question = _MISSPELT.sub(lambda match: "Ofsted".ljust(len(match[0])), original)
    mentions = _meant(question)
    time = read_periods(question, today)
    anchor = [(time.anchor.start, time.anchor.end)] if time.anchor else []
    plain = _blanked(question, anchor)
    # "During the pandemic" is a time and a subject at once; reports written after it speak of it too.
    stated = [p for p in time.periods if not (p.event and p.relation is Relation.IN)]
    spans = [(m.start, m.end) for m in mentions] + [(p.start, p.end) for p in stated]
    first = before is None or before.intent is Intent.MEANING
    asked = words_asked(_blanked(question, [*spans, *anchor]), bool(spans), first)
    if asked:
        return _of_meaning(original, mentions, time, asked)
    kinds, kind_words = find_kinds(plain)
    topic = topic_of(question, [*spans, *anchor, *filter(None, (kind_words, None if anchor else time.rank_words))])
    speaker = find_speaker(_placed(plain, mentions))
    areas = find_areas(plain)
    intent, details = intent_of(question, topic, terms_of(topic), time, areas)
    reading = Reading(
        question=question,
        authorities=tuple(dict.fromkeys(m.name for m in mentions)),
        unknown_places=unknown_places(question, mentions),
        publishers=find_publishers(plain),
        speaker=speaker,
        time=time,
        kinds=kinds,
        areas=areas,
        grades=() if _is_of_change_since(plain, intent) else find_grades(plain),
        every_area=bool(_EVERY_AREA.search(question)) and not areas,
        topic=topic,
        intent=intent,
        details=details,
        leaning=find_leaning(plain),
        as_of=_as_of(time.periods),
    )
    return replace(_with_words(_of_intent(_of_speaker(reading))), question=original)


def _is_of_change_since(question: str, intent: Intent) -> bool:
    """Whether a grade that is named is where a change began, and not the one that is looked for."""
    since = _CHANGED.search(question) and _SINCE_GRADE.search(question)
    return intent is Intent.HISTORY and bool(since or _FROM_TO.search(question))


def _of_meaning(question: str, mentions: Sequence[Mention], time: PeriodReading, asked: tuple[Meaning, ...]) -> Reading:
    names = tuple(dict.fromkeys(name for word in asked for name in word.names))
    return Reading(
        question=question,
        authorities=tuple(dict.fromkeys(m.name for m in mentions)),
        time=time,
        topic=" ".join(filter(None, (part for word in asked for part in (word.word, word.long)))),
        subjects=tuple(word.word for word in asked),
        terms=tuple(word.word for word in asked),
        wider=names,
        intent=Intent.MEANING,
        as_of=_as_of(time.periods),
    )


def _of_speaker(reading: Reading) -> Reading:
    """What somebody says of a grade is no grade; and a speaker's name is no topic."""
    speaker = reading.speaker
    if speaker is None or speaker.kind is VoiceKind.INSPECTORATE:
        return reading
    topic = reading.topic
    if speaker.name and speaker.kind is VoiceKind.PERSON:
        topic = re.sub(re.escape(speaker.name), " ", topic, flags=re.I)
    if speaker.office:
        topic = re.sub(OFFICES[speaker.office][0], " ", topic, flags=re.I)
    topic = about_spoken(topic)
    return replace(reading, topic=topic if terms_of(topic) else "", intent=Intent.SAID, details=())


def _of_intent(reading: Reading) -> Reading:
    """The intent as the whole question has it: reasons of a grade, change over time, people, a report on the whole."""
    question, intent, topic = reading.question, reading.intent, reading.topic
    spoken = reading.speaker is not None and reading.speaker.kind is not VoiceKind.INSPECTORATE
    if reading.leaning is Leaning.RECOMMENDATIONS and intent in GRADED:
        # What needs to improve is no change of grades; with the grades it is the report on the whole.
        both = speaks_of_grades(question) and intent is not Intent.CHANGE
        reading, intent = replace(reading, leaning=Leaning.NONE if both else reading.leaning), Intent.SAID
        if both:
            return replace(reading, intent=Intent.SUMMARY, topic="")
    if intent is Intent.CHANGE and _is_topical(reading):
        intent = Intent.SAID
    if intent is not Intent.SAID or spoken:
        return replace(reading, intent=intent, counted=wants_count(question, intent))
    reading = replace(reading, intent=intent)
    if asks_who_runs(question):
        named = re.sub(r"\bdcs\b", LEADERS, topic, flags=re.I)
        return replace(reading, topic=named if _ROLE.search(named) else LEADERS)
    if _asks_why_graded(reading):
        side = side_of_reasons(question, reading.grades)
        return replace(reading, intent=Intent.SUMMARY, leaning=side, topic=_area_words(reading))
    if wants_over_time(question, reading.time) and terms_of(about_change(topic)):
        time = stretched(question, reading.time)
        return replace(reading, over_time=True, topic=about_change(topic), time=time)
    words = frozenset(stems(" ".join(terms_of(topic)))) - _EMPTY
    if not words or (is_only_side(words, reading.leaning) and not _WHO.match(question)):
        return replace(reading, intent=Intent.SUMMARY, topic="")
    return replace(reading, topic=without_side(topic) or topic)


def _is_topical(reading: Reading) -> bool:
    """Whether a change or a comparison is of what was said on a subject that is an area of judgement too."""
    areas = reading.areas and reading.areas[0] is not Area.OVERALL
    return bool(areas) and not (speaks_of_grades(reading.question) or reading.every_area)


def _asks_why_graded(reading: Reading) -> bool:
    """Whether the reasons of a judgement are asked for, and of nothing else."""
    if not asks_why(reading.question):
        return False
    rest = [term for term in terms_of(reading.topic) if not set(stems(term)) <= _OF_REASONS]
    return only_of_grades(rest)


def _area_words(reading: Reading) -> str:
    graded = reading.areas and reading.areas[0] is not Area.OVERALL
    return reading.areas[0].value if graded else ""


def _with_words(reading: Reading) -> Reading:
    """The reading with what follows from its topic: terms, subjects and the words that widen the search."""
    found = find_subjects(reading.topic)[:SUBJECTS]
    return replace(
        reading,
        terms=terms_of(reading.topic),
        subjects=tuple(subject.name for subject in found),
        wider=tuple(dict.fromkeys(term for subject in found for term in (*subject.terms, *subject.related))),
    )


def _blanked(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """The question with the words at these places blanked out: offsets of the rest stay as they were."""
    for start, end in spans:
        question = question[:start] + " " * (end - start) + question[end:]
    return question


def _placed(question: str, mentions: Sequence[Mention]) -> str:
    """The question with PLACE for each authority; one named as a council stays, for it speaks as one."""
    for mention in sorted(mentions, key=lambda m: -m.start):
        if (
            not re.search(r"\b(?:council|authority|trust)\b", mention.words, re.I)
            and question[mention.start : mention.end].strip()
        ):
            own = "'s" if mention.words.endswith(("'s", "’s")) else ""
            question = f"{question[: mention.start]}{PLACE}{own}{question[mention.end :]}"
    return question


def _meant(question: str) -> list[Mention]:
    """The authorities that a question is about: not one that only helps or looks on ("the peer review by Kent")."""
    mentions = (*find_authorities(question), *run_together(question))
    helping = [m for m in mentions if _HELPS.search(question[: m.start])]
    return [m for m in mentions if m not in helping]


def _as_of(periods: Sequence[Period]) -> date | None:
    return next((p.interval.end for p in periods if p.relation is Relation.AS_OF), None)
