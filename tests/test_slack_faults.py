"""Slack fails in every way it can, and each asker still gets one whole answer or one clear reason.

The app is a process of its own, in HTTP mode.  Faults are set for one channel or person, so that the tests share it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from fake_slack_wire import Event
from slack_process import SlackApp, slack_app

pytest_plugins = ["fixtures_slack"]

QUESTION = "what did Ofsted say about caseloads in 2019?"
OTHER = "what did Ofsted say about caseloads in 2018?"
ANSWER_TO_OTHER = "Nothing held was published or inspected in 2018"
SILENT: tuple[tuple[Any, ...], ...] = (("status", 500), ("status", 503), ("drop",), ("garbage",))
# What no person should ever read.
EXCEPTION = re.compile(r"Traceback|Error\b|Exception|errno|assistant\.slack|invalid_blocks|channel_not_found|_archived")


@pytest.fixture(scope="module")
def slack(source_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """A workspace with the app in it.  Each test uses people and channels of its own.

    In the end all is dealt with, nothing was against the rules, nobody read an exception, and no status stands.
    """
    with FakeSlack() as slack:
        slack.echo = True
        home = tmp_path_factory.mktemp("slack")
        with slack_app(slack, source_index, home, INSPECTIONS_SLACK_WORKERS="16") as app:
            yield slack
            settle(app)
            slack.wait_until(lambda s: not standing(s))
        assert not slack.violations, slack.summary()
        seen = [*slack.posted(), *(one.message for one in slack.ephemerals())]
        assert not [words for words in map(slack.visible, seen) if EXCEPTION.search(words)]
        assert app.stray == []


def settle(app: SlackApp, timeout: float = 60) -> None:
    """Wait until no question is open any more."""
    until = time.monotonic() + timeout
    while any((said := app.health()[1])[name] for name in ("open", "working", "waiting")):
        assert time.monotonic() < until, said
        time.sleep(0.05)


def standing(slack: FakeSlack) -> list[tuple[str, str]]:
    """The threads under which a status stands."""
    return [
        (channel, thread)
        for (channel, thread), told in slack.world.statuses.items()
        if told[-1][1] and thread in slack.world.channels[channel].messages
    ]


def done(slack: FakeSlack, asked: Event) -> None:
    """Wait until the app has done with a question."""
    slack.wait_until(lambda s: s.session(asked.channel, asked.thread)["status"] == "active")


def there(name: str) -> Callable[[dict[str, Any]], bool]:
    """Whether a call concerns that channel or person."""
    return lambda args: name in (args.get("channel"), args.get("channel_id"), args.get("user"))


def asks(slack: FakeSlack, channel: str, text: str = QUESTION, **flags: Any) -> Event:
    """A mention by a person of that channel alone."""
    if channel not in slack.world.channels:
        slack.add_channel(channel, **flags)
    return slack.mention(channel, f"U{channel[1:]}", text)


def answers(slack: FakeSlack, asked: Event, count: int = 1, timeout: float = 30) -> list[str]:
    """What is read of the bot's messages in the thread of a question, once there are `count`."""
    slack.wait_until(lambda s: len(s.posted(asked.channel, asked.thread)) >= count, timeout)
    return [slack.visible(one) for one in slack.posted(asked.channel, asked.thread)]


def heard(slack: FakeSlack, asked: Event) -> list[str]:
    """All that its asker reads: in the thread, directly, and alone."""
    direct = slack.posted(f"D{str(asked.user)[1:]}")
    seen = slack.posted(asked.channel, asked.thread) + [one for one in direct if one.get("thread_ts") != asked.thread]
    return [slack.visible(one) for one in (*seen, *(one.message for one in slack.ephemerals(asked.user)))]


POSTING: list[list[tuple[Any, ...]]] = [
    *([one] for one in SILENT),
    *([(f"done_then_{name}", *rest)] for name, *rest in SILENT),
    [("ratelimited", 1)],
    [("error", "ratelimited")],
    [("error", "internal_error")],
    [("hang", 30)],
    [("done_then_hang", 30)],
    [("status", 500), ("ratelimited", 1), ("drop",), ("done_then_drop",)],
]


@pytest.fixture(scope="module", autouse=True)
def slow(slack: FakeSlack) -> tuple[list[Event], Event]:
    """Questions that take long, because posting their answers meets POSTING or their asker cannot be looked up."""
    asked = []
    for number, some in enumerate(POSTING):
        slack.fail("chat.postMessage", *some, when=there(f"CPOST{number}"))
        asked.append(asks(slack, f"CPOST{number}"))
    slack.fail("conversations.replies", ("status", 500), ("garbage",), when=there(asked[-1].channel or ""))
    slack.fail("users.info", *[("status", 500)] * 4, when=there("UWHO4"))
    return asked, asks(slack, "CWHO4")


@pytest.mark.parametrize(
    ("errors", "blocks"),
    [
        (("invalid_blocks",), True),
        (("msg_blocks_too_long",), True),
        (("invalid_blocks", "invalid_blocks"), False),
        (("msg_too_long", "msg_too_long"), False),
    ],
)
def test_a_form_that_slack_does_not_take_gives_way_to_a_plainer_one(
    slack: FakeSlack, errors: tuple[str, ...], blocks: bool
) -> None:
    channel = f"CFORM{len(errors)}{errors[0].upper().replace('_', '')}"
    slack.fail("chat.postMessage", *(("error", one) for one in errors), when=there(channel))
    asked = asks(slack, channel)
    (seen,) = answers(slack, asked)
    assert "caseloads" in seen
    assert "Ofsted" in seen
    assert bool(slack.posted(channel)[0].get("blocks")) is blocks


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ({"member": False}, "I am not a member of that channel"),
        ({"member": False, "is_private": True}, "does not let me see that channel"),
        ({"is_archived": True}, "that channel is archived"),
    ],
)
def test_where_a_channel_takes_no_message_the_asker_has_the_answer_directly(
    slack: FakeSlack, flags: dict[str, bool], why: str
) -> None:
    asked = asks(slack, f"CNOPOST{len(why)}", **flags)
    slack.wait_until(lambda s: heard(s, asked))
    (seen,) = heard(slack, asked)
    assert why in seen
    assert "caseloads" in seen


def test_an_answer_of_which_one_part_is_refused_goes_whole_to_its_asker(slack: FakeSlack) -> None:
    slack.fail(
        "chat.postMessage",
        ("error", "is_archived"),
        when=lambda args: args["channel"] == "CPART" and args["metadata"]["event_payload"]["mark"].endswith("#1"),
    )
    asked = asks(slack, "CPART", "how have the judgements changed?")
    slack.wait_until(lambda s: len(s.posted("DPART")) == 2)
    done(slack, asked)
    assert slack.posted("CPART") == []


def test_an_answer_that_went_to_its_asker_is_replaced_and_withdrawn_there(slack: FakeSlack) -> None:
    """What Slack calls the conversation is kept, for a message is not changed by naming the person."""
    slack.fail("chat.postMessage", ("error", "restricted_action"), when=there("CELSE"))
    asked = asks(slack, "CELSE")
    slack.wait_until(lambda s: s.posted("DELSE"))
    slack.edit("CELSE", str(asked.ts), f"<@U0BOT> {OTHER}")
    changed = slack.wait_for("chat.update", since=len(slack.calls))
    assert changed.channel == "DELSE"
    slack.wait_until(lambda s: ANSWER_TO_OTHER in s.visible(s.posted("DELSE")[0]))
    slack.delete("CELSE", str(asked.ts))
    slack.wait_until(lambda s: not s.posted("DELSE"))
    assert slack.posted("CELSE") == []


def test_where_not_even_a_direct_message_is_taken_the_app_goes_on(slack: FakeSlack) -> None:
    for place in ("CDEAF", "DDEAF"):
        slack.fail("chat.postMessage", ("error", "channel_not_found"), when=there(place))
    asked = asks(slack, "CDEAF")
    slack.wait_until(lambda s: any(c.method == "chat.postMessage" and c.channel == "DDEAF" for c in s.calls))
    done(slack, asked)
    assert heard(slack, asked) == []
    assert len(answers(slack, asks(slack, "CDEAF"))) == 1


def test_an_answer_comes_whatever_becomes_of_its_status(slack: FakeSlack) -> None:
    faults = [*SILENT, ("ratelimited", 30), ("error", "channel_not_found"), ("error", "internal_error")]
    asked = []
    for number, fault in enumerate(faults):
        for method in ("assistant.threads.setStatus", "agents.sessions.setStatus"):
            slack.fail(method, *[fault] * 20, when=there(f"CSTAT{number}"))
        asked.append(asks(slack, f"CSTAT{number}"))
    assert [len(answers(slack, one, timeout=8)) for one in asked] == [1] * len(faults)


def test_a_status_that_hangs_holds_an_answer_up_no_longer_than_its_own_time(slack: FakeSlack) -> None:
    for method in ("assistant.threads.setStatus", "agents.sessions.setStatus"):
        slack.fail(method, *[("hang", 30)] * 20, when=there("CHANG"))
    begun = time.monotonic()
    answers(slack, asks(slack, "CHANG"))
    assert time.monotonic() - begun < 3 + 2


def test_a_thread_that_slack_does_not_show_leaves_the_question_to_itself(slack: FakeSlack) -> None:
    """It is answered without what was asked before, and says so; one that Slack shows later is read whole again."""
    asked = asks(slack, "CALONE")
    answers(slack, asked)
    slack.fail("conversations.replies", ("error", "thread_not_found"), when=there("CALONE"))
    slack.mention("CALONE", "UALONE", "and what did the council say?", thread_ts=asked.ts)
    assert "I read your question by itself" in answers(slack, asked, 2)[-1]
    slack.fail("conversations.replies", ("status", 500), ("garbage",), when=there("CALONE"))
    slack.mention("CALONE", "UALONE", "and what did the council say?", thread_ts=asked.ts)
    assert "from before" in answers(slack, asked, 3)[-1]


def test_a_person_who_cannot_be_looked_up_is_told_and_not_answered(slack: FakeSlack) -> None:
    slack.fail("users.info", ("error", "user_not_found"), when=there("UWHO"))
    asked = asks(slack, "CWHO")
    slack.wait_until(lambda s: s.ephemerals(asked.user))
    (told,) = heard(slack, asked)
    assert "could not check with Slack who you are" in told
    assert len(answers(slack, asks(slack, "CWHO"))) == 1, "what could not be learned is not remembered"


def test_a_refusal_that_cannot_be_told_in_the_channel_is_told_directly(slack: FakeSlack) -> None:
    slack.add_user("UQUIET", is_restricted=True)
    slack.fail("chat.postEphemeral", ("error", "user_not_in_channel"), when=there("CQUIET"))
    asked = asks(slack, "CQUIET")
    slack.wait_until(lambda s: s.posted("DQUIET"))
    (told,) = heard(slack, asked)
    assert "guests" in told


@pytest.mark.parametrize("fault", [("status", 500), ("status", 404), ("drop",), ("error", "expired_url")])
def test_a_private_answer_that_its_address_does_not_take_comes_directly(
    slack: FakeSlack, fault: tuple[Any, ...]
) -> None:
    user = f"URESP{fault[0].upper()}{fault[-1]}".replace("_", "").upper()
    channel = f"CR{user[1:]}"
    slack.add_channel(channel)
    fault = ("status", 404) if fault[0] == "error" else fault
    slack.fail("response_url", fault)
    slack.command(user, channel, QUESTION)
    slack.wait_until(lambda s: s.posted(f"D{user[1:]}"))
    (answer,) = slack.posted(f"D{user[1:]}")
    assert "I may not have reached you where you asked" in slack.visible(answer)
    assert "caseloads" in slack.visible(answer)
    assert slack.posted(channel) == []


def test_a_private_answer_has_plainer_forms_too_and_uses_its_address_sparingly(slack: FakeSlack) -> None:
    slack.add_channel("CPLAIN")
    begun = len(slack.calls)
    slack.fail("response_url", ("error", "invalid_blocks"), ("error", "invalid_blocks"))
    slack.command("UPLAIN", "CPLAIN", QUESTION)
    slack.wait_until(lambda s: [one for one in s.ephemerals("UPLAIN") if "caseloads" in s.visible(one.message)])
    used = [call for call in slack.calls[begun:] if call.method == "response_url"]
    assert len(used) <= 5
    assert slack.posted("DPLAIN") == []


def test_a_modal_that_does_not_open_harms_nothing(slack: FakeSlack) -> None:
    asked = slack.dm("UMODAL", QUESTION)
    answers(slack, asked)
    answer = (str(asked.channel), str(slack.posted(asked.channel)[0]["ts"]))
    for fault in (("error", "expired_trigger_id"), ("status", 500)):
        begun = len(slack.calls)
        slack.fail("views.open", fault)
        assert slack.wait_ack(slack.click("UMODAL", answer, "passage:1")).acked
        slack.wait_for("views.open", since=begun)
    begun = len(slack.calls)
    slack.click("UMODAL", answer, "passage:1")
    assert slack.wait_for("views.open", since=begun).ok


@pytest.mark.parametrize("fault", [("status", 500), ("ratelimited", 1), ("drop",), ("done_then_drop",)])
def test_an_edited_question_has_its_answer_changed_at_last(slack: FakeSlack, fault: tuple[Any, ...]) -> None:
    channel = f"CED{fault[0].upper().replace('_', '')}"
    asked = asks(slack, channel)
    answers(slack, asked)
    slack.fail("chat.update", fault, when=there(channel))
    slack.edit(channel, str(asked.ts), f"<@U0BOT> {OTHER}")
    slack.wait_until(lambda s: any(ANSWER_TO_OTHER in words for words in heard(s, asked)[:1]))
    assert len(heard(slack, asked)) == 1


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_an_answer_that_cannot_be_changed_is_posted_anew(slack: FakeSlack, error: str) -> None:
    channel = f"CNEW{len(error)}"
    asked = asks(slack, channel)
    answers(slack, asked)
    slack.fail("chat.update", ("error", error), when=there(channel))
    slack.edit(channel, str(asked.ts), f"<@U0BOT> {OTHER}")
    slack.wait_until(lambda s: ANSWER_TO_OTHER in " ".join(heard(s, asked)))
    assert len(heard(slack, asked)) == 1


def test_of_two_edits_in_a_row_the_last_one_is_answered(slack: FakeSlack) -> None:
    """Also where the first one's answer is on its way when the second comes."""
    asked = asks(slack, "CTWICE")
    answers(slack, asked)
    slack.fail("chat.update", ("done_then_hang", 1.5), when=there("CTWICE"))
    begun = len(slack.calls)
    slack.edit("CTWICE", str(asked.ts), "<@U0BOT> what did Ofsted say about supervision in 2019?")
    slack.wait_for("chat.update", since=begun)
    slack.edit("CTWICE", str(asked.ts), f"<@U0BOT> {OTHER}")
    slack.wait_until(lambda s: ANSWER_TO_OTHER in " ".join(heard(s, asked)))
    done(slack, asked)
    (seen,) = heard(slack, asked)
    assert ANSWER_TO_OTHER in seen


def test_a_question_edited_while_its_answer_is_posted_has_one_answer(slack: FakeSlack) -> None:
    for number, name in enumerate(("hang", "done_then_hang")):
        channel = f"CRACE{number}"
        slack.fail("chat.postMessage", (name, 1), when=there(channel))
        begun = len(slack.calls)
        asked = asks(slack, channel)
        slack.wait_for("chat.postMessage", since=begun)
        slack.edit(channel, str(asked.ts), f"<@U0BOT> {OTHER}")
        slack.wait_until(lambda s, asked=asked: ANSWER_TO_OTHER in " ".join(heard(s, asked)))
        done(slack, asked)
        assert len(heard(slack, asked)) == 1


@pytest.mark.parametrize("fault", [("status", 500), ("ratelimited", 1), ("drop",), ("done_then_drop",)])
def test_a_deleted_question_has_its_answer_withdrawn_at_last(slack: FakeSlack, fault: tuple[Any, ...]) -> None:
    channel = f"CDEL{fault[0].upper().replace('_', '')}"
    asked = asks(slack, channel)
    answers(slack, asked)
    slack.fail("chat.delete", fault, when=there(channel))
    slack.delete(channel, str(asked.ts))
    slack.wait_until(lambda s: not s.posted(channel))


def test_a_question_deleted_while_its_answer_is_posted_has_none(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", ("done_then_hang", 1), when=there("CGONE"))
    begun = len(slack.calls)
    asked = asks(slack, "CGONE")
    slack.wait_for("chat.postMessage", since=begun)
    slack.delete("CGONE", str(asked.ts))
    slack.wait_until(lambda s: not s.posted("CGONE"))
    done(slack, asked)
    assert slack.posted("CGONE") == []


def test_one_answer_stands_whatever_posting_meets(slack: FakeSlack, slow: tuple[list[Event], Event]) -> None:
    """Whether or not Slack carried out the call that it did not answer, and also where it takes ten seconds to say.

    The last test: its questions were asked before the others.
    """
    asked, refused = slow
    for one in asked:
        answers(slack, one)
        done(slack, one)
    assert [len(heard(slack, one)) for one in asked] == [1] * len(POSTING)
    assert ["could not check with Slack who you are" in words for words in heard(slack, refused)] == [True]
