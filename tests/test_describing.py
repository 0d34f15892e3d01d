"""What a document is, is read from its text; each value with its evidence, and doubts are kept beside it."""

from __future__ import annotations

from datetime import date

import pytest

from index.describing import describe
from index.records import Description, How, Interval, Kind, Page, Properties, RawText
from index.structure import structure

BODY = "\n1. Leaders know their services well and act on what they learn.\n2. Children are safe.\n"
HMI = "Lead inspector: Ann Smith, His Majesty’s Inspector\n"


def described(
    *pages: str, source: str = "a.pdf", base_url: str | None = None, paged: bool = True, **properties: object
) -> Description:
    numbered = tuple(Page(n if paged else None, text) for n, text in enumerate(pages, start=1))
    raw = RawText(numbered, (), Properties(**properties))  # type: ignore[arg-type]  # a test names the fields
    return describe(structure(source, "", raw), base_url)


def day(year: int, month: int, number: int) -> Interval:
    return Interval(date(year, month, number), date(year, month, number))


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (
            f"Inspection of Leeds local authority children’s services\nInspection dates: 4 to 8 March 2024\n{HMI}",
            Kind.ILACS,
        ),
        (f"Inspection of Birmingham Children’s Trust\nInspection dates: 4 to 8 March 2024\n{HMI}", Kind.ILACS),
        (
            f"Inspection of children’s social care services\nInspection dates: 4 to 8 March 2024\n{HMI}Leeds\n",
            Kind.ILACS,
        ),
        (
            "Leeds\nInspection of services for children in need of help and protection,\nchildren looked after\n"
            "Inspection date: 4 March 2015 – 8 April 2015\n",
            Kind.SIF,
        ),
        (
            "Leeds\nRe-inspection of services for children in need of help and protection\n"
            "Inspection dates: 4 May 2017\n",
            Kind.SIF_REINSPECTION,
        ),
        ("Dear Ann\nFocused visit to Leeds children’s services\nI am HMI and write to you.\n", Kind.FOCUSED_VISIT),
        ("Dear Ann\nMonitoring visit of Leeds local authority children’s services\nJo HMI\n", Kind.MONITORING_VISIT),
        ("Dear Ann\nMonitoring visit to Leeds City Council\nJo HMI\n", Kind.MONITORING_VISIT),
        ("Dear Ann\nCOVID-19 assurance visit to Leeds\nThis letter outlines our findings.\n", Kind.FOCUSED_VISIT),
        (
            "Dear partners\nJoint targeted area inspection of the multi-agency response to neglect in Leeds\nJo HMI\n",
            Kind.JTAI,
        ),
        ("Dear Ann\nJoint local area SEND inspection in Leeds\nJo Smith, Her Majesty’s Inspector\n", Kind.AREA_SEND),
        ("Dear Ann\nJoint area SEND revisit in Leeds\nJo Smith, Her Majesty’s Inspector\n", Kind.AREA_SEND),
        ("Area SEND inspection of Leeds Local Area Partnership\nInspection dates: 4 to 8 March 2024\n", Kind.AREA_SEND),
        ("Leeds\nInspection of services for looked after children\nReporting inspector: Ann Smith\n", Kind.LAC_2013),
        (
            "Inspection of local authority arrangements for the protection of children\nLeeds\nLead inspector: A B\n",
            Kind.INSPECTION,
        ),
    ],
)
def test_the_title_that_an_inspectorate_prints_tells_the_kind(first: str, kind: Kind) -> None:
    found = described(first + BODY)
    assert (found.kind, found.publisher) == (kind, "Ofsted")
    assert found.authorities == (("Birmingham",) if "Birmingham" in first else ("Leeds",))
    assert found.evidence["kind"].how is How.STATED


@pytest.mark.parametrize(
    "name", ["HM Inspectorate of Probation", "HMI Probation", "Her Majesty’s Inspectorate of Probation"]
)
def test_a_youth_justice_report_is_that_of_the_inspectorate_of_probation(name: str) -> None:
    cover = f"An inspection of youth offending services in\nLeeds\n{name}, January 2020\n"
    found = described(cover, "This inspection was led by HM Inspector Ann Smith, supported by a team." + BODY)
    assert (found.kind, found.publisher, found.authorities) == (Kind.YOUTH_JUSTICE, "HMIP", ("Leeds",))
    assert found.lead_inspector == "Ann Smith"
    if name == "HM Inspectorate of Probation":
        assert found.published == Interval(date(2020, 1, 1), date(2020, 1, 31))


LETTER = "Monitoring visit of Leeds children’s services. Jo Smith, Her Majesty’s Inspector.\n"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (
            f"Report of the Director to the meeting of the Scrutiny Committee\nLeeds City Council\n{LETTER}",
            Kind.COMMITTEE_REPORT,
        ),
        (f"Agenda item 7\nPurpose of the report\nLeeds City Council\n{LETTER}", Kind.COMMITTEE_REPORT),
        (f"View this email in your browser\nLeeds Council\n{LETTER}", Kind.NEWSLETTER),
        (f"Digest of a Leeds Council news item.\n{LETTER}", Kind.NEWS_ITEM),
        ("Leeds Council news\nNotes to editors\nOfsted judged the council good.\n", Kind.NEWS_ITEM),
        ("Leeds: By Ann Smith\nThe council has said it is sorry. Leeds Gazette\n", Kind.PRESS),
    ],
)
def test_what_others_write_of_an_inspection_or_append_is_not_the_inspectorates(first: str, kind: Kind) -> None:
    found = described(first + BODY)
    assert found.kind is kind
    assert found.publisher != "Ofsted"


@pytest.mark.parametrize(
    "aside",
    [
        "Staff read of it in a newsletter.",
        "It is a standing agenda item for the panel.",
        "Managers report to the improvement board.",
        "The report of the commissioner was shared.",
    ],
)
def test_what_inspectors_write_of_a_councils_papers_does_not_make_their_letter_one(aside: str) -> None:
    found = described(f"Dear Ann\nFocused visit to Leeds children’s services\n{aside} Jo Smith HMI.\n{BODY}")
    assert (found.kind, found.publisher) == (Kind.FOCUSED_VISIT, "Ofsted")


def test_a_text_that_tells_nothing_is_a_document_of_an_unknown_publisher() -> None:
    found = described("Words.")
    assert (found.kind, found.publisher, found.authorities) == (Kind.OTHER, "unknown publisher", ())
    assert found.published is None
    assert found.inspected is None


def test_an_empty_document_can_be_described() -> None:
    assert describe(structure("a.txt", "", RawText(())), None).title == "a"


REPORT = f"Inspection of Leeds children’s services\nInspection dates: 4 March 2024 to 8 March 2024\n{HMI}"


def test_a_lead_inspector_is_read_from_the_label_and_from_a_letters_signature() -> None:
    assert described(REPORT + BODY).lead_inspector == "Ann Smith"
    signed = described(f"Focused visit to Leeds\nI am HMI.\n{BODY}Yours sincerely\nJo O’Neill\nHer Majesty’s Inspector")
    assert signed.lead_inspector == "Jo O’Neill"
    assert signed.evidence["lead_inspector"].how is How.INFERRED
    assert described(REPORT.replace("Lead", "Deputy lead") + BODY).lead_inspector is None


def test_the_printed_date_wins_over_the_file_name_and_the_other_is_kept() -> None:
    found = described(f"{REPORT}Report published: 22 April 2024\n{BODY}", source="leeds 20 april 2024.pdf")
    assert found.published == day(2024, 4, 22)
    assert [e.words for e in found.alternatives["published"]] == ["20 april 2024"]


def test_the_file_name_wins_over_the_files_own_creation_date() -> None:
    created = {"created": date(2024, 5, 1)}
    assert described(REPORT + BODY, source="leeds 20 april 2024.pdf", **created).published == day(2024, 4, 20)
    inferred = described(REPORT + BODY, **created)
    assert inferred.published == day(2024, 5, 1)
    assert inferred.evidence["published"].how is How.INFERRED


@pytest.mark.parametrize(
    "earlier",
    ["The last report was published on 3 June 2018.", "Report published: 3 June 2018, before this inspection."],
)
def test_the_publication_of_an_earlier_report_is_not_this_ones(earlier: str) -> None:
    found = described(f"{REPORT}{earlier}\n{BODY}", source="leeds 20 april 2024.pdf")
    assert found.published == day(2024, 4, 20)


def test_a_letter_is_dated_by_the_line_above_its_salutation() -> None:
    found = described(f"4 July 2019\nAnn Smith\nDear Ann\nFocused visit to Leeds on 3 June 2019. I am HMI.\n{BODY}")
    assert found.published == day(2019, 7, 4)
    assert found.inspected == day(2019, 6, 3)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Monitoring visit of Leeds council on 6 and 7 March 2019", (date(2019, 3, 6), date(2019, 3, 7))),
        ("Focused visit to Leeds, which took place on 11 June 2019", (date(2019, 6, 11), date(2019, 6, 11))),
        ("Between 9 May 2016 and 13 May 2016, Ofsted inspected Leeds.", (date(2016, 5, 9), date(2016, 5, 13))),
        ("Inspection dates: 27 January to 7 February 2025", (date(2025, 1, 27), date(2025, 2, 7))),
    ],
)
def test_the_days_of_an_inspection_are_read_however_they_are_introduced(
    words: str, expected: tuple[date, date]
) -> None:
    found = described(f"Dear Ann\nFocused visit to Leeds\n{words}\nJo Smith, Her Majesty’s Inspector\n{BODY}")
    assert found.inspected == Interval(*expected)


def test_a_labelled_date_wins_over_a_period_of_statistics() -> None:
    statistics = "Referrals rose between 1 April 2022 and 31 March 2023.\n"
    assert described(statistics + REPORT + BODY).inspected == Interval(date(2024, 3, 4), date(2024, 3, 8))
    council = f"Leeds Council news\nNotes to editors\n{statistics}"
    assert described(council).inspected is None


def test_a_running_header_that_disagrees_with_the_cover_is_kept_as_an_alternative() -> None:
    inner = f"Inspection of Leeds children’s services\n11 March 2024 to 15 March 2024\n{BODY}"
    found = described(REPORT + BODY, inner, inner.replace("Leaders", "Managers"))
    assert found.inspected == Interval(date(2024, 3, 4), date(2024, 3, 8))
    assert [e.words for e in found.alternatives["inspected"]] == ["11 March 2024 to 15 March 2024"]
    agreeing = described(REPORT + BODY, *[inner.replace("11", "4").replace("15", "8")] * 2)
    assert "inspected" not in agreeing.alternatives


def test_a_report_on_two_authorities_names_both_and_no_neighbour() -> None:
    both = described(REPORT.replace("Leeds", "Cumberland Council and Westmorland and Furness Council") + BODY)
    assert both.authorities == ("Cumberland", "Westmorland and Furness")
    assert described(REPORT + "Leeds is helped by York and Kirklees.\n" + BODY).authorities == ("Leeds",)
    assert described(REPORT.replace("Leeds", "the Isles of Scilly") + BODY).authorities == ("Isles of Scilly",)


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("Leeds City Council\nInspection of children’s social care services\n", "Leeds City Council: Inspection of"),
        ("Inspection of Leeds local authority\nchildren’s services\n", "Inspection of Leeds local authority"),
        ("Monitoring visit of Leeds children’s services\n", "Monitoring visit of Leeds children’s services"),
        ("Leeds\nInspection of services for children looked after\nand Review of the effectiveness of the Local\n"
         "Safeguarding Children Board1\n", "Leeds: Inspection of services for children looked after"),
    ],
)  # fmt: skip
def test_the_title_is_the_line_that_names_the_inspection(block: str, title: str) -> None:
    assert described(f"{block}Inspection dates: 4 to 8 March 2024\n{HMI}{BODY}").title.startswith(title)


def test_a_titleless_text_is_called_by_its_first_words_and_an_empty_one_by_its_file() -> None:
    assert described("Children wait too long, " * 9 + "they say.", paged=False).title.endswith(" …")


def test_metadata_titles_are_not_believed() -> None:
    assert "York" not in described(REPORT + BODY, title="York standard inspection report").title


def test_the_address_is_the_files_own_or_made_from_the_base() -> None:
    assert described("Words.", url="https://a.example/x").url == "https://a.example/x"
    made = described("Words.", source="leeds/a b.pdf", base_url="https://b.example/files/").url
    assert made == "https://b.example/files/leeds/a%20b.pdf"
    assert described("Words.").url is None


def test_every_stated_value_shows_words_that_the_document_prints() -> None:
    text = f"{REPORT}Report published: 22 April 2024\n{BODY}"
    found = described(text)
    stated = {field: e for field, e in found.evidence.items() if e.how is How.STATED}
    assert {"kind", "title", "authorities", "published", "inspected", "lead_inspector"} <= stated.keys()
    flat = " ".join(text.split())
    assert all(" ".join(e.words.split()) in flat and e.page == 1 for e in stated.values())
