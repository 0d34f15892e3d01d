"""An assistant that goes on answering while the index is rebuilt: it follows the pointer to the current generation.

A new generation is opened and loaded beside the old one before it takes over; the old one is closed when the last
question asked of it has been answered.  What a generation is, and how one is made, is `index`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from assistant.ask import Assistant
from assistant.interpret.glossary import all_terms
from index.embedding import Embedder
from index.entry import RULES
from index.errors import InspectionsError
from index.generation import current_id, open_current

_log = logging.getLogger(__name__)


class _Serving:
    """An assistant on one generation, and how many are using it.  It is closed when it is retired and nobody is."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._lock = Lock()
        self._users = 0
        self._retired = False

    def enter(self) -> None:
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            done = self._retired and not self._users
        if done:
            self.assistant.index.close()

    def retire(self) -> None:
        with self._lock:
            self._retired, done = True, not self._users
        if done:
            self.assistant.index.close()


class LiveAssistant:
    """The assistant on whatever generation is current.  Safe to use from several threads; to be closed."""

    def __init__(  # noqa: PLR0913  (what an assistant is made of, and how often to look)
        self,
        index_dir: Path,
        embedder: Embedder,
        home: str | None = None,
        base_url: str | None = None,
        *,
        every: float = 2.0,
        rules: str = RULES,
    ) -> None:
        """Open the current generation and follow the pointer from then on, looking every `every` seconds.

        `rules` are the passage rules that a generation must be made with.  IndexUnusableError: as for `open_current`.
        """
        self._index_dir, self._embedder, self._rules = index_dir, embedder, rules
        self._home, self._base_url = home, base_url
        self._lock = Lock()  # between taking hold of the serving generation and replacing it
        self._failed: str | None = None
        self._stop = Event()
        self._serving: _Serving | None = _Serving(self._opened())
        self._follower = Thread(target=self._follow, args=(every,), name="index follower", daemon=True)
        self._follower.start()

    @contextmanager
    def current(self) -> Iterator[Assistant]:
        """The assistant on the current generation, which stays open until the block ends.

        RuntimeError: it was closed.
        """
        with self._lock:
            if self._serving is None:
                raise RuntimeError("the assistant was closed")
            serving = self._serving
            serving.enter()
        try:
            yield serving.assistant
        finally:
            serving.leave()

    @property
    def failed(self) -> str | None:
        """Why the generation that the pointer names could not be opened; the one before then goes on serving."""
        return self._failed

    def close(self) -> None:
        """Follow no more, and close the generation once nobody uses it.  Doing so twice does no harm."""
        self._stop.set()
        self._follower.join()
        self._replace(None)

    def __enter__(self) -> LiveAssistant:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _follow(self, every: float) -> None:
        while not self._stop.wait(every):
            try:
                self._catch_up()
            except InspectionsError as error:
                self._tell(str(error))
            except Exception as error:  # noqa: BLE001  (whatever it is, the generation before goes on serving)
                _log.exception("the current generation cannot be opened")
                self._tell(f"The newest index cannot be opened ({type(error).__name__}).")

    def _catch_up(self) -> None:
        """Open the current generation and let it serve, unless it does already."""
        with self.current() as assistant:
            serving = assistant.index.manifest.generation
        # After a failure the name alone proves nothing: an index made from scratch begins with the same names.
        if current_id(self._index_dir) != serving or self._failed:
            new = _Serving(self._opened())
            self._failed = None
            self._replace(new)

    def _opened(self) -> Assistant:
        """The current generation, with all vectors loaded: the first question must not wait for them."""
        index = open_current(self._index_dir, self._embedder.id, self._rules)
        try:
            index.warm(all_terms())
        except BaseException:
            index.close()
            raise
        return Assistant(index, self._embedder, self._home, self._base_url)

    def _replace(self, new: _Serving | None) -> None:
        with self._lock:
            old, self._serving = self._serving, new
        if old is not None:
            old.retire()

    def _tell(self, reason: str) -> None:
        if reason != self._failed:
            _log.error("the generation before goes on serving: %s", reason)
        self._failed = reason
