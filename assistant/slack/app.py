"""The Bolt app: which listener hears what.  What a listener does stands in `front`, `buttons` and `home`.

Every kind of payload has a listener that acknowledges it, even where nothing is to be done: what nobody acknowledges
Slack sends again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from assistant.slack.buttons import Buttons
from assistant.slack.front import Front
from assistant.slack.private import Private
from assistant.slack.state.errors import StateError

COMMAND = "/inspections"
SHORTCUT = "check_claim"
ANY = re.compile(r"[\s\S]*")
_KEY = "happening"  # where the middleware leaves what an event means
_log = logging.getLogger(__name__)


def make_app(  # noqa: PLR0913  (the parts that listeners hand over to)
    *,
    client: WebClient,
    signing_secret: str | None,
    executor: Executor,
    front: Front,
    private: Private,
    buttons: Buttons,
) -> App:
    """The app with all its listeners, which run on `executor`.

    `signing_secret` None: for Socket Mode, where nothing is signed.  BoltError: Slack does not take the token.
    """
    app = App(
        client=client,
        signing_secret=signing_secret or "unused in Socket Mode",
        request_verification_enabled=signing_secret is not None,
        listener_executor=executor,
        attaching_conversation_kwargs_enabled=False,  # no `say_stream` and such: answers are posted when checked
        logger=logging.getLogger("slack_bolt.app"),
    )
    app.use(_recorded(front))

    @app.event(ANY)
    def event(context: Mapping[str, Any]) -> None:
        front.handle(context[_KEY])

    @app.command(COMMAND)
    def command(ack: Ack, command: dict[str, Any]) -> None:
        private.command(command, ack)

    @app.shortcut(SHORTCUT)
    def shortcut(ack: Ack, shortcut: dict[str, Any]) -> None:
        ack()
        private.claim(shortcut)

    @app.action(ANY)
    def action(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        buttons.clicked(body, action)

    @app.view(ANY)
    def submitted(ack: Ack, body: dict[str, Any]) -> None:
        buttons.submitted(body, ack)

    @app.view_closed(ANY)
    def closed(ack: Ack) -> None:
        ack()

    @app.options(ANY)
    def options(ack: Ack) -> None:
        ack(options=[])

    @app.error
    def error(error: Exception) -> None:
        _log.error("a listener failed", exc_info=error)

    return app


def _recorded(front: Front) -> Callable[..., BoltResponse | None]:
    """Middleware that records every event before it is acknowledged, and ends those that came before."""

    def record(req: BoltRequest, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002  (Bolt's names)
        if req.body.get("type") == "event_callback":
            try:
                happening = front.receive(req.body)
            except StateError as failure:
                _log.error("an event could not be recorded", extra={"why": failure.what})
                return BoltResponse(status=503, body="")  # Slack sends it again
            if happening is None:
                return BoltResponse(status=200, body="")
            req.context[_KEY] = happening
        next()
        return None

    return record
