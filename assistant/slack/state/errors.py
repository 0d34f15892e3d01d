"""The one error of the state.  Its place in the tree is below `index.errors.InspectionsError`."""

from __future__ import annotations

from index.errors import InspectionsError


class StateError(InspectionsError):
    """The state cannot be opened, read or written.  No password and no text of a question is in its message."""
