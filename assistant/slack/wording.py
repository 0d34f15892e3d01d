"""The language model that words the answers in Slack, where the settings name one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.llm.wording import Wording, configured
from assistant.settings import SlackSettings
from index.errors import SettingsError


@contextmanager
def slack_wording(slack: SlackSettings) -> Iterator[Wording | None]:
    """The wording, closed at the end; None where none is set.

    SettingsError: it cannot be used, or waiting for it would leave no time to answer without it.
    """
    with configured() as wording:
        if wording is not None and wording.seconds >= slack.slack_answer_seconds:
            what = f"INSPECTIONS_LLM_SECONDS ({wording.seconds:g}) leaves no time to answer without the language model."
            cure = f"Set it below INSPECTIONS_SLACK_ANSWER_SECONDS ({slack.slack_answer_seconds:g})."
            raise SettingsError(what, cure)
        yield wording
