"""Lines of a page, and what can be told from one line alone.  How lines make paragraphs is in `paragraphs`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from index.records import Page, Span

# Symbol and dingbat glyphs that reports use for bullets, private-use ones included (facts measured on real reports).
BULLET = re.compile(
    r"^[\s]*([\uf06e\uf02d\uf0a7\uf0b7\uf0be\uf076\uf0d8\u25fc\u25aa\u25a0\u25cf\u2022\u25e6\u2023▪■─●]|[-–―o*](?=\s))\s*"
)
# "12.", "2.1", "12)" or "(12)": the number is group 1, the stop or bracket after it group 2.
NUMBER = re.compile(
    r"^\s*(?:\*{2}|#{1,6}\s)?\s*"
    r"(?:\((?=\d{1,3}\)))?((?:\d{1,3})(?:\.\d{1,2}){0,3})([.)]?)(?=\s|$|(?<=[.)])[A-Z‘“])"
)
# A reference in brackets may follow the stop: "... to neglect. (outcome 3, national framework)".
TERMINAL = re.compile(r"[.!?:;](?:[\"”’')\]*_\s\d]{0,4}|\s\([^().]{2,60}\))$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page that is not blank: `span` covers it without the white space around it."""

    span: Span
    text: str
    after_blank: bool

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends as a sentence ends (a footnote digit or a closing quote may follow the stop)."""
        return bool(TERMINAL.search(self.text))


def lines_of(index: int, page: Page) -> tuple[Line, ...]:
    """The lines of `page` that are not blank, in order; `index` is the page's place in the document."""
    found = []
    blank = True
    for match in re.finditer(r"[^\n\f]*", page.text):
        text = match.group().strip()
        if text:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append(Line(Span(index, start, start + len(text)), text, blank))
            blank = False
        elif match.end() > match.start() or page.text[match.start() : match.start() + 1] == "\n":
            blank = blank or _is_blank_line(page.text, match.start())
    return tuple(found)


def _is_blank_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in "\n\f"


def width(lines: Sequence[Line]) -> float:
    """The measure of a page in characters: nine lines of ten are no longer than this."""
    lengths = [len(line.text) for line in lines]
    if len(lengths) < 2:
        return float(max(lengths, default=0))
    return min(quantiles(lengths, n=10)[-1], max(lengths))  # of few lines the quantile may lie above the longest


def breaks_early(line: Line, following: Line, measure: float) -> bool:
    """Whether `line` ends although the first word of `following` would still have fitted: a deliberate break."""
    first_word = following.text.split(maxsplit=1)[0]
    return len(line.text) + 1 + len(first_word) < 0.92 * measure
