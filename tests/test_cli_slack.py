"""`inspections slack …` and `inspections feedback …` as an admin types them, against the fake Slack."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_slack import FakeSlack

from assistant.cli.main import run
from assistant.records import Answer, Reading, Status
from assistant.slack.manifest import SCOPES
from assistant.slack.records import Asked, Feedback, KeptAnswer, Verdict, Way
from assistant.slack.state.store import Store
from index.audience import cleared_for

pytest_plugins = ["fixtures_slack"]
Inspections = Callable[..., tuple[int, str, str]]
ANSWER = Answer(Status.ABSTAINED, "", (), (), Reading("Caseloads?"), "Nothing is held.", 0.1, "000001")


@pytest.fixture
def inspections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source_index: Path
) -> Inspections:
    """Runs a command line in an empty folder, on the index of the samples: status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "API_URL"):
        monkeypatch.delenv(f"SLACK_{name}", raising=False)
    monkeypatch.setenv("INSPECTIONS_INDEX", str(source_index))
    monkeypatch.setenv("INSPECTIONS_TODAY", "2026-11-01")

    def inspections(*words: str, **settings: str) -> tuple[int, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        with pytest.raises(SystemExit) as end:
            run()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return inspections


def test_the_manifest_is_json_with_questions_that_the_index_answers(inspections: Inspections) -> None:
    status, out, _ = inspections("slack", "manifest")
    told = json.loads(out)
    assert status == 0
    assert told["settings"]["socket_mode_enabled"] is True
    prompts = [one["message"] for one in told["features"]["agent_view"]["suggested_prompts"]]
    assert 1 <= len(prompts) <= 4
    for question in prompts:
        assert inspections("ask", question)[0] == 0


def test_the_manifest_for_http_names_the_address_wherever_slack_sends(inspections: Inspections) -> None:
    address = "https://bot.example.org/slack/events"
    told = json.loads(inspections("slack", "manifest", "--url", address)[1])
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["event_subscriptions"]["request_url"] == address
    assert told["settings"]["interactivity"]["request_url"] == address
    assert told["features"]["slash_commands"][0]["url"] == address
    assert inspections("slack", "manifest", "--url", "http://bot.example.org")[0] == 2


def test_the_manifest_needs_no_index(inspections: Inspections, tmp_path: Path) -> None:
    status, out, _ = inspections("slack", "manifest", "--index", str(tmp_path / "none"))
    assert (status, json.loads(out)["features"]["agent_view"].get("suggested_prompts")) == (0, None)


def test_check_finds_all_well(inspections: Inspections) -> None:
    with FakeSlack() as slack:
        slack.world.scopes = set(SCOPES)
        status, out, _ = inspections(
            "slack",
            "check",
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.world.bot_token,
            SLACK_APP_TOKEN=slack.world.app_token,
        )
    assert "MISSING" not in out
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()].count("ok") == 7
    assert "ok       wording      documents' own sentences; no language model is set\n" in out
    assert "not set  HTTP mode" in out


def test_check_tells_which_model_words_the_answers_and_no_secret_of_its_address(inspections: Inspections) -> None:
    model = {"INSPECTIONS_LLM_BASE_URL": "http://me:password@127.0.0.1:9/v1", "INSPECTIONS_LLM_MODEL": "m"}
    _, out, _ = inspections("slack", "check", **model)
    assert "ok       wording      language model m at 127.0.0.1, which is sent public documents only\n" in out
    assert "password" not in out
    _, out, _ = inspections("slack", "check", **model, INSPECTIONS_LLM_SECONDS="120")
    assert "MISSING  wording      INSPECTIONS_LLM_SECONDS (120) leaves no time" in out


def test_check_names_what_is_missing_and_what_to_do(inspections: Inspections, tmp_path: Path) -> None:
    with FakeSlack() as slack:
        slack.world.scopes = set(SCOPES) - {"users:read"}
        status, out, _ = inspections(
            "slack",
            "check",
            "--index",
            str(tmp_path / "none"),
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.world.bot_token,
            SLACK_APP_TOKEN="xapp-wrong",
        )
    missing = {line.split("MISSING")[1].split()[0]: line for line in out.splitlines() if line.startswith("MISSING")}
    assert status == 1
    assert set(missing) == {"index", "scopes", "Socket"}
    assert "users:read" in missing["scopes"]
    assert "inspections index build" in missing["index"]
    assert all("→" in line for line in missing.values())


def test_check_looks_at_each_group_and_channel_of_the_mapping(inspections: Inspections) -> None:
    with FakeSlack() as slack:
        slack.world.scopes = set(SCOPES)
        slack.add_usergroup("SSTAFF", "U1", "U2")
        slack.add_channel("CSTAFF")
        slack.add_channel("GBOARD", is_private=True)
        slack.add_channel("CSHARED", is_ext_shared=True)
        slack.add_channel("COUT", member=False)
        mapping = "internal=SSTAFF,CSTAFF,CSHARED,COUT,CNONE; board=GBOARD,SNONE"
        status, out, _ = inspections(
            "slack",
            "check",
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.world.bot_token,
            SLACK_APP_TOKEN=slack.world.app_token,
            INSPECTIONS_SLACK_AUDIENCES=mapping,
        )
        assert not slack.violations
    told = [line for line in out.splitlines() if " audience " in line]
    assert status == 1
    assert [line.split()[0] for line in told] == ["ok", "ok", "MISSING", "MISSING", "MISSING", "ok", "MISSING"]
    said = "2 people", "every member", "another organisation", "/invite", "channel_not_found", "private", "no_such_sub"
    assert all(words in line for words, line in zip(said, told, strict=True))
    assert all(("→" in line) == line.startswith("MISSING") for line in told)


def test_check_without_any_token_says_where_to_get_one(inspections: Inspections) -> None:
    status, out, _ = inspections("slack", "check")
    assert status == 1
    assert "SLACK_BOT_TOKEN is not set" in out
    assert "xoxb-" in out


@pytest.mark.parametrize(
    ("words", "settings", "named"),
    [
        ((), {}, "SLACK_BOT_TOKEN"),
        (("--http", "0"), {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ((), {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}, "auth.test"),
    ],
)
def test_starting_without_what_it_needs_ends_with_one_line(
    inspections: Inspections, words: tuple[str, ...], settings: dict[str, str], named: str
) -> None:
    status, _, err = inspections("slack", *words, **settings)
    last = err.splitlines()[-1]
    assert status == 1
    assert named in last
    assert "Traceback" not in err


def test_a_port_in_use_is_told(inspections: Inspections) -> None:
    with FakeSlack() as slack, socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = inspections(
            "slack",
            "--http",
            str(taken.getsockname()[1]),
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.world.bot_token,
            SLACK_SIGNING_SECRET="s",
        )
    assert status == 1
    assert "cannot be had" in err.splitlines()[-1]


def test_a_refused_app_token_is_told(inspections: Inspections) -> None:
    with FakeSlack() as slack:
        status, _, err = inspections(
            "slack",
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=slack.world.bot_token,
            SLACK_APP_TOKEN="xapp-wrong",
        )
    assert status == 1
    assert "SLACK_APP_TOKEN" in err.splitlines()[-1]


def test_a_preview_is_a_page_of_its_own(inspections: Inspections, tmp_path: Path) -> None:
    status, _, _ = inspections("slack", "preview", "what did Ofsted say about caseloads?", "--out", "answer.html")
    page = (tmp_path / "answer.html").read_text(encoding="utf-8")
    assert status == 0
    assert page.startswith("<!doctype html>")
    assert "Sources" in page
    assert "<script" not in page
    assert inspections("slack", "preview", "caseloads?", "--out", str(tmp_path))[0] == 1


def test_feedback_on_answers_for_fewer_people_is_exported_only_when_they_are_named(
    inspections: Inspections, tmp_path: Path
) -> None:
    state = f"sqlite:///{tmp_path}/state.sqlite"
    with Store(state, "test") as store:
        for number, names in enumerate([(), ("internal",), ("board", "internal")]):
            asked = Asked(f"D1:{number}", Way.DIRECT, "T1", "D1", "U1", f"Question {number}", time.time())
            store.receive(None, asked, 60)
            name = f"{number:032x}"
            store.keep(KeptAnswer(name, asked.key, "U1", "000001", time.time(), ANSWER, cleared_for(names)))
            store.give_feedback(Feedback(name, "U1", Verdict.GOOD, (), f"comment {number}", time.time() + number))

    def exported(*words: str) -> tuple[list[str], str]:
        status, out, err = inspections("feedback", "export", *words, INSPECTIONS_SLACK_STATE=state)
        assert status == 0
        return [json.loads(line)["comment"] for line in out.splitlines()], err

    alone, told = exported()
    assert alone == ["comment 0"]
    assert told.count("fewer people may see: 1.") == 2
    assert "--audience board --audience internal" in told
    assert "comment" not in told
    assert exported("--audience", "internal")[0] == ["comment 0", "comment 1"]
    assert exported("--audience", "board", "--audience", "internal") == (["comment 0", "comment 1", "comment 2"], "")
    assert inspections("feedback", "export", "--audience", "restricted")[0] == 1


def test_feedback_of_nobody_is_nothing(inspections: Inspections) -> None:
    assert inspections("feedback", "export")[:2] == (0, "")
    assert inspections("feedback", "erase", "U1")[:2] == (0, "0 records of U1 erased.\n")


def test_records_that_are_none_are_told_in_one_line(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_text("this is no database " * 100)
    status, _, err = inspections("feedback", "export", INSPECTIONS_SLACK_STATE=f"sqlite:///{tmp_path}/broken.sqlite")
    assert status == 1
    assert err.startswith("inspections: ")
    assert err.count("\n") == 1
