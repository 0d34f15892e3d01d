"""How much of an answer is read first: about 150 words, the rest after the line that offers more.

Words are counted as they will be printed; of a quote, by the length of its stretch of the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.drafts import Line
from assistant.quotes import Quote

BRIEF = 150  # words of the short answer, about
LETTERS = 6.0  # of a word of a report with the space after it


def words_of(line: Line) -> float:
    """About how many words a line has as it is printed."""
    return len(line.before.split()) + sum(map(_length, line.quotes))


def _length(quote: Quote) -> float:
    return (quote.span.end - quote.span.start) / LETTERS


def parted(lines: Sequence[Line], most: float = BRIEF) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that fit into `most` words, one quote at least, and those that do not, each under its heading."""
    short: list[Line] = []
    rest: list[Line] = []
    heading: Line | None = None
    said = 0.0
    quoted = False
    for line in lines:
        if line.heading:
            heading = line
            (rest if rest else short).append(line)
            said += 0 if rest else words_of(line)
            continue
        if rest or (quoted and said + words_of(line) > most):
            if not rest and heading and short[-1] is not heading:
                rest.append(heading)
            rest.append(line)
        else:
            short.append(line)
            said += words_of(line)
            quoted = quoted or bool(line.quotes or line.cited)
    while short and short[-1].heading:  # a heading goes with what stands under it
        rest.insert(0, short.pop())
    return tuple(short), tuple(rest)
