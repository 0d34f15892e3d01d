"""The manifest keeps Slack's limits (docs.slack.dev/reference/app-manifest) and asks for what the app uses, no more."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from assistant.slack.app import COMMAND, SHORTCUT
from assistant.slack.manifest import DESCRIPTION, EVENTS, SCOPES, manifest

URL = "https://bot.example.org/slack/events"
LONG = "What did inspectors say about the caseloads of social workers in Leeds and in Bradford between 2015 and 2019?"
PROMPTS = ("What about caseloads?", LONG, "Three?", "Four?", "Five?")
HISTORY = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
}
# What our calls need (docs.slack.dev/reference/methods), each with the method that needs it.
NEEDED = {
    "assistant:write": "assistant.threads.setStatus",
    "chat:write": "chat.postMessage",
    "commands": "the slash command and the shortcut",
    "im:write": "conversations.open",
    "usergroups:read": "usergroups.users.list",
    "users:read": "users.info",
}


@pytest.fixture(params=[None, URL], ids=["socket", "http"])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(PROMPTS, request.param)


def test_it_is_plain_json(made: dict[str, Any]) -> None:
    assert json.loads(json.dumps(made)) == made


def test_the_app_is_an_agent_and_its_words_fit(made: dict[str, Any]) -> None:
    view = made["features"]["agent_view"]
    assert "assistant_view" not in made["features"]
    assert 0 < len(view["agent_description"]) <= 300
    assert view["agent_description"] == DESCRIPTION
    prompts = view["suggested_prompts"]
    assert [prompt["message"] for prompt in prompts] == list(PROMPTS[:4])
    assert all(set(prompt) == {"title", "message"} and 0 < len(prompt["title"]) <= 75 for prompt in prompts)


def test_without_an_index_there_are_no_prompts() -> None:
    assert "suggested_prompts" not in manifest()["features"]["agent_view"]


def test_names_and_descriptions_fit(made: dict[str, Any]) -> None:
    shown, features = made["display_information"], made["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    (command,) = features["slash_commands"]
    assert command["command"] == COMMAND == "/inspections"
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2_000
    assert len(command["usage_hint"]) <= 1_000
    (shortcut,) = features["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", SHORTCUT)
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert len(shortcut["callback_id"]) <= 255


def test_people_can_write_to_the_app_and_open_its_home(made: dict[str, Any]) -> None:
    home = made["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]


def test_every_event_has_the_scope_that_it_needs(made: dict[str, Any]) -> None:
    scopes = set(made["oauth_config"]["scopes"]["bot"])
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert {HISTORY[event] for event in events if event in HISTORY} <= scopes
    histories = {scope for scope in scopes if scope.endswith(":history")}
    assert histories == {HISTORY[event] for event in events if event.startswith("message.")}
    assert {"app_home_opened", "agent_session_stopped", "app_mention", "message.im"} <= set(events)
    assert set(NEEDED) <= scopes
    assert scopes == set(SCOPES)
    assert events == list(EVENTS)
    for listed in (SCOPES, EVENTS):
        assert sorted(set(listed)) == list(listed)


def test_nothing_is_asked_for_that_writes_as_somebody_else_or_everywhere() -> None:
    """Nor what only Slack's older agents need."""
    for scope in ("chat:write.customize", "chat:write.public", "users:read.email", "files:read", "admin"):
        assert scope not in SCOPES
    assert not {"assistant_thread_started", "assistant_thread_context_changed"} & set(EVENTS)


def test_in_socket_mode_there_is_no_address() -> None:
    made = manifest(PROMPTS)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


def test_in_http_mode_everything_comes_to_one_address() -> None:
    made = manifest(PROMPTS, URL)
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == URL
    assert settings["interactivity"] == {"is_enabled": True, "request_url": URL}
    assert made["features"]["slash_commands"][0]["url"] == URL


def test_tokens_do_not_rotate_and_slack_escapes_no_command(made: dict[str, Any]) -> None:
    """The app holds one token, and a command's mentions stay as they were typed."""
    assert made["settings"]["token_rotation_enabled"] is False
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["features"]["slash_commands"][0]["should_escape"] is False
