"""A document's own marking is found wherever councils print it, and what merely speaks of one is none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document as WordDocument

from index.describing.marking import marking_of
from index.reading.read import is_document, read
from index.reading.workers import read_all
from index.records import Document, Evidence, How, Page, Properties

FILLER = "\n".join(f"Line {number} is about children's services in the county." for number in range(30))
SAMPLES = Path(__file__).resolve().parent.parent / "source_docs"


def found(*pages: str, running: tuple[str, ...] = ()) -> Evidence | None:
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    return marking_of(Document("a.pdf", "0" * 64, numbered, (), Properties(running=running)))


MARKED = [
    "NOT FOR PUBLICATION",
    "Not for publication",
    "## **NOT FOR PUBLICATION**",
    "(Not for publication)",
    "PART 2 – NOT FOR PUBLICATION",
    "Part B - Not for publication",
    "3 NOT FOR PUBLICATION",
    "Page 3 of 9 NOT FOR PUBLICATION",
    "NOT FOR PUBLICATION by virtue of paragraph 3 of Part 1 of Schedule 12A to the Local Government Act 1972",
    "NOT FOR PUBLICATION – no part of this paper may be shared",
    "NOT FOR PUBLICATION UNTIL 3 MARCH",
    "Not for publication under Section 100A",
    "DRAFT - NOT FOR PUBLICATION",
    "EXEMPT INFORMATION by virtue of paragraphs 1 and 2 of Part 1 of Schedule 12A",
    "EXEMPT INFORMATION",
    "Exempt from publication",
    "Exempt under paragraph 3 of Schedule 12A",
    "EXEMPT – Paragraph 3",
    "Exempt Appendix 2",
    "By virtue of paragraph(s) 1, 2 of Part 1 of Schedule 12A of the Local Government Act 1972.",
    "Document is Restricted",
    "Confidential – not for publication",
    "CONFIDENTIAL by virtue of paragraph 3, no discussion",
    "CONFIDENTIAL",
    "RESTRICTED",
    "Private & Confidential",
    "Strictly confidential",
    "OFFICIAL-SENSITIVE",
    "OFFICIAL – SENSITIVE: COMMERCIAL",
    "Official Sensitive",
    "Classification: Confidential",
    "Protective marking: RESTRICTED",
    "Status | Exempt",
    "Exempt: Yes",
    "Exempt report? Yes - paragraph 3",
    "Does the report contain confidential or exempt information?  ☒ Yes  ☐ No",
    "FOR INTERNAL USE ONLY",
    "NOT FOR CIRCULATION",
    "NOT TO BE PUBLISHED",
    "Commercial in confidence",
    "This report is not for publication by virtue of paragraph 3.",
    "This report contains\nexempt information as defined in Schedule 12A.",
    "The information contained in this report is exempt under paragraph 1.",
    "This report and its appendices are exempt from publication.",
    "This document is confidential and must not be copied.",
]
UNMARKED = [
    "8. NOT FOR PUBLICATION DOCUMENTS\n8.1 None.",
    "## **8. NOT FOR PUBLICATION DOCUMENTS**\n\n8.1 None.",
    "NOT FOR PUBLICATION DOCUMENTS: None",
    "Not for publication documents\nNot applicable",
    "Not for publication appendices\nThere are none",
    "NOT FOR PUBLICATION: None",
    "NOT FOR PUBLICATION? No",
    "Not for publication\nN/A",
    "Not for publication - there are none",
    "Appendices not for publication: None",
    "Exempt information: none",
    "Exempt information\nNone",
    "EXEMPT INFORMATION\nN/A",
    "7. Exempt information\n7.1 None",
    "Exempt or confidential information: Not applicable",
    "Confidential or exempt information: No",
    "EXEMPT: NO",
    "Does the report contain confidential or exempt information?  ☐ Yes  ☒ No",
    "CONFIDENTIAL ITEMS\nNone",
    "PART 2 – EXEMPT ITEMS",
    "Exempt Documents: None",
    "The committee received the report which was not for publication.",
    "The committee considered the report which was\nnot for publication by virtue of paragraph 3 and agreed it.",
    "Appendix 2 to this report is exempt under paragraph 3.",
    "The appendix to this report is not for publication.",
    "There are no documents that are not for publication.",
    "This report does not contain exempt information.",
    "This report is not exempt.",
    "This report is exempt from call-in.",
    "This report is restricted to matters of fact.",
    "This report was not published until 2019.",
    "RESOLVED that the public be excluded as exempt information under paragraph 3 of Schedule 12A would be disclosed.",
    "Confidential papers and options",
    "council tax exemption for care leavers",
    "The talks were\nconfidential.",
    "Private fostering",
    "OFFICIAL",
    "This email is confidential and intended for its addressee.",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_marking_is_found_at_the_top_and_in_the_header_of_a_later_page(text: str) -> None:
    assert found(f"{text}\n{FILLER}") is not None
    later = found(f"Cover\n{FILLER}", f"{text}\n{FILLER}")
    assert later is not None
    assert (later.how, later.page) == (How.STATED, 2)
    assert later.words.split()[0].strip("*#(") in " ".join(text.split())


@pytest.mark.parametrize("text", UNMARKED)
def test_what_speaks_of_other_papers_or_of_none_is_no_marking(text: str) -> None:
    assert found(f"{FILLER}\n{text}\n{FILLER}") is None


@pytest.mark.parametrize("text", [one for one in UNMARKED if "none" in one.lower() or "n/a" in one.lower()])
def test_a_standing_heading_that_is_answered_by_none_is_no_marking_at_the_top_either(text: str) -> None:
    assert found(f"{text}\n{FILLER}") is None


def test_an_appendix_in_a_list_is_not_the_document_but_one_named_in_its_header_is() -> None:
    line = "Appendix B – Financial appraisal (NOT FOR PUBLICATION)"
    assert found(f"{FILLER}\n{line}\n{FILLER}") is None
    assert found(f"{line}\n{FILLER}") is not None


@pytest.mark.parametrize(
    "path", sorted(path for path in SAMPLES.iterdir() if is_document(path)), ids=lambda one: one.name
)
def test_no_sample_document_is_marked(path: Path) -> None:
    """One of them is a committee report that has the standing heading."""
    raw = read(path)
    assert marking_of(Document(path.name, "0" * 64, raw.pages, (), raw.properties)) is None


def word_file(folder: Path, part: str, *, watermark: bool = False) -> Path:
    """A Word document with `part` in its header, as text or as Word draws a watermark."""
    made = WordDocument()
    made.add_paragraph("Caseloads of social workers are high in Leeds.")
    made.sections[0].header.paragraphs[0].text = "%%" if watermark else part
    whole = io.BytesIO()
    made.save(whole)
    path = folder / "paper.docx"
    shape = '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textpath string="{}"/></v:shape></w:pict>'
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if watermark and b"<w:t>%%</w:t>" in data:
                data = data.replace(b"<w:t>%%</w:t>", shape.format(part).encode())
            new.writestr(name, data)
    return path


@pytest.mark.parametrize("watermark", [False, True])
def test_a_word_documents_header_or_watermark_marks_it_though_it_is_no_part_of_the_text(
    tmp_path: Path, watermark: bool
) -> None:
    path = word_file(tmp_path, "NOT FOR PUBLICATION", watermark=watermark)
    ((_, raw),) = read_all(tmp_path, [path], workers=1)  # over the pipe, as a build reads it
    assert "PUBLICATION" not in raw.pages[0].text  # type: ignore[union-attr]  # it can be read
    said = marking_of(Document("paper.docx", "0" * 64, raw.pages, (), raw.properties))  # type: ignore[union-attr]
    assert said == Evidence(How.STATED, "NOT FOR PUBLICATION (in its header or footer)")
