"""Whether a document says of itself that it is not for the public: "NOT FOR PUBLICATION", "EXEMPT INFORMATION", ...

Only what a document prints about itself counts: on a line of its own, in a running header, beside a label
("Classification:"), or in a sentence about "this report".  A standing heading of committee reports ("NOT FOR
PUBLICATION DOCUMENTS: None"), a list of appendices, and sentences about other papers are no marking.  What follows
from a marking is `access`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.records import Document, Evidence, How

TOP, BOTTOM = 4, 3  # lines of a page, from its ends, where words after a title are the page's own marking
OPENING = 15  # lines of a document within which a weak word is its marking
LONGEST = 200  # characters of a line that can be a marking
_SCHEDULE = r"para(?:graph)?(?:\(s\)|s)?\b"
# What is a marking wherever it stands alone.  Capital letters tell a marking from the middle of a sentence.
_STRONG = (
    r"(?:STRICTLY |Strictly )?(?:NOT|Not) (?i:for|to be) (?i:(?:public|general|wider|onward|further)\s+)?"
    r"(?i:publication|published|circulation|circulated|disclosure|disclosed|distribution|distributed|release|sharing)",
    r"(?:CONFIDENTIAL|Confidential|EXEMPT|Exempt|PRIVATE|Private|DRAFT|Draft)[\s:,/–—-]+(?i:not for publication)",
    r"(?:EXEMPT|Exempt)(?i: from (?:publication|disclosure)| (?:information|report|appendix|annex|paper|document)\b)",
    rf"(?:EXEMPT|Exempt)(?i:[\s:,–—-]+(?:under |by virtue of |pursuant to |in accordance with )?{_SCHEDULE})",
    rf"(?i:by (?:virtue|reason) of {_SCHEDULE}.{{0,60}}\bschedule 12A)",
    r"(?:OFFICIAL|Official)[\s:–—-]*(?i:sensitive)",
    r"(?i:document is restricted)",
    r"(?i:(?:strictly )?private (?:and|&) confidential|strictly (?:private|confidential)|(?:for )?internal use only)",
    r"(?i:restricted circulation|(?:commercial(?:ly)? )?in confidence)",
    r"(?:STRICTLY )?(?:CONFIDENTIAL|RESTRICTED|EXEMPT|PROTECT|SECRET|TOP SECRET)",
    r"(?i:contains (?:exempt|confidential)(?: (?:or|and) (?:exempt|confidential))? information)",
)
# A word that a sentence or a table might leave on a line: a marking only at the ends of a page, or at the beginning.
_WEAK = r"Confidential|Restricted|Exempt|not for publication"
_JOINT = r"[\s:;,/()\[\]–—.|-]*"
# What may stand before it on its line, the part of an agenda or the sort of paper; and after it, mostly the reasons.
_BEFORE = (
    r"(?:(?:PART|Part) (?:2|II|B|TWO|Two)|(?:PRIVATE|Private|DRAFT|Draft|APPENDIX|Appendix|ANNEX|Annex|REPORT|Report|"
    r"CONFIDENTIAL|Confidential|EXEMPT|Exempt|RESTRICTED|Restricted|STATUS|Status|THIS IS|This is)"
    r"(?: ?(?:[A-Z]|\d{1,2})\b)?)"
)
_AFTER = (
    r"(?:(?i:yes|by|under|as|in|because|pursuant|due|on|until|before|paras?|paragraphs?|schedule|section|pages?|and|or|"
    r"of|local government act|lga|contains?|report|appendix|annex|paper|document|version|members only|item|exempt|"
    r"confidential|not for publication|restricted|draft|personal|commercial)\b.*|[\d(\[–—:-].*)?"
)
_START = rf"(?:{_BEFORE}{_JOINT}){{0,3}}"
_ALONE = re.compile(rf"{_START}(?P<words>{'|'.join(_STRONG)})(?![a-z]){_JOINT}{_AFTER}")
_ALONE_WEAK = re.compile(rf"{_START}(?P<words>{_WEAK})(?![a-z]){_JOINT}")
_AT_AN_END = re.compile(
    r"(?P<words>NOT FOR PUBLICATION|Not for [Pp]ublication|EXEMPT FROM PUBLICATION|EXEMPT INFORMATION|"
    r"OFFICIAL[\s:–—-]*SENSITIVE|STRICTLY CONFIDENTIAL|PRIVATE (?:AND|&) CONFIDENTIAL|"
    r"[(\[–—-] ?(?:CONFIDENTIAL|EXEMPT|RESTRICTED)(?=[)\]\s]*$))"
)
_LABEL = re.compile(
    r"(?:(?:security|government security|document|report|publication|information) )?"
    r"(?:classification|protective marking|marking|status|access|confidentiality|sensitivity|handling|"
    r"open or exempt|(?:public|open) or private)\s*[:–—|-]\s*"
    r"(?P<words>(?:strictly |wholly |part(?:ly|ially)? |commercial )?(?:confidential|exempt|restricted|internal|"
    r"private|not for publication|official[\s:–—-]*sensitive|secret|protect|part (?:2|ii|b)\b|not public))(?P<tail>.*)",
    re.I,
)
_ASKED = re.compile(
    r".{0,60}\b(?:exempt|confidential|not for publication|private)\b[^:?|]{0,60}[:?|](?P<said>.*)", re.I
)
_TICKED = re.compile(r"[☒☑✓✔■]\s*yes\b|\[x\]\s*yes\b|\byes\s*(?:[☒☑✓✔■]|\[x\])(?!\s*no\b)", re.I)
# A sentence about the document itself, anywhere on a page: not "the appendix to this report is exempt".
_SAID = re.compile(
    r"(?<!\bto )(?<!\bof )(?<!\bin )(?<!\bwith )(?<!\bfrom )"
    r"(?:(?:information|contents?|matters?)\s+(?:contained\s+|set\s+out\s+|included\s+)?(?:in|of)\s+)?"
    r"\bth(?:is|ese)\s+(?:(?:covering|cabinet|committee|draft|briefing|full|confidential|exempt|private)\s+){0,2}"
    r"(?:report|paper|document|appendix|annex|briefing|letter|note|minutes?)s?\s+"
    r"(?:and\s+(?:its|the|any|all)\s+(?:attached\s+)?(?:appendix|appendices|annex(?:es)?|attachments?)\s+)?"
    r"(?:is|are|has\s+been|have\s+been|must|should|may|contains?|includes?)\s+"
    r"(?:(?:therefore|currently|strictly|considered|deemed|to\s+be|treated\s+as|marked(?:\s+as)?|classified(?:\s+as)?|"
    r"also|wholly|regarded\s+as)\s+)*"
    r"(?:not\s+for\s+(?:(?:public|general|wider|onward|further)\s+)?(?:publication|disclosure|circulation|release)|"
    r"not\s+(?:to\s+)?be\s+(?:published|disclosed|circulated|shared|distributed|made\s+public)|"
    r"exempt\b(?!\s+from\s+(?:the\s+)?call)|confidential\b|private\s+information|restricted\b(?!\s+to\b)|"
    r"information\s+(?:which|that)\s+is\s+(?:exempt|confidential|not\s+for\s+publication))",
    re.I,
)
_OTHERS = re.compile(r"\s*(?:documents|appendices|annexes|items|papers|reports|matters|business)\b", re.I)
_NONE = re.compile(  # "no part of this may be copied" is no such answer
    r"[\W\d_]*(?:(?:none|nil|no|n\s*/\s*a|not\s+applicable)\s*(?:$|[.;,:(–—-])|(?:there\s+)?(?:is|are)\s+no(?:ne|t)?\b|"
    r"no\s+(?:exempt|confidential|such|documents|appendices|items|information)\b)",
    re.I,
)
_BETWEEN = re.compile(r"[\w /]{0,30}[:?–—-]")  # "information in this report:" before the answer
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,2})*[.):]?\s+(?=\D)")
_ORNAMENT = re.compile(r"^[\s#*_>|~=•\[(\]){}\"'“”–—-]+|[\s#*_|~=•\"'”]+$")
_PAGE = re.compile(
    r"^(?:page\s+)?\d{1,4}(?:\s+of\s+\d{1,4})?\s+(?=[A-Z])|\s+(?:page\s+)?\d{1,4}(?:\s+of\s+\d{1,4})?$", re.I
)


def marking_of(document: Document) -> Evidence | None:
    """The first marking in the text, or in running headers that the text leaves out; None where there is none."""
    for words in _of_lines(document.properties.running, opening=True):
        return Evidence(How.STATED, f"{words} (in its header or footer)")
    for index, page in enumerate(document.pages):
        for words in (*_of_lines(page.text.split("\n"), opening=not index), *_of_sentences(page.text)):
            return Evidence(How.STATED, words, page.number)
    return None


def _of_lines(printed: Sequence[str], *, opening: bool) -> Iterator[str]:
    """The lines of a page, or of its headers, that are markings."""
    lines = [line for line in (_ORNAMENT.sub("", one) for one in printed) if line]
    for at, line in enumerate(lines):
        end = at < TOP or at >= len(lines) - BOTTOM
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if len(line) <= LONGEST and _is_marking(line, following, end=end, first=opening and at < OPENING):
            yield line


def _is_marking(line: str, following: str, *, end: bool, first: bool) -> bool:
    label, asked = _LABEL.fullmatch(line), _ASKED.fullmatch(line)
    if label:
        return not _is_denied(label["tail"], "")
    if asked and (_TICKED.search(line) or re.match(r"\W*yes\b(?!.*\bno\b)", asked["said"], re.I)):
        return True
    if _NUMBERED.match(line) and not (end or first):  # a heading of the paper's own, which speaks of other papers
        return False
    bare = _PAGE.sub("", line)
    found = _ALONE.fullmatch(bare) or (_ALONE_WEAK.fullmatch(bare) if end or first else None)
    if found is None and end:
        found = _AT_AN_END.search(bare)
    if found is None:
        return False
    rest = bare[found.end("words") :]
    return not _OTHERS.match(rest) and not _is_denied(rest, following)


def _is_denied(rest: str, following: str) -> bool:
    """Whether what follows says that there is nothing of the kind: "None", "N/A", "There are none"."""
    if rest.strip(" :;,.()[]–—-?"):
        return bool(_NONE.match(rest) or _NONE.match(_BETWEEN.sub("", rest, count=1)))
    return bool(_NONE.match(following))


def _of_sentences(text: str) -> Iterator[str]:
    """What a page says of the document as a whole."""
    for found in _SAID.finditer(text):
        yield " ".join(found[0].split())
