"""What a place in Slack is cleared for is Slack's own word and the mapping of the settings; in doubt, the public's."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fake_slack import BOT, BOT_USER, TEAM, FakeSlack

from assistant.settings import SlackSettings
from assistant.slack.access import Access
from assistant.slack.clearance import Clearances
from assistant.slack.errors import SlackError
from assistant.slack.events import Bot
from assistant.slack.known import Known
from assistant.slack.payloads import Place
from assistant.slack.records import Asked, Way
from assistant.slack.web import Web, make_client
from index.audience import EVERYONE, cleared_for

ROOT = Path(__file__).resolve().parent.parent
MAPPING = "internal=SSTAFF,CSTAFF,GSTAFF,CSHARED,CINVITED,COUTSIDE,CORG,CMPIM,CGONE; board=SBOARD,CBOTH; internal=CBOTH"
INTERNAL, BOARD = cleared_for(["internal"]), cleared_for(["internal", "board"])
PRIVATELY = "https://hooks.example.org/x"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        for user in ("USTAFF", "UBOARD", "UPLAIN"):
            slack.add_user(user)
        slack.add_user("UGUEST", is_restricted=True)
        slack.add_user("UOTHER", team_id="T0OTHER")
        slack.add_user("UGONE", deleted=True)
        slack.add_usergroup("SSTAFF", "USTAFF", "UBOARD", "UGUEST", "UOTHER", "UGONE")
        slack.add_usergroup("SBOARD", "UBOARD")
        for channel in ("CSTAFF", "CPLAIN", "CINVITED", "CORG", "CBOTH"):
            slack.add_channel(channel)
        slack.add_channel("GSTAFF", is_private=True)
        slack.add_channel("CMPIM", is_mpim=True)
        slack.add_channel("CSHARED", is_ext_shared=True)
        slack.add_channel("COUTSIDE", is_private=True, member=False)
        for user in ("USTAFF", "UBOARD", "UGUEST"):
            slack.add_channel(f"D{user[1:]}", is_im=True, user=user)
        yield slack


@pytest.fixture
def slack(server: FakeSlack) -> FakeSlack:
    server._faults.clear()
    server.calls.clear()
    return server


def web(slack: FakeSlack) -> Web:
    return Web(make_client(slack.world.bot_token, slack.api_url), pause=lambda _: None)


def clearances(slack: FakeSlack, mapping: str = MAPPING) -> Clearances:
    """As the app makes them, with nothing remembered yet; guests and others are answered."""
    settings = SlackSettings(_env_file=None, slack_audiences=mapping, slack_guests=True, slack_external=True)  # type: ignore[call-arg, arg-type]
    return Access(web(slack), settings, Bot(BOT_USER, BOT, TEAM), lambda *_: 1).clearances


def asked(way: Way, channel: str, user: str, **more: Any) -> Asked:
    return Asked("k", way, TEAM, channel, user, "Caseloads?", 0.0, "1.0", "1.0", **more)


# ---------------------------------------------------------------- in a channel


@pytest.mark.parametrize("user", ["UPLAIN", "USTAFF", "UBOARD"])
@pytest.mark.parametrize("way", [Way.MENTION, Way.THREAD, Way.BUTTON])
def test_in_a_channel_its_own_mapping_counts_whoever_asks(slack: FakeSlack, way: Way, user: str) -> None:
    one = clearances(slack)
    assert one.asked(asked(way, "CPLAIN", user)) == EVERYONE
    for channel in ("CSTAFF", "GSTAFF", "CMPIM"):
        assert one.asked(asked(way, channel, user)) == INTERNAL
    assert one.asked(asked(way, "CBOTH", user)) == BOARD
    assert one.clicked(Place("CSTAFF", "1.0"), user) == INTERNAL
    assert one.clicked(Place("CPLAIN", "1.0"), user) == EVERYONE


@pytest.mark.parametrize("user", ["UGUEST", "UOTHER", "UGONE", "UNKNOWN", ""])
def test_who_is_no_full_member_sees_what_is_public_wherever_they_are(slack: FakeSlack, user: str) -> None:
    one = clearances(slack)
    assert one.asked(asked(Way.MENTION, "CSTAFF", user)) == EVERYONE
    assert one.asked(asked(Way.DIRECT, f"D{user[1:]}", user)) == EVERYONE
    assert one.asked(asked(Way.COMMAND, "CSTAFF", user, response_url=PRIVATELY)) == EVERYONE
    assert one.clicked(Place("CSTAFF", "1.0"), user) == EVERYONE
    assert one.clicked(Place("CSTAFF", "", PRIVATELY), user) == EVERYONE
    assert one.alone(user) == EVERYONE


def test_a_channel_with_others_in_it_or_on_their_way_is_public(slack: FakeSlack) -> None:
    one = clearances(slack)
    assert one.channel("CSHARED") == EVERYONE
    assert one.channel("CSTAFF") == INTERNAL
    assert one.asked(asked(Way.MENTION, "CSTAFF", "USTAFF", shared=True)) == EVERYONE  # it became so just now


@pytest.mark.parametrize(
    ("told", "clear"),
    [
        ({"is_ext_shared": False}, True),
        ({"is_ext_shared": False, "is_shared": True, "is_org_shared": True}, True),
        ({"is_ext_shared": False, "is_shared": True}, False),
        ({"is_ext_shared": False, "is_pending_ext_shared": True}, False),
        ({"is_ext_shared": False, "pending_connected_team_ids": ["T0OTHER"]}, False),
        ({"is_ext_shared": True}, False),
        ({"is_ext_shared": None}, False),
        ({"is_ext_shared": "false"}, False),
        ({}, False),
        ({"id": "CANOTHER", "is_ext_shared": False}, False),
    ],
)
def test_only_a_channel_that_slack_calls_our_own_is_cleared(told: dict[str, object], clear: bool) -> None:
    one = Clearances(told_by({"channel": {"id": "CSTAFF", **told}}), {"internal": ("CSTAFF",)})
    assert one.channel("CSTAFF") == (INTERNAL if clear else EVERYONE)


def told_by(answer: object) -> Known:
    """What is known where Slack answers this to everything."""

    class Answering(Web):
        def __init__(self) -> None: ...

        def call(self, *_: object, **__: object) -> Any:
            if isinstance(answer, SlackError):
                raise answer
            return answer

    return Known(Answering(), Bot(BOT_USER, BOT, TEAM))


@pytest.mark.parametrize("answer", [{}, {"channel": None}, {"channel": []}, {"user": {}, "users": None}], ids=str)
def test_an_answer_that_tells_nothing_clears_nobody(answer: object) -> None:
    one = Clearances(told_by(answer), {"internal": ("CSTAFF", "SSTAFF")})
    assert one.channel("CSTAFF") == one.alone("USTAFF") == EVERYONE
    assert one.asked(asked(Way.DIRECT, "DSTAFF", "USTAFF")) == EVERYONE


@pytest.mark.parametrize("channel", ["CGONE", "COUTSIDE"])
def test_a_channel_that_slack_does_not_show_is_public(slack: FakeSlack, channel: str) -> None:
    assert clearances(slack).channel(channel) == EVERYONE


# ---------------------------------------------------------------- privately


@pytest.mark.parametrize(("user", "clearance"), [("UPLAIN", EVERYONE), ("USTAFF", INTERNAL), ("UBOARD", BOARD)])
def test_privately_the_persons_own_groups_count(slack: FakeSlack, user: str, clearance: Any) -> None:
    one = clearances(slack)
    slack.world.im_of(user)
    assert one.alone(user) == clearance
    assert one.asked(asked(Way.DIRECT, f"D{user[1:]}", user)) == clearance
    assert one.clicked(Place(f"D{user[1:]}", "1.0"), user) == clearance
    for way in (Way.COMMAND, Way.CLAIM, Way.BUTTON):
        for channel in ("CPLAIN", "CSHARED", "CSTAFF"):
            assert one.asked(asked(way, channel, user, response_url=PRIVATELY)) == clearance
            assert one.clicked(Place(channel, "", PRIVATELY), user) == clearance


def test_a_direct_message_with_somebody_else_in_it_is_public(slack: FakeSlack) -> None:
    one = clearances(slack)
    assert one.asked(asked(Way.DIRECT, "DSTAFF", "UBOARD")) == EVERYONE
    assert one.asked(asked(Way.DIRECT, "DUNKNOWN", "UBOARD")) == EVERYONE
    assert one.asked(asked(Way.DIRECT, "CPLAIN", "UBOARD")) == EVERYONE


def test_an_unknown_place_is_public(slack: FakeSlack) -> None:
    one = clearances(slack)
    for place in (Place(), Place("SSTAFF"), Place("USTAFF"), Place("CNONE", "1.0")):
        assert one.clicked(place, "UBOARD") == EVERYONE


def test_without_a_mapping_slack_is_not_asked_and_all_is_public(slack: FakeSlack) -> None:
    one = clearances(slack, "")
    assert one.alone("UBOARD") == one.channel("CSTAFF") == EVERYONE
    assert one.asked(asked(Way.MENTION, "CSTAFF", "UBOARD")) == EVERYONE
    assert slack.calls == []


# ---------------------------------------------------------------- where Slack fails

FAILURES = [("error", "missing_scope"), ("error", "internal_error"), ("status", 503), ("ratelimited", 900), ("drop",)]


@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list", "conversations.info"])
@pytest.mark.parametrize("outcome", FAILURES, ids=str)
def test_where_slack_fails_only_the_public_is_shown_and_that_is_not_kept(
    slack: FakeSlack, method: str, outcome: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    one = clearances(slack)
    slack.fail(method, *[outcome] * 20)
    assert one.asked(asked(Way.DIRECT, "DBOARD", "UBOARD")) == EVERYONE
    assert "could not be looked up" in caplog.text
    if method == "conversations.info":
        assert one.channel("CSTAFF") == EVERYONE
    slack._faults.clear()
    assert one.asked(asked(Way.DIRECT, "DBOARD", "UBOARD")) == BOARD


def test_a_group_that_is_gone_has_nobody_in_it_and_the_others_count(slack: FakeSlack) -> None:
    one = clearances(slack, "internal=SSTAFF; board=SNONE; secret=SNONE,SBOARD")
    assert one.alone("UBOARD") == cleared_for(["internal", "secret"])


def test_many_who_ask_at_once_are_one_call_and_hear_of_its_failure_together(slack: FakeSlack) -> None:
    """Slack allows about twenty such calls a minute."""
    one, many = clearances(slack), 12
    begin = threading.Barrier(many)

    def ask(_: int) -> object:
        begin.wait()
        return one.alone("USTAFF")

    with ThreadPoolExecutor(many) as pool:
        assert set(pool.map(ask, range(many))) == {INTERNAL}
    assert len(slack.calls_of("usergroups.users.list")) == 2
    assert len(slack.calls_of("users.info")) == 1
    slack.fail("usergroups.users.list", *[("hang", 0.1)] * 4 * many)
    slack.calls.clear()
    one = clearances(slack)
    with ThreadPoolExecutor(many) as pool:
        assert set(pool.map(ask, range(many))) == {EVERYONE}
    assert len(slack.calls_of("usergroups.users.list")) < 2 * many


# ---------------------------------------------------------------- nobody forgets


def test_whoever_opens_the_index_for_slack_says_for_whom() -> None:
    """A call that leaves the clearance out would show what is public only; but it must not be left to a default."""
    paths = [*(ROOT / "assistant" / "slack").rglob("*.py"), ROOT / "assistant" / "cli" / "slack_commands.py"]
    calls = [
        (path.name, node)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "current"
    ]
    assert len(calls) > 8
    assert [(name, node.lineno) for name, node in calls if len(node.args) != 1] == []


@pytest.mark.parametrize("name", ["open_generation", "previous_index", "Catalogue", "CatalogueWriter", "VectorStore"])
def test_slack_opens_no_index_but_through_its_readers_door(name: str) -> None:
    """`Catalogue` is named in annotations; nothing is made of it."""
    for path in (ROOT / "assistant" / "slack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func).split(".")[-1] != name, path
