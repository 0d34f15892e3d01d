"""The fake Slack judges: for every rule a call that passes and one that fails; and it drives an app in both modes."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from fake_slack import BOT_USER, Event, FakeSlack, signed
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.add_channel("C1")
        slack.add_channel("CAWAY", member=False)
        slack.add_channel("CPRIVATE", is_private=True, member=False)
        slack.add_channel("COLD", is_archived=True)
        slack.add_user("U1")
        yield slack


@pytest.fixture
def slack(server: FakeSlack) -> FakeSlack:
    """The module's server with a clean sheet."""
    server.violations.clear()
    server.warnings.clear()
    server.refusals.clear()
    server.calls.clear()
    return server


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.world.bot_token, base_url=slack.api_url, timeout=5, retry_handlers=[])


@contextlib.contextmanager
def refused(error: str) -> Iterator[None]:
    with pytest.raises(SlackApiError) as caught:
        yield
    assert caught.value.response["error"] == error


def post(client: WebClient, **args: Any) -> Any:
    """A message, past the client's own warnings; None takes an argument away."""
    args = {"channel": "C1", "text": "ok", "unfurl_links": False, "unfurl_media": False} | args
    return client.api_call("chat.postMessage", json={name: each for name, each in args.items() if each is not None})


# ---------------------------------------------------------------- blocks


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn("words")} | fields


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("Show"), "action_id": "show"} | fields


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "One", value: str = "1", **fields: Any) -> Json:
    return {"text": plain(text), "value": value} | fields


def choosing(kind: str, count: int, **fields: Any) -> Json:
    return {"type": kind, "action_id": "pick", "options": [option(value=str(i)) for i in range(count)]} | fields


def confirm(**fields: str) -> Json:
    words = {"title": "Sure?", "text": "Really", "confirm": "Yes", "deny": "No"} | fields
    return {name: plain(text) for name, text in words.items()}


def rich(*inline: Json, kind: str = "rich_text_section", **fields: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(inline), **fields}]}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, text: str = "x", **fields: Any) -> Json:
    return {"type": "table", "rows": [[cell(text)] * columns for _ in range(rows)]} | fields


def data_table(rows: int = 2, columns: int = 2, **fields: Any) -> Json:
    return table(rows, columns) | {"type": "data_table", "caption": "Judgements"} | fields


def container(*children: Json, **fields: Any) -> Json:
    return {"type": "container", "title": plain("Sources"), "child_blocks": list(children)} | fields


def feedback(**fields: Any) -> Json:
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "thumbs",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }
    return {"type": "context_actions", "elements": [thumbs | fields]}


def item(*inline: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inline)}


WORDS: Json = {"type": "text", "text": "words"}
LINK = "https://example.org/report.pdf"
DIVIDER: Json = {"type": "divider"}
IMAGE: Json = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a chart"}
WIDE_CELL = "x" * 2_500

BLOCK_RULES: list[tuple[str, list[Json], list[Json]]] = [
    ("section text 3000", [section(text=mrkdwn("x" * 3_000))], [section(text=mrkdwn("x" * 3_001))]),
    ("section needs words", [section()], [{"type": "section"}]),
    ("empty text", [section(text=plain("x"))], [section(text=plain(""))]),
    ("blank text", [section(text=plain("x"))], [section(text=plain("  "))]),
    ("text object type", [section()], [section(text={"type": "html", "text": "x"})]),
    ("field 2000", [section(fields=[mrkdwn("x" * 2_000)])], [section(fields=[mrkdwn("x" * 2_001)])]),
    ("fields 10", [section(fields=[plain("x")] * 10)], [section(fields=[plain("x")] * 11)]),
    ("accessory", [section(accessory=button())], [section(accessory=feedback()["elements"][0])]),
    ("header 150", [{"type": "header", "text": plain("x" * 150)}], [{"type": "header", "text": plain("x" * 151)}]),
    ("header is plain", [{"type": "header", "text": plain("x")}], [{"type": "header", "text": mrkdwn("x")}]),
    ("image alt", [IMAGE], [{k: v for k, v in IMAGE.items() if k != "alt_text"}]),
    (
        "context 10",
        [{"type": "context", "elements": [mrkdwn("x")] * 9 + [IMAGE]}],
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    ),
    (
        "actions 25",
        [actions(*(button(action_id=str(i)) for i in range(25)))],
        [actions(*(button(action_id=str(i)) for i in range(26)))],
    ),
    ("actions not empty", [actions(button())], [actions()]),
    ("50 blocks", [DIVIDER] * 50, [DIVIDER] * 51),
    ("unknown block", [DIVIDER], [{"type": "mystery"}]),
    ("unknown field", [DIVIDER], [DIVIDER | {"color": "red"}]),
    ("button text 75", [actions(button(text=plain("x" * 75)))], [actions(button(text=plain("x" * 76)))]),
    ("button value 2000", [actions(button(value="x" * 2_000))], [actions(button(value="x" * 2_001))]),
    ("button url", [actions(button(url=LINK))], [actions(button(url="javascript:alert(1)"))]),
    ("url 3000", [actions(button(url=LINK))], [actions(button(url=LINK + "x" * 3_000))]),
    ("button style", [actions(button(style="primary"))], [actions(button(style="green"))]),
    ("action_id 255", [actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))]),
    (
        "action_id once in a block",
        [actions(button(), button(action_id="b"))],
        [actions(button(), button())],
    ),
    ("block_id 255", [DIVIDER | {"block_id": "x" * 255}], [DIVIDER | {"block_id": "x" * 256}]),
    (
        "block_id once",
        [DIVIDER | {"block_id": "a"}, DIVIDER | {"block_id": "b"}],
        [DIVIDER | {"block_id": "a"}, container(DIVIDER | {"block_id": "a"})],
    ),
    (
        "confirm title 100",
        [actions(button(confirm=confirm(title="x" * 100)))],
        [actions(button(confirm=confirm(title="x" * 101)))],
    ),
    (
        "confirm text 300",
        [actions(button(confirm=confirm(text="x" * 300)))],
        [actions(button(confirm=confirm(text="x" * 301)))],
    ),
    (
        "confirm button 30",
        [actions(button(confirm=confirm(deny="x" * 30)))],
        [actions(button(confirm=confirm(deny="x" * 31)))],
    ),
    ("select 100", [actions(choosing("static_select", 100))], [actions(choosing("static_select", 101))]),
    ("radio 10", [actions(choosing("radio_buttons", 10))], [actions(choosing("radio_buttons", 11))]),
    ("checkboxes 10", [actions(choosing("checkboxes", 10))], [actions(choosing("checkboxes", 11))]),
    ("overflow 5", [section(accessory=choosing("overflow", 5))], [section(accessory=choosing("overflow", 6))]),
    (
        "option text 75",
        [actions(choosing("static_select", 0, options=[option("x" * 75)]))],
        [actions(choosing("static_select", 0, options=[option("x" * 76)]))],
    ),
    (
        "option value 150",
        [actions(choosing("static_select", 0, options=[option(value="x" * 150)]))],
        [actions(choosing("static_select", 0, options=[option(value="x" * 151)]))],
    ),
    (
        "initial option is an option",
        [actions(choosing("static_select", 2, initial_option=option(value="1")))],
        [actions(choosing("static_select", 2, initial_option=option(value="7")))],
    ),
    (
        "option values differ",
        [actions(choosing("checkboxes", 2))],
        [actions(choosing("checkboxes", 0, options=[option(), option("Two")]))],
    ),
    (
        "placeholder 150",
        [actions(choosing("static_select", 1, placeholder=plain("x" * 150)))],
        [actions(choosing("static_select", 1, placeholder=plain("x" * 151)))],
    ),
    ("table 100 rows", [table(100)], [table(101)]),
    ("table 20 columns", [table(2, 20)], [table(2, 21)]),
    ("table 10000 characters", [table(2, 2, WIDE_CELL)], [table(2, 2, WIDE_CELL + "x")]),
    ("rows of one length", [table()], [table() | {"rows": [[cell()], [cell(), cell()]]}]),
    ("cell kinds", [table() | {"rows": [[cell(), rich(WORDS)]]}], [table() | {"rows": [[mrkdwn("x")]]}]),
    ("data_table caption", [data_table()], [{k: v for k, v in data_table().items() if k != "caption"}]),
    ("data_table 2 rows", [data_table(2)], [data_table(1)]),
    (
        "data_table header",
        [data_table() | {"rows": [[cell()], [rich(WORDS)]]}],
        [data_table() | {"rows": [[rich(WORDS)], [cell()]]}],
    ),
    (
        "raw_number",
        [data_table() | {"rows": [[cell()], [{"type": "raw_number", "value": 3, "text": "3"}]]}],
        [data_table() | {"rows": [[cell()], [{"type": "raw_number", "value": "3", "text": "3"}]]}],
    ),
    ("container title 150", [container(DIVIDER, title=plain("x" * 150))], [container(DIVIDER, title=plain("x" * 151))]),
    ("container has a title", [container(DIVIDER)], [container(DIVIDER, title=None)]),
    ("container 1 to 10", [container(*[DIVIDER] * 10)], [container(*[DIVIDER] * 11)]),
    ("container not empty", [container(DIVIDER)], [container()]),
    ("container children", [container(section(), table())], [container(feedback())]),
    (
        "collapsed needs collapsible",
        [container(DIVIDER, is_collapsible=True, default_collapsed=True)],
        [container(DIVIDER, default_collapsed=True)],
    ),
    ("context_actions", [feedback()], [{"type": "context_actions", "elements": [button()]}]),
    (
        "context_actions 5",
        [{"type": "context_actions", "elements": [feedback(action_id=str(i))["elements"][0] for i in range(5)]}],
        [{"type": "context_actions", "elements": [feedback(action_id=str(i))["elements"][0] for i in range(6)]}],
    ),
    ("feedback has both", [feedback()], [feedback(negative_button=None)]),
    ("feedback text", [feedback()], [feedback(positive_button={"text": "Good", "value": "good"})]),
    (
        "icon_button",
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Remove")}]}],
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "star", "text": plain("Star")}]}],
    ),
    ("rich text", [rich(WORDS, {"type": "user", "user_id": "U1"})], [rich({"type": "broadcast", "range": "here"})]),
    ("rich text link", [rich({"type": "link", "url": LINK})], [rich({"type": "link", "url": "file:///etc/passwd"})]),
    ("rich text style", [rich(WORDS | {"style": {"bold": True}})], [rich(WORDS | {"style": {"loud": True}})]),
    ("rich text not empty", [rich(WORDS)], [rich({"type": "text", "text": ""})]),
    ("rich text quote", [rich(WORDS, kind="rich_text_quote")], [rich(WORDS, kind="rich_text_table")]),
    (
        "rich text list",
        [rich(item(WORDS), kind="rich_text_list", style="bullet")],
        [rich(WORDS, kind="rich_text_list", style="bullet")],
    ),
    ("block list is a list", [DIVIDER], ["divider"]),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("good", "bad"), [row[1:] for row in BLOCK_RULES], ids=[row[0] for row in BLOCK_RULES])
def test_a_rule_of_blocks_lets_the_right_pass_and_refuses_the_wrong(
    slack: FakeSlack, client: WebClient, good: list[Json], bad: list[Json]
) -> None:
    post(client, blocks=good)
    assert not slack.violations
    before = len(slack.posted("C1"))
    with refused("invalid_blocks"):
        post(client, blocks=bad)
    assert slack.violations
    assert {each.error for each in slack.violations} == {"invalid_blocks"}
    assert len(slack.posted("C1")) == before, "a refused message does not stand"


# ---------------------------------------------------------------- text

MESSAGE_RULES: list[tuple[str, Json, Json, str]] = [
    ("text", {"text": "x"}, {"text": ""}, "no_text"),
    ("fallback beside blocks", {"blocks": [DIVIDER]}, {"blocks": [DIVIDER], "text": None}, "no_text"),
    ("text 40000", {"text": "x" * 40_000}, {"text": "x" * 40_001}, "msg_too_long"),
    (
        "blocks 13200",
        {"blocks": [section(text=mrkdwn("x" * 3_000))] * 4 + [section(text=mrkdwn("x" * 1_200))]},
        {"blocks": [section(text=mrkdwn("x" * 3_000))] * 4 + [section(text=mrkdwn("x" * 1_201))]},
        "msg_blocks_too_long",
    ),
    (
        "markdown 12000",
        {"blocks": [{"type": "markdown", "text": "x" * 6_000}] * 2},
        {"blocks": [{"type": "markdown", "text": "x" * 6_001}] * 2},
        "msg_blocks_too_long",
    ),
    ("one table", {"blocks": [table()]}, {"blocks": [table(), container(table())]}, "only_one_table_allowed"),
    ("unfurl_links", {}, {"unfurl_links": True}, "unfurl_not_off"),
    ("unfurl_media", {}, {"unfurl_media": None}, "unfurl_not_off"),
    ("ampersand", {"text": "A &amp; B"}, {"text": "A & B"}, "not_escaped"),
    (
        "less",
        {"blocks": [section(text=mrkdwn("1 &lt; 2"))]},
        {"blocks": [section(text=mrkdwn("1 < 2"))]},
        "not_escaped",
    ),
    ("greater", {"text": "2 &gt; 1\n> a quotation"}, {"text": "2 > 1"}, "not_escaped"),
    ("link", {"text": f"<{LINK}|a title>"}, {"text": f"<{LINK}|a <b> title>"}, "not_escaped"),
    ("plain text is literal", {"blocks": [section(text=plain("A & B"))]}, {"text": "<javascript:x|y>"}, "not_escaped"),
    ("channel", {"text": "&lt;!channel&gt;"}, {"text": "<!channel>"}, "mention_not_allowed"),
    ("here", {"text": "here"}, {"text": "<!here|here>"}, "mention_not_allowed"),
    ("everyone", {"text": "all"}, {"blocks": [section(text=plain("<!everyone>"))]}, "mention_not_allowed"),
    ("group", {"text": "all"}, {"text": "<!subteam^S1>"}, "mention_not_allowed"),
    ("person", {"text": "U1"}, {"blocks": [section(text=mrkdwn("<@U1>"))]}, "mention_not_allowed"),
    (
        "metadata",
        {"metadata": {"event_type": "answer", "event_payload": {"id": "1"}}},
        {"metadata": {"event_type": "answer"}},
        "invalid_metadata_format",
    ),
    ("thread_ts", {"thread_ts": "1700000000.000001"}, {"thread_ts": "now"}, "invalid_thread_ts"),
]


@pytest.mark.parametrize(
    ("good", "bad", "error"), [row[1:] for row in MESSAGE_RULES], ids=[row[0] for row in MESSAGE_RULES]
)
def test_a_rule_of_messages_lets_the_right_pass_and_refuses_the_wrong(
    slack: FakeSlack, client: WebClient, good: Json, bad: Json, error: str
) -> None:
    post(client, **good)
    assert not slack.violations
    with refused(error):
        post(client, **bad)
    assert [each.error for each in slack.violations] == [error]


def test_the_same_rules_hold_for_changed_and_ephemeral_messages(slack: FakeSlack, client: WebClient) -> None:
    ts = post(client)["ts"]
    client.chat_update(channel="C1", ts=ts, text="better", blocks=[DIVIDER])
    client.chat_postEphemeral(channel="C1", user="U1", text="between us")
    assert not slack.violations
    with refused("invalid_blocks"):
        client.chat_update(channel="C1", ts=ts, text="worse", blocks=[{"type": "mystery"}])
    with refused("not_escaped"):
        client.chat_postEphemeral(channel="C1", user="U1", text="you & me")
    assert [each.method for each in slack.violations] == ["chat.update", "chat.postEphemeral"]
    assert slack.message_at("C1", ts)["text"] == "better"  # type: ignore[index]
    assert [each.message["text"] for each in slack.ephemerals("U1")] == ["between us"]


def test_a_mention_may_be_allowed(slack: FakeSlack, client: WebClient) -> None:
    slack.world.allowed_mentions = {"<@U1>"}
    post(client, text="<@U1> asked")
    slack.world.allowed_mentions = set()
    assert not slack.violations


def test_what_is_over_our_own_goals_is_a_warning_and_no_violation(slack: FakeSlack, client: WebClient) -> None:
    post(client, text="x" * 3_000, blocks=[section()] * 40)
    assert not slack.warnings
    post(client, text="x" * 4_001)
    post(client, blocks=[section()] * 41)
    post(client, blocks=[section(text=mrkdwn("€" * 3_000)), section()])
    post(client, colour="red")
    assert not slack.violations
    told = "\n".join(slack.warnings)
    for part in ("text of 4001", "41 blocks", "3006 characters", "9006 bytes", "no argument colour"):
        assert part in told


# ---------------------------------------------------------------- arguments, tokens, channels


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("chat.postMessage", {"text": "x"}),
        ("chat.update", {"channel": "C1", "text": "x"}),
        ("chat.postEphemeral", {"channel": "C1", "text": "x"}),
        ("chat.startStream", {"channel": "C1"}),
        ("conversations.replies", {"channel": "C1"}),
        ("views.open", {"view": {}}),
        ("views.publish", {"user_id": "U1"}),
        ("users.info", {}),
        ("agents.sessions.setStatus", {"channel_id": "C1"}),
        ("assistant.threads.setStatus", {"channel_id": "C1", "status": "x"}),
    ],
)
def test_a_missing_argument_is_refused(slack: FakeSlack, client: WebClient, method: str, args: Json) -> None:
    with refused("invalid_arguments"):
        client.api_call(method, json=args)
    assert slack.violations


def test_the_app_learns_who_it_is_and_what_it_may(slack: FakeSlack, client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == BOT_USER
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    slack.world.scopes.remove("users:read")
    with refused("missing_scope"):
        client.users_info(user="U1")
    slack.world.scopes.append("users:read")
    assert client.users_info(user="U1")["user"]["is_restricted"] is False


def test_each_kind_of_token_opens_its_own_methods(slack: FakeSlack, client: WebClient) -> None:
    assert client.apps_connections_open(app_token=slack.world.app_token)["url"].startswith("ws://127.0.0.1:")
    assert not slack.violations
    with refused("not_allowed_token_type"):
        client.apps_connections_open(app_token=slack.world.bot_token)
    with refused("invalid_auth"):
        WebClient("xoxb-other", base_url=slack.api_url).auth_test()
    with refused("unknown_method"):
        client.api_call("chat.scream", json={})
    assert [each.error for each in slack.violations] == ["not_allowed_token_type", "unknown_method"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("CNONE", "channel_not_found"),
        ("CPRIVATE", "channel_not_found"),
        ("CAWAY", "not_in_channel"),
        ("COLD", "is_archived"),
    ],
)
def test_the_world_refuses_without_blaming_the_app(
    slack: FakeSlack, client: WebClient, channel: str, error: str
) -> None:
    with refused(error):
        post(client, channel=channel)
    assert slack.refusals == [("chat.postMessage", error)]
    assert not slack.violations


def test_only_the_bots_own_messages_are_changed_and_deleted(slack: FakeSlack, client: WebClient) -> None:
    slack.socket_target()
    ts = post(client)["ts"]
    client.chat_delete(channel="C1", ts=ts)
    assert slack.message_at("C1", ts) is None
    with refused("message_not_found"):
        client.chat_update(channel="C1", ts=ts, text="x")
    assert not slack.violations
    theirs = slack.message("C1", "U1", "mine").ts
    with refused("cant_update_message"):
        client.chat_update(channel="C1", ts=str(theirs), text="x")
    with refused("cant_delete_message"):
        client.chat_delete(channel="C1", ts=str(theirs))
    assert len(slack.violations) == 2


# ---------------------------------------------------------------- threads


def test_a_thread_is_read_in_pages_with_metadata_only_when_asked(slack: FakeSlack, client: WebClient) -> None:
    root = post(client, text="root")["ts"]
    metadata = {"event_type": "answer", "event_payload": {"n": 1}}
    posted = [post(client, text=f"reply {i}", thread_ts=root, metadata=metadata)["ts"] for i in range(5)]
    slack.world.page_size = 2
    read, cursor = [], None
    for _ in range(3):
        page = client.conversations_replies(channel="C1", ts=root, cursor=cursor)
        assert page["messages"][0]["ts"] == root
        assert page["messages"][0]["reply_count"] == 5
        read += [message["ts"] for message in page["messages"][1:]]
        cursor = page["response_metadata"]["next_cursor"]
    slack.world.page_size = 1_000
    assert read == posted
    assert not cursor
    assert not page["has_more"]
    assert "metadata" not in page["messages"][-1]
    full = client.conversations_replies(channel="C1", ts=root, include_all_metadata=True)["messages"]
    assert full[-1]["metadata"] == metadata
    between = client.conversations_replies(channel="C1", ts=root, oldest=posted[1], latest=posted[3])["messages"]
    assert [message["ts"] for message in between] == [root, posted[2]]
    between = client.conversations_replies(channel="C1", ts=root, oldest=posted[3], inclusive=True)["messages"]
    assert [message["ts"] for message in between[1:]] == posted[3:]
    with refused("thread_not_found"):
        client.conversations_replies(channel="C1", ts="1700000000.000000")
    assert not slack.violations
    with refused("invalid_cursor"):
        client.conversations_replies(channel="C1", ts=root, cursor="made up")
    assert slack.violations


def test_a_status_stands_until_the_answer_comes(slack: FakeSlack, client: WebClient) -> None:
    root = post(client)["ts"]
    client.assistant_threads_setStatus(channel_id="C1", thread_ts=root, status="reads", loading_messages=["a"] * 10)
    assert slack.status("C1", root) == "reads"
    post(client, thread_ts=root)
    assert slack.status("C1", root) == ""
    assert [status for _, status in slack.statuses("C1", root)] == ["reads", ""]
    assert not slack.violations
    with refused("invalid_arguments"):
        client.assistant_threads_setStatus(channel_id="C1", thread_ts=root, status="x", loading_messages=["a"] * 11)
    assert slack.violations


def test_a_session_has_a_status_and_a_title(slack: FakeSlack, client: WebClient) -> None:
    root = post(client)["ts"]
    with refused("session_not_found"):
        client.agents_sessions_rename(channel_id="C1", thread_ts=root, title="x")
    client.agents_sessions_setStatus(channel_id="C1", thread_ts=root, status="processing", title="Leeds")
    client.agents_sessions_setStatus(channel_id="C1", thread_ts=root, status="active")
    client.agents_sessions_rename(channel_id="C1", thread_ts=root, title="Leeds, 2019")
    session = slack.session("C1", root)
    assert session is not None
    assert (session["status"], session["title"]) == ("active", "Leeds, 2019")
    assert [status for _, status in session["history"]] == ["processing", "active"]
    assert not slack.violations
    with refused("invalid_arguments"):
        client.agents_sessions_setStatus(channel_id="C1", thread_ts=root, status="thinking")
    with refused("invalid_arguments"):
        client.agents_sessions_setStatus(channel_id="C1", status="active")
    assert len(slack.violations) == 2


def test_suggested_prompts_are_at_most_four_and_belong_to_no_thread(slack: FakeSlack, client: WebClient) -> None:
    prompt = {"title": "Leeds", "message": "What did Ofsted say of Leeds?"}
    client.assistant_threads_setSuggestedPrompts(channel_id="C1", prompts=[prompt] * 4)
    assert not slack.violations
    for args, error in (
        ({"prompts": [prompt] * 5}, "invalid_arguments"),
        ({"prompts": [{"title": "x"}]}, "invalid_arguments"),
        ({"prompts": [prompt], "thread_ts": "1700000000.000001"}, "thread_ts_in_agent_view"),
    ):
        with refused(error):
            client.assistant_threads_setSuggestedPrompts(channel_id="C1", **args)
    assert len(slack.violations) == 3


def test_a_stream_needs_a_recipient_in_a_channel_and_dies(slack: FakeSlack, client: WebClient) -> None:
    root = post(client)["ts"]
    stream = {"channel": "C1", "thread_ts": root}
    to = {"recipient_user_id": "U1", "recipient_team_id": "T0TEAM"}
    ts = client.chat_startStream(**stream, **to, markdown_text="one ")["ts"]  # type: ignore[arg-type]
    client.chat_appendStream(channel="C1", ts=ts, markdown_text="two")
    client.chat_stopStream(channel="C1", ts=ts, blocks=[feedback()])
    assert slack.message_at("C1", ts)["text"] == "one two"  # type: ignore[index]
    with refused("message_not_in_streaming_state"):
        client.chat_appendStream(channel="C1", ts=ts, markdown_text="three")
    slack.world.stream_life = 0.0
    ts = client.chat_startStream(**stream, **to)["ts"]  # type: ignore[arg-type]
    with refused("message_not_in_streaming_state"):
        client.chat_stopStream(channel="C1", ts=ts)
    slack.world.stream_life = 300.0
    assert not slack.violations
    with refused("invalid_arguments"):
        client.chat_startStream(**stream)
    ts = client.chat_startStream(**stream, **to)["ts"]  # type: ignore[arg-type]
    with refused("msg_too_long"):
        client.chat_appendStream(channel="C1", ts=ts, markdown_text="x" * 10_700)
    assert len(slack.violations) == 2


def test_conversations_people_groups_and_reactions_are_found(slack: FakeSlack, client: WebClient) -> None:
    slack.add_usergroup("S1", "U1")
    assert client.conversations_open(users="U1")["channel"]["id"] == "D1"
    assert client.conversations_info(channel="C1")["channel"]["is_ext_shared"] is False
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U1"]
    ts = post(client)["ts"]
    client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("already_reacted", lambda: client.reactions_add(channel="C1", timestamp=ts, name="eyes")),
        ("user_not_found", lambda: client.users_info(user="U404")),
        ("no_such_subteam", lambda: client.usergroups_users_list(usergroup="S404")),
        ("channel_not_found", lambda: client.conversations_info(channel="C404")),
    )
    for error, call in calls:
        with refused(error):
            call()
    assert not slack.violations


# ---------------------------------------------------------------- views


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain("Passage"), "blocks": list(blocks) or [section()]} | fields


def asking(**fields: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "words"} | fields
    return {"type": "input", "block_id": "words", "label": plain("Words"), "element": element}


VIEW_RULES: list[tuple[str, Json, Json, str]] = [
    ("title 24", modal(title=plain("x" * 24)), modal(title=plain("x" * 25)), "invalid_arguments"),
    ("submit 24", modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25)), "invalid_arguments"),
    ("close 24", modal(close=plain("x" * 24)), modal(close=plain("x" * 25)), "invalid_arguments"),
    (
        "private_metadata 3000",
        modal(private_metadata="x" * 3_000),
        modal(private_metadata="x" * 3_001),
        "invalid_arguments",
    ),
    ("callback_id 255", modal(callback_id="x" * 255), modal(callback_id="x" * 256), "invalid_arguments"),
    ("100 blocks", modal(*[DIVIDER] * 100), modal(*[DIVIDER] * 101), "invalid_arguments"),
    ("no context_actions", modal(), modal(feedback()), "invalid_arguments"),
    ("inputs need submit", modal(asking(), submit=plain("Send")), modal(asking()), "invalid_arguments"),
    (
        "label 2000",
        modal(asking() | {"label": plain("x" * 2_000)}, submit=plain("Send")),
        modal(asking() | {"label": plain("x" * 2_001)}, submit=plain("Send")),
        "invalid_arguments",
    ),
    (
        "input bounds",
        modal(asking(min_length=1, max_length=3_000), submit=plain("Send")),
        modal(asking(max_length=3_001), submit=plain("Send")),
        "invalid_arguments",
    ),
    (
        "input bounds in order",
        modal(asking(min_length=1, max_length=2), submit=plain("Send")),
        modal(asking(min_length=3, max_length=2), submit=plain("Send")),
        "invalid_arguments",
    ),
    ("mentions", modal(section(text=mrkdwn("U1"))), modal(section(text=mrkdwn("<@U1>"))), "mention_not_allowed"),
    ("kind", modal(), {"type": "home", "blocks": []}, "invalid_arguments"),
    (
        "250 kB",
        modal(*[section(text=mrkdwn("x" * 2_400))] * 100),
        modal(*[section(text=mrkdwn("x" * 2_600))] * 100),
        "view_too_large",
    ),
]


@pytest.mark.parametrize(("good", "bad", "error"), [row[1:] for row in VIEW_RULES], ids=[row[0] for row in VIEW_RULES])
def test_a_rule_of_views_lets_the_right_pass_and_refuses_the_wrong(
    slack: FakeSlack, client: WebClient, good: Json, bad: Json, error: str
) -> None:
    assert client.views_open(trigger_id=slack.world.new_trigger("U1"), view=good)["view"]["id"]
    assert not slack.violations
    with refused(error):
        client.views_open(trigger_id=slack.world.new_trigger("U1"), view=bad)
    assert {each.error for each in slack.violations} == {error}


def test_a_trigger_is_good_once_and_for_a_short_time(slack: FakeSlack, client: WebClient) -> None:
    trigger = slack.world.new_trigger("U1")
    view = client.views_open(trigger_id=trigger, view=modal())["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section(text=plain("new"))))
    assert slack.visible(slack.view(view["id"]).body) == "new"
    with refused("hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert not slack.violations
    for used, error in ((trigger, "exchanged_trigger_id"), ("made.up", "invalid_trigger_id")):
        with refused(error):
            client.views_open(trigger_id=used, view=modal())
    slack.world.trigger_life = 0.0
    with refused("expired_trigger_id"):
        client.views_open(trigger_id=slack.world.new_trigger("U1"), view=modal())
    slack.world.trigger_life = 3.0
    with refused("not_found"):
        client.views_update(view_id="V404", view=modal())
    assert len(slack.violations) == 4


def test_a_home_belongs_to_a_person(slack: FakeSlack, client: WebClient) -> None:
    client.views_publish(user_id="U1", view={"type": "home", "blocks": [section(text=plain("14 reports"))]})
    home = slack.home("U1")
    assert home is not None
    assert slack.visible(home) == "14 reports"
    assert not slack.violations
    with refused("invalid_arguments"):
        client.views_publish(user_id="U1", view=modal())
    assert slack.violations


# ---------------------------------------------------------------- faults, waiting


def test_faults_come_in_order_and_then_all_is_well(slack: FakeSlack, client: WebClient) -> None:
    slack.fail("chat.postMessage", ("error", "channel_not_found"), ("status", 500), ("garbage",))
    with refused("channel_not_found"):
        post(client)
    for _ in range(2):
        with pytest.raises(SlackApiError):
            post(client)
    assert post(client)["ok"]
    assert [call.fault and call.fault[0] for call in slack.calls] == ["error", "status", "garbage", None]
    assert not slack.violations


def test_a_fault_may_choose_its_call_and_the_limit_names_the_seconds(slack: FakeSlack, client: WebClient) -> None:
    slack.fail("chat.postMessage", ("ratelimited", 1), when=lambda args: args["text"] == "limited")
    assert post(client)["ok"]
    with pytest.raises(SlackApiError) as caught:
        post(client, text="limited")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    slack.fail("chat.postMessage", ("ratelimited", 0))
    client.retry_handlers.append(RateLimitErrorRetryHandler(1))
    assert post(client)["ok"]
    assert len(slack.calls) == 4


def test_a_call_may_be_done_though_the_answer_never_comes(slack: FakeSlack) -> None:
    hasty = WebClient(slack.world.bot_token, base_url=slack.api_url, timeout=0.3, retry_handlers=[])  # type: ignore[arg-type]
    for outcome, stands in ((("drop",), 0), (("hang", 5), 0), (("done_then_hang", 5), 1), (("done_then_drop",), 2)):
        slack.fail("chat.postMessage", outcome)
        with pytest.raises((OSError, TimeoutError)):  # urllib has many ways to say it
            post(hasty, channel="C1", thread_ts="1600000000.000001")
        assert len(slack.posted("C1", "1600000000.000001")) == stands


def test_waiting_ends_with_what_was_awaited_or_says_what_was_seen(slack: FakeSlack, client: WebClient) -> None:
    threading.Timer(0.05, lambda: post(client, text="later")).start()
    call = slack.wait_for(lambda call: call.args.get("text") == "later", 5)
    assert (call.method, call.ok, call.channel) == ("chat.postMessage", True, "C1")
    with pytest.raises(TimeoutError, match=r"chat\.postMessage"):
        slack.wait_for("chat.delete", 0.05)


def test_several_servers_live_side_by_side_and_stop_though_calls_hang() -> None:
    with FakeSlack() as one, FakeSlack() as two:
        assert one.port != two.port
        one.fail("auth.test", ("hang", 60))
        hanging = WebClient(one.world.bot_token, base_url=one.api_url, timeout=30, retry_handlers=[])
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(hanging.auth_test)
            one.wait_for("auth.test", 5)
            begun = time.monotonic()
            one.__exit__()
            assert isinstance(answer.exception(5), OSError)
            assert time.monotonic() - begun < 5
        assert not two.calls


# ---------------------------------------------------------------- an app that is driven, in both modes

SECRET = "signing"  # it signs only what this file sends
Answer = Callable[[str, Json], Any]


class SmallApp:
    """Acks everything and keeps what came; `answer` gives an ack its payload."""

    def __init__(self) -> None:
        self.came: list[tuple[str, Json, int]] = []
        self.answer: Answer = lambda _kind, _body: None

    def take(self, kind: str, body: Json, retry: int) -> Any:
        self.came.append((kind, body, retry))
        return self.answer(kind, body)

    def types(self) -> list[str]:
        return [body.get("event", body).get("type", kind) for kind, body, _ in self.came]


class SmallHttp(BaseHTTPRequestHandler):
    app: ClassVar[SmallApp]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not SignatureVerifier(SECRET).is_valid_request(raw, dict(self.headers)):
            return self._reply(401, None)
        if self.headers["Content-Type"] == "application/json":
            kind, body = "events_api", json.loads(raw)
        else:
            form = dict(urllib.parse.parse_qsl(raw, keep_blank_values=True))
            kind, body = ("interactive", json.loads(form["payload"])) if "payload" in form else ("slash_commands", form)
        if body.get("type") == "url_verification":
            return self._reply(200, {"challenge": body["challenge"]})
        return self._reply(200, self.app.take(kind, body, int(self.headers.get("x-slack-retry-num", 0))))

    def _reply(self, status: int, body: Any) -> None:
        said = json.dumps(body).encode() if body else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


@contextlib.contextmanager
def http_app(slack: FakeSlack) -> Iterator[SmallApp]:
    app = SmallApp()
    handler = type("Handler", (SmallHttp,), {"app": app})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        slack.http_target(f"http://127.0.0.1:{server.server_address[1]}/slack/events", SECRET)
        yield app
        server.shutdown()
        thread.join()


def _close(slack: FakeSlack, client: SocketModeClient) -> None:
    """Closes the client without the seconds that it waits for words that do not come."""
    client.auto_reconnect_enabled = False
    slack.cut()
    closing = threading.Thread(target=client.close)
    closing.start()
    while closing.is_alive():
        client.message_queue.put(None)
        closing.join(0.01)


@contextlib.contextmanager
def socket_app(slack: FakeSlack) -> Iterator[SmallApp]:
    app = SmallApp()
    web_client = WebClient(base_url=slack.api_url)
    client = SocketModeClient(slack.world.app_token, web_client=web_client, ping_interval=0.1)

    def listen(client: SocketModeClient, request: SocketModeRequest) -> None:
        answer = app.take(request.type, request.payload, request.retry_attempt or 0)
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    client.socket_mode_request_listeners.append(listen)  # type: ignore[arg-type]
    slack.socket_target()
    client.connect()
    slack.wait_connected()
    yield app
    _close(slack, client)


@pytest.fixture(params=[http_app, socket_app], ids=["http", "socket"])
def driven(request: pytest.FixtureRequest) -> Iterator[tuple[FakeSlack, SmallApp, WebClient]]:
    """A fresh Slack with a small app behind it, in each mode."""
    with FakeSlack() as slack, request.param(slack) as app:
        yield slack, app, WebClient(slack.world.bot_token, base_url=slack.api_url, retry_handlers=[])


Driven = tuple[FakeSlack, SmallApp, WebClient]


def _all_acked(slack: FakeSlack, count: int) -> None:
    slack.wait_until(lambda s: len(s.deliveries) == count, 10)
    assert all(delivery.acked for delivery in slack.deliveries)


def test_messages_come_as_slack_sends_them(driven: Driven) -> None:
    slack, app, _ = driven
    slack.add_channel("CSHARED", is_ext_shared=True)
    slack.add_user("UOUT", team_id="T9", is_stranger=True)
    dm = slack.dm("U1", "a question")
    slack.message("CSHARED", "UOUT", "hello", thread_ts="1600000000.000001")
    slack.bot_message("C1", "beep")
    slack.workflow_mention("C1", "weekly question")
    _all_acked(slack, 5)
    by_text = {body["event"]["text"]: body for _, body, _ in app.came if body["event"]["type"] == "message"}
    first = by_text["a question"]
    assert first["event"]["channel_type"] == "im"
    assert first["event"]["ts"] == dm.ts == dm.thread
    assert "thread_ts" not in first["event"]
    assert first["event"]["blocks"][0]["type"] == "rich_text"
    assert first["authorizations"][0]["user_id"] == BOT_USER
    shared = by_text["hello"]
    assert shared["is_ext_shared_channel"] is True
    assert shared["event"]["user_team"] == "T9"
    assert by_text["beep"]["event"]["bot_id"] == "B0OTHER"
    assert "user" not in by_text["beep"]["event"]
    mention = next(body for _, body, _ in app.came if body["event"]["type"] == "app_mention")
    assert mention["event"]["bot_id"] == "B0FLOW"


def test_a_mention_has_a_twin_with_its_own_id_and_the_same_ts(driven: Driven) -> None:
    slack, app, _ = driven
    event = slack.mention("C1", "U1", "what of Leeds?")
    slack.mention("C1", "U1", "alone", twin=False)
    _all_acked(slack, 3)
    assert event.twin is not None
    assert (event.id != event.twin.id, event.ts == event.twin.ts) == (True, True)
    both = [body["event"] for _, body, _ in app.came if body["event"]["ts"] == event.ts]
    assert {each["type"] for each in both} == {"app_mention", "message"}
    assert all(each["text"] == f"<@{BOT_USER}> what of Leeds?" for each in both)
    assert len({body["event_id"] for _, body, _ in app.came}) == 3


def test_edits_deletions_and_repeats_come_as_events(driven: Driven) -> None:
    slack, app, client = driven
    lone, root = slack.dm("U1", "lone"), slack.dm("U1", "root")
    post(client, channel=root.channel, thread_ts=root.ts)
    steps: tuple[Callable[[], Event], ...] = (
        lambda: slack.edit(str(lone.channel), str(lone.ts), "lone indeed"),
        lambda: slack.unfurl(str(lone.channel), str(lone.ts)),
        lambda: slack.delete(str(lone.channel), str(lone.ts)),
        lambda: slack.delete(str(root.channel), str(root.ts)),
    )
    _all_acked(slack, 2)
    for step in steps:
        slack.wait_ack(step())
    edited, unfurled, deleted, tombstone = (body["event"] for _, body, _ in app.came[2:])
    assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "lone indeed")
    assert edited["previous_message"]["text"] == "lone"
    assert unfurled["message"]["text"] == unfurled["previous_message"]["text"]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", lone.ts)
    assert tombstone["message"]["subtype"] == "tombstone"
    assert [m.get("subtype") for m in slack.thread(str(root.channel), str(root.ts))] == ["tombstone", None]
    slack.redeliver(lone)
    assert slack.wait_ack(lone, retry_num=1).acked
    assert app.came[-1][1]["event_id"] == lone.id
    assert app.came[-1][2] == 1


def test_other_events_come_too(driven: Driven) -> None:
    slack, app, client = driven
    slack.add_user("U1")
    client.views_publish(user_id="U1", view={"type": "home", "blocks": [section(accessory=button())]})
    home = slack.app_home_opened("U1")
    slack.wait_ack(home)
    slack.wait_ack(slack.app_home_opened("U1", tab="messages"))
    root = slack.dm("U1", "long question")
    slack.wait_ack(root)
    slack.wait_ack(slack.agent_session_stopped(str(root.channel), str(root.ts), "U1"))
    slack.wait_ack(slack.click("U1", "home", "show"))
    events = [body.get("event", body) for _, body, _ in app.came]
    assert [each["type"] for each in events] == [
        "app_home_opened",
        "app_home_opened",
        "message",
        "agent_session_stopped",
        "block_actions",
    ]
    assert events[0]["view"]["type"] == "home"
    assert events[3]["thread_ts"] == root.ts
    assert events[4]["view"]["type"] == "home"
    assert "response_url" not in events[4]


def test_a_command_is_answered_at_once_and_later(driven: Driven) -> None:
    slack, app, _ = driven
    app.answer = lambda kind, _: {"text": "one moment"} if kind == "slash_commands" else None
    event = slack.command("U1", "C1", "what of Leeds?")
    slack.wait_ack(event)
    body = app.came[0][1]
    assert (body["command"], body["text"], body["channel_id"]) == ("/inspections", "what of Leeds?", "C1")
    hook = WebhookClient(str(event.response_url))
    for index in range(5):
        assert hook.send(text=f"answer {index}", response_type="ephemeral").status_code == 200
    assert [each.message["text"] for each in slack.ephemerals("U1")] == [
        "one moment",
        *(f"answer {i}" for i in range(5)),
    ]
    assert not slack.violations
    assert hook.send(text="one too many").status_code == 404
    assert slack.violations[-1].error == "used_url"
    other = WebhookClient(str(slack.command("U1", "C1", "again").response_url))
    assert other.send(text="A & B").status_code == 400
    assert slack.violations[-1].error == "not_escaped"
    slack.world.response_life = 0.0
    assert other.send(text="late").status_code == 404
    assert slack.violations[-1].error == "expired_url"


def test_a_private_answer_is_replaced_and_shared(driven: Driven) -> None:
    slack, app, _ = driven
    event = slack.shortcut_claim("U1", "C1", "Leeds was outstanding")
    slack.wait_ack(event)
    body = app.came[0][1]
    assert (body["type"], body["message"]["text"]) == ("message_action", "Leeds was outstanding")
    blocks = [actions(button(action_id="share", value="a1"))]
    WebhookClient(str(event.response_url)).send(text="the reports say", blocks=blocks)
    (private,) = slack.ephemerals("U1")
    click = slack.click("U1", private, "share")
    slack.wait_ack(click)
    body = app.came[1][1]
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    assert body["actions"][0]["value"] == "a1"
    hook = WebhookClient(str(click.response_url))
    hook.send_dict({"text": "shared", "replace_original": True})
    hook.send_dict({"text": "the reports", "response_type": "in_channel", "unfurl_links": False, "unfurl_media": False})
    assert [each.message["text"] for each in slack.ephemerals("U1")] == ["shared"]
    assert [each["text"] for each in slack.posted("C1")] == ["the reports"]
    hook.send_dict({"delete_original": True})
    assert not slack.ephemerals("U1")
    assert not slack.violations


def test_controls_that_stand_there_are_worked_and_no_others(driven: Driven) -> None:
    slack, app, client = driven
    slack.add_channel("C1")
    post(client, blocks=[feedback(), actions(choosing("static_select", 3)), section(accessory=button(value="p1"))])
    call = slack.wait_for("chat.postMessage")
    at: tuple[str, str] = (call.channel, call.ts)
    for where, action_id, value in ((call, "thumbs", "bad"), (call, "pick", "2"), (at, "show", "p1")):
        slack.wait_ack(slack.click("U1", where, action_id, value))
    taken = [body["actions"][0] for _, body, _ in app.came]
    assert [each["type"] for each in taken] == ["feedback_buttons", "static_select", "button"]
    assert (taken[0]["value"], taken[1]["selected_option"]["value"], taken[2]["value"]) == ("bad", "2", "p1")
    assert all(body["message"]["ts"] == call.ts and body["response_url"] for _, body, _ in app.came)
    with pytest.raises(LookupError, match="no control"):
        slack.click("U1", call, "show", "p2")
    with pytest.raises(LookupError, match="nothing stands"):
        slack.click("U1", "1600000000.000001", "show")


def test_a_modal_is_opened_filled_in_answered_and_closed(driven: Driven) -> None:
    slack, app, client = driven
    slack.add_channel("C1")
    post(client, blocks=[section(accessory=button())])
    reasons = {"type": "input", "block_id": "why", "label": plain("Why"), "element": choosing("checkboxes", 3)}
    form = modal(reasons, asking(max_length=10), submit=plain("Send"), callback_id="reasons", notify_on_close=True)
    click = slack.click("U1", slack.wait_for("chat.postMessage"), "show")
    view = client.views_open(trigger_id=str(click.trigger_id), view=form)["view"]["id"]
    for values, why in (({"pick": ["0"]}, "words"), ({"pick": ["9"]}, "options"), ({"words": "x" * 11}, "11")):
        with pytest.raises(ValueError, match=why):
            slack.submit("U1", view, {"pick": ["0"]} | values)
    app.answer = lambda _, body: (
        body["type"] == "view_submission" and {"response_action": "errors", "errors": {"words": "no"}}
    )
    sent = slack.submit("U1", view, {"pick": ["0", "2"], "words": "too short"})
    assert slack.wait_ack(sent).body["response_action"] == "errors"
    state = app.came[-1][1]["view"]["state"]["values"]
    assert [each["value"] for each in state["why"]["pick"]["selected_options"]] == ["0", "2"]
    assert state["words"]["words"]["value"] == "too short"
    assert slack.view(view).open
    app.answer = lambda *_: {
        "response_action": "update",
        "view": modal(section(text=plain("Thank you")), notify_on_close=True),
    }
    slack.wait_ack(slack.submit("U1", view, {"pick": ["1"], "words": "good"}))
    assert slack.visible(slack.view(view).body) == "Thank you"
    assert not slack.violations
    app.answer = lambda *_: None
    closed = slack.close_view("U1", view)
    assert closed is not None
    slack.wait_ack(closed)
    assert app.types()[-1] == "view_closed"
    with refused("not_found"):
        client.views_update(view_id=view, view=modal())


def test_an_ack_that_names_no_field_is_a_violation(driven: Driven) -> None:
    slack, app, client = driven
    form = modal(asking(), submit=plain("Send"))
    view = client.views_open(trigger_id=slack.world.new_trigger("U1"), view=form)["view"]["id"]
    app.answer = lambda *_: {"response_action": "errors", "errors": {"nowhere": "no"}}
    slack.wait_ack(slack.submit("U1", view, {"words": "x"}))
    assert [each.method for each in slack.violations] == ["ack"]


def test_the_app_hears_of_its_own_messages_when_asked(driven: Driven) -> None:
    slack, app, client = driven
    slack.add_channel("C1")
    slack.echo = True
    ts = post(client)["ts"]
    client.chat_update(channel="C1", ts=ts, text="changed")
    _all_acked(slack, 2)
    events = [body["event"] for _, body, _ in app.came]
    assert {each.get("subtype") for each in events} == {None, "message_changed"}
    assert all(each.get("bot_id") or each["message"]["bot_id"] for each in events)


# ---------------------------------------------------------------- what belongs to one mode


def test_a_url_is_verified_and_a_bad_signature_is_seen() -> None:
    with FakeSlack() as slack, http_app(slack) as app:
        event = slack.url_verification()
        assert slack.wait_ack(event).body["challenge"] == event.id
        assert slack._target is not None
        slack.http_target(slack._target.url, "another secret")
        delivery = slack.wait_ack(slack.dm("U1", "x"))
        assert (delivery.acked, delivery.status) == (False, 401)
        assert not app.came
        assert set(signed("", SECRET, 1)) == {"X-Slack-Request-Timestamp", "X-Slack-Signature"}


def test_what_was_not_acked_comes_again_where_wished() -> None:
    with FakeSlack() as slack:
        slack.http_target("http://127.0.0.1:9/slack/events", SECRET)
        slack.retry_after = (0.0, 0.0)
        event = slack.dm("U1", "x")
        last = slack.wait_ack(event, retry_num=2)
        assert [d.retry_num for d in slack.deliveries] == [0, 1, 2]
        assert last.problem


def test_sockets_are_refreshed_and_cut_and_payloads_wait_for_a_new_one() -> None:
    with FakeSlack() as slack, socket_app(slack) as app:
        slack.disconnect(cut_after=0.05)
        slack.wait_until(lambda s: len(s.calls_of("apps.connections.open")) == 2, 10)
        slack.wait_connected()
        assert slack.wait_ack(slack.dm("U1", "after the refresh")).acked
        slack.cut()
        slack.wait_connected(0)
        waiting = slack.dm("U1", "while away")
        assert slack.wait_ack(waiting, 30).acked
        assert [body["event"]["text"] for _, body, _ in app.came] == ["after the refresh", "while away"]


def test_each_payload_goes_to_one_of_the_open_sockets() -> None:
    with FakeSlack() as slack, socket_app(slack) as one:
        extra = SocketModeClient(slack.world.app_token, web_client=WebClient(base_url=slack.api_url))
        other = SmallApp()

        def listen(client: SocketModeClient, request: SocketModeRequest) -> None:
            other.take(request.type, request.payload, 0)
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        extra.socket_mode_request_listeners.append(listen)  # type: ignore[arg-type]
        extra.connect()
        slack.wait_connected(2)
        events = [slack.dm("U1", str(i)) for i in range(10)]
        _all_acked(slack, 10)
        _close(slack, extra)
        ids = [body["event_id"] for app in (one, other) for _, body, _ in app.came]
        assert sorted(ids) == sorted(event.id for event in events)
        assert one.came
        assert other.came


def test_the_server_takes_raw_form_bodies() -> None:
    with FakeSlack() as slack:
        slack.add_channel("C1")
        form = {
            "channel": "C1",
            "text": "x",
            "unfurl_links": "false",
            "unfurl_media": "0",
            "blocks": json.dumps([DIVIDER]),
        }
        request = urllib.request.Request(  # noqa: S310  # our own loopback server
            slack.api_url + "chat.postMessage",
            urllib.parse.urlencode(form).encode(),
            {"Authorization": f"Bearer {slack.world.bot_token}"},
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert json.loads(answer.read())["ok"]
        assert slack.calls[0].args["blocks"] == [DIVIDER]
        assert not slack.violations
