"""Whether a sentence is of the side of the findings that a question asks for: a strength, a criticism, an action.

Plain signs, no judgement: they only move sentences up or down among those that are on the topic.
"""

from __future__ import annotations

import re

from assistant.records import Leaning
from index.records import Part

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


def leaning_sign(leaning: Leaning, text: str, part: Part) -> int:
    """1 for a sentence, of this part of its document, of the side that is asked for; -1 for others; 0: none is."""
    if leaning is Leaning.NONE:
        return 0
    if leaning is Leaning.RECOMMENDATIONS:
        return 1 if part is Part.RECOMMENDATION else -1
    balance = len(_POSITIVE.findall(text)) - len(_NEGATIVE.findall(text))
    fits = balance > 0 if leaning is Leaning.STRENGTHS else balance < 0 or part is Part.RECOMMENDATION
    return 1 if fits else -1
