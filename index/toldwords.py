"""The wordings by which an inspectorate's report shows that it passes on what others told inspectors.

What follows from them is decided in `told`.  Written from the reports' own phrases; each pattern names its speaker
`who`.
"""

from __future__ import annotations

import re

_PLURAL = (
    r"(?:people working (?:in|with|for) \w+|"
    r"(?:newly qualified |student |senior |agency |family |support |early help |youth |residential )?"
    r"(?:social )?workers|"
    r"practitioners|staff(?: members)?|personal advisers|PAs|foster carers|kinship carers|special guardians|"
    r"(?:prospective )?adopters|carers|care leavers|children in care|children looked after|looked[- ]after children|"
    r"children|(?:care[- ]experienced )?young (?:people|adults)|parents|mothers|fathers|families|grandparents|girls|"
    r"boys|pupils|students|apprentices|residents|(?:senior |school |team )?(?:leaders|managers)|chief officers|"
    r"head ?teachers|teachers|schools|partners|partner agencies|professionals|agencies|providers|services|"
    r"health visitors|police officers|advocates|independent reviewing officers|IROs|councillors|elected members|"
    r"members|magistrates|judges|governors|volunteers|independent visitors)"
)
_ONE = (
    r"(?:social worker|worker|practitioner|personal adviser|foster carer|carer|adopter|care leaver|child|"
    r"young (?:person|adult|man|woman)|girl|boy|parent|mother|father|grandparent|manager|head ?teacher|judge|"
    r"apprentice|police officer|professional|pupil)"
)
_BODY = (
    r"(?:judiciary|Cafcass|Children and Family Court Advisory and Support Service(?: \(Cafcass\))?|lead member|"
    r"chief executive|director of children[’']s services|DCS|children in care council|police|head of service|"
    r"principal social worker|workforce)"
)
_POINTER = r"(?:they|those|some|most|many|others|several|all|a (?:few|small number|minority|majority))"
_WHO = rf"(?P<who>(?:{_BODY}|{_PLURAL})(?: and (?:\w+ )?(?:{_BODY}|{_PLURAL}))?)"
_INSPECTORS = r"(?:us|inspectors|an inspector|the inspectors?)"
_WAY = (
    r"(?:consistently |also |all |almost all |both |overwhelmingly |universally |positively |powerfully |generally |"
    r"confidently |rightly |routinely |readily |clearly |openly |regularly )*"
)
_SEEN = r"(?:who|that|in|at|with|from|across|for|spoken (?:to|with)|seen|whom|we|inspectors|met|spoke|to|despite)"
_BETWEEN = rf"(?:,? (?!whom? they){_SEEN}\b[^.,;]{{0,60}}?)?,?"

_OF_THEM = r"(?: (?:of (?:the|these|those)|who|spoken|whom)\b[^.,;]{0,40}?)?"
# Children who "are spoken to" have been seen by somebody else than inspectors.
_ACTIVE = r"(?: (?!(?:are|is|be|been|being|were|was|have|had|get|got)\b)[\w()/’'-]+){0,6}?"

POINTER = re.compile(_POINTER, re.I)
# A sentence with none of these passes nothing on: the patterns need not be tried.
SIGNS = re.compile(
    r"\b(?:told|sa(?:id|y)|stated?|fe(?:el|lt)|praised?|report|reported|reflect|reflected|sp(?:oke|eak|oken)|talk|talked|"
    r"describe[ds]?|commented|informed|shared|explained|indicated|confirmed|express|expressed|complimentary|unanimous|"
    r"positive|feedback|interviewed|keen|in the words)\b",
    re.I,
)
TOLD = re.compile(r"\b(?:told|informed|shared with|reported to|spoke (?:to|with)|spoken (?:to|with))\b.*", re.I)
GROUP = re.compile(rf"\b{_WHO}\b(?![’'])", re.I)
FIRST_PERSON = re.compile(r"\b(?:I|I[’'](?:m|ve|d|ll)|my|me|we|our|us)\b")
OPENS = re.compile(r"[‘“][^’”]*(?:\w’\w[^’”]*)*$")  # opened and not closed again; apostrophes stand inside words
ENDS = re.compile(r"[’”]\W*$")

# Not: to somebody else, on something, back, every month.
_REPORT = (
    rf"report(?:ed)? (?:to {_INSPECTORS}|(?!to\b|on\b|back\b|into\b|directly\b|for\b|by\b|is\b|was\b|and\b|or\b|as\b|"
    r"annually|regularly|quarterly|monthly|missing|incidents|crimes?|concerns\b|what\b|how\b)\w)"
)
_SAYS = (
    rf"(?:told {_INSPECTORS}|(?:said|(?<!a )say)[, ]|stated? that|(?:feel|felt) that|praised? |"
    rf"{_REPORT}|reflect(?:ed)? positively|"
    r"(?:spoke|speak|talk|talked) (?!to\b|up\b|for\b|out\b|English\b|"
    r"with (?:us|inspectors|children|young|social|parents|families|staff|care|managers|a)\b)|"
    rf"describe[ds]?\b|commented|informed {_INSPECTORS}|shared (?:with {_INSPECTORS}|their)|explained |indicated |"
    r"confirmed (?:that|to)|"
    r"express(?:ed)? (?:\w+ )?(?:concerns?|frustrations?|satisfaction|appreciation|confidence|gratitude)|"
    r"(?:is|are|was|were) (?:very |highly |overwhelmingly |consistently |extremely )*"
    r"(?:complimentary|unanimous|keen to tell|overwhelmingly positive)|were (?:very )?positive)"
)
_SPOKEN = (
    rf"(?:spoken (?:to|with)(?! about)|who (?:spoke|talked|met) (?:(?:to|with) )?(?:the )?{_INSPECTORS}|interviewed by)"
)
# What people know or can tell is what inspectors found out about them, not what they said.
_SHOWN = r"(?:able to|aware|unaware|understand\w*|knew?|knows|could|demonstrat\w+|show\w*|have a|had a)"
_FEEL = r"(?:feel|felt)\s"
# "feel" is speech only of a sentence's subject, or before "that": children whom a visit "helps to feel safe" have said
# nothing; nor have children who "are spoken to" by social workers.
HEARD = (
    re.compile(
        rf"(?<!which )(?<!how )(?<!what )\b{_WHO}{_BETWEEN} {_WAY}"
        rf"(?<!(?<!spoken) to )(?<!can )(?<!could )(?<!may ){_SAYS}",
        re.I,
    ),
    re.compile(rf"^\W*(?:[\w ]{{0,30}}, )?(?P<who>{_POINTER}){_OF_THEM},? {_WAY}(?:{_SAYS}|{_FEEL})", re.I),
    re.compile(
        rf"(?:[,;]|\b(?:and|but|where|although|whilst?|while)) (?P<who>they|many|most) {_WAY}"
        rf"(?:told {_INSPECTORS}|say|said|report(?:ed)? (?!to\b)|described? (?!what\b)|spoke (?!to\b))",
        re.I,
    ),
    re.compile(rf"\b{_WHO}{_ACTIVE},? {_SPOKEN}(?![^.;]{{0,60}}\b{_SHOWN}\b)", re.I),
    re.compile(rf"\b{_WHO}, (?:who|which) {_WAY}(?:say|said|report|reports|describe|describes|told|spoke)\b", re.I),
    re.compile(rf"\b(?:one|another) (?:\w+ ){{0,2}}?(?P<who>{_ONE})(?: [^.,;]{{0,40}}?)? {_SAYS}", re.I),
    re.compile(rf"\bin the words of (?:one|a|another) (?:\w+ ){{0,2}}?(?P<who>{_ONE})\b", re.I),
    re.compile(
        rf"\bfeedback from (?:\w+ ){{0,2}}?{_WHO}(?: [^.,;]{{0,40}}?)? "
        r"(?:to inspectors|spoken to|(?:was|is|has been) (?:\w+ ){0,2}(?:positive|mixed|negative|critical|good))\b",
        re.I,
    ),
    re.compile(rf"\bdescribed by (?:\w+ ){{0,2}}?{_WHO} as\b", re.I),
    re.compile(
        rf"^\W*(?:\w+, |in addition, )?(?:(?:some|many|most|all|the|newly qualified) )*{_WHO}{_BETWEEN} {_WAY}{_FEEL}",
        re.I,
    ),
    re.compile(
        rf"^\W*(?:\w+, )?(?:\w+ ){{0,2}}?{_WHO}\b[^.,;]{{0,60}} and (?:speak (?!to\b|with\b)|{_REPORT}|describe )", re.I
    ),
)
