"""The app's Home tab and what opening the app does: what is held, how to ask, one's own questions, the admin's panel.

How it looks is `blocks.home`; building is `reindex`.  Every click of an admin is checked here again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assistant.ask import Assistant
from assistant.examples import examples
from assistant.holdings import holdings
from assistant.live import LiveAssistant
from assistant.settings import Settings
from assistant.slack.access import Access
from assistant.slack.blocks.home import AdminPanel, Home, Progress, Recent, home_view
from assistant.slack.blocks.notes import note
from assistant.slack.errors import SlackError
from assistant.slack.events import Opened
from assistant.slack.payloads import Place
from assistant.slack.reindex import Building, Reindexing
from assistant.slack.state.store import Store
from assistant.slack.web import Web
from index.audience import EVERYONE, View
from index.audit import Actor, Via
from index.entry import RULES
from index.errors import IndexUnusableError, InspectionsError
from index.generation import current_manifest, manifest_before
from index.keeping import roll_back
from index.manifest import Manifest
from index.sources import look

RECENT = 5  # own questions shown
VIEWS = 20  # views of a generation whose questions to start with are kept
SHOW_EVERY = 3.0  # seconds between two views of a build that goes on
WATCHING = 900.0  # seconds that an admin who opened the Home is shown how a build goes on
_log = logging.getLogger(__name__)


class HomeTab:
    """Publishes Homes.  Safe to use from several threads."""

    def __init__(self, *, live: LiveAssistant, store: Store, web: Web, access: Access, settings: Settings) -> None:
        """Every part is shared with the rest of the app."""
        self._live = live
        self._store = store
        self._web = web
        self._access = access
        self._settings = settings
        self._reindexing = Reindexing(settings, self._changed)
        self._lock = threading.Lock()
        self._watching: dict[str, float] = {}  # admins and when they last looked
        self._shown = 0.0
        self._offered: OrderedDict[tuple[str, View | None], tuple[str, ...]] = OrderedDict()
        self._said = ""  # how the last roll back ended

    def close(self) -> None:
        """End a build that goes on."""
        self._reindexing.close()

    def opened(self, opened: Opened) -> None:
        """A person opened the app: the Home is shown anew, the messages get questions to start with."""
        if opened.tab == "home":
            self.publish(opened.user)
        elif opened.tab == "messages" and opened.channel:
            clearance = self._access.clearances.clicked(Place(opened.channel), opened.user)
            with self._live.current(clearance) as assistant:
                offered = [{"title": one, "message": one} for one in self._examples(assistant)]
            try:
                self._web.call("assistant.threads.setSuggestedPrompts", channel_id=opened.channel, prompts=offered)
            except SlackError as error:
                _log.warning("no questions were offered", extra={"why": error.what})

    def publish(self, user: str) -> None:
        """Show a person their Home as things stand now."""
        refusal = self._access.stranger(user)
        admin = refusal is None and self._access.is_admin(user)
        if admin:
            with self._lock:
                self._watching[user] = time.monotonic()
        self._show(user, self._home(user, admin, refusal))

    def reindex(self, user: str) -> None:
        """An admin pressed "Re-index now"."""
        if self._allowed(user, "reindex"):
            self._said = ""
            self._reindexing.start(user)
            self.publish(user)

    def roll_back(self, user: str) -> None:
        """An admin pressed "Roll back"."""
        if not self._allowed(user, "rollback"):
            return
        try:
            with self._live.current(EVERYONE) as assistant:
                embedder = assistant.embedder
            name = roll_back(self._settings.index, by=Actor(user, Via.SLACK), embedder_id=embedder.id, rules=RULES)
            self._reindexing.forget()
            self._said = f"rolled back to generation {name}, which answers within some seconds."
        except InspectionsError as error:
            self._said = f"{error.what} {error.cure}"
        self.publish(user)

    def _allowed(self, user: str, what: str) -> bool:
        """Whether this person is an admin now; what the button showed them does not count."""
        allowed = self._access.is_admin(user)
        _log.info("admin action", extra={"user": user, "action": what, "allowed": allowed})
        if not allowed:
            self.publish(user)
        return allowed

    def _changed(self) -> None:
        """A build goes on or has ended: those who watch are shown, though not at every step."""
        now = time.monotonic()
        with self._lock:
            if self._reindexing.building.running and now - self._shown < SHOW_EVERY:
                return
            self._shown = now
            watching = [user for user, at in self._watching.items() if now - at < WATCHING]
        for user in watching:
            if self._access.is_admin(user):
                self._show(user, self._home(user, admin=True, refusal=None))

    def _home(self, user: str, admin: bool, refusal: str | None) -> Mapping[str, Any]:
        if refusal:
            return {"type": "home", "blocks": list(note(refusal).blocks)}
        with self._live.current(self._access.clearances.alone(user)) as assistant:
            held = holdings(assistant.index, self._settings.index)
            offered = self._examples(assistant)
        recent = tuple(
            Recent(one.asked.text, datetime.fromtimestamp(one.asked.at, UTC))
            for one in self._store.recent(user, RECENT)
        )
        return home_view(Home(held, offered, recent, datetime.now(UTC), self._panel() if admin else None))

    def _examples(self, assistant: Assistant) -> tuple[str, ...]:
        """The questions to start with, as this view of a generation answers them: each is asked, so they are kept."""
        key = (assistant.index.manifest.generation, assistant.index.view)
        with self._lock:
            kept = self._offered.get(key)
        if kept is None:
            kept = examples(assistant, self._settings.today)
            with self._lock:
                self._offered[key] = kept
                if len(self._offered) > VIEWS:
                    self._offered.popitem(last=False)
        return kept

    def _panel(self) -> AdminPanel:
        """What the pointer names, which the answers follow within some seconds: counted whole, for admins alone."""
        building = self._reindexing.building
        said = building.said or self._said or self._live.failed
        try:
            manifest = current_manifest(self._settings.index)[1]
        except IndexUnusableError as error:  # the one that was opened before goes on answering
            said = f"{error.what} {error.cure}"
            with self._live.current(EVERYONE) as assistant:
                manifest = assistant.index.manifest
        return AdminPanel(
            generation=manifest.generation,
            built=manifest.built,
            documents=manifest.documents,
            passages=manifest.passages,
            skipped=len(manifest.skipped),
            changed=self._source_changed(manifest),
            progress=_progress(building) if building.running else None,
            last=said or None,
            can_roll_back=self._has_before(manifest.generation),
        )

    def _has_before(self, generation: str) -> bool:
        try:
            manifest_before(self._settings.index, generation)
        except InspectionsError:
            return False
        return True

    def _source_changed(self, manifest: Manifest) -> bool | None:
        try:
            return look(self._settings.source).differ_from(manifest)
        except InspectionsError:
            return None  # the folder of documents need not be on this machine

    def _show(self, user: str, view: Mapping[str, Any]) -> None:
        try:
            self._web.call("views.publish", user_id=user, view=view)
        except SlackError as error:
            _log.warning("a home was not shown", extra={"user": user, "why": error.what})


def _progress(building: Building) -> Progress:
    """How far a build is; its rate and the time left once there is enough to tell from."""
    seconds = time.monotonic() - building.began
    rate = building.done / seconds if building.done and seconds > 1 else None
    left = (building.total - building.done) / rate if rate else None
    return Progress(building.stage.capitalize(), building.done, building.total, rate, left)
