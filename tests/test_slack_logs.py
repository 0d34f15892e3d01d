"""The log is one JSON object a line, and holds no word of what people say unless that is asked for."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.slack.desk import Desk
from assistant.slack.job import Job
from assistant.slack.logs import CAUSES, TEXT, set_up
from assistant.slack.records import Asked, Way

QUESTION = "Which families were visited?"
LIBRARIES = ("slack_bolt", "slack_sdk", "waitress", "sqlalchemy", "alembic", "urllib3", "chromadb")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The log of the whole process is set up anew and set back."""
    loggers = [logging.getLogger(name) for name in (*LIBRARIES, TEXT)]
    root = logging.getLogger()
    before = root.handlers[:], root.level, [one.level for one in loggers]
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for one, level in zip(loggers, before[2], strict=True):
        one.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def failed() -> None:
    try:
        try:
            int(QUESTION)
        except ValueError as cause:
            raise RuntimeError(f"no answer to {QUESTION}") from cause
    except RuntimeError:
        logging.getLogger("assistant.slack.answering").exception("no answer", extra={"question": "D1:1.0"})


def test_each_line_is_an_object_with_time_level_place_and_what(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    log = logging.getLogger("assistant.slack.front")
    log.info("answered", extra={"question": "D1:1.0", "seconds": 1.5})
    log.warning("two\nlines “quoted” \ud83d")
    log.debug("nobody needs this")
    first, second = lines(stream)
    assert {name: first[name] for name in ("level", "where", "what", "question", "seconds")} == {
        "level": "INFO",
        "where": "assistant.slack.front",
        "what": "answered",
        "question": "D1:1.0",
        "seconds": 1.5,
    }
    assert first["at"]
    assert second["what"].startswith("two\nlines “quoted”")


def test_an_exception_tells_its_kind_and_place_and_not_its_words(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    failed()
    (line,) = lines(stream)
    assert "families" not in stream.getvalue()
    told = line["exc_info"]
    assert told.index("builtins.ValueError") < told.index("builtins.RuntimeError")  # the cause first, as Python does
    assert "in failed" in told
    assert line["question"] == "D1:1.0"


def test_with_text_an_exception_tells_all(stream: io.StringIO) -> None:
    set_up(stream, with_text=True)
    failed()
    assert "families" in lines(stream)[0]["exc_info"]


def test_an_exception_that_is_its_own_cause_is_told_too(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    error = ValueError(QUESTION)
    error.__cause__ = error
    logging.getLogger("assistant").error("failed", exc_info=error)
    assert lines(stream)[0]["exc_info"].count("ValueError") == CAUSES


def test_what_is_asked_is_logged_only_where_the_admin_wants_it(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    logging.getLogger(TEXT).info(QUESTION)
    assert stream.getvalue() == ""
    set_up(stream, with_text=True)
    logging.getLogger(TEXT).info(QUESTION)
    assert [line["what"] for line in lines(stream)] == [QUESTION]


def test_a_job_that_fails_at_the_desk_leaves_no_word_of_its_question(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    done = threading.Event()

    def work(job: Job) -> None:
        done.set()
        raise KeyError(job.asked.text)

    desk = Desk(work, 1, 10)
    asked = Asked("D1:1.0", Way.DIRECT, "T0TEAM", "D1", "U1", QUESTION, 0.0, "1.0", "1.0")
    desk.take(Job(asked, None))  # type: ignore[arg-type]  # no status line: the desk never touches it
    assert done.wait(10)
    desk.close(10)
    (line,) = lines(stream)
    assert (line["what"], line["question"]) == ("a question failed", "D1:1.0")
    assert "families" not in stream.getvalue()


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_tell_only_what_is_wrong(stream: io.StringIO, name: str) -> None:
    set_up(stream, with_text=True)
    log = logging.getLogger(f"{name}.inside")
    log.debug(QUESTION)
    log.info(QUESTION)
    log.warning("a connection was lost")
    assert [line["what"] for line in lines(stream)] == ["a connection was lost"]


def test_setting_it_up_again_does_not_tell_everything_twice(stream: io.StringIO) -> None:
    set_up(stream, with_text=False)
    set_up(stream, with_text=False)
    logging.getLogger("assistant").info("once")
    assert len(lines(stream)) == 1
