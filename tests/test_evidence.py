"""Of the documents chosen, the passages of the topic are ranked, and of them the sentences worth quoting are kept."""

from __future__ import annotations

import re

import pytest
from answers_index import NEWS_2019, SIF_2016, bare, read

from assistant.ask import Assistant
from assistant.choose import choose
from assistant.evidence import PASSAGES, find_hits, gather
from assistant.heard import heard, heard_first
from assistant.records import Evidence, Reading, Selection
from index.search import KEYWORD, Hit

pytest_plugins = "fixtures_answers"

CASELOADS = "what did Ofsted say about caseloads in Dudley?"


def chosen(assistant: Assistant, question: str) -> tuple[Reading, Selection]:
    reading = read(question)
    selection = choose(reading, assistant.index.catalogue)
    assert isinstance(selection, Selection)
    return reading, selection


def hits(assistant: Assistant, question: str, most: int = PASSAGES) -> tuple[Hit, ...]:
    return find_hits(*chosen(assistant, question), assistant.index, assistant.embedder, most)


def evidence(assistant: Assistant, question: str) -> tuple[Evidence, ...]:
    reading, selection = chosen(assistant, question)
    found = find_hits(reading, selection, assistant.index, assistant.embedder, PASSAGES)
    return gather(reading, selection, heard_first(reading, found, selection), assistant.index)


def test_passages_come_from_the_documents_chosen_best_first(assistant: Assistant) -> None:
    found = hits(assistant, "caseloads in Dudley in 2019")
    _, selection = chosen(assistant, "caseloads in Dudley in 2019")
    assert {hit.passage.source for hit in found} <= {d.source for d in selection.documents}
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert "Caseloads" in found[0].passage.text or "caseloads" in found[0].passage.text


def test_no_more_passages_than_asked_for(assistant: Assistant) -> None:
    assert hits(assistant, CASELOADS, 3) == hits(assistant, CASELOADS)[:3]


def test_a_score_is_the_sum_of_its_parts(assistant: Assistant) -> None:
    for hit in hits(assistant, CASELOADS):
        assert -1.0001 <= hit.dense <= 1.0001
        assert 0 <= hit.keyword <= 1
        assert hit.score == pytest.approx(hit.dense + KEYWORD * hit.keyword + hit.prior)


def test_an_everyday_word_finds_the_reports_own(assistant: Assistant) -> None:
    """ "How busy" is nowhere in the reports; what they call caseloads is found by it."""
    found = hits(assistant, "how busy were social workers in Dudley in 2019?", 3)
    assert any("aseloads" in hit.passage.text for hit in found)


def test_evidence_is_best_first_and_not_too_much(assistant: Assistant) -> None:
    """Eight sentences at most, and none that is far behind the best."""
    lengths = set()
    for question in (CASELOADS, "social workers in Dudley", "adoption in Dudley", "exploitation in Dudley"):
        scores = [one.score for one in evidence(assistant, question)]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] >= 0.3 * scores[0]
        lengths.add(len(scores))
    assert max(lengths) <= 8
    assert min(lengths) < max(lengths)


def test_the_best_sentence_is_on_the_topic(assistant: Assistant) -> None:
    for question, word in (
        (CASELOADS, "aseload"),
        ("what was said about adoption in Dudley?", "dopt"),
        ("what did Ofsted say about return home interviews in Dudley?", "return home interviews"),
        ("do foster carers know the children in Dudley?", "foster carers"),
    ):
        assert word in evidence(assistant, question)[0].text


def test_a_sentence_is_the_text_of_its_place(assistant: Assistant) -> None:
    for one in evidence(assistant, "what was said about staff turnover in Dudley in 2019?"):
        pages = [assistant.index.catalogue.page_text(one.document.source, s.page) for s in one.sentence.spans]
        there = "".join(page[s.start : s.end] for page, s in zip(pages, one.sentence.spans, strict=True))
        assert bare(one.text) == bare(there)
        assert "\n" not in one.text


@pytest.mark.parametrize(
    "question", [CASELOADS, "what did the council say about caseloads in Dudley?", "what did Test Person say of money?"]
)
def test_only_the_one_asked_for_is_evidence(assistant: Assistant, question: str) -> None:
    found = evidence(assistant, question)
    assert found
    assert all(heard(read(question).speaker, one.sentence.voice, one.document) for one in found)


def test_nobody_heard_is_no_evidence(assistant: Assistant) -> None:
    assert evidence(assistant, "what did Jane Nobody say about caseloads in Dudley?") == ()


def test_scraps_and_announcements_of_a_speaker_are_no_evidence(assistant: Assistant) -> None:
    """Neither "Audience: Everyone" nor "The leader said:" tells anything."""
    for question in (CASELOADS, "what did Test Person say about caseloads in the spring?", "caseloads in March 2019"):
        for one in evidence(assistant, question):
            assert len(one.text.split()) >= 4
            assert not re.search(r"\b(?:said|added):\W*$", one.text)


def test_no_sentence_is_evidence_twice(assistant: Assistant) -> None:
    found = evidence(assistant, CASELOADS)
    places = [(one.document.source, one.sentence.spans) for one in found]
    assert len(places) == len(set(places))


def test_praise_moves_up_where_strengths_are_asked_for(assistant: Assistant) -> None:
    """Of the same sentences, the warm one gains on the critical one."""

    def lead(question: str) -> float:
        scores = {one.text[:12]: one.score for one in evidence(assistant, question)}
        return scores.get("Adoption is ", 0.0) - scores.get("Too few care", 0.0)

    praise = lead(
        "what strengths did the 2016 inspection of Dudley find in adoption and pathway plans of care leavers?"
    )
    blame = lead(
        "what weaknesses did the 2016 inspection of Dudley find in adoption and pathway plans of care leavers?"
    )
    assert praise > blame


def test_of_two_reports_the_later_gains_where_no_period_is_asked_for(assistant: Assistant) -> None:
    """Who names no period asks how things are."""

    def lead(question: str) -> float:
        best: dict[int, float] = {}
        for one in evidence(assistant, question):
            published = one.document.description.published
            if published:
                best.setdefault(published.start.year, one.score)
        return best.get(max(best), 0.0) / best.get(min(best), 1.0)

    assert lead("caseloads of social workers in Dudley") > lead(
        "caseloads of social workers in Dudley from 2015 to 2026"
    )


def test_recommendations_are_found_where_they_are_asked_for(assistant: Assistant) -> None:
    found = evidence(assistant, "what did the 2016 inspection of Dudley recommend about supervision?")
    assert found[0].document.source == SIF_2016
    assert found[0].text.startswith("Ensure that supervision")


def test_evidence_is_the_same_every_time(assistant: Assistant) -> None:
    assert evidence(assistant, CASELOADS) == evidence(assistant, CASELOADS)


def test_a_grade_is_told_by_whoever_reports_it_where_no_table_is_held(assistant: Assistant) -> None:
    """Asked of the council's items alone, a grade comes from the sentences that state one, two a document at most."""
    reading, selection = chosen(assistant, "how was Dudley rated in the press in March 2019?")
    found = gather(
        reading,
        selection,
        find_hits(reading, selection, assistant.index, assistant.embedder, PASSAGES),
        assistant.index,
    )
    assert any("rated" in one.text and "inadequate" in one.text for one in found)
    assert all(one.document.source != NEWS_2019 or "inadequate" not in one.text for one in found)
