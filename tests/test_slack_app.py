"""The app as a process, in both modes, in a whole conversation with the fake Slack on the index of `source_docs/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from fake_slack_wire import Event
from fake_slack_world import Ephemeral
from slack_process import TODAY, SlackApp, slack_app

from assistant.ask import Assistant
from index.embedding import LocalEmbedder
from index.entry import RULES
from index.generation import open_current

pytest_plugins = ["fixtures_slack"]

QUESTION = "what did Ofsted say about caseloads in 2019?"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What goes over the wire in another shape is tested in both modes, the rest in one."""
    if "world" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_modes")
        metafunc.parametrize("world", ["http", "socket"] if both else ["http"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, source_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FakeSlack, SlackApp]]:
    """A workspace with the app in it, in one mode.  Tests use people and channels of their own."""
    with FakeSlack() as slack:
        slack.echo = True
        home = tmp_path_factory.mktemp("slack")
        with slack_app(slack, source_index, home, request.param, INSPECTIONS_SLACK_ADMINS="UADMIN") as app:
            yield slack, app


@pytest.fixture(scope="module")
def assistant(source_index: Path, embedder: LocalEmbedder) -> Iterator[Assistant]:
    """An assistant on the index that the app has."""
    with open_current(source_index, embedder.id, RULES) as index:
        yield Assistant(index, embedder)


@pytest.fixture
def slack(world: tuple[FakeSlack, SlackApp]) -> Iterator[FakeSlack]:
    """The workspace; afterwards no call may have broken a rule of Slack's or of ours."""
    yield world[0]
    assert not world[0].violations, world[0].summary()
    assert not world[0].warnings, world[0].summary()


@pytest.mark.both_modes
def test_a_direct_message_is_answered_in_its_thread(slack: FakeSlack) -> None:
    asked = slack.dm("UDIRECT", QUESTION)
    assert slack.wait_ack(asked).seconds < 3
    slack.wait_until(lambda s: s.posted(asked.channel, asked.thread))
    (answer,) = slack.posted(asked.channel, asked.thread)
    assert "caseloads" in slack.visible(answer)


def answers(slack: FakeSlack, asked: Event, count: int = 1) -> list[dict[str, Any]]:
    """The bot's messages in the thread of a question, once there are `count` of them."""
    slack.wait_until(lambda s: len(s.posted(asked.channel, asked.thread)) >= count)
    return slack.posted(asked.channel, asked.thread)


def settled(slack: FakeSlack, user: str, channel: str) -> None:
    """Wait until all that was sent before is dealt with: a question asked after it has its answer."""
    last = slack.mention(channel, user, "what did Ofsted say about caseloads?")
    answers(slack, last)


def test_the_status_comes_at_once_and_names_real_steps(slack: FakeSlack) -> None:
    asked = slack.dm("USTATUS", QUESTION)
    answers(slack, asked)
    told = [words for _, words in slack.statuses(asked.channel, asked.thread) if words]
    assert told[0] == "is reading the question…"
    assert not slack.status(asked.channel, asked.thread)
    session = slack.session(asked.channel, asked.thread)
    assert session is not None
    slack.wait_until(lambda s: s.session(asked.channel, asked.thread)["status"] == "active")


@pytest.mark.both_modes
def test_a_mention_and_its_twin_have_one_answer(slack: FakeSlack) -> None:
    slack.add_channel("CTWIN")
    asked = [slack.mention("CTWIN", "UTWIN", QUESTION, twin=order) for order in (True, "first", False)]
    for one in asked:
        answers(slack, one)
    settled(slack, "UTWIN", "CTWIN")
    assert [len(slack.posted("CTWIN", one.thread)) for one in asked] == [1, 1, 1]


def test_the_words_are_those_of_the_terminal(slack: FakeSlack, assistant: Assistant) -> None:
    """Every line of the terminal's answer stands in the messages, marks and all."""
    asked = slack.dm("UWORDS", QUESTION)
    shown = " ".join(" ".join(slack.visible(one).split()) for one in answers(slack, asked))
    for line in assistant.ask(QUESTION, today=date.fromisoformat(TODAY)).text.splitlines():
        for piece in line.lstrip("• ").replace("”", "“").split("“"):
            assert " ".join(piece.split()) in shown


@pytest.mark.both_modes
def test_a_follow_up_in_the_thread_needs_no_mention_until_others_join(slack: FakeSlack) -> None:
    slack.add_channel("CTHREAD")
    asked = slack.mention("CTHREAD", "UASKER", "what did Ofsted say about caseloads in 2019?")
    answers(slack, asked)
    slack.message("CTHREAD", "UASKER", "and what did the council say?", thread_ts=asked.ts)
    second = answers(slack, asked, 2)[-1]
    assert "from before" in slack.visible(second)
    slack.message("CTHREAD", "UOTHER", "interesting, what do you think?", thread_ts=asked.ts)
    slack.message("CTHREAD", "UASKER", "what did the council say about recruitment?", thread_ts=asked.ts)
    settled(slack, "UASKER", "CTHREAD")
    assert len(slack.posted("CTHREAD", asked.thread)) == 2
    slack.mention("CTHREAD", "UOTHER", "and about turnover?", thread_ts=asked.ts)
    assert len(answers(slack, asked, 3)) == 3


@pytest.mark.both_modes
def test_talk_among_others_and_thanks_are_left_alone(slack: FakeSlack) -> None:
    slack.add_channel("CTALK")
    root = slack.message("CTALK", "UA", "Shall we look at caseloads?")
    slack.message("CTALK", "UB", "what did Ofsted say about caseloads?", thread_ts=root.ts)
    asked = slack.mention("CTALK", "UA", QUESTION)
    answers(slack, asked)
    slack.message("CTALK", "UA", "Thanks, very helpful!", thread_ts=asked.ts)
    slack.message("CTALK", "UA", "<@UB> what do you make of this?", thread_ts=asked.ts)
    settled(slack, "UA", "CTALK")
    assert slack.posted("CTALK", root.thread) == []
    assert len(slack.posted("CTALK", asked.thread)) == 1


def test_an_abstention_says_what_was_searched_and_what_is_held(slack: FakeSlack) -> None:
    asked = slack.dm("UNONE", "what did Ofsted say about falconry in Leeds?")
    (answer,) = answers(slack, asked)
    seen = slack.visible(answer)
    assert "No answer" in seen
    assert "Nothing is held about Leeds" in seen
    assert "Index of" in seen


@pytest.mark.both_modes
def test_an_edited_question_has_its_answer_replaced_and_a_deleted_one_withdrawn(slack: FakeSlack) -> None:
    slack.add_channel("CEDIT")
    asked = slack.mention("CEDIT", "UEDIT", "what did Ofsted say about caseloads in 2019?")
    (before,) = answers(slack, asked)
    slack.unfurl("CEDIT", asked.ts)
    slack.edit("CEDIT", asked.ts, "<@U0BOT> what did Ofsted say about staff turnover in 2019?")
    slack.wait_until(lambda s: "turnover" in s.visible(s.posted("CEDIT", asked.thread)[0]))
    (after,) = slack.posted("CEDIT", asked.thread)
    assert after["ts"] == before["ts"]
    slack.delete("CEDIT", asked.ts)
    slack.wait_until(lambda s: not s.posted("CEDIT", asked.thread))


def test_a_message_edited_into_a_mention_is_answered(slack: FakeSlack) -> None:
    slack.add_channel("CINTO")
    asked = slack.message("CINTO", "UINTO", QUESTION)
    slack.edit("CINTO", asked.ts, f"<@U0BOT> {QUESTION}")
    assert len(answers(slack, asked)) == 1


def privately(slack: FakeSlack, user: str, words: str) -> Ephemeral:
    """What only this person sees that has these words."""
    slack.wait_until(lambda s: any(words in s.visible(one.message) for one in s.ephemerals(user)))
    return next(one for one in slack.ephemerals(user) if words in slack.visible(one.message))


@pytest.mark.both_modes
def test_the_slash_command_answers_its_asker_alone(slack: FakeSlack) -> None:
    slack.add_channel("CSLASH")
    command = slack.command("USLASH", "CSLASH", QUESTION)
    assert slack.wait_ack(command).seconds < 3
    privately(slack, "USLASH", "Sources")
    assert slack.posted("CSLASH") == []


def test_a_private_answer_can_be_shared_to_a_channel_that_has_us(slack: FakeSlack) -> None:
    for channel in ("CFROM", "CTO"):
        slack.add_channel(channel)
    slack.add_channel("CNOT", member=False)
    slack.add_channel("CLEFT").members = ("UOTHER",)
    slack.add_channel("CFOREIGN", is_ext_shared=True)
    slack.add_channel("DOTHER", is_im=True, user="UOTHER")
    slack.command("USHARE", "CFROM", QUESTION)
    answer = privately(slack, "USHARE", "Share to channel")
    slack.click("USHARE", answer, "share")
    modal = slack.wait_for("views.open")
    told = {"CNOT": "/invite", "CLEFT": "not a member", "CFOREIGN": "another organisation", "DOTHER": "choose another"}
    for channel, words in told.items():
        refused = slack.submit("USHARE", modal, {"channel": channel})
        assert words in slack.wait_ack(refused).body["errors"]["channel"]
        assert slack.posted(channel) == []
    slack.submit("USHARE", modal, {"channel": "CTO"})
    slack.wait_until(lambda s: s.posted("CTO"))
    assert len(slack.posted("CTO")) == 1
    assert "what did Ofsted say about caseloads in 2019" in slack.visible(slack.posted("CTO")[0])
    assert slack.posted("CFROM") == []


@pytest.mark.both_modes
def test_a_claim_is_set_against_the_reports_privately_and_not_judged(slack: FakeSlack) -> None:
    slack.add_channel("CCLAIM")
    slack.shortcut_claim("UCLAIM", "CCLAIM", "Ofsted said in 2019 that caseloads in Bradford are too high.")
    answer = privately(slack, "UCLAIM", "Sources")
    seen = slack.visible(answer.message)
    assert "What the reports say about this claim" in seen
    assert "no verdict is given" in seen
    assert slack.posted("CCLAIM") == []


def test_a_shared_claim_keeps_its_heading_and_says_that_nothing_is_judged(slack: FakeSlack) -> None:
    slack.add_channel("CCLAIM2")
    slack.shortcut_claim("UCLAIM2", "CCLAIM2", "Ofsted said in 2019 that caseloads\nin Bradford are too high.")
    answer = privately(slack, "UCLAIM2", "Sources")
    begun = len(slack.calls)
    slack.click("UCLAIM2", answer, "share")
    modal = slack.wait_for("views.open", since=begun)
    assert "This message will be quoted" in slack.visible(slack.view(modal.view_id).body)
    slack.submit("UCLAIM2", modal, {"channel": "CCLAIM2"})
    slack.wait_until(lambda s: s.posted("CCLAIM2"))
    seen = slack.visible(slack.posted("CCLAIM2")[0])
    assert "Shared by a colleague" in seen
    assert "no verdict is given" in seen


def test_correcting_a_private_answer_leaves_it_standing(slack: FakeSlack) -> None:
    slack.add_channel("CPRIVATE")
    slack.shortcut_claim("UPRIVATE", "CPRIVATE", "Ofsted said in 2019 that caseloads\nin Bradford  are too high.")
    answer = privately(slack, "UPRIVATE", "Sources")
    begun = len(slack.calls)
    slack.click("UPRIVATE", answer, "correct")
    modal = slack.wait_for("views.open", since=begun)
    (radio,) = [one for one in slack.controls(modal.view_id) if one["type"] == "radio_buttons"]
    slack.submit("UPRIVATE", modal, {"reworded": radio["options"][0]["value"]})
    slack.wait_until(lambda s: sum("Sources" in s.visible(one.message) for one in s.ephemerals("UPRIVATE")) == 2)
    second = [one for one in slack.ephemerals("UPRIVATE") if "Sources" in slack.visible(one.message)][-1]
    assert "published in 2019" in slack.visible(second.message)


@pytest.mark.both_modes
def test_a_passage_is_shown_in_its_context_and_its_neighbours_too(slack: FakeSlack) -> None:
    asked = slack.dm("UPASSAGE", QUESTION)
    answer = answers(slack, asked)[0]
    begun = len(slack.calls)
    slack.click("UPASSAGE", (str(asked.channel), answer["ts"]), "passage:1")
    modal = slack.wait_for("views.open", since=begun)
    view = slack.view(modal.view_id)
    before = slack.visible(view.body)
    assert "caseloads" in before
    steps = [one["action_id"] for one in slack.controls(modal.view_id)]
    assert steps
    slack.click("UPASSAGE", modal.view_id, steps[0])
    slack.wait_until(lambda s: s.visible(s.view(modal.view_id).body) != before)


def test_feedback_is_one_row_a_person_and_answer_and_can_be_exported(
    world: tuple[FakeSlack, SlackApp], slack: FakeSlack
) -> None:
    asked = slack.dm("UFEED", QUESTION)
    answer = (str(asked.channel), answers(slack, asked)[-1]["ts"])
    slack.wait_ack(slack.click("UFEED", answer, "feedback", value_of(slack, answer, "good")))
    begun = len(slack.calls)
    slack.wait_ack(slack.click("UFEED", answer, "feedback", value_of(slack, answer, "bad")))
    modal = slack.wait_for("views.open", since=begun)
    sent = slack.submit("UFEED", modal, {"reasons": ["wrong_document", "misses"], "comment": "The letter is missing"})
    assert slack.wait_ack(sent).status == 200
    app = world[1]

    def exported() -> list[dict[str, Any]]:
        return [row for row in app.command("feedback", "export") if row["person"] == "UFEED"]

    slack.wait_until(lambda _: (exported() or [{}])[-1].get("reasons"))
    (row,) = exported()
    assert (row["verdict"], row["reasons"]) == ("bad", ["wrong_document", "misses"])
    assert (row["comment"], row["question"], row["generation"]) == ("The letter is missing", QUESTION, "000001")
    assert row["passage_ids"]
    assert row["citations"]
    assert app.run("feedback", "erase", "UFEED").startswith("3 records")
    assert exported() == []


def value_of(slack: FakeSlack, answer: tuple[str, str], word: str) -> str:
    """The value of a feedback button."""
    (buttons,) = [one for one in slack.controls(answer) if one["type"] == "feedback_buttons"]
    return str(buttons["positive_button" if word == "good" else "negative_button"]["value"])


def test_a_suggested_question_is_answered_in_the_same_thread(slack: FakeSlack) -> None:
    asked = slack.dm("USUGGEST", QUESTION)
    answer = (str(asked.channel), answers(slack, asked)[-1]["ts"])
    suggested = [one for one in slack.controls(answer) if str(one["action_id"]).startswith("suggest:")]
    assert suggested
    slack.click("USUGGEST", answer, str(suggested[0]["action_id"]))
    second = answers(slack, asked, 2)[-1]
    assert suggested[0]["value"] in slack.visible(second)
    assert "No answer" not in slack.visible(second)


@pytest.mark.both_modes
def test_a_reading_can_be_corrected(slack: FakeSlack) -> None:
    asked = slack.dm("UCORRECT", QUESTION)
    answer = (str(asked.channel), answers(slack, asked)[-1]["ts"])
    assert "as published or inspected in 2019" in slack.visible(answers(slack, asked)[-1])
    begun = len(slack.calls)
    slack.click("UCORRECT", answer, "correct")
    modal = slack.wait_for("views.open", since=begun)
    (radio,) = [one for one in slack.controls(modal.view_id) if one["type"] == "radio_buttons"]
    labels = {one["text"]["text"]: one["value"] for one in radio["options"]}
    chosen = next(label for label in labels if label.startswith("Only reports published"))
    slack.submit("UCORRECT", modal, {"reworded": labels[chosen]})
    second = answers(slack, asked, 2)[-1]
    assert "published in 2019" in slack.visible(second)


@pytest.mark.both_modes
def test_home_shows_what_is_held_and_the_admins_panel_to_admins_alone(slack: FakeSlack) -> None:
    slack.dm("UHOME", QUESTION)
    for user in ("UHOME", "UADMIN"):
        slack.app_home_opened(user, "home")
        slack.wait_until(lambda s, user=user: s.home(user))
    anyone, admin = slack.visible(slack.home("UHOME") or {}), slack.visible(slack.home("UADMIN") or {})
    assert "6 documents" in anyone
    assert "Bradford" in anyone
    assert "Re-index" not in anyone
    assert "Re-index" in admin


def test_opening_the_messages_offers_questions_that_are_answered(slack: FakeSlack, assistant: Assistant) -> None:
    begun = len(slack.calls)
    slack.app_home_opened("UOPENS", "messages")
    offered = slack.wait_for("assistant.threads.setSuggestedPrompts", since=begun).args["prompts"]
    assert offered
    for one in offered:
        assert assistant.ask(one["message"], today=date.fromisoformat(TODAY)).status.value == "answered"


def test_guests_apps_and_strangers_are_refused_politely_and_once(slack: FakeSlack) -> None:
    slack.add_channel("CREFUSE")
    slack.add_user("UGUEST", is_restricted=True)
    slack.add_user("UFOREIGN", team_id="TOTHER", is_stranger=True)
    for user in ("UGUEST", "UFOREIGN"):
        asked = slack.mention("CREFUSE", user, QUESTION)
        slack.wait_until(lambda s, user=user: s.ephemerals(user))
        assert len(slack.ephemerals(user)) == 1
        assert not slack.posted("CREFUSE", asked.thread)
    first = slack.workflow_mention("CREFUSE", QUESTION)
    answers(slack, first)
    settled(slack, "UMEMBER", "CREFUSE")
    assert "people, not other apps" in slack.visible(slack.posted("CREFUSE", first.thread)[0])


@pytest.mark.both_modes
def test_unknown_events_are_acknowledged(slack: FakeSlack) -> None:
    for kind in ("channel_rename", "team_join", "something_new"):
        assert slack.wait_ack(slack.event({"type": kind})).acked


@pytest.mark.both_modes
def test_a_delivery_that_comes_again_is_not_answered_again(slack: FakeSlack) -> None:
    asked = slack.dm("UAGAIN", QUESTION)
    answers(slack, asked)
    slack.redeliver(asked)
    assert slack.wait_ack(asked, retry_num=1).acked
    later = slack.dm("UAGAIN", QUESTION)
    answers(slack, later)
    assert len(slack.posted(asked.channel, asked.thread)) == 1


def test_the_log_holds_no_word_of_what_people_ask(world: tuple[FakeSlack, SlackApp], slack: FakeSlack) -> None:
    asked = slack.dm("ULOG", "what did Ofsted say about xylophones?")
    answers(slack, asked)
    app = world[1]
    slack.wait_until(lambda _: any(line.get("question") == f"{asked.channel}:{asked.ts}" for line in app.log))
    assert app.stray == []
    assert "xylophones" not in str(app.log)
