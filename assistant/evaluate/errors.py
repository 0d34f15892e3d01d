"""The one error of evaluation, a branch of the tree in `index.errors`.  No handling lives here."""

from __future__ import annotations

from index.errors import InspectionsError


class EvaluationError(InspectionsError):
    """A test set, a run, a report or a gate cannot be used as it is.

    `what` names the file, and the line where there is one; `cure` says what to type or to change next.
    """
