"""The workspace behind the fake Slack: users, channels, messages, views, and the Web API methods that change them.

Plain state and plain functions, called under the server's lock.  What a message may look like is in
`fake_slack_rules`; sockets, faults and events are in `fake_slack_wire` and `fake_slack`.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fake_slack_rules import Breach, judge_message, judge_metadata, judge_view, missed_aims, nested

TEAM, APP, BOT_USER, BOT = "T0TEAM", "A0APP", "U0BOT", "B0BOT"
TS = re.compile(r"\d{10}\.\d{6}")
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,commands,groups:history,groups:read,"
    "im:history,im:read,im:write,mpim:history,mpim:read,reactions:write,usergroups:read,users:read"
)
STREAM_BYTES = 10_600
RESPONSES = 5

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818  # it is Slack's answer, not a fault of ours
    """Slack says no.  `breaches` is empty where the world, not the caller, is the reason (an archived channel)."""

    def __init__(self, error: str, breaches: Iterable[Breach] = (), **more: object) -> None:
        super().__init__(error)
        self.error, self.breaches, self.more = error, tuple(breaches), more


def wrong(error: str, where: str, what: str) -> Refused:
    """The caller is at fault: a violation."""
    return Refused(error, [Breach(error, where, what)])


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: its arguments, and the scopes of which the token needs one."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    app_token: bool = False


def _m(must: str = "", may: str = "", scopes: str = "", app_token: bool = False) -> Method:
    return Method(tuple(must.split()), tuple(may.split()), tuple(scopes.split()), app_token)


READ = "channels:read groups:read im:read mpim:read"
LOOK = "icon_emoji icon_url username"
METHODS: dict[str, Method] = {
    "auth.test": _m(),
    "apps.connections.open": _m(app_token=True),
    "chat.postMessage": _m(
        "channel",
        "text blocks markdown_text thread_ts reply_broadcast metadata unfurl_links unfurl_media mrkdwn parse link_names"
        f" {LOOK}",
        "chat:write",
    ),
    "chat.update": _m("channel ts", "text blocks markdown_text metadata parse link_names", "chat:write"),
    "chat.delete": _m("channel ts", "", "chat:write"),
    "chat.postEphemeral": _m(
        "channel user", f"text blocks markdown_text thread_ts parse link_names {LOOK}", "chat:write"
    ),
    "chat.startStream": _m(
        "channel thread_ts",
        f"markdown_text chunks recipient_user_id recipient_team_id task_display_mode {LOOK}",
        "chat:write",
    ),
    "chat.appendStream": _m("channel ts", "markdown_text chunks", "chat:write"),
    "chat.stopStream": _m("channel ts", "markdown_text chunks blocks metadata session_status", "chat:write"),
    "assistant.threads.setStatus": _m(
        "channel_id thread_ts status", f"loading_messages {LOOK}", "assistant:write chat:write"
    ),
    "assistant.threads.setSuggestedPrompts": _m("channel_id prompts", "title thread_ts", "assistant:write"),
    "assistant.threads.setTitle": _m("channel_id thread_ts title", "", "assistant:write"),
    "agents.sessions.setStatus": _m("channel_id status", f"thread_ts title initiator_user_id {LOOK}", "chat:write"),
    "agents.sessions.rename": _m("channel_id title", "thread_ts", "chat:write"),
    "conversations.replies": _m(
        "channel ts",
        "cursor limit latest oldest inclusive include_all_metadata",
        "channels:history groups:history im:history mpim:history",
    ),
    "conversations.history": _m(
        "channel",
        "cursor limit latest oldest inclusive include_all_metadata",
        "channels:history groups:history im:history mpim:history",
    ),
    "conversations.members": _m("channel", "cursor limit", READ),
    "conversations.info": _m("channel", "include_locale include_num_members", READ),
    "conversations.open": _m("", "users channel return_im prevent_creation", "im:write mpim:write"),
    "views.open": _m("trigger_id view"),
    "views.push": _m("trigger_id view"),
    "views.publish": _m("user_id view", "hash"),
    "views.update": _m("view", "view_id external_id hash"),
    "users.info": _m("user", "include_locale", "users:read"),
    "usergroups.users.list": _m("usergroup", "include_disabled", "usergroups:read"),
    "reactions.add": _m("channel timestamp name", "", "reactions:write"),
}


@dataclass(slots=True)
class Channel:
    """A conversation and its messages, by ts, in order of arrival."""

    id: str
    kind: str  # channel, group, im, mpim
    member: bool
    is_ext_shared: bool = False
    is_archived: bool = False
    user: str | None = None  # the other person of an im
    members: tuple[str, ...] | None = None  # people in it; None: everybody
    messages: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Ephemeral:
    """A message that only one person sees."""

    channel: str
    user: str
    message: Json

    @property
    def ts(self) -> str:
        return str(self.message["ts"])


@dataclass(slots=True)
class View:
    """A modal; `body` is the view as Slack hands it out."""

    id: str
    user: str
    body: Json
    open: bool = True


@dataclass(slots=True)
class Trigger:
    user: str
    made: float
    used: bool = False
    view: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    channel: str
    user: str
    made: float
    used: int = 0
    origin: str | None = None  # ts of the message that it came from
    thread_ts: str | None = None


@dataclass(slots=True)
class Stream:
    started: float
    text: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Violation:
    """A call against the rules."""

    method: str
    error: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.method}: {self.error} at {self.where}: {self.what}"


def looks_like_ts(value: object) -> bool:
    return isinstance(value, str) and bool(TS.fullmatch(value))


class World:
    """A workspace.  Its settings may be changed at any time."""

    def __init__(self) -> None:
        self.scopes: list[str] = SCOPES.split(",")
        self.bot_token, self.app_token = "xoxb-fake-bot", "xapp-1-fake-app"  # no secrets
        self.socket_url = ""
        self.page_size = 1_000
        self.trigger_life, self.response_life, self.stream_life, self.status_life = 3.0, 1_800.0, 300.0, 120.0
        self.allowed_mentions: set[str] = set()
        self.users: dict[str, Json] = {}
        self.usergroups: dict[str, list[str]] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.homes: dict[str, Json] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.streams: dict[tuple[str, str], Stream] = {}
        self.statuses: dict[tuple[str, str], list[tuple[float, str]]] = {}
        self.sessions: dict[tuple[str, str], Json] = {}
        self.prompts: dict[str, list[Json]] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.violations: list[Violation] = []
        self.warnings: list[str] = []
        self.refusals: list[tuple[str, str]] = []
        self.echoes: list[Json] = []  # what Slack tells the app of the app's own doings
        self._micros = 0
        self._serial = 0
        self.add_user(BOT_USER, is_bot=True, name="inspections")

    # ------------------------------------------------------------ setting up

    def add_user(self, user: str, **flags: object) -> Json:
        name = str(flags.pop("name", user.lower()))
        made: Json = {
            "id": user,
            "team_id": TEAM,
            "name": name,
            "real_name": name,
            "deleted": False,
            "is_bot": False,
            "is_app_user": False,
            "is_admin": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "profile": {"real_name": name, "display_name": name},
        } | flags
        self.users[user] = made
        return made

    def add_usergroup(self, group: str, *users: str) -> None:
        self.usergroups[group] = list(users)

    def add_channel(
        self,
        channel: str,
        *,
        is_im: bool = False,
        is_private: bool = False,
        is_ext_shared: bool = False,
        is_archived: bool = False,
        member: bool = True,
        is_mpim: bool = False,
        user: str | None = None,
    ) -> Channel:
        kind = "im" if is_im else "mpim" if is_mpim else "group" if is_private else "channel"
        made = Channel(channel, kind, member, is_ext_shared, is_archived, user)
        self.channels[channel] = made
        return made

    def known_user(self, user: str) -> Json:
        return self.users.get(user) or self.add_user(user)

    def known_channel(self, channel: str) -> Channel:
        return self.channels.get(channel) or self.add_channel(channel, is_im=channel.startswith("D"))

    def im_of(self, user: str) -> Channel:
        self.known_user(user)
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user:
                return channel
        return self.add_channel(f"D{user[1:]}", is_im=True, user=user)

    def new_ts(self) -> str:
        self._micros = max(self._micros + 1, int(time.time() * 1_000_000))
        return f"{self._micros // 1_000_000}.{self._micros % 1_000_000:06d}"

    def serial(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix}{self._serial:08d}"

    def new_trigger(self, user: str, view: str | None = None) -> str:
        trigger = self.serial("1700.0TEAM.")
        self.triggers[trigger] = Trigger(user, time.monotonic(), view=view)
        return trigger

    # ------------------------------------------------------------ what people see

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The message and its replies, oldest first."""
        found = self.channels[channel].messages.values()
        return sorted((m for m in found if ts in (m["ts"], m.get("thread_ts"))), key=lambda m: str(m["ts"]))

    def status(self, channel: str, thread_ts: str) -> str:
        """What stands under the thread now: Slack drops it after two minutes."""
        said = self.statuses.get((channel, thread_ts), [])
        return said[-1][1] if said and time.monotonic() - said[-1][0] < self.status_life else ""

    def put(self, channel: Channel, message: Json) -> Json:
        """A message as it stands in a channel, whoever wrote it."""
        channel.messages[str(message["ts"])] = message
        return message

    # ------------------------------------------------------------ calls

    def call(self, method: str, args: Json, token: str) -> Json:
        """Slack's answer to a call; what is wrong with it is noted."""
        try:
            self._admit(method, args, token)
            handler: Callable[[Json], Json] = getattr(self, "_" + method.replace(".", "_"))
            return {"ok": True} | handler(args)
        except Refused as refused:
            return self.refusal(method, refused)

    def refusal(self, method: str, refused: Refused) -> Json:
        """Notes what was wrong and gives Slack's answer."""
        self.refusals.append((method, refused.error))
        self.violations += [Violation(method, each.error, each.where, each.what) for each in refused.breaches]
        answer: Json = {"ok": False, "error": refused.error} | refused.more
        if refused.breaches:
            answer["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in refused.breaches]}
        return answer

    def _admit(self, method: str, args: Json, token: str) -> None:
        row = METHODS.get(method)
        if row is None:
            raise wrong("unknown_method", "method", method)
        expected = self.app_token if row.app_token else self.bot_token
        if token != expected:
            if token in (self.app_token, self.bot_token):
                raise wrong("not_allowed_token_type", "token", f"{method} takes another kind of token")
            raise Refused("not_authed" if not token else "invalid_auth")
        if row.scopes and not set(row.scopes) & set(self.scopes):
            needed, provided = ",".join(row.scopes), ",".join(self.scopes)
            raise Refused(
                "missing_scope",
                [Breach("missing_scope", "token", f"needs one of {needed}")],
                needed=needed,
                provided=provided,
            )
        missing = [name for name in row.must if args.get(name) is None or (args[name] == "" and name != "status")]
        if missing:
            found = [Breach("invalid_arguments", name, "missing required field") for name in missing]
            raise Refused("invalid_arguments", found)
        for name in args.keys() - {*row.must, *row.may, "team_id"}:  # Bolt adds team_id to every call
            self.warnings.append(f"{method}: Slack knows no argument {name}")
        for name in {"ts", "thread_ts", "timestamp"} & args.keys():
            if not looks_like_ts(args[name]):
                raise wrong(
                    "invalid_thread_ts" if name == "thread_ts" else "message_not_found", name, f"{args[name]!r}"
                )

    # ------------------------------------------------------------ shared steps of the methods

    def _channel(self, name: object, write: bool = True) -> Channel:
        if isinstance(name, str) and name.startswith("U") and name in self.users and write:
            return self.im_of(name)
        channel = self.channels.get(str(name))
        if channel is None or (not channel.member and channel.kind != "channel"):
            raise Refused("channel_not_found")
        if not channel.member:
            raise Refused("not_in_channel")
        if write and channel.is_archived:
            raise Refused("is_archived")
        return channel

    def _own(self, args: Json, error: str) -> tuple[Channel, Json]:
        channel = self._channel(args["channel"])
        message = channel.messages.get(str(args["ts"]))
        if message is None or message.get("subtype") == "tombstone":
            raise Refused("message_not_found")
        if message.get("bot_id") != BOT:
            raise wrong(error, "ts", "not the bot's own message")
        return channel, message

    def judged(self, method: str, args: Json) -> None:
        found = [*judge_message(args, self.allowed_mentions), *judge_metadata(args.get("metadata"))]
        if found:
            raise Refused(found[0].error, found)
        self.warnings += [f"{method}: {missed}" for missed in missed_aims(args)]

    def _stored(self, blocks: object) -> list[Json]:
        """Blocks as Slack keeps them: with the ids that it makes up where there are none."""
        kept: list[Json] = copy.deepcopy(blocks) if isinstance(blocks, list) else []
        for block in nested(kept):
            block.setdefault("block_id", self.serial("b"))
            inside = block.get("elements") if block.get("type") in ("actions", "context_actions") else []
            for element in [*(inside or []), block.get("element"), block.get("accessory")]:  # type: ignore[misc]
                if isinstance(element, dict) and element.get("type") != "image":
                    element.setdefault("action_id", self.serial("a"))
        return kept

    def _bot_message(self, args: Json) -> Json:
        message: Json = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "team": TEAM,
            "ts": self.new_ts(),
            "text": args.get("text") or args.get("markdown_text") or "",
        }
        if args.get("blocks"):
            message["blocks"] = self._stored(args["blocks"])
        for name in ("thread_ts", "metadata"):
            if args.get(name):
                message[name] = args[name]
        return message

    def _say(self, channel: Channel, args: Json) -> Json:
        message = self.put(channel, self._bot_message(args))
        if thread := message.get("thread_ts"):
            self._clear_status(channel.id, str(thread))
        self.echoes.append({**public(message), "channel": channel.id, "channel_type": channel.kind})
        return message

    def _clear_status(self, channel: str, thread: str) -> None:
        if self.status(channel, thread):
            self.statuses[channel, thread].append((time.monotonic(), ""))

    def _erase(self, channel: Channel, ts: str) -> Json | None:
        """Takes a message away; a thread root with replies leaves a tombstone, which is returned."""
        message = channel.messages[ts]
        if not any(m.get("thread_ts") == ts for m in channel.messages.values() if m["ts"] != ts):
            del channel.messages[ts]
            return None
        tombstone: Json = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": ts,
            "thread_ts": ts,
        }
        message.clear()
        message.update(tombstone)
        return tombstone

    # ------------------------------------------------------------ auth, apps

    def _auth_test(self, _args: Json) -> Json:
        return {
            "url": "https://fake.slack.com/",
            "team": "Fake",
            "user": "inspections",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "is_enterprise_install": False,
        }

    def _apps_connections_open(self, _args: Json) -> Json:
        return {"url": f"{self.socket_url}?ticket={self.serial('t')}&app_id={APP}"}

    # ------------------------------------------------------------ chat

    def _chat_postMessage(self, args: Json) -> Json:  # noqa: N802  # the methods bear Slack's names
        for name in ("unfurl_links", "unfurl_media"):
            if args.get(name) is not False:
                raise wrong("unfurl_not_off", name, "must be false")
        self.judged("chat.postMessage", args)
        channel = self._channel(args["channel"])
        message = self._say(channel, args)
        return {"channel": channel.id, "ts": message["ts"], "message": public(message)}

    def _chat_update(self, args: Json) -> Json:
        self.judged("chat.update", args)
        channel, message = self._own(args, "cant_update_message")
        before = public(message)
        message["text"] = args.get("text") or args.get("markdown_text") or ""
        if args.get("blocks") is not None:
            message["blocks"] = self._stored(args["blocks"])
        if args.get("metadata") is not None:
            message["metadata"] = args["metadata"]
        message["edited"] = {"user": BOT_USER, "ts": self.new_ts()}
        self.echoes.append(changed(channel, self.new_ts(), public(message), before))
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": public(message)}

    def _chat_delete(self, args: Json) -> Json:
        channel, message = self._own(args, "cant_delete_message")
        self.echoes.append(self.removed(channel, str(message["ts"])))
        return {"channel": channel.id, "ts": args["ts"]}

    def _chat_postEphemeral(self, args: Json) -> Json:  # noqa: N802
        self.judged("chat.postEphemeral", args)
        channel = self._channel(args["channel"])
        if args["user"] not in self.users:
            raise Refused("user_not_in_channel")
        return {"message_ts": self.whisper(channel.id, str(args["user"]), args).ts}

    def whisper(self, channel: str, user: str, args: Json) -> Ephemeral:
        made = Ephemeral(channel, user, self._bot_message(args) | {"subtype": "bot_message"})
        self.ephemerals.append(made)
        return made

    # ------------------------------------------------------------ streams

    def _chat_startStream(self, args: Json) -> Json:  # noqa: N802
        channel = self._channel(args["channel"])
        if channel.kind != "im":
            for name in ("recipient_user_id", "recipient_team_id"):
                if not args.get(name):
                    raise wrong("invalid_arguments", name, "required when streaming to a channel")
        words = self._streamed(args)
        message = self._say(channel, args | {"text": words})
        self.streams[channel.id, str(message["ts"])] = Stream(time.monotonic(), words)
        return {"channel": channel.id, "ts": message["ts"]}

    def _chat_appendStream(self, args: Json) -> Json:  # noqa: N802
        if args.get("markdown_text") is None and not args.get("chunks"):
            raise wrong("invalid_arguments", "markdown_text", "markdown_text or chunks is required")
        return self._stream_on(args)[0]

    def _chat_stopStream(self, args: Json) -> Json:  # noqa: N802
        if args.get("blocks"):
            self.judged("chat.stopStream", {"text": "(streamed)", "blocks": args["blocks"]})
        if found := judge_metadata(args.get("metadata")):
            raise Refused(found[0].error, found)
        answer, message, stream = self._stream_on(args)
        stream.open = False
        if args.get("blocks"):
            message["blocks"] = self._stored(args["blocks"])
        if args.get("metadata"):
            message["metadata"] = args["metadata"]
        return answer | {"message": public(message)}

    def _stream_on(self, args: Json) -> tuple[Json, Json, Stream]:
        channel, message = self._own(args, "message_not_owned_by_app")
        stream = self.streams.get((channel.id, str(args["ts"])))
        if stream is None or not stream.open or time.monotonic() - stream.started > self.stream_life:
            raise Refused("message_not_in_streaming_state")
        words = stream.text + self._streamed(args)
        if len(words.encode()) > STREAM_BYTES:
            raise wrong("msg_too_long", "markdown_text", f"a streamed message has at most {STREAM_BYTES} bytes")
        stream.text = message["text"] = words
        return {"channel": channel.id, "ts": message["ts"]}, message, stream

    def _streamed(self, args: Json) -> str:
        words = str(args.get("markdown_text") or "")
        for chunk in args.get("chunks") or []:
            kind = chunk.get("type") if isinstance(chunk, dict) else None
            needed = {"markdown_text": ("text",), "task_update": ("id", "title", "status"), "plan_update": ("title",)}
            if kind not in needed or not all(isinstance(chunk.get(name), str) for name in needed[kind]):
                raise wrong("invalid_chunks", "chunks", f"{chunk!r}")
            words += chunk["text"] if kind == "markdown_text" else ""
        if words and (found := judge_message({"markdown_text": words[:12_000]}, self.allowed_mentions)):
            raise Refused(found[0].error, found)
        return words

    # ------------------------------------------------------------ the assistant's threads, sessions

    def _in_thread(self, args: Json) -> tuple[str, str]:
        channel = self._channel(args["channel_id"])
        thread = str(args.get("thread_ts") or "")
        if not thread:
            raise wrong("invalid_arguments", "thread_ts", "required for a thread of a channel or direct message")
        if thread not in channel.messages:
            raise Refused("thread_not_found")
        return channel.id, thread

    def _assistant_threads_setStatus(self, args: Json) -> Json:  # noqa: N802
        loading = args.get("loading_messages")
        if loading is not None and (
            not isinstance(loading, list) or not 1 <= len(loading) <= 10 or not all(isinstance(m, str) for m in loading)
        ):
            raise wrong("invalid_arguments", "loading_messages", "a list of 1 to 10 strings")
        found = [
            breach
            for words in [args["status"], *(loading or [])]
            for breach in judge_message({"text": words or "-"}, self.allowed_mentions)
            if breach.error == "mention_not_allowed"
        ]
        if found:
            raise Refused(found[0].error, found)
        self.statuses.setdefault(self._in_thread(args), []).append((time.monotonic(), str(args["status"])))
        return {}

    def _assistant_threads_setSuggestedPrompts(self, args: Json) -> Json:  # noqa: N802
        if "thread_ts" in args:
            raise wrong("thread_ts_in_agent_view", "thread_ts", "in an agent view the call would silently fail")
        prompts = args["prompts"]
        if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
            raise wrong("invalid_arguments", "prompts", "a list of 1 to 4 prompts")
        for prompt in prompts:
            if not isinstance(prompt, dict) or not all(
                isinstance(prompt.get(name), str) and prompt[name].strip() for name in ("title", "message")
            ):
                raise wrong("invalid_arguments", "prompts", f"{prompt!r} needs a title and a message")
        self.prompts[self._channel(args["channel_id"]).id] = prompts
        return {}

    def _assistant_threads_setTitle(self, args: Json) -> Json:  # noqa: N802
        self.titles[self._in_thread(args)] = str(args["title"])
        return {}

    def _agents_sessions_setStatus(self, args: Json) -> Json:  # noqa: N802
        if args["status"] not in ("active", "processing", "suspended", "closed"):
            raise wrong("invalid_arguments", "status", f"{args['status']!r}")
        if len(str(args.get("title") or "")) > 200:
            raise wrong("invalid_arguments", "title", "at most 200 characters")
        session = self.sessions.setdefault(self._in_thread(args), {"title": args.get("title"), "history": []})
        session["status"] = args["status"]
        session["history"].append((time.monotonic(), args["status"]))
        return {"status": args["status"], "agent_status": args["status"], "title": session["title"]}

    def _agents_sessions_rename(self, args: Json) -> Json:
        if not 1 <= len(str(args["title"])) <= 200:
            raise wrong("invalid_arguments", "title", "1 to 200 characters")
        session = self.sessions.get(self._in_thread(args))
        if session is None:
            raise Refused("session_not_found")
        session["title"] = args["title"]
        return {"title": args["title"]}

    # ------------------------------------------------------------ conversations

    def _conversations_replies(self, args: Json) -> Json:
        channel = self._readable(args)
        messages = self.thread(channel.id, str(args["ts"]))
        if not messages:
            raise Refused("thread_not_found")
        root, replies = messages[0], messages[1:]
        replies = [m for m in replies if _within(str(m["ts"]), args)]
        start = _cursor(args.get("cursor"))
        size = min(int(args.get("limit") or self.page_size), self.page_size, 1_000)
        page = replies[start : start + size]
        more = start + size < len(replies)
        keep = bool(args.get("include_all_metadata"))
        shown = [public(m, metadata=keep) for m in [root, *page]]  # Slack gives the root with every page
        if len(messages) > 1:
            shown[0] |= {
                "thread_ts": root["ts"],
                "reply_count": len(messages) - 1,
                "reply_users": sorted({str(m.get("user") or m.get("bot_id")) for m in messages[1:]}),
                "latest_reply": messages[-1]["ts"],
            }
        cursor = f"next:{start + size}" if more else ""
        return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}

    def _readable(self, args: Json) -> Channel:
        """The channel, whose messages the token may read."""
        channel = self._channel(args["channel"], write=False)
        history = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.kind] + ":history"
        if history not in self.scopes:
            found = Breach("missing_scope", "token", f"needs {history}")
            raise Refused("missing_scope", [found], needed=history, provided=",".join(self.scopes))
        return channel

    def _conversations_history(self, args: Json) -> Json:
        """The newest messages that are no replies, newest first."""
        channel = self._readable(args)
        found = [m for m in channel.messages.values() if m.get("thread_ts") in (None, m["ts"])]
        keep = bool(args.get("include_all_metadata"))
        newest = list(reversed(found))[: int(args.get("limit") or 100)]
        return {"messages": [public(m, metadata=keep) for m in newest], "has_more": len(found) > len(newest)}

    def _conversations_members(self, args: Json) -> Json:
        channel = self._channel(args["channel"], write=False)
        people = sorted(self.users) if channel.members is None else sorted(channel.members)
        start = _cursor(args.get("cursor"))
        size = min(int(args.get("limit") or self.page_size), self.page_size, 1_000)
        cursor = f"next:{start + size}" if start + size < len(people) else ""
        return {"members": people[start : start + size], "response_metadata": {"next_cursor": cursor}}

    def _conversations_info(self, args: Json) -> Json:
        channel = self.channels.get(str(args["channel"]))
        if channel is None or (channel.kind != "channel" and not channel.member):
            raise Refused("channel_not_found")
        return {"channel": channel_info(channel)}

    def _conversations_open(self, args: Json) -> Json:
        names = args.get("users")
        users = names if isinstance(names, list) else str(names or "").split(",")
        if len(users) != 1 or not users[0]:
            raise wrong("users_list_not_supplied", "users", "the fake opens direct messages with one person")
        if users[0] not in self.users:
            raise Refused("user_not_found")
        return {"channel": {"id": self.im_of(users[0]).id}}

    # ------------------------------------------------------------ views

    def _trigger(self, trigger_id: object) -> Trigger:
        trigger = self.triggers.get(str(trigger_id))
        if trigger is None:
            raise wrong("invalid_trigger_id", "trigger_id", f"{trigger_id!r} was never given")
        if trigger.used:
            raise wrong("exchanged_trigger_id", "trigger_id", "used before")
        if (age := time.monotonic() - trigger.made) > self.trigger_life:
            raise wrong("expired_trigger_id", "trigger_id", f"{age:.1f} s old")
        trigger.used = True
        return trigger

    def _view_judged(self, view: object, kind: str) -> None:
        if found := judge_view(view, kind, self.allowed_mentions):
            raise Refused(found[0].error, found)

    def show(self, view: Json, user: str, parent: View | None = None) -> View:
        """Opens a modal, or pushes it above `parent`."""
        self._view_judged(view, "modal")
        if parent and len(self._stack(parent)) >= 3:
            raise wrong("push_limit_reached", "view", "at most three views on top of each other")
        made = self.serial("V")
        root = parent.body["root_view_id"] if parent else made
        body = self._view_body(view, made) | {"root_view_id": root, "previous_view_id": parent.id if parent else None}
        self.views[made] = View(made, user, body)
        return self.views[made]

    def _stack(self, view: View) -> list[View]:
        root = view.body["root_view_id"]
        return [each for each in self.views.values() if each.open and each.body["root_view_id"] == root]

    def close(self, view: View, whole: bool = False) -> None:
        for each in self._stack(view) if whole else [view]:
            each.open = False

    def replace(self, view: View, body: Json) -> None:
        self._view_judged(body, "modal")
        kept = {name: view.body[name] for name in ("root_view_id", "previous_view_id")}
        view.body = self._view_body(body, view.id) | kept

    def _view_body(self, view: Json, view_id: str) -> Json:
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            **copy.deepcopy(view),
            "blocks": self._stored(view.get("blocks")),
            "id": view_id,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT,
            "app_installed_team_id": TEAM,
            "hash": self.serial("h"),
            "state": {"values": {}},
            "root_view_id": view_id,
            "previous_view_id": None,
        }

    def _views_open(self, args: Json) -> Json:
        self._view_judged(args["view"], "modal")
        return {"view": self.show(args["view"], self._trigger(args["trigger_id"]).user).body}

    def _views_push(self, args: Json) -> Json:
        self._view_judged(args["view"], "modal")
        trigger = self._trigger(args["trigger_id"])
        parent = self.views.get(trigger.view or "")
        if parent is None:
            raise wrong("invalid_trigger_id", "trigger_id", "a view is pushed by a trigger from a modal")
        if not parent.open:
            raise Refused("not_found")
        return {"view": self.show(args["view"], trigger.user, parent).body}

    def _views_update(self, args: Json) -> Json:
        wanted = args.get("view_id") or args.get("external_id")
        found = [v for v in self.views.values() if wanted and wanted in (v.id, v.body["external_id"])]
        if not found:
            raise wrong("not_found", "view_id", f"{wanted!r} was never given")
        view = found[-1]
        if not view.open:
            raise Refused("not_found")
        if args.get("hash") and args["hash"] != view.body["hash"]:
            raise Refused("hash_conflict")
        self.replace(view, args["view"])
        return {"view": view.body}

    def _views_publish(self, args: Json) -> Json:
        self._view_judged(args["view"], "home")
        user = str(args["user_id"])
        if user not in self.users:
            raise Refused("user_not_found")
        before = self.homes.get(user)
        if args.get("hash") and before and args["hash"] != before["hash"]:
            raise Refused("hash_conflict")
        self.homes[user] = self._view_body(args["view"], before["id"] if before else self.serial("V"))
        return {"view": self.homes[user]}

    # ------------------------------------------------------------ people, reactions

    def _users_info(self, args: Json) -> Json:
        user = self.users.get(str(args["user"]))
        if user is None:
            raise Refused("user_not_found")
        return {"user": user}

    def _usergroups_users_list(self, args: Json) -> Json:
        if args["usergroup"] not in self.usergroups:
            raise Refused("no_such_subteam")
        return {"users": self.usergroups[str(args["usergroup"])]}

    def _reactions_add(self, args: Json) -> Json:
        message = self._channel(args["channel"]).messages.get(str(args["timestamp"]))
        if message is None:
            raise Refused("message_not_found")
        given = message.setdefault("reactions", [])
        if args["name"] in [each["name"] for each in given]:
            raise Refused("already_reacted")
        given.append({"name": args["name"], "users": [BOT_USER], "count": 1})
        return {}

    # ------------------------------------------------------------ response urls

    def respond(self, key: str, args: Json) -> Json:
        """A message sent to a response_url."""
        try:
            return {"ok": True} | self._respond(key, args)
        except Refused as refused:
            return self.refusal("response_url", refused)

    def _respond(self, key: str, args: Json) -> Json:
        url = self.response_urls.get(key)
        if url is None:
            raise wrong("invalid_url", "response_url", "was never given")
        if url.used >= RESPONSES:
            raise wrong("used_url", "response_url", f"used {RESPONSES} times already")
        if (age := time.monotonic() - url.made) > self.response_life:
            raise wrong("expired_url", "response_url", f"{age:.0f} s old")
        known = ("text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "metadata")
        for name in args.keys() - {*known, "unfurl_links", "unfurl_media"}:
            self.warnings.append(f"response_url: Slack knows no argument {name}")
        original = self._original(url)
        if not args.get("delete_original"):
            self.judged("response_url", args)
        url.used += 1
        if args.get("delete_original"):
            self._drop(url, original)
            return {}
        if args.get("replace_original") and original is not None:
            original |= {k: v for k, v in self._bot_message(args).items() if k in ("text", "blocks", "metadata")}
            if not args.get("blocks"):
                original.pop("blocks", None)
            return {"ts": original["ts"]}
        where = {"thread_ts": args.get("thread_ts") or url.thread_ts}
        if args.get("response_type") == "in_channel":
            for name in ("unfurl_links", "unfurl_media"):
                if args.get(name) is not False:
                    raise wrong("unfurl_not_off", name, "must be false")
            return {"ts": self._say(self.known_channel(url.channel), args | where)["ts"]}
        return {"ts": self.whisper(url.channel, url.user, args | where).ts}

    def _original(self, url: ResponseUrl) -> Json | None:
        for each in self.ephemerals:
            if each.ts == url.origin:
                return each.message
        return self.channels[url.channel].messages.get(url.origin or "")

    def _drop(self, url: ResponseUrl, original: Json | None) -> None:
        self.ephemerals = [each for each in self.ephemerals if each.message is not original]
        if original is not None and original["ts"] in self.channels[url.channel].messages:
            self._erase(self.channels[url.channel], str(original["ts"]))

    # ------------------------------------------------------------ what people do

    def edited(self, channel: Channel, ts: str, user: str, changes: Json) -> Json:
        """Changes a message and returns Slack's event about it."""
        message = channel.messages[ts]
        before = public(message)
        message |= changes | {"edited": {"user": user, "ts": self.new_ts()}}
        return changed(channel, self.new_ts(), public(message), before)

    def removed(self, channel: Channel, ts: str) -> Json:
        """Deletes a message and returns Slack's event about it."""
        before = public(channel.messages[ts])
        tombstone = self._erase(channel, ts)
        if tombstone is not None:
            return changed(channel, self.new_ts(), dict(tombstone), before)
        now = self.new_ts()
        return {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "deleted_ts": ts,
            "previous_message": before,
            "ts": now,
            "event_ts": now,
        }


def changed(channel: Channel, now: str, message: Json, before: Json) -> Json:
    """The event that tells of a changed message."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "message": message,
        "previous_message": before,
        "ts": now,
        "event_ts": now,
    }


def channel_info(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.id.lower(),
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind in ("group", "im", "mpim"),
        "is_archived": channel.is_archived,
        "is_member": channel.member,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
    } | ({"user": channel.user} if channel.user else {})


def public(message: Json, metadata: bool = False) -> Json:
    return copy.deepcopy({name: value for name, value in message.items() if metadata or name != "metadata"})


def _within(ts: str, args: Json) -> bool:
    oldest, latest = _order(args.get("oldest") or "0"), _order(args.get("latest") or "9999999999.999999")
    if args.get("inclusive"):
        return oldest <= _order(ts) <= latest
    return oldest < _order(ts) < latest


def _order(ts: object) -> tuple[int, int]:
    """A float cannot tell two neighbouring timestamps apart."""
    whole, _, rest = str(ts).partition(".")
    return int(whole), int(rest.ljust(6, "0")[:6])


def _cursor(cursor: object) -> int:
    if not cursor:
        return 0
    if not isinstance(cursor, str) or not re.fullmatch(r"next:\d+", cursor):
        raise wrong("invalid_cursor", "cursor", f"{cursor!r} was never given")
    return int(cursor.removeprefix("next:"))


def live_bot_messages(world: World) -> Iterator[tuple[str, Json]]:
    """(channel, message) of all that the bot has said and not taken back."""
    for channel in world.channels.values():
        for message in channel.messages.values():
            if message.get("bot_id") == BOT:
                yield channel.id, message
