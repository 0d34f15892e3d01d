"""The title of a document as it prints it.  PDF metadata titles lie and are never used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.authorities import find_authorities
from index.records import BlockKind, Document, Evidence, How, Paragraph
from index.structure.headings import heading_text

_INSPECTION = re.compile(
    r"^(?:focused|monitoring|ofsted|assurance|covid|joint|area send|(?:an? )?(?:joint )?inspection of|"
    r"re-?inspection).{4,200}$",
    re.I,
)
# Lines of a title block that say something else than the title.
_META = re.compile(
    r"^(?:inspection dates?|lead inspector|deputy|reporting inspector|report published|published|dates? of|judgement|"
    r"age group|view this email|h(?:er|is) majesty|last updated|author|contact|audience|time:|to be completed|and$|"
    r"the overall judgement|\W*$|\*{0,2}[a-z]\*{0,2}$)",
    re.I,
)
# Ends and beginnings of lines that show a title broken in its middle.
_OPEN_END = re.compile(r"\b(?:and|of|for|the|local|to|in|on|with|children[’']s|local authority)$", re.I)
_GOES_ON = re.compile(
    r"^(?:metropolitan |borough |city |county |district )*"
    r"(?:council$|(?:council |trust )?local authority|children['’]s services)",
    re.I,
)
# The second half of the long SIF title.
_SECOND_HALF = re.compile(r",? and review of the effectiveness of the local safeguarding children.*$", re.I)
LONGEST = 200  # characters
OPENING = 90  # characters of the text that stand in for a title


def title_of(document: Document) -> tuple[str, Evidence]:
    """The title and where it is printed; the file's name where nothing in the text can be a title."""
    block = _title_block(document)
    texts = _whole([heading_text(document.pages, paragraph.spans) for paragraph in block])
    chosen = _SECOND_HALF.sub("", _chosen([text for text in texts if not _META.match(text)]))[:LONGEST]
    if chosen:
        return chosen, Evidence(How.STATED, chosen, document.pages[block[0].spans[0].page].number)
    opening = _opening(document)
    if opening:
        return opening, Evidence(How.INFERRED, "the document's first words; it prints no title")
    name = document.source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return name, Evidence(How.FILE_NAME, name)


def _opening(document: Document) -> str:
    """The first words of the text, up to OPENING characters, cut between words."""
    text = next((document.text(p.spans) for p in document.paragraphs if p.kind is not BlockKind.FURNITURE), "")
    flat = " ".join(text.split())
    return flat if len(flat) <= OPENING else f"{flat[:OPENING].rsplit(' ', 1)[0]} …"


def _title_block(document: Document) -> list[Paragraph]:
    """The headings before the first text; a letter's address block is furniture and does not count."""
    block: list[Paragraph] = []
    for paragraph in document.paragraphs:
        if paragraph.kind is BlockKind.HEADING:
            block.append(paragraph)
        elif paragraph.kind is not BlockKind.FURNITURE:
            break
    return block


def _whole(texts: Sequence[str]) -> list[str]:
    """Joins the lines of a title that was broken in its middle, and drops the footnote digit after its last word."""
    whole: list[str] = []
    for text in texts:
        goes_on = whole and (_OPEN_END.search(whole[-1]) or text[:1].islower() or _GOES_ON.match(text))
        if goes_on and not _META.match(text):
            whole[-1] = f"{whole[-1]} {text}"
        else:
            whole.append(text)
    return list(dict.fromkeys(re.sub(r"(?<=[a-z)])\d{1,2}$", "", text) for text in whole))


def _chosen(texts: Sequence[str]) -> str:
    """The line that names the inspection, after the authority where that stands alone above it; else the first line."""
    place = next((place for place, text in enumerate(texts) if _INSPECTION.match(text)), None)
    if place is None:
        return texts[0] if texts else ""
    if place and find_authorities(texts[place - 1]) and not find_authorities(texts[place]):
        return f"{texts[place - 1]}: {texts[place]}"
    return texts[place]
