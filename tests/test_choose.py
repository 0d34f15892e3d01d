"""The slots of a question choose the documents; a slot that nothing held can fill is named with what is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from answers_index import catalogue_of, days, read
from conftest import entry_of

from assistant.choose import choose
from assistant.records import Missing, Reading, Selection
from index.records import Entry, Evidence, How, Interval, Kind

Choose = Callable[..., Selection | Missing]


def dudley(
    source: str, kind: Kind, published: str | Interval | None, inspected: Interval | None = None, **more: object
) -> Entry:
    """A document about Dudley; its text is `more["text"]`."""
    text = str(more.pop("text", f"Caseloads are high, says {source}."))
    fields = {
        "kind": kind,
        "authorities": ("Dudley",),
        "published": days(published) if isinstance(published, str) else published,
        "inspected": inspected,
        "judgements": (),
    }
    return entry_of(source, (text,), **(fields | more))


SIF = dudley("sif-2016", Kind.SIF, "2016-05-10", days("2016-01-11", "2016-02-04"))
ILACS_2019 = dudley("ilacs-2019", Kind.ILACS, "2019-03-04", days("2019-01-14", "2019-01-25"))
NEWS = dudley("news-2019", Kind.NEWS_ITEM, "2019-03-05", publisher="Dudley Council", text="Ofsted came to Dudley.")
VISIT = dudley("visit-2020", Kind.FOCUSED_VISIT, "2020-11-06", days("2020-10-13", "2020-10-14"))
ILACS_2022 = dudley("ilacs-2022", Kind.ILACS, "2022-12-21", days("2022-10-31", "2022-11-11"))
UNDATED = dudley("undated", Kind.PRESS, None, publisher="the press", text="The council is busy.")
OLDHAM = dudley("oldham-2021", Kind.ILACS, "2021-12-17", days("2021-11-01", "2021-11-12"), authorities=("Oldham",))
ALL = (SIF, ILACS_2019, NEWS, VISIT, ILACS_2022, UNDATED, OLDHAM)


@pytest.fixture
def choosing(tmp_path: Path) -> Choose:
    """Chooses for a question, or a reading, among the entries given (all of the above where none are)."""

    def choosing(question: str | Reading, *entries: Entry) -> Selection | Missing:
        reading = read(question) if isinstance(question, str) else question
        number = len(list(tmp_path.iterdir()))
        catalogue = catalogue_of(tmp_path / f"{number}.sqlite", *(entries or ALL))
        try:
            return choose(reading, catalogue)
        finally:
            catalogue.close()

    return choosing


def names(chosen: Selection | Missing) -> set[str]:
    assert isinstance(chosen, Selection), chosen
    return {document.source for document in chosen.documents}


def missing(chosen: Selection | Missing, slot: str) -> str:
    assert isinstance(chosen, Missing), chosen
    assert chosen.slot == slot
    assert chosen.reason.endswith(".")
    assert "\n" not in chosen.reason
    return chosen.reason


def test_an_index_without_documents_is_said_to_hold_none(tmp_path: Path) -> None:
    missing(choose(read("caseloads"), catalogue_of(tmp_path / "empty.sqlite")), "documents")


# Authority


def test_documents_of_the_authority_named_are_chosen(choosing: Choose) -> None:
    assert names(choosing("caseloads in Oldham")) == {"oldham-2021"}


def test_either_of_two_authorities_will_do(choosing: Choose) -> None:
    assert names(choosing("caseloads in Oldham and Dudley")) == {entry.document.source for entry in ALL}


def test_without_an_authority_all_documents_are_meant(choosing: Choose) -> None:
    assert len(names(choosing("caseloads"))) == len(ALL)


def test_an_authority_without_documents_is_named_with_those_held(choosing: Choose) -> None:
    reason = missing(choosing("caseloads in Leeds"), "authority")
    assert "Leeds" in reason
    assert "Dudley and Oldham" in reason


def test_many_authorities_are_counted_not_listed(choosing: Choose) -> None:
    places = ("Bury", "Derby", "Dudley", "Essex", "Kent", "Leeds", "Luton", "Oldham", "Salford", "York")
    entries = [dudley(place, Kind.ILACS, "2020-01-01", authorities=(place,)) for place in places]
    reason = missing(choosing("caseloads in Hull", *entries), "authority")
    assert "10 authorities" in reason
    assert "Derby" not in reason


@pytest.mark.parametrize("question", ["caseloads in Barchester", "what did Barchester council say about caseloads?"])
def test_a_place_that_is_no_authority_is_named(choosing: Choose, question: str) -> None:
    reason = missing(choosing(question), "authority")
    assert "Barchester" in reason
    assert "Dudley and Oldham" in reason


def test_a_place_that_documents_speak_of_is_searched_for(choosing: Choose) -> None:
    """It is likely to be a town or an estate, and no authority."""
    estate = dudley("estate", Kind.ILACS, "2020-01-01", text="Families in Barchester wait.")
    assert names(choosing("caseloads in Barchester", estate)) == {"estate"}


def test_a_grade_without_an_authority_is_nobodys(choosing: Choose) -> None:
    assert "names no authority" in missing(choosing("what is the overall grade?"), "authority")
    assert names(choosing("what is the overall grade?", SIF, ILACS_2019)) == {"sif-2016", "ilacs-2019"}
    assert "ilacs-2019" in names(choosing("which authorities were judged inadequate?"))


# Publisher


def test_an_inspectorate_is_heard_in_its_own_reports_and_where_it_is_named(choosing: Choose) -> None:
    """The council's item names Ofsted; the press text does not."""
    found = names(choosing("what did Ofsted say about caseloads in Dudley?"))
    assert {"sif-2016", "ilacs-2019", "news-2019", "visit-2020", "ilacs-2022"} == found


def test_an_inspectorates_own_report_goes_before_who_reports_it(choosing: Choose) -> None:
    chosen = choosing("what did Ofsted say about caseloads in Dudley in 2019?")
    assert isinstance(chosen, Selection)
    assert chosen.priors["news-2019"] < chosen.priors.get("ilacs-2019", 0.0)
    alone = choosing("what did Ofsted say about caseloads in Dudley?", NEWS)
    assert isinstance(alone, Selection)
    assert not alone.priors


def test_an_inspectorate_that_nothing_names_is_told_with_who_is_held(choosing: Choose) -> None:
    reason = missing(choosing("what did the CQC say about Dudley?"), "publisher")
    assert "CQC" in reason
    assert "Ofsted" in reason
    assert "about Dudley" in reason


def test_an_inspectorate_is_found_by_its_full_name(choosing: Choose) -> None:
    letter = dudley("health", Kind.NEWS_ITEM, "2020-01-01", publisher="x", text="The Care Quality Commission came.")
    assert names(choosing("what did the CQC say about Dudley?", letter, SIF)) == {"health"}


# Kind


def test_documents_of_the_kind_named_are_chosen(choosing: Choose) -> None:
    assert names(choosing("what did the focused visit to Dudley find?")) == {"visit-2020"}
    assert names(choosing("the full inspections of Dudley")) == {"sif-2016", "ilacs-2019", "ilacs-2022"}


def test_a_kind_that_is_not_held_is_named_with_those_that_are(choosing: Choose) -> None:
    reason = missing(choosing("what did the JTAI of Dudley find?"), "kind")
    assert "joint targeted area inspection" in reason
    assert Kind.FOCUSED_VISIT.value in reason
    assert "about Dudley" in reason


def test_a_kind_that_only_others_speak_of_is_looked_for_there(choosing: Choose) -> None:
    spoken = dudley("spoken", Kind.NEWS_ITEM, "2020-01-01", text="The monitoring visit found progress.")
    assert names(choosing("what did the monitoring visit to Dudley find?", spoken, SIF)) == {"spoken"}


def test_a_grade_is_looked_for_in_what_gives_grades(choosing: Choose) -> None:
    found = names(choosing("what was Dudley's overall judgement in 2019?"))
    assert found == {"ilacs-2019"}


# Period


def test_a_year_is_that_of_publication_or_of_inspection(choosing: Choose) -> None:
    assert names(choosing("caseloads in Dudley in 2019")) == {"ilacs-2019", "news-2019"}
    assert names(choosing("caseloads in Dudley in 2016")) == {"sif-2016"}


def test_the_month_of_an_inspection_finds_its_report(choosing: Choose) -> None:
    chosen = choosing("caseloads in Dudley in January 2019")
    assert names(chosen) == {"ilacs-2019"}
    assert isinstance(chosen, Selection)
    assert chosen.other_event == {"ilacs-2019"}


def test_published_in_a_month_means_publication_first(choosing: Choose) -> None:
    """Reports published in November 2022 are meant, not those of inspections then; where none are, these must do."""
    later = dudley("later", Kind.PRESS, "2022-11-20", publisher="the press")
    question = "what did the report published in November 2022 say about caseloads in Dudley?"
    assert names(choosing(question, ILACS_2022, later)) == {"later"}
    assert names(choosing(question, ILACS_2022, SIF)) == {"ilacs-2022"}


def test_inspected_in_a_month_means_inspection_first(choosing: Choose) -> None:
    later = dudley("later", Kind.ILACS, "2022-11-20")
    chosen = choosing("when Dudley was inspected in November 2022, were caseloads high?", ILACS_2022, later)
    assert isinstance(chosen, Selection)
    assert chosen.priors.get("later", 0.0) < chosen.priors.get("ilacs-2022", 0.0)


def test_what_fits_by_the_other_event_only_ranks_lower(choosing: Choose) -> None:
    spring = dudley("spring", Kind.NEWS_ITEM, "2022-11-05")
    chosen = choosing("caseloads in Dudley in November 2022", ILACS_2022, spring)
    assert names(chosen) == {"ilacs-2022", "spring"}
    assert isinstance(chosen, Selection)
    assert chosen.priors["ilacs-2022"] < chosen.priors.get("spring", 0.0)


def test_ends_of_a_period_belong_to_it(choosing: Choose) -> None:
    assert names(choosing("caseloads in Dudley on 4 March 2019")) == {"ilacs-2019"}
    assert "ilacs-2019" not in names(choosing("caseloads in Dudley since 5 March 2019"))


def test_two_periods_are_both_looked_at(choosing: Choose) -> None:
    assert names(choosing("compare caseloads in Dudley in 2016 and 2022")) == {"sif-2016", "ilacs-2022"}


def test_a_period_without_documents_is_told_with_the_years_held(choosing: Choose) -> None:
    reason = missing(choosing("what did Ofsted say about caseloads in Dudley in 2012?"), "period")
    assert "in 2012" in reason
    assert "about Dudley" in reason
    assert "2016, 2019, 2020 and 2022" in reason


def test_undated_documents_are_counted_where_dates_are_told(choosing: Choose) -> None:
    assert "1 undated" in missing(choosing("caseloads in Dudley in 2012"), "period")
    reason = missing(choosing("caseloads in Dudley in 2012", UNDATED), "period")
    assert "undated" in reason


def test_one_of_two_periods_without_documents_is_named_beside_the_other(choosing: Choose) -> None:
    """What is held of the other is answered; of two that are both empty, there is no answer."""
    chosen = choosing("compare caseloads in Dudley in 2012 and 2022")
    assert isinstance(chosen, Selection)
    assert chosen.lacking[0].startswith("Nothing held about Dudley was published or inspected in 2012;")
    assert "in 2012 or 2013" in missing(choosing("compare caseloads in Dudley in 2012 and 2013"), "period")


def test_one_of_two_authorities_without_documents_is_named(choosing: Choose) -> None:
    chosen = choosing("what are the overall grades of Dudley and Kent?")
    assert isinstance(chosen, Selection)
    assert chosen.lacking == ("Nothing is held about Kent.",)


def inferred(published: Interval) -> Entry:
    evidence = {"published": Evidence(How.INFERRED, "shares its words with another")}
    return dudley("inferred", Kind.PRESS, published, evidence=evidence, publisher="the press")


def test_an_inferred_date_may_be_two_weeks_off(choosing: Choose) -> None:
    guess = inferred(days("2019-07-01", "2019-07-31"))
    assert names(choosing("caseloads in Dudley in August 2019", guess)) == {"inferred"}
    missing(choosing("caseloads in Dudley in September 2019", guess), "period")


def test_a_printed_date_is_never_two_weeks_off(choosing: Choose) -> None:
    printed = dudley("printed", Kind.PRESS, "2019-07-31", publisher="the press")
    missing(choosing("caseloads in Dudley on 7 August 2019", printed), "period")


def test_an_inferred_date_gives_way_to_a_printed_one(choosing: Choose) -> None:
    guess, printed = inferred(days("2019-07-01", "2019-07-31")), dudley("printed", Kind.NEWS_ITEM, "2019-08-07")
    assert names(choosing("caseloads in Dudley in August 2019", guess, printed)) == {"printed"}


# As of a day


def test_what_was_published_later_is_hidden(choosing: Choose) -> None:
    reading = replace(read("caseloads in Dudley"), as_of=date(2019, 3, 4))
    assert names(choosing(reading)) == {"sif-2016", "ilacs-2019"}


def test_what_has_no_date_is_hidden_too(choosing: Choose) -> None:
    assert "undated" not in names(choosing(replace(read("caseloads in Dudley"), as_of=date(2030, 1, 1))))


def test_as_of_in_the_words_of_the_question_does_the_same(choosing: Choose) -> None:
    assert names(choosing("what was known of caseloads in Dudley as of 4 March 2019?")) == {"sif-2016", "ilacs-2019"}


def test_before_anything_was_published_there_is_nothing(choosing: Choose) -> None:
    reason = missing(choosing(replace(read("caseloads in Dudley"), as_of=date(2010, 1, 1))), "period")
    assert "1 January 2010" in reason


def test_the_period_is_looked_at_within_what_was_known(choosing: Choose) -> None:
    reading = replace(read("caseloads in Dudley since 2016"), as_of=date(2019, 12, 31))
    assert names(choosing(reading)) == {"sif-2016", "ilacs-2019", "news-2019"}


# Latest, previous and first


@pytest.mark.parametrize(
    ("rank", "source"), [("latest", "ilacs-2022"), ("previous", "ilacs-2019"), ("first", "sif-2016")]
)
def test_one_inspection_of_the_series_is_chosen(choosing: Choose, rank: str, source: str) -> None:
    """Visits between two inspections, and what others wrote, do not count in the series."""
    assert names(choosing(f"what did the {rank} inspection of Dudley say about caseloads?")) == {source}


def test_visits_are_a_series_of_their_own(choosing: Choose) -> None:
    second = dudley("visit-2021", Kind.FOCUSED_VISIT, "2021-11-06")
    assert names(choosing("what did the latest focused visit to Dudley find?", *ALL, second)) == {"visit-2021"}


@pytest.mark.parametrize(
    ("question", "letters"),
    [
        ("what did the Dudley visit say about caseloads?", True),
        ("what did the 2020 visit to Dudley say about caseloads?", True),
        ("how often did social workers visit children in Dudley?", False),
        ("was the family visit in Dudley supervised?", False),
    ],
)
def test_the_visit_is_that_of_inspectors_where_its_letter_is_held(
    choosing: Choose, question: str, letters: bool
) -> None:
    assert (names(choosing(question)) == {"visit-2020"}) is letters


def test_an_inspection_that_is_called_a_visit_is_found(choosing: Choose) -> None:
    assert "ilacs-2019" in names(choosing("what did the 2019 visit to Dudley say about caseloads?"))


def test_each_authority_has_its_own_latest(choosing: Choose) -> None:
    found = names(choosing("what did the latest inspections of Dudley and Oldham say about caseloads?"))
    assert found == {"ilacs-2022", "oldham-2021"}


def test_the_latest_is_that_of_the_day_asked_about(choosing: Choose) -> None:
    reading = replace(read("what did the latest inspection of Dudley say about caseloads?"), as_of=date(2020, 1, 1))
    assert names(choosing(reading)) == {"ilacs-2019"}


def test_a_change_of_grades_needs_the_whole_series(choosing: Choose) -> None:
    found = names(choosing("has Dudley's grade improved since the previous inspection?"))
    assert {"ilacs-2019", "ilacs-2022"} <= found


def test_one_inspection_alone_has_none_before_it(choosing: Choose) -> None:
    missing(choosing("what did the previous inspection of Oldham say about caseloads?"), "period")


# Letters behind full inspections


def test_letters_rank_behind_inspections_where_the_inspection_is_meant(choosing: Choose) -> None:
    chosen = choosing("what did the inspection of Dudley say about caseloads?")
    assert isinstance(chosen, Selection)
    assert chosen.priors["visit-2020"] < 0
    assert chosen.priors.get("ilacs-2019", 0.0) == 0


def test_letters_stand_equal_where_they_are_asked_for_or_alone(choosing: Choose) -> None:
    for chosen in (
        choosing("what did the focused visit to Dudley find?"),
        choosing("what did the inspection of Dudley say about caseloads?", VISIT),
    ):
        assert isinstance(chosen, Selection)
        assert not any(chosen.priors.values())
