"""`inspections chat` as it is installed: through a pipe, and at a pseudo-terminal as a person types."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from answers_index import TODAY
from fake_model import FakeModel, serving

from assistant.ask import Assistant
from assistant.render.as_text import answer_text, passages_text, printable

pytest_plugins = "fixtures_answers"

INSPECTIONS = Path(sys.executable).parent / "inspections"
FIRST = "what did Ofsted say about caseloads in Dudley in 2019?"
SECOND = "and in 2022?"
PATIENCE = 60.0  # seconds: far more than anything here takes


@pytest.fixture
def environment(tmp_path: Path, answers_index: Path) -> dict[str, str]:
    """Of this machine's settings none; those that a chat on the small index needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTIONS_")}
    own = {"INSPECTIONS_INDEX": str(answers_index), "INSPECTIONS_TODAY": TODAY.isoformat(), "TERM": "dumb"}
    return kept | own | {"HOME": str(tmp_path), "INPUTRC": os.devnull, "PWD": str(tmp_path)}


def piped(environment: dict[str, str], tmp_path: Path, said: bytes, *words: str) -> tuple[int, str, str]:
    """A chat that reads a pipe to its end: its status, and what it printed to stdout and to stderr."""
    done = subprocess.run(
        [str(INSPECTIONS), "chat", *words],
        cwd=tmp_path,
        env=environment,
        input=said,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def shown(assistant: Assistant, question: str, *earlier: str) -> str:
    """The answer as `ask` prints it."""
    return printable(answer_text(assistant.ask(question, earlier, today=TODAY), more=False, how="type /more"))


def test_a_follow_up_leans_on_the_question_before_it_until_a_new_thread_is_begun(
    assistant: Assistant, environment: dict[str, str], tmp_path: Path
) -> None:
    said = f"{FIRST}\n\n{SECOND}\n/more\n/passages\n/new\n{SECOND}\n/quit\nnever asked\n"
    status, out, err = piped(environment, tmp_path, said.encode())
    second = assistant.ask(SECOND, (FIRST,), today=TODAY)
    passages = printable(passages_text(second.passages))
    assert (status, err) == (0, "")
    assert out == (
        f"> {FIRST}\n{shown(assistant, FIRST)}\n\n"
        f"> {SECOND}\n{shown(assistant, SECOND, FIRST)}\n\n"
        f"> /more\n{printable(answer_text(second))}\n\n"
        f"> /passages\n{passages}\n\n"
        f"> /new\nA new thread.\n\n"
        f"> {SECOND}\n{shown(assistant, SECOND)}\n\n"
        "> /quit\n"
    )
    assert "(from before: authority" in out
    assert shown(assistant, SECOND) != shown(assistant, SECOND, FIRST)


def test_what_goes_wrong_with_one_line_is_told_and_the_next_is_answered(
    assistant: Assistant, environment: dict[str, str], tmp_path: Path
) -> None:
    said = f"/nothing\n{'x' * 2001}\n".encode() + b"caf\xff?\n" + f"/passages\n{FIRST}".encode()
    status, out, err = piped(environment, tmp_path, said, "--quiet")
    assert status == 0
    none = "There are none: nothing was found for a question yet."
    assert out == f"{none}\n\n{shown(assistant, FIRST)}\n\n"
    assert err == (
        "inspections: There is no /nothing here. Type: /help\n"
        "inspections: The question has 2001 characters. Shorten it to 2000 at most.\n"
        "inspections: The question holds broken characters. Type it again, in UTF-8.\n"
    )


@dataclass
class Typist:
    """Somebody at a pseudo-terminal: `read` is all that was shown so far."""

    process: subprocess.Popen[bytes]
    terminal: int
    read: str = ""
    over: bool = False  # nothing more comes
    _bytes: bytearray = field(default_factory=bytearray)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def until(self, seen: Callable[[str], bool]) -> None:
        """Read on until that is seen, or nothing more comes."""
        end = time.monotonic() + PATIENCE
        while not seen(self.read):
            assert time.monotonic() < end, f"not seen in {self.read!r}"
            assert not self.over, f"ended with {self.read!r}"
            if select.select([self.terminal], [], [], 0.2)[0]:
                try:
                    some = os.read(self.terminal, 65_536)
                except OSError:  # the other side is gone
                    some = b""
                if not some:
                    self.over = True
                self._bytes += some
                self.read = self._bytes.decode(errors="replace").replace("\r\n", "\n")

    def prompts(self, number: int) -> None:
        """Read on until so many prompts have been shown, the last of them waiting."""
        self.until(lambda text: len(re.findall(r"(?m)^> ", text)) == number and text.endswith("> "))

    def ended(self) -> int:
        self.until(lambda _: self.over)
        return self.process.wait(PATIENCE)


@contextmanager
def typist(environment: dict[str, str], tmp_path: Path) -> Iterator[Typist]:
    """A chat at a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", str(INSPECTIONS), "chat"],  # so that Ctrl-C there reaches it
        cwd=tmp_path,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Typist(process, ours)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(ours)


def test_a_person_at_a_terminal(assistant: Assistant, environment: dict[str, str], tmp_path: Path) -> None:
    with typist(environment, tmp_path) as person:
        person.prompts(1)
        person.type(f"{FIRST}\n")
        person.prompts(2)
        person.type(f"{SECOND}\n")
        person.prompts(3)
        person.type("half a question")
        person.until(lambda text: text.endswith("half a question"))  # it reads keys, and so the next one
        person.type("\x03")  # Ctrl-C gives the line up
        person.prompts(4)
        person.type("\x04")  # Ctrl-D
        assert person.ended() == 0
    whole = person.read.replace("half a question", "").replace("^C", "").replace(" \n", "\n")
    assert whole == (
        "Ask about the documents that are held. /help lists what else can be typed.\n"
        f"> {FIRST}\n{shown(assistant, FIRST)}\n\n"
        f"> {SECOND}\n{shown(assistant, SECOND, FIRST)}\n\n"
        ">\n>\n"
    )


def test_ctrl_c_stops_the_question_that_a_model_keeps_waiting_and_nothing_else(
    assistant: Assistant, environment: dict[str, str], tmp_path: Path
) -> None:
    model = FakeModel(way="hang")
    with serving(model):
        environment |= {"INSPECTIONS_LLM_BASE_URL": model.url, "INSPECTIONS_LLM_MODEL": "m"}
        environment |= {"INSPECTIONS_LLM_SECONDS": "600"}
        with typist(environment, tmp_path) as person:
            person.prompts(1)
            person.type(f"{FIRST}\n")
            person.until(lambda _: bool(model.asked))
            began = time.monotonic()
            person.type("\x03")
            person.until(lambda text: "Stopped." in text and text.endswith("> "))
            person.type("how many inspections of Dudley are held?\n")  # needs no model
            person.until(lambda text: text.count("Read as") == 1 and text.endswith("> "))
            person.type("/quit\n")
            assert person.ended() == 0
            assert time.monotonic() - began < PATIENCE  # not the ten minutes that the model has
    assert shown(assistant, "how many inspections of Dudley are held?").split("\n")[0] in person.read
