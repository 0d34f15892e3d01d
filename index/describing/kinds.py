"""What kind of document it is and who published it, read from its first pages, never from its PDF metadata.

A file name is a weak hint, used only where the text decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Evidence, How, Kind, Page, Properties
from index.voices import INSPECTORATES

# Titles that inspectorates print, most telling first.  Searched in the first page with white space made single.
_INSPECTION_TITLES: tuple[tuple[Kind, str], ...] = (
    (Kind.MONITORING_VISIT, r"monitoring visit (?:of|to) [^.]{0,80}(?:children['’]s|council|borough)"),
    (Kind.FOCUSED_VISIT, r"(?:focused|assurance) visit to |findings of (?:a|the) focused (?:assurance )?visit|covid-19 assurance visit"),
    (Kind.AREA_SEND, r"area send inspection|local area send inspection|area partnership report|special educational needs and/or disabilities \(send\)"),
    (Kind.JTAI, r"joint (?:targeted )?area (?:child protection )?inspection|joint targeted area inspection"),
    (Kind.SIF_REINSPECTION, r"re-?inspection of services for children in need of help and protection"),
    (Kind.SIF, r"inspection of services for children in need of help and protection"),
    (Kind.LAC_2013, r"inspection of (?:services for )?looked[- ]after children"),
    (Kind.YOUTH_JUSTICE, r"inspection of youth (?:offending|justice) services"),
    (
        Kind.ILACS,
        r"inspection of (?:[^.]{0,110})?(?:local authority )?children['’]s (?:social care )?services|judgements? grade the impact of leaders",
    ),
)
_OWN = re.compile(
    r"lead inspector:|reporting inspector|her majesty['’]s inspector|his majesty['’]s inspector|\bHMI\b|"
    r"this letter summarises the findings|piccadilly gate|outlines our findings|we anticipate that",
    re.I,
)
_COMMITTEE = re.compile(
    r"report of the .{3,90}to (?:the )?(?:meeting of|[A-Z][\w ]*(?:committee|panel|cabinet|executive|board))|"
    r"(?:corporate parenting panel|scrutiny committee|overview (?:&|and) scrutiny|cabinet|executive) (?:report|meeting|to be held)|"
    r"committee report|to the meeting of",
    re.I,
)
_NEWSLETTER = re.compile(r"newsletter|view this email in your browser|e-?bulletin|\bbulletin\b|improvement update", re.I)
_PRESS = re.compile(
    r"\bauthor:|\bby [A-Z][a-z]+ [A-Z][a-z]+(?:,|\s+@|\s+(?:reporter|chief))|\breporter\b|hear all the latest news|press article|"
    r"newspaper|radio|local democracy|\bthe (?:council|authority) (?:has )?said\b",
    re.I,
)
_COUNCIL_NEWS = re.compile(r"council news|audience:|published by the council|press office|portfolio holder|news item", re.I)
_OUTLET = re.compile(
    r"(?:on|by|from|in)\s(?:the\s)?((?:[A-Z][\w&’'-]*\s){0,4}(?:Radio|News|Times|Post|Gazette|Herald|Chronicle|Telegraph(?:\s&\sArgus)?|Argus|Echo|Mail|Express|Star|Guardian|Journal|Mercury|BBC|ITV))\b"
)
_DIGEST = re.compile(r"digest of (?:a|an|the)\s+(?P<what>.{5,160}?)(?:[.\n]|$)", re.I | re.S)


def kind_and_publisher(
    pages: Sequence[Page], properties: Properties, authorities: Sequence[str], name_hint: str
) -> tuple[Kind, Evidence, str, Evidence]:
    """The kind and the publisher of a document, each with its evidence.

    `authorities` are those the document is about, main one first; `name_hint` is the file's name.
    """
    first = _flat(" ".join(page.text for page in pages[:1])) if pages else ""
    text = _flat(" ".join(page.text for page in pages))
    if _OWN.search(first) or _OWN.search(text[-1500:]):
        titles = [(match, kind) for kind, pattern in _INSPECTION_TITLES if (match := re.search(pattern, first, re.I))]
        if titles:
            match, kind = min(titles, key=lambda title: title[0].start())  # the title stands first; others are cited
            stated = Evidence(How.STATED, match.group(), pages[0].number)
            return kind, stated, *_inspectorate(first, kind, pages[0].number)
    return _other(first, text, pages[0].number if pages else None, properties, authorities, name_hint)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _inspectorate(first: str, kind: Kind, page: int | None) -> tuple[str, Evidence]:
    name = "HMIP" if kind is Kind.YOUTH_JUSTICE else "Ofsted"
    words = re.search(INSPECTORATES[name] + r"|hm[i ]|majesty['’]s inspector", first, re.I)
    how = How.STATED if words else How.INFERRED
    return name, Evidence(how, words.group() if words else "the wording of its own inspection report", page)


def _other(
    first: str, text: str, page: int | None, properties: Properties, authorities: Sequence[str], name_hint: str
) -> tuple[Kind, Evidence, str, Evidence]:
    council = f"{authorities[0]} Council" if authorities else None
    head = first[:1500]
    digest = _DIGEST.search(head)
    about = digest.group("what") if digest else head
    outlet = _outlet(text, properties)
    for kind, pattern in ((Kind.COMMITTEE_REPORT, _COMMITTEE), (Kind.NEWSLETTER, _NEWSLETTER), (Kind.NEWS_ITEM, _COUNCIL_NEWS), (Kind.PRESS, _PRESS)):
        match = pattern.search(about) or (None if digest and kind is not Kind.PRESS else pattern.search(text))
        if match and kind is Kind.NEWS_ITEM and not digest and _byline(head, text):
            continue
        if match:
            stated = Evidence(How.STATED, match.group(), page)
            publisher = (outlet or "the press") if kind is Kind.PRESS else council
            evidence = Evidence(How.STATED if publisher == outlet else How.INFERRED, outlet or match.group(), page)
            return kind, stated, publisher or "unknown publisher", evidence
    if re.search(r"[“\"][^”\"]{20,}", text) and re.search(r"\bsaid\b|\badded\b", text):
        inferred = Evidence(How.INFERRED, "quotations introduced by “said” and no publisher of its own", page)
        return Kind.PRESS, inferred, outlet or "the press", inferred
    nothing = Evidence(How.INFERRED, f"nothing in the text tells the kind; the file is named {name_hint}", page)
    return Kind.OTHER, nothing, properties.site or council or "unknown publisher", nothing


def _byline(head: str, text: str) -> bool:
    """Whether a writer is named, or a station or paper advertises itself: the press, not the council."""
    return bool(re.search(r"\bauthor:|\bby [A-Z][a-z]+ [A-Z][a-z]+\b", head) or re.search(r"hear all the latest news", text, re.I))


def _outlet(text: str, properties: Properties) -> str | None:
    match = re.search(r"latest news.{0,90}?\bon ((?:[A-Z][\w&’']*\s?){1,4})", text) or _OUTLET.search(text)
    return (properties.site or (match.group(1).strip() if match else None)) or None
