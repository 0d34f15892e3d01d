"""The slots of a reading choose the documents; a slot that nothing held can fill is named, with what is held instead.

Ranking within the chosen documents is `index.search`; what an answer quotes is `assistant.evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.fitting import Documents, by_publication, dates_held, fitting, in_words, meets, published_by
from assistant.interpret.periods import Period, Rank, Relation
from assistant.interpret.slots import FULL
from assistant.records import GRADED, Intent, Missing, Reading, Selection
from assistant.words import about, day_words, join_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Kind, VoiceKind
from index.voices import INSPECTORATES

# Prior of a document that fits a period only by its inspection, or a letter where an inspection is asked for.
WEAKER = -0.04
# Prior of a document that only reports an inspectorate, where what it wrote itself was chosen too.
SECOND_HAND = -0.25
GRADING = (*FULL, Kind.AREA_SEND, Kind.YOUTH_JUSTICE, Kind.INSPECTION)  # kinds that give judgements
VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
# A visit of inspectors, not of a social worker or of a family.
_VISIT = re.compile(
    r"\b(?:the|this|that|its|their|last|latest|recent|ofsted['’]s|(?:19|20)\d\d)\s+"
    r"(?:(?!home|family|statutory|contact|social|workers?)[\w’'-]+\s+){0,3}?visit\b(?! (?:children|families|homes))",
    re.I,
)


def choose(reading: Reading, catalogue: Catalogue) -> Selection | Missing:
    """The documents that the reading is about, or the slot that nothing held can fill."""
    held = catalogue.documents()
    if not held:
        return Missing("documents", "The index holds no documents.")
    if reading.as_of:
        held = tuple(d for d in held if published_by(d, reading.as_of))
        if not held:
            return Missing("period", f"Nothing that is held was published by {day_words(reading.as_of)}.")
    chosen: Documents = held
    for narrowed in (_of_authority, _of_publisher, _of_kind):
        left = narrowed(reading, chosen, catalogue)
        if isinstance(left, Missing):
            return left
        chosen = left
    selection = _of_period(reading, chosen)
    if isinstance(selection, Missing):
        return selection
    lacking = (*selection.lacking, *_lacking_authorities(reading, selection, held))
    return replace(selection, lacking=lacking, priors=_own_words_first(reading, selection))


def _own_words_first(reading: Reading, selection: Selection) -> dict[str, float]:
    """The priors; where an inspectorate's words are asked for, its own reports go before those who report it."""
    if reading.speaker is None or reading.speaker.kind is not VoiceKind.INSPECTORATE:
        return selection.priors
    told = [d.source for d in selection.documents if d.description.publisher not in INSPECTORATES]
    if len(told) == len(selection.documents):
        return selection.priors
    return {**selection.priors, **{source: selection.priors.get(source, 0.0) + SECOND_HAND for source in told}}


def _lacking_authorities(reading: Reading, selection: Selection, held: Documents) -> list[str]:
    """The authorities asked for together with others of which nothing was chosen, each as a sentence."""
    found, known = ({name for d in some for name in d.description.authorities} for some in (selection.documents, held))
    when = f" {join_words([in_words(p) for p in reading.time.periods])}" if reading.time.periods else ""
    return [
        f"Nothing held about {name} is about this{when}." if name in known else f"Nothing is held about {name}."
        for name in reading.authorities
        if name not in found
    ]


def _of_authority(reading: Reading, held: Documents, catalogue: Catalogue) -> Documents | Missing:
    if not reading.authorities:
        return _of_no_authority(reading, held, catalogue)
    wanted = set(reading.authorities)
    found = [d for d in held if wanted & set(d.description.authorities)]
    if found:
        return found
    names = sorted({name for d in held for name in d.description.authorities})
    by_then = f" that was published by {day_words(reading.as_of)}" if reading.as_of else ""
    return Missing("authority", f"Nothing is held{about(reading.authorities)}{by_then}; {_held_authorities(names)}.")


def _of_no_authority(reading: Reading, held: Documents, catalogue: Catalogue) -> Documents | Missing:
    """All documents, unless the question names a place that is no authority, or asks one authority's grade."""
    names = sorted({name for d in held for name in d.description.authorities})
    for place, sure in reading.unknown_places:
        if sure or not catalogue.sources_with([place]):
            return Missing(
                "authority",
                f"{place} is not an English local authority that is known here; {_held_authorities(names)}.",
            )
    graded = reading.intent in GRADED
    if graded and len(names) > 1 and not reading.time.periods and not reading.grades:
        return Missing("authority", f"The question names no authority; {_held_authorities(names)}.")
    return held


def _held_authorities(names: Sequence[str]) -> str:
    if not names:
        return "the documents held name no authority"
    if len(names) <= 8:
        return f"documents are held about {join_words(names)}"
    return f"documents are held about {len(names)} authorities, from {names[0]} to {names[-1]}"


def _of_publisher(reading: Reading, held: Documents, catalogue: Catalogue) -> Documents | Missing:
    """Documents by the inspectorates named or, where it is only quoted, documents that speak of it."""
    if not reading.publishers:
        return held
    own = [d for d in held if d.description.publisher in reading.publishers]
    others = [d.source for d in held if d.description.publisher not in reading.publishers]
    speaking = catalogue.sources_with(_names(reading.publishers), others)
    if own or speaking:
        return [d for d in held if d.description.publisher in reading.publishers or d.source in speaking]
    publishers = join_words(sorted({d.description.publisher for d in held})[:6])
    named = join_words(reading.publishers)
    reason = (
        f"Nothing held{about(reading.authorities)} is by {named} or speaks of it; held are documents by {publishers}."
    )
    return Missing("publisher", reason)


def _names(publishers: Iterable[str]) -> list[str]:
    full = {
        "HMIP": "Inspectorate of Probation",
        "CQC": "Care Quality Commission",
        "HMICFRS": "Inspectorate of Constabulary",
    }
    return [name for publisher in publishers for name in (publisher, full.get(publisher, publisher))]


def _of_kind(reading: Reading, held: Documents, catalogue: Catalogue) -> Documents | Missing:
    """Documents of the kinds named or, for a visit that only others report, documents that speak of it."""
    wanted = reading.kinds or (GRADING if reading.intent in GRADED else ())
    if not wanted:
        return held
    found = [d for d in held if d.description.kind in wanted]
    if found or not reading.kinds:
        return found or held
    names = [kind.value for kind in reading.kinds]
    speaking = catalogue.sources_with(names, [d.source for d in held])
    if speaking:
        return [d for d in held if d.source in speaking]
    kinds = join_words(sorted({d.description.kind.value for d in held}))
    return Missing("kind", f"No {join_words(names, 'or')} is held{about(reading.authorities)}; held are: {kinds}.")


def _of_period(reading: Reading, held: Documents) -> Selection | Missing:
    periods = [p for p in reading.time.periods if p.relation is not Relation.AS_OF]
    if not periods:
        ranked = _ranked(reading, held)
        return ranked if isinstance(ranked, Missing) else replace(ranked, series=tuple(held))
    lacking: list[Period] = []
    strong: dict[str, StoredDocument] = {}
    weak: dict[str, StoredDocument] = {}
    for period in periods:
        fits = fitting(period, held)
        if not fits[0] and not fits[1]:
            lacking.append(period)
        strong |= {d.source: d for d in fits[0]}
        weak |= {d.source: d for d in fits[1]}
    told = _nothing_of(lacking, reading, held)
    if not strong and not weak:
        return Missing("period", told)
    weak = {source: d for source, d in weak.items() if source not in strong}
    chosen = sorted((*strong.values(), *weak.values()), key=lambda d: d.source)
    selection = _ranked(reading, chosen)
    if isinstance(selection, Missing):
        return selection
    priors = {**selection.priors, **{source: selection.priors.get(source, 0.0) + WEAKER for source in weak if strong}}
    other = frozenset(
        s for s, d in weak.items() if not any(meets(d.description.published, p.interval) for p in periods)
    )
    return Selection(selection.documents, priors, other, tuple(held), (told,) if lacking else ())


def _nothing_of(periods: Sequence[Period], reading: Reading, held: Documents) -> str:
    """That nothing is held of these periods, and of which years something is."""
    when = join_words([in_words(period) for period in periods], "or").replace(" or in ", " or ")
    return f"Nothing held{about(reading.authorities)} was published or inspected {when}; {dates_held(held)}."


def _ranked(reading: Reading, held: Documents) -> Selection | Missing:
    """Latest, previous or first of the inspections; and letters behind where an inspection is asked for."""
    held = _visits_meant(reading, held)
    rank = reading.time.rank
    if rank is Rank.NONE or reading.intent in (*GRADED, Intent.LIST):
        return Selection(tuple(held), _letters_behind(reading, held))
    series = sorted(
        (d for d in held if d.description.published and d.description.publisher in INSPECTORATES), key=by_publication
    )
    if not series:
        series = sorted((d for d in held if d.description.published), key=by_publication)
    full = [d for d in series if d.description.kind in FULL]
    visits = re.search(r"\b(?:visit(?:s|ed)?|letters?)\b", reading.question, re.I)
    series = full if full and not reading.kinds and not visits else series
    if not series:
        return Selection(tuple(held))
    per_authority: dict[tuple[str, ...], list[StoredDocument]] = {}
    for document in series:
        per_authority.setdefault(document.description.authorities, []).append(document)
    at = {Rank.LATEST: -1, Rank.PREVIOUS: -2, Rank.FIRST: 0}[rank]
    chosen = [group[at] for group in per_authority.values() if len(group) >= abs(at)]
    if not chosen:
        return Missing(
            "period", f"Only one inspection{about(reading.authorities)} is held, so there is none before it."
        )
    return Selection(tuple(chosen))


def _visits_meant(reading: Reading, held: Documents) -> Documents:
    """The letters of visits, where "the visit" is asked about and some are held; people call inspections visits too."""
    if reading.kinds or not _VISIT.search(reading.question):
        return held
    return tuple(d for d in held if d.description.kind in VISITS) or held


def _letters_behind(reading: Reading, held: Documents) -> dict[str, float]:
    """Where "the inspection" or "the report" is asked about, letters of visits rank behind full inspections."""
    asks = any(word in reading.question.lower() for word in ("inspection", "report", "ofsted"))
    if reading.kinds or not asks or not any(d.description.kind in FULL for d in held):
        return {}
    letters = (*VISITS, Kind.JTAI, Kind.AREA_SEND)
    return {d.source: WEAKER for d in held if d.description.kind in letters}
