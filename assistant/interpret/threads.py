"""What a question takes over from the questions before it in its thread: the slots that it leaves open.

Each question of a thread is read in turn and given what it lacks, so that the one before it always stands whole.  A
question that stands on its own takes over nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.interpret.intents import speaks_of_grades
from assistant.interpret.periods import PeriodReading, Rank, Relation, shifted
from assistant.interpret.topics import terms_of
from assistant.interpret.wants import asks_of_every_authority, asks_why, side_of_reasons, wants_count, wants_over_time
from assistant.records import GRADED, Intent, Leaning, Reading, Speaker
from index.records import VoiceKind

AREA_WORDS = 5  # a follow-up to a question about a grade with no more words than this names another area of judgement
POINTING = 2  # a follow-up with "it" and no more words of its own than these is about the topic before

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
_GOES_ON = re.compile(
    r"\W*(?:and|ok(?:ay)?|so|also|then|thanks?|thank you|great|what about|how about|same|compared?|but|or|plus)\b", re.I
)
_POINTS_BACK = re.compile(
    r"\b(?:they|them|their|theirs|those|these|it|its|he|she|his|her|there|ones?|that|this)\b", re.I
)
_STILL = re.compile(
    r"\b(?:still|now|today|nowadays|these days|currently|at the moment|any more|anymore|as of now|up to date)\b", re.I
)
_COMPARES = re.compile(
    r"\W*(?:(?:now|please|and|can you|could you)\s+)*compar(?:e|ed|es|ing)\b|\b(?:vs|versus)\b", re.I
)
_AGAINST = re.compile(r"\b(?:better|worse|higher|lower|different|the same|compar\w+)\b", re.I)
_MERELY_CHANGED = (Intent.CHANGE, Intent.GRADE)
_WHOLE = re.compile(
    r"\b(?:summar\w+|overview|headlines?|main (?:findings|points)|key (?:findings|points|messages)|everything)\b", re.I
)
_BARE_SIDE = 5  # words of a follow-up that asks for a side only: "and the weaknesses?"


def context_after(own: Reading, before: Reading | None) -> Reading:
    """What the question after `own` may take over: asking what a word means does not change what is spoken of."""
    if before is None or own.intent is not Intent.MEANING:
        return own
    kept = {slot: getattr(before, slot) for slot in ("kinds", "publishers") if not getattr(own, slot)}
    time = own.time if own.time.is_stated else before.time
    return replace(own, authorities=own.authorities or before.authorities, time=time, **kept)


def carried_over(own: Reading, before: Reading | None) -> Reading:
    """`own` with the slots that it leaves open taken from `before`, the question before it in its thread."""
    if before is None or _begins_anew(own, before):
        return own
    carried: list[str] = []
    own = _authority_carried(_time_carried(own, before, carried), before, carried)
    changes: dict[str, object] = {}
    for slot in ("kinds", "publishers"):
        if not getattr(own, slot) and getattr(before, slot) and _may_carry(slot, own):
            changes[slot] = getattr(before, slot)
            carried.append(slot)
    if own.speaker is None and before.speaker is not None and _may_speak_on(own, before.speaker):
        changes["speaker"] = before.speaker
    changes |= _topic_carried(own, before)
    return replace(own, carried=tuple(carried), **changes)  # type: ignore[arg-type]  # each value is its slot's


def _may_speak_on(own: Reading, speaker: Speaker) -> bool:
    """An inspectorate always; a council or a person only where nothing but the time or the place is another."""
    return speaker.kind is VoiceKind.INSPECTORATE or (not own.terms and own.intent in _OF_WORDS)


def _begins_anew(own: Reading, before: Reading) -> bool:
    """A whole question, which names whom and what it is about, or one about what a word means, is no follow-up."""
    if own.intent is Intent.MEANING:
        return True
    whole = own.authorities and before.authorities and (own.terms or own.intent in _OF_ALL_TIME)
    return bool(whole and not _GOES_ON.match(own.question) and not _POINTS_BACK.search(own.question))


def _authority_carried(own: Reading, before: Reading, carried: list[str]) -> Reading:
    if asks_of_every_authority(own.question):
        return own
    if before.authorities and not own.authorities:
        carried.insert(0, "authority")
        return replace(own, authorities=before.authorities)
    if before.authorities and own.authorities and not own.terms and _COMPARES.search(own.question):
        carried.insert(0, "authority")
        return replace(own, authorities=tuple(dict.fromkeys((*before.authorities, *own.authorities))))
    return own


def _time_carried(own: Reading, before: Reading, carried: list[str]) -> Reading:
    """The time of the question before, a year on or back from it, or after it; none where today is meant."""
    moved = shifted(own.question, before.time)
    if moved is not None and not own.time.periods:
        carried.append("period")
        return replace(own, time=moved)
    anchor = own.time.anchor
    if anchor is not None and anchor.rank is Rank.NONE and anchor.within is None:
        return replace(own, time=_anchored_to(own.time, before.time, carried))
    if len(own.time.periods) == 1 and _compares_with(own, before):
        carried.append("period")
        both = sorted((*before.time.periods, *own.time.periods), key=lambda period: period.interval.start)
        return replace(own, time=PeriodReading(tuple(both), each=True))
    if own.time.is_stated or own.intent in _OF_ALL_TIME or not before.time.is_stated:
        return own
    if wants_over_time(own.question, own.time) and not own.authorities:
        return own  # "how has that changed?" asks for more than the year before it
    if _STILL.search(own.question):
        return replace(own, time=PeriodReading(rank=Rank.LATEST))
    carried.append("period")
    return replace(own, time=before.time, as_of=own.as_of or before.as_of)


def _compares_with(own: Reading, before: Reading) -> bool:
    """ "Was it better in 2018?" sets that year beside the one of the question before."""
    told = before.time.periods
    if own.intent is not Intent.CHANGE or len(told) != 1 or own.authorities or not _AGAINST.search(own.question):
        return False
    same = told[0].interval == own.time.periods[0].interval
    return not same and {told[0].relation, own.time.periods[0].relation} == {Relation.IN}


def _anchored_to(own: PeriodReading, before: PeriodReading, carried: list[str]) -> PeriodReading:
    """ "Since then" and "since the inspection", where the question before told of one time."""
    anchor = own.anchor
    if anchor is None or len(before.periods) != 1 or before.periods[0].relation is not Relation.IN:
        return replace(own, anchor=None) if anchor and anchor.back and not before.is_stated else own
    carried.append("period")
    return replace(own, anchor=replace(anchor, within=before.periods[0].interval))


def _may_carry(slot: str, own: Reading) -> bool:
    """A list or a history is of every kind of document; and whom the council answers is no publisher of its answer."""
    if slot == "kinds":
        return own.intent not in (*_OF_ALL_TIME, *GRADED)
    own_kind = own.speaker.kind if own.speaker else VoiceKind.INSPECTORATE
    return own_kind in (VoiceKind.INSPECTORATE, VoiceKind.REPORTED_TO_INSPECTORATE)


def _topic_carried(own: Reading, before: Reading) -> dict[str, object]:
    """A follow-up without a topic takes the earlier one; one that says "they" takes the group it speaks of."""
    if _only_points(own, before):
        return _same_topic(own, before)
    if own.intent is Intent.GRADE and own.grades and before.intent in _OF_ALL_TIME:
        return {"intent": Intent.HISTORY, "counted": wants_count(own.question, Intent.HISTORY)}
    if own.intent not in _OF_WORDS:
        return _areas_carried(own, before)
    if _WHOLE.search(own.question) and not own.terms:
        return {}
    if own.areas and before.intent is Intent.GRADE and len(own.terms) <= AREA_WORDS:  # "and for care leavers?"
        return {"intent": Intent.GRADE}
    if asks_why(own.question) and before.intent in GRADED and not own.terms:
        grades = own.grades or before.grades
        leaning = side_of_reasons(f"{own.question} {before.question}", grades)
        return {"intent": Intent.SUMMARY, "leaning": leaning, "grades": grades, "areas": own.areas or before.areas}
    if not own.terms and (own.leaning in (Leaning.NONE, before.leaning) or _adds_a_side(own, before)):
        return _same_topic(own, before)
    told = f"{before.topic} {before.question}"
    group = _GROUPS.search(told)
    if group and not _GROUPS.search(own.question) and _POINTS_BACK.search(own.question):
        return {"topic": f"{own.topic} {group.group()}", "terms": (*own.terms, *terms_of(group.group()))}
    if (
        before.topic and before.intent in _OF_WORDS and len(own.terms) <= POINTING and _POINTS_BACK.search(own.question)
    ):  # "who chairs it?"
        both = ("terms", "wider", "subjects")
        joined = {slot: tuple(dict.fromkeys((*getattr(own, slot), *getattr(before, slot)))) for slot in both}
        return {"topic": f"{own.topic} {before.topic}", **joined}
    return {}


def _only_points(own: Reading, before: Reading) -> bool:
    """ "Was it better in 2018?" after a question about caseloads is about caseloads, not about grades."""
    topical = before.intent is Intent.SAID and bool(before.terms)
    pointing = not own.areas and not own.grades and not speaks_of_grades(own.question)
    return own.intent in _MERELY_CHANGED and topical and pointing


def _adds_a_side(own: Reading, before: Reading) -> bool:
    """ "Any strengths?" after a question about caseloads: what is good about caseloads."""
    short = len(own.question.split()) <= _BARE_SIDE
    return short and bool(before.terms) and own.leaning in (Leaning.STRENGTHS, Leaning.CRITICISM)


def _same_topic(own: Reading, before: Reading) -> dict[str, object]:
    slots = ("topic", "terms", "wider", "subjects", "areas", "details", "over_time", "leaning")
    same: dict[str, object] = {slot: getattr(before, slot) for slot in slots}
    if before.intent is Intent.SAID and before.terms and wants_over_time(own.question, own.time):
        same["over_time"] = True
    if own.leaning is not Leaning.NONE:
        same["leaning"] = own.leaning
    same["grades"] = own.grades or before.grades
    same["every_area"] = own.every_area or before.every_area
    spoken = own.speaker is not None and own.speaker.kind is not VoiceKind.INSPECTORATE
    meant = Intent.SAID if before.intent is Intent.MEANING or spoken else before.intent
    if own.intent is Intent.SUMMARY and own.leaning is Leaning.RECOMMENDATIONS:
        meant = Intent.SUMMARY
    return {**same, "intent": meant, "counted": before.counted and meant is before.intent}


def _areas_carried(own: Reading, before: Reading) -> dict[str, object]:
    """ "And how has that changed?" after a question about one judgement is about the same one."""
    if own.intent in GRADED and before.intent in GRADED and not own.areas and not own.every_area:
        return {"areas": before.areas}
    return {}
