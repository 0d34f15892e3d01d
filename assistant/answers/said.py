"""What documents say about a topic: their best sentences, verbatim, grouped by document in time order.

The best sentence stands first; what does not fit into a short answer follows for who wants more.  Near-identical
sentences of several documents are shown once with all their citations, and every group names who is speaking: a
council's reply is never shown as what an inspectorate said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from rapidfuzz import fuzz

from assistant.answers.brevity import BRIEF
from assistant.answers.drafts import Draft, Line
from assistant.fitting import in_words
from assistant.quotes import pieces, speaker_words
from assistant.records import Evidence, Reading, Selection
from assistant.words import period_words
from index.catalogue import StoredDocument
from index.records import How, Kind, Passage, Sentence, Voice, VoiceKind
from index.voices import INSPECTORATES

# Inspections that several inspectorates make together and report in one voice.
_JOINTLY = {Kind.JTAI: " with other inspectorates", Kind.AREA_SEND: " with the Care Quality Commission"}
SAME = 92  # of 100: how alike the shorter sentence must be to a stretch of the longer one


def said(reading: Reading, selection: Selection, evidence: Sequence[Evidence], words: float = BRIEF) -> Draft:
    """The draft of an answer made of the evidence: its best sentences in about so many words, the others after them.

    The best sentence stands first, with its document; the other documents follow in time order.
    """
    merged = _merged(sorted(evidence, key=_place))
    short = _short(merged, words)
    first = max(short, key=lambda same: (_by_itself(reading, same[0]), _score(same)), default=[])
    rest = [same for same in merged if same not in short]
    note = how_read(reading, selection, {one.document.source for one in evidence})
    notes = [Line(note)] if note else []
    return Draft((*_laid_out(short, first), *notes), more=tuple(_laid_out(rest)))


def _by_itself(reading: Reading, evidence: Evidence) -> bool:
    """Whether an inspectorate that is asked for speaks in its own report: others' accounts of it come after that."""
    asked = reading.speaker is not None and reading.speaker.kind is VoiceKind.INSPECTORATE
    return asked and evidence.sentence.voice.kind is VoiceKind.INSPECTORATE


def _score(same: Sequence[Evidence]) -> float:
    return max(one.score for one in same)


def _short(merged: Sequence[list[Evidence]], words: float) -> list[list[Evidence]]:
    """The best sentences that together have about so many words with their headings, one at least; in their order.

    The items of a list come with the sentence that leads in to it or not at all, as far as they fit.
    """
    kept: list[list[Evidence]] = []
    headed: set[str] = set()
    for same in sorted(merged, key=_score, reverse=True):
        document = same[0].document
        heading = 0 if document.source in headed else len(document_words(document).split())
        words -= len(same[0].text.split()) + heading
        if kept and words < 0:
            break
        kept.append(same)
        headed.add(document.source)
    return [same for same in merged if same in kept]


def _laid_out(merged: Sequence[list[Evidence]], first: Sequence[Evidence] = ()) -> Iterator[Line]:
    """The sentences under their documents, that of `first` before the others and `first` at its head."""
    leading = first[0].document.source if first else ""
    moved = bool(first) and not first[0].text.endswith(":")  # what leads in to a list stays before it
    groups = [list(group) for _, group in groupby(merged, key=lambda same: same[0].document.source)]
    for group in sorted(groups, key=lambda one: one[0][0].document.source != leading):
        yield Line(document_words(group[0][0].document), heading=True)
        yield from _by_speaker(sorted(group, key=lambda same: same is not first) if moved else group)


def how_read(reading: Reading, selection: Selection, cited: set[str]) -> str | None:
    """How the period was read, where a cited document fits it only by the time of its inspection."""
    by_inspection = {
        d.source for d in selection.documents if d.source in selection.other_event & cited and d.description.inspected
    }
    if not by_inspection or not reading.time.periods:
        return None
    words = in_words(reading.time.periods[0])
    if by_inspection == cited:
        return f"(“{words}” was read as the time of the inspection; see above for when the report was published.)"
    return f"(“{words}” was read as the time of publication or of the inspection.)"


def document_words(document: StoredDocument) -> str:
    """A document as a heading: who published what about whom, when, and when the inspection was."""
    description = document.description
    about = f", {description.authorities[0]}" if description.authorities else ""
    own = description.publisher in INSPECTORATES
    title = "" if own else f" – {description.title}"
    publisher = f"{description.publisher[:1].upper()}{description.publisher[1:]}{_JOINTLY.get(description.kind, '')}"
    return f"{publisher}, {description.kind.value}{about}{title} ({dates_words(document)}):"


def dates_words(document: StoredDocument) -> str:
    """When a document was published and what it reports took place; says where a date is inferred or missing."""
    description = document.description
    evidence = description.evidence.get("published")
    if description.published is None:
        told = "undated"
    elif evidence and evidence.how is How.INFERRED:
        told = f"no date printed; about {period_words(description.published)}, inferred: {evidence.words}"
    else:
        told = f"published {period_words(description.published)}"
    if description.inspected:
        own = description.publisher in INSPECTORATES
        told += f"; {'inspected' if own else 'about a visit or inspection of'} {period_words(description.inspected)}"
    return told


def _by_speaker(of_document: Sequence[Sequence[Evidence]]) -> Iterator[Line]:
    publisher = of_document[0][0].document.description.publisher
    for same in of_document:
        label = bullet(same[0].sentence.voice, publisher)
        first, *twins = [tuple(pieces(e.document, e.sentence, e.hit.passage)) for e in same]
        yield Line(label, first, tuple(quote for twin in twins for quote in twin))


def bullet(voice: Voice, publisher: str) -> str:
    """What stands before a quote: who is speaking, unless it is the inspectorate in its own report."""
    who = speaker_words(voice, publisher)
    return "•" if voice.kind is VoiceKind.INSPECTORATE else f"• {who[:1].upper()}{who[1:]}:"


def quoted_line(document: StoredDocument, passage: Passage, sentence: Sentence) -> Line:
    """A sentence of a passage as a line of its own: who is speaking, then the quote."""
    return Line(bullet(sentence.voice, document.description.publisher), tuple(pieces(document, sentence, passage)))


def _place(evidence: Evidence) -> tuple[date, str, int, int]:
    published = evidence.document.description.published
    when = published.start if published else date.max
    return when, evidence.document.source, evidence.hit.passage.ordinal, evidence.sentence.spans[0].start


def _merged(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Evidence in order, sentences that say the same in the same words together at the place of the first."""
    merged: list[list[Evidence]] = []
    for one in evidence:
        twin = next((same for same in merged if _same(same[0], one)), None)
        if twin is None:
            merged.append([one])
        elif all(one.document.source != held.document.source for held in twin):
            twin.append(one)
    return merged


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two documents about the same authority say it in the same words, or one quotes the other's."""
    about = set(one.document.description.authorities) & set(other.document.description.authorities)
    if _side(one) != _side(other):
        return False
    words, others = (re.findall(r"\w+", e.text.lower()) for e in (one, other))
    if not about or min(len(words), len(others)) < 5 or _telling(words) != _telling(others):
        return False
    if not 0.6 < len(words) / len(others) < 1.7:
        return False
    return fuzz.partial_ratio(" ".join(words), " ".join(others)) >= SAME


def _side(evidence: Evidence) -> str:
    """Whose words they are: an inspectorate's finding stays its own where others report it."""
    voice = evidence.sentence.voice
    inspectorate = voice.kind in (VoiceKind.INSPECTORATE, VoiceKind.INSPECTORATE_REPORTED)
    return voice.name if inspectorate else voice.kind.value


def _telling(words: Sequence[str]) -> set[str]:
    """Numbers and negations: sentences that differ in one of them never say the same."""
    return {word for word in words if word.isdigit() or word in ("not", "no", "never")}
