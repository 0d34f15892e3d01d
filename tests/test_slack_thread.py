"""A thread is read from Slack whole and in order; who talks with whom, and what was asked, is read from it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_slack import BOT, BOT_USER, TEAM, FakeSlack

from assistant.slack import thread as thread_module
from assistant.slack.errors import SlackRefusedError, SlackSilentError
from assistant.slack.events import Bot
from assistant.slack.records import Asked, Way
from assistant.slack.thread import (
    MARK,
    Said,
    earlier_questions,
    is_courtesy,
    is_for_us,
    mark_of,
    parts_of,
    read_thread,
)
from assistant.slack.web import Web, make_client

US = Bot(BOT_USER, BOT, TEAM)
NAMED = f"<@{BOT_USER}>"


def person(at: str, text: str, user: str = "U1") -> Said:
    return Said(at, user, text, app=False, ours=False)


def ours(at: str, mark: str = "", asked: str = "") -> Said:
    return Said(at, BOT_USER, "I found this.", app=True, ours=True, mark=mark, asked=asked)


def app(at: str, text: str = "Build 12 failed") -> Said:
    return Said(at, "", text, app=True, ours=False)


def asked(at: str | None = "9.000000", way: Way = Way.THREAD, **more: Any) -> Asked:
    fields: dict[str, Any] = {"channel": "C1", "user": "U1", "text": "And in 2018?", "thread_ts": "1.000000"}
    fields |= {"key": "k", "way": way, "team": TEAM, "at": 0.0, "ts": at}
    return Asked(**(fields | more))


# ---------------------------------------------------------------- reading it


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        server.add_channel("C1")
        server.http_target("http://127.0.0.1:9/", "no one listens")
        yield server


@pytest.fixture
def web(slack: FakeSlack) -> Web:
    slack.world.page_size = 1_000
    slack.calls.clear()
    slack.violations.clear()
    return Web(make_client(slack.world.bot_token, slack.api_url), pause=lambda _: None)


def talk(slack: FakeSlack, replies: int) -> tuple[str, list[str]]:
    """A thread with so many replies: its stamp, and those of all its messages."""
    root = slack.message("C1", "U1", "0")
    assert root.ts
    return root.ts, [root.ts, *(str(slack.message("C1", "U1", str(n + 1), root.ts).ts) for n in range(replies))]


def test_a_thread_is_read_page_by_page_and_nothing_twice(
    slack: FakeSlack, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack gives the thread's first message with every page."""
    monkeypatch.setattr(thread_module, "PAGE", 2)
    root, stamps = talk(slack, 7)
    thread = read_thread(web, "C1", root, US)
    assert [one.ts for one in thread] == stamps
    assert [one.text for one in thread] == [str(n) for n in range(8)]
    calls = slack.calls_of("conversations.replies")
    assert len(calls) == 4
    assert [bool(call.args.get("cursor")) for call in calls] == [False, True, True, True]
    assert not slack.violations


def test_a_server_that_gives_smaller_pages_is_read_to_the_end(slack: FakeSlack, web: Web) -> None:
    slack.world.page_size = 3
    root, stamps = talk(slack, 5)
    assert [one.ts for one in read_thread(web, "C1", root, US)] == stamps


def test_the_oldest_comes_first_however_slack_orders_pages() -> None:
    pages = iter(
        [
            {"messages": [{"ts": "1.000000"}, {"ts": "10.000000"}], "response_metadata": {"next_cursor": "x"}},
            {"messages": [{"ts": "1.000000"}, {"ts": "9.000000"}, {"ts": "2.000000"}]},
        ]
    )
    web = cast(Web, SimpleNamespace(call=lambda *_, **__: next(pages)))
    assert [one.ts for one in read_thread(web, "C1", "1.000000", US)] == [
        "1.000000",
        "2.000000",
        "9.000000",
        "10.000000",
    ]


def test_no_more_pages_are_read_than_the_bound(slack: FakeSlack, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "PAGE", 2)
    monkeypatch.setattr(thread_module, "PAGES", 2)
    root, stamps = talk(slack, 7)
    assert [one.ts for one in read_thread(web, "C1", root, US)] == stamps[:5]
    assert len(slack.calls_of("conversations.replies")) == 2


def test_what_was_deleted_was_not_said(slack: FakeSlack, web: Web) -> None:
    """Slackbot's tombstone is nobody who joined, and no question."""
    root, stamps = talk(slack, 2)
    slack.delete("C1", root)
    thread = read_thread(web, "C1", root, US)
    assert [one.ts for one in thread] == stamps[1:]
    assert earlier_questions(thread, asked("9999999999.000000", Way.DIRECT), US) == ("1", "2")


def test_our_messages_say_which_answer_they_are_part_of(slack: FakeSlack, web: Web) -> None:
    root, _ = talk(slack, 0)
    payload = {"mark": mark_of("C1:1.1", 0), "asked": "And Leeds?"}
    told = {"channel": "C1", "thread_ts": root, "text": "Found.", "unfurl_links": False, "unfurl_media": False}
    web.call("chat.postMessage", **told, metadata={"event_type": MARK, "event_payload": payload})
    web.call("chat.postMessage", **told, metadata={"event_type": "another", "event_payload": payload})
    web.call("chat.postMessage", **told)
    first, *rest = read_thread(web, "C1", root, US)[1:]
    assert (first.ours, first.app, first.mark, first.asked) == (True, True, "C1:1.1#0", "And Leeds?")
    assert [(one.ours, one.mark, one.asked) for one in rest] == [(True, "", "")] * 2


def test_a_thread_that_is_gone_is_refused_and_a_silent_slack_is_told_apart(slack: FakeSlack, web: Web) -> None:
    with pytest.raises(SlackRefusedError) as caught:
        read_thread(web, "C1", "1.000001", US)
    assert caught.value.error in {"thread_not_found", "message_not_found"}
    slack.fail("conversations.replies", *[("status", 503)] * 4)
    with pytest.raises(SlackSilentError):
        read_thread(web, "C1", "1.000001", US)


# ---------------------------------------------------------------- earlier questions


def test_in_a_direct_message_all_that_a_person_wrote_was_asked() -> None:
    thread = [person("1.0", "Caseloads in Leeds?"), ours("2.0"), person("3.0", "And visits?"), person("4.0", "Thanks!")]
    assert earlier_questions(thread, asked("9.0", Way.DIRECT), US) == ("Caseloads in Leeds?", "And visits?")


def test_a_click_in_a_direct_message_knows_all_that_was_asked_there() -> None:
    thread = [person("1.0", "Caseloads in Leeds?"), person("2.0", "And visits?"), ours("3.0"), ours("4.0")]
    click = asked(None, Way.BUTTON, channel="D1")
    assert earlier_questions(thread, click, US) == ("Caseloads in Leeds?", "And visits?")


def test_in_a_channel_only_what_was_asked_of_us_counts() -> None:
    thread = [
        person("1.0", f"{NAMED} Caseloads in Leeds?"),
        ours("2.0"),
        person("3.0", "And in 2018?"),  # our answer follows
        ours("4.0"),
        person("5.0", "I had not known that", "U2"),
        person("6.0", "<@U2> nor had I"),  # our answer follows, but it was said to somebody else
        ours("7.0"),
        app("8.0", f"{NAMED} build 12 failed"),
    ]
    assert earlier_questions(thread, asked("9.0"), US) == ("Caseloads in Leeds?", "And in 2018?")


def test_what_was_asked_by_a_click_is_known_by_our_answer() -> None:
    thread = [person("1.0", f"{NAMED} Caseloads?"), ours("2.0"), ours("3.0", "button:x#0", "Caseloads in Leeds?")]
    assert earlier_questions(thread, asked("9.0"), US) == ("Caseloads?", "Caseloads in Leeds?")


def test_only_what_came_before_is_earlier_and_stamps_compare_as_numbers() -> None:
    thread = [person("9.000000", "first"), person("10.000000", "second"), person("11.000000", "third")]
    assert earlier_questions(thread, asked("10.000000", Way.DIRECT), US) == ("first",)
    late = [person("1700000000.000001", "first"), person("1700000000.000002", "second")]
    assert earlier_questions(late, asked("1700000000.000002", Way.DIRECT), US) == ("first",)  # equal as short floats


def test_a_click_has_no_stamp_and_all_that_stands_is_earlier() -> None:
    thread = [person("1.0", f"{NAMED} Caseloads?"), ours("2.0")]
    assert earlier_questions(thread, asked(None, Way.BUTTON), US) == ("Caseloads?",)


def test_a_mention_alone_or_a_picture_asks_nothing() -> None:
    thread = [person("1.0", NAMED), person("2.0", ""), person("3.0", f"{NAMED} thanks :pray:"), ours("4.0")]
    assert earlier_questions(thread, asked("9.0", Way.DIRECT), US) == ()


# ---------------------------------------------------------------- for us or not


def test_who_is_alone_with_us_goes_on_without_a_mention() -> None:
    thread = [person("1.0", f"{NAMED} Caseloads?"), ours("2.0")]
    assert is_for_us(thread, asked(), US)
    assert is_for_us([*thread, person("3.0", "And in 2017?"), ours("4.0")], asked(), US)


def test_once_somebody_else_speaks_a_mention_is_needed() -> None:
    thread = [person("1.0", f"{NAMED} Caseloads?"), ours("2.0"), person("3.0", "Interesting", "U2")]
    assert not is_for_us(thread, asked(), US)
    assert not is_for_us(thread, asked(user="U2"), US)
    again = [*thread, person("4.0", f"{NAMED} and visits?"), ours("5.0")]
    assert is_for_us(again, asked(), US)  # its writer named us since
    assert not is_for_us(again, asked(user="U2"), US)


def test_others_who_spoke_before_the_mention_do_not_matter() -> None:
    thread = [person("1.0", "Look at this", "U2"), person("2.0", "Hm", "U3")]
    assert is_for_us([*thread, person("3.0", f"{NAMED} caseloads?"), ours("4.0")], asked(), US)
    assert not is_for_us([*thread, ours("4.0")], asked(), US)  # nobody named us


def test_another_app_in_the_thread_is_somebody_else() -> None:
    assert not is_for_us([person("1.0", f"{NAMED} Caseloads?"), ours("2.0"), app("3.0")], asked(), US)


def test_a_thread_in_which_we_said_nothing_is_not_ours() -> None:
    assert not is_for_us([person("1.0", "Anybody there?")], asked(), US)
    assert not is_for_us([], asked(), US)
    assert not is_for_us([person("1.0", "Anybody there?"), ours("9.5")], asked("9.000000"), US)  # said later


def test_one_person_alone_with_our_answers_talks_with_us() -> None:
    assert is_for_us([ours("1.0", "button:x#0", "Caseloads?")], asked(), US)


def test_thanks_are_not_answered() -> None:
    thread = [person("1.0", f"{NAMED} Caseloads?"), ours("2.0")]
    assert not is_for_us(thread, asked(text="Thanks, that's very helpful!"), US)


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "Thank you!",
        "ok, thanks a lot.",
        "Yes",
        "no",
        "Great :)",
        "Thanks for your help",
        "thanks :pray:",
        ":+1:",
        ":white_check_mark::tada:",
        "Thanks :+1::skin-tone-3:",
    ],
)
def test_a_courtesy_asks_nothing(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "caseloads",
        "thanks, and in 2018?",
        "Good or outstanding?",
        "all authorities",
        "nobody",
        "10:30:45",
        "Thankfulness",
        "no caseloads",
        ":tada: caseloads?",
    ],
)
def test_a_question_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


def test_a_long_courtesy_is_recognised_at_once() -> None:
    assert not is_courtesy("so a lot " * 5_000 + "x")
    assert not is_courtesy("thanks" * 5_000)


# ---------------------------------------------------------------- where an answer stands


def test_the_parts_of_an_answer_are_found_by_its_question() -> None:
    thread = [
        ours("2.0", mark_of("C1:1.0", 0)),
        ours("3.0", mark_of("C1:1.0", 1)),
        ours("4.0", mark_of("C1:1.01", 0)),
        ours("5.0", "C1:1.0"),
        ours("6.0", "C1:1.0#x"),
        ours("7.0", mark_of("way:a#b", 2)),
        Said("8.0", "U9", "forged", app=True, ours=False, mark=mark_of("C1:1.0", 5)),
    ]
    assert parts_of(thread, "C1:1.0") == {0: "2.0", 1: "3.0"}
    assert parts_of(thread, "way:a#b") == {2: "7.0"}
    assert parts_of(thread, "") == {}
