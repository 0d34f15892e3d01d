"""Reading what clicks and modals send: who, where, what was entered.  Pure; payloads are untrusted.

Shapes: https://docs.slack.dev/reference/interaction-payloads.  Events of the Events API are `events`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a click happened.  Empty: none.

    `response_url` is set where the message is one that only this person sees; there is no thread then.
    """

    channel: str = ""
    thread_ts: str = ""
    response_url: str = ""


def person(body: Mapping[str, Any]) -> str:
    """The id of whoever clicked; empty where there is none."""
    user = body.get("user")
    return str(user.get("id") or "") if isinstance(user, Mapping) else ""


def place(body: Mapping[str, Any]) -> Place:
    """Where the click happened; in the Home or a modal: nowhere."""
    container, channel, message = (_part(body, name) for name in ("container", "channel", "message"))
    private = container.get("is_ephemeral") is True
    thread = container.get("thread_ts") or message.get("thread_ts") or container.get("message_ts") or ""
    return Place(
        channel=str(channel.get("id") or container.get("channel_id") or ""),
        thread_ts="" if private else str(thread),
        response_url=str(body.get("response_url") or "") if private else "",
    )


def carried(place: Place, answer_id: str = "") -> str:
    """A place and an answer, where it is about one, to come back with a modal."""
    return json.dumps({"answer": answer_id, **asdict(place)})


def carried_back(metadata: str) -> tuple[Place, str]:
    """What `carried` was given."""
    read = read_json(metadata)
    return Place(*(str(read.get(name) or "") for name in ("channel", "thread_ts", "response_url"))), str(
        read.get("answer") or ""
    )


def entered(values: Mapping[str, Any], block: str, name: str) -> Any:
    """What a person entered in an input block of a modal, whose action has the block's name; None: nothing."""
    element = _part(_part(values, block), block)
    return element.get(name)


def read_json(text: str) -> dict[str, Any]:
    """The JSON object of a button or modal; empty where it is none."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = of.get(name)
    return part if isinstance(part, Mapping) else {}
