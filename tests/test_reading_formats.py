"""Word documents, pages, e-mails and plain text: the blocks, the properties, and what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.reading.docx import MAX_UNPACKED, read_docx
from index.reading.html import read_html
from index.reading.mail import read_mail
from index.reading.plain import read_markdown, read_plain
from index.reading.read import is_document, read
from index.records import BlockKind, RawText

HEADING, TEXT, ITEM, TABLE, FURNITURE = BlockKind


def outline(raw: RawText) -> list[tuple[BlockKind, int, str]]:
    """Kind, level and text of every block."""
    return [(b.kind, b.level, raw.pages[b.span.page].text[b.span.start : b.span.end]) for b in raw.blocks]


# Word


def word_file() -> bytes:
    """A Word document with a title, headings, lists and a table between paragraphs."""
    document = docx.Document()
    document.core_properties.title = "Committee  report"
    document.core_properties.author = "A. Officer"
    document.core_properties.created = datetime(2019, 3, 11, 9, tzinfo=UTC)
    document.add_heading("Report to the committee", 0)
    document.add_heading("Summary", 1)
    paragraph = document.add_paragraph("Ofsted found ")
    paragraph.add_run("serious").bold = True
    paragraph.add_run(" & <widespread> failures.")
    document.add_paragraph("Caseloads", style="List Bullet")
    document.add_paragraph("Turnover", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Area", "Grade", "Overall", "Requires\nimprovement"), strict=True
    ):
        cell.text = text
    document.add_heading("Next steps", 2)
    document.add_paragraph("Line one\nline two")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one part replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def test_word_blocks_come_in_order_with_their_kinds() -> None:
    """Tables stand where they stand in the document; one block a row."""
    raw = read_docx(word_file())
    assert outline(raw) == [
        (HEADING, 1, "Report to the committee"),
        (HEADING, 1, "Summary"),
        (TEXT, 0, "Ofsted found serious & <widespread> failures."),
        (ITEM, 0, "Caseloads"),
        (ITEM, 0, "Turnover"),
        (TABLE, 0, "Area | Grade"),
        (TABLE, 0, "Overall | Requires improvement"),
        (HEADING, 2, "Next steps"),
        (TEXT, 0, "Line one\nline two"),
    ]
    assert [page.number for page in raw.pages] == [None]
    assert raw.pages[0].text == "\n\n".join(text for _, _, text in outline(raw))


def test_word_properties() -> None:
    """Title, author and creation date are those of the file."""
    stated = read_docx(word_file()).properties
    assert (stated.title, stated.author, stated.created) == ("Committee report", "A. Officer", date(2019, 3, 11))


def test_damaged_word_properties_do_not_stop_the_reading() -> None:
    """The text counts."""
    raw = read_docx(with_part(word_file(), "docProps/core.xml", b"<not xml"))
    assert raw.properties.title is None
    assert raw.blocks


def test_accepted_insertions_are_text_and_deletions_are_not() -> None:
    """A document with tracked changes reads as if they were accepted."""
    data = word_file()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
    mark = b'w:id="1" w:author="x" w:date="2019-01-01T00:00:00Z"'
    body = body.replace(
        b"<w:sectPr",
        b"<w:p><w:r><w:t xml:space='preserve'>Rated </w:t></w:r><w:del " + mark + b"><w:r><w:delText>good</w:delText>"
        b"</w:r></w:del><w:ins " + mark + b"><w:r><w:t>inadequate</w:t></w:r></w:ins></w:p><w:sectPr",
        1,
    )
    assert outline(read_docx(with_part(data, "word/document.xml", body)))[-1] == (TEXT, 0, "Rated inadequate")


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    """It is refused before anything is parsed."""
    with pytest.raises(ReadError, match="unpacks to more than 200 MB"):
        read_docx(with_part(word_file(), "word/media/a.bin", bytes(MAX_UNPACKED)))


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    """Each of its parts declares one byte, and the same data serves them all."""
    data = bytearray(with_part(word_file(), "word/document.xml", b"<a>" + bytes(50_000_000) + b"</a>"))
    size = (50_000_007).to_bytes(4, "little")
    assert size in data
    with pytest.raises(ReadError, match="is a damaged Word document"):
        read_docx(bytes(data.replace(size, (1).to_bytes(4, "little"))))


@pytest.mark.parametrize("cut", [100, 2000])
def test_a_damaged_word_file_is_refused(cut: int) -> None:
    """A cut archive has lost its table of contents."""
    with pytest.raises(ReadError, match="is a damaged Word document"):
        read_docx(word_file()[:-cut])


def test_a_word_file_with_damaged_text_is_refused_by_read(tmp_path: Path) -> None:
    """Whatever the parser raises, it is one ReadError that names the file's fault."""
    path = tmp_path / "a.docx"
    path.write_bytes(with_part(word_file(), "word/document.xml", b"<w:document"))
    with pytest.raises(ReadError, match="cannot be read: its parser stopped with"):
        read(path)


def test_another_archive_is_no_word_document() -> None:
    """A ZIP archive named .docx is named for what it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ReadError, match="is a ZIP archive, not a Word document"):
        read_docx(file.getvalue())


# Pages

ARTICLE = """<!doctype html><html><head>{head}<title>Inspectors’ findings - Bradford Council</title>
<link rel="canonical" href="https://www.example.gov.uk/news/findings">
<meta property="og:site_name" content="Bradford Council"><meta name="author" content="Rebecca Lomas">
</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><article><h1>Children’s services rated inadequate again</h1>{body}
<p>A report has been released this morning – with the council saying that children and families deserve better.</p>
<h2>What inspectors said</h2>
<p>“Widespread and serious failures across all service areas” were found,<br>said inspectors who visited last year.</p>
<ul><li>The impact of leaders on social work practice with children and families</li>
<li>The experiences and progress of children in care</li></ul>
<table><tr><th>Area</th><th>Grade</th></tr><tr><td>Overall</td><td>Inadequate</td></tr></table>
<p>The council’s leader said on 12 March 2018 that the council would do everything that it could to improve.</p>
</article></main><footer><p>Cookies and privacy</p></footer></body></html>"""


def page(head: str = "", body: str = "", encoding: str = "utf-8") -> bytes:
    """The article above, with more in its head or body."""
    return ARTICLE.format(head=head, body=body).encode(encoding)


def test_page_blocks_come_in_order_without_the_frame() -> None:
    """Headings, items and rows are kept; navigation and footer are not."""
    raw = read_html(page())
    assert outline(raw) == [
        (HEADING, 1, "Children’s services rated inadequate again"),
        (
            TEXT,
            0,
            "A report has been released this morning – with the council saying that children and families"
            " deserve better.",
        ),
        (HEADING, 2, "What inspectors said"),
        (
            TEXT,
            0,
            "“Widespread and serious failures across all service areas” were found,\nsaid inspectors who visited last"
            " year.",
        ),
        (ITEM, 0, "The impact of leaders on social work practice with children and families"),
        (ITEM, 0, "The experiences and progress of children in care"),
        (TABLE, 0, "Area | Grade"),
        (TABLE, 0, "Overall | Inadequate"),
        (
            TEXT,
            0,
            "The council’s leader said on 12 March 2018 that the council would do everything that it could to improve.",
        ),
    ]
    stated = raw.properties
    assert stated.url == "https://www.example.gov.uk/news/findings"
    assert (stated.site, stated.author) == ("Bradford Council", "Rebecca Lomas")


def test_the_date_of_a_page_is_never_guessed() -> None:
    """A date in the running text is not the date of publication, and neither is today."""
    assert read_html(page()).properties.published is None


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta property="article:published_time" content="2023-01-31T23:30:00Z">', "", date(2023, 1, 31)),
        ('<meta name="DC.date.issued" content="2023-01-31">', "", date(2023, 1, 31)),
        ('<meta name="date" content="31 January 2023">', "", date(2023, 1, 31)),
        ('<meta name="date" content="01/02/2023">', "", date(2023, 2, 1)),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-01-31"}</script>',
            "",
            date(2023, 1, 31),
        ),
        ("", '<p>Published <time datetime="2023-01-31">last week</time></p>', date(2023, 1, 31)),
        ("", '<p class="date-published">31st Jan 2023</p>', date(2023, 1, 31)),
        (
            "",
            '<time datetime="2023-01-31" itemprop="datePublished">x</time><time datetime="2019-01-01">y</time>',
            date(2023, 1, 31),
        ),
        # none of these states one day of publication
        ('<meta name="date" content="2023-01">', "", None),
        ('<meta name="date" content="today">', "", None),
        ('<meta property="article:modified_time" content="2023-01-31">', "", None),
        ('<meta property="og:updated_time" content="2023-01-31">', "", None),
        ('<meta name="description" content="Published 2023-01-31">', "", None),
        ('<meta property="og:url" content="https://example.org/2023/01/31/x">', "", None),
        ("", '<img src="/2023/01/31/picture.jpg">', None),
        ("", '<p>The next meeting is on <time datetime="2023-01-31">Tuesday</time>, at five.</p>', None),
        (
            "",
            '<time class="date" datetime="2023-01-31">a</time><time class="date" datetime="2022-01-31">b</time>',
            None,
        ),
        ("", '<p class="last-updated"><time class="updated" datetime="2023-01-31">a</time></p>', None),
    ],
)
def test_dates_that_a_page_states(head: str, body: str, day: date | None) -> None:
    """Only metadata and markup count, and only for publication."""
    assert read_html(page(head, body)).properties.published == day


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),  # what such pages really are
        ("windows-1252", "cp1252"),
        ("iso-8859-1", "utf-8"),  # saved anew by a browser, the old declaration left in
        ("utf-8", "cp1252"),
        ("no-such-encoding", "cp1252"),
        ("utf-8", "utf-16"),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_pages_are_read_in_their_real_encoding(declared: str, encoding: str) -> None:
    """Quotation marks and dashes survive, whatever the page declares."""
    raw = read_html(page(f'<meta charset="{declared}">', encoding=encoding))
    assert "“Widespread and serious failures" in raw.pages[0].text
    assert "this morning – with the council" in raw.pages[0].text
    assert "Children’s services" in raw.pages[0].text


def test_a_page_with_an_xml_declaration_is_read() -> None:
    """Old XHTML pages declare their encoding twice."""
    data = b'<?xml version="1.0" encoding="iso-8859-1"?>' + page(encoding="cp1252")
    assert "Children’s services" in read_html(data).pages[0].text


@pytest.mark.parametrize("data", [b"<html><body></body></html>", b" \n ", b"<html><body><script>x()</script>"])
def test_a_page_without_text_is_refused(data: bytes) -> None:
    """There is nothing to index."""
    with pytest.raises(ReadError, match=r"without text|holds no HTML"):
        read_html(data)


# E-mails


def message(subject: str | None = "Re: Ofsted – next visit") -> EmailMessage:
    """A message with headers and no body."""
    made = EmailMessage()
    made["From"] = "Improvement Team <team@Example.gov.uk>"
    made["Date"] = "Mon, 24 Feb 2020 23:30:00 -0500"
    if subject:
        made["Subject"] = subject
    return made


def test_a_message_is_its_subject_and_its_plain_text() -> None:
    """The HTML that says the same, and attachments, are left out."""
    made = message()
    made.set_content("Dear all,\n\nThe visit covers:\n- caseloads\n- children’s homes\n\nRegards\n")
    made.add_alternative("<p>Dear HTML readers</p>", subtype="html")
    made.add_attachment("attached text", filename="notes.txt")
    raw = read_mail(bytes(made))
    assert outline(raw) == [
        (HEADING, 1, "Re: Ofsted – next visit"),
        (TEXT, 0, "Dear all,"),
        (TEXT, 0, "The visit covers:"),
        (ITEM, 0, "- caseloads"),
        (ITEM, 0, "- children’s homes"),
        (TEXT, 0, "Regards"),
    ]
    stated = raw.properties
    assert (stated.title, stated.published) == ("Re: Ofsted – next visit", date(2020, 2, 24))
    assert (stated.author, stated.site) == ("Improvement Team", "example.gov.uk")


def test_a_message_with_only_html_is_read_whole() -> None:
    """Newsletters lay out their text in tables; none of it is boilerplate to be guessed away."""
    made = message()
    made.set_content(
        "<html><head><title>t</title><style>p {}</style></head><body><div style='display:none'>preview</div><table><tr>"
        "<td><h2>Preparing</h2><p>Planning has been on-going.</p><ul><li>Audits</li></ul></td></tr><tr>"
        "<td><p>Thank you</p></td></tr></table></body></html>",
        subtype="html",
    )
    assert outline(read_mail(bytes(made)))[1:] == [
        (HEADING, 2, "Preparing"),
        (TEXT, 0, "Planning has been on-going."),
        (ITEM, 0, "Audits"),
        (TEXT, 0, "Thank you"),
    ]


def test_damaged_headers_and_charsets_do_not_stop_the_reading() -> None:
    """A message that declares nonsense is read as far as it makes sense."""
    data = (
        b"From: \xff\xfe broken <\r\nDate: not a date\r\nSubject: =?x-none?B?!!?=\r\n"
        b"Content-Type: text/plain; charset=x-none\r\n\r\nChildren\x92s services\r\n"
    )
    raw = read_mail(data)
    assert raw.properties.published is None
    assert raw.pages[0].text.endswith("Children’s services")


def test_what_is_no_message_is_refused() -> None:
    """A text without headers, and a message without text."""
    with pytest.raises(ReadError, match="is not an e-mail"):
        read_mail(b"Hello\n\nthere")
    with pytest.raises(ReadError, match="is an e-mail without text"):
        read_mail(bytes(message()))


# Plain text and Markdown

MARKDOWN = """---
title: "Progress update"
published: 2019-03-11
url: https://example.gov.uk/a
publisher: Bradford Council
---
# Report of the Director

## **Subject:** ##

12. Leaders have acted.
It goes on.

- First point
  and its second line
* Second point

| Area | Grade |
|------|-------|
| Overall | Inadequate |

Old style
---------
Text with `code`.

---

```
# not a heading
```
"""


def test_markdown_blocks_point_into_the_text_as_it_stands() -> None:
    """Nothing is altered; markers stay in the text and out of the spans; front matter is furniture."""
    raw = read_markdown(MARKDOWN.encode())
    assert raw.pages[0].text == MARKDOWN
    front, *rest = outline(raw)
    assert front[0] == FURNITURE
    assert rest == [
        (HEADING, 1, "Report of the Director"),
        (HEADING, 2, "Subject:"),
        (ITEM, 0, "12. Leaders have acted.\nIt goes on."),
        (ITEM, 0, "First point\n  and its second line"),
        (ITEM, 0, "Second point"),
        (TABLE, 0, "Area | Grade"),
        (FURNITURE, 0, "|------|-------|"),
        (TABLE, 0, "Overall | Inadequate"),
        (HEADING, 2, "Old style"),
        (TEXT, 0, "Text with `code`."),
        (FURNITURE, 0, "---"),
        (TEXT, 0, "```\n# not a heading\n```"),
    ]
    stated = raw.properties
    assert (stated.title, stated.published) == ("Progress update", date(2019, 3, 11))
    assert (stated.url, stated.site) == ("https://example.gov.uk/a", "Bradford Council")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """Only lines of "key: value" between two rules are."""
    raw = read_markdown(b"---\n\nJust text, no key\n\n---\n\nMore\n")
    assert raw.properties.title is None
    assert (TEXT, 0, "Just text, no key") in outline(raw)


def test_plain_text_has_no_blocks_unless_it_is_markdown() -> None:
    """Headings of Markdown in a .txt are headings; bullets alone are not taken for markup."""
    assert read_plain(b"A title\n\n- a point\n\f#1 of 2\n").blocks == ()
    assert outline(read_plain(b"# A title\n\nText\n"))[0] == (HEADING, 1, "A title")


@given(st.text("#*_-=|`~•1.): ab\n\t") | st.text())
def test_markdown_blocks_cover_all_that_is_not_marker_or_blank(text: str) -> None:
    """Blocks come in order, do not overlap, lie within the text, and begin and end with something visible."""
    try:
        raw = read_markdown(text.encode("utf-8", "surrogatepass"))
    except ReadError:
        return
    stored, end = raw.pages[0].text, 0
    for block in raw.blocks:
        assert end <= block.span.start < block.span.end <= len(stored)
        piece = stored[block.span.start : block.span.end]
        assert piece == piece.strip()
        end = block.span.end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    """The marks of an encoding are no part of the text; line ends are \\n."""
    raw = read_plain("Children’s services – “good”\r\nnaïve £5\r".encode(encoding))
    assert raw.pages[0].text == "Children’s services – “good”\nnaïve £5\n"


def test_one_damaged_byte_does_not_turn_utf8_into_windows_1252() -> None:
    """The rest of the text keeps its quotation marks."""
    text = read_plain("“Children’s services” \N{EN DASH} ".encode() + b"\xff end").pages[0].text
    assert text == "“Children’s services” – \ufffd end"


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x81\x8d\x8f\x90 caf\xe9", "no mark".encode("utf-16-le")])
def test_binary_data_is_refused(data: bytes) -> None:
    """Garbage must not get into an index that people quote from."""
    with pytest.raises(ReadError, match="is not text"):
        read_plain(data)


def test_lone_surrogates_and_nul_are_not_stored() -> None:
    """UTF-16 may hold both; neither SQLite nor JSON takes them."""
    text = read_plain(b"\xff\xfe" + "a\x00b".encode("utf-16-le") + b"\x00\xd8" + "c".encode("utf-16-le")).pages[0].text
    assert text.isprintable()
    assert text.encode("utf-8")


# By name and by content


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"<!DOCTYPE html><html><body>Not found</body></html>", "is an HTML page, not a PDF"),
        ("a.pdf", b"\r\n<html>Not found</html>", "is an HTML page, not a PDF"),
        ("a.pdf", b"garbage", "is damaged or another kind of file, not a PDF"),
        ("a.docx", b"%PDF-1.7 x", "is a PDF, not a Word document"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "is an old or password-protected Office document"),
        ("a.txt", b"%PDF-1.7 x", "is a PDF, not plain text"),
        ("a.md", b"<!doctype html><html>", "is an HTML page, not plain text"),
        ("a.html", b"PK\x03\x04", "is a Word document or another ZIP archive, not an HTML page"),
        ("a.eml", b"\x89PNG\r\n\x1a\n", "is a picture, not an e-mail"),
        ("a.pdf", b"", r"is empty \(0 bytes\)"),
        ("a.odt", b"x", "is of a kind that is not read"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named_for_what_it_is(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    """Each refusal also says what to do, on one line and without a full stop."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError, match=reason) as caught:
        read(path)
    for words in (caught.value.what, caught.value.cure):
        assert words
        assert "\n" not in words
        assert not words.endswith((".", ";"))


def test_a_password_protected_word_file_is_named_so(tmp_path: Path) -> None:
    """Word wraps such a file in another format."""
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(ReadError, match="is protected with a password"):
        read(path)


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    """The size alone decides."""
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    with pytest.raises(ReadError, match="has 300 MB, more than the 100 MB that are read"):
        read(path)


def test_the_suffix_chooses_the_reader(tmp_path: Path) -> None:
    """Upper case or lower."""
    (tmp_path / "A.DOCX").write_bytes(word_file())
    (tmp_path / "a.htm").write_bytes(page())
    (tmp_path / "a.Markdown").write_bytes(b"# One")
    assert [read(path).blocks[0].kind for path in sorted(tmp_path.iterdir())] == [HEADING] * 3


@pytest.mark.parametrize("name", ["a.yaml", "a.pdf.meta.yaml", "access.yaml", ".a.pdf", "~$a.docx", "pdf", "a.xlsx"])
def test_what_is_no_document(name: str) -> None:
    """Settings, hidden files, lock files and other kinds are none."""
    assert not is_document(Path(name))
