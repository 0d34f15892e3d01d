"""What kind of document it is and who published it, read from its first pages, never from its PDF metadata.

A file name is a weak hint, used only where the text decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Evidence, How, Kind, Page, Properties
from index.voicewords import INSPECTORATES

# Titles that inspectorates print, searched in the first page with white space made single; the first in the text wins.
_INSPECTION_TITLES: tuple[tuple[Kind, str], ...] = (
    (Kind.MONITORING_VISIT, r"monitoring visit (?:of|to) [^.]{0,80}(?:children['’]s|council|borough)"),
    (
        Kind.FOCUSED_VISIT,
        r"(?:focused|assurance) visit to |findings of (?:a|the) focused (?:assurance )?visit|covid-19 assurance visit",
    ),
    (
        Kind.AREA_SEND,
        r"area send (?:full |monitoring )?(?:inspection|re-?visit)|area partnership report|"
        r"special educational needs and/or disabilities \(send\)|"
        r"joint (?:local )?area (?:inspection|re-?visit) (?:of|for|in) [^.]{0,60}special educational needs",
    ),
    (Kind.JTAI, r"joint (?:targeted )?area (?:child protection )?inspection"),
    (Kind.SIF_REINSPECTION, r"re-?inspection of services for children in need of help and protection"),
    (Kind.SIF, r"inspection of services for children in need of help and protection"),
    (Kind.LAC_2013, r"inspection of (?:services for )?looked[- ]after children"),
    (
        Kind.YOUTH_JUSTICE,
        r"inspection of (?:the )?youth (?:offending|justice) (?:services?|work|teams?)|"
        r"short quality screening[^.]{0,30} of youth offending work",
    ),
    (
        Kind.ILACS,
        r"inspection of [^.]{0,110}?\b(?:children['’]s (?:social care )?services|children['’]s (?:services )?trust\b)|"
        r"judgements? grade the impact of leaders",
    ),
    (
        Kind.INSPECTION,
        r"inspection of (?:local authority arrangements|safeguarding|[^.]{0,60}fostering|[^.]{0,60}adoption)",
    ),
)
_OWN = re.compile(
    r"inspection dates?:|lead inspector:|reporting inspector|\bh(?:er|is) majesty['’]s inspector|\bHMI\b|"
    r"this letter summarises the findings|piccadilly gate|outlines our findings|we anticipate that",
    re.I,
)
# HM Inspectorate of Probation prints its name and the month beside the title on its covers.
_PROBATION = re.compile(
    r"\b(?:hm|h(?:er|is) majesty['’]s) inspectorate of probation\b|\bhmi probation\b|\bhmip\b", re.I
)
# Words at the top of a council's paper or newsletter, whatever inspection it speaks of or appends.  Narrow on purpose:
# inspectors, too, write of newsletters, of standing agenda items and of managers who report to boards.
_ANOTHERS = re.compile(
    r"view this email in your browser|\bdigest of an? |ward\(s\) affected|wards affected:|\breport (?:to|of|author):|"
    r"report of the [^.]{3,120}to (?:the )?(?:meeting of|[\w ]*(?:committee|panel|cabinet|executive)\b)|"
    r"(?:committee|panel|cabinet) to be held|purpose of (?:the |this )?report\b|agenda item(?: no\.?| number)?:? \d",
    re.I,
)
_COVER = 700  # characters


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign of a kind that is no inspectorate's own: how much it weighs, and its pattern.

    `scope` is where it is looked for: "what", the words after "digest of"; "head", the beginning; "text", anywhere.
    """

    kind: Kind
    scope: str
    weight: int
    pattern: re.Pattern[str]


_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SIGNS = (
    _Sign(
        Kind.COMMITTEE_REPORT,
        "what",
        5,
        re.compile(
            r"(?:committee|panel|cabinet|executive|council) report|report to [^.]*(?:committee|panel|cabinet)", re.I
        ),
    ),
    _Sign(
        Kind.COMMITTEE_REPORT,
        "head",
        4,
        re.compile(
            r"report of the .{3,120}to (?:the )?(?:meeting of|[\w ]*(?:committee|panel|cabinet|executive|board))|"
            r"\breport to: (?:the )?(?:[\w’']+ ){0,6}(?:committee|panel|cabinet|executive|board)\b",
            re.I,
        ),
    ),
    _Sign(
        Kind.COMMITTEE_REPORT,
        "head",
        3,
        re.compile(
            r"(?:committee|panel|cabinet|board) to be held|agenda item|ward\(s\) affected|wards affected:|"
            r"\breport (?:author|of):|(?:cabinet|lead) member:|purpose of (?:the )?report",
            re.I,
        ),
    ),
    _Sign(
        Kind.COMMITTEE_REPORT,
        "text",
        2,
        re.compile(r"legal appraisal|resource appraisal|background (?:documents|papers)|not for publication", re.I),
    ),
    _Sign(Kind.NEWSLETTER, "what", 5, re.compile(r"newsletter|bulletin", re.I)),
    _Sign(Kind.NEWSLETTER, "head", 4, re.compile(r"view this email in your browser|newsletter|\be-?bulletin\b", re.I)),
    _Sign(Kind.NEWSLETTER, "head", 2, re.compile(rf"\b(?:update|bulletin|briefing)\b.{{0,5}}\b{_MONTH}", re.I)),
    _Sign(Kind.PRESS, "what", 6, re.compile(r"\b(?:press|newspaper|radio|broadcaster|television|tv)\b", re.I)),
    _Sign(
        Kind.PRESS,
        "text",
        4,
        re.compile(r"hear all the latest news|local democracy report(?:er|ing)|sign up to our newsletter", re.I),
    ),
    _Sign(Kind.PRESS, "head", 3, re.compile(r"\b[Aa]uthor:|\b[Bb]y [A-Z][a-z]+ [A-Z][a-z]+\b|\b[Rr]eporter\b")),
    _Sign(Kind.PRESS, "text", 2, re.compile(r"\b(?:council|authority) (?:has )?said\b", re.I)),
    _Sign(Kind.PRESS, "text", 1, re.compile(r"\b(?:said|added)[:,]? [“\"]", re.I)),
    _Sign(Kind.NEWS_ITEM, "what", 5, re.compile(r"council(?:['’]s)? (?:news|press|announcement|statement|web)", re.I)),
    _Sign(
        Kind.NEWS_ITEM,
        "text",
        3,
        re.compile(r"\baudience:|\bpress (?:office|release)\b|this item has been viewed|notes to editors", re.I),
    ),
    _Sign(Kind.NEWS_ITEM, "text", 1, re.compile(r"portfolio holder|cabinet member|executive member", re.I)),
)
HEAD = 1500  # characters
STATED = 3  # signs of this weight say outright what kind a document is
_STATED_PUBLISHER = re.compile(
    r"\b[Pp]ublisher: *(?P<line>[^\n]{3,80})|"
    r"\bpublished by (?:the )?(?P<by>[A-Z][\w&’']*(?: [A-Z][\w&’']*){0,4})"
)
_STATION = re.compile(r"latest news[^.]{0,90}?\bon ((?:[A-Z][\w&’']*\s?){1,4})")
_OUTLET = re.compile(
    r"\b((?:[A-Z][\w&’'-]*\s){1,4}"
    r"(?:Radio|News|Times|Post|Gazette|Herald|Chronicle|Telegraph(?:\s&\sArgus)?|Argus|Echo|Mail|Express|Star|"
    r"Guardian|Journal|Mercury))\b"
)
_DIGEST = re.compile(r"digest of (?:an? |the )?(?P<what>.{5,200}?)(?:\.\s|\n\n|$)", re.I | re.S)


def kind_and_publisher(
    pages: Sequence[Page], properties: Properties, authorities: Sequence[str], name_hint: str
) -> tuple[Kind, Evidence, str, Evidence]:
    """The kind and the publisher of a document, each with its evidence.

    `authorities` are those the document is about, main one first; `name_hint` is the file's name.
    """
    first = _flat(pages[0].text) if pages else ""
    title = _inspection_title(first)
    if title:
        kind, words = title
        return kind, Evidence(How.STATED, words, pages[0].number), *_inspectorate(first, kind, pages[0].number)
    kind, kind_from = _by_signs(_flat(" ".join(page.text for page in pages)), name_hint)
    publisher, publisher_from = _publisher(kind, "\n".join(page.text for page in pages), properties, authorities)
    return kind, kind_from, publisher, publisher_from


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _inspection_title(first: str) -> tuple[Kind, str] | None:
    """The title of an inspectorate's own report or letter; others only cite such titles."""
    probation = _PROBATION.search(first[:_COVER])
    if not (_OWN.search(first) or probation) or _ANOTHERS.search(first[:_COVER]):
        return None
    titles = [(match, kind) for kind, pattern in _INSPECTION_TITLES if (match := re.search(pattern, first, re.I))]
    if not titles or (probation and not _OWN.search(first) and titles[0][0].start() > _COVER):
        return None
    match, kind = min(titles, key=lambda title: title[0].start())  # the title stands first; others are cited
    return kind, match.group()


def _inspectorate(first: str, kind: Kind, page: int | None) -> tuple[str, Evidence]:
    name = "HMIP" if kind is Kind.YOUTH_JUSTICE else "Ofsted"
    words = re.search(INSPECTORATES[name] + r"|hm[i ]|majesty['’]s inspector", first, re.I)
    how = How.STATED if words else How.INFERRED
    return name, Evidence(how, words.group() if words else "the wording of its own inspection report", page)


def _by_signs(text: str, name_hint: str) -> tuple[Kind, Evidence]:
    """The kind whose signs weigh most; the first of them in the table on a tie."""
    digest = _DIGEST.search(text[:HEAD])
    scopes = {"what": digest.group("what") if digest else "", "head": text[:HEAD], "text": text}
    weights: dict[Kind, int] = {}
    words: dict[Kind, str] = {}
    for sign in _SIGNS:
        match = sign.pattern.search(scopes[sign.scope])
        if match:
            weights[sign.kind] = weights.get(sign.kind, 0) + sign.weight
            words.setdefault(sign.kind, match.group())
    if not weights:
        return Kind.OTHER, Evidence(How.INFERRED, f"nothing in the text tells the kind; the file is named {name_hint}")
    best = max(weights, key=lambda kind: weights[kind])
    return best, Evidence(How.STATED if weights[best] >= STATED else How.INFERRED, words[best])


def _publisher(kind: Kind, text: str, properties: Properties, authorities: Sequence[str]) -> tuple[str, Evidence]:
    stated = _STATED_PUBLISHER.search(text[:HEAD])
    if stated:
        name = (stated.group("line") or stated.group("by")).strip(" .")
        return name, Evidence(How.STATED, stated.group().strip())
    if kind is Kind.PRESS:
        return _outlet(text, properties)
    if authorities:
        return f"{authorities[0]} Council", Evidence(How.INFERRED, f"a {kind.value} about {authorities[0]}")
    return properties.site or "unknown publisher", Evidence(How.INFERRED, "no publisher is named")


def _outlet(text: str, properties: Properties) -> tuple[str, Evidence]:
    """The newspaper, station or site that carries a press article."""
    named = _STATION.search(text) or _OUTLET.search(text)
    if named:
        return named.group(1).strip(), Evidence(How.STATED, _flat(named.group()).strip())
    if properties.site:
        return properties.site, Evidence(How.STATED, properties.site)
    return "the press", Evidence(How.INFERRED, "a report by others, and no publisher is named")
