"""Calls of Slack's Web API: the one place from which they leave, with the rules for trying again.

A call that Slack turned away for its rate (429) was not carried out and is made again after the time that Slack names.
Where it is unknown whether a call was carried out (time-out, cut connection, 5xx), only calls that may be made twice
are made again; for the others the caller has to look first.  What is sent is decided elsewhere.
"""

from __future__ import annotations

import http.client
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from assistant.slack.errors import SlackRefusedError, SlackSilentError

TIMEOUT = 10  # seconds for one call
TRIES = 4  # for a call that may be made twice
PAUSES = (0.3, 1.0, 3.0)  # seconds between them
LONGEST_WAIT = 120.0  # seconds in all that Slack may make one call wait
NEVER_TWICE = frozenset({"chat.postMessage", "chat.postEphemeral", "views.open"})
# Methods that take no JSON, as docs.slack.dev lists each method's content types.
READS = frozenset(
    {
        "auth.test",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "usergroups.users.list",
        "users.info",
    }
)
_FAILURES = (
    URLError,
    OSError,
    http.client.HTTPException,
    ValueError,
    AttributeError,  # what the library raises where the answer is JSON but no object
    LookupError,  # the same, where it is in no known encoding
    SlackClientError,
)
_CODE = re.compile(r"[a-z0-9_.:-]{1,80}")  # of a refusal; the library puts what it cannot read in the same place
_log = logging.getLogger(__name__)

Pause = Callable[[float], None]


def make_client(token: str, api_url: str, timeout: int = TIMEOUT) -> WebClient:
    """A client for `api_url` that tries nothing again by itself: the rules for that are in `Web`."""
    client = WebClient(token=token, base_url=api_url if api_url.endswith("/") else f"{api_url}/", timeout=timeout)
    client.retry_handlers = []  # the library's own would repeat a message whose connection was cut
    return client


class Web:
    """Slack's Web API.  Safe to use from several threads."""

    def __init__(self, client: WebClient, pause: Pause = time.sleep) -> None:
        """`pause` waits the given seconds; it may raise to give up because the app is stopping."""
        self.client = client
        self._pause = pause

    def call(self, method: str, /, patient: bool = True, **arguments: Any) -> Mapping[str, Any]:
        """What Slack answers to `method`.  Arguments that are None are left out.

        `patient` False: one attempt only, for what is not worth waiting for.
        SlackRefusedError: Slack said no.  SlackSilentError: it is unknown whether the call was carried out.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        response = self._called(method, patient, given)
        return response.data if isinstance(response.data, dict) else {}

    def scopes(self) -> frozenset[str]:
        """What the token may do, as Slack says with every answer.

        SlackRefusedError, SlackSilentError: as for `call`.
        """
        headers = self._called("auth.test", True, {}).headers
        named = {name.lower(): value for name, value in headers.items()}
        return frozenset(one.strip() for one in str(named.get("x-oauth-scopes", "")).split(",") if one.strip())

    def _called(self, method: str, patient: bool, given: dict[str, Any]) -> SlackResponse:
        """Slack's answer to a call, made as often as the rules allow."""
        tries = TRIES if patient and method not in NEVER_TWICE else 1
        waited = 0.0
        while True:
            try:
                return self._once(method, given)
            except _TooManyError as error:
                waited += max(error.seconds, 1.0)  # so that the tries are bounded too
                if not patient or waited > LONGEST_WAIT:
                    raise SlackSilentError(method, "too many calls") from error  # it was not carried out
                _log.info("slack asks to wait", extra={"method": method, "seconds": error.seconds})
                self._pause(error.seconds)
            except SlackSilentError as error:
                tries -= 1
                if tries <= 0:
                    raise
                _log.warning("slack is called again", extra={"method": method, "why": error.what})
                self._pause(PAUSES[max(len(PAUSES) - tries, 0)])

    def _once(self, method: str, arguments: dict[str, Any]) -> SlackResponse:
        try:
            reads = method in READS
            return self.client.api_call(method, params=arguments if reads else None, json=None if reads else arguments)
        except SlackApiError as error:
            raise _told(method, error) from error
        except _FAILURES as error:
            raise SlackSilentError(method, type(error).__name__) from error


class _TooManyError(Exception):
    """Slack asks to wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _told(method: str, error: SlackApiError) -> Exception:
    """What an answer other than "ok" means."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or 200)
    if status == 429:
        return _TooManyError(_seconds(getattr(response, "headers", {})))
    data = getattr(response, "data", response)
    code = data.get("error") if isinstance(data, dict) else None
    told = isinstance(code, str) and _CODE.fullmatch(code) and status < 500
    if not told or code in {"internal_error", "fatal_error", "service_unavailable"}:
        return SlackSilentError(method, f"status {status}")
    if code in {"ratelimited", "rate_limited"}:
        return _TooManyError(1.0)
    return SlackRefusedError(method, str(code))


def _seconds(headers: Mapping[str, Any]) -> float:
    named = {str(name).lower(): value for name, value in headers.items()}
    value = named.get("retry-after", 1)
    try:
        seconds = float(value[0] if isinstance(value, list) else value)
    except (TypeError, ValueError):
        return 1.0
    return min(seconds, 3600.0) if seconds >= 0 else 1.0  # "nan" is neither
