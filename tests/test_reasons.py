"""Why a grade was given, lists that are counted first, and whole reports in short."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_index import ILACS_2019, ILACS_2022, ILACS_2026, SIF_2016, VISIT_2020, ask, read, sources

from assistant.answers.brevity import BRIEF, parted, words_of
from assistant.answers.drafts import Draft, Line, finished, short_and_more
from assistant.answers.listing import listing
from assistant.answers.reasons import reasons
from assistant.ask import Assistant
from assistant.choose import choose
from assistant.interpret.periods import Rank
from assistant.records import Intent, Leaning, Missing, Reading, Selection, Status
from assistant.sides import as_now
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
    assert "gives no overall effectiveness judgement" in text
    assert "The last one given was good" in text
    assert set(cited) == {ILACS_2019, ILACS_2022, ILACS_2026}
    leaders, _ = told(catalogue, why("why were Dudley's leaders judged inadequate?", "inadequate"))
    assert "(The latest grade is outstanding" in leaders


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


def test_why_a_grade_was_not_given_is_told_by_the_one_that_was(catalogue: Catalogue) -> None:
    """What is not outstanding has its weaknesses told, not the strengths of an earlier report that was."""
    reading = why("why weren't Dudley's leaders judged inadequate?", "inadequate", Leaning.STRENGTHS)
    text, _ = told(catalogue, reading)
    assert text.startswith("Dudley is judged outstanding for the impact of leaders")


def test_reasons_of_a_grade_say_where_the_report_since_gives_none(catalogue: Catalogue) -> None:
    text, cited = told(catalogue, why("why is Dudley good?", "good", Leaning.STRENGTHS))
    assert "gives no overall effectiveness judgement" in text
    assert ILACS_2026 in cited


@pytest.mark.parametrize(
    ("question", "first", "only"),
    [
        ("what are Dudley's strengths?", "strengths", ILACS_2026),
        ("what were Dudley's weaknesses in 2019?", "weaknesses", ILACS_2019),
    ],
)
def test_what_is_good_or_bad_on_the_whole_is_of_the_report_meant(
    assistant: Assistant, question: str, first: str, only: str
) -> None:
    """The latest where no time is asked, whatever an older one says better."""
    answer = ask(assistant, question)
    assert answer.status is Status.ANSWERED
    assert first in question
    assert sources(answer) == [only]


def test_what_is_asked_for_on_the_whole_is_read_as_now_only_where_no_time_is_asked() -> None:
    assert len(as_now(read("what are Dudley's strengths?"))) == 2
    assert as_now(read("what are Dudley's strengths?"))[0].time.rank is Rank.LATEST
    for question in ("what were Dudley's strengths in 2019?", "what did Ofsted say about caseloads in Dudley?"):
        assert as_now(read(question)) == (read(question),)


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
