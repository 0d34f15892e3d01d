"""The topic of a question: what is left when the words of its slots and its frame are taken away.

The topic alone ranks passages within the documents that the slots chose; measured, this doubles what is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.interpret.glossary import stems
from assistant.interpret.wants import CHANGE

_SPEAKER = (
    r"(?:the )?(?:(?:ofsted|hmip|cqc|hmicfrs|council|local authority|press|latest|last|previous|new) )*"
    r"(?:ofsted|hmip|cqc|hmicfrs|inspectors?|inspectorate|reports?|letters?|inspections?|visit|council|"
    r"local authority|trust|press|article|newsletter|they|it|he|she)"
)
_SAYS = (
    r"(?:say|said|find|found|think|thought|note|noted|report|make|made|mention|write|conclude|see|saw|like|tell|told|"
    r"comment|pick up|look at|praise|criticise|raise|have to say|judge)"
)
_INSPECTION = r"(?:ofsted )?(?:inspection|report|letter|visit)s?"
# How a question is put, as against what it asks about.
_FRAMES = (
    rf"(?:and |ok |okay |so )*(?:what|anything|which|how) (?:else )?(?:did|does|do|has|have|was|were|is) "
    rf"{_SPEAKER} {_SAYS}(?: (?:of|on|about|that|in))?",
    rf"what (?:did|does|do) (?:the )?{_SAYS}(?: (?:of|on|about))?",
    rf"(?:did|do|does|has|have) {_SPEAKER} {_SAYS}(?: anything| something)?(?: on| about| of)?",
    r"(?:is|are|was|were) there (?:any|anything|some)?",
    r"(?:any|anything) (?:said|comments?|mention|findings?|criticisms?|praise|good points?|weak points?|weaknesses|"
    r"strengths?)?\s*(?:on|about|of|in)?",
    r"what was (?:said|found|noted|reported|criticised|praised|good|bad|the finding|the view)(?: about| of| on)?",
    rf"according to (?:the|its|their|this|that) (?:full |last |latest |recent |previous )?{_INSPECTION}",
    r"what about|how about|tell me about|what of|and (?=the |their |what|how)|according to|"
    r"going by|acc\.? to|as per|per",
    r"(?:in|from|by|at|for|of|on) (?:the|its|their|his|that|this) (?:full |last |latest |recent |previous )?"
    rf"{_INSPECTION}",
    r"(?:the |an? )?(?:full |single |main )?(?:ofsted )?(?:inspection|report|letter) "
    r"(?:report|says?|said|findings?|of|on|in)?",
    r"(?:ofsted|hmip|cqc|hmicfrs|inspectors?|inspectorate|inspections?|reported|reports?|published)(?:['’]s)?",
    r"local authorit(?:y|ies)(?:['’]s)?|(?<!director of )(?<!directors of )children['’]?s (?:social care )?services|"
    r"council(?:['’]s)?",
    r"(?:give me |show me )?(?:an? |the )?(?:summar(?:y|ise|ize)|overview|headlines?|headline findings|main findings|"
    r"key findings|findings|main points|everything|in general|on the whole)(?: of| for| about| on)?",
    r"(?:please )?compar(?:e|es|ed|ing)(?: it| them| this| that)?(?: (?:with|to))?|side by side|"
    r"(?:in )?(?:response|reply|return|answer|reaction)(?: to(?: (?:this|that|it|them))?)?(?=\s*$)|"
    r"(?:what )?(?:does |do |did |should )?(?:\w+ )?(?:needs?|has|have|had|must|should) (?:to )?(?:be )?"
    r"(?:improved?|better|fixed|put right|(?:do|get) better)|"
    r"(?:priority )?(?:recommendations?|recommend(?:ed)?|areas? for (?:improvement|priority action)|priority actions?|"
    r"priorities)",
    r"please|pls|(?<!go )(?<!going )(?<!gone )(?<!went )(?<!come )(?<!move )(?<!sent )back|"
    r"then|there|just|actually|also|ok|and|so|our|thank(?:s| you)|hello|hi|hey|cheers|"
    r"(?:can|could|would|will) (?:you|i|we)(?: please)?(?: (?:tell|show|give|find|explain|know|get|see|"
    r"have))?(?: me| us)?|"
    r"i(?:['’]d| would) like to (?:know|see)|i(?:['’]m| am)? (?:want|wanted|need|looking|trying) (?:to (?:know|"
    r"find|see)|for)(?: out)?|"
    r"(?:tell|show) (?:me|us)(?: (?:what|how|about))*(?: (?:the )?(?:ofsted|inspectors|they))?"
    r"(?: (?:thought|said|found|think|say)(?: (?:of|about|on))?)?|"
    r"what (?:the )?(?:ofsted|inspectors|report|"
    r"they) (?:thought|said|found|think|say)(?: (?:of|about|on))?|"
    r"how (?:are|is|were|was|have|has) (?:we|they|it|things?) (?:been )?(?:doing|getting on|going|"
    r"performing)(?: (?:on|with|for|at|in))?|"
    r"(?:i |we )?(?:need|want)(?: some| any)? (?:info(?:rmation)?|details)(?: (?:on|about|regarding))?|asap|"
    r"how (?:good|bad|strong|weak|effective|well) (?:is|are|was|were|do|does|did)|(?:good|bad) at|"
    r"(?:which|what|any|all|other|list(?: all)?(?: the)?) (?:local |other )?(?:authorities|councils|reports?|"
    r"inspections?)"
    r"(?: (?:have|has|had|are|were|is|was|do|did|that|with|who|which|mention(?:s|ed)?|speaks? of|talks? about|"
    r"say anything))*(?: (?:on|about|of))?|"
    r"(?:the )?differences? (?:between|in)|track(?: the)?(?: development of)?|v|vs|versus|any chance(?: you could)?|"
    r"(?:tell|show|give) me (?:a (?:bit|little) )?more|(?:in )?more detail(?:s|ed)?|more (?:info(?:rmation)?|"
    r"on this|on that|about (?:it|this|that))|"
    r"what else|anything else|go on|carry on|continue|elaborate|expand on (?:it|this|that)|say more|"
    r"(?:is|was|are) (?:that|this|it|they) (?:still|now) ?(?:the case|true|so|like that)?|still the case|"
    r"do you know|any idea|i wonder|quick question|remind me|let me know",
)
_FRAME = re.compile("|".join(rf"(?:\b(?:{frame})(?!\w))" for frame in _FRAMES), re.I)
_LOOSE = re.compile(r"(?<!\w)['’]s\b|[?!.,;:()\"“”]|\s[-–—]\s")
_EDGE = re.compile(
    r"^(?:in|on|at|of|by|for|about|from|the|with|to|did|does|do|was|were|is|are|what|a|an|say|said|or)\s+|"
    r"\s+(?:in|on|at|of|by|for|about|from|the|with|to|a|an|during|since|before|after|back|was|were|is|are|or)$",
    re.I,
)


# Words that carry no topic: they are left out of the keyword search.
_STOP = frozenset(
    stems(
        "a an the and or but of in on at to for with from by about is are was were be been being am it its they their "
        "them this that these those there here what which who whom whose how when where why do does did done has have "
        "had having any anything anyone anybody some something someone somebody everyone everybody "
        "itself themselves "
        "himself herself no not if as than then so too very can could will would should may "
        "might must get gets got getting into out up down over under also more most much many well good bad just only "
        "still back again such same other others another really actually properly enough going go went come came "
        "while because between during after before since until per kind sort way ways like thing things people "
        "they're we our us you your i my me said say saying told tell find found report reports reported inspector "
        "inspectors inspection inspections ofsted authority council year"
    )
)


def topic_of(question: str, taken: Iterable[tuple[int, int]]) -> str:
    """The question without the slots' words (`taken`: half-open offsets) and without its frame, white space single."""
    kept = list(question)
    for start, end in taken:
        kept[start:end] = " " * (end - start)
    text = _single(_FRAME.sub(" ", _single(_LOOSE.sub(" ", "".join(kept)))))
    shorter = _single(_EDGE.sub(" ", text))
    while shorter != text:
        text, shorter = shorter, _single(_EDGE.sub(" ", shorter))
    return text


def about_change(topic: str) -> str:
    """The topic of a question of change, without the words of change: of "how caseloads have changed", caseloads."""
    return topic_of(_CHANGES.sub(" ", topic), ())


_CHANGES = re.compile(
    rf"\bhow\s+(?:much|far)\b|\bhow\b|\b(?:has|have|had|did|does|do|is|are|was|were|been|being)\b|\b(?:{CHANGE})\b|"
    r"\b(?:over|through|across|down|with)\s+(?:the\s+)?(?:time|years|inspections|reports|visits)\b|"
    r"\b(?:trends?|trajectory|direction of travel|history|timeline)\b(?:\s+(?:in|of|for|on|with))?|"
    r"\b(?:year|report|inspection|visit) (?:on|by|after) (?:year|report|inspection|visit)\b|"
    r"\b(?:things?|progress|improvements?|changes?)\b|\bthan (?:it|they|that|before|then)\b|\b(?:made|make|"
    r"making)\b(?: (?:on|in|with|to))?|"
    r"\b(?:any|at all|show me|give me|the|what)\b|"
    r"\b(?:at|in|from) (?:each|every|one) (?:inspection|report|visit|year)\b(?: to the next)?",
    re.I,
)


def about_spoken(topic: str) -> str:
    """The topic of a question for somebody's words, without the words that only ask for them."""
    return topic_of(_SPOKEN.sub(" ", topic), ())


_SPOKEN = re.compile(
    r"\b(?:Councillor|Cllr|Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Baroness|Professor|Prof)\b\.?|"
    r"\b(?:say|said|says|saying|tell|told|telling|think|thinks|thought|respond(?:ed|s)?|react(?:ed|s)?|repl(?:y|"
    r"ied)|comment(?:ed)?|"
    r"promis(?:e|ed|es)|accept(?:s|ed)?|announced?|pledged?|admit(?:s|ted)?|hear|heard)\b(?: (?:about|of|on|to|"
    r"from))?|\b(?:views?|opinions?|feedback|comments?|words|response|reply|"
    r"reaction|remarks|statement|quotes?|position)\b(?: (?:about|of|on|to|from|by))?|"
    r"\b(?:actions?|steps|measures) (?:has|have|did|is|are|was|were|will) (?:the )?(?:taken|take|taking|"
    r"put in place)\b(?: (?:about|on|to|for))?|"
    r"\b(?:has|have|did|is|are|will) (?:the )?(?:been )?(?:done|do|doing|going to do)\b(?: (?:about|to|for|on|with))?|"
    r"^(?:how|what|which|who|when)? ?(?:has|have|had|do|did|does|is|are|was|were)\b(?: the)?",
    re.I,
)


def terms_of(topic: str) -> tuple[str, ...]:
    """The words of a topic that carry it, each once."""
    words = re.findall(r"[A-Za-z0-9][\w'’-]*", topic)
    return tuple(dict.fromkeys(word for word in words if (found := stems(word)) and not set(found) <= _STOP))


def _single(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
