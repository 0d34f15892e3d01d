"""PDFs: what is read, what is refused, and with which words."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from reportlab.pdfgen import canvas

from index.errors import ReadError
from index.reading.pdf import creation_date, read_pdf


def pdf_of(*pages: tuple[str, ...], title: str | None = None) -> bytes:
    """A PDF with the given lines on each page."""
    file = io.BytesIO()
    drawing = canvas.Canvas(file, invariant=1)
    if title:
        drawing.setTitle(title)
    for lines in pages:
        for row, line in enumerate(lines):
            drawing.drawString(72, 720 - 16 * row, line)
        drawing.showPage()
    drawing.save()
    return file.getvalue()


def rewritten(data: bytes, *, metadata: dict[str, str] | None = None, user: str = "", owner: str = "") -> bytes:
    """The PDF written anew by pypdf, with other metadata or with passwords."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    if metadata:
        writer.add_metadata(metadata)
    if user or owner:
        writer.encrypt(user, owner, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


TWO_PAGES = pdf_of(("12. Leaders know the service.", "It is improving."), ("Care leavers",), title="A report")


@pytest.mark.parametrize("careful", [False, True])
def test_pages_are_numbered_from_one_and_keep_their_lines(careful: bool) -> None:
    """Both PDF readers give the same pages, with \\n between lines."""
    raw = read_pdf(TWO_PAGES, careful=careful)
    assert [(page.number, page.text.strip()) for page in raw.pages] == [
        (1, "12. Leaders know the service.\nIt is improving."),
        (2, "Care leavers"),
    ]
    assert raw.blocks == ()
    assert raw.properties.title == "A report"
    assert raw.properties.created == date(2000, 1, 1)


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen() -> None:
    """PDFium marks it with a character of its own; "decision-making" is a compound and keeps its hyphen."""
    (page,) = read_pdf(pdf_of(("Swift decision-", "making helps children."))).pages
    assert page.text.strip().replace("\n", "") == "Swift decision-making helps children."
    assert not {"\x02", "\ufffe", "\r"} & set(page.text)


def test_an_empty_page_keeps_its_place() -> None:
    """Page numbers are those of the file, also after a page without text."""
    assert [p.number for p in read_pdf(pdf_of(("one",), (), ("three",))).pages if p.text.strip()] == [1, 3]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("D:20191029143000+00'00'", date(2019, 10, 29)),
        ("20191029", date(2019, 10, 29)),
        ("2019-10-29T14:30:00Z", date(2019, 10, 29)),
        ("D:20191329", None),
        ("D:20190229", None),
        ("D:2019", None),
        ("D:19700101000000Z", None),
        ("D:191001029", None),
        ("\x00\ud800garbage", None),
        ("", None),
    ],
)
def test_creation_dates(stated: str, day: date | None) -> None:
    """A date that is no date is none, not an error."""
    assert creation_date(stated) == day


def test_garbage_metadata_does_not_stop_the_reading() -> None:
    """A file with nonsense in its metadata is read all the same."""
    data = rewritten(TWO_PAGES, metadata={"/CreationDate": "yesterday", "/Title": " \n\x00 "})
    raw = read_pdf(data)
    assert len(raw.pages) == 2
    assert (raw.properties.title, raw.properties.created) == (None, None)


def test_a_password_to_open_is_refused() -> None:
    """Both readers say that the file is locked."""
    data = rewritten(TWO_PAGES, user="secret", owner="owner")
    for careful in (False, True):
        with pytest.raises(ReadError, match="locked with a password"):
            read_pdf(data, careful=careful)


def test_a_password_only_to_change_it_does_not_matter() -> None:
    """Reports that may be read by anyone but not edited are read."""
    data = rewritten(TWO_PAGES, owner="owner")
    assert "Leaders" in read_pdf(data).pages[0].text
    assert "Leaders" in read_pdf(data, careful=True).pages[0].text


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_file_is_refused(share: float) -> None:
    """PDF readers repair cut files in silence; the pages that are missing would be missed."""
    with pytest.raises(ReadError, match="is cut off before its end"):
        read_pdf(TWO_PAGES[: int(len(TWO_PAGES) * share)])


def test_a_cut_file_made_for_the_web_is_refused() -> None:
    """Such a file has the mark of an end near its beginning as well."""
    with pytest.raises(ReadError, match="is cut off before its end"):
        read_pdf(TWO_PAGES + b"9 0 obj\n<</Type/Page")


def test_a_few_bytes_after_the_end_do_not_matter() -> None:
    """Servers append such things."""
    assert len(read_pdf(TWO_PAGES + b"\r\n<!-- served in 3 ms -->\r\n").pages) == 2


def test_a_damaged_file_is_refused() -> None:
    """A header and an end with garbage between them is no PDF to either reader."""
    with pytest.raises(ReadError, match="is damaged"):
        read_pdf(b"%PDF-1.4\n" + bytes(range(256)) * 8 + b"\nstartxref\n0\n%%EOF\n")


def test_a_scan_is_refused_with_the_cure() -> None:
    """Pages without any text are pictures."""
    with pytest.raises(ReadError) as caught:
        read_pdf(pdf_of((), (), ()))
    assert caught.value.what == "has no text on any of its 3 pages: it is probably a scan"
    assert caught.value.cure == "run it through text recognition (OCR) and replace the file"


@pytest.mark.parametrize("careful", [False, True])
def test_five_thousand_pages_are_refused(careful: bool) -> None:
    """Such a file is a collection, and is refused before its text is looked at."""
    writer = pypdf.PdfWriter()
    for _ in range(5000):
        writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    with pytest.raises(ReadError) as caught:
        read_pdf(file.getvalue(), careful=careful)
    assert caught.value.what == "has 5,000 pages, more than the 2,000 that are read"
    assert caught.value.cure == "split it into its reports and put each in a file of its own"
