"""Asking every question of a test set, and keeping what comes back.  The form of the folder is `folder`.

The same set, index, settings and program give the same outcomes, but for the seconds; what differs from a run that
was begun before is told, and the run is not gone on with.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import assistant as core
import index as indexing
from assistant.ask import Assistant
from assistant.choose import choose
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import INFO, Log, emptied, held, read_run, write_info, write_ranked
from assistant.evaluate.grid import as_typed
from assistant.evaluate.matching import documents_named
from assistant.evaluate.records import Form, Item, Outcome, Run, RunInfo, TestSet
from assistant.evaluate.seen import AUDIENCE, manifest_seen, names_of
from assistant.evidence import find_hits
from assistant.interpret.glossary import all_terms
from assistant.records import Answer, Missing
from assistant.render.as_json import answer_json
from index.catalogue import Catalogue
from index.errors import EmbedderError, IndexUnusableError
from index.manifest import library_versions
from index.progress import Progress, Silent

FACES = ("evaluate", "cli", "slack")  # rooms of the program that shape no answer
DEEP = 1000  # passages looked through for the documents of a ranking of documents
STAGE = "asking"
PROGRAM = "inspections"  # among the versions


@dataclass(frozen=True, slots=True)
class Asking:
    """How a run is to be made.

    `today` is the day that questions without a day of their own are asked on; None: the calendar's, or that of the
    run that is gone on with.  `anew`: what an earlier run of the name left is removed first.  `command` is what to type
    to go on with it, where something is.
    """

    name: str
    today: date | None = None
    anew: bool = False
    command: tuple[str, ...] = ()


def run_set(
    test_set: TestSet, assistant: Assistant, folder: Path, asking: Asking, progress: Progress | None = None
) -> Run:
    """Ask every question of the set that the run in `folder` has no outcome of yet; the run, complete.

    A question that cannot be answered is an outcome with an error.  Whatever ends this early, Ctrl-C too, the
    outcomes so far are kept, and the next call goes on after them.

    EvaluationError: the set is one of documents of its own; the folder cannot be written, is damaged, or holds a run
    of another set, index, setting or program, which is told.  IndexUnusableError, EmbedderError: nothing can be asked.
    """
    if test_set.form is Form.BEIR:
        message = f"{test_set.path} brings documents of its own, which this index does not hold."
        raise EvaluationError(message, f"Type: inspections evaluate bench {test_set.path}")
    with held(folder):
        info, known = _begun(test_set, assistant, folder, asking)
        outcomes = _asked(test_set.items, assistant, folder, info, known, progress or Silent())
        run = Run(folder, replace(info, complete=True), outcomes)
        if not info.complete:
            write_ranked(run, tuple(item.id for item in test_set.items))
            write_info(folder, run.info)
        return run


def versions() -> dict[str, str]:
    """The versions of the libraries that shape answers, of Python, and of the program, its own files' hash included."""
    program = f"{metadata.version('inspection-history-assistant')}+{_program()}"
    return {PROGRAM: program, "python": platform.python_version(), **library_versions()}


def settings_of(assistant: Assistant, today: date) -> dict[str, Any]:
    """The settings that shape answers, by the names that people type."""
    return {
        "today": today.isoformat(),
        "home_authority": assistant.home,
        "document_base_url": assistant.base_url,
        **as_typed(assistant.tuning),
        "reranker": assistant.reranker.name if assistant.reranker else None,
        AUDIENCE: names_of(assistant.index.view),
        **(assistant.wording.told() if assistant.wording else {}),
    }


def not_held(test_set: TestSet, catalogue: Catalogue) -> tuple[Item, ...]:
    """The questions with gold of documents that the index does not hold: of these, nothing can be found."""
    sources = tuple(document.source for document in catalogue.documents())
    lacking = {name for name in {gold.source for item in test_set.items for gold in item.gold}
               if not documents_named(name, sources)}  # fmt: skip
    return tuple(item for item in test_set.items if any(gold.source in lacking for gold in item.gold))


def _begun(test_set: TestSet, assistant: Assistant, folder: Path, asking: Asking) -> tuple[RunInfo, dict[str, Outcome]]:
    """The run as it stands in the folder, begun there now if there is none."""
    if asking.anew:
        emptied(folder)
    before = read_run(folder) if (folder / INFO).exists() else None
    day = asking.today or (date.fromisoformat(str(before.info.settings["today"])) if before else date.today())
    info = RunInfo(
        name=asking.name,
        set_name=test_set.name,
        set_path=str(test_set.path.resolve()),
        set_sha256=test_set.sha256,
        form=test_set.form,
        started=datetime.now(UTC),
        generation=assistant.index.manifest.generation,
        manifest=manifest_seen(assistant.index.manifest, assistant.index.catalogue),
        settings=settings_of(assistant, day),
        versions=versions(),
        items=len(test_set.items),
        complete=False,
        command=asking.command,
    )
    if before is None:
        emptied(folder)  # outcomes without a run are nobody's
        write_info(folder, info)
        return info, {}
    differing = differences(before.info, info)
    if differing:
        cure = "Give this run another --name, or type the same with --anew to ask every question again."
        raise EvaluationError(f"{folder} holds a run of other {', '.join(differing)}.", cure)
    return before.info, before.outcomes


def differences(one: RunInfo, other: RunInfo) -> tuple[str, ...]:
    """In what two runs differ that shapes their outcomes, in words; nothing where they must come out alike."""
    found = []
    if (one.set_sha256, one.form) != (other.set_sha256, other.form):
        found.append(f"questions ({one.set_path} was another file, or has been changed)")
    if one.manifest != other.manifest:
        found.append(f"documents or vectors (the index was generation {_built(one)}, and is {_built(other)})")
    for mine, theirs in ((one.settings, other.settings), (one.versions, other.versions)):
        names = sorted({*mine, *theirs})
        found += [f"{name} ({mine.get(name)}, not {theirs.get(name)})" for name in names
                  if mine.get(name) != theirs.get(name)]  # fmt: skip
    return tuple(found)


def program_of(info: RunInfo) -> str | None:
    """The program, its own files' hash included, that a run was made with."""
    return info.versions.get(PROGRAM)


def _built(info: RunInfo) -> str:
    return f"{info.generation} of {str(info.manifest.get('built', '?'))[:16].replace('T', ' ')}"


def _asked(  # noqa: PLR0913, PLR0917  (what to ask, of whom, and where it goes)
    items: Sequence[Item],
    assistant: Assistant,
    folder: Path,
    info: RunInfo,
    known: dict[str, Outcome],
    progress: Progress,
) -> dict[str, Outcome]:
    """The outcomes of all items: those that are known, and the others, each written as it comes."""
    open_items = [item for item in items if item.id not in known]
    if not open_items:
        return known
    # So that the first question is not timed with what is done once.
    assistant.index.warm(all_terms())
    assistant.embedder.encode_query(STAGE)
    outcomes = dict(known)
    today = date.fromisoformat(str(info.settings["today"]))
    progress.start(STAGE, len(items))
    try:
        progress.advance(len(items) - len(open_items))
        with Log(folder) as log:
            for item in open_items:
                outcomes[item.id] = _outcome(item, assistant, today, info.form)
                log.add(outcomes[item.id])
                progress.advance(1)
    finally:
        progress.done()
    return {item.id: outcomes[item.id] for item in items}


def _outcome(item: Item, assistant: Assistant, today: date, form: Form) -> Outcome:
    began = time.perf_counter()
    try:
        answer = assistant.ask(item.question, item.context, today=item.as_of or today, as_of=item.as_of)
        seconds = round(time.perf_counter() - began, 4)
        ranked = _documents(answer, assistant) if form is Form.TREC else [found.id for found in answer.passages]
    except (IndexUnusableError, EmbedderError):  # nor could any other question be asked
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, the other questions are asked)
        seconds = round(time.perf_counter() - began, 4)
        return Outcome(item.id, {}, (), 0.0, seconds, f"{type(error).__name__}: {error}")
    return Outcome(
        id=item.id,
        answer=answer_json(answer, item.id),
        # The order is the assistant's; the scores of its passages do not always fall with it.
        ranked=tuple((name, 1 / rank) for rank, name in enumerate(ranked, start=1)),
        confidence=max((found.score for found in answer.passages), default=0.0),
        seconds=seconds,
    )


def _documents(answer: Answer, assistant: Assistant) -> list[str]:
    """Documents in the order of the answer's passages, then of those ranked below them."""
    sources = [found.source for found in answer.passages]
    chosen = choose(answer.reading, assistant.index.catalogue)
    if not isinstance(chosen, Missing):
        weights = assistant.tuning.weights
        hits = find_hits(answer.reading, chosen, assistant.index, assistant.embedder, DEEP, weights)
        sources += [hit.passage.source for hit in hits]
    return list(dict.fromkeys(sources))


@cache
def _program() -> str:
    """The hash, 12 digits, of every file of the program that shapes answers: its version alone stands still."""
    digest = hashlib.sha256()
    for package in (core, indexing):
        room = Path(package.__path__[0])
        for file in sorted(room.rglob("*")):
            part = file.relative_to(room)
            if file.is_file() and part.parts[0] not in FACES and file.suffix not in {".pyc"}:
                digest.update(f"{room.name}/{part.as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
