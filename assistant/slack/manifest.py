"""The app manifest that an admin gives to Slack: what the app is, hears and may do.

Fields: https://docs.slack.dev/reference/app-manifest.  `SCOPES` is also what `check` holds the token against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.slack.app import COMMAND, SHORTCUT

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "usergroups:read",
    "users:read",
)
EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
DESCRIPTION = (
    "Answers questions about the inspection history of children's services, in the exact words of the inspection "
    "reports, with document, date, page and speaker."
)


def manifest(prompts: Sequence[str] = (), url: str | None = None) -> dict[str, Any]:
    """The manifest.  `prompts`: questions offered to start with, 4 at most; `url`: for HTTP mode, where Slack sends."""
    offered = [{"title": question[:75], "message": question} for question in prompts[:4]]
    where = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Inspection history",
            "description": "Cited answers about the inspection history of children's services",
            "background_color": "#1d4a5c",
        },
        "features": {
            "agent_view": {"agent_description": DESCRIPTION, **({"suggested_prompts": offered} if offered else {})},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Inspection history", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Ask about the inspection history; only you see the answer",
                    "usage_hint": "what did Ofsted say about caseloads in 2019",
                    "should_escape": False,
                    **({"url": url} if url else {}),
                }
            ],
            "shortcuts": [
                {
                    "name": "Check this claim",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "See what the inspection reports say about this message",
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
