"""`inspections chat`: a conversation in the terminal, or one question a line from a pipe.

Each question is asked with those before it in the thread, on whatever index is current when it is asked.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.cli.options import AudienceOption, IndexOption, NoModelOption, QuietOption, complain, warn
from index.errors import IndexUnusableError, QuestionError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from assistant.live import LiveAssistant
    from assistant.records import Answer
    from index.audience import Clearance

PROMPT = "> "
HELP = """\
Ask in plain words; a question may lean on those before it ("and in 2023?", "what about care leavers?").
/more      all that was found for the last question, not only the short answer
/more      all that was found for the last question, not only the short answer
/passages  the passages that were found for the last question, best first
/new       begin a new thread: the questions before are forgotten
/help      these lines
/quit      end, as does Ctrl-D; Ctrl-C stops the question that is being answered"""


def chat(
    index: IndexOption = None,
    audience: AudienceOption = None,
    no_model: NoModelOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask one question after another, each in the light of those before it.

    Reads one question a line where its input is no terminal.  Exit status 0, whether there were answers or not.
    """
    from assistant.cli.waiting import waiting  # noqa: PLC0415

    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # one broken character must not end the chat
    with _following(index, audience or (), model=not no_model) as (live, clearance, today):
        if live.failed:
            warn(live.failed)
        thread = _Thread(live, clearance, today)
        if terminal and not quiet:
            print("Ask about the documents that are held. /help lists what else can be typed.", file=sys.stderr)
        for line in _typed() if terminal else _piped(echo=not quiet):
            with _complaints():
                _do(line, thread, lambda: waiting(quiet))
            if line.strip() == "/quit":
                return


@dataclass(slots=True)
class _Thread:
    """The conversation so far: its questions that were asked, oldest first, and the last answer."""

    live: LiveAssistant
    clearance: Clearance
    today: date | None
    earlier: list[str] = field(default_factory=list)
    last: Answer | None = None


def _do(
    line: str, thread: _Thread, waiting: Callable[[], contextlib.AbstractContextManager[Callable[..., None]]]
) -> None:
    """Do what a line says.  QuestionError: it is neither a question nor a command."""
    from assistant.render.as_text import answer_text, passages_text, printable  # noqa: PLC0415

    match line.strip():
        case "" | "/quit":
            return
        case "/help":
            print(HELP)
        case "/new":
            thread.earlier, thread.last = [], None
            print("A new thread.")
        case "/more":
            print(printable(answer_text(thread.last)) if thread.last else "There is nothing yet: ask a question.")
        case "/passages":
            found = thread.last.passages if thread.last else ()
            print(printable(passages_text(found)) if found else "There are none: nothing was found for a question yet.")
        case command if command.startswith("/"):
            raise QuestionError(f"There is no {command.split()[0]} here.", "Type: /help")
        case question:
            with waiting() as watch, thread.live.current(thread.clearance) as assistant:
                answer = assistant.ask(question, tuple(thread.earlier), today=thread.today, watch=watch)
            thread.earlier.append(question)
            thread.last = answer
            print(printable(answer_text(answer, more=False, how="type /more")))
    print(flush=True)


@contextlib.contextmanager
def _complaints() -> Iterator[None]:
    """Tell what goes wrong with one line, and go on with the next."""
    try:
        yield
    except (QuestionError, IndexUnusableError) as error:
        complain(error)
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        print("\nStopped.", file=sys.stderr)


def _typed() -> Iterator[str]:
    """Lines typed at the terminal, which can be edited and called up again; they are kept in no file."""
    with contextlib.suppress(ImportError):  # not everywhere
        import readline  # noqa: F401, PLC0415  (input uses it from then on)
    while True:
        try:
            yield input(PROMPT)
        except KeyboardInterrupt:
            print()  # the line is given up
        except EOFError:
            print()
            return


def _piped(*, echo: bool) -> Iterator[str]:
    """Lines of the input, each shown before its answer so that they can be told apart."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    for line in sys.stdin:
        if echo and line.strip():
            shown = line.strip().encode(errors="replace").decode()
            print(printable(f"{PROMPT}{shown}"), flush=True)
        yield line


@contextlib.contextmanager
def _following(
    index: Path | None, audience: Sequence[str], *, model: bool
) -> Iterator[tuple[LiveAssistant, Clearance, date | None]]:
    """The assistant on whatever index is current, what its reader is cleared for, and the day that counts as today.

    A chat may stay open for long: what is withdrawn meanwhile is in no answer any more.  Errors: as for `opened`.
    """
    from assistant.cli.ask_commands import model_of_settings  # noqa: PLC0415
    from assistant.live import LiveAssistant  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.reranking import load_reranker  # noqa: PLC0415

    settings, clearance = load_settings(), cleared_for(audience)
    folder, home, base_url = index or settings.index, settings.home_authority, settings.document_base_url
    with model_of_settings(model=model) as wording:
        embedder = load_embedder(settings.embedder)
        reranker, server = load_reranker(settings.reranker), settings.server()
        with LiveAssistant(folder, embedder, home, base_url, server=server, wording=wording, reranker=reranker) as live:
            yield live, clearance, settings.today
