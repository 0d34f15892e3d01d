"""How far a sentence leans to the side that a question asks for: strengths, criticism or recommendations.

A count of plain words, not a judgement: it only moves sentences up or down among those that are on the topic.
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


def leaning_score(leaning: Leaning, text: str, part: Part) -> float:
    """What is added to the score of a sentence of this part of its document; 0 where no side is asked for."""
    if leaning is Leaning.NONE:
        return 0.0
    if leaning is Leaning.RECOMMENDATIONS:
        return 2 * WEIGHT if part is Part.RECOMMENDATION else 0.0
    balance = len(_POSITIVE.findall(text)) - len(_NEGATIVE.findall(text))
    fits = balance > 0 if leaning is Leaning.STRENGTHS else balance < 0 or part is Part.RECOMMENDATION
    return WEIGHT if fits else -WEIGHT
