"""The history of one authority, as a file, a table or a drawing needs it: its timeline with checked citations.

What is held and who is asked for is decided here; how it is shown is `render.history_text`, `history_json` and
`history_plot`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date

from assistant.answers.details import printed
from assistant.answers.grade_lines import judged_quote
from assistant.fitting import published_by
from assistant.quotes import Quote, cite
from assistant.records import Citation
from assistant.timeline import Occasion, Strand, timeline
from assistant.words import day_words, join_words
from index.authorities import all_authorities, find_authorities
from index.catalogue import Catalogue
from index.errors import QuestionError
from index.records import Judgement

NEAR = 3  # names offered for one that is not known


@dataclass(frozen=True, slots=True)
class Event:
    """An inspection or a visit with its citation; each of `grades` has one of its own."""

    occasion: Occasion
    citation: Citation
    grades: tuple[tuple[Strand, Judgement, Citation], ...]

    def grade(self, strand: Strand) -> str:
        """The grade of a strand, one judged together with another included; "" where there is none."""
        judgement = self.occasion.judgement(strand)
        cited = {graded.area for _, graded, _ in self.grades}
        return judgement.grade if judgement and judgement.area in cited else ""


@dataclass(frozen=True, slots=True)
class History:
    """What is held about one authority, the first published first.

    `as_of`: only what was out by then; `held` says in a sentence what is held instead, where there is no event.
    """

    authority: str
    events: tuple[Event, ...]
    as_of: date | None = None
    held: str = ""


def named_authority(text: str) -> str:
    """The one authority that `text` names.  QuestionError: none, with the names near it, or several."""
    names = list(dict.fromkeys(mention.name for mention in find_authorities(text)))
    if len(names) == 1:
        return names[0]
    if names:
        raise QuestionError(
            f"“{text}” names {len(names)} authorities: {join_words(names)}.", f'Type: inspections history "{names[0]}"'
        )
    known = {one.name.lower(): one.name for one in all_authorities()}
    near = [known[name] for name in difflib.get_close_matches(text.lower().strip(), known, NEAR, 0.6)]
    cure = f"Did you mean {join_words(near, 'or')}?" if near else 'Type its name: inspections history "Bradford"'
    raise QuestionError(f"“{text}” is not an English local authority that is known here.", cure)


def history_of(authority: str, catalogue: Catalogue, base: str | None = None, as_of: date | None = None) -> History:
    """The history of an authority as the catalogue holds it; `base` as for citations."""
    every = catalogue.documents()
    documents = [d for d in every if authority in d.description.authorities]
    out = [d for d in documents if as_of is None or published_by(d, as_of)]
    events = tuple(event for one in timeline(out) for event in _events(one, catalogue, base))
    if events:
        return History(authority, events, as_of)
    return History(authority, (), as_of, _held(authority, len(timeline(documents)), as_of, catalogue))


def _held(authority: str, later: int, as_of: date | None, catalogue: Catalogue) -> str:
    """Why there is nothing, and what there is."""
    if later and as_of:
        reports = "report" if later == 1 else "reports"
        return f"Nothing about {authority} was published by {day_words(as_of)}; {later} {reports} came later."
    names = sorted({name for d in catalogue.documents() for name in d.description.authorities})
    if not names:
        return f"Nothing is held about {authority}; the documents held name no authority."
    told = join_words(names) if len(names) <= 8 else f"{len(names)} authorities, from {names[0]} to {names[-1]}"
    return f"No report of an inspectorate is held about {authority}; held are documents about {told}."


def _events(one: Occasion, catalogue: Catalogue, base: str | None) -> list[Event]:
    """The event, or nothing where no line of the report can be cited for it."""
    judgements = one.judgements()
    quotes = [judged_quote(one.document, judgement) for _, judgement in judgements]
    found = cite((*_where(one, catalogue)[:1], *quotes), catalogue, base)
    grades = tuple(
        (strand, judgement, citation)
        for (strand, judgement), citation in zip(judgements, found[len(found) - len(quotes) :], strict=True)
        if citation
    )
    stood = [citation for citation in found if citation]
    return [Event(one, stood[0], grades)] if stood else []


def _where(one: Occasion, catalogue: Catalogue) -> tuple[Quote, ...]:
    """The line in which the report says when the inspection was, else what it is."""
    return next((q for field in ("inspected", "title", "kind") if (q := printed(one.document, field, catalogue))), ())
