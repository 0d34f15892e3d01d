"""What documents say: their sentences in time order, each with who is speaking, the same words once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from answers_index import NEWS_2019, PRESS, TODAY, ask, days, marks, read, sources, stored
from conftest import entry_of

from assistant.answers.brevity import BRIEF, words_of
from assistant.answers.drafts import short_and_more
from assistant.answers.said import said
from assistant.ask import Assistant
from assistant.choose import Selection
from assistant.records import Evidence, Status
from index.catalogue import StoredDocument
from index.records import Interval, Kind, Voice, VoiceKind
from index.search import Hit

pytest_plugins = "fixtures_answers"

OFSTED = Voice(VoiceKind.INSPECTORATE, "Ofsted")
REPORTED = Voice(VoiceKind.INSPECTORATE_REPORTED, "Ofsted")
COUNCIL = Voice(VoiceKind.COUNCIL, "Dudley Council")
SENTENCE = "Caseloads are far too high in all of the teams."


def evidence(document: StoredDocument, text: str = SENTENCE, voice: Voice = OFSTED, score: float = 1.0) -> Evidence:
    """A sentence of a document, chosen for an answer."""
    passage = entry_of(document.source, (text,)).passages[0]
    sentence = replace(passage.sentences[0], voice=voice)
    return Evidence(document, Hit(passage, score, 0.0, 0.0, 0.0), sentence, text, score)


def report(source: str, published: str | None, **changes: object) -> StoredDocument:
    return stored(source, publisher="Ofsted", published=days(published) if published else None, **changes)


def lines(*found: Evidence) -> list[tuple[str, int, int]]:
    """Each line's own words, how many quotes it shows and how many it only cites."""
    selection = Selection(tuple({e.document.source: e.document for e in found}.values()))
    draft = said(read("what did Ofsted say about caseloads?"), selection, found)
    return [(line.before, len(line.quotes), len(line.cited)) for line in draft.lines]


def headings(*found: Evidence) -> list[str]:
    selection = Selection(tuple({e.document.source: e.document for e in found}.values()))
    return [line.before for line in said(read("caseloads"), selection, found).lines if line.heading]


def test_the_best_sentences_document_comes_first_and_the_others_in_time_order_undated_ones_last() -> None:
    old, new, undated = report("z", "2016-05-10"), report("a", "2022-12-21"), report("m", None)
    found = [
        evidence(undated, "One thing about caseloads here.", score=0.7),
        evidence(new, "Another thing of caseloads there.", score=2.0),
        evidence(old, "A third word about the caseloads.", score=0.5),
    ]
    told = headings(*found)
    assert ["2022" in told[0], "2016" in told[1], "undated" in told[2]] == [True, True, True]
    assert len(told) == 3


def test_an_inspectorate_asked_for_speaks_first_in_its_own_report() -> None:
    """Whatever a better sentence of a council says that it said."""
    news = stored("b", publisher="Dudley Council", kind=Kind.NEWS_ITEM, published=days("2020-01-01"))
    found = [
        evidence(news, "What it found of caseloads.", REPORTED, 0.9),
        evidence(report("a", "2021-03-04"), score=0.5),
    ]
    selection = Selection(tuple(e.document for e in found))
    draft = said(read("what did Ofsted say about caseloads?"), selection, found)
    assert [q.document.source for line in draft.lines for q in line.quotes] == ["a", "b"]


def of_one_document(*told: tuple[str, float]) -> list[Evidence]:
    """Sentences of one document in its order, each with its score."""
    document = report("a", "2019-03-04")
    passages = entry_of("a", tuple(text for text, _ in told)).passages
    return [
        Evidence(document, Hit(p, score, 0, 0, 0), p.sentences[0], p.text, score)
        for p, (_, score) in zip(passages, told, strict=True)
    ]


def pages(found: Sequence[Evidence]) -> list[int]:
    draft = said(read("caseloads"), Selection((found[0].document,)), found[::-1])
    assert [line.heading for line in draft.lines] == [True, *[False] * len(found)]
    return [quote.span.page for line in draft.lines for quote in line.quotes]


def test_a_documents_sentences_stand_under_one_heading_the_best_first_then_in_its_order() -> None:
    found = of_one_document(
        ("Cases are many in one team.", 0.5), ("Visits are late here.", 0.9), ("So be it then.", 0.4)
    )
    assert pages(found) == [1, 0, 2]


def test_what_leads_in_to_a_list_stays_before_it() -> None:
    found = of_one_document(
        ("Cases are many in one team.", 0.5), ("Inspectors found that:", 0.9), ("Late visits.", 0.9)
    )
    assert pages(found) == [0, 1, 2]


def test_what_does_not_fit_into_a_short_answer_follows_for_who_wants_more() -> None:
    """The best of it is short; nothing is lost, and nothing is said twice."""
    long = " ".join(["word"] * 60)
    found = of_one_document(*((f"Sentence {n} of many: {long}.", 1 - n / 10) for n in range(6)))
    draft = said(read("caseloads"), Selection((found[0].document,)), found)
    short, more = ([q.span.page for line in part for q in line.quotes] for part in (draft.lines, draft.more))
    assert short == [0, 1]
    assert sorted([*short, *more]) == list(range(6))
    assert sum(map(words_of, draft.lines)) <= BRIEF


def test_one_sentence_is_short_however_long_it_is() -> None:
    found = of_one_document((" ".join(["word"] * 400) + ".", 1.0))
    draft = said(read("caseloads"), Selection((found[0].document,)), found)
    assert (len(draft.lines), draft.more) == (2, ())


def test_the_same_words_of_two_documents_are_shown_once_with_both_citations() -> None:
    found = lines(evidence(report("a", "2019-03-04")), evidence(report("b", "2020-03-04")))
    assert [(quotes, cited) for _, quotes, cited in found if quotes] == [(1, 1)]
    assert sum(1 for before, quotes, _ in found if not quotes) == 1


@pytest.mark.parametrize(
    "other",
    [
        "Caseloads are not far too high in all of the teams.",
        "Caseloads are no longer far too high in all of the teams.",
        "Caseloads are far too high in 12 of the teams.",
        "Visits are late, and the plans of many children drift on.",
        "Caseloads are far too high in all of the teams, and leaders of the service have no plan to mend this soon.",
    ],
)
def test_sentences_that_differ_in_what_counts_are_both_shown(other: str) -> None:
    """A negation, a number, another matter, or much more said."""
    found = lines(evidence(report("a", "2019-03-04")), evidence(report("b", "2020-03-04"), other))
    assert [(quotes, cited) for _, quotes, cited in found if quotes] == [(1, 0), (1, 0)]


def test_the_same_words_about_another_authority_are_another_finding() -> None:
    found = lines(evidence(report("a", "2019-03-04")), evidence(report("b", "2020-03-04", authorities=("Oldham",))))
    assert [(quotes, cited) for _, quotes, cited in found if quotes] == [(1, 0), (1, 0)]


@pytest.mark.parametrize(
    ("voice", "kind", "label"),
    [
        (REPORTED, Kind.NEWS_ITEM, "Ofsted, as reported by Dudley Council"),
        (COUNCIL, Kind.NEWS_ITEM, "Dudley Council"),
        (Voice(VoiceKind.PERSON, "Test Person, Leader"), Kind.PRESS, "Test Person, Leader"),
        (Voice(VoiceKind.REPORTED_TO_INSPECTORATE, "parents"), Kind.LETTER, "Parents, as heard by Dudley Council"),
    ],
)
def test_everybody_but_the_inspectorate_itself_is_named_before_the_quote(voice: Voice, kind: Kind, label: str) -> None:
    document = stored("a", publisher="Dudley Council", kind=kind)
    assert lines(evidence(document, voice=voice))[1][0] == f"• {label}:"


def test_the_inspectorates_own_finding_stands_under_its_report_alone() -> None:
    told, (bullet, *_) = lines(evidence(report("a", "2019-03-04")))
    assert "Ofsted" in told[0]
    assert bullet == "•"


def test_the_councils_sentence_is_never_a_mark_on_what_ofsted_said() -> None:
    """The same words, once as a finding and once as the council's own, are two statements."""
    news = stored("b", publisher="Dudley Council", kind=Kind.NEWS_ITEM, published=days("2020-01-01"))
    found = lines(evidence(report("a", "2019-03-04")), evidence(news, voice=COUNCIL))
    assert [(quotes, cited) for _, quotes, cited in found if quotes] == [(1, 0), (1, 0)]


def test_a_finding_and_its_report_by_the_press_are_the_same_words_once() -> None:
    press = stored("b", publisher="the press", kind=Kind.PRESS, published=days("2020-01-01"))
    found = lines(evidence(report("a", "2019-03-04")), evidence(press, voice=REPORTED))
    assert [(quotes, cited) for _, quotes, cited in found if quotes] == [(1, 1)]


def with_period(inspected: Interval, *cited: str) -> list[str]:
    """What is said at the end where "in January 2019" fits documents by their inspection only."""
    documents = tuple(report(name, "2019-03-04", inspected=inspected) for name in ("a", "b"))
    selection = Selection(documents, other_event=frozenset({"a"}))
    reading = read("what did Ofsted say about caseloads in January 2019?")
    found = [evidence(d, f"{SENTENCE[:-1]} of {d.source}.") for d in documents if d.source in cited]
    return [line.before for line in said(reading, selection, found).lines if not (line.quotes or line.heading)]


def test_how_a_period_was_read_is_said_where_it_is_that_of_the_inspection() -> None:
    inspected = days("2019-01-14", "2019-01-25")
    (note,) = with_period(inspected, "a")
    assert "January 2019" in note
    assert "inspection" in note
    assert with_period(inspected, "b") == []


# On the real index


def test_an_answer_over_the_years_is_in_time_order_after_its_best_sentence(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley?")
    assert len(sources(answer)) > 1
    short, more = (marks(part) for part in short_and_more(answer.text))
    for part in ([n for n in short if answer.citations[n - 1].source != answer.citations[0].source], more):
        dates = [
            c.published or c.period.start for n in part for c in (answer.citations[n - 1],) if c.period or c.published
        ]
        assert dates == sorted(dates)


def test_a_statement_that_the_press_repeats_is_shown_once(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Test Person say about caseloads?")
    assert answer.text.count("We accept every word") == 1
    assert set(sources(answer)) >= {NEWS_2019, PRESS}
    assert marks(answer.text) == [c.n for c in answer.citations]


def test_an_inferred_date_is_told_as_one(assistant: Assistant) -> None:
    answer = ask(assistant, "what did the press say about Dudley being rated inadequate in March 2019?")
    assert PRESS in sources(answer)
    assert "inferred" in answer.text
    citation = next(c for c in answer.citations if c.source == PRESS)
    assert citation.published is None
    assert citation.period == days("2019-03-01", "2019-03-31")


@pytest.mark.parametrize(
    "question",
    [
        "what was said about caseloads in Dudley?",
        "caseloads in Dudley in March 2019",
        "what did the council say about caseloads in Dudley?",
        "what did the council's news item on Dudley say?",
    ],
)
def test_nobody_elses_words_stand_without_a_name(assistant: Assistant, question: str) -> None:
    """In every answer, a line that shows words of the council, the press or a person names them first."""
    answer = assistant.ask(question, today=TODAY)
    assert answer.status is Status.ANSWERED
    for line in answer.text.split("\n"):
        for citation in (c for c in answer.citations if f"“{c.quote}” [{c.n}]" in line):
            assert citation.voice == "Ofsted" or citation.voice.lower() in line.lower()
