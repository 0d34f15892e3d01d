"""Lines become paragraphs, headings, tables and furniture, and no word of a page is lost on the way."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.reading.read import read
from index.records import Block, BlockKind, Document, Page, RawText, Span
from index.structure import structure

HEADING, TEXT, ITEM, TABLE, FURNITURE = (
    BlockKind.HEADING,
    BlockKind.TEXT,
    BlockKind.ITEM,
    BlockKind.TABLE,
    BlockKind.FURNITURE,
)
FULL = "Social workers know the children well and visit them as often as their plans say so"  # fills a line


def document(*pages: str, blocks: tuple[Block, ...] = ()) -> Document:
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    return structure("a.pdf", "", RawText(numbered, blocks))


def found(doc: Document, *kinds: BlockKind) -> list[tuple[str | None, str]]:
    """The number and the text, on one line, of each paragraph of `kinds` (none: all but furniture)."""
    wanted = kinds or (HEADING, TEXT, ITEM, TABLE)
    return [(p.number, " ".join(doc.text(p.spans).split())) for p in doc.paragraphs if p.kind in wanted]


def texts(doc: Document, *kinds: BlockKind) -> list[str]:
    return [text for _, text in found(doc, *kinds)]


def covered(doc: Document) -> list[Counter[int]]:
    places = [Counter[int]() for _ in doc.pages]
    for paragraph in doc.paragraphs:
        for span in paragraph.spans:
            places[span.page].update(range(span.start, span.end))
    return places


_LINES = st.lists(
    st.sampled_from(
        [
            "",
            FULL,
            f"{FULL}.",
            "Short line",
            "Ends here.",
            "12.",
            "1. Children wait.",
            "2. Leaders know.",
            "3",
            "Page 2 of 9",
            "• An item",
            "\uf0b7 Another",
            "Judgement Grade",
            "Overall effectiveness Good",
            "Findings",
            "Contents",
            "Summary ..... 3",
            "Dear Ann",
            "T 0300 123 1231",
            "Any complaints about the inspection or the report should be made",
            "2.1 Background to the plan",
            "(a) lower",
            "“We are sorry.",
            "board1 The",
            "# Title",
        ]
    ),
    max_size=25,
)


@given(st.lists(_LINES.map("\n".join), min_size=1, max_size=4))
@example(["Text that goes on\n\n2\nand ends."] * 2)
@example(["", "\f", " \n\u202f\n"])
def test_every_character_that_is_not_white_space_is_in_exactly_one_paragraph(pages: list[str]) -> None:
    doc = document(*pages)
    for page, places in zip(doc.pages, covered(doc), strict=True):
        assert all(places[at] == 1 for at, char in enumerate(page.text) if not char.isspace())
        assert max(places.values(), default=0) <= 1
    assert [p.spans for p in doc.paragraphs] == sorted(p.spans for p in doc.paragraphs)


@given(st.text(max_size=300))
def test_any_text_at_all_is_kept_whole(text: str) -> None:
    doc = document(text)
    assert all(covered(doc)[0][at] == 1 for at, char in enumerate(text) if not char.isspace())


@given(st.lists(st.tuples(st.sampled_from([HEADING, TEXT, ITEM, TABLE]), st.booleans()), max_size=6), st.text("ab .\n"))
def test_text_between_the_blocks_of_a_format_is_kept(marks: list[tuple[BlockKind, bool]], between: str) -> None:
    text, blocks = "", []
    for kind, marked in marks:
        if marked:
            blocks.append(Block(Span(0, len(text), len(text) + 6), kind, 1 if kind is HEADING else 0))
        text += f"Words.{between}\n"
    doc = document(text, blocks=tuple(blocks))
    assert all(covered(doc)[0][at] == 1 for at, char in enumerate(text) if not char.isspace())


def test_a_paragraph_ends_where_its_line_does_although_the_next_word_would_fit() -> None:
    doc = document(f"{FULL}\nand plans are clear.\n{FULL}\nin all teams.")
    assert texts(doc) == [f"{FULL} and plans are clear.", f"{FULL} in all teams."]


def test_a_paragraph_goes_on_over_pages_past_the_furniture_between() -> None:
    header = "Inspection of Leeds children’s services\n4 to 8 March 2024"
    doc = document(
        f"{header}\nFindings\n1. {FULL}\n{FULL}\n1",
        f"{header}\nwhatever their age.\n2. Plans are clear, and {FULL.lower()}.\n2",
        f"{header}\n3. Health is good.\n3",
    )
    first = next(p for p in doc.paragraphs if p.number == "1")
    assert [span.page for span in first.spans] == [0, 1]
    assert [number for number, _ in found(doc, TEXT)] == ["1", "2", "3"]
    assert texts(doc, FURNITURE) == [part for n in "123" for part in (*header.split("\n"), n)]


@pytest.mark.parametrize("mark", ["{}.", "{})", "({})"])
def test_paragraph_numbers_are_read_however_they_are_printed(mark: str) -> None:
    doc = document("\n".join(f"{mark.format(n)} {FULL}\nand so on." for n in (1, 2, 3)))
    assert [number for number, _ in found(doc)] == ["1", "2", "3"]


def test_a_number_alone_on_its_line_numbers_the_text_below_it() -> None:
    doc = document(f"1.\n{FULL}\nand know.\n2.\n{FULL}.")
    assert found(doc) == [("1", f"1. {FULL} and know."), ("2", f"2. {FULL}.")]


@pytest.mark.parametrize(
    "lines",
    [
        f"1. {FULL} up to the age of\n2. This is rare.",
        f"1. {FULL}, as the plan of May\n2017. This is rare.",
        f"1. {FULL} for longer than\n2.5 years in one home.",
        f"1. {FULL} in a population of about\n2.5 Million people.",
        f"1. {FULL} for the first\n2. and second child.",
    ],
)
def test_a_number_that_ends_a_sentence_is_no_paragraph_number(lines: str) -> None:
    assert [number for number, _ in found(document(lines))] == ["1"]


def test_rows_of_figures_are_no_numbered_paragraphs() -> None:
    doc = document(f"{FULL}.\nRate per 10,000 Leeds England\n2.5 4.1 3.3\n12 15\n5.2 4.0\n{FULL}.")
    assert {number for number, _ in found(doc)} == {None}


def test_numbers_of_sections_are_read_with_their_text() -> None:
    doc = document(f"2.1 Ofsted visited in June.\n2.2 {FULL}\nand know.\n2.3 The board meets monthly.")
    assert [number for number, _ in found(doc)] == ["2.1", "2.2", "2.3"]


@pytest.mark.parametrize("bullet", ["•", "\uf0b7", "\uf06e", "\uf02d", "▪", "●", "―", "–", "-", "o"])
def test_every_bullet_that_reports_print_begins_an_item(bullet: str) -> None:
    doc = document(f"What needs to improve\n{bullet} {FULL}\nand plans\n{bullet} the pace of change")
    assert len(found(doc, ITEM)) == 2


def test_the_grade_table_is_one_table_and_the_text_after_it_is_not() -> None:
    doc = document(
        "Inspection of Leeds\nJudgement Grade\n"
        "The impact of leaders on social work practice with\nchildren and families\n"
        f"Requires improvement to\nbe good\nOverall effectiveness Good\n{FULL}\nand their needs. Practice is good."
    )
    assert len(found(doc, TABLE)) == 1
    assert texts(doc, TABLE)[0].endswith("Overall effectiveness Good")
    assert texts(doc, TEXT) == [f"{FULL} and their needs. Practice is good."]


def test_headings_make_a_path_and_those_before_the_first_text_are_the_title() -> None:
    doc = document(
        f"Inspection of Leeds children’s services\n{FULL}.\nThe experiences and progress of children in care: good\n"
        f"Permanence planning\n1. {FULL}.\nHealth\n2. {FULL}.\n"
        f"The impact of leaders on social work practice: good\n3. {FULL}."
    )
    care, leaders = (
        "The experiences and progress of children in care: good",
        "The impact of leaders on social work practice: good",
    )
    path = {p.number: p.headings for p in doc.paragraphs if p.kind is TEXT}
    assert path == {None: (), "1": (care, "Permanence planning"), "2": (care, "Health"), "3": (leaders,)}


@pytest.mark.parametrize(
    ("list_of_items", "heading"),
    [
        ("◼ The quality of plans for children placed on remand, everywhere.\nOfsted\nPiccadilly Gate", "Main findings"),
        ("◼ The identification of neglect, and the response to it. (outcome 3, framework)", "Main findings"),
        ("◼ The quality of plans for children.", "The experiences and progress of care leavers: inadequate."),
    ],
)
def test_a_list_ends_where_the_next_chapter_begins(list_of_items: str, heading: str) -> None:
    text = "Children live in stable homes that meet their needs, and most of them are seen often by workers."
    doc = document(f"What needs to improve\n{list_of_items}\n{heading}\n{text}\n{text}\n{text}")
    assert (None, heading) in found(doc, BlockKind.HEADING)
    assert all(heading not in item for item in texts(doc, BlockKind.ITEM))


def test_levels_that_the_format_states_decide_the_path() -> None:
    text = "One\nfirst\nTwo\nsecond\nThree\nthird"
    marks = [("One", HEADING, 1), ("first", TEXT, 0), ("Two", HEADING, 3), ("second", TEXT, 0)]
    marks += [("Three", HEADING, 2), ("third", TEXT, 0)]
    blocks = tuple(Block(Span(0, text.index(w), text.index(w) + len(w)), kind, level) for w, kind, level in marks)
    doc = document(f"{text}", blocks=(Block(Span(0, 0, 0), TEXT), *blocks))
    assert [p.headings for p in doc.paragraphs if p.kind is TEXT][1:] == [("One",), ("One", "Two"), ("One", "Three")]


@pytest.mark.parametrize(
    "line",
    [
        "Page 3 of 12",
        "T 0300 123 1231",
        "enquiries@ofsted.gov.uk",
        "www.gov.uk/ofsted",
        "Piccadilly Gate",
        "© Crown copyright 2019",
    ],
)
def test_contact_blocks_and_page_numbers_are_furniture(line: str) -> None:
    doc = document(f"{line}\n{FULL}\nand know.\n{FULL}.")
    assert texts(doc, FURNITURE) == [line]


def test_everything_before_a_letters_salutation_is_furniture() -> None:
    doc = document(f"4 July 2019\nAnn Smith, Director\nLeeds City Council\nDear Ann\nFocused visit to Leeds\n{FULL}.")
    assert texts(doc, FURNITURE) == ["4 July 2019", "Ann Smith, Director", "Leeds City Council", "Dear Ann"]
    assert texts(doc, HEADING) == ["Focused visit to Leeds"]


def test_the_closing_page_is_furniture_only_at_the_end() -> None:
    closing = "Any complaints about the inspection or the report should be made following the procedures.\nStore Street"
    doc = document(f"{FULL}\nand know.\n{FULL}\nby heart.\n{closing}")
    assert texts(doc) == [f"{FULL} and know.", f"{FULL} by heart."]
    assert texts(document(f"{closing}\n" + f"{FULL}.\n" * 9))[0].startswith("Any complaints")


def test_a_table_of_contents_is_furniture() -> None:
    doc = document(f"Contents\nExecutive summary 2\nThe local authority ..... 4\nFindings 9\n\n{FULL}.")
    assert texts(doc) == [f"{FULL}."]


def test_a_page_number_between_two_lines_of_a_paragraph_is_no_part_of_it() -> None:
    doc = document(f"{FULL}\n{FULL}\n7", f"{FULL}\nuntil the end.\n8", "3\nNotes here.\n9")
    assert not any(character.isdigit() for text in texts(doc) for character in text.replace("3", ""))


def test_a_real_pdf_keeps_its_paragraphs_numbers_and_table(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    first = ["Inspection of Leeds children’s services", "Judgement Grade", "Overall effectiveness Good", f"1. {FULL}"]
    path.write_bytes(_pdf([*first, "and their plans.", "2. Leaders know this."], ["3. Partners do too."]))
    doc = structure("report.pdf", "", read(path))
    assert [number for number, _ in found(doc, TEXT)] == ["1", "2", "3"]
    assert texts(doc, TABLE) == ["Judgement Grade Overall effectiveness Good"]


def _pdf(*pages: list[str]) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.drawString(60, 780 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
