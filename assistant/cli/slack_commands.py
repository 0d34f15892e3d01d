"""`inspections slack` and `inspections feedback`: for those who run the Slack app."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import IndexOption, QuietOption
from index.errors import QuestionError

# What takes long to import is imported by the command that needs it.

slack = typer.Typer(
    help="Answer questions in Slack.  Without a command: start the app, by Socket Mode unless --http is given.",
    invoke_without_command=True,
)
feedback = typer.Typer(help="What people in Slack think of the answers.", no_args_is_help=True)


@slack.callback(epilog="Example: inspections slack --http 3000")
def start(
    context: typer.Context,
    http: Annotated[
        int | None,
        typer.Option(
            "--http", metavar="PORT", min=0, max=65535, help="Serve HTTP on this port instead; 0: a free one."
        ),
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on, with --http.")] = "127.0.0.1",
    index: IndexOption = None,
    quiet: QuietOption = False,
) -> None:
    """Answer questions in Slack until SIGTERM or Ctrl-C.  The log goes to stderr, one JSON object a line."""
    if context.invoked_subcommand is not None:
        return
    from assistant.settings import load_settings, load_slack_settings  # noqa: PLC0415
    from assistant.slack.logs import set_up  # noqa: PLC0415
    from assistant.slack.run import serve  # noqa: PLC0415

    settings, slack_settings = load_settings(), load_slack_settings()
    if index is not None:
        settings = settings.model_copy(update={"index": index})
    set_up(sys.stderr, slack_settings.slack_log_text)
    serve(
        settings,
        slack_settings,
        None if http is None else (host, http),
        ready=(lambda _: None) if quiet else (lambda said: print(said, flush=True)),
    )


@slack.command(epilog="Example: inspections slack manifest > manifest.json")
def manifest(
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="For HTTP mode: where Slack sends, https://.../slack/events."),
    ] = None,
    index: IndexOption = None,
) -> None:
    """Print the app manifest to give to Slack, with questions to start with where there is an index."""
    from assistant.examples import examples  # noqa: PLC0415
    from assistant.live import LiveAssistant  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415
    from assistant.slack.manifest import manifest as make_manifest  # noqa: PLC0415
    from index.audience import EVERYONE  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.errors import IndexUnusableError  # noqa: PLC0415

    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("Slack sends to https:// addresses only")
    settings = load_settings()
    try:
        with (
            LiveAssistant(index or settings.index, load_embedder(settings.embedder), server=settings.server()) as live,
            live.current(EVERYONE) as assistant,
        ):
            prompts = examples(assistant, settings.today)
    except IndexUnusableError:
        prompts = ()
    typer.echo(json.dumps(make_manifest(prompts, url), indent=2, ensure_ascii=False))


@slack.command(epilog="Example: inspections slack check")
def check(index: IndexOption = None) -> None:
    """See whether tokens, scopes, index, model and records are as the app needs them.

    Exit status 1: something that the app needs is missing.
    """
    from assistant.settings import load_settings, load_slack_settings  # noqa: PLC0415
    from assistant.slack.check import check as look  # noqa: PLC0415

    settings = load_settings()
    if index is not None:
        settings = settings.model_copy(update={"index": index})
    found = []
    for finding in look(settings, load_slack_settings()):
        found.append(finding)
        word = "ok" if finding.well else "MISSING" if finding.needed else "not set"
        cure = f"  → {finding.cure}" if finding.cure and not finding.well else ""
        typer.echo(f"{word:<8} {finding.name:<12} {finding.said}{cure}")
    if not all(one.well for one in found if one.needed) or not any(one.well for one in found if not one.needed):
        raise typer.Exit(1)


@slack.command(epilog='Example: inspections slack preview "what did Ofsted say about caseloads" --out answer.html')
def preview(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The HTML page to write.")],
    index: IndexOption = None,
) -> None:
    """Draw an answer as Slack would show it, without Slack."""
    from assistant.cli.ask_commands import opened  # noqa: PLC0415
    from assistant.slack.blocks.answer import answer_messages  # noqa: PLC0415
    from assistant.slack.preview import page  # noqa: PLC0415
    from assistant.slack.showing import shown_answer  # noqa: PLC0415

    with opened(index) as (assistant, today):
        messages = answer_messages(shown_answer(assistant.ask(question, today=today), assistant, today))
    try:
        out.write_text(page(messages, question), encoding="utf-8")
    except OSError as error:
        raise QuestionError(f"{out} cannot be written: {error.strerror}.", "Choose another file for --out.") from error


@feedback.command(epilog="Example: inspections feedback export > feedback.jsonl")
def export(
    audience: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Also what was answered to this audience.  May be given more than once."),
    ] = None,
) -> None:
    """Print every verdict on an answer, with question, reading, answer, passages and generation: one JSON line each.

    An answer to somebody who may see more than everybody is left out, unless --audience names all that they may see.
    """
    from assistant.render.as_json import answer_json  # noqa: PLC0415
    from assistant.settings import load_slack_settings  # noqa: PLC0415
    from assistant.slack.state.store import Store  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415

    reader = cleared_for(audience or ())
    left_out: Counter[tuple[str, ...]] = Counter()
    with Store(load_slack_settings().slack_state, owner="export") as store:
        for given, kept in store.feedback():
            if more := kept.clearance.names - reader.names:
                left_out[tuple(sorted(more))] += 1
                continue
            line = {
                "answer_id": given.answer_id,
                "person": given.user,
                "verdict": given.verdict.value,
                "reasons": list(given.reasons),
                "comment": given.comment,
                "at": given.at,
                "generation": kept.generation,
                "audience": sorted(kept.clearance.names),
                "passage_ids": [found.id for found in kept.answer.passages],
                **answer_json(kept.answer, kept.key),
            }
            print(json.dumps(line, ensure_ascii=False))
    for names, number in sorted(left_out.items()):
        wanted = " ".join(f"--audience {name}" for name in names)
        print(f"Left out, on answers that fewer people may see: {number:,}.  {wanted} adds them.", file=sys.stderr)


@feedback.command(epilog="Example: inspections feedback erase U012ABCDEF")
def erase(user: Annotated[str, typer.Argument(metavar="USER", help="The person's Slack user id.")]) -> None:
    """Forget a person: their questions, the answers to them and their feedback."""
    from assistant.settings import load_slack_settings  # noqa: PLC0415
    from assistant.slack.state.store import Store  # noqa: PLC0415

    with Store(load_slack_settings().slack_state, owner="erase") as store:
        typer.echo(f"{store.erase(user):,} records of {user} erased.")
