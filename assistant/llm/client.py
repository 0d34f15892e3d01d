"""One request to an OpenAI-compatible endpoint, within its time and size.  The one door to the openai SDK.

What is sent is `prompts` and `context`; what comes back is read by `reply`.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event, Semaphore, Thread
from typing import TYPE_CHECKING, Any

from assistant.llm.records import Completion, Trouble
from assistant.llm.settings import ModelSettings
from assistant.llm.tokens import count
from index.errors import InspectionsError

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST = 16 << 20  # bytes of one answer of the endpoint, whatever it was asked for
LONGEST = 1 << 20  # characters of what the model says in it
AT_ONCE = 16  # requests under way; more would wait for a model that is slow already
# The headers that are sent.  The SDK would add what it finds out about this machine, and what variables meant for
# another endpoint say; by the last of these it tells itself how an answer is read.
SENT = frozenset(
    [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-stainless-raw-response",
    ]
)
TICK = 0.1  # seconds between two looks at whether anybody still waits
PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds before the second try, doubled for each after it up to the longest


class ModelError(InspectionsError):
    """The model gave nothing to use.  `trouble` is the kind; the text is for logs.

    It holds neither the key nor a word of the endpoint's own, which may repeat what people ask and documents say.
    """

    def __init__(self, trouble: Trouble, told: str = "") -> None:
        super().__init__(f"The language model {trouble.value}.", told)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of what is sent back: some text, why it ended (if it did), a refusal, the tokens counted (in, out)."""

    text: str = ""
    ended: str | None = None
    refused: bool = False
    tokens: tuple[int, int] | None = None


class _UnderWay:
    """A request that is worked on by another thread, until it is over or nobody waits for it any more."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._over = Event()
        self.close: Callable[[], None] | None = None  # ends the reading of an answer, once one has begun

    @property
    def left(self) -> float:
        """Seconds that there are still; 0 where nobody waits any more."""
        return 0.0 if self._over.is_set() else max(0.0, self._until - time.monotonic())

    def pause(self, seconds: float) -> None:
        """Wait so long, or until nobody waits."""
        self._over.wait(seconds)

    def end(self) -> None:
        """Nobody waits any more: a thread that goes on reading would take the place of others."""
        self._over.set()
        if self.close is not None:
            with contextlib.suppress(Exception):  # closed under the hands of who reads it
                self.close()


class Client:
    """A model at an endpoint.  Safe to use from several threads."""

    def __init__(self, settings: ModelSettings) -> None:
        """Nothing is sent yet.  The SDK is imported here (0.7 s)."""
        self._settings = settings
        self._sdk = _sdk(settings)
        self._newer = False  # whether it wants the newer name of a limit, and no temperature
        self._room = Semaphore(AT_ONCE)

    def close(self) -> None:
        """Close the connections.  What is under way ends as unreachable."""
        self._sdk.close()

    def complete(self, system: str, user: str, waiting: Callable[[], None] = lambda: None) -> Completion:
        """What the model answers.  ModelError: nothing, or not all of it, or not in time.

        `waiting` is called again and again meanwhile; what it raises ends the request, and is passed on.
        """
        if not self._room.acquire(blocking=False):
            raise ModelError(Trouble.OVERLOADED, f"{AT_ONCE} requests are under way.")
        under_way, found = _UnderWay(self._settings.seconds), Future[Completion]()
        # In a thread of its own: an endpoint that sends a byte now and then would never run into a time-out.  It is
        # not waited for when the process ends.
        Thread(target=self._work, args=(system, user, under_way, found), name="model", daemon=True).start()
        try:
            while left := under_way.left:
                if wait([found], min(TICK, left)).done:
                    return found.result()
                waiting()
            raise ModelError(Trouble.TIMEOUT)
        finally:
            under_way.end()

    def _work(self, system: str, user: str, under_way: _UnderWay, found: Future[Completion]) -> None:
        try:
            found.set_result(self._complete(system, user, under_way))
        except BaseException as error:  # noqa: BLE001  (it is raised again where it is waited for)
            found.set_exception(error)
        finally:
            self._room.release()

    def _complete(self, system: str, user: str, under_way: _UnderWay) -> Completion:
        """The answer of the first try that gives one; overload and lost connections pass, and are tried again."""
        tries = 0
        while True:
            newer = self._newer
            try:
                way = self._streamed if self._settings.stream else self._whole
                return _joined(way(system, user, newer, under_way), system + user, under_way)
            except ModelError:
                raise
            except Exception as error:
                if under_way.close is not None:
                    raise _broken(error, under_way) from error
                if not newer and _wants_newer(error):
                    self._newer = True
                    continue
                pause = _pause(error, tries)
                if tries == self._settings.retries or pause is None or pause >= under_way.left:
                    raise _model_error(error) from error
                under_way.pause(pause)
                tries += 1

    def _request(self, system: str, user: str, newer: bool, under_way: _UnderWay) -> dict[str, Any]:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        if not under_way.left:
            raise ModelError(Trouble.TIMEOUT)
        most = self._settings.answer
        limits = {"max_completion_tokens": most} if newer else {"max_tokens": most, "temperature": 0}
        return {"model": self._settings.model, "messages": messages, "timeout": under_way.left, **limits}

    def _streamed(self, system: str, user: str, newer: bool, under_way: _UnderWay) -> Iterator[_Piece]:
        """Piece by piece; the number of tokens comes last, from endpoints that tell it."""
        streamed = {"stream": True, "stream_options": {"include_usage": True}}
        for line in _lines(self._received(self._request(system, user, newer, under_way) | streamed, under_way)):
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            # A line without data lets the time be looked at.
            yield _chunk(json.loads(data)) if line.startswith(b"data:") else _Piece()

    def _whole(self, system: str, user: str, newer: bool, under_way: _UnderWay) -> Iterator[_Piece]:
        """In one piece."""
        read = bytearray()
        for some in self._received(self._request(system, user, newer, under_way), under_way):
            read += some
            yield _Piece()  # lets the time be looked at
        yield _piece(json.loads(read), "message")

    def _received(self, request: dict[str, Any], under_way: _UnderWay) -> Iterator[bytes]:
        """The bytes of an answer as they come, LARGEST at most.

        The SDK's own readers would take in a line, or an answer, of any length.
        """
        with self._sdk.chat.completions.with_streaming_response.create(**request) as response:
            under_way.close = response.close
            size = 0
            for some in response.iter_bytes():
                size += len(some)
                if size > LARGEST:
                    raise ModelError(Trouble.GARBAGE, "It is too large.")
                yield some


def _lines(received: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of what is received, and an empty one for whatever ends none."""
    parts: list[bytes] = []
    for some in received:
        first, *others = some.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]
        if not others:
            yield b""
    yield b"".join(parts)


def _chunk(told: Any) -> _Piece:
    """An event of a stream; ModelError: it tells of a failure.  ValueError, TypeError, LookupError: it is none."""
    if told.get("error"):
        raise ModelError(Trouble.CUT_OFF, "An error was sent in the middle.")
    return _piece(told, "delta")


def _joined(pieces: Iterator[_Piece], sent: str, under_way: _UnderWay) -> Completion:
    """All pieces as one answer.  Tokens that the endpoint does not tell are counted here."""
    text: list[str] = []
    size, ended, tokens = 0, None, None
    for piece in pieces:
        if not under_way.left:
            raise ModelError(Trouble.TIMEOUT)
        if piece.refused:
            raise ModelError(Trouble.REFUSED)
        size += len(piece.text)
        if size > LONGEST:
            raise ModelError(Trouble.GARBAGE, "It is too long.")
        text.append(piece.text)
        ended, tokens = piece.ended or ended, piece.tokens or tokens
    if ended == "content_filter":
        raise ModelError(Trouble.REFUSED, "Its endpoint filtered the answer.")
    whole = "".join(text)
    if ended == "length" or (ended is None and whole):  # the limit was reached, or a stream broke off
        raise ModelError(Trouble.CUT_OFF, f"It ended with {ended!r}.")
    if ended != "stop":  # a tool is called, or nothing of the protocol came
        raise ModelError(Trouble.GARBAGE, f"It ended with {ended!r}.")
    tokens_in, tokens_out = tokens or (count(sent), count(whole))
    return Completion(whole, tokens_in, tokens_out)


def _piece(told: Any, part: str) -> _Piece:
    """A chunk or a whole answer, as far as it is one; ValueError, TypeError, LookupError: it is not."""
    tokens = _tokens(told.get("usage"))
    choice = next((one for one in told["choices"] if one.get("index", 0) == 0), None)
    if choice is None:
        return _Piece(tokens=tokens)
    said = choice.get(part) or {}
    text = said.get("content") or ""
    if not isinstance(text, str):
        raise TypeError("content is no text")
    return _Piece(text, choice.get("finish_reason"), bool(said.get("refusal")), tokens)


def _tokens(usage: Any) -> tuple[int, int] | None:
    """The tokens in and out that the endpoint counted; None where it did not, or told something else."""
    match usage:
        case {"prompt_tokens": int(tokens_in), "completion_tokens": int(tokens_out)} if min(tokens_in, tokens_out) >= 0:
            return tokens_in, tokens_out
        case _:
            return None


def _sdk(settings: ModelSettings) -> OpenAI:
    # Imported here because it takes 0.7 s, and most commands need no model.
    import openai  # noqa: PLC0415

    key = settings.api_key.get_secret_value() if settings.api_key else "none"  # else it would look for one itself
    return openai.OpenAI(
        api_key=key,
        base_url=settings.base_url,
        max_retries=0,  # its own pauses would not look at the time that is left
        http_client=openai.DefaultHttpxClient(follow_redirects=False, event_hooks={"request": [_strip]}),
    )


def _strip(request: Any) -> None:
    for name in [name for name in request.headers if name.lower() not in SENT]:
        del request.headers[name]


def _pause(error: Exception, tries: int) -> float | None:
    """Seconds before the request is sent again, `tries` having been sent again already; None: that is no use.

    What the endpoint asks for counts; else they grow, and differ so that many do not come back at once.
    """
    import openai  # noqa: PLC0415  (loaded by now)

    match error:
        case openai.APITimeoutError():
            return None  # all of the time was waited
        case openai.RateLimitError(code="insufficient_quota"):
            return None
        case openai.APIStatusError() if error.status_code in (408, 409, 429) or error.status_code >= 500:
            asked = _asked_for(error.response.headers.get("retry-after", ""))
        case openai.APIConnectionError():
            asked = None
        case _:
            return None
    return min(LONGEST_PAUSE, PAUSE * 2**tries) * random.uniform(0.75, 1.0) if asked is None else asked  # noqa: S311  (no secret)


def _asked_for(header: str) -> float | None:
    """The seconds of a Retry-After, which is a number or a date; None: it is neither."""
    with contextlib.suppress(ValueError):
        return max(0.0, float(header))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    return None


def _wants_newer(error: Exception) -> bool:
    """Whether the endpoint knows a request only by the names that newer models have."""
    import openai  # noqa: PLC0415  (loaded by now)

    return isinstance(error, openai.BadRequestError) and any(
        name in str(error) for name in ("max_tokens", "temperature")
    )


def _broken(error: Exception, under_way: _UnderWay) -> ModelError:
    """What was raised once an answer had begun: it is not sent again, for it has cost something already."""
    told = type(error).__name__
    if not under_way.left:
        return ModelError(Trouble.TIMEOUT, told)
    unread = isinstance(error, ValueError | TypeError | LookupError | AttributeError | RecursionError)
    return ModelError(Trouble.GARBAGE if unread else Trouble.CUT_OFF, told)


def _model_error(error: Exception) -> ModelError:
    """What the SDK or the reading of an answer raised, as trouble; an error of our own would be hidden by none."""
    import openai  # noqa: PLC0415  (loaded by now)

    code = getattr(error, "code", None)
    named = code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""
    told = " ".join(filter(None, [type(error).__name__, str(getattr(error, "status_code", "")), named]))
    match error:
        case openai.APITimeoutError():
            return ModelError(Trouble.TIMEOUT, told)
        case openai.RateLimitError(code="insufficient_quota"):
            return ModelError(Trouble.DENIED, told)
        case openai.RateLimitError() | openai.InternalServerError():
            return ModelError(Trouble.OVERLOADED, told)
        case openai.APIStatusError():
            return ModelError(Trouble.DENIED, told)
        case openai.APIConnectionError():
            return ModelError(Trouble.UNREACHABLE, told)
        case _:
            return ModelError(Trouble.GARBAGE, told)
