"""Who is answered, and who is an admin, is Slack's own word; where Slack does not say, nobody is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_slack import BOT, BOT_USER, TEAM, FakeSlack

from assistant.settings import SlackSettings
from assistant.slack import known as known_module
from assistant.slack.access import MINUTE, Access
from assistant.slack.events import Bot
from assistant.slack.known import GROUP_SECONDS, PERSON_SECONDS
from assistant.slack.records import Asked, Way
from assistant.slack.web import Web, make_client

US = Bot(BOT_USER, BOT, TEAM)
IN_ENTERPRISE = Bot(BOT_USER, BOT, TEAM, "E1")
TELL = "Please send me a direct message."


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.add_user("UMEMBER")
        slack.add_user("UADMIN")
        slack.add_user("UGUEST", is_restricted=True)
        slack.add_user("UONE", is_ultra_restricted=True)
        slack.add_user("UBOT", is_bot=True)
        slack.add_user("UGONE", deleted=True)
        slack.add_user("USLACKBOT")
        slack.add_user("USTRANGER", is_stranger=True)
        slack.add_user("UOTHER", team_id="T0OTHER")
        slack.add_user("UTEAMLESS", team_id=None)
        sibling = {"id": "WSIBLING", "enterprise_id": "E1", "teams": ["T0SISTER"]}
        slack.add_user("USIBLING", team_id="T0SISTER", enterprise_user=sibling)
        slack.add_user("UNOBODYS", team_id="T0OTHER", enterprise_user={"enterprise_id": ""})
        slack.add_user("UCOUSIN", team_id="T0SISTER", enterprise_user={"enterprise_id": "E2"})
        slack.add_usergroup("SADMINS", "UADMIN", "UGUEST", "USTRANGER")
        slack.add_usergroup("SEMPTY")
        yield slack


@pytest.fixture
def slack(server: FakeSlack) -> FakeSlack:
    server._faults.clear()
    server.calls.clear()
    return server


def settings(**given: Any) -> SlackSettings:
    return SlackSettings(_env_file=None, **given)  # type: ignore[call-arg]


def access(slack: FakeSlack, bot: Bot = US, count: int = 1, **given: Any) -> Access:
    web = Web(make_client(slack.world.bot_token, slack.api_url), pause=lambda _: None)
    return Access(web, settings(**given), bot, lambda _user, _since: count)


def asked(way: Way = Way.DIRECT, channel: str = "D1", user: str = "UMEMBER", **more: Any) -> Asked:
    return Asked("k", way, TEAM, channel, user, "Caseloads?", 0.0, "1.0", "1.0", **more)


# ---------------------------------------------------------------- who


def test_a_member_is_answered(slack: FakeSlack) -> None:
    assert access(slack).refusal(asked()) is None
    assert access(slack).stranger("UADMIN") is None


@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("UGUEST", "guests"),
        ("UONE", "guests"),
        ("UBOT", "people, not other apps"),
        (BOT_USER, "people, not other apps"),
        ("USLACKBOT", "people, not other apps"),
        ("UGONE", "people, not other apps"),
        ("USTRANGER", "members of the organisation"),
        ("UOTHER", "members of the organisation"),
        ("UNOBODYS", "members of the organisation"),
        ("USIBLING", "members of the organisation"),
    ],
)
def test_others_are_refused_with_the_reason(slack: FakeSlack, user: str, told: str) -> None:
    refusal = access(slack).refusal(asked(user=user))
    assert refusal
    assert told in refusal


def test_whose_team_slack_does_not_name_is_told_by_its_own_word_alone(slack: FakeSlack) -> None:
    assert access(slack).stranger("UTEAMLESS") is None


def test_guests_and_others_are_answered_where_the_settings_say_so(slack: FakeSlack) -> None:
    assert access(slack, slack_guests=True).stranger("UGUEST") is None
    assert access(slack, slack_external=True).stranger("UOTHER") is None
    assert access(slack, slack_external=True).stranger("UGUEST")
    assert access(slack, slack_guests=True).stranger("UOTHER")
    assert access(slack, slack_external=True, slack_guests=True).stranger("UBOT")


def test_another_workspace_of_our_enterprise_is_no_stranger(slack: FakeSlack) -> None:
    assert access(slack, IN_ENTERPRISE).stranger("USIBLING") is None
    assert access(slack, IN_ENTERPRISE).stranger("UCOUSIN")
    assert access(slack, IN_ENTERPRISE).stranger("UOTHER")


@pytest.mark.parametrize(
    "outcome", [("error", "user_not_found"), ("error", "missing_scope"), ("status", 503), ("ratelimited", 900)], ids=str
)
def test_where_slack_does_not_say_who_it_is_nobody_is_answered(slack: FakeSlack, outcome: tuple[Any, ...]) -> None:
    slack.fail("users.info", *[outcome] * 4)
    one = access(slack, slack_admins=("UMEMBER",))
    refusal = one.stranger("UMEMBER")
    assert refusal
    assert "could not check" in refusal
    slack._faults.clear()
    assert one.stranger("UMEMBER") is None  # the failure is not kept


@pytest.mark.parametrize("user", [None, [], "UMEMBER"])
def test_an_answer_that_tells_of_nobody_lets_nobody_in(user: object) -> None:
    web = cast(Web, SimpleNamespace(call=lambda *_, **__: {"ok": True, "user": user}))
    one = Access(web, settings(slack_admins=("UMEMBER",)), US, lambda *_: 1)
    assert one.refusal(asked())
    assert not one.is_admin("UMEMBER")


# ---------------------------------------------------------------- admins


def test_an_admin_is_named_or_in_a_group_that_is_named(slack: FakeSlack) -> None:
    assert access(slack, slack_admins=("UADMIN",)).is_admin("UADMIN")
    assert access(slack, slack_admins=("SEMPTY", "SADMINS")).is_admin("UADMIN")
    assert not access(slack, slack_admins=("UADMIN", "SADMINS")).is_admin("UMEMBER")
    assert not access(slack, slack_admins=("SEMPTY",)).is_admin("UADMIN")
    assert not access(slack).is_admin("UADMIN")
    assert not access(slack, slack_admins=("SADMINS",)).is_admin("")
    assert not access(slack, slack_admins=("SADMINS",)).is_admin("SADMINS")


@pytest.mark.parametrize("user", ["UGUEST", "USTRANGER", "UBOT"])
def test_who_is_not_answered_is_no_admin(slack: FakeSlack, user: str) -> None:
    assert not access(slack, slack_admins=(user, "SADMINS")).is_admin(user)


@pytest.mark.parametrize("outcome", [("error", "no_such_subteam"), ("error", "missing_scope"), ("status", 503)])
def test_where_a_group_cannot_be_read_nobody_is_in_it(slack: FakeSlack, outcome: tuple[Any, ...]) -> None:
    slack.fail("usergroups.users.list", *[outcome] * 4)
    one = access(slack, slack_admins=("SADMINS",))
    assert not one.is_admin("UADMIN")
    slack._faults.clear()
    assert one.is_admin("UADMIN")


def test_where_a_person_cannot_be_read_they_are_no_admin(slack: FakeSlack) -> None:
    slack.fail("users.info", *[("status", 503)] * 4)
    assert not access(slack, slack_admins=("UADMIN",)).is_admin("UADMIN")


# ---------------------------------------------------------------- where


@pytest.mark.parametrize("way", [Way.MENTION, Way.THREAD, Way.BUTTON])
def test_channels_are_allowed_and_denied(slack: FakeSlack, way: Way) -> None:
    assert access(slack).refusal(asked(way, "C1")) is None
    assert access(slack, slack_channels=("C1",)).refusal(asked(way, "C1")) is None
    for given in ({"slack_channels": ("C2",)}, {"slack_channels_denied": ("C1",)}):
        refusal = access(slack, **given).refusal(asked(way, "C1"))
        assert refusal
        assert TELL in refusal
    both = access(slack, slack_channels=("C1",), slack_channels_denied=("C1",))
    assert both.refusal(asked(way, "C1"))


@pytest.mark.parametrize("way", [Way.DIRECT, Way.BUTTON])
def test_direct_messages_are_no_channel(slack: FakeSlack, way: Way) -> None:
    """A click in a direct message too: the refusal would tell its asker to go where they are."""
    one = access(slack, slack_channels=("C2",), slack_channels_denied=("C1",))
    assert one.refusal(asked(way, "D1")) is None
    assert one.may_post_in("D1")


@pytest.mark.parametrize("way", [Way.COMMAND, Way.CLAIM, Way.BUTTON])
def test_a_private_answer_needs_no_allowance_but_heeds_a_denial(slack: FakeSlack, way: Way) -> None:
    private = asked(way, "C1", response_url="https://hooks.example.org/x")
    assert access(slack, slack_channels=("C2",)).refusal(private) is None
    assert access(slack, slack_channels_denied=("C1",)).refusal(private)


def test_nobody_is_answered_in_a_channel_shared_with_others(slack: FakeSlack) -> None:
    refusal = access(slack).refusal(asked(Way.MENTION, "C1", shared=True))
    assert refusal
    assert TELL in refusal
    assert access(slack, slack_external=True).refusal(asked(Way.MENTION, "C1", shared=True)) is None


# ---------------------------------------------------------------- how often


def test_a_person_has_so_many_questions_a_minute(slack: FakeSlack) -> None:
    web = Web(make_client(slack.world.bot_token, slack.api_url))
    seen: list[tuple[str, float]] = []
    count = 30

    def since(user: str, at: float) -> int:
        seen.append((user, at))
        return count

    one = Access(web, settings(slack_per_minute=30), US, since, clock=lambda: 1_000.0)
    assert one.refusal(asked()) is None
    assert seen == [("UMEMBER", 1_000.0 - MINUTE)]
    count = 31
    refusal = one.refusal(asked())
    assert refusal
    assert "more than 30 questions in a minute" in refusal


# ---------------------------------------------------------------- what is remembered


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock by which the module forgets."""
    now = 1_000.0

    def move(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(known_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    return move


def test_a_person_is_looked_up_again_after_a_while(slack: FakeSlack, move: Callable[[float], None]) -> None:
    one = access(slack)
    for _ in range(3):
        assert one.stranger("UMEMBER") is None
    move(PERSON_SECONDS - 1)
    one.stranger("UMEMBER")
    assert len(slack.calls_of("users.info")) == 1
    slack.add_user("UMEMBER", is_restricted=True)
    try:
        move(1)
        assert one.stranger("UMEMBER")
    finally:
        slack.add_user("UMEMBER")
    assert len(slack.calls_of("users.info")) == 2


def test_who_left_the_admins_is_none_soon(slack: FakeSlack, move: Callable[[float], None]) -> None:
    one = access(slack, slack_admins=("SADMINS",))
    assert one.is_admin("UADMIN")
    before = list(slack.world.usergroups["SADMINS"])
    slack.add_usergroup("SADMINS")
    try:
        assert one.is_admin("UADMIN")
        move(GROUP_SECONDS)
        assert not one.is_admin("UADMIN")
    finally:
        slack.add_usergroup("SADMINS", *before)


def test_refusals_tell_nothing_of_how_they_came_about(slack: FakeSlack) -> None:
    slack.fail("users.info", ("error", "missing_scope"))
    told = json.dumps([access(slack).stranger("UMEMBER"), access(slack).stranger("UOTHER")])
    assert not any(word in told for word in ("missing_scope", "users.info", TEAM, "T0OTHER"))
