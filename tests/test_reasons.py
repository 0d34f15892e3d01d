"""Why a grade was given, lists that are counted first, and whole reports in short."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_index import ILACS_2019, ILACS_2022, SIF_2016, VISIT_2020, ask, read, sources

from assistant.answers.brevity import BRIEF, parted, words_of
from assistant.answers.drafts import Draft, Line, finished, short_and_more
from assistant.answers.listing import listing
from assistant.answers.reasons import reasons
from assistant.ask import Assistant
from assistant.choose import choose
from assistant.records import Intent, Leaning, Missing, Reading, Selection, Status
from index.catalogue import Catalogue
from index.records import Kind

pytest_plugins = "fixtures_answers"


def why(question: str, grade: str, leaning: Leaning = Leaning.CRITICISM) -> Reading:
    return replace(read(question), intent=Intent.SUMMARY, grades=(grade,), leaning=leaning, topic="", terms=())


def told(catalogue: Catalogue, reading: Reading) -> tuple[str, list[str]]:
    """The text, and the documents cited."""
    chosen = choose(reading, catalogue)
    assert isinstance(chosen, Selection)
    draft = reasons(reading, chosen, catalogue)
    assert isinstance(draft, Draft)
    text, citations, _ = finished(draft, catalogue, None)
    return text, list(dict.fromkeys(citation.source for citation in citations))


def test_the_grade_stands_before_its_reasons_and_they_are_of_the_report_that_gave_it(catalogue: Catalogue) -> None:
    text, cited = told(catalogue, why("why was Dudley judged inadequate in 2019?", "inadequate"))
    first, *others = text.split("\n")
    assert first.startswith("Dudley's overall effectiveness was inadequate")
    assert "Supervision is not regular" in " ".join(others)
    assert "stable homes" not in text
    assert cited == [ILACS_2019]


def test_a_grade_that_another_replaced_is_told_as_such(catalogue: Catalogue) -> None:
    text, cited = told(catalogue, why("why was Dudley judged inadequate?", "inadequate"))
    assert "(The latest grade is good" in text
    assert cited == [ILACS_2019, ILACS_2022]


def test_a_grade_that_was_not_given_is_corrected_and_not_explained(catalogue: Catalogue) -> None:
    text, cited = told(catalogue, why("why was Dudley judged inadequate in 2022?", "inadequate"))
    assert text.startswith("None of the reports of that time judged Dudley inadequate")
    assert "was good" in text
    assert "“" not in text
    assert cited == [ILACS_2022]


def test_the_reasons_of_an_areas_grade_are_of_that_part_of_the_report(catalogue: Catalogue) -> None:
    reading = why("why were Dudley's leaders judged inadequate in 2019?", "inadequate")
    text, _ = told(catalogue, reading)
    assert text.startswith("Dudley was judged inadequate for the impact of leaders")
    assert "Supervision is not regular" in text
    assert "foster carers know them well" not in text


def test_reasons_of_nobodys_grade_ask_for_an_authority(catalogue: Catalogue) -> None:
    reading = why("why was it judged inadequate?", "inadequate")
    missing = reasons(reading, choose(reading, catalogue), catalogue)  # type: ignore[arg-type]
    assert isinstance(missing, Missing)
    assert missing.slot == "authority"


def test_a_list_begins_with_how_many_there_are_of_each_kind(assistant: Assistant) -> None:
    first, *lines = ask(assistant, "list the inspections and visits of Dudley").text.split("\n")
    assert first == (
        "5 reports and letters are held here about Dudley (3 ILACS inspections, 1 SIF inspection and 1 focused visit):"
    )
    assert len(lines) == 5


def test_documents_that_only_speak_of_a_kind_are_not_counted_as_it(catalogue: Catalogue) -> None:
    """A list of joint inspections is not made of reports that mention one."""
    reading = replace(read("which joint targeted area inspections has Dudley had?"), intent=Intent.LIST)
    reading = replace(reading, kinds=(Kind.JTAI,))
    documents = tuple(d for d in catalogue.documents() if "Dudley" in d.description.authorities)
    assert listing(reading, Selection(documents), catalogue) is None
    visits = replace(reading, kinds=(Kind.FOCUSED_VISIT,))
    held = listing(visits, Selection(tuple(d for d in documents if d.source == VISIT_2020)), catalogue)
    assert isinstance(held, Draft)
    assert held.lines[0].before.startswith("1 focused visit is held here about Dudley")


@pytest.mark.parametrize("most", [0.0, 12.0, 40.0, 1000.0])
def test_what_is_parted_is_all_there_once_and_each_part_has_its_heading(catalogue: Catalogue, most: float) -> None:
    reading = why("why was Dudley judged inadequate in 2019?", "inadequate")
    draft = reasons(reading, choose(reading, catalogue), catalogue, 10_000)  # type: ignore[arg-type]
    assert isinstance(draft, Draft)
    short, rest = parted(draft.lines, most)
    quoted = [line for line in (*short, *rest) if line.quotes or line.cited]
    assert quoted == [line for line in draft.lines if line.quotes or line.cited]
    assert any(line.quotes or line.cited for line in short)
    assert not rest or rest[0].heading
    assert not short[-1].heading
    assert sum(map(words_of, short)) <= max(most, words_of(short[0]))


def test_nothing_is_parted_where_there_is_room() -> None:
    lines = (Line("A:", heading=True), Line("one two three"))
    assert parted(lines, BRIEF) == (lines, ())


def test_a_report_on_the_whole_is_short_and_its_recommendations_are_for_who_wants_more(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about Dudley in 2016?")
    assert answer.status is Status.ANSWERED
    short, more = short_and_more(answer.text)
    assert short.split("\n")[1].startswith("Overall requires improvement, ")
    assert "Ensure that supervision" in more
    assert "Ensure that supervision" not in short


def test_recommendations_that_are_asked_for_are_the_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "what were the recommendations for Dudley in 2016?")
    short, more = short_and_more(answer.text)
    assert "Ensure that supervision" in short
    assert more == ""
    assert sources(answer) == [SIF_2016]
