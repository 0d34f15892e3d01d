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
# Signs of the kinds that are no inspectorate's own: where a sign is looked for, its weight, and its pattern.
# "what": the words after "digest of"; "head": the first page's beginning; "text": anywhere.
_SIGNS: tuple[tuple[Kind, str, int, str], ...] = (
    (Kind.COMMITTEE_REPORT, "what", 5, r"(?:committee|panel|cabinet|executive|council) report|report to [^.]*(?:committee|panel|cabinet)"),
    (Kind.COMMITTEE_REPORT, "head", 4, r"report of the .{3,120}to (?:the )?(?:meeting of|[\w ]*(?:committee|panel|cabinet|executive|board))"),
    (Kind.COMMITTEE_REPORT, "head", 3, r"(?:committee|panel|cabinet|board) to be held|agenda item|ward\(s\) affected"),
    (Kind.COMMITTEE_REPORT, "text", 2, r"legal appraisal|resource appraisal|background documents|not for publication"),
    (Kind.NEWSLETTER, "what", 5, r"newsletter|bulletin"),
    (Kind.NEWSLETTER, "head", 4, r"view this email in your browser|newsletter|\be-?bulletin\b"),
    (Kind.NEWSLETTER, "head", 2, r"\b(?:update|bulletin|briefing)\b.{0,5}\b(?:january|february|march|april|may|june|july|august|september|october|november|december)"),
    (Kind.PRESS, "what", 6, r"\b(?:press|newspaper|radio|broadcaster|television|tv)\b"),
    (Kind.PRESS, "text", 4, r"hear all the latest news|local democracy reporter|sign up to our newsletter"),
    (Kind.PRESS, "head", 3, r"\bauthor:|\bby [A-Z][a-z]+ [A-Z][a-z]+\b|\breporter\b"),
    (Kind.PRESS, "text", 2, r"\b(?:council|authority) (?:has )?said\b"),
    (Kind.PRESS, "text", 1, r"\b(?:said|added)[:,]? [“\"]"),
    (Kind.NEWS_ITEM, "what", 5, r"council(?:['’]s)? (?:news|press|announcement|statement|web)"),
    (Kind.NEWS_ITEM, "text", 3, r"\baudience:|\bpress office\b|this item has been viewed|notes to editors"),
    (Kind.NEWS_ITEM, "text", 1, r"portfolio holder|cabinet member|executive member"),
)
_STATED_PUBLISHER = re.compile(r"\b[Pp]ublisher: *(?P<line>[^\n]{3,80})|\bpublished by (?:the )?(?P<by>[A-Z][\w&’']*(?: [A-Z][\w&’']*){0,4})")
_STATION = re.compile(r"latest news[^.]{0,90}?\bon ((?:[A-Z][\w&’']*\s?){1,4})")
_OUTLET = re.compile(
    r"\b((?:[A-Z][\w&’'-]*\s){1,4}(?:Radio|News|Times|Post|Gazette|Herald|Chronicle|Telegraph(?:\s&\sArgus)?|Argus|Echo|Mail|Express|Star|Guardian|Journal|Mercury))\b"
)
_DIGEST = re.compile(r"digest of (?:an? |the )?(?P<what>.{5,200}?)(?:\.\s|\n\n|$)", re.I | re.S)


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
    kind, kind_from = _by_signs(text, name_hint)
    publisher, publisher_from = _publisher(kind, "\n".join(page.text for page in pages), properties, authorities)
    return kind, kind_from, publisher, publisher_from


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _inspectorate(first: str, kind: Kind, page: int | None) -> tuple[str, Evidence]:
    name = "HMIP" if kind is Kind.YOUTH_JUSTICE else "Ofsted"
    words = re.search(INSPECTORATES[name] + r"|hm[i ]|majesty['’]s inspector", first, re.I)
    how = How.STATED if words else How.INFERRED
    return name, Evidence(how, words.group() if words else "the wording of its own inspection report", page)


def _by_signs(text: str, name_hint: str) -> tuple[Kind, Evidence]:
    """The kind whose signs weigh most; the first of them in the table on a tie."""
    digest = _DIGEST.search(text[:1500])
    scopes = {"what": digest.group("what") if digest else "", "head": text[:1500], "text": text}
    weights: dict[Kind, int] = {}
    words: dict[Kind, str] = {}
    for kind, scope, weight, pattern in _SIGNS:
        match = re.search(pattern, scopes[scope], 0 if "[A-Z]" in pattern else re.I)
        if match:
            weights[kind] = weights.get(kind, 0) + weight
            words.setdefault(kind, match.group())
    if not weights:
        return Kind.OTHER, Evidence(How.INFERRED, f"nothing in the text tells the kind; the file is named {name_hint}")
    best = max(weights, key=lambda kind: weights[kind])
    return best, Evidence(How.STATED if weights[best] >= STATED else How.INFERRED, words[best])


STATED = 3  # signs of this weight say outright what kind a document is


def _publisher(kind: Kind, text: str, properties: Properties, authorities: Sequence[str]) -> tuple[str, Evidence]:
    stated = _STATED_PUBLISHER.search(text[:1500])
    if stated:
        name = (stated.group("line") or stated.group("by")).strip(" .")
        return name, Evidence(How.STATED, stated.group().strip())
    if kind is Kind.PRESS:
        named = _STATION.search(text) or _OUTLET.search(text)
        if named:
            return named.group(1).strip(), Evidence(How.STATED, _flat(named.group()).strip())
        if properties.site:
            return properties.site, Evidence(How.STATED, properties.site)
        return "the press", Evidence(How.INFERRED, "a report by others, and no publisher is named")
    if authorities:
        return f"{authorities[0]} Council", Evidence(How.INFERRED, f"a {kind.value} about {authorities[0]}")
    return properties.site or "unknown publisher", Evidence(How.INFERRED, "no publisher is named")
