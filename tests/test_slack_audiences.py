"""In Slack everybody sees what they may see and nothing else: the whole workspace is searched for what is out of place.

Each document that is not public has a word of its own.  No question holds one, so each place where one stands was
told it by the app.

INSPECTIONS_TEST_AUDIENCES=1000 pytest -s tests/test_slack_audiences.py -k random
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from audience_index import BOARD, INTERNAL, WORDS, build_documents, source_of, write_documents
from fake_slack import BOT, TEAM, FakeSlack
from fake_slack_wire import Event
from fake_slack_world import Ephemeral, View
from made_once import made_once
from slack_process import SlackApp, slack_app

from assistant.slack.records import Asked, Way
from assistant.slack.state.store import Store
from index.embedding import LocalEmbedder
from index.generation import current_manifest
from index.standing import Withdrawal, change_standing

SECRET, BOARDS = WORDS[INTERNAL], WORDS[BOARD]
MAPPING = "internal=SSTAFF,CSTAFF,CSHARED; board=SBOARD,GBOARD"
SETTINGS = {
    "INSPECTIONS_SLACK_AUDIENCES": MAPPING,
    "INSPECTIONS_SLACK_ADMINS": "UADMIN",
    "INSPECTIONS_SLACK_GUESTS": "yes",
    "INSPECTIONS_SLACK_EXTERNAL": "yes",
    "INSPECTIONS_SLACK_PER_MINUTE": "100000",
}
QUESTION = "what did Ofsted say about caseloads in Bradford in 2022?"
QUESTIONS = (
    QUESTION,
    "what did Ofsted say about caseloads?",
    "what did Ofsted say about caseloads in Leeds?",
    "what did Ofsted say about supervision in Bradford in 2023?",
    "which inspections of Bradford are held?",
    "what did Ofsted say about staff turnover in Rutland?",
    "what did Ofsted say about caseloads in Bradford in 2018?",
    "who led the monitoring visit of Leeds in 2022?",
    "what needs to improve in Bradford?",
)
COUNT = {(): 3, (INTERNAL,): 5, (BOARD,): 4, (BOARD, INTERNAL): 6}  # documents in sight
ASKED_AT_RANDOM = int(os.environ.get("INSPECTIONS_TEST_AUDIENCES", "24"))
ABOUT = {"CSTAFF": (INTERNAL,), "GBOARD": (BOARD,)}  # CSHARED is mapped too, but others take part in it
CHANNELS = ("CPUBLIC", "CSTAFF", "GBOARD", "CSHARED", "CMPIM")
GROUPS = {"USTAFF": (INTERNAL,), "UBOTH": (BOARD, INTERNAL)}  # what people of a kind see; UGUEST, UFOREIGN: as anyone


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What goes over the wire in another shape is tested in both modes, the rest in one."""
    if "world" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_modes")
        metafunc.parametrize("world", ["http", "socket"] if both else ["http"], indirect=True, scope="module")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    def make(home: Path) -> None:
        write_documents(home / "docs")
        assert build_documents(home / "index", home / "docs", embedder).documents == 7

    return made_once(tmp_path_factory, "audiences", make)


@contextmanager
def workspace(
    built: Path, home: Path, mode: str, left: Sequence[str] = (), **settings: str
) -> Iterator[tuple[FakeSlack, SlackApp]]:
    """People of every kind and channels of every kind, and the app; afterwards nothing may stand where it must not.

    `left`: people whose direct message an earlier process left without an answer.
    """
    shutil.copytree(built / "index", home / "index")
    with FakeSlack() as slack:
        slack.echo = True
        slack.world.trigger_life = 60.0  # the machine may be slow
        populate(slack)
        leave_open(slack, home, left)
        source = {"INSPECTIONS_SOURCE": str(built / "docs")}
        with slack_app(slack, home / "index", home, mode, **(SETTINGS | source | settings)) as app:
            yield slack, app
        assert not slack.violations, slack.summary()
        assert out_of_place(slack) == []
        assert app.stray == []
        assert [line for line in app.log if any(word in str(line).lower() for word in WORDS.values())] == []


def populate(slack: FakeSlack) -> None:
    people = {kind: [kind, *(f"{kind}{n}" for n in range(8))] for kind in (*GROUPS, "UPLAIN", "UGUEST", "UFOREIGN")}
    for user in people["UGUEST"]:
        slack.add_user(user, is_restricted=True)
    for user in people["UFOREIGN"]:
        slack.add_user(user, team_id="T0OTHER", is_stranger=True)
    both = people["UBOTH"]
    slack.add_usergroup("SSTAFF", *people["USTAFF"], *both, *people["UGUEST"], *people["UFOREIGN"])
    slack.add_usergroup("SBOARD", *both, *people["UGUEST"], *people["UFOREIGN"])
    slack.add_channel("CPUBLIC")
    slack.add_channel("CSTAFF")
    slack.add_channel("GBOARD", is_private=True)
    slack.add_channel("CSHARED", is_ext_shared=True)
    slack.add_channel("CMPIM", is_mpim=True)


def leave_open(slack: FakeSlack, home: Path, users: Sequence[str]) -> None:
    """Questions as a process that was killed leaves them."""
    with Store(f"sqlite:///{home / 'state.sqlite'}", "killed") as store:
        for user in users:
            channel = slack.world.im_of(user)
            ts = str(slack._written(channel, user, QUESTION, None, {})["ts"])
            asked = Asked(f"{channel.id}:{ts}", Way.DIRECT, TEAM, channel.id, user, QUESTION, time.time(), ts, ts)
            store.receive(None, asked, -1.0)


# ---------------------------------------------------------------- who may see what, and who does


def of_person(user: str) -> tuple[str, ...]:
    return GROUPS.get(re.sub(r"\d+$", "", user), ())


def of_channel(slack: FakeSlack, channel: str) -> tuple[str, ...]:
    if channel.startswith("D"):
        return of_person(str(slack.world.channels[channel].user))
    return ABOUT.get(channel, ())


def of_view(slack: FakeSlack, view: View) -> tuple[str, ...]:
    """A modal shows one person what the message that they clicked on could."""
    kept = view.body["private_metadata"]
    place = json.loads(kept) if kept.startswith("{") else {}
    if place.get("response_url"):
        return of_person(view.user)
    return of_channel(slack, str(place["channel"])) if place.get("channel") else ()


def everything(slack: FakeSlack) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(where, the audiences that may stand there, what stands there) of all that the app ever told anybody."""
    world = slack.world
    for channel in world.channels.values():
        for message in channel.messages.values():
            if message.get("bot_id") == BOT:
                yield channel.id, of_channel(slack, channel.id), json.dumps(message)
        said = [
            *(told for (where, _), told in world.statuses.items() if where == channel.id),
            *(told for (where, _), told in world.sessions.items() if where == channel.id),
            world.prompts.get(channel.id),
        ]
        yield f"{channel.id} (status)", of_channel(slack, channel.id), json.dumps(said)
    for one in world.ephemerals:
        yield f"{one.channel} for {one.user}", of_person(one.user), json.dumps(one.message)
    for user, home in world.homes.items():
        yield f"home of {user}", of_person(user), json.dumps(home)
    for view in world.views.values():
        yield f"modal of {view.user}", of_view(slack, view), json.dumps(view.body)
    for call in slack.calls:  # what was replaced or removed since was seen too
        if call.method in {"chat.postMessage", "chat.update"}:
            yield f"{call.method} {call.channel}", of_channel(slack, call.channel), json.dumps(call.args)


def out_of_place(slack: FakeSlack) -> list[tuple[str, str]]:
    """(where, what) of every word and every count that tells somebody of documents that they may not see.

    Guests and others have less than the channel that they ask in.
    """
    found = []
    for where, audiences, text in everything(slack):
        words = [word for name, word in WORDS.items() if name not in audiences and word in text.lower()]
        seen = re.findall(r"Index of [^·]*· (\d+) documents", text.encode().decode("unicode_escape", "replace"))
        wrong = [count for count in seen if int(count) not in (COUNT[()], COUNT[tuple(sorted(audiences))])]
        found += [(where, what) for what in (*words, *wrong)]
    return found


def in_place(slack: FakeSlack) -> Counter[tuple[str, str]]:
    """How often each word stands where it may, by the kind of place: a channel's first letter, "home of U", ..."""
    return Counter(
        (re.sub(r"\b[CDGU][A-Z]+\d*", lambda found: found.group()[0], where), word)
        for where, _, text in everything(slack)
        for word in WORDS.values()
        if word in text.lower()
    )


# ---------------------------------------------------------------- asking


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FakeSlack, SlackApp]]:
    left = ("USTAFF0", "UGUEST0", "UPLAIN0")
    with workspace(built, tmp_path_factory.mktemp("audiences"), request.param, left) as both:
        yield both


@pytest.fixture
def slack(world: tuple[FakeSlack, SlackApp]) -> FakeSlack:
    return world[0]


def answer(slack: FakeSlack, asked: Event, count: int = 1) -> tuple[str, str]:
    """Where the newest answer in a thread stands, once there are `count`."""
    slack.wait_until(lambda s: len(s.posted(asked.channel, asked.thread)) >= count, timeout=30)
    return str(asked.channel), str(slack.posted(asked.channel, asked.thread)[-1]["ts"])


def read(slack: FakeSlack, where: tuple[str, str] | Ephemeral) -> str:
    message = where.message if isinstance(where, Ephemeral) else slack.message_at(*where)
    return slack.visible(message or {})


def privately(slack: FakeSlack, user: str, number: int = 1) -> Ephemeral:
    """The answer number `number` that only this person sees."""

    def answers() -> list[Ephemeral]:
        return [one for one in slack.ephemerals(user) if "Index of" in slack.visible(one.message)]

    slack.wait_until(lambda _: len(answers()) >= number, timeout=30)
    return answers()[number - 1]


def modal(slack: FakeSlack, click: Event) -> View:
    """The modal that a click opens."""
    slack.wait_until(lambda s: opened(s, click))
    return slack.view(opened(slack, click)[0])


def opened(slack: FakeSlack, click: Event) -> list[str]:
    return [one.view_id for one in slack.calls_of("views.open") if one.args["trigger_id"] == click.trigger_id]


def shared(slack: FakeSlack, user: str, where: Ephemeral, channel: str) -> str:
    """What the modal says against sharing an answer to a channel; empty: it is shared."""
    view = modal(slack, slack.click(user, where, "share"))
    sent = slack.wait_ack(slack.submit(user, view.id, {"channel": channel}))
    return str(((sent.body or {}).get("errors") or {}).get("channel") or "")


@pytest.mark.both_modes
def test_a_cleared_person_is_answered_in_their_direct_messages_and_nobody_else_is(slack: FakeSlack) -> None:
    assert SECRET in read(slack, answer(slack, slack.dm("USTAFF", QUESTION)))
    for user in ("UPLAIN", "UGUEST", "UFOREIGN"):
        told = read(slack, answer(slack, slack.dm(user, QUESTION)))
        assert "published or inspected in 2022; held are documents published in 2019 and 2021" in told


@pytest.mark.both_modes
def test_a_channel_hears_what_it_is_cleared_for_whoever_asks(slack: FakeSlack) -> None:
    for channel in ("CPUBLIC", "CSHARED", "CMPIM"):
        told = read(slack, answer(slack, slack.mention(channel, "UBOTH", QUESTION)))
        assert "held are documents published in 2019 and 2021" in told
        assert not re.search("direct message|elsewhere|may see|cleared", told)
    for user in ("UPLAIN", "UBOTH"):
        assert SECRET in read(slack, answer(slack, slack.mention("CSTAFF", user, QUESTION)))
    asked = slack.mention("GBOARD", "UPLAIN", "what did Ofsted say about caseloads in Leeds in 2022?")
    assert BOARDS in read(slack, answer(slack, asked))
    slack.message("GBOARD", "UPLAIN", "and in Bradford?", thread_ts=asked.ts)
    assert "held are documents published in 2019 and 2021" in read(slack, answer(slack, asked, 2))


@pytest.mark.both_modes
def test_a_private_answer_in_a_public_channel_is_its_askers(slack: FakeSlack) -> None:
    slack.command("USTAFF1", "CPUBLIC", QUESTION)
    assert SECRET in read(slack, privately(slack, "USTAFF1"))
    slack.shortcut_claim("USTAFF2", "CSHARED", "Ofsted said in 2022 that caseloads in Bradford are alarming.")
    assert SECRET in read(slack, privately(slack, "USTAFF2"))
    slack.command("UPLAIN1", "CSTAFF", QUESTION)
    assert "2019 and 2021" in read(slack, privately(slack, "UPLAIN1"))
    slack.command("UGUEST1", "CSTAFF", QUESTION)
    assert "2019 and 2021" in read(slack, privately(slack, "UGUEST1"))


@pytest.mark.both_modes
def test_what_a_channel_may_not_see_is_not_shared_there(slack: FakeSlack) -> None:
    slack.command("UBOTH3", "CPUBLIC", QUESTION)
    own = privately(slack, "UBOTH3")
    for channel in ("CPUBLIC", "GBOARD", "CSHARED"):
        assert "may be shown in that channel" in shared(slack, "UBOTH3", own, channel)
    assert shared(slack, "UBOTH3", own, "CSTAFF") == ""
    slack.wait_until(lambda s: any("Shared by a colleague" in s.visible(one) for one in s.posted("CSTAFF")))


def test_an_abstention_that_tells_of_more_is_not_shared_and_one_that_does_not_is(slack: FakeSlack) -> None:
    """It quotes nothing, but it says what is held."""
    slack.command("USTAFF4", "CPUBLIC", "what did Ofsted say about caseloads in Bradford in 2018?")
    own = privately(slack, "USTAFF4")
    assert "2019, 2021 and 2022" in read(slack, own)
    assert "may be shown in that channel" in shared(slack, "USTAFF4", own, "CPUBLIC")
    assert shared(slack, "USTAFF4", own, "CSTAFF") == ""
    slack.command("USTAFF4", "CPUBLIC", "what did Ofsted say about caseloads in Leeds in 2018?")
    own = privately(slack, "USTAFF4", 2)
    assert shared(slack, "USTAFF4", own, "CPUBLIC") == ""
    slack.wait_until(lambda s: any("Shared by a colleague" in s.visible(one) for one in s.posted("CPUBLIC")))


@pytest.mark.both_modes
def test_a_passage_is_opened_for_whoever_may_see_its_message_and_its_neighbours_too(slack: FakeSlack) -> None:
    for user, where in (
        ("UPLAIN", answer(slack, slack.mention("CSTAFF", "UPLAIN", QUESTION))),
        ("USTAFF", answer(slack, slack.dm("USTAFF", QUESTION))),
    ):
        view = modal(slack, slack.click(user, where, "passage:1"))
        assert SECRET in slack.visible(view.body)
        before = slack.visible(view.body)
        step = next(one["action_id"] for one in slack.controls(view.id) if one["action_id"].startswith("passage_step"))
        slack.click(user, view.id, step)
        slack.wait_until(lambda s, view=view, before=before: s.visible(s.view(view.id).body) != before)
        assert SECRET in slack.visible(slack.view(view.id).body)


def test_a_passage_is_not_opened_where_its_message_should_not_stand(slack: FakeSlack) -> None:
    """A message that was moved to another place by any means opens nothing there, nor does one that became shared."""
    where = answer(slack, slack.mention("CSTAFF", "USTAFF", QUESTION))
    copied = slack.message_at(*where)
    assert copied
    for channel, user in (("CPUBLIC", "UBOTH"), ("CSHARED", "USTAFF"), ("CMPIM", "USTAFF"), ("DPLAIN", "UPLAIN")):
        slack.world.im_of("UPLAIN")
        ts = slack.world.new_ts()
        slack.world.channels[channel].messages[ts] = copied | {"ts": ts, "thread_ts": ts}
        try:
            view = modal(slack, slack.click(user, (channel, ts), "passage:1"))
            assert "no longer held" in slack.visible(view.body)
        finally:
            del slack.world.channels[channel].messages[ts]
    view = modal(slack, slack.click("UGUEST", where, "passage:1"))
    assert "no longer held" in slack.visible(view.body)


def test_what_was_withdrawn_since_is_neither_opened_nor_shared(
    world: tuple[FakeSlack, SlackApp], slack: FakeSlack
) -> None:
    index = Path(world[1].environment["INSPECTIONS_INDEX"])
    where = answer(slack, slack.dm("USTAFF5", QUESTION))
    slack.command("USTAFF5", "CPUBLIC", QUESTION)
    own = privately(slack, "USTAFF5")
    source = source_of(INTERNAL, "Bradford", 2022)
    gone = Withdrawal(source, current_manifest(index)[1].sources[source], datetime.now(UTC), "test", "a test")
    change_standing(index, lambda now: replace(now, withdrawn=(gone,)))
    try:
        assert "no longer held" in slack.visible(modal(slack, slack.click("USTAFF5", where, "passage:1")).body)
        assert "may be shown in that channel" in shared(slack, "USTAFF5", own, "CSTAFF")
        assert "2019 and 2021" in read(slack, answer(slack, slack.dm("USTAFF6", QUESTION)))
    finally:
        change_standing(index, lambda now: replace(now, withdrawn=()))
    # The count in a message that was told meanwhile is another than that of now.
    slack.world.channels[str(slack.world.im_of("USTAFF6").id)].messages.clear()
    slack.calls[:] = [one for one in slack.calls if one.channel != slack.world.im_of("USTAFF6").id]


def test_an_edited_question_is_answered_for_its_place_again(slack: FakeSlack) -> None:
    asked = slack.mention("CPUBLIC", "USTAFF", "what did Ofsted say about caseloads in Leeds in 2020?")
    where = answer(slack, asked)
    slack.edit("CPUBLIC", str(asked.ts), f"<@U0BOT> {QUESTION}")
    slack.wait_until(lambda s: "2019 and 2021" in read(s, where))


def test_home_and_the_first_questions_show_what_the_person_may_see(slack: FakeSlack) -> None:
    for user, count in (("UPLAIN7", 3), ("USTAFF7", 5), ("UBOTH7", 6), ("UGUEST7", 3), ("UADMIN", 3)):
        slack.app_home_opened(user)
        slack.wait_until(lambda s, user=user: s.home(user))
        seen = slack.visible(slack.home(user) or {})
        assert f"*{count} documents*" in seen or f"{count} documents about" in seen.replace("*", "")
        assert ("Rutland" in seen) == (count > 3)
    assert "7 documents" in seen  # the admin's panel counts the index
    for user in ("UPLAIN7", "USTAFF7"):
        slack.app_home_opened(user, "messages")
        slack.wait_until(lambda s, user=user: s.world.prompts.get(s.world.im_of(user).id))


def test_what_was_left_open_is_answered_for_who_the_asker_is_now(slack: FakeSlack) -> None:
    for user, words in (("USTAFF0", SECRET), ("UGUEST0", "2019 and 2021"), ("UPLAIN0", "2019 and 2021")):
        channel = slack.world.im_of(user).id
        slack.wait_until(lambda s, channel=channel: s.posted(channel), timeout=30)
        assert words in slack.visible(slack.posted(channel)[0])


def test_where_slack_does_not_tell_of_groups_and_channels_all_is_public(built: Path, tmp_path: Path) -> None:
    with workspace(built, tmp_path, "http", INSPECTIONS_SLACK_LOG_TEXT="yes") as (slack, app):
        slack.fail("usergroups.users.list", *[("error", "missing_scope")] * 100)
        slack.fail("conversations.info", *[("error", "missing_scope")] * 100)
        for asked in (slack.dm("UBOTH", QUESTION), slack.mention("CSTAFF", "UBOTH", QUESTION)):
            assert "held are documents published in 2019 and 2021" in read(slack, answer(slack, asked))
        told = {str(line.get("what")) for line in app.log if line.get("shown") == "public only"}
        assert told >= {"a user group could not be looked up", "a channel could not be looked up"}


# ---------------------------------------------------------------- anybody anywhere


def test_random_questions_and_clicks_by_random_people_in_random_places(built: Path, tmp_path: Path) -> None:
    with workspace(built, tmp_path, "http", INSPECTIONS_SLACK_WORKERS="8") as (slack, app):
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda n: _wander(slack, n, ASKED_AT_RANDOM // 8), range(8)))
        app.stop()
        stands = in_place(slack)
    assert sum(done) >= ASKED_AT_RANDOM // 8 * 8
    assert {word for _, word in stands} == {SECRET, BOARDS}  # those who may see them do
    print(f"{sum(done)} questions and clicks; told where they may be: {dict(stands)}")


def _wander(slack: FakeSlack, number: int, steps: int) -> int:
    """One round of people, `number` in the name of each, asks and clicks: how often."""
    chance, done = random.Random(number), 0  # noqa: S311  (no secret depends on it)
    for _ in range(steps):
        user = f"{chance.choice([*GROUPS, 'UPLAIN', 'UGUEST', 'UFOREIGN'])}{number}"
        where = _asked(slack, user, chance)
        done += 1
        for _ in range(chance.randrange(3)):
            controls = [one for one in slack.controls(where) if "action_id" in one and one["type"] == "button"]
            control = chance.choice(controls)
            alone = isinstance(where, Ephemeral) or where[0].startswith("D")
            clicker = user if alone else chance.choice([user, f"UBOTH{number}", f"UPLAIN{number}"])
            _clicked(slack, clicker, where, control, chance)
            done += 1
        if not chance.randrange(6):
            slack.app_home_opened(user, chance.choice(["home", "messages"]))
    return done


def _asked(slack: FakeSlack, user: str, chance: random.Random) -> Any:
    """A question asked in any way: where its answer stands."""
    question, channel = chance.choice(QUESTIONS), chance.choice(CHANNELS)
    way = chance.randrange(5)
    if way == 0:
        return answer(slack, slack.dm(user, question))
    if way in (1, 2):
        return answer(slack, slack.mention(channel, user, question))
    had = [one for one in slack.ephemerals(user) if "Index of" in slack.visible(one.message)]
    if way == 3:
        slack.command(user, channel, question)
    else:
        slack.shortcut_claim(user, channel, question)
    return privately(slack, user, len(had) + 1)


def _clicked(slack: FakeSlack, user: str, where: Any, control: dict[str, Any], chance: random.Random) -> None:
    name = str(control["action_id"])
    click = slack.click(user, where, name)
    if name.startswith("passage"):
        view = modal(slack, click)
        steps = [one["action_id"] for one in slack.controls(view.id) if one["action_id"].startswith("passage_step")]
        if steps:
            slack.click(user, view.id, chance.choice(steps))
    elif name == "share":
        slack.wait_ack(slack.submit(user, modal(slack, click).id, {"channel": chance.choice(CHANNELS)}))
    elif name == "correct":
        slack.wait_ack(slack.submit(user, modal(slack, click).id, {}))
