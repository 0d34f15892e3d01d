"""What kind of answer a question wants: grades, their change or history, facts of an inspection, a list, or words.

A question is about grades, or about an inspection itself, only if it has no words left that are about something else:
"the rating of the grammar school" is no question about the authority's judgement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.interpret.glossary import stems
from assistant.interpret.periods import PeriodReading, Rank
from assistant.records import Detail, Intent
from index.records import Area

_GRADES = re.compile(
    r"\b(?:judge?ments?|judged?|sub-?judge?ments?|grade[sd]?|grading|ratings?|rated?|verdict|scored?|"
    r"overall effectiveness|ofsted status)\b|\bsend (?:inspection )?outcomes?\b|"
    r"\b(?:outcomes?|results?) of (?:the |its |\w+['’]?s? )?(?:\d{4} |latest |last )?(?:local )?(?:area )?"
    r"(?:send|inspection)",
    re.I,
)
_GRADE_NAMED = re.compile(
    r"\b(?:is|was|are|were|got|get|went|been|become|became)\b[^?]*"
    r"\b(?:inadequate|outstanding|requires? improvement)\b|"
    r"\b(?:authorities|councils|places|boroughs|counties)\b[^?]*\b(?:inadequate|outstanding|requires? improvement)\b|"
    r"\b(?:inadequate|outstanding|good|requires? improvement) (?:local )?(?:authorities|councils|places|boroughs)\b|"
    r"\b(?:out of|from|to|into|in) (?:an? |being )?(?:inadequate|special measures|outstanding|requires? improvement)\b",
    re.I,
)
_GIVEN = re.compile(
    r"\boverall\b|\b(?:get|got|given?|gave|receive[ds]?)\b[^?]*\b(?:for|on)\b|\bhow did\b[^?]*\bdo (?:on|for)\b", re.I
)
_CHANGE = re.compile(
    r"\b(?:improv(?:e|ed|ing)|declin\w+|worse\w*|better|chang\w+|deteriorat\w+|compar\w+|differ\w*|moved?|"
    r"(?:go|gone|went|move|moved) (?:up|down)|stay(?:ed)? the same|fall\w*|fell|risen|rose)\b",
    re.I,
)
_HISTORY = re.compile(
    r"\b(?:over time|over the years|through the years|history|time ?line|track record|each (?:inspection|time)|"
    r"every (?:inspection|judge?ment|grade|rating)|all (?:the |its |of (?:the |its )?)?(?:judge?ments|grades|ratings)|"
    r"list (?:of )?(?:the |all )*(?:\w+ )?(?:judge?ments|grades|ratings)|trends?|"
    r"(?:go|went|gone|goes|moved?|moving|improved?|came|come|rise|rose|risen|fell|fall|fallen|drop|dropped|slip|"
    r"slipped|declined?) from "
    r"(?:being )?(?:inadequate|requires? improvement|good|outstanding)|"
    r"chronology|direction of travel|trajectory|journey|so far|to date)\b",
    re.I,
)
# Of a grade that the question names: whether and when it was given, which the latest report does not tell.
_EVER = re.compile(r"\b(?:ever|(?:what|which) years?|when (?:was|were|did|had|has)|has\b[^?]*\bbeen|how long)\b", re.I)
_TIMES = re.compile(r"\bhow (?:many times|often|frequently)\b", re.I)
_PAPERS = r"(?:inspections|visits|reports|letters|documents|inspection reports|papers)"
_LIST = re.compile(
    rf"\b(?:how many|number of|list|what|which|show|give|all|every|any|chronology|time ?line|dates|see|find|count)\s"
    rf"(?:[\w-]+\s){{0,5}}?{_PAPERS}\b(?! say| find| mention)|"
    r"\b(?:how (?:often|many times)|when) (?:has|have|had|did|was|were|is)\b(?![^?]*\blast\b)[^?]*\bbeen (?:\w+ )?"
    r"(?:inspected|visited)\b|\b(?:how (?:often|many times)) (?:has|have|had|did|was|were|is|does|do)\b[^?]*"
    r"\b(?:inspect(?:ed|s)?|visit(?:ed|s)?)\b|\b(?:what|which|anything) (?:do|have) (?:you|we) (?:have|hold|"
    r"held|got|know)\b|"
    r"\b(?:which|what|how many|any|list) (?:local |other )?(?:authorities|councils|places|boroughs|"
    r"counties) (?:has |have |had |did |was |were )?"
    r"(?:ofsted |inspectors |been |they )*(?:inspect(?:ed)?|visit(?:ed)?)\b|"
    r"\b(?:which|what|how many|any|list) (?:local |other )?(?:authorities|councils|places|boroughs|counties) "
    r"(?:(?:that|who) )?(?:have |has )?(?:had|got|received|undergone) (?:an? |any |the )?(?:[\w-]+ ){0,4}?"
    r"(?:inspections?|visits?|letters?|jtais?|re-?inspections?)\b|"
    r"\bwhat (?:is|['’]s) (?:held|available|there)\b|"
    r"^\W*(?:(?:all|the|full|focused|monitoring|ofsted)\s)*(?:inspections|visits)\b(?!['’])",
    re.I,
)
# Who leads the services is asked of the text; who led an inspection is in its description.
_RUNS_SERVICES = re.compile(
    r"\bwho(?:\s(?:has|have|had|is|was|been|currently|now|then))*\s(?:leads?|led|runs?|ran|heads?|headed|heading|"
    r"leading|running|manages?|managed|in charge of|responsible for)\b[^?]{0,40}\b(?:children['’]?s (?:social care|"
    r"services|department|trust)|council|services?|department|trust|authority)\b|"
    r"\bwho(?:['’]?s|\s(?:is|was|were|are|has been))\s(?:[\w'’-]+\s){0,4}?(?:director|dcs|chief executive|lead member|"
    r"cabinet member|portfolio holder|commissioner|leader of the council|council leader)\b",
    re.I,
)
# "the visit that was published in May": when it was published is known, when it took place is asked.
_KNOWN_BY_DATE = re.compile(r"\b(?:that|which)\b[^?]{0,20}\bpublished\b|\bpublished (?:in|on|during)\b", re.I)
_LEAD = re.compile(
    r"\b(?:lead(?:ing)? inspectors?|who (?:were|was|are|is) the (?:\w+ )?inspectors?|"
    r"names? of (?:the )?(?:hmi|inspectors?)|(?:who|which inspectors?|hmi) "
    r"(?:led|lead|headed|ran|inspected|conducted|carried out|undertook|was in charge))\b",
    re.I,
)
_DATES = re.compile(
    r"\b(?:dates? of|(?:what|which|on what|on which) (?:\w+ )?(?:dates?|days?)|what were the (?:\w+ )?dates|"
    r"when (?:did|was|were|are|is|had)|how long (?:is it |has it been |ago )?since|how long ago|how long (?:did|was|"
    r"were) (?:the )?(?:inspection|visit|inspectors?))\b",
    re.I,
)
_PUBLISHED = re.compile(
    r"\b(?:when|(?:what|which) (?:date|day)|date of publication)\b[^?]*"
    r"\b(?:published|publication|released|come out|came out|issued|out)\b",
    re.I,
)
_WHY = re.compile(
    r"\b(?:why|how come|reasons?|because|what made|respon\w+|react\w*|say about|said about|explain\w*)\b", re.I
)


def _vocabulary(words: str) -> frozenset[str]:
    return frozenset(stems(words))


_PLAIN = (
    "who what when which whom whose where why on of in at the a an and or for to by from with was were is are did do "
    "does done had has have be been it its they there that this one ones how long many much any ever all every each "
    "list number inspector inspectors inspection inspections inspected inspect visit visits visited letter letters "
    "report reports reported published publish publication latest last most recent previous first current currently "
    "now monitoring focused full area send joint targeted jtai ilacs sif ofsted hmip cqc children services social care "
    "council councils authority authorities local england time times year years since between and during held "
    "hold holds we us our here"
)
# Words that a question about the inspection itself may have.
_ABOUT_INSPECTION = _vocabulary(
    f"{_PLAIN} released issued date dates day days lead led head headed ran run up carry carried out took take place "
    "happen happened conduct conducted undertake undertook come came go went start finish end begin began charge name "
    "names named got that which responsible team whole hmi site onsite"
)
# Words that a question about grades may have.
_ABOUT_GRADES = _vocabulary(
    f"{_PLAIN} judge judged judges judgement judgements judgment judgments sub grade grades graded grading rate rated "
    "rating ratings verdict score scored outcome outcomes result results status overall effectiveness get got gets "
    "give gave given receive received receives award awarded inadequate good outstanding requires require improvement "
    "improve improved improving decline declined declining better worse worsen change changed changes compare compared "
    "comparing differ different difference move moved go went gone up down stay stayed same fall fell fallen rise rose "
    "risen deteriorated history timeline track record over through become became still performance experiences "
    "progress impact leaders leader leadership management governance social work practice family families need needing "
    "help protection protecting protect safeguarding in care leavers leaving looked after achieving permanence "
    "adoption lscb board boards special educational needs disabilities send partnership arrangements people young "
    "their kids department show give me tell list documents document papers available you we trend trends so date "
    "count happened happen take took taken place conducted undertaken often chronology direction travel "
    "trajectory journey"
)


def intent_of(
    question: str, topic: str, terms: Sequence[str], time: PeriodReading, areas: Sequence[Area]
) -> tuple[Intent, tuple[Detail, ...]]:
    """The intent and, for Intent.DETAILS, which facts are asked for.

    `topic` is the question without its slots and frame; `terms` are its words without the common ones.
    """
    details = _details(question, topic)
    if details:
        return Intent.DETAILS, details
    if not only_of_grades(terms) or _WHY.search(question):
        return Intent.SAID, ()
    return _of_grades(question, time, areas), ()


def only_of_grades(terms: Sequence[str]) -> bool:
    """Whether a question with these words has none that are about something else than judgements."""
    return all(stem in _ABOUT_GRADES for term in terms for stem in stems(term))


def speaks_of_grades(question: str) -> bool:
    """Whether a judgement is named, as such or by its grade."""
    return bool(_GRADES.search(question) or _GRADE_NAMED.search(question))


def asks_who_runs(question: str) -> bool:
    """Whether the people who lead the services are asked for, and not who led an inspection."""
    found = _RUNS_SERVICES.search(question)
    return bool(found) and not re.search(r"\b(?:inspection|visit|inspectors?|review)\b", question, re.I)


def _of_grades(question: str, time: PeriodReading, areas: Sequence[Area]) -> Intent:
    graded = speaks_of_grades(question)
    if _LIST.search(question) and not graded:
        return Intent.LIST
    ever = _GRADE_NAMED.search(question) and _EVER.search(question)
    if _HISTORY.search(question) or ever or (graded and _TIMES.search(question)):
        return Intent.HISTORY
    if _CHANGE.search(question):
        points = len(time.periods) > 1 or time.each or time.anchor or time.rank is Rank.PREVIOUS
        return Intent.CHANGE if points or not graded else Intent.HISTORY
    if graded or (areas and _GIVEN.search(question)):
        return Intent.GRADE
    return Intent.SAID


def _details(question: str, topic: str) -> tuple[Detail, ...]:
    if asks_who_runs(question) or (_LIST.search(question) and not _LEAD.search(question)):
        return ()
    if any(stem not in _ABOUT_INSPECTION and not stem.isdigit() for stem in stems(topic)):
        return ()
    found = []
    if _LEAD.search(question):
        found.append(Detail.LEAD)
    if _PUBLISHED.search(question) and not _KNOWN_BY_DATE.search(question):
        found.append(Detail.PUBLISHED)
    elif _DATES.search(question) or (found and re.search(r"\bwhen\b", question, re.I)):
        found.append(Detail.DATES)
    return tuple(found)
