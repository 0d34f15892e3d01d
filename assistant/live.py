"""An assistant that goes on answering while the index is rebuilt: it follows the pointer to the current generation.

A new generation is opened and loaded beside the old one before it takes over; the old one is closed when the last
question asked of it has been answered.  Each clearance has its own view of the catalogue, and all share the vectors.
What a generation is, how one is made, and what a view shows, is `index`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from assistant.ask import Assistant
from assistant.interpret.glossary import all_terms
from assistant.llm.wording import Wording
from index.audience import EVERYONE, Clearance, View
from index.embedding import Embedder
from index.entry import RULES
from index.errors import IndexUnusableError, InspectionsError
from index.generation import CATALOGUE, OpenIndex, open_current, pointer_signature
from index.reranking import Reranker
from index.server import Server
from index.standing import Standing, read_standing, signature

_log = logging.getLogger(__name__)


Signature = tuple[int, int, int] | None


class _Generation:
    """A generation that is open, and how many hold it.  It is closed when nobody does any more."""

    def __init__(self, index: OpenIndex) -> None:
        """`index` is the generation as it was opened first; its vectors are those of all views."""
        self.index = index
        self._file = self._catalogue()
        self._lock = Lock()
        self._holders = 0

    def seen_with(self, view: View) -> OpenIndex:
        """The generation as this view shows it.  IndexUnusableError: another lies in its place, or it is damaged."""
        if view == self.index.view:
            return self.index
        opened = self.index.seen_with(view)
        if self._catalogue() != self._file:
            opened.catalogue.close()
            raise IndexUnusableError(f"The index in {self.index.folder} was replaced.", "Ask again in a moment.")
        return opened

    def hold(self) -> None:
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            done = not self._holders
        if done:
            self.index.close()

    def _catalogue(self) -> tuple[int, int, int] | None:
        """Tells the catalogue's file from any other; None where it is gone."""
        try:
            found = (self.index.folder / CATALOGUE).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns


class _Serving:
    """Assistants on one generation under one standing, an own one for each clearance, and how many are using them.

    Everything is closed when it is retired and nobody uses it.
    """

    def __init__(self, generation: _Generation, standing: Standing, make: Callable[[OpenIndex], Assistant]) -> None:
        self.generation, self.standing = generation, standing
        self._make = make
        self._assistants: dict[Clearance, Assistant] = {}
        self._lock = Lock()
        self._users = 0
        self._retired = False
        generation.hold()

    def enter(self, clearance: Clearance) -> Assistant:
        """The assistant of that clearance, for one more user.  IndexUnusableError: its catalogue cannot be opened."""
        with self._lock:
            if clearance not in self._assistants:
                view = self.standing.view(clearance)
                self._assistants[clearance] = self._make(self.generation.seen_with(view))
            self._users += 1
            return self._assistants[clearance]

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            done = self._retired and not self._users
        if done:
            self._close()

    def retire(self) -> None:
        with self._lock:
            self._retired, done = True, not self._users
        if done:
            self._close()

    def _close(self) -> None:
        for assistant in self._assistants.values():
            if assistant.index is not self.generation.index:
                assistant.index.catalogue.close()
        self.generation.release()


class LiveAssistant:
    """The assistant on whatever generation is current.  Safe to use from several threads; to be closed."""

    def __init__(  # noqa: PLR0913  (what an assistant is made of, and how often to look)
        self,
        index_dir: Path,
        embedder: Embedder,
        home: str | None = None,
        base_url: str | None = None,
        *,
        every: float = 0.5,
        rules: str = RULES,
        server: Server | None = None,
        wording: Wording | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Open the current generation and follow the pointer from then on, looking every `every` seconds.

        `rules` are the passage rules that a generation must be made with; `server` is where its vectors are, if not
        in its folder.  They are all loaded when it is opened: a server that goes away later stops no answer.
        `wording` is a language model that words answers, whatever generation serves; whoever made it closes it.
        `reranker` puts the first passages of a ranking in another order.
        IndexUnusableError: as for `open_current`.
        """
        self._index_dir, self._embedder, self._rules = index_dir, embedder, rules
        self._server = server
        self._home, self._base_url, self._wording, self._reranker = home, base_url, wording, reranker
        self._lock = Lock()  # between taking hold of what serves and replacing it
        self._stop = Event()
        self._seen: Signature = None  # of the standing that the serving views were made under
        self._serving: _Serving | None = None
        self._pointer = pointer_signature(index_dir)
        first = self._opened()
        self._failed: str | None = first.index.notice
        self._take_over(first)
        self._follower = Thread(target=self._follow, args=(every,), name="index follower", daemon=True)
        self._follower.start()

    @contextmanager
    def current(self, clearance: Clearance = EVERYONE) -> Iterator[Assistant]:
        """The assistant on the current generation, which stays open until the block ends, and sees what may be seen.

        What was withdrawn or narrowed before this is called is not seen.  IndexUnusableError: what holds of that, or
        the catalogue, cannot be read.  RuntimeError: it was closed.
        """
        try:
            serving, assistant = self._enter(clearance)
        except IndexUnusableError:
            if pointer_signature(self._index_dir) == self._pointer:
                raise
            self._catch_up()  # what served was removed with what was withdrawn, before it was followed
            serving, assistant = self._enter(clearance)
        try:
            yield assistant
        finally:
            serving.leave()

    def _enter(self, clearance: Clearance) -> tuple[_Serving, Assistant]:
        with self._lock:
            serving = self._up_to_date()
            return serving, serving.enter(clearance)

    @property
    def failed(self) -> str | None:
        """Why the generation that the pointer names could not be opened; the one before then goes on serving."""
        return self._failed

    def close(self) -> None:
        """Follow no more, and close the generation once nobody uses it.  Doing so twice does no harm."""
        self._stop.set()
        self._follower.join()
        with self._lock:
            old, self._serving = self._serving, None
        if old is not None:
            old.retire()

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
        """Open the current generation and let it serve, unless the pointer is the one that was followed last.

        What is damaged stays so until the pointer is replaced; what could not be opened is tried again.
        """
        pointer = pointer_signature(self._index_dir)
        if pointer != self._pointer or pointer is None:
            new = self._opened()
            self._pointer, self._failed = pointer, None
            if new.index.notice:
                self._tell(new.index.notice)
            self._take_over(new)

    def _opened(self) -> _Generation:
        """The current generation, with all vectors loaded: the first question must not wait for them."""
        index = open_current(self._index_dir, self._embedder.id, self._rules, thorough=True, server=self._server)
        try:
            index.warm(all_terms())
        except BaseException:
            index.close()
            raise
        return _Generation(index)

    def _take_over(self, generation: _Generation) -> None:
        """Let a generation serve, under what holds now.  IndexUnusableError: that cannot be read; it is then closed."""
        try:
            seen = signature(self._index_dir)  # before what it is the signature of: a change in between is seen
            new = _Serving(generation, read_standing(self._index_dir), self._assistant)
        except BaseException:
            generation.index.close()
            raise
        with self._lock:
            self._seen = seen
            old, self._serving = self._serving, new
        if old is not None:
            old.retire()

    def _up_to_date(self) -> _Serving:
        """What serves, under what holds now; the lock is held.  Errors: as for `current`."""
        serving = self._serving
        if serving is None:
            raise RuntimeError("the assistant was closed")
        seen = signature(self._index_dir)
        if seen != self._seen:
            standing = read_standing(self._index_dir)
            if standing != serving.standing:
                self._serving = _Serving(serving.generation, standing, self._assistant)
                serving.retire()
            self._seen = seen
        return self._serving or serving

    def _assistant(self, index: OpenIndex) -> Assistant:
        return Assistant(
            index, self._embedder, self._home, self._base_url, wording=self._wording, reranker=self._reranker
        )

    def _tell(self, reason: str) -> None:
        if reason != self._failed:
            _log.error("the generation before goes on serving: %s", reason)
        self._failed = reason
