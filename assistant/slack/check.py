"""`inspections slack check`: whether everything that the app needs is there, and what to do about what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.settings import Settings, SlackSettings
from assistant.slack.errors import SlackError, SlackRefusedError
from assistant.slack.events import Bot
from assistant.slack.known import Known
from assistant.slack.manifest import SCOPES
from assistant.slack.state.store import Store
from assistant.slack.web import Web, make_client
from assistant.slack.wording import slack_wording
from index.embedding import load_embedder
from index.entry import RULES
from index.errors import InspectionsError
from index.generation import open_current

AGAIN = "Make the app again from `inspections slack manifest`, or add what is missing and reinstall it."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.  `cure` says what to do where it is not well.

    `needed`: the app cannot work without it; of what is not, Socket Mode and HTTP mode, it needs one.
    """

    name: str
    well: bool
    said: str
    cure: str = ""
    needed: bool = True


def check(settings: Settings, slack: SlackSettings) -> Iterator[Finding]:
    """Look at one thing after another; nothing is changed in Slack."""
    yield _looked("model", lambda: f"{load_embedder(settings.embedder).id}")
    yield _looked("index", lambda: _index(settings))
    yield _looked("records", lambda: _records(slack))
    yield _looked("wording", lambda: _wording(slack))
    yield from _bot_token(slack)
    yield from _audiences(slack)
    yield _app_token(slack)
    yield _signing_secret(slack)


def _looked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except InspectionsError as error:
        return Finding(name, False, error.what, error.cure)


def _index(settings: Settings) -> str:
    embedder = load_embedder(settings.embedder)
    with open_current(settings.index, embedder.id, RULES, server=settings.server()) as index:
        told = index.manifest
        return f"{told.documents:,} documents, built {told.built:%d %B %Y %H:%M} UTC, generation {told.generation}"


def _records(slack: SlackSettings) -> str:
    with Store(slack.slack_state, owner="check") as store:
        return f"open questions: {store.questions_open():,}"


def _wording(slack: SlackSettings) -> str:
    """What words the answers.  The model is not asked, which might cost something."""
    with slack_wording(slack) as wording:
        return wording.described if wording else "documents' own sentences; no language model is set"


def _bot_token(slack: SlackSettings) -> Iterator[Finding]:
    if slack.bot_token is None:
        cure = "Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-...) of OAuth & Permissions."
        yield Finding("bot token", False, "SLACK_BOT_TOKEN is not set.", cure)
        return
    client = make_client(slack.bot_token.get_secret_value(), slack.api_url)
    web = Web(client)
    try:
        told = web.call("auth.test")
    except SlackError as error:
        cure = "Copy the Bot User OAuth Token anew." if isinstance(error, SlackRefusedError) else error.cure
        yield Finding("bot token", False, error.what, cure)
        return
    yield Finding("bot token", True, f"{told.get('user')} in {told.get('team')}")
    missing = sorted(set(SCOPES) - web.scopes())
    if missing:
        yield Finding("scopes", False, f"missing: {', '.join(missing)}", AGAIN)
    else:
        yield Finding("scopes", True, f"all {len(SCOPES)}")


def _audiences(slack: SlackSettings) -> Iterator[Finding]:
    """Each user group and channel of the mapping, as Slack shows it: what it does not show is cleared for nothing."""
    if slack.bot_token is None:
        return
    known = Known(Web(make_client(slack.bot_token.get_secret_value(), slack.api_url)), Bot("", "", ""))
    for name, ids in slack.slack_audiences.items():
        for one in ids:
            try:
                yield _group(name, one, known) if one.startswith("S") else _channel(name, one, known)
            except SlackError as error:
                why = error.error if isinstance(error, SlackRefusedError) else error.what
                cure = f"Correct INSPECTIONS_SLACK_AUDIENCES, or type /invite in a channel.  {error.cure}"
                yield Finding("audience", False, f"{name}: {one} counts for nothing, Slack says: {why}", cure)


def _group(name: str, group: str, known: Known) -> Finding:
    return Finding("audience", True, f"{name}: user group {group}, {len(known.members(group)):,} people")


def _channel(name: str, channel: str, known: Known) -> Finding:
    found = known.conversation(channel)
    if not found.ours:
        what = f"{name}: channel {channel} is shared with another organisation, so it sees what is public only."
        return Finding("audience", False, what, "Take it out of INSPECTIONS_SLACK_AUDIENCES.")
    if not found.member:
        return Finding("audience", False, f"{name}: I am not in channel {channel}.", "Type /invite there.")
    open_to = "every member of the workspace can read it" if found.public else "private"
    return Finding("audience", True, f"{name}: channel {channel}, {open_to}")


def _app_token(slack: SlackSettings) -> Finding:
    if slack.app_token is None:
        cure = "For Socket Mode set SLACK_APP_TOKEN to an app-level token (xapp-...) with connections:write."
        return Finding("Socket Mode", False, "SLACK_APP_TOKEN is not set.", cure, needed=False)
    web = Web(make_client(slack.app_token.get_secret_value(), slack.api_url))
    try:
        web.call("apps.connections.open")
    except SlackError as error:
        cure = "Make the token anew under Basic Information, with connections:write, and switch Socket Mode on."
        return Finding("Socket Mode", False, error.what, cure)
    return Finding("Socket Mode", True, "the app token opens connections", needed=False)


def _signing_secret(slack: SlackSettings) -> Finding:
    if slack.signing_secret is None:
        cure = "For HTTP mode set SLACK_SIGNING_SECRET to the Signing Secret of Basic Information."
        return Finding("HTTP mode", False, "SLACK_SIGNING_SECRET is not set.", cure, needed=False)
    return Finding("HTTP mode", True, "SLACK_SIGNING_SECRET is set; only Slack's requests can prove it", needed=False)
