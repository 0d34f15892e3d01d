"""Questions that may come next, each one asked beforehand: what is offered on a button is answered when it is clicked.

They name whom and when they mean, and are to be asked without the questions before them.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from threading import Lock

from assistant.ask import Assistant
from assistant.fitting import by_publication, published_by
from assistant.interpret.glossary import subjects
from assistant.interpret.slots import FULL
from assistant.records import Answer, Intent, Leaning, Reading, Status
from assistant.rewordings import slots
from assistant.timeline import find
from index.catalogue import Catalogue, StoredDocument
from index.records import Area, VoiceKind
from index.voices import INSPECTORATES

LONGEST = 75  # characters of a question: it goes on a button
ASKS = 6  # questions asked to find those that are answered
REMEMBERED = 5_000  # questions whose answers are known by their hash
TOPIC = 4  # words of a topic that is taken over as it was put


_REMEMBERED: OrderedDict[tuple[object, ...], int | None] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What questions can be made of: an authority, its documents from first to last, the one that matters, a topic.

    `mentions` are the documents in which the topic is spoken of.
    """

    authority: str
    series: Sequence[StoredDocument]
    main: StoredDocument
    topic: str
    mentions: Sequence[StoredDocument]


def suggestions(answer: Answer, assistant: Assistant, most: int = 3, today: date | None = None) -> tuple[str, ...]:
    """At most `most` questions, each of another kind, that the index answers; () where nothing suggests itself.

    `today`: as for `Assistant.ask`.  QuestionError never: the questions are made here.
    """
    ground = _ground(answer, assistant)
    if ground is None:
        return ()
    kinds = ABSTAINED if answer.status is Status.ABSTAINED else ORDERS[answer.reading.intent]
    made = dict.fromkeys(question for make in kinds for question in make(ground) if len(question) <= LONGEST)
    tried = (question for question in islice(made, ASKS) if _is_new(question, answer, assistant, ground, today))
    return tuple(islice(tried, most))


def _is_new(question: str, answer: Answer, assistant: Assistant, ground: _Ground, today: date | None) -> bool:
    """Whether the index answers the question as it is meant, and not with what has just been said."""
    as_of = answer.reading.as_of
    reading = assistant.read(question, today=today, as_of=as_of)
    if reading.authorities != (ground.authority,) or slots(reading) == slots(answer.reading):
        return False
    said = _said_before(question, assistant, today, as_of)
    return said is not None and said != hash(answer.text)


def _said_before(question: str, assistant: Assistant, today: date | None, as_of: date | None) -> int | None:
    """The hash of what the index answers; None: nothing.

    The same questions are suggested again and again, and a generation always answers them alike to those who see
    the same of it: it is remembered.
    """
    index = assistant.index
    key = (str(index.folder), index.manifest.built, index.view, assistant.home, question, today or date.today(), as_of)
    with _LOCK:
        if key in _REMEMBERED:
            _REMEMBERED.move_to_end(key)
            return _REMEMBERED[key]
    found = assistant.plain.ask(question, today=today, as_of=as_of)
    said = hash(found.text) if found.status is Status.ANSWERED else None
    with _LOCK:
        _REMEMBERED[key] = said
        if len(_REMEMBERED) > REMEMBERED:
            _REMEMBERED.popitem(last=False)
    return said


def _ground(answer: Answer, assistant: Assistant) -> _Ground | None:
    """Made from the reading and the documents cited; None where neither leads to an authority that is held."""
    reading, catalogue = answer.reading, assistant.index.catalogue
    held = [d for d in catalogue.documents() if not reading.as_of or published_by(d, reading.as_of)]
    cited = [d for c in answer.citations for d in held if d.source == c.source]
    topic = _topic(reading)
    named = [*reading.authorities, *(name for d in cited for name in d.description.authorities)]
    if answer.status is Status.ABSTAINED:
        named += [*filter(None, [assistant.home]), *_most_told(held, _speaking(reading, topic, held, catalogue))]
    dated = sorted((d for d in held if d.description.published), key=by_publication)
    own = {name: [d for d in dated if name in d.description.authorities] for name in named}
    authority = next((name for name in named if own[name]), None)
    if authority is None:
        return None
    series = own[authority]
    about = [d for d in cited if authority in d.description.authorities and d.description.published]
    main = max(about, key=lambda d: (about.count(d), by_publication(d))) if about else _nearest(reading, series)
    return _Ground(authority, series, main, topic, _speaking(reading, topic, series, catalogue))


def _most_told(held: Sequence[StoredDocument], speaking: Sequence[StoredDocument]) -> list[str]:
    """The authority of most of the documents that speak of the topic, else of most that are held."""
    names = Counter(name for d in speaking or held for name in d.description.authorities)
    return sorted(names, key=lambda name: (-names[name], name))[:1]


def _nearest(reading: Reading, series: Sequence[StoredDocument]) -> StoredDocument:
    """The inspectorate's document, else any, that was published nearest to the time asked about; else the latest."""
    if not reading.time.periods:
        return series[-1]
    interval = reading.time.periods[0].interval

    def distance(document: StoredDocument) -> tuple[bool, int]:
        days = max((interval.start - _day(document)).days, (_day(document) - interval.end).days)
        return document.description.publisher not in INSPECTORATES, days

    return min(series, key=distance)


def _topic(reading: Reading) -> str:
    """The topic as a noun phrase that can be asked about again; empty where there is none."""
    if reading.subjects:
        return reading.subjects[0]
    plain = reading.intent is Intent.SAID and reading.leaning is Leaning.NONE and reading.terms
    inspectors = reading.speaker is None or reading.speaker.kind is VoiceKind.INSPECTORATE
    return reading.topic if plain and inspectors and len(reading.topic.split()) <= TOPIC else ""


def _speaking(
    reading: Reading, topic: str, series: Sequence[StoredDocument], catalogue: Catalogue
) -> list[StoredDocument]:
    if not topic:
        return []
    terms = next((subject.terms for subject in subjects() if subject.name == topic), reading.terms)
    named = catalogue.sources_with(terms, [d.source for d in series])
    return [d for d in series if d.source in named]


# Kinds of question, each a maker of the likeliest one first


def _topic_at_another_time(ground: _Ground) -> Iterator[str]:
    """In the report next before the one that matters, else in the next one after it."""
    others = [d for d in ground.mentions if d.description.kind in FULL and _year(d) != _year(ground.main)]
    before = [d for d in others if _day(d) < _day(ground.main)]
    after = [d for d in others if _day(d) > _day(ground.main)]
    for document in [*before[-1:], *after[:1]][:1]:
        yield f"{_said(document)} about {ground.topic} in {ground.authority} in {_year(document)}?"


def _topic_then(ground: _Ground) -> Iterator[str]:
    """In what is held of the time nearest to the one asked about."""
    if ground.main in ground.mentions:
        yield f"{_said(ground.main)} about {ground.topic} in {ground.authority} in {_year(ground.main)}?"


def _topic_at_any_time(ground: _Ground) -> Iterator[str]:
    if ground.mentions:
        yield f"{_said(ground.mentions[-1])} about {ground.topic} in {ground.authority}?"


def _grades(ground: _Ground) -> Iterator[str]:
    """All grades of the report that matters, else of the latest that gives any."""
    graded = [d for d in (*ground.series, ground.main) if d.description.judgements]
    for document in graded[-1:]:
        yield f"What grades did {ground.authority} get in {_year(document)}?"


def _history(ground: _Ground) -> Iterator[str]:
    if len([d for d in ground.series if find(d, (Area.OVERALL,))]) > 1:
        yield f"How has the overall grade of {ground.authority} changed over time?"


def _improve(ground: _Ground) -> Iterator[str]:
    yield f"What needs to improve in {ground.authority}?"


def _findings(ground: _Ground) -> Iterator[str]:
    """What the report that matters says on the whole."""
    if ground.main.description.publisher in INSPECTORATES:
        yield f"What did inspectors find in {ground.authority} in {_year(ground.main)}?"


def _list(ground: _Ground) -> Iterator[str]:
    if len([d for d in ground.series if d.description.publisher in INSPECTORATES]) > 1:
        yield f"Which inspections of {ground.authority} are held?"


def _lead(ground: _Ground) -> Iterator[str]:
    if ground.main.description.lead_inspector:
        yield f"Who led the inspection of {ground.authority} in {_year(ground.main)}?"


_Make = Callable[[_Ground], Iterator[str]]
ABSTAINED: tuple[_Make, ...] = (_topic_then, _topic_at_any_time, _list, _findings, _improve, _history)
ORDERS: dict[Intent, tuple[_Make, ...]] = {
    Intent.SAID: (_topic_at_another_time, _grades, _improve, _history, _findings, _list),
    Intent.GRADE: (_history, _findings, _improve, _lead, _list),
    Intent.CHANGE: (_history, _findings, _improve, _grades, _list),
    Intent.HISTORY: (_findings, _improve, _grades, _list, _lead),
    Intent.LIST: (_findings, _history, _improve, _grades, _lead),
    Intent.SUMMARY: (_history, _list, _improve, _lead, _grades),
    Intent.DETAILS: (_findings, _grades, _history, _list, _improve),
    Intent.MEANING: (_topic_at_any_time, _findings, _history, _list),
}


def _said(document: StoredDocument) -> str:
    publisher = document.description.publisher
    return f"What did {publisher} say" if publisher in INSPECTORATES else "What was said"


def _day(document: StoredDocument) -> date:
    return by_publication(document)[0]


def _year(document: StoredDocument) -> int:
    return _day(document).year
