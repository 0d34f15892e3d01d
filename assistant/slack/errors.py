"""What can go wrong between us and Slack.  Not what the store can say (`state.errors`)."""

from __future__ import annotations

from index.errors import InspectionsError


class SlackError(InspectionsError):
    """The app cannot work with Slack as it is set up."""


class SlackRefusedError(SlackError):
    """Slack said no, and will say so again.  `error` is its code, such as "channel_not_found"."""

    def __init__(self, method: str, error: str) -> None:
        """`method` is the method of the Web API that was called."""
        super().__init__(f"Slack refused {method}: {error}.", "Type: inspections slack check")
        self.error = error


class SlackSilentError(SlackError):
    """No answer came, or none that tells whether the call was carried out."""

    def __init__(self, method: str, why: str) -> None:
        """`why` names the kind of failure, without anything of what was sent."""
        super().__init__(f"Slack did not answer {method}: {why}.", "Look at status.slack.com, then try again.")
