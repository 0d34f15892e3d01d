"""Lines into paragraphs, for formats that mark none: PDF pages and plain text.

A new paragraph begins at a bullet, at the next paragraph number, after a blank line, or after a line that was
broken although the next word would have fitted.  Paragraphs go on over pages.  Headings are told from text by
their shape here; the path of headings above each paragraph is in `headings`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from index.records import BlockKind, Page, Paragraph, Span
from index.structure.furniture import furniture
from index.structure.headings import CHAPTER
from index.structure.lines import BULLET, NUMBER, Line, breaks_early, lines_of, width

HEADING_WORDS = 28  # the longest heading of the frameworks has 22 words
UNPAGED_HEADING_WORDS = 14  # web pages print whole sentences without a stop
# The grade table of page 1: ILACS heads it "Judgement Grade", SIF numbers its rows.
GRADE_TABLE = re.compile(r"^(?:judgements?\s+grade$|1\.\s+children who need help and protection\b)", re.I)
# First words of the framework's own chapters: their headings may fill a line, so the shape alone does not show them.
CHAPTER_LINE = re.compile(
    r"^(?:the experiences and progress of (?:children|care)|the impact of leaders on social|"
    r"leadership, management and governance|"
    r"information about this (?:inspection|local)|inspection findings [–-])[^.]*$",
    re.I,
)
# "The experiences and progress of care leavers: good." is a heading, though some reports print a stop after it.
CHAPTER_GRADE = re.compile(
    r"^the (?:experiences and progress of|impact of leaders on)\b[^.:–]{10,110}\s?[:–]\s?"
    r"(?:outstanding|good|inadequate|requires? improvement(?: to be good)?)\.?$",
    re.I,
)
GRADE_END = re.compile(r"(?:outstanding|good|inadequate|improvement|not judged)\s*$", re.I)
# A line that ends like this goes on: the number at the start of the next one belongs to its sentence.
_EXPECTS_MORE = re.compile(
    r"\b(?:of|to|and|or|than|the|a|in|at|by|for|from|with|aged?|under|over|about|around|nearly|only|until|between|"
    r"page|paragraph|section|is|are|was|were)$",
    re.I,
)
MARKDOWN_HEADING = re.compile(r"^#{1,6}\s")


@dataclass(slots=True)
class _Draft:
    """A paragraph while its lines are gathered."""

    kind: BlockKind
    number: str | None
    lines: list[Line] = field(default_factory=list)


def paragraphs_of_pages(pages: Sequence[Page]) -> tuple[Paragraph, ...]:
    """All paragraphs of the pages in reading order, furniture among them."""
    by_page = [lines_of(index, page) for index, page in enumerate(pages)]
    outside = furniture(by_page)
    body = [[line for line in page if line not in outside] for page in by_page]
    words = HEADING_WORDS if any(page.number for page in pages) else UNPAGED_HEADING_WORDS
    found = [_finish(draft, words, pages) for draft in _gather(body)]
    found += [Paragraph((line.span,), BlockKind.FURNITURE) for line in outside]
    return tuple(sorted(found, key=lambda paragraph: paragraph.spans))


def _gather(body: Sequence[Sequence[Line]]) -> list[_Draft]:
    drafts: list[_Draft] = []
    expected = 1
    table_ends = _grade_table(body[0]) if body else None
    for page in body:
        measure = width(page)
        for line, following in zip_longest(page, page[1:]):
            previous = drafts[-1].lines[-1] if drafts else None
            if table_ends and line.span <= table_ends.span and _in_table(drafts, line):
                _add_to_table(drafts, line)
            elif (number := _number(line, expected, previous, measure)) is not None:
                drafts.append(_Draft(BlockKind.TEXT, number, [line]))
                expected = int(number) + 1 if number.isdigit() else expected
            elif BULLET.match(line.text):
                drafts.append(_Draft(BlockKind.ITEM, None, [line]))
            elif previous is None or _opens_paragraph(drafts[-1], line, following, measure):
                drafts.append(_Draft(BlockKind.TEXT, None, [line]))
            else:
                drafts[-1].lines.append(line)
    return drafts


def _grade_table(first: Sequence[Line]) -> Line | None:
    """The last line of the grade table of page 1, None where there is none."""
    for place, line in enumerate(first):
        if GRADE_TABLE.match(line.text):
            rows = first[place + 1 : place + 22]
            ends = [row for row in rows if GRADE_END.search(row.text) or re.match(r"^(?:to )?be good$", row.text, re.I)]
            return _last_of_run(rows, ends)
    return None


def _last_of_run(rows: Sequence[Line], ends: Sequence[Line]) -> Line | None:
    """The last grade of the table: a row more than four lines below the one before belongs to the text."""
    last = None
    at = -1
    for place, row in enumerate(rows):
        if row in ends and place - at <= 4 and len(row.text) < 100:
            last, at = row, place
    return last


def _in_table(drafts: Sequence[_Draft], line: Line) -> bool:
    return bool(GRADE_TABLE.match(line.text)) or bool(drafts and drafts[-1].kind is BlockKind.TABLE)


def _add_to_table(drafts: list[_Draft], line: Line) -> None:
    if drafts and drafts[-1].kind is BlockKind.TABLE:
        drafts[-1].lines.append(line)
    else:
        drafts.append(_Draft(BlockKind.TABLE, None, [line]))


def _number(line: Line, expected: int, previous: Line | None, measure: float) -> str | None:
    """The paragraph number that the line begins with, if it is one and not the end of a sentence ("age of / 25.")."""
    match = NUMBER.match(line.text)
    if not match:
        return None
    number, stop = match.groups()
    rest = line.text[match.end() :].strip()
    open_before = previous is not None and not previous.ends_sentence and not line.after_blank
    if "." in number:  # 2.1 and the like: committee reports; but not a row of figures, and not "2.5 million"
        in_sentence = previous is not None and open_before and not breaks_early(previous, line, measure)
        is_title = rest[:1].isupper() or rest[:1] in "‘“'\"("
        return number if int(number.split(".")[0]) <= 40 and rest and is_title and not in_sentence else None
    if not stop or rest[:1].islower():
        return None
    if not expected <= int(number) <= expected + 3:
        return "1" if number == "1" and not open_before else None
    return None if open_before and previous is not None and _EXPECTS_MORE.search(previous.text) else number


def _opens_paragraph(draft: _Draft, line: Line, following: Line | None, measure: float) -> bool:
    previous = draft.lines[-1]
    return _starts_anew(draft, previous, line, measure) or _opens_heading(previous, line, following, measure)


def _starts_anew(draft: _Draft, previous: Line, line: Line, measure: float) -> bool:
    if draft.number is not None and len(draft.lines) == 1 and not _has_words(previous):
        return False  # the number stands alone on its line
    if draft.kind is BlockKind.TABLE or (line.after_blank and line.span.page == previous.span.page):
        return True
    if MARKDOWN_HEADING.match(line.text) or MARKDOWN_HEADING.match(previous.text):
        return True
    starts_low = line.text[:1].islower() or line.text[:1] in "(,;"
    if line.span.page != previous.span.page:
        return (
            not starts_low
            and (previous.ends_sentence or _looks_like_heading(draft.lines))
            and (draft.number is None or breaks_early(previous, line, measure))
        )
    if starts_low and not previous.ends_sentence:
        return False
    return breaks_early(previous, line, measure)


def _has_words(line: Line) -> bool:
    return any(char.isalpha() for char in line.text)


def _opens_heading(previous: Line, line: Line, following: Line | None, measure: float) -> bool:
    """Whether a full line that ended a sentence is followed by a heading: a short line without a stop."""
    if not previous.ends_sentence or line.text[:1].islower() or line.ends_sentence:
        return False
    return bool(CHAPTER_LINE.match(line.text)) or (following is not None and breaks_early(line, following, measure))


def _looks_like_heading(lines: Sequence[Line], words: int = HEADING_WORDS) -> bool:
    text = " ".join(line.text for line in lines)
    if CHAPTER_GRADE.match(text):
        return True
    return (
        bool(re.match(r"[A-Z‘“'\"0-9#*]", text)) and not re.search(r"[.;,!…]\W*$", text) and len(text.split()) <= words
    )


def _leads_in(draft: _Draft) -> bool:
    """Whether a line without a full stop belongs to what follows it: a numbered line, "... said:", "... were:"."""
    text = draft.lines[-1].text
    if MARKDOWN_HEADING.match(draft.lines[0].text):
        return False
    if draft.number is not None and "." not in draft.number:
        return True
    return text.endswith(":") and len(text.split()) > 4 and not CHAPTER.match(draft.lines[0].text)


def _finish(draft: _Draft, words: int, pages: Sequence[Page]) -> Paragraph:
    kind = draft.kind
    if kind is BlockKind.TEXT and _looks_like_heading(draft.lines, words) and not _leads_in(draft):
        kind = BlockKind.HEADING
    return Paragraph(_spans(draft.lines, pages), kind, draft.number)


def _spans(lines: Sequence[Line], pages: Sequence[Page]) -> tuple[Span, ...]:
    """One span for each run of lines that only white space parts: furniture between two lines begins a new span."""
    spans: list[Span] = []
    for line in lines:
        last = spans[-1] if spans else None
        if last and last.page == line.span.page and not pages[last.page].text[last.end : line.span.start].strip():
            spans[-1] = Span(last.page, last.start, line.span.end)
        else:
            spans.append(line.span)
    return tuple(spans)
