"""Which side of the findings a question asks for: strengths, criticism, or what is to be done.

How far a sentence is of that side is decided elsewhere; here are the words that questions have for it.
"""

from __future__ import annotations

import re

from assistant.interpret.glossary import stems
from assistant.records import Leaning

_LEANINGS = (
    (
        Leaning.RECOMMENDATIONS,
        r"needs? to (?:improve|do better|be improved|change|do|work on|address|focus|tackle|fix|get better)|"
        r"recommend\w*|"
        r"areas? (?:for|of) (?:improvement|development|action|focus)|told to (?:do|improve|act)|"
        r"should (?:[\w’'-]+ ){1,6}?(?:improve|do better|do|change|focus on|prioriti[sz]e)|"
        r"(?:must|ought to|has to|have to|had to|should|required to|expected to) (?:[\w’'-]+ ){0,4}?(?:improve|"
        r"do better|do more|get better|be better|be fixed|be put right|change)|"
        r"needs? (?:fixing|improving|changing|sorting|attention|more work)|"
        r"could (?:be better|be improved|do better|improve)|next steps?|priorit(?:y|ies)|"
        r"(?:tell|told|ask(?:ed)?|want(?:ed)?|expect(?:ed)?) (?:[\w’'-]+ ){1,5}?to (?:do|improve|change)|"
        r"improvements? (?:\w+ )?(?:needed|required|necessary|recommended|wanted)|(?:needed|required) improvements?|"
        r"what (?:improvements?|changes) (?:is|are|were|was|does|do|did)|actions? (?:\w+ )?(?:required|needed|"
        r"recommended)|"
        r"(?:required|recommended|priority) actions?|room for improvement|what must\b|to-?do list|how (?:can|"
        r"could|should) [^?]*improv\w*",
    ),
    (
        Leaning.CRITICISM,
        r"criticis\w*|criticiz\w*|weak\w*|concern(?:s|ed|ing)?|worr(?:ies|ied|ying)|problems?|shortcomings?|"
        r"fail(?:s|ed|ing|ings|ures?)?|"
        r"wrong|poor(?:ly)?|not (?:good|working|doing)|worst|faults?|negatives?|bad(?:ly)?|struggl\w+|(?:falls?|"
        r"fell|falling) short|"
        r"behind|risks in|gaps|let(?:ting)? (?:\w+ )?down|issues (?:with|in|around)|complain\w*|disappoint\w*|lacking",
    ),
    (
        Leaning.STRENGTHS,
        r"strengths?|strong(?:est|er)?|prais\w*|positives?|good (?:points?|things?|practice|examples?)|"
        r"what (?:was|is) good|"
        r"(?:was|is) good about|like about|liked|best|(?:did|does|doing|do|done) (?:\w+ )?well|(?:went|goes|"
        r"going|go|gone) (?:\w+ )?well|"
        r"work(?:ed|s|ing) (?:\w+ )?well|impress\w*|pleas(?:ed|ing)|success(?:es)?|achievements?|celebrat\w+|"
        r"highlights?|commend\w*",
    ),
)  # fmt: skip
_PATTERNS = tuple((side, re.compile(rf"\b(?:{pattern})\b", re.I)) for side, pattern in _LEANINGS)
# Words with which a question asks for a side and says nothing of its subject.
_ONLY_SIDE = frozenset(
    stems(
        "strength strengths weakness weaknesses concern concerns concerned concerning positive positives "
        "negative negatives "
        "problem problems criticism criticisms criticise criticised criticize criticized praise praised praises point "
        "points shortcomings failings failing failures fail failed best worst wrong strong strongest weak "
        "weakest impressed "
        "impress liked pleased worried worry worries highlights fault faults bad badly poor aspects aspect "
        "areas area work "
        "worked working main key biggest greatest well went gone goes short fall falls fell struggle struggling "
        "behind gaps "
        "issues issue risks successes success achievements commended practice overall raise raised identify identified "
        "highlight highlighted note noted"
    )
)
_ONLY_TO_DO = frozenset(
    stems(
        "recommend recommends recommended recommendation recommendations area areas development action actions "
        "next step "
        "steps priority priorities must ought should have better told tell ask asked want wanted expect "
        "expected require "
        "required needed necessary change changes focus work do more need needs improve improved improvement "
        "improvements "
        "address tackle fix main key list set out room"
    )
)
_ASKS_FOR_SIDE = re.compile(
    r"^(?:(?:any|the|main|key|what|were|was|are|is|biggest|there|raise|raised|of)\s+)*(?:concerns?|criticisms?|"
    r"praise|strengths?|weaknesses|weak points?|"
    r"good points?|positives?|negatives?|problems?|issues?|shortcomings?|failings?|good practice(?: examples?)?|"
    r"recommendations?)"
    r"\s+(?:about|of|on|with|for|in|regarding|around|over|concerning)\s+(?=\w)|"
    r"^how\s+(?:can|could|should)\s+|^(?:should|must|could|can|does|do|did|has|have)\s+(?:do|be done|done|"
    r"to be done)\s+(?:about|on|for|with|to)\s+(?=\w)|"
    r"\s+(?:be|to be|been)?\s*(?:improved|made better|better)$",
    re.I,
)


def find_leaning(question: str) -> Leaning:
    """Which side of the findings is asked for."""
    return next((side for side, pattern in _PATTERNS if pattern.search(question)), Leaning.NONE)


def is_only_side(words: frozenset[str], leaning: Leaning) -> bool:
    """Whether a topic with these stems says nothing but the side that is asked for."""
    if leaning is Leaning.NONE:
        return False
    return words <= (_ONLY_TO_DO if leaning is Leaning.RECOMMENDATIONS else _ONLY_SIDE)


def without_side(topic: str) -> str:
    """The topic without the words that ask for a side of it: of "concerns about the front door", the front door."""
    return _ASKS_FOR_SIDE.sub("", topic).strip()
