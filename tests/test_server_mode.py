"""An index whose vectors are on a Chroma server: a real one on loopback, what stands before it, and what goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from chroma_process import Request, answering, chroma_server, free_port, proxy
from pytest_socket import socket_allow_hosts
from small_index import RULES, SmallEmbedder, build_small

from assistant.cli.main import run
from assistant.live import LiveAssistant
from assistant.settings import Settings, load_settings
from index.catalogue import Catalogue
from index.check_server import check_server, warnings
from index.chroma_server import ChromaServer
from index.collections import give_identity, left_over, write_collection
from index.errors import IndexUnusableError, SettingsError
from index.generation import CATALOGUE, VECTORS, OpenIndex, current_manifest, open_current
from index.server import Place, Server, server_at
from index.verify import find_fault

BUILDER = Path(__file__).parent / "small_index.py"
SLOW = 0.3  # seconds that a server which hangs is given
TEXTS = {"a.txt": "Caseloads are high.\nVisits are regular.", "b.txt": "Leaders know what must change."}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma_server(tmp_path_factory.mktemp("chroma") / "data") as url:
        yield server_at(url)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_texts(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """A folder with `docs` and their `index` on the server: to be read only."""
    home = write_texts(tmp_path_factory.mktemp("built"))
    build_small(home / "index", home / "docs", server=server)
    return home


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of it, which may be changed: not so the collection, which is the original's."""
    return Path(shutil.copytree(built, tmp_path / "copied"))


def write_texts(home: Path) -> Path:
    (home / "docs").mkdir()
    for name, text in TEXTS.items():
        (home / "docs" / name).write_text(text)
    return home


def generations(home: Path, server: Server) -> list[str]:
    """The generations that have a collection on the server."""
    with closing(ChromaServer(server)) as chroma:
        own = collection(home)[:-6]
        return sorted(name.removeprefix(own) for name in chroma.collections() if name.startswith(own))


def collection(home: Path) -> str:
    name = current_manifest(home / "index")[1].collection
    assert name is not None
    return name


def opened(home: Path, server: Server | None) -> OpenIndex:
    return open_current(home / "index", SmallEmbedder.id, RULES, server=server)


def held(home: Path, server: Server | None) -> dict[str, list[float]]:
    """The vector of every passage of the current generation, by its text."""
    with opened(home, server) as index:
        ids = index.catalogue.passage_ids()
        vectors = index.vectors.vectors(ids)
        return {p.text: v.tolist() for p, v in zip(index.catalogue.passages(ids), vectors, strict=True)}


def change(home: Path, name: str, text: str) -> None:
    (home / "docs" / name).write_text(text)


def test_a_generation_is_a_collection_and_is_what_it_would_be_in_a_folder(
    built: Path, tmp_path: Path, server: Server
) -> None:
    build_small(tmp_path / "index", built / "docs")
    assert generations(built, server) == ["000001"]
    assert not list((built / "index").rglob("chroma*"))
    there, here = held(built, server), held(tmp_path, None)
    assert there.keys() == here.keys()
    assert np.allclose([there[text] for text in here], list(here.values()), rtol=0, atol=1e-6)
    with opened(built, server) as index:
        query = SmallEmbedder().encode_query("Leeds, January 2019\nCaseloads are high.")
        assert index.vectors.scores(query, index.catalogue.chosen())[0] == pytest.approx(1, abs=1e-5)


def test_more_vectors_than_go_into_one_request_come_back_as_they_went(server: Server) -> None:
    ids = [f"passage-{n}" for n in range(1000)]
    vectors = np.random.default_rng(1).standard_normal((1000, 48)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    told: list[int] = []
    write_collection(
        Place(server, "many"), ids, vectors, [{"source": "a.txt", "published_start": 20190101}] * 1000, told.append
    )
    assert sum(told) == 1000
    with closing(ChromaServer(server)) as chroma:
        found = chroma.find("many")
        assert (chroma.count(found), sorted(chroma.ids(found))) == (1000, sorted(ids))
        got, read = chroma.read(found, ids[::-1])
    assert np.abs(read - vectors[[ids.index(name) for name in got]]).max() < 1e-6


def test_collections_go_with_their_generations_and_no_others_go(home: Path, server: Server) -> None:
    """Not those of others, whatever they are called, nor those of the index that this one is a copy of."""
    build_small(home / "index", home / "docs", server=server)
    copy = Path(shutil.copytree(home, home / "copy"))
    again, _ = build_small(home / "index", home / "docs", server=server)
    assert not again.changed
    with closing(ChromaServer(server)) as chroma:
        chroma.create("inspections-000009")
        chroma.create(collection(home)[:-8])
    for version in range(3):
        change(home, "b.txt", f"Version {version} of this text.")
        result, embedded = build_small(home / "index", home / "docs", server=server)
        assert len(embedded) == result.embedded == 1
        if version == 0:
            assert held(copy, server).keys() == {*TEXTS["a.txt"].splitlines(), TEXTS["b.txt"]}
            change(copy, "b.txt", "The copy's own text.")
            _, embedded = build_small(copy / "index", copy / "docs", server=server)
            assert len(embedded) == 1
            assert collection(copy)[:-6] != collection(home)[:-6]
            assert generations(home, server) == ["000001", "000002"]
    kept = sorted(path.name for path in (home / "index" / "generations").iterdir())
    assert generations(home, server) == kept
    assert "000001" not in kept
    assert kept[-1] == result.generation == "000004"
    assert generations(copy, server) == ["000002"]
    with closing(ChromaServer(server)) as chroma:
        assert {"inspections-000009", collection(home)[:-8]} < set(chroma.collections())


def test_an_index_moves_from_a_server_and_back_with_its_vectors(copied: Path, server: Server) -> None:
    """Also from a server that is no more: nothing is embedded anew."""
    before = held(copied, server)
    with pytest.raises(IndexUnusableError, match=r"are on a Chroma server.* Set INSPECTIONS_CHROMA_URL"):
        held(copied, None)
    for where in (None, server):
        result, embedded = build_small(copied / "index", copied / "docs", server=where)
        assert (result.changed, embedded) == (True, [])
        again, _ = build_small(copied / "index", copied / "docs", server=where)
        assert not again.changed
        after = held(copied, where)
        assert np.allclose([after[text] for text in before], list(before.values()), rtol=0, atol=1e-6)
        assert (current_manifest(copied / "index")[1].collection is None) == (where is None)


def rename_collection(home: Path, name: str) -> None:
    """Let the current generation name another collection."""
    file = current_manifest(home / "index")[0] / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"collection": name}))


def test_a_collection_that_is_gone_is_told_and_made_again(copied: Path, server: Server) -> None:
    rename_collection(copied, "none")
    with pytest.raises(IndexUnusableError, match=r"has no collection none.* inspections index build"):
        held(copied, server)
    result, embedded = build_small(copied / "index", copied / "docs", server=server)
    assert (result.changed, len(embedded), len(held(copied, server))) == (True, 0, 3)


def test_a_killed_builder_leaves_the_index_and_the_next_one_removes_what_it_wrote(copied: Path, server: Server) -> None:
    before = held(copied, server)
    change(copied, "c.txt", "Something new.")
    for point in ("verifying", "sync CURRENT.new$"):
        command = [sys.executable, str(BUILDER), str(copied / "index"), str(copied / "docs"), "kill-at", point]
        done = subprocess.run(command, env=os.environ | {"SMALL_SERVER": server.url}, check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert held(copied, server) == before, point
    result, _ = build_small(copied / "index", copied / "docs", server=server)
    kept = {path.name for path in (copied / "index" / "generations").iterdir()}
    assert result.generation in set(generations(copied, server)) <= kept
    assert left_over(server, copied / "index") == []
    assert held(copied, server).keys() == {*before, "Something new."}


def test_what_the_server_holds_otherwise_does_not_pass(copied: Path, server: Server) -> None:
    """The check that a new process makes of a generation finds each kind of difference."""
    folder, _ = current_manifest(copied / "index")
    catalogue = Catalogue(folder / CATALOGUE)
    ids = catalogue.passage_ids()
    catalogue.close()
    sent = np.stack([SmallEmbedder().encode_query(text) for text in "123"])
    np.save(folder / VECTORS, sent)
    faults = {
        "sound": (ids, sent, None),
        "mixed-up": (ids[::-1], sent, "not the one that was written"),
        "lost": (ids[:2], sent[:2], "not those of the catalogue"),
        "foreign": ([*ids[:2], "x"], sent, "not those of the catalogue"),
    }
    for name, (written, vectors, told) in faults.items():
        write_collection(Place(server, name), written, vectors, [{"source": "a.txt"}] * len(written))
        fault = find_fault(folder, Place(server, name))
        assert fault is None if told is None else fault is not None and told in fault, name
    assert "has no collection" in str(find_fault(folder, Place(server, "none")))


def test_a_running_assistant_goes_on_without_the_server(copied: Path, server: Server) -> None:
    question = "what did Ofsted say about caseloads in Leeds?"
    with answering(lambda request: request.answer(*request.pass_on(server.url))) as url:
        away = server_at(url)
        live = LiveAssistant(copied / "index", SmallEmbedder(), every=0.02, rules=RULES, server=away)
    with live:
        with live.current() as assistant:
            before = assistant.ask(question).citations
        assert before
        change(copied, "c.txt", "Something new.")
        with pytest.raises(IndexUnusableError, match=r"cannot be reached.* inspections index check"):
            build_small(copied / "index", copied / "docs", server=away)
        with pytest.raises(IndexUnusableError, match="cannot be reached"):
            held(copied, away)
        assert current_manifest(copied / "index")[1].generation == "000001"
        assert not list((copied / "index").glob("building-*"))
        # A generation that cannot be loaded does not replace the one that can be answered from.
        shutil.copytree(copied / "index" / "generations" / "000001", copied / "index" / "generations" / "000002")
        (copied / "index" / "CURRENT").write_text("000002\n")
        began, never = time.monotonic(), Event()
        while live.failed is None:
            assert time.monotonic() - began < 30
            never.wait(0.02)
        assert "cannot be reached" in live.failed
        with live.current() as assistant:
            assert assistant.ask(question).citations == before


def test_a_proxy_that_asks_for_a_header_gets_it(home: Path, server: Server) -> None:
    with proxy(server.url, "Authorization", "Bearer let me in") as url:
        for headers in ("", "Authorization: Bearer wrong"):
            with pytest.raises(IndexUnusableError, match=r"refuses us.* INSPECTIONS_CHROMA_HEADERS") as refusal:
                build_small(home / "index", home / "docs", server=server_at(url, headers))
            assert "wrong" not in str(refusal.value)
        known = server_at(url, '{"Authorization": "Bearer let me in", "X-More": "yes"}')
        build_small(home / "index", home / "docs", server=known)
        assert len(held(home, known)) == 3
        assert check_server(home / "index", known, ()).faults == ()
        assert check_server(home / "index", server_at(url), ()).faults != ()


def test_connections_that_fail_are_tried_again(server: Server) -> None:
    """Every second connection is cut, before or after the server did what was asked: nothing is lost or doubled."""
    turns = count()

    def answer(request: Request) -> None:
        turn = next(turns) % 4
        if turn == 0:
            request.hang_up()
            return
        status, body = request.pass_on(server.url)
        if turn == 2:
            request.hang_up()
        else:
            request.answer(status, body)

    ids = [f"passage-{n}" for n in range(700)]
    vectors = np.eye(700, 16, dtype=np.float32) + np.eye(700, 16, -16, dtype=np.float32)
    with answering(answer) as url:
        write_collection(Place(server_at(url), "cut-off"), ids, np.abs(vectors) + 0.1, [{"source": "a.txt"}] * 700)
        with closing(ChromaServer(server_at(url))) as chroma:
            assert sorted(chroma.ids(chroma.find("cut-off"))) == sorted(ids)
    assert next(turns) > 14


def _fails(answer: Callable[[Request], None]) -> str:
    """What is told of a server that answers in this way, when it is asked for all that is ever asked."""
    with answering(answer) as url, closing(ChromaServer(server_at(url, "X-Key: hidden", seconds=SLOW))) as chroma:
        asks: list[Callable[[], object]] = [
            chroma.version,
            chroma.collections,
            lambda: chroma.find("a"),
            lambda: chroma.count("a"),
            lambda: chroma.ids("a"),
            lambda: chroma.read("a", ["x"]),
        ]

        def told(ask: Callable[[], object]) -> str:
            with pytest.raises(IndexUnusableError) as refusal:
                ask()
            return str(refusal.value)

        began = time.monotonic()
        with ThreadPoolExecutor(len(asks)) as threads:
            (one,) = set(threads.map(told, asks))
        assert time.monotonic() - began < 20
        assert "hidden" not in one
        return one.replace(url, "URL")


def _drips(request: Request) -> None:
    request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    never = Event()
    for _ in range(200):
        request.send(b" ")
        never.wait(SLOW / 10)


def _floods(request: Request) -> None:
    request.send(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(70):
        request.send(b" " * (1 << 20))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda _: Event().wait(3), "URL did not answer within 0.3 s. Type: inspections index check"),
        (_drips, "URL did not answer within 0.3 s."),
        (lambda request: request.answer(200, b"<html>"), "URL does not answer as Chroma does."),
        (lambda request: request.answer(200, b""), "URL does not answer as Chroma does."),
        (lambda request: request.answer(200, b"{}"), "URL does not answer as Chroma does."),
        (lambda request: request.answer(200, b"[[[]]]"), "URL does not answer as Chroma does."),
        (lambda request: request.answer(200, b"[" * 100_000), "URL does not answer as Chroma does."),
        (lambda request: request.answer(200, b"\x1f\x8b", Content_Encoding="gzip"), "URL does not answer as Chroma"),
        (lambda request: request.answer(500, b'{"error":\n"x"}'), 'URL answered with status 500: {"error": "x"}.'),
        (lambda request: request.answer(404, b"no such page"), "URL answered with status 404: no such page."),
        (lambda request: request.answer(403, b"no"), "URL refuses us (status 403). Set or correct INSPECTIONS_CHROMA_"),
        (lambda request: request.send(b"\0\1\2 what?\r\n\r\n"), "URL cannot be reached ("),
        (lambda request: request.hang_up(), "URL cannot be reached ("),
    ],
)
def test_a_server_that_misbehaves_is_told_in_bounded_time(answer: Callable[[Request], None], told: str) -> None:
    assert _fails(answer).startswith(f"The Chroma server at {told}")


def test_an_answer_without_end_is_not_taken_in() -> None:
    with (
        answering(_floods) as url,
        closing(ChromaServer(server_at(url))) as chroma,
        pytest.raises(IndexUnusableError, match="does not answer as Chroma does"),
    ):
        chroma.version()


def test_headers_are_not_taken_to_where_a_server_sends_us() -> None:
    seen: list[str] = []

    def elsewhere(request: Request) -> None:
        seen.append(request.path)
        request.answer(200, b'"1.0.0"')

    with answering(elsewhere) as target:
        told = _fails(lambda request: request.answer(307, b"", Location=f"{target}{request.path}"))
    assert "sends us elsewhere (status 307). Put the address where it is now into INSPECTIONS_CHROMA_URL." in told
    assert seen == []


@pytest.mark.parametrize(
    "said",
    [
        {"ids": ["x", "x"], "embeddings": [[1.0, 0.0]] * 2},
        {"ids": ["y"], "embeddings": [[1.0, 0.0]]},
        {"ids": ["x"], "embeddings": [[1.0, 0.0, 0.0], [1.0]]},
        {"ids": ["x"], "embeddings": [["much"]]},
        {"ids": ["x"], "embeddings": None},
        {"ids": ["x"], "embeddings": [[1e99, 0.0]]},
        {"ids": [], "embeddings": []},
    ],
)
def test_vectors_that_were_not_asked_for_or_are_none_are_refused(built: Path, server: Server, said: object) -> None:

    def answer(request: Request) -> None:
        if request.path.endswith("/get"):
            request.answer(200, json.dumps(said).encode())
        else:
            request.answer(*request.pass_on(server.url))

    with answering(answer) as url, opened(built, server_at(url)) as index, pytest.raises(IndexUnusableError):
        index.vectors.vectors(["x"])


def test_the_check_tells_what_it_found(copied: Path, server: Server) -> None:
    index = copied / "index"
    found = check_server(index, server, ())
    assert (found.collection, found.expected, found.held) == (collection(copied), 3, 3)
    assert (found.version, found.left_over, found.faults, found.warnings) == ("1.0.0", (), (), ())
    assert "set INSPECTIONS_CHROMA_URL" in check_server(index, None, ()).faults[0]
    assert "There is no index" in check_server(copied / "none", server, ()).faults[0]
    own = f"inspections-{give_identity(index)}"
    write_collection(Place(server, f"{own}-000001"), ["x"], np.ones((1, 8), dtype=np.float32), [{"source": "a.txt"}])
    write_collection(Place(server, f"{own}-000009"), ["x"], np.ones((1, 8), dtype=np.float32), [{"source": "a.txt"}])
    rename_collection(copied, f"{own}-000001")
    found = check_server(index, server, ())
    assert found.left_over == (f"{own}-000009",)
    assert "holds 1 vectors, not 3: build again" in found.faults[0]
    rename_collection(copied, "none")
    assert "has no collection none" in check_server(index, server, ()).faults[0]
    dead = check_server(index, server_at(f"http://127.0.0.1:{free_port()}"), ())
    assert dead.version is None
    assert "cannot be reached" in dead.faults[0]


def test_an_index_in_its_folder_has_no_server_to_be_checked(home: Path, server: Server) -> None:
    build_small(home / "index", home / "docs")
    local = check_server(home / "index", None, ())
    assert (local.server, local.faults, local.warnings) == (None, (), ())
    (warning,) = check_server(home / "index", server, ()).warnings
    assert "the next build puts them on the server" in warning


def test_the_check_warns_of_a_server_that_others_reach_too(built: Path, server: Server) -> None:
    """Another address of this machine stands for one that other machines reach."""
    socket_allow_hosts(["127.0.0.1", "127.0.0.2"])
    assert check_server(built / "index", server, ("127.0.0.2",)).warnings == ()
    with answering(lambda request: request.answer(*request.pass_on(server.url)), "127.0.0.2", server.port):
        (warning,) = check_server(built / "index", server, ("127.0.0.2",)).warnings
    assert "without any token" in warning
    with answering(lambda request: request.answer(401, b""), "127.0.0.2", server.port):
        assert check_server(built / "index", server, ("127.0.0.2",)).warnings == ()


@pytest.mark.parametrize(
    ("url", "headers", "open_to_all", "open_beyond", "told"),
    [
        ("http://127.0.0.1:8000", "", True, False, []),
        ("http://localhost", "a: b", True, False, []),
        ("http://[::1]:8000", "", True, True, ["without any token"]),
        ("https://chroma.example", "a: b", False, False, []),
        ("https://chroma.example", "a: b", True, False, ["without any token"]),
        ("http://chroma.example", "a: b", False, False, ["the headers, which are secret, and the vectors. Use https"]),
        ("http://10.0.0.7:8000", "", True, False, ["without any token", "on the way: the vectors"]),
    ],
)
def test_what_is_unsafe_is_told(url: str, headers: str, open_to_all: bool, open_beyond: bool, told: list[str]) -> None:
    found = warnings(server_at(url, headers), open_to_all, open_beyond)
    assert len(found) == len(told)
    assert all(words in warning for words, warning in zip(told, found, strict=True))


def test_the_command_prints_what_it_found(
    built: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", "index", "check", "--index", str(built / "index"), *words])
        with pytest.raises(SystemExit) as end:
            run()
        return int(end.value.code or 0), *capsys.readouterr()

    monkeypatch.setattr("index.check_server.addresses", tuple)  # those of the machine that the tests run on
    monkeypatch.setenv("INSPECTIONS_CHROMA_URL", server.url)
    status, out, err = check()
    assert (status, err) == (0, "")
    assert out == (
        f"Server      {server.url} answers, interface version 1.0.0\nCollection  {collection(built)}: 3 of 3 vectors\n"
    )
    status, out, err = check("--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["collection"] == collection(built)
    monkeypatch.setenv("INSPECTIONS_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    status, out, err = check()
    assert (status, out.count("\n"), err.count("\n")) == (1, 2, 1)
    assert "does not answer" in out
    assert err.startswith("inspections: The Chroma server at ")
    monkeypatch.delenv("INSPECTIONS_CHROMA_URL")
    status, out, err = check()
    assert status == 1
    assert "set INSPECTIONS_CHROMA_URL" in err


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("", ()),
        ("Authorization: Bearer a:b", (("Authorization", "Bearer a:b"),)),
        ("A: 1\n\n b : 2 ", (("A", "1"), ("b", "2"))),
        ('{"x-chroma-token": "ck-1"}', (("x-chroma-token", "ck-1"),)),
    ],
)
def test_headers_are_read_from_lines_or_json(text: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert server_at("http://localhost:8000/", text).headers == headers


@pytest.mark.parametrize(
    ("url", "headers", "told"),
    [
        ("ftp://localhost", "", "URL"),
        ("http://", "", "URL"),
        ("http://localhost:99999", "", "URL"),
        ("http://me:secret@localhost", "", "URL"),
        ("http://localhost?key=secret", "", "URL"),
        ("http://localhost", "secret", "HEADERS"),
        ("http://localhost", "A: secret\x00", "HEADERS"),
        ("http://localhost", '{"A": "secret\\r\\nHost: b"}', "HEADERS"),
        ("http://localhost", '{"A": ["secret"]}', "HEADERS"),
        ("http://localhost", '{"A": "secret"', "HEADERS"),
        ("http://localhost", "A: sécret", "HEADERS"),
    ],
)
def test_what_names_no_server_is_refused_without_telling_secrets(url: str, headers: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"INSPECTIONS_CHROMA_{told} cannot be used") as refusal:
        server_at(url, headers)
    assert "cret" not in str(refusal.value).replace("are secret", "")


def test_settings_name_the_server_and_hide_its_headers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings().server() is None
    monkeypatch.setenv("INSPECTIONS_CHROMA_URL", "https://chroma.example:8443/at/here/")
    monkeypatch.setenv("INSPECTIONS_CHROMA_HEADERS", '{"Authorization": "Bearer key-1"}')
    monkeypatch.setenv("INSPECTIONS_CHROMA_TENANT", "council")
    monkeypatch.setenv("INSPECTIONS_CHROMA_SECONDS", "7")
    settings = load_settings()
    server = settings.server()
    assert server == Server(
        "https://chroma.example:8443/at/here", (("Authorization", "Bearer key-1"),), "council", "default_database", 7.0
    )
    assert (server.host, server.port, server.is_loopback, server.is_encrypted) == ("chroma.example", 8443, False, True)
    assert "key-1" not in f"{settings!r} {server!r} {settings.model_dump_json()}"
    assert isinstance(settings, Settings)
