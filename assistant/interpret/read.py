"""A question, with the earlier ones of its thread, into a Reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.interpret.glossary import find_subjects, stems
from assistant.interpret.intents import intent_of
from assistant.interpret.periods import Period, Rank, Relation, read_periods, shifted
from assistant.interpret.places import unknown_places
from assistant.interpret.slots import find_areas, find_grades, find_kinds, find_leaning, find_publishers
from assistant.interpret.speakers import find_speaker
from assistant.interpret.topics import topic_of
from assistant.records import Intent, Leaning, Reading
from index.authorities import Mention, find_authorities
from index.records import VoiceKind

AREA_WORDS = 5  # a follow-up to a question about a grade with no more words than this names another area of judgement
POINTING = 2  # a follow-up with "it" and no more words of its own than these is about the topic before
HOME = "home authority"  # as a carried slot
SUBJECTS = 3  # subjects of the glossary that widen a search, at most

# Words that carry no topic: they are left out of the keyword search.
_STOP = frozenset(
    stems(
        "a an the and or but of in on at to for with from by about is are was were be been being am it its they their "
        "them this that these those there here what which who whom whose how when where why do does did done has have "
        "had having any anything some something no not if as than then so too very can could will would should may "
        "might must get gets got getting into out up down over under also more most much many well good bad just only "
        "still back again such same other others another really actually properly enough going go went come came "
        "while because between during after before since until per kind sort way ways like thing things people "
        "they're we our us you your i my said say saying told tell find found report reports reported inspector "
        "inspectors inspection inspections ofsted authority council year"
    )
)
# The groups that children's services are about: a follow-up that says "they" means the one named before.
_GROUPS = re.compile(
    r"care leavers|children in care|(?:children )?looked[- ]after(?: children)?|looked-after kids|kids in care|"
    r"social workers?|foster carers?|disabled (?:children|kids)|"
    r"unaccompanied (?:asylum[- ]seeking )?(?:children|minors)|"
    r"private(?:ly)? foster\w*|adopters|young carers|personal advisers?|16[ -](?:and|to|or)[ -]17[ -]year[ -]olds|"
    r"homeless \w+|children (?:on|with) (?:child )?protection plans|managers|staff",
    re.I,
)
_OF_ALL_TIME = (Intent.HISTORY, Intent.LIST)  # "how have the grades changed?" asks for more than the year before it
_OF_WORDS = (Intent.SAID, Intent.SUMMARY)
_IMPROVING = frozenset({"need", "needs", "improve", "improved", "improvement"})  # no topic of their own
_EVERY_AREA = re.compile(r"\b(?:grades|judge?ments|ratings|sub-?judge?ments?|each area|all areas|every area)\b", re.I)
_HELPS = re.compile(
    r"\b(?:review(?:ed|s)?|support(?:ed)?|help(?:ed)?|advice|advised|intervention|visit(?:ed)?|work(?:ed)?|partner(?:ed|ship)?|"
    r"commissioned|improvement partner)\s+(?:by|from|with)\s+(?:the\s+)?(?:council\s+of\s+)?$",
    re.I,
)
_GOES_ON = re.compile(r"\W*(?:and|ok(?:ay)?|so|also|then|thanks|what about|how about|same|compared?)\b", re.I)
_POINTS_BACK = re.compile(r"\b(?:they|them|their|theirs|those|these|it|its|he|she|his|her|there|ones?|that)\b", re.I)


def read_question(question: str, earlier: Sequence[str], today: date, home: str | None = None) -> Reading:
    """What `question` means.  `earlier` are the questions before it in the thread, oldest first.

    `today` resolves "last year"; `home` is the authority meant where a question of the deployment names none.
    """
    own = _read_one(question, today)
    for before in reversed(earlier):
        own = _carried_over(own, _read_one(before, today), before)
    if home and not own.authorities:
        own = replace(own, authorities=(home,), carried=(*own.carried, HOME))
    return own


def _read_one(question: str, today: date) -> Reading:
    mentions = _meant(question)
    time = read_periods(question, today)
    kinds, kind_words = find_kinds(question)
    spans = [(m.start, m.end) for m in mentions] + [(p.start, p.end) for p in time.periods]
    topic = topic_of(question, [*spans, *filter(None, (kind_words, time.rank_words))])
    speaker = find_speaker(question)
    areas = find_areas(question)
    terms = _terms(topic)
    intent, details = intent_of(question, topic, terms, time, areas)
    leaning = find_leaning(question)
    spoken = speaker is not None and speaker.kind is not VoiceKind.INSPECTORATE
    if spoken or (leaning is Leaning.RECOMMENDATIONS and intent is Intent.CHANGE):
        intent = Intent.SAID  # what somebody says of a grade is no grade, what needs to improve no change of grades
    if speaker and speaker.kind is VoiceKind.PERSON:
        topic = topic_of(re.sub(re.escape(speaker.name), " ", topic), ())
        terms = _terms(topic)
    found = find_subjects(topic)[:SUBJECTS]
    if intent is Intent.SAID and not spoken and not set(terms) - _IMPROVING:
        intent = Intent.SUMMARY
    return Reading(
        question=question,
        authorities=tuple(dict.fromkeys(m.name for m in mentions)),
        unknown_places=unknown_places(question, mentions),
        publishers=find_publishers(question),
        speaker=speaker,
        time=time,
        kinds=kinds,
        areas=areas,
        grades=find_grades(question),
        every_area=bool(_EVERY_AREA.search(question)) and not areas,
        topic=topic,
        subjects=tuple(subject.name for subject in found),
        terms=terms,
        wider=tuple(dict.fromkeys(term for subject in found for term in (*subject.terms, *subject.related))),
        intent=intent,
        details=details,
        leaning=leaning,
        as_of=_as_of(time.periods),
    )


def _meant(question: str) -> list[Mention]:
    """The authorities that a question is about: not one that only helps or looks on ("the peer review by Kent")."""
    mentions = find_authorities(question)
    helping = [m for m in mentions if _HELPS.search(question[: m.start])]
    return [m for m in mentions if m not in helping] or list(mentions)


def _terms(topic: str) -> tuple[str, ...]:
    words = re.findall(r"[A-Za-z0-9][\w'’-]*", topic)
    return tuple(dict.fromkeys(word for word in words if (found := stems(word)) and not set(found) <= _STOP))


def _as_of(periods: Sequence[Period]) -> date | None:
    return next((p.interval.end for p in periods if p.relation is Relation.AS_OF), None)


def _carried_over(own: Reading, before: Reading, words: str) -> Reading:
    """`own` with the slots that it leaves open taken from an earlier question of the thread.

    A whole question about another authority begins anew: it is no follow-up.
    """
    other = own.authorities and before.authorities and not set(own.authorities) & set(before.authorities)
    if other and own.terms and not _GOES_ON.match(own.question):
        return own
    carried = []
    changes: dict[str, object] = {}
    if not own.authorities and before.authorities:
        changes["authorities"] = before.authorities
        carried.append("authority")
    moved = shifted(own.question, before.time)
    if moved is not None and not own.time.periods:
        own = replace(own, time=moved)
        carried.append("period")
    timed = own.time.periods or own.time.rank is not Rank.NONE
    if not timed and own.intent not in _OF_ALL_TIME and (before.time.periods or before.time.rank is not Rank.NONE):
        changes["time"] = before.time
        changes["as_of"] = own.as_of or before.as_of
        carried.append("period")
    for slot in ("kinds", "publishers"):
        if not getattr(own, slot) and getattr(before, slot):
            changes[slot] = getattr(before, slot)
            carried.append(slot)
    if (
        own.speaker is None
        and before.speaker is not None
        and (before.speaker.kind is VoiceKind.INSPECTORATE or (not own.terms and own.intent in _OF_WORDS))
    ):
        changes["speaker"] = before.speaker
    changes |= _topic_carried(own, before, words)
    return replace(own, carried=(*own.carried, *carried), **changes)  # type: ignore[arg-type]  # each value is its slot's


def _topic_carried(own: Reading, before: Reading, words: str) -> dict[str, object]:
    """A follow-up without a topic takes the earlier one; one that says "they" takes the group it speaks of."""
    if own.intent not in _OF_WORDS:
        return {}
    if own.areas and before.intent is Intent.GRADE and len(own.terms) <= AREA_WORDS:  # "and for care leavers?"
        return {"intent": Intent.GRADE}
    if not own.terms and own.leaning is before.leaning:
        same = ("topic", "terms", "wider", "subjects", "areas", "intent", "details")
        return {slot: getattr(before, slot) for slot in same}
    group = _GROUPS.search(words)
    if group and not _GROUPS.search(own.question) and _POINTS_BACK.search(own.question):
        return {"topic": f"{own.topic} {group.group()}", "terms": (*own.terms, *_terms(group.group()))}
    if before.topic and len(own.terms) <= POINTING and _POINTS_BACK.search(own.question):  # "who chairs it?"
        both = ("terms", "wider", "subjects")
        joined = {slot: tuple(dict.fromkeys((*getattr(own, slot), *getattr(before, slot)))) for slot in both}
        return {"topic": f"{own.topic} {before.topic}", **joined}
    return {}
