"""The sample documents: six real files in six formats, digests in our own words of public documents."""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Callable, Iterator
from email import policy
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdf
import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "source_docs"
SEEDS = ROOT.parent / "shared" / "seeds"

RUN = 8  # words: a run as long as this, shared with the document retold, would be copying

# Names that are RUN words long or nearly: they may stand as they are, and are cut out before runs are compared.
NAMES = (
    # areas of judgement, as Ofsted's framework names them
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children who need help and protection",
    "The experiences and progress of children in care and care leavers",
    # people with their offices
    "Councillor Adrian Farley, Portfolio Holder for Children and Families",
    "Councillor Adrian Farley, executive member for children and families",
    "Councillor Sue Duffy, Portfolio Holder for Children and Families",
    # departments in a row
    "Children's Social Care, Early Help, and Education and Early Years",
)


class VisibleText(HTMLParser):
    """Collects what a browser would show of the page's body."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # base's signature
        self.hidden += tag in {"head", "nav"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"head", "nav"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def html_text(path: Path) -> str:
    """The visible text of an HTML file."""
    parser = VisibleText()
    parser.feed(path.read_text(encoding="utf-8"))
    return "".join(parser.pieces)


def pdf_text(path: Path) -> str:
    """The text of all pages of a PDF."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def docx_text(path: Path) -> str:
    """The text of the paragraphs of a DOCX, then that of its tables."""
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def message(path: Path) -> email.message.EmailMessage:
    """The e-mail in a file."""
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def eml_text(path: Path) -> str:
    """The plain-text part of an e-mail."""
    body = message(path).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def plain_text(path: Path) -> str:
    """The text of a file that is nothing but text."""
    return path.read_text(encoding="utf-8")


READERS: dict[str, Callable[[Path], str]] = {
    ".pdf": pdf_text,
    ".docx": docx_text,
    ".html": html_text,
    ".eml": eml_text,
    ".md": plain_text,
    ".txt": plain_text,
}
FILES = sorted(path for path in DOCUMENTS.iterdir() if path.suffix in READERS)
every_document = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def only(suffix: str) -> Path:
    """The one sample document of that format."""
    (path,) = (path for path in FILES if path.suffix == suffix)
    return path


def words(text: str) -> list[str]:
    """The words of a text in lower case, apostrophes dropped."""
    return re.findall(r"[a-z0-9]+", re.sub("['‘’]", "", text.lower()))


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """All runs of RUN words, after NAMES have been cut out."""
    joined = " ".join(words(text))
    for name in NAMES:
        joined = joined.replace(" ".join(words(name)), "|")
    for stretch in joined.split("|"):
        found = stretch.split()
        yield from zip(*(found[start:] for start in range(RUN)), strict=False)


def test_the_folder_holds_all_six_formats_and_nothing_unreadable() -> None:
    """Each format has its sample, and every file is a sample or describes one."""
    assert {path.suffix for path in FILES} == set(READERS)
    others = {path.name for path in DOCUMENTS.iterdir()} - {path.name for path in FILES}
    assert all(name.endswith(".meta.yaml") for name in others)


def test_the_pdf_is_a_pdf_of_three_pages_with_numbers_at_their_foot() -> None:
    """It has a PDF's header, at least three pages, and "Page n of m" on each."""
    path = only(".pdf")
    assert path.read_bytes().startswith(b"%PDF-")
    pages = pypdf.PdfReader(path).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


def test_the_docx_has_headings_numbered_paragraphs_and_a_table() -> None:
    """It opens, and it is more than a row of paragraphs."""
    document = docx.Document(str(only(".docx")))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Heading 1", "Heading 2"} <= styles
    assert any(paragraph.text.startswith("2.3 ") for paragraph in document.paragraphs)
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Newly qualified social workers", "17"] in rows


def test_the_email_has_a_date_and_says_the_same_in_both_parts() -> None:
    """Its Date header lies in the month of its subject, and plain text and HTML agree."""
    mail = message(only(".eml"))
    assert mail["Subject"] == "Improvement Update - February 2020"
    assert (mail["Date"].datetime.year, mail["Date"].datetime.month) == (2020, 2)
    html_part = mail.get_body(("html",))
    assert html_part is not None
    parser = VisibleText()
    parser.feed(html_part.get_content())
    assert words("".join(parser.pieces)) == words(eml_text(only(".eml")))


@every_document
def test_a_document_says_at_once_what_it_is_a_digest_of(path: Path) -> None:
    """Within its first 400 characters."""
    assert re.search(r"\bDigest of an? [a-zA-Z]", READERS[path.suffix](path)[:400])


@every_document
def test_a_document_quotes_nobody(path: Path) -> None:
    """It is a retelling: quotation marks would claim somebody's very words."""
    assert not re.search(r"[“”\"]", READERS[path.suffix](path))


def test_the_press_digest_states_no_year() -> None:
    """It stays undated, as the article is: its date can only be inferred."""
    text = plain_text(only(".txt"))
    assert not re.search(r"\b(?:19|20)\d\d\b|'\d\d\b", text)
    assert "July 1" in text
    assert not re.search(r"\d", only(".txt").name)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the documents retold, ../shared/seeds, are not on this machine")
@every_document
def test_a_document_shares_no_run_of_words_with_one_that_it_retells(path: Path) -> None:
    """No eight words in a row, names and titles aside."""
    own = set(runs(READERS[path.suffix](path)))
    for seed in SEEDS.iterdir():
        shared = own & set(runs(seed.read_text(encoding="utf-8")))
        assert not shared, f"{path.name} repeats {seed.name}: {[' '.join(run) for run in shared]}"
