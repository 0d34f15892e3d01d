"""How far a sentence is of the sort that a question asks for: a strength, a criticism, a number, a name.

Plain signs, no judgement: they only move sentences up or down among those that are on the topic.
"""

from __future__ import annotations

import re

from assistant.records import Leaning
from index.records import Part

WEIGHT = 0.12  # against scores of about 0.5 to 1.5
_POSITIVE = re.compile(
    r"\b(?:strong|effective(?:ly)?|good|well|positive(?:ly)?|impressive|excellent|outstanding|robust|highly|timely|"
    r"swift(?:ly)?|prompt(?:ly)?|benefit\w*|strength\w*|valued?|committed|improv(?:ed|ing)|thorough|skilled|"
    r"sensitive(?:ly)?|appropriate(?:ly)?|successful(?:ly)?|praised?|strengthened)\b",
    re.I,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|insufficient\w*|inconsisten\w*|weak\w*|poor\w*|delay\w*|lack\w*|fail\w*|inadequate\w*|"
    r"too (?:many|few|long|slow|often|late|little)|ineffective\w*|drift|variable|limited|however|gaps?|unclear|"
    r"concern\w*|risk of|slow|few|without|missed|absen\w*|deteriorat\w*|declin\w*|"
    r"less (?:well|effective|consistent)|needs? to)\b",
    re.I,
)
_ASKS_NUMBER = re.compile(
    r"\b(?:how many|how much|what (?:percentage|proportion|share|number|rate|age)|how long|how often|how old|when)\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|weeks?|months?)\b", re.I
)
_ASKS_NAME = re.compile(
    r"\bwho\b|\bwhat(?:['’]?s| is| was)? .{0,40}\b(?:called|named?)\b|"
    r"\bwhich (?:organisation|agency|company|council|trust)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'-]+ ){1,4}[A-Z][\w’'-]+|[‘“][A-Z][^’”]{2,40}[’”]")


def leaning_score(leaning: Leaning, text: str, part: Part) -> float:
    """What is added to the score of a sentence of this part of its document; 0 where no side is asked for."""
    if leaning is Leaning.NONE:
        return 0.0
    if leaning is Leaning.RECOMMENDATIONS:
        return 2 * WEIGHT if part is Part.RECOMMENDATION else 0.0
    balance = len(_POSITIVE.findall(text)) - len(_NEGATIVE.findall(text))
    fits = balance > 0 if leaning is Leaning.STRENGTHS else balance < 0 or part is Part.RECOMMENDATION
    return WEIGHT if fits else -WEIGHT


def wanted_score(question: str, text: str) -> float:
    """What is added to the score of a sentence with a number or a name where the question asks for one."""
    if _ASKS_NUMBER.search(question):
        return WEIGHT if _NUMBER.search(text) else 0.0
    if _ASKS_NAME.search(question):
        return WEIGHT if _NAME.search(text) else 0.0
    return 0.0
