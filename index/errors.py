"""The error tree of the whole project.  No handling lives here: the faces catch and print.

    InspectionsError            anything that a person is told in one line
    ├── SettingsError           a setting or an option is wrong
    ├── ReadError               one document cannot be read: it is skipped, the rest is indexed
    ├── IndexUnusableError      no index, a damaged one, or one made with other rules
    │   ├── IndexDamagedError   what was written is not what is there; an earlier index may be whole
    │   └── ServerAwayError     the Chroma server with the vectors is away, too slow, or does not let us in
    ├── IndexBusyError          another builder holds the lock
    ├── EmbedderError           the embedding model cannot be loaded or is not the one expected
    ├── QuestionError           a question or a batch line cannot be used
    ├── EvaluationError         in assistant.evaluate.errors: a test set, a run or what is asked of them cannot be used
    ├── GoneError               in assistant.surroundings: a document or quote is not in the index any more
    ├── SlackError              in assistant.slack.errors: the app cannot work with Slack as it is set up
    └── StateError              in assistant.slack.state.errors: the app's own records cannot be used

Every message says what happened, to which file or setting, and what to type next.
"""

from __future__ import annotations


class InspectionsError(Exception):
    """Base of every error that is shown to a person.

    `what` says what happened and to which file or setting; `cure` what to do next.
    """

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what} {cure}")
        self.what = what
        self.cure = cure


class SettingsError(InspectionsError):
    """A setting or an option is wrong."""


class ReadError(InspectionsError):
    """One document cannot be read; it is skipped and the rest of the folder is indexed."""


class IndexUnusableError(InspectionsError):
    """There is no index here, it is damaged, or it was made with other rules."""


class IndexDamagedError(IndexUnusableError):
    """The index is not what was written: an earlier one may be whole, and a build makes a new one."""


class ServerAwayError(IndexUnusableError):
    """The Chroma server with the vectors cannot be asked; the index may be sound."""


class IndexBusyError(InspectionsError):
    """Another process is building this index, or changing which of its generations are kept."""


class EmbedderError(InspectionsError):
    """The embedding model cannot be loaded, or it is not the one that was expected."""


class QuestionError(InspectionsError):
    """A question, or a line of a batch of questions, cannot be used."""
