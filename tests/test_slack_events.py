"""Payloads in the shapes of docs.slack.dev/reference/events are read as what they mean; all else is nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.slack.events import (
    Bot,
    BotSpoke,
    Deleted,
    Edited,
    Nothing,
    Opened,
    Stopped,
    mentions,
    message_key,
    plain,
    read_event,
    without_mention,
)
from assistant.slack.records import Asked, Way

Json = dict[str, Any]
BOT = Bot(user="U0BOT", bot="B0BOT", team="T0TEAM")
NOW = 1_700_000_000.0
ROOT, TS = "1699999000.000100", "1699999999.123456"


def body(event: object, **more: object) -> Json:
    """An Events API payload around an event."""
    return {
        "token": "legacy",
        "team_id": "T0TEAM",
        "api_app_id": "A0APP",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0PV52K21",
        "event_time": 1_699_999_999,
        "is_ext_shared_channel": False,
        "authorizations": [{"team_id": "T0TEAM", "user_id": "U0BOT", "is_bot": True}],
    } | more


def message(text: str = "What about caseloads?", **more: object) -> Json:
    """A person's message in a channel."""
    return {
        "type": "message",
        "user": "U1",
        "text": text,
        "ts": TS,
        "client_msg_id": "0e3a1d5e-0000-4000-8000-000000000000",
        "team": "T0TEAM",
        "channel": "C1",
        "channel_type": "channel",
        "event_ts": TS,
    } | more


def changed(now: Json, before: Json | None, **more: object) -> Json:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel"}
    return event | {"message": now, "previous_message": before, "ts": "1700000001.000200", "hidden": True} | more


def read(event: object, **more: object) -> Any:
    return read_event(body(event, **more), BOT, NOW)


# ---------------------------------------------------------------- questions


def test_a_direct_message_without_a_thread_is_a_question_that_begins_one() -> None:
    asked = read(message(channel="D1", channel_type="im"))
    assert asked == Asked(
        key=f"D1:{TS}",
        way=Way.DIRECT,
        team="T0TEAM",
        channel="D1",
        user="U1",
        text="What about caseloads?",
        at=NOW,
        thread_ts=TS,
        ts=TS,
    )


def test_a_direct_message_in_a_thread_is_answered_there() -> None:
    asked = read(message(channel="D1", channel_type="im", thread_ts=ROOT, parent_user_id="U1"))
    assert (asked.way, asked.thread_ts, asked.ts) == (Way.DIRECT, ROOT, TS)


def test_a_mention_is_a_question_without_the_mention() -> None:
    event = message("<@U0BOT> What about caseloads?")
    mention = {name: value for name, value in event.items() if name != "channel_type"} | {"type": "app_mention"}
    asked = read(mention)
    assert (asked.way, asked.text, asked.thread_ts) == (Way.MENTION, "What about caseloads?", TS)


@pytest.mark.parametrize("kind", ["channel", "group", "mpim"])
def test_a_mention_and_its_twin_are_the_same_question(kind: str) -> None:
    twin = message("Ask <@U0BOT|inspections>: and in 2018?", channel_type=kind, thread_ts=ROOT)
    mention = {name: value for name, value in twin.items() if name != "channel_type"} | {"type": "app_mention"}
    assert read(mention) == read(twin)
    assert read(twin).key == message_key("C1", TS) == f"C1:{TS}"


def test_a_reply_in_a_thread_may_be_for_us() -> None:
    asked = read(message("And in 2018?", thread_ts=ROOT))
    assert (asked.way, asked.thread_ts) == (Way.THREAD, ROOT)


@pytest.mark.parametrize(
    "text", ["<@U2> what do you think?", "<!here> look", "<!subteam^S1|@leads> look", "<!channel>", "<@W1|someone>"]
)
def test_a_reply_that_calls_somebody_else_is_not_for_us(text: str) -> None:
    assert read(message(text, thread_ts=ROOT)) == Nothing()


def test_a_date_in_a_reply_calls_nobody() -> None:
    assert read(message("And on <!date^1392734382^{date}|18 February>?", thread_ts=ROOT)).way is Way.THREAD


def test_what_mentions_us_and_somebody_else_is_for_us() -> None:
    assert read(message("<@U2> see what <@U0BOT> says", thread_ts=ROOT)).way is Way.MENTION


def test_a_message_in_a_channel_that_does_not_mention_us_is_nothing() -> None:
    assert read(message()) == Nothing()
    assert read(message(thread_ts=TS)) == Nothing()  # the first message of a thread carries the thread's own stamp


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_a_person_speaks_in_these_subtypes_too(subtype: str) -> None:
    assert read(message(channel="D1", channel_type="im", subtype=subtype, thread_ts=ROOT)).way is Way.DIRECT
    assert read(message("<@U0BOT> caseloads?", subtype=subtype, thread_ts=ROOT)).way is Way.MENTION


@pytest.mark.parametrize(
    "subtype",
    [
        "channel_join",
        "channel_leave",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "channel_archive",
        "group_join",
        "pinned_item",
        "message_replied",
        "reminder_add",
        "huddle_thread",
        "ekm_access_denied",
        "a_subtype_of_tomorrow",
    ],
)
def test_what_no_person_said_is_nothing(subtype: str) -> None:
    said = message("<@U0BOT> has joined the channel", subtype=subtype, thread_ts=ROOT)
    assert read(said) == Nothing()
    assert read(said | {"channel": "D1", "channel_type": "im"}) == Nothing()
    assert read(changed(said, said | {"text": "before"})) == Nothing()


def test_a_shared_channel_is_known_as_such() -> None:
    mention = message("<@U0BOT> caseloads?")
    assert read(mention, is_ext_shared_channel=True).shared
    assert not read(mention, is_ext_shared_channel=False).shared
    assert not read(mention, is_ext_shared_channel="yes").shared


def test_the_team_is_ours_where_the_payload_names_none() -> None:
    assert read(message("<@U0BOT> caseloads?"), team_id=None).team == "T0TEAM"


# ---------------------------------------------------------------- other apps, and ourselves


@pytest.mark.parametrize(
    "ours",
    [
        {"bot_id": "B0BOT", "user": "U0BOT"},
        {"bot_id": "B0BOT", "subtype": "bot_message", "user": None},
        {"user": "U0BOT"},
        {"user": "U0BOT", "bot_id": "B9"},
    ],
)
def test_what_we_said_ourselves_is_nothing(ours: Json) -> None:
    for text in ("I found this.", "<@U0BOT> caseloads?"):
        assert read(message(text, thread_ts=ROOT) | ours) == Nothing()
        assert read(message(text, channel="D1", channel_type="im") | ours) == Nothing()


def test_another_app_that_does_not_mention_us_is_nothing() -> None:
    said = message("Build 12 failed", subtype="bot_message", bot_id="B9", username="ci", user=None)
    assert read(said) == Nothing()
    assert read(said | {"thread_ts": ROOT}) == Nothing()


def test_another_app_that_mentions_us_is_told_once_in_its_thread() -> None:
    said = message("<@U0BOT> caseloads?", subtype="bot_message", bot_id="B9", user=None)
    assert read(said) == BotSpoke("C1", TS, "B9")
    assert read(said | {"thread_ts": ROOT}) == BotSpoke("C1", ROOT, "B9")
    assert read(said | {"type": "app_mention", "subtype": None}) == BotSpoke("C1", TS, "B9")


# ---------------------------------------------------------------- edits and deletions


def test_an_edited_question_is_what_it_asks_now() -> None:
    before = message("<@U0BOT> caseloads in 2018?")
    now = before | {"text": "<@U0BOT> caseloads in 2019?", "edited": {"user": "U1", "ts": "1700000001.000000"}}
    edited = read(changed(now, before))
    assert isinstance(edited, Edited)
    assert (edited.asked.key, edited.asked.text) == (f"C1:{TS}", "caseloads in 2019?")


def test_a_mention_added_by_an_edit_asks() -> None:
    before = message("caseloads in 2018?")
    assert isinstance(read(changed(before | {"text": "<@U0BOT> caseloads in 2018?"}, before)), Edited)


def test_a_preview_that_comes_to_a_question_is_no_edit() -> None:
    before = message("<@U0BOT> see https://example.org")
    assert read(changed(before | {"attachments": [{"id": 1}]}, before)) == Nothing()


def test_a_tombstone_is_a_deleted_question() -> None:
    """Of a message with replies Slack keeps a tombstone, and says that the message was changed."""
    tombstone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    tombstone |= {"ts": ROOT, "thread_ts": ROOT, "hidden": True}
    assert read(changed(tombstone, message("<@U0BOT> caseloads?", ts=ROOT))) == Deleted("C1", ROOT, ROOT, asked=True)
    ours = message("I found this.", ts=ROOT, user="U0BOT", bot_id="B0BOT")
    assert read(changed(tombstone, ours)) == Nothing()


@pytest.mark.parametrize("writer", [{"user": "U0BOT", "bot_id": "B0BOT"}, {"user": "U0BOT"}, {"bot_id": "B9"}])
def test_a_changed_message_of_an_app_is_nothing(writer: Json) -> None:
    before = message("<@U0BOT> first", thread_ts=ROOT) | writer
    assert read(changed(before | {"text": "<@U0BOT> second"}, before)) == Nothing()


def test_a_deleted_message_is_named_with_its_thread() -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel"}
    event |= {"deleted_ts": TS, "ts": "1700000001.000200", "hidden": True}
    assert read(event | {"previous_message": message(thread_ts=ROOT)}) == Deleted("C1", TS, ROOT, asked=True)
    assert read(event | {"previous_message": message()}) == Deleted("C1", TS, TS, asked=False)
    assert read(event) == Deleted("C1", TS, TS, asked=False)
    assert read(event | {"previous_message": message(bot_id="B0BOT", user="U0BOT")}) == Nothing()
    assert read(event | {"deleted_ts": "soon"}) == Nothing()


# ---------------------------------------------------------------- the agent view


def test_the_stop_button_names_its_thread() -> None:
    event = {"type": "agent_session_stopped", "channel": "D1", "thread_ts": ROOT, "user": "U1", "event_ts": TS}
    event |= {"streaming_message_ts": []}
    assert read(event) == Stopped("D1", ROOT, "U1")
    assert read(event | {"thread_ts": None}) == read(event | {"channel": ""}) == Nothing()


@pytest.mark.parametrize("tab", ["home", "messages"])
def test_opening_the_app_tells_which_tab(tab: str) -> None:
    event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "event_ts": TS}
    assert read(event) == Opened("U1", tab, "D1")


# ---------------------------------------------------------------- what people typed


@pytest.mark.parametrize(
    ("mrkdwn", "typed"),
    [
        ("fewer than 5 &amp; more than 3", "fewer than 5 & more than 3"),
        ("a &lt; b &gt; c", "a < b > c"),
        ("type &amp;lt;b&amp;gt;", "type &lt;b&gt;"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <https://example.org|the report>", "see the report"),
        ("mail <mailto:a@example.org|a@example.org>", "mail a@example.org"),
        ("in <#C0123|general>", "in general"),
        ("in <#C0123>", "in C0123"),
        ("in <#C0123|>", "in C0123"),
        ("<!subteam^S1|@leads> know", "@leads know"),
        ("on <!date^1392734382^{date}|18 February>", "on 18 February"),
        ("  spaced  ", "spaced"),
    ],
)
def test_mrkdwn_is_read_as_it_was_typed(mrkdwn: str, typed: str) -> None:
    assert plain(mrkdwn) == typed


def test_only_our_own_mention_goes() -> None:
    assert without_mention("<@U0BOT>  hello <@U2|them>\n<@U0BOT|us>", BOT) == "hello them"
    assert without_mention("<@U0BOTTLE> hello", BOT) == "U0BOTTLE hello"
    assert mentions("<@U0BOT> and <@U2|x>, not &lt;@U3&gt;") == ("U0BOT", "U2")


def test_half_a_character_can_be_stored() -> None:
    """A pair of surrogates that Slack cut in two is valid JSON, and no database takes it."""
    asked = read(message("caseloads \ud83d", channel="D1", channel_type="im"))
    assert asked.text.encode() == b"caseloads ?"


# ---------------------------------------------------------------- hostile payloads

_SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_KNOWN = st.sampled_from(["U1", "U0BOT", "B0BOT", "B9", "C1", "D1", "im", "channel", TS, ROOT, "<@U0BOT> hi", "<@U2>"])
_JSON = st.recursive(
    _SCALAR | _KNOWN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
_TYPE = st.sampled_from(["message", "app_mention", "agent_session_stopped", "app_home_opened"])
_SUBTYPE = st.sampled_from(["", "message_changed", "message_deleted", "bot_message", "tombstone", "file_share"])
_FIELDS = ("user", "channel", "channel_type", "ts", "thread_ts", "text", "bot_id", "deleted_ts", "tab")
_MESSAGE = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(_FIELDS, _KNOWN | _JSON) | {"subtype": _SUBTYPE | _JSON, "type": _TYPE | _JSON}
)
_EVENT = st.fixed_dictionaries(
    {"type": _TYPE, "subtype": _SUBTYPE | _JSON},
    optional=dict.fromkeys(_FIELDS, _KNOWN | _JSON)
    | {"message": _MESSAGE | _JSON, "previous_message": _MESSAGE | _JSON},
)


@given(event=_EVENT | _MESSAGE | _JSON, team=_JSON, shared=_JSON)
def test_whatever_stands_in_an_event_no_question_lacks_who_asked_and_where(event: Any, team: Any, shared: Any) -> None:
    happening = read(event, team_id=team, is_ext_shared_channel=shared)
    if isinstance(happening, Edited):
        happening = happening.asked
    if isinstance(happening, Asked):
        assert happening.user
        assert happening.user != BOT.user
        assert happening.channel
        assert happening.ts
        assert happening.thread_ts
        assert happening.key == f"{happening.channel}:{happening.ts}"
        assert isinstance(happening.text, str)
        assert happening.team
    elif isinstance(happening, BotSpoke | Deleted | Stopped):
        assert happening.channel
        assert happening.thread_ts
    else:
        assert isinstance(happening, Nothing | Opened)


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_stored(text: str) -> None:
    plain(text).encode()
    without_mention(text, BOT).encode()
    mentions(text)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_what_was_typed_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(escaped) == text.strip()


def test_a_long_message_of_brackets_is_read_at_once() -> None:
    for text in ("<" * 40_000, "<@" * 20_000, "<|" * 20_000, "<a|" * 13_000, "&" * 40_000):
        assert isinstance(read(message(text, channel="D1", channel_type="im")), Asked)


@pytest.mark.parametrize("payload", [{}, {"event": None}, {"event": []}, {"event": "message"}, {"type": "x"}])
def test_a_payload_without_an_event_is_nothing(payload: Json) -> None:
    assert read_event(payload, BOT, NOW) == Nothing()
