"""The real Slack app as a process of its own, in a workspace of the fake Slack."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fake_slack import FakeSlack

ROOT = Path(__file__).resolve().parent.parent
SECRET = "the-signing-secret"
TODAY = "2026-11-01"


@dataclass(slots=True)
class SlackApp:
    """The app's process.  `log` grows while it runs; `url` is where it listens in HTTP mode."""

    process: subprocess.Popen[str]
    home: Path
    log: list[dict[str, object]] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)  # lines on stderr that are no JSON
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    _reader: threading.Thread | None = None

    def stop(self, signal_number: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Send a signal and wait for the end: the exit status."""
        self.process.send_signal(signal_number)
        status = self.process.wait(timeout)
        if self._reader:
            self._reader.join(timeout)
        return status

    def run(self, *words: str) -> str:
        """What another command of the same deployment prints."""
        command = [str(Path(sys.executable).with_name("inspections")), *words]
        return subprocess.run(
            command, cwd=self.home, env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def command(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that another command prints."""
        return [json.loads(line) for line in self.run(*words).splitlines()]

    def health(self) -> tuple[int, dict[str, object]]:
        """What the health address says (HTTP mode)."""
        address = self.url.replace("/slack/events", "/health")
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  (our own address)
            return answer.status, json.load(answer)


@contextlib.contextmanager
def slack_app(slack: FakeSlack, index: Path, home: Path, mode: str = "http", **settings: str) -> Iterator[SlackApp]:
    """Start `inspections slack` and let the fake's events go to it; it is ended with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTIONS_", "SLACK_"))}
    environment |= {
        "SLACK_BOT_TOKEN": slack.world.bot_token,
        "SLACK_APP_TOKEN": slack.world.app_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "INSPECTIONS_INDEX": str(index),
        "INSPECTIONS_SOURCE": str(ROOT / "source_docs"),
        "INSPECTIONS_TODAY": TODAY,
        "INSPECTIONS_SLACK_STATE": f"sqlite:///{home / 'state.sqlite'}",
        **settings,
    }
    command = [
        str(Path(sys.executable).with_name("inspections")),
        "slack",
        *(["--http", "0"] if mode == "http" else []),
    ]
    process = subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    app = SlackApp(process, home, environment=environment)
    app._reader = threading.Thread(target=_read, args=(app,), daemon=True)
    app._reader.start()
    try:
        assert process.stdout
        ready = process.stdout.readline()
        assert ready, f"the app ended: {app.log} {app.stray}"
        if mode == "http":
            found = re.search(r"http://\S+", ready)
            assert found, ready
            app.url = found.group()
            slack.http_target(app.url, SECRET)
        else:
            slack.socket_target()
            slack.wait_connected()
        yield app
    finally:
        if process.poll() is None:
            app.stop()
        assert process.stdout
        process.stdout.close()


def _read(app: SlackApp) -> None:
    assert app.process.stderr
    with app.process.stderr as lines:
        for line in lines:
            try:
                app.log.append(json.loads(line))
            except ValueError:
                app.stray.append(line)
