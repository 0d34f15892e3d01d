"""Settings come from the environment or a file .env; what cannot be used is named, and no secret is told."""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path

import pytest

from assistant.settings import Settings, SlackSettings, load_settings, load_slack_settings
from index.errors import SettingsError

SECRETS = {"SLACK_BOT_TOKEN": "xoxb-hidden", "SLACK_APP_TOKEN": "xapp-hidden", "SLACK_SIGNING_SECRET": "8f-hidden"}
DATABASE = "postgresql://app:hidden@db.example.org/slack"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment and a folder without any setting."""
    for name in [name for name in os.environ if name.startswith(("INSPECTIONS_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_all_has_a_default_but_the_tokens() -> None:
    assert load_settings() == Settings()
    settings = load_slack_settings()
    assert (settings.bot_token, settings.app_token, settings.signing_secret) == (None, None, None)
    assert settings.api_url == "https://slack.com/api/"
    assert (settings.slack_guests, settings.slack_external, settings.slack_log_text) == (False, False, False)
    assert settings.slack_admins == settings.slack_channels == settings.slack_channels_denied == ()


def test_a_file_env_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nINSPECTIONS_SLACK_WORKERS=7\nINSPECTIONS_INDEX=there\n")
    monkeypatch.setenv("INSPECTIONS_SLACK_WORKERS", "9")
    settings = load_slack_settings()
    assert settings.bot_token
    assert settings.bot_token.get_secret_value() == "xoxb-file"
    assert settings.slack_workers == 9
    assert load_settings().index == Path("there")


def test_slacks_own_names_are_slacks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = load_slack_settings()
    found = [settings.bot_token, settings.app_token, settings.signing_secret]
    assert [one and one.get_secret_value() for one in found] == list(SECRETS.values())


@pytest.mark.parametrize("name", [*SECRETS, "SLACK_API_URL", "INSPECTIONS_SLACK_ADMINS", "INSPECTIONS_SLACK_WORKERS"])
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert load_slack_settings() == SlackSettings()


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("U0123", ("U0123",)),
        ("U0123,S0456", ("U0123", "S0456")),
        (" U0123 , S0456\tW0789 ,", ("U0123", "S0456", "W0789")),
        (",", ()),
        ("   ", ()),
    ],
)
@pytest.mark.parametrize("field", ["slack_admins", "slack_channels", "slack_channels_denied"])
def test_lists_are_separated_by_commas_or_spaces(
    monkeypatch: pytest.MonkeyPatch, field: str, text: str, ids: tuple[str, ...]
) -> None:
    monkeypatch.setenv(f"INSPECTIONS_{field.upper()}", text)
    assert getattr(load_slack_settings(), field) == ids


@pytest.mark.parametrize("text", ["#general", "general", "C0123, #general", '["C0123"]', "@somebody", "c0123"])
@pytest.mark.parametrize("field", ["slack_admins", "slack_channels", "slack_channels_denied"])
def test_a_name_in_the_place_of_an_id_is_refused(monkeypatch: pytest.MonkeyPatch, field: str, text: str) -> None:
    """It would match nothing: a channel that an admin meant to deny would stay open."""
    monkeypatch.setenv(f"INSPECTIONS_{field.upper()}", text)
    with pytest.raises(SettingsError, match=f"INSPECTIONS_{field.upper()} cannot be used: .*ids of Slack"):
        load_slack_settings()


# ---------------------------------------------------------------- who in Slack may see what


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("internal=S0123ABCD,C0456EFGH; board=S0789", {"internal": ("S0123ABCD", "C0456EFGH"), "board": ("S0789",)}),
        (" internal = S1 C2\tG3 ;", {"internal": ("S1", "C2", "G3")}),
        ("internal=S1; board=S2\ninternal=C3", {"internal": ("S1", "C3"), "board": ("S2",)}),
        (";", {}),
        (" ", {}),
    ],
)
def test_audiences_have_groups_and_channels(
    monkeypatch: pytest.MonkeyPatch, text: str, mapping: dict[str, tuple[str, ...]]
) -> None:
    monkeypatch.setenv("INSPECTIONS_SLACK_AUDIENCES", text)
    assert load_slack_settings().slack_audiences == mapping


def test_without_a_mapping_there_is_none() -> None:
    assert load_slack_settings().slack_audiences == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("public=S1", "names of audiences"),
        ("internal=S1; restricted=S1", "names of audiences"),
        ("Internal=S1", "names of audiences"),
        ("=S1", "names of audiences"),
        ("internal", "ids of user groups"),
        ("internal=", "ids of user groups"),
        ("internal=#staff", "ids of user groups"),
        ("internal=s0123", "ids of user groups"),
        ("internal=U0123", "ids of user groups"),
        ("internal=D0123", "ids of user groups"),
        ("internal=S1=C2", "ids of user groups"),
        ('{"internal": ["S1"]}', "names of audiences"),
    ],
)
def test_a_mapping_that_is_not_understood_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    """A slip must not show the public's part to everybody in silence, nor more."""
    monkeypatch.setenv("INSPECTIONS_SLACK_AUDIENCES", text)
    with pytest.raises(SettingsError, match=f"INSPECTIONS_SLACK_AUDIENCES cannot be used: .*{told}"):
        load_slack_settings()


# ---------------------------------------------------------------- what cannot be used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "ftp://hidden.example.org/"),
        ("INSPECTIONS_SLACK_WORKERS", "0"),
        ("INSPECTIONS_SLACK_WORKERS", "65"),
        ("INSPECTIONS_SLACK_WORKERS", "many"),
        ("INSPECTIONS_SLACK_WAITING", "-1"),
        ("INSPECTIONS_SLACK_ANSWER_SECONDS", "0"),
        ("INSPECTIONS_SLACK_STOP_SECONDS", "601"),
        ("INSPECTIONS_SLACK_PER_MINUTE", "0"),
        ("INSPECTIONS_SLACK_KEEP_DAYS", "0"),
        ("INSPECTIONS_SLACK_GUESTS", "perhaps"),
        ("INSPECTIONS_SLACK_EXTERNAL", "hidden"),
        ("INSPECTIONS_SLACK_LOG_TEXT", "2"),
    ],
)
def test_a_wrong_value_names_its_variable_and_is_not_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_slack_settings()
    assert caught.value.what.startswith(f"{name} cannot be used: ")
    told = "".join(traceback.format_exception(caught.value))
    assert "hidden" not in told


def test_a_wrong_core_setting_names_its_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTIONS_TODAY", "tomorrow")
    with pytest.raises(SettingsError, match="INSPECTIONS_TODAY cannot be used"):
        load_settings()


def test_a_file_env_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_slack_settings()


def test_another_slack_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api/")
    assert load_slack_settings().api_url == "https://slack-gov.com/api/"


# ---------------------------------------------------------------- secrets


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a token nor a database's password."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("INSPECTIONS_SLACK_STATE", DATABASE)
    settings = load_slack_settings()
    assert settings.slack_state == DATABASE
    told = [
        repr(settings),
        str(settings),
        f"{settings}",
        json.dumps(settings.model_dump(exclude={"slack_state"}), default=str),
    ]
    assert not any("hidden" in one for one in told)
