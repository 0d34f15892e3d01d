"""`inspections ask` and `inspections search`: for staff at a terminal, and for programs that read JSON."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import AudienceOption, IndexOption, JsonOption, NoModelOption, QuietOption, warn
from index.errors import QuestionError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.batch import BatchLine
    from assistant.llm.wording import Wording

ABSTAINED = 3
_UNHEARD = logging.NullHandler()


def ask(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    question: Annotated[str | None, typer.Argument(help="The question, in quotation marks.")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    batch: Annotated[Path | None, typer.Option(metavar="FILE", help="Questions, one JSON object a line.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the answers of --batch go.")] = None,
    audience: AudienceOption = None,
    more: Annotated[bool, typer.Option("--more", help="Print all that was found, not only the short answer.")] = False,
    no_model: NoModelOption = False,
    quiet: QuietOption = False,
) -> None:
    """Answer a question with exact, checked citations.

    Exit status 0: answered; 3: no answer, with the reason.
    """
    if (question is None) == (batch is None) or (batch is None) != (out is None):
        raise typer.BadParameter("give one question, or --batch QUESTIONS.jsonl with --out ANSWERS.jsonl")
    with opened(index, audience or (), model=not no_model) as (assistant, today):
        if batch is not None and out is not None:
            _ask_batch(assistant, batch, out, quiet)
            return
        from assistant.cli.waiting import waiting  # noqa: PLC0415
        from assistant.render.as_json import answer_json  # noqa: PLC0415
        from assistant.render.as_text import answer_text, printable  # noqa: PLC0415

        with waiting(quiet) as watch:
            answer = assistant.ask(str(question), today=today, watch=watch)
        text = json.dumps(answer_json(answer), ensure_ascii=False) if as_json else answer_text(answer, more=more)
        print(text if as_json else printable(text))
    if answer.status.value == "abstained":
        raise typer.Exit(ABSTAINED)


def search(
    query: Annotated[str, typer.Argument(help="A question or some words.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 10,
    audience: AudienceOption = None,
) -> None:
    """Show the ranked passages for a question, with how it was read and what each score is made of."""
    from assistant.records import Missing  # noqa: PLC0415
    from assistant.render.as_json import hit_json, reading_json  # noqa: PLC0415
    from assistant.render.as_text import hits_text, printable, reading_text  # noqa: PLC0415

    with opened(index, audience or (), model=False) as (assistant, today):
        reading, chosen, hits = assistant.search(query, most, today)
        catalogue = assistant.index.catalogue
        pages = tuple(catalogue.page(hit.passage.source, hit.passage.spans[0].page).number for hit in hits)
    reason = chosen.reason if isinstance(chosen, Missing) else None
    if as_json:
        found = [hit_json(rank, hit, page) for rank, (hit, page) in enumerate(zip(hits, pages, strict=True), start=1)]
        print(
            json.dumps(
                {"query": query, "reading": reading_json(reading), "reason": reason, "hits": found}, ensure_ascii=False
            )
        )
    else:
        print(printable("\n".join(filter(None, [reading_text(reading), reason, hits_text(hits, pages)]))))
    if not hits:
        raise typer.Exit(ABSTAINED)


@contextmanager
def opened(index: Path | None, audience: Sequence[str] = (), *, model: bool = True) -> Iterator[tuple[Assistant, Any]]:
    """The assistant on the current generation of the index, and the day that counts as today.

    It sees what is public, and what these audiences may read.  `model`: answers are worded by the language model that
    the settings name, if they do.  SettingsError: they cannot be used, or an audience is one that nobody can have.
    """
    from assistant.ask import Assistant  # noqa: PLC0415
    from assistant.interpret.vocabulary import extend  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.entry import RULES  # noqa: PLC0415
    from index.generation import open_current  # noqa: PLC0415
    from index.reranking import load_reranker  # noqa: PLC0415

    settings, clearance = load_settings(), cleared_for(audience)
    extend(settings.glossary)
    with model_of_settings(model=model) as wording:
        embedder = load_embedder(settings.embedder)
        with open_current(index or settings.index, embedder.id, RULES, clearance, server=settings.server()) as opened:
            if opened.notice:
                warn(opened.notice)
            home, base_url = settings.home_authority, settings.document_base_url
            reranker = load_reranker(settings.reranker)
            yield Assistant(opened, embedder, home, base_url, wording=wording, reranker=reranker), settings.today


@contextmanager
def model_of_settings(*, model: bool) -> Iterator[Wording | None]:
    """The language model that the settings name, if they do and it is wanted.  SettingsError: they cannot be used.

    What it logs is for those who run the Slack app: here the answer says what became of it.
    """
    from assistant.llm.wording import configured  # noqa: PLC0415

    logging.getLogger("assistant.llm").addHandler(_UNHEARD)
    with configured(wanted=model) as wording:
        yield wording


def _ask_batch(assistant: Assistant, batch: Path, out: Path, quiet: bool) -> None:
    """Answers every line; the file of answers appears only when all are there."""
    from assistant.batch import read_batch  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.render.as_json import answer_json  # noqa: PLC0415

    lines = read_batch(batch)
    progress = progress_for(quiet)
    progress.start("answering", len(lines))
    if out.is_dir() or not out.name:
        raise QuestionError(f"{out} is a folder.", "Name a file for --out.")
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            for line in lines:
                print(json.dumps(answer_json(_answer(assistant, line), line.id), ensure_ascii=False), file=file)
                progress.advance(1)
        aside.replace(out)
    except OSError as error:
        raise QuestionError(f"{out} cannot be written: {error.strerror}.", "Choose another file for --out.") from error
    finally:
        aside.unlink(missing_ok=True)
        progress.done()
    if not quiet:
        print(f"{len(lines)} answers in {out}", file=sys.stderr)


def _answer(assistant: Assistant, line: BatchLine) -> Any:
    try:
        return assistant.ask(line.question, line.context, today=line.as_of, as_of=line.as_of)
    except QuestionError as error:
        raise QuestionError(f"{line.where}: {error.what}", error.cure) from error
