"""What a question wants of its answer beside its intent: a number first, report after report, reasons, every authority.

Pure readings of the question's words; what kind of answer it wants is `intents`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.interpret.periods import Period, PeriodReading, Relation
from assistant.records import Intent, Leaning

_COUNT = re.compile(
    r"\b(?:how many|how often|how frequently|(?:the |total |exact )*number of|count (?:of|the|all|up)|tally)\b", re.I
)
_COUNTABLE = (Intent.LIST, Intent.GRADE, Intent.HISTORY)

# Words of change, as verbs and as nouns.
CHANGE = (
    r"(?<!\bto )(?:chang\w+|develop(?:ed|ing|ment)?|evolv\w+|improv(?:e|ed|es|ing|ement|ements)|progress(?:ed|"
    r"ing)?|worsen\w*|"
    r"declin\w+|deteriorat\w+|(?:gone|go|going|went) (?:up|down)|(?:got|gotten|get|getting|become|became) "
    r"(?:any |much |a lot )?(?:better|worse|higher|lower)|better|worse|risen|rising|fallen|falling|increas\w+|"
    r"decreas\w+|reduc(?:ed|ing)|"
    r"grown|(?:come|came|coming|brought) (?:up|down)|moved on|stayed the same|vari(?:ed|es))"
)
_HOW_CHANGED = re.compile(
    rf"\bhow\s+(?:much\s+|far\s+)?(?:has|have|had|did|does|do|is|are|was|were)\b[^?]*\b(?:{CHANGE})\b", re.I
)
_HAS_CHANGED = re.compile(rf"\b(?:has|have|had|did|is|are|was|were)\b[^?]*\b(?:{CHANGE})\b", re.I)
_HAS_BY_NOW = re.compile(rf"\b(?:has|have)\b[^?]*\b(?:{CHANGE})\b", re.I)
_PROGRESS = re.compile(r"\b(?:progress|improvements?|changes?) (?:has|have|had|did|does|was|were|is)\b", re.I)
_REPORT_BY_REPORT = re.compile(
    r"\bover time\b|\b(?:over|through|across|down) the years\b|\btrends?\b|\btrajectory\b|\bdirection of travel\b|"
    r"\byear (?:on|by|after) year\b|\b(?:report|inspection|visit) (?:after|by) (?:report|inspection|visit)\b|"
    r"\bfrom (?:one|each) (?:inspection|report|year|visit) to the next\b|"
    r"\bacross (?:all )?(?:the |its |their )?(?:different |various )?(?:inspections|reports|visits)\b|"
    r"\b(?:at|in) (?:each|every) (?:inspection|report|visit)\b|\bhistory of\b|\btimeline (?:of|for|on)\b",
    re.I,
)
_THAN_THEN = re.compile(rf"\b(?:{CHANGE}|different)\b[^?]*\bthan\b|\bcompared (?:to|with)\b", re.I)
LONG = 1.2  # years from which a period is a stretch in which things change
_STRETCHES = (Relation.SINCE, Relation.AFTER, Relation.BETWEEN)

_WHY = re.compile(
    r"\b(?:why|how come|what for|(?:the |main |key )*reasons? (?:for|behind|why|that|of|given|did|does)|"
    r"(?:what|which) (?:were|are|was|is) (?:the |its |their )?(?:main |key |exact )?(?:reasons?|grounds|cause)|"
    r"what (?:made|caused|led to|led|brought|drove|explains?|lay|lies) |on what grounds|for what reasons?|"
    r"what went wrong)",
    re.I,
)
_NOT = re.compile(r"\b(?:not|never)\b|n['’]t\b|\b(?:no longer|only|just|still|merely)\b", re.I)
_LOW = re.compile(
    r"\b(?:inadequate|requires? improvement|fail\w*|drop\w*|fell|fall\w*|down\w*|lower\w*|declin\w*|worse\w*|"
    r"deteriorat\w*|poor\w*|bad\w*|wrong|low)\b",
    re.I,
)
_HIGH = re.compile(r"\b(?:good|outstanding|improv\w*|better|up|rose|risen|went up|upgraded|high\w*|well)\b", re.I)

_EVERY_AUTHORITY = re.compile(
    r"\b(?:which|what|how many|number of|any|all|list|other|every|each|show|name|most|some)\s+"
    r"(?:me\s+)?(?:all\s+|of\s+|the\s+|other\s+|english\s+|local\s+|london\s+|northern\s+)*"
    r"(?:authorit(?:y|ies)|councils?|boroughs?|counties|places|areas of the country|cities)\b|"
    r"\b(?:nationally|nationwide|across (?:england|the country|all authorities|authorities|councils)|in england|"
    r"everywhere|anywhere|elsewhere|in general across)\b|\bwho (?:else )?(?:is|was|were|has been|got|have been) "
    r"(?:currently |now )?(?:rated|judged|graded|given)\b",
    re.I,
)


_TO_COME = re.compile(
    r"\bnext (?:full |ofsted |ilacs |monitoring |focused |planned |scheduled )*"
    r"(?:inspections?|inspected|visits?|visited|re-?inspection)\b|"
    r"\bwhen will (?:ofsted|inspectors|they|it|we|the next)\b|"
    r"\b(?:is|are) (?:\w+ )?due (?:for |an |to be )+"
    r"(?:inspection|inspected)\b|\bupcoming (?:inspections?|visits?)\b",
    re.I,
)


def asks_of_the_future(question: str) -> bool:
    """Whether an inspection is asked about that has not been: no document can tell of it."""
    return bool(_TO_COME.search(question))


def wants_count(question: str, intent: Intent) -> bool:
    """Whether the number of what the answer enumerates is asked for."""
    return intent in _COUNTABLE and bool(_COUNT.search(question))


def wants_over_time(question: str, time: PeriodReading) -> bool:
    """Whether what was said of a topic is wanted report after report."""
    if _REPORT_BY_REPORT.search(question):
        return True
    if len(time.periods) == 1 and not _is_stretch(time.periods[0]):
        return bool(_THAN_THEN.search(question))
    if _PROGRESS.search(question) and (time.periods or time.anchor):
        return True
    if _HOW_CHANGED.search(question) or (_HAS_BY_NOW.search(question) and not time.rank_words):
        return True
    return bool(_HAS_CHANGED.search(question)) and bool(time.periods or time.anchor)


def _is_stretch(period: Period) -> bool:
    years = (period.interval.end - period.interval.start).days / 365
    return period.relation in _STRETCHES or years > LONG


def asks_why(question: str) -> bool:
    """Whether reasons are asked for."""
    return bool(_WHY.search(question))


def side_of_reasons(question: str, grades: Sequence[str]) -> Leaning:
    """Which findings explain the grade or the change that a question asks the reasons of."""
    low = bool(_LOW.search(question))
    high = bool(_HIGH.search(re.sub(r"requires? improvement(?: to be good)?", "", question, flags=re.I)))
    if low is not high:
        turned = high and bool(_NOT.search(question)) and bool(grades)
        return Leaning.CRITICISM if low or turned else Leaning.STRENGTHS
    return Leaning.NONE


def asks_of_every_authority(question: str) -> bool:
    """Whether the question is put about authorities at large, so that none is to be taken over for it."""
    return bool(_EVERY_AUTHORITY.search(question))
