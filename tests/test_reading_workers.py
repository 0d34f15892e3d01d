"""Reading in worker processes: order, limits, and files that kill what reads them.  The bad files here are real."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen import canvas

from index.errors import InspectionsError, ReadError
from index.reading import wire
from index.reading.read import read
from index.reading.workers import Outcome, read_all
from index.records import Block, BlockKind, Page, RawText, Skipped, Span

HEADER = b"%PDF-1.4\n"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
    b"/Resources<</Font<</F 3 0 R>>/XObject<</X %d 0 R>>>>>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
TEXT = b"BT /F 12 Tf 72 700 Td (Leaders know the service.) Tj ET"
MIB = 1 << 20


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of the given objects, numbered from 1."""
    data, places = HEADER, []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(body), body)


def inflating_to(megabytes: int) -> bytes:
    """A stream of spaces that inflates to so many MB, packed twice so that the file stays small."""
    packer = zlib.compressobj(9)
    first = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return stream(zlib.compress(first + again * (megabytes - 1), 9), b"/Filter[/FlateDecode/FlateDecode]")


def bad_font() -> bytes:
    """A page of text whose font inflates to more than there is room for."""
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[4 0 R]/Count 1>>"
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/Abc/Encoding/WinAnsiEncoding/FontDescriptor 6 0 R>>"
    descriptor = b"<</Type/FontDescriptor/FontName/Abc/Flags 32/FontFile2 7 0 R>>"
    return raw_pdf(catalogue, pages, font, PAGE % (5, 5), stream(TEXT), descriptor, inflating_to(2048))


def endless() -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on: 10^10 forms."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do " * 10, form % (6 + n)) for n in range(9)]
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[14 0 R]/Count 1>>"
    return raw_pdf(catalogue, pages, FONT, stream(b"/X Do " * 10), *forms, PAGE % (4, 5))


def good_pdf(text: str) -> bytes:
    """A PDF of one page."""
    file = io.BytesIO()
    drawing = canvas.Canvas(file, invariant=1)
    drawing.drawString(72, 700, text)
    drawing.save()
    return file.getvalue()


def word_file() -> bytes:
    """A Word document of one paragraph."""
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph("Leaders know the service.")
    document.save(file)
    return file.getvalue()


def folder(root: Path, files: dict[str, bytes]) -> list[Path]:
    """The files, written below root."""
    paths = [root / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    return paths


def one(root: Path, name: str, data: bytes, *, seconds: float = 30.0, memory_bytes: int = 3 << 29) -> Outcome:
    """What becomes of one file."""
    ((_, outcome),) = read_all(root, folder(root, {name: data}), seconds=seconds, memory_bytes=memory_bytes)
    return outcome


def children() -> set[int]:
    """Process ids of the living children of this process that read documents."""
    every = {int(n) for task in Path("/proc/self/task").iterdir() for n in (task / "children").read_text().split()}
    return {one for one in every if b"index.reading.worker" in _command(one)}


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """Whatever a test does, its workers are gone after it."""
    before = children()
    yield
    assert children() <= before


def test_outcomes_come_in_the_order_of_the_paths_and_equal_those_of_read(tmp_path: Path) -> None:
    """However many workers there are; names may hold anything."""
    files = {f"{n:02}\n'é.txt": b"# Heading\n\ntext %d" % n for n in range(30)} | {
        "v.html": b"<html><body><h1>Title</h1><p>Caf\xc3\xa9</p></body></html>",
        "w.eml": b"Subject: Visit\nContent-Type: text/html\n\n<p>Dear all</p>",
        "x.docx": word_file(),
        "z.pdf": good_pdf("page"),
        "e.txt": b"",
    }
    paths = folder(tmp_path, files)
    one_worker = list(read_all(tmp_path, paths, workers=1))
    three = list(read_all(tmp_path, paths, workers=3))
    assert [path for path, _ in three] == paths
    assert three == one_worker
    assert [outcome for _, outcome in three[:-1]] == [read(path) for path in paths[:-1]]
    assert three[-1][1] == Skipped("e.txt", "is empty (0 bytes)", "download or copy it again and replace the file")


def test_every_source_is_reported_once(tmp_path: Path) -> None:
    """For a progress bar."""
    (tmp_path / "sub").mkdir()
    paths = [tmp_path / "sub" / name for name in ("a.txt", "b.txt", "c.txt")]
    for path in paths:
        path.write_text("text")
    seen: list[str] = []
    assert len(list(read_all(tmp_path, paths, on_done=seen.append))) == 3
    assert sorted(seen) == ["sub/a.txt", "sub/b.txt", "sub/c.txt"]


def test_no_files_start_no_process(tmp_path: Path) -> None:
    """An empty folder is no error."""
    assert list(read_all(tmp_path, [])) == []


def test_a_pdf_that_kills_its_worker_is_read_by_the_other_reader(tmp_path: Path) -> None:
    """PDFium unpacks the font and dies of it; pypdf does not need it."""
    outcome = one(tmp_path, "a.pdf", bad_font(), memory_bytes=512 * MIB)
    assert isinstance(outcome, RawText)
    assert [page.text.strip() for page in outcome.pages] == ["Leaders know the service."]


def test_a_pdf_that_defeats_both_readers_is_skipped_and_the_rest_is_read(tmp_path: Path) -> None:
    """The reason tells what became of both tries; the file after it has a living worker."""
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[4 0 R]/Count 1>>"
    bad = raw_pdf(catalogue, pages, FONT, PAGE % (5, 5), inflating_to(2048))
    paths = folder(tmp_path, {"a.pdf": bad, "b.pdf": good_pdf("after"), "c.txt": b"also"})
    (_, first), (_, second), (_, third) = read_all(tmp_path, paths, workers=1, memory_bytes=512 * MIB)
    assert isinstance(first, Skipped)
    assert first.source == "a.pdf"
    assert first.reason.startswith("crashes the program that reads it (SIG")
    assert first.reason.endswith("), and the second PDF reader finds that it is damaged and cannot be opened")
    assert first.cure == "open it in another program, print it to a new PDF and replace the file"
    assert isinstance(second, RawText)
    assert isinstance(third, RawText)


def test_a_file_that_takes_too_long_is_skipped_and_the_rest_is_read(tmp_path: Path) -> None:
    """The limit holds inside PDFium too, which never looks up from its work."""
    paths = folder(tmp_path, {"a.pdf": endless(), "b.txt": b"after"})
    (_, first), (_, second) = read_all(tmp_path, paths, workers=1, seconds=0.5)
    assert isinstance(first, Skipped)
    assert first.reason == "takes longer than 0.5 seconds to read"
    assert isinstance(second, RawText)


def test_a_file_that_takes_too_much_memory_is_skipped(tmp_path: Path) -> None:
    """A large text under a small limit: Python itself runs out."""
    outcome = one(tmp_path, "a.txt", b"\xe9 text" * 15_000_000, memory_bytes=256 * MIB)
    assert isinstance(outcome, Skipped)
    assert outcome.reason == "needs more than 256 MiB of memory to read"


def test_more_text_than_anyone_reads_is_skipped(tmp_path: Path) -> None:
    """A file of 25 million characters is data, not a document."""
    outcome = one(tmp_path, "a.txt", b"some text" * 2_800_000)
    assert isinstance(outcome, Skipped)
    assert outcome.reason == "holds more than 20 million characters of text"


def test_a_long_text_comes_through_whole(tmp_path: Path) -> None:
    """Answers larger than the pipe are put together again."""
    outcome = one(tmp_path, "a.txt", "Children’s services\n".encode() * 200_000)
    assert isinstance(outcome, RawText)
    assert outcome.pages[0].text == "Children’s services\n" * 200_000


def test_closing_early_ends_the_workers(tmp_path: Path) -> None:
    """Also one that is busy with a file that never ends."""
    paths = folder(tmp_path, {"a.txt": b"first", "b.pdf": endless(), "c.pdf": endless()})
    outcomes = read_all(tmp_path, paths, workers=2)
    assert isinstance(next(outcomes)[1], RawText)
    assert children()
    outcomes.close()
    assert not children()


def test_ctrl_c_leaves_no_worker_behind(tmp_path: Path) -> None:
    """The parent is interrupted while a worker is busy; both are gone at once."""
    folder(tmp_path, {"a.txt": b"first", "b.pdf": endless()})
    program = (
        "import sys; from pathlib import Path; from index.reading.workers import read_all\n"
        "root = Path(sys.argv[1])\n"
        "for path, outcome in read_all(root, sorted(root.iterdir()), workers=1): print('read', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "read\n"
        (worker,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.send_signal(signal.SIGINT)
        _, errors = parent.communicate(timeout=10)
    assert "KeyboardInterrupt" in errors
    assert not Path(f"/proc/{worker}").exists()


def test_a_worker_that_has_stopped_its_clock_is_ended_by_the_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped process hears no alarm; a parser that a file has taken over could turn it off."""
    monkeypatch.setattr("index.reading.process._GRACE", 0.5)
    outcomes = read_all(
        tmp_path, folder(tmp_path, {"a.txt": b"one", "b.pdf": endless(), "c.txt": b"x"}), workers=1, seconds=0.5
    )
    next(outcomes)
    (worker,) = children()
    os.kill(worker, signal.SIGSTOP)
    stopped, after = (outcome for _, outcome in outcomes)
    assert isinstance(stopped, Skipped)
    assert stopped.reason == "takes longer than 0.5 seconds to read"
    assert isinstance(after, RawText)


def test_workers_get_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that a file has taken over finds no token in its environment."""
    monkeypatch.setenv("SOME_TOKEN", "secret")
    outcomes = read_all(tmp_path, folder(tmp_path, {"a.txt": b"one", "b.txt": b"two"}), workers=1)
    next(outcomes)
    (worker,) = children()
    assert b"SOME_TOKEN" not in Path(f"/proc/{worker}/environ").read_bytes()
    outcomes.close()


def test_a_worker_killed_from_outside_costs_one_file(tmp_path: Path) -> None:
    """As the system does when memory is short."""
    outcomes = read_all(tmp_path, folder(tmp_path, {"a.txt": b"one", "b.pdf": endless(), "c.txt": b"x"}), workers=1)
    next(outcomes)
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    killed, after = (outcome for _, outcome in outcomes)
    assert isinstance(killed, Skipped)
    assert killed.reason.startswith("crashes the program that reads it (SIGKILL)")
    assert isinstance(after, RawText)


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python"])
def test_workers_that_cannot_start_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    """A broken installation is not a folder of bad files."""
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(InspectionsError, match="does not start"):
        one(tmp_path, "a.txt", b"text")


def test_a_path_outside_the_root_is_refused(tmp_path: Path) -> None:
    """Such a file has no source name."""
    with pytest.raises(ValueError, match="is not in the subpath"):
        next(read_all(tmp_path / "in", [tmp_path / "a.txt"]))


# The pipe

RAW = RawText((Page(None, "# One\n\n“text”"),), (Block(Span(0, 2, 5), BlockKind.HEADING, 1),))


def test_an_answer_survives_the_pipe() -> None:
    """Text, blocks and properties come back as they went in."""
    assert wire.parse_reply(wire.reply_line(RAW)) == RAW
    assert wire.parse_reply(wire.reply_line(ReadError("a", "b"))) == wire.Refusal("a", "b")


def test_a_request_survives_the_pipe() -> None:
    """Also for names that are not UTF-8 and names with line breaks."""
    request = wire.Request(os.fsdecode(b"a\n\xff.pdf"), careful=True)
    line = wire.request_line(request)
    assert line.count(b"\n") == 1
    assert wire.parse_request(line) == request


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"null",
        b"[1, 2]",
        b'["only one"]',
        b"[" * 100_000,
        b'{"pages": []}',
        wire.reply_line(replace(RAW, blocks=(Block(Span(0, 2, 99), BlockKind.TEXT),))),
        wire.reply_line(replace(RAW, blocks=(Block(Span(1, 0, 1), BlockKind.TEXT),))),
        wire.reply_line(replace(RAW, blocks=(Block(Span(0, 5, 2), BlockKind.TEXT),))),
        wire.reply_line(replace(RAW, blocks=(Block(Span(0, 0, 1), BlockKind.HEADING, 7),))),
        json.dumps({"pages": [[None, "\ud800"]], "blocks": [], "properties": {}}).encode(),
        wire.reply_line(RAW).replace(b'"heading"', b'"shell"'),
        wire.reply_line(RAW).replace(b'"url": null', b'"url": 3'),
        wire.reply_line(RAW) * 2,
    ],
)
def test_what_no_honest_worker_says_is_refused(forged: bytes) -> None:
    """Whatever comes over the pipe, the parent gets records that hold together or an error."""
    with pytest.raises(wire.WireError):
        wire.parse_reply(forged)
