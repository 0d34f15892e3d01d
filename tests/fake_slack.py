"""A Slack for tests: it judges every call of the app, keeps the workspace, and makes things happen in it.

    with FakeSlack() as slack:
        slack.http_target(url, secret)  # or slack.socket_target()
        asked = slack.dm("U1", "What did Ofsted say?")
        slack.wait_until(lambda s: s.posted(asked.channel, asked.thread))
        assert not slack.violations

Makers put the happening into the workspace, deliver it without waiting, and return the Event with the ids they made;
`wait_ack(event)` tells how it was taken.  A text is given as Slack delivers it, so with entities and `<@U0BOT>`.  The
rules of messages are in `fake_slack_rules`, the Web API in `fake_slack_world`, sockets and faults in
`fake_slack_wire`.
"""

from __future__ import annotations

import copy
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from fake_slack_rules import Breach, elements, nested, visible
from fake_slack_wire import Call, Delivery, Event, Wire, signed
from fake_slack_world import (
    APP,
    BOT,
    BOT_USER,
    TEAM,
    TS,
    Channel,
    Ephemeral,
    Json,
    Refused,
    ResponseUrl,
    View,
    Violation,
    World,
    live_bot_messages,
    looks_like_ts,
    public,
    wrong,
)

Where = Call | Ephemeral | Event | tuple[str, str] | str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person clicks: a message, an ephemeral message, a modal or the Home."""

    blocks: list[Json]
    container: Json
    channel: Channel | None = None
    message: Json | None = None
    ephemeral: bool = False
    view: Json | None = None


class FakeSlack(Wire):
    """The whole of it.  Thread-safe; the workspace's settings are in `world`."""

    # ------------------------------------------------------------ the workspace, as a test sees it

    @property
    def violations(self) -> list[Violation]:
        """Calls against the rules: a test asserts that there are none."""
        return self.world.violations

    @property
    def warnings(self) -> list[str]:
        """What Slack takes and we do not want: over our own goals, or arguments that Slack does not know."""
        return self.world.warnings

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """(method, error) of every call that was refused, the violations among them."""
        return self.world.refusals

    def add_user(self, user: str, **flags: object) -> Json:
        """A person; `flags` are fields of Slack's user object (is_restricted, is_bot, is_stranger, team_id …)."""
        with self.changed:
            return self.world.add_user(user, **flags)

    def add_channel(self, channel: str, **flags: Any) -> Channel:
        """A conversation: is_im, is_mpim, is_private, is_ext_shared, is_archived, member (whether the bot is one)."""
        with self.changed:
            return self.world.add_channel(channel, **flags)

    def add_usergroup(self, group: str, *users: str) -> None:
        with self.changed:
            self.world.add_usergroup(group, *users)

    def posted(self, channel: str | None = None, thread_ts: str | None = None) -> list[Json]:
        """The bot's messages that stand now, oldest first, in that channel and thread where given."""
        with self.changed:
            return [
                copy.deepcopy(message)
                for where, message in live_bot_messages(self.world)
                if channel in (None, where) and thread_ts in (None, message.get("thread_ts"))
            ]

    def thread(self, channel: str, ts: str) -> list[Json]:
        """A message and its replies as they stand now."""
        with self.changed:
            return copy.deepcopy(self.world.thread(channel, ts))

    def message_at(self, channel: str, ts: str) -> Json | None:
        with self.changed:
            return copy.deepcopy(self.world.channels[channel].messages.get(ts))

    def ephemerals(self, user: str | None = None) -> list[Ephemeral]:
        """What only this person sees."""
        with self.changed:
            return [each for each in self.world.ephemerals if user in (None, each.user)]

    def view(self, view_id: str) -> View:
        return self.world.views[view_id]

    def home(self, user: str) -> Json | None:
        with self.changed:
            return copy.deepcopy(self.world.homes.get(user))

    def status(self, channel: str, thread_ts: str) -> str:
        """The status under a thread now, "" for none."""
        with self.changed:
            return self.world.status(channel, thread_ts)

    def statuses(self, channel: str, thread_ts: str) -> list[tuple[float, str]]:
        """(monotonic seconds, status) of all that stood under a thread; "" where it went."""
        with self.changed:
            return list(self.world.statuses.get((channel, thread_ts), []))

    def session(self, channel: str, thread_ts: str) -> Json | None:
        """The agent session of a thread: status, title, history."""
        with self.changed:
            return copy.deepcopy(self.world.sessions.get((channel, thread_ts)))

    def calls_of(self, *methods: str) -> list[Call]:
        with self.changed:
            return [call for call in self.calls if call.method in methods]

    @staticmethod
    def visible(message: Json) -> str:
        """All that a reader of a message or view sees."""
        return visible(message)

    def controls(self, where: Where, user: str = "") -> list[Json]:
        """Everything that can be worked at that place."""
        with self.changed:
            return [copy.deepcopy(element) for _, element in elements(self._place(where, user).blocks)]

    # ------------------------------------------------------------ messages

    def dm(self, user: str, text: str, thread_ts: str | None = None, **more: object) -> Event:
        """A direct message to the bot; the first one has no thread, as in an agent view."""
        with self.changed:
            channel = self.world.im_of(user)
        return self.message(channel.id, user, text, thread_ts, **more)

    def message(self, channel: str, user: str, text: str, thread_ts: str | None = None, **more: object) -> Event:
        """A message in any conversation, delivered as message.channels, .groups, .im or .mpim."""
        with self.changed:
            where = self.world.known_channel(channel)
            message = self._written(where, user, text, thread_ts, more)
            event = self._message_event(where, message)
        return self._sent(event)

    def mention(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        *,
        twin: bool | str = True,
        **more: object,
    ) -> Event:
        """A mention: app_mention and its message twin (after it; before it with twin="first"; none with False)."""
        if f"<@{BOT_USER}>" not in text:
            text = f"<@{BOT_USER}> {text}"
        with self.changed:
            where = self.world.known_channel(channel)
            message = self._written(where, user, text, thread_ts, more)
            told = {name: value for name, value in public(message).items() if name != "subtype"}
            mention = self._event(
                {**told, "type": "app_mention", "channel": channel, "event_ts": message["ts"]}, where, message
            )
            twin_event = self._message_event(where, message) if twin else None
        if twin_event and twin == "first":
            self.send(twin_event)
        event = self._sent(replace(mention, twin=twin_event))
        if twin_event and twin != "first":
            self.send(twin_event)
        return event

    def bot_message(self, channel: str, text: str, bot_id: str = "B0OTHER", thread_ts: str | None = None) -> Event:
        """A message of another integration."""
        return self.message(channel, "", text, thread_ts, subtype="bot_message", bot_id=bot_id, username="Other")

    def workflow_mention(self, channel: str, text: str, bot_id: str = "B0FLOW") -> Event:
        """A workflow, which is a bot, mentions the app."""
        return self.mention(channel, "", text, subtype="bot_message", bot_id=bot_id, username="Workflow")

    def edit(self, channel: str, ts: str, new_text: str) -> Event:
        """The author changes the message."""
        with self.changed:
            where = self.world.channels[channel]
            user = str(where.messages[ts].get("user"))
            changes = {"text": new_text, "blocks": self._typed(new_text)}
            return self._sent_change(where, self.world.edited(where, ts, user, changes), user, ts)

    def unfurl(self, channel: str, ts: str) -> Event:
        """Slack itself changes a message: a link preview comes, the text stays."""
        with self.changed:
            where = self.world.channels[channel]
            user, before = str(where.messages[ts].get("user")), where.messages[ts].get("edited")
            event = self.world.edited(where, ts, user, {"attachments": [{"id": 1, "fallback": "preview"}]})
            where.messages[ts].pop("edited")
            event["message"].pop("edited")
            if before:
                where.messages[ts]["edited"] = event["message"]["edited"] = before
            return self._sent_change(where, event, user, ts)

    def delete(self, channel: str, ts: str) -> Event:
        """The author deletes the message; of a thread's root a tombstone stays."""
        with self.changed:
            where = self.world.channels[channel]
            user = str(where.messages[ts].get("user"))
            return self._sent_change(where, self.world.removed(where, ts), user, ts)

    def _sent_change(self, where: Channel, change: Json, user: str, ts: str) -> Event:
        thread = change["previous_message"].get("thread_ts")
        return self._sent(replace(self._event(change, where, None), user=user, ts=ts, thread_ts=thread))

    # ------------------------------------------------------------ other events

    def app_home_opened(self, user: str, tab: str = "home") -> Event:
        """The Home tab, or with tab="messages" the conversation with the agent."""
        with self.changed:
            where = self.world.im_of(user)
            fields: Json = {"type": "app_home_opened", "user": user, "channel": where.id, "tab": tab}
            if tab == "home" and user in self.world.homes:
                fields["view"] = self.world.homes[user]
        return self.event(fields, where)

    def agent_session_stopped(self, channel: str, thread_ts: str, user: str) -> Event:
        """The person presses the stop button."""
        with self.changed:
            streams = [
                ts
                for (where, ts), stream in self.world.streams.items()
                if stream.open and where == channel and self._in_thread(where, ts, thread_ts)
            ]
            for ts in streams:
                self.world.streams[channel, ts].open = False
        fields = {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread_ts,
            "user": user,
            "streaming_message_ts": streams,
        }
        return self.event(fields, self.world.known_channel(channel))

    def _in_thread(self, channel: str, ts: str, thread_ts: str) -> bool:
        return bool(self.world.channels[channel].messages.get(ts, {}).get("thread_ts") == thread_ts)

    def event(self, fields: Json, channel: Channel | None = None) -> Event:
        """Any event of the Events API, with a fresh id."""
        with self.changed:
            event = self._event({"event_ts": self.world.new_ts(), **fields}, channel, None)
        return self._sent(event)

    def redeliver(self, event: Event, retry_num: int = 1, reason: str = "http_timeout") -> Event:
        """The same event once more, as Slack does where it saw no ack."""
        self.send(event, retry_num, reason)
        return event

    def url_verification(self) -> Event:
        """Slack asks whether the address is ours; the ack must give the challenge back."""
        body = {"type": "url_verification", "token": "legacy", "challenge": uuid.uuid4().hex}
        return self._sent(Event("url_verification", body, body["challenge"]))

    # ------------------------------------------------------------ interactions

    def command(self, user: str, channel: str, text: str, command: str = "/inspections") -> Event:
        """The slash command; only this person sees it."""
        with self.changed:
            person, where = self.world.known_user(user), self.world.known_channel(channel)
            trigger, url = self.world.new_trigger(user), self._response_url(where, user)
            body = {
                "token": "legacy",
                "team_id": TEAM,
                "team_domain": "fake",
                "channel_id": channel,
                "channel_name": {"im": "directmessage", "group": "privategroup"}.get(where.kind, channel.lower()),
                "user_id": user,
                "user_name": person["name"],
                "command": command,
                "text": text,
                "api_app_id": APP,
                "is_enterprise_install": "false",
                "response_url": url,
                "trigger_id": trigger,
            }
        ids: Json = {"channel": channel, "user": user, "trigger_id": trigger, "response_url": url}
        return self._sent(Event("slash_commands", body, trigger, **ids))

    def shortcut_claim(
        self, user: str, channel: str, message: str, callback_id: str = "check_claim", author: str = "U0AUTHOR"
    ) -> Event:
        """The message shortcut on a message, named by its ts, or made by `author` with this text."""
        with self.changed:
            where = self.world.known_channel(channel)
            if not looks_like_ts(message):
                message = str(self._written(where, author, message, None, {})["ts"])
            chosen = public(where.messages[message])
            trigger = self.world.new_trigger(user)
            url = self._response_url(where, user, thread_ts=chosen.get("thread_ts"))
            body = self._interaction("message_action", user) | {
                "action_ts": self.world.new_ts(),
                "callback_id": callback_id,
                "trigger_id": trigger,
                "response_url": url,
                "channel": {"id": channel, "name": channel.lower()},
                "message_ts": message,
                "message": chosen,
            }
        ids: Json = {"channel": channel, "user": user, "ts": message, "trigger_id": trigger, "response_url": url}
        return self._sent(Event("interactive", body, trigger, thread_ts=chosen.get("thread_ts"), **ids))

    def click(
        self, user: str, where: Where, action_id: str, value: str | None = None, values: Json | None = None
    ) -> Event:
        """A person works a control that really stands there.

        `where`: the Call that posted it, an Ephemeral, (channel, ts), the ts alone, a view id, or "home".  `value`
        tells apart controls with one action id, or names the option chosen, or one of two feedback buttons.
        Raises LookupError where there is no such control.
        """
        with self.changed:
            place = self._place(where, user)
            block, element = self._control(place, action_id, value)
            view_id = place.view["id"] if place.view else None
            trigger = self.world.new_trigger(user, view_id)
            body = self._interaction("block_actions", user) | {
                "container": place.container,
                "trigger_id": trigger,
                "actions": [_action(block, element, value) | {"action_ts": self.world.new_ts()}],
                "state": {"values": _state(place.blocks, values or {})},
            }
            ids: Json = {"user": user, "trigger_id": trigger, "view_id": view_id}
            if place.view:
                body["view"] = copy.deepcopy(place.view) | {"state": body["state"]}
            elif place.channel and place.message:
                ts, thread = place.message["ts"], place.message.get("thread_ts")
                url = self._response_url(place.channel, user, ts, thread)
                body |= {"channel": {"id": place.channel.id, "name": place.channel.id.lower()}, "response_url": url}
                if not place.ephemeral:
                    body["message"] = public(place.message)
                ids |= {"channel": place.channel.id, "ts": ts, "thread_ts": thread, "response_url": url}
        return self._sent(Event("interactive", body, trigger, **ids))

    def submit(self, user: str, view: Call | str, values: Json | None = None) -> Event:
        """Sends a modal: values are {action_id: value}, a list of values for what takes several.

        Raises LookupError or ValueError where Slack would not let a person send that.
        """
        with self.changed:
            shown = self._view_of(view)
            if not shown.open or not shown.body.get("submit"):
                raise LookupError(f"{shown.id} is closed, or has no submit button")
            state = {"values": _state(shown.body["blocks"], values or {}, whole=True)}
            trigger = self.world.new_trigger(user, shown.id)
            body = self._interaction("view_submission", user) | {
                "trigger_id": trigger,
                "view": copy.deepcopy(shown.body) | {"state": state},
                "response_urls": [],
            }
        return self._sent(Event("interactive", body, trigger, user=user, trigger_id=trigger, view_id=shown.id))

    def close_view(self, user: str, view: Call | str) -> Event | None:
        """Dismisses a modal; the app hears of it only where the view asked for that (else None)."""
        with self.changed:
            shown = self._view_of(view)
            self.world.close(shown)
            body = self._interaction("view_closed", user) | {
                "view": copy.deepcopy(shown.body),
                "is_cleared": False,
            }
            wanted = shown.body["notify_on_close"]
        if not wanted:
            return None
        return self._sent(Event("interactive", body, self.world.serial("closed"), user=user, view_id=shown.id))

    # ------------------------------------------------------------ how it is made

    def _sent(self, event: Event) -> Event:
        self.send(event)
        return event

    def _echo(self, event: Json) -> None:
        with self.changed:
            where = self.world.channels.get(str(event.get("channel")))
            made = self._event({"event_ts": event["ts"], **event}, where, None)
        self.send(made)

    def _answered(self, event: Event, body: Any) -> None:
        """What an ack carries: a command's answer, or what a modal does next."""
        try:
            if event.kind == "slash_commands" and body:
                message = body if isinstance(body, dict) else {"text": str(body)}
                self.world.judged("ack", message)
                self.world.whisper(str(event.channel), str(event.user), message)
            elif event.body.get("type") == "view_submission":
                self._next_view(self.world.views[str(event.view_id)], body if isinstance(body, dict) else {})
        except Refused as refused:
            self.world.refusal("ack", refused)

    def _next_view(self, view: View, answer: Json) -> None:
        action = answer.get("response_action")
        if action == "errors":
            known = {block["block_id"] for block in nested(view.body["blocks"]) if block["type"] == "input"}
            errors = answer.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= known:
                raise wrong("invalid_arguments", "errors", f"must name blocks with inputs: {errors}")
        elif action == "update":
            self.world.replace(view, answer.get("view") or {})
        elif action == "push":
            self.world.show(answer.get("view") or {}, view.user, view)
        elif action in (None, "clear"):
            self.world.close(view, whole=action == "clear")
        else:
            raise wrong("invalid_arguments", "response_action", f"{action!r}")

    def _event(self, inner: Json, channel: Channel | None, message: Json | None) -> Event:
        event_id = self.world.serial("Ev0")
        body = {
            "token": "legacy",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": inner,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": f"4-{event_id}",
        }
        source = message or inner
        return Event(
            "events_api",
            body,
            event_id,
            channel=channel.id if channel else None,
            user=source.get("user"),
            ts=source.get("ts"),
            thread_ts=source.get("thread_ts"),
        )

    def _message_event(self, where: Channel, message: Json) -> Event:
        told = public(message)
        inner = told | {"channel": where.id, "channel_type": where.kind, "event_ts": message["ts"]}
        return self._event(inner, where, message)

    def _written(self, where: Channel, user: str, text: str, thread_ts: str | None, more: dict[str, object]) -> Json:
        message: Json = {"type": "message", "ts": self.world.new_ts(), "text": text, "team": TEAM}
        if user:
            team = self.world.known_user(user)["team_id"]
            message |= {"user": user, "client_msg_id": str(uuid.uuid4()), "team": team, "blocks": self._typed(text)}
            if team != TEAM:
                message |= {"user_team": team, "source_team": team}
        if thread_ts:
            root = where.messages.get(thread_ts, {})
            message |= {"thread_ts": thread_ts, "parent_user_id": root.get("user", BOT_USER)}
        return self.world.put(where, message | more)

    def _typed(self, text: str) -> list[Json]:
        """The rich text that Slack makes of what a person typed."""
        parts: list[Json] = []
        for part in re.split(r"(<@\w+>)", text):
            if part.startswith("<@"):
                parts.append({"type": "user", "user_id": part[2:-1]})
            elif part:
                words = part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                parts.append({"type": "text", "text": words})
        section = {"type": "rich_text_section", "elements": parts}
        return [{"type": "rich_text", "block_id": self.world.serial("b"), "elements": [section]}]

    def _interaction(self, kind: str, user: str) -> Json:
        person = self.world.known_user(user)
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": "fake"},
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": person["team_id"]},
            "api_app_id": APP,
            "token": "legacy",
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def _response_url(self, where: Channel, user: str, origin: str | None = None, thread_ts: str | None = None) -> str:
        key = self.world.serial("r")
        self.world.response_urls[key] = ResponseUrl(
            where.id, user, time.monotonic(), origin=origin, thread_ts=thread_ts
        )
        return f"{self.base_url}/response/{key}"

    def _view_of(self, view: Call | str) -> View:
        return self.world.views[view.view_id if isinstance(view, Call) else view]

    def _place(self, where: Where, user: str) -> Place:
        if isinstance(where, Call) and where.method.startswith("views."):
            where = "home" if where.method == "views.publish" else where.view_id
        if where == "home":
            home = self.world.homes[user]
            return Place(home["blocks"], {"type": "view", "view_id": home["id"]}, view=home)
        if isinstance(where, str) and where in self.world.views:
            view = self.world.views[where]
            if not view.open:
                raise LookupError(f"{where} is closed")
            return Place(view.body["blocks"], {"type": "view", "view_id": where}, view=view.body)
        ts = where if isinstance(where, str) else where[1] if isinstance(where, tuple) else where.ts
        for channel, message, ephemeral in self._all_messages():
            if message["ts"] == ts:
                container = {
                    "type": "message",
                    "message_ts": ts,
                    "channel_id": channel.id,
                    "is_ephemeral": ephemeral,
                } | ({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {})
                return Place(message.get("blocks", []), container, channel, message, ephemeral)
        raise LookupError(f"nothing stands at {where}")

    def _all_messages(self) -> Iterator[tuple[Channel, Json, bool]]:
        for channel in self.world.channels.values():
            for message in channel.messages.values():
                yield channel, message, False
        for each in self.world.ephemerals:
            yield self.world.known_channel(each.channel), each.message, True

    def _control(self, place: Place, action_id: str, value: str | None) -> tuple[Json, Json]:
        here = list(elements(place.blocks))
        for block, element in here:
            if element.get("action_id") == action_id and (value is None or value in _values(element)):
                return block, element
        raise LookupError(
            f"no control {action_id} with value {value}, only {[(e.get('action_id'), _values(e)) for _, e in here]}"
        )


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or []]


def _values(element: Json) -> list[str]:
    """The values that working a control may give."""
    if element["type"] == "feedback_buttons":
        return [element["positive_button"]["value"], element["negative_button"]["value"]]
    return [option["value"] for option in _options(element)] or [element.get("value", "")]


def _action(block: Json, element: Json, value: str | None) -> Json:
    """One entry of `actions`, as Slack sends it for this kind of control."""
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind in ("button", "icon_button"):
        return action | {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    if kind == "feedback_buttons":
        both = (element["positive_button"], element["negative_button"])
        chosen = next(each for each in both if value in (None, each["value"]))
        return action | {"text": chosen["text"], "value": chosen["value"]}
    return action | _filled(element, [value] if kind in SEVERAL and value else value)


SEVERAL = {"checkboxes", "multi_static_select"}


def _filled(element: Json, value: Any) -> Json:
    """The state of a control once a person has filled it in; None leaves it as it opened."""
    kind = element["type"]
    if kind in SEVERAL:
        chosen = [o for o in _options(element) if o["value"] in value] if value is not None else None
        if value is not None and len(chosen or []) != len(value):
            raise ValueError(f"{element['action_id']} has not all of the options {value}")
        return {"type": kind, "selected_options": element.get("initial_options", []) if chosen is None else chosen}
    if kind in ("static_select", "radio_buttons", "overflow"):
        if value is None:
            return {"type": kind, "selected_option": element.get("initial_option")}
        found = next((o for o in _options(element) if o["value"] == value), None)
        if found is None:
            raise ValueError(f"{element['action_id']} has no option {value!r}")
        return {"type": kind, "selected_option": found}
    names = {
        "users_select": "selected_user",
        "multi_users_select": "selected_users",
        "conversations_select": "selected_conversation",
        "datepicker": "selected_date",
    }
    if kind == "plain_text_input" and isinstance(value, str):
        if not element.get("min_length", 0) <= len(value) <= element.get("max_length", 3_000):
            raise ValueError(f"{element['action_id']} does not take {len(value)} characters")
        value = value or None  # Slack sends null for an empty field
    initial = element.get(f"initial_{names.get(kind, 'value').removeprefix('selected_')}")
    return {"type": kind, names.get(kind, "value"): initial if value is None else value}


def _state(blocks: list[Json], values: Json, whole: bool = False) -> Json:
    """state.values of a view; `whole` asks for every field that is not optional, as the send button does."""
    left = dict(values)
    state: Json = {}
    for block in nested(blocks):
        inside = block["elements"] if block["type"] == "actions" else [block.get("element"), block.get("accessory")]
        for element in inside:  # type: ignore[attr-defined]
            if not isinstance(element, dict) or element["type"] in ("button", "image", "overflow"):
                continue
            filled = _filled(element, left.pop(element["action_id"], None))
            state.setdefault(str(block["block_id"]), {})[element["action_id"]] = filled
            empty = not any(value for name, value in filled.items() if name != "type")
            if whole and block["type"] == "input" and not block.get("optional") and empty:
                raise ValueError(f"{element['action_id']} must be filled in")
    if left:
        raise LookupError(f"no such fields: {sorted(left)}")
    return state


__all__ = [
    "APP",
    "BOT",
    "BOT_USER",
    "TEAM",
    "TS",
    "Breach",
    "Call",
    "Channel",
    "Delivery",
    "Ephemeral",
    "Event",
    "FakeSlack",
    "Violation",
    "World",
    "signed",
]
