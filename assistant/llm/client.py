"""One request to an OpenAI-compatible endpoint, within its time and size.  The one door to the openai SDK.

What is sent is `prompts` and `context`; what comes back is read by `reply`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from assistant.llm.records import Completion, Trouble
from assistant.llm.settings import ModelSettings
from assistant.llm.tokens import count
from index.errors import InspectionsError

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST = 1 << 20  # bytes of one answer of the endpoint, whatever it was asked for
AT_ONCE = 16  # requests under way; more would wait for a model that is slow already
NOTE = 200  # characters of what the endpoint says of a failure


class ModelError(InspectionsError):
    """The model gave nothing to use.  `trouble` is the kind; the text is for logs and never holds the key."""

    def __init__(self, trouble: Trouble, told: str = "") -> None:
        super().__init__(f"The language model {trouble.value}.", told[:NOTE])
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of what is sent back: some text, why it ended (if it did), a refusal, the tokens counted (in, out)."""

    text: str = ""
    ended: str | None = None
    refused: bool = False
    tokens: tuple[int, int] | None = None


class _UnderWay:
    """A request whose answer is being read on another thread.  `close` ends the reading, wherever it is."""

    def __init__(self) -> None:
        self.ended = False
        self.close: Callable[[], None] | None = None

    def end(self) -> None:
        """Nobody waits any more: a thread that goes on reading would take the place of others."""
        self.ended = True
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
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="model")

    def close(self) -> None:
        """Close the connections.  What is under way ends as unreachable."""
        self._sdk.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def complete(self, system: str, user: str) -> Completion:
        """What the model answers.  ModelError: nothing, or not all of it, or not in time."""
        if not self._room.acquire(blocking=False):
            raise ModelError(Trouble.OVERLOADED, f"{AT_ONCE} requests are under way.")
        under_way = _UnderWay()
        # In a thread of its own: an endpoint that sends a byte now and then would never run into a time-out.
        future = self._threads.submit(self._complete, system, user, under_way)
        future.add_done_callback(lambda _: self._room.release())
        try:
            return future.result(self._settings.seconds)
        except TookTooLong as error:
            raise ModelError(Trouble.TIMEOUT) from error
        finally:
            under_way.end()

    def _complete(self, system: str, user: str, under_way: _UnderWay) -> Completion:
        for last in (self._newer, True):
            try:
                way = self._streamed if self._settings.stream else self._whole
                return _joined(way(system, user, under_way), system + user, under_way)
            except ModelError:
                raise
            except Exception as error:
                if last or not _wants_newer(error):
                    raise _model_error(error) from error
                self._newer = True
        raise AssertionError("the last try returns or raises")

    def _request(self, system: str, user: str) -> dict[str, Any]:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        limits = {"max_tokens": self._settings.answer, "temperature": 0}
        newer = {"max_completion_tokens": self._settings.answer}
        return {"model": self._settings.model, "messages": messages, **(newer if self._newer else limits)}

    def _streamed(self, system: str, user: str, under_way: _UnderWay) -> Iterator[_Piece]:
        """Piece by piece; the number of tokens comes last, from endpoints that tell it."""
        sent = self._request(system, user) | {"stream": True, "stream_options": {"include_usage": True}}
        with self._sdk.chat.completions.create(**sent) as stream:
            under_way.close = stream.close
            for chunk in stream:
                yield _piece(chunk.model_dump(), "delta")

    def _whole(self, system: str, user: str, under_way: _UnderWay) -> Iterator[_Piece]:
        """In one piece, which is not read further than LARGEST."""
        create = self._sdk.chat.completions.with_streaming_response.create
        with create(**self._request(system, user)) as response:
            under_way.close = response.close
            read = bytearray()
            for some in response.iter_bytes(65_536):
                read += some
                yield _Piece()  # lets the time be looked at
                if len(read) > LARGEST:
                    raise ModelError(Trouble.GARBAGE, "It is too large.")
        yield _piece(json.loads(read), "message")


def _joined(pieces: Iterator[_Piece], sent: str, under_way: _UnderWay) -> Completion:
    """All pieces as one answer.  Tokens that the endpoint does not tell are counted here."""
    text: list[str] = []
    size, ended, tokens = 0, None, None
    for piece in pieces:
        if under_way.ended:
            raise ModelError(Trouble.TIMEOUT)
        if piece.refused:
            raise ModelError(Trouble.REFUSED)
        size += len(piece.text)
        if size > LARGEST:
            raise ModelError(Trouble.GARBAGE, "It is too large.")
        text.append(piece.text)
        ended, tokens = piece.ended or ended, piece.tokens or tokens
    if ended == "content_filter":
        raise ModelError(Trouble.REFUSED, "Its endpoint filtered the answer.")
    if ended != "stop":  # "length", or a stream that broke off
        raise ModelError(Trouble.CUT_OFF, f"It ended with {ended!r}.")
    whole = "".join(text)
    tokens_in, tokens_out = tokens or (count(sent), count(whole))
    return Completion(whole, tokens_in, tokens_out)


def _piece(told: Any, part: str) -> _Piece:
    """A chunk or a whole answer, as far as it is one; ValueError, TypeError, LookupError: it is not."""
    usage = told.get("usage")
    tokens = (max(0, int(usage["prompt_tokens"])), max(0, int(usage["completion_tokens"]))) if usage else None
    if not told["choices"]:
        return _Piece(tokens=tokens)
    choice = told["choices"][0]
    said = choice.get(part) or {}
    text = said.get("content") or ""
    if not isinstance(text, str):
        raise TypeError("content is no text")
    return _Piece(text, choice.get("finish_reason"), bool(said.get("refusal")), tokens)


def _sdk(settings: ModelSettings) -> OpenAI:
    # Imported here because it takes 0.7 s, and most commands need no model.
    import openai  # noqa: PLC0415

    key = settings.api_key.get_secret_value() if settings.api_key else "none"  # else it would look for one itself
    return openai.OpenAI(
        api_key=key,
        base_url=settings.base_url,
        timeout=openai.Timeout(settings.seconds, connect=min(5.0, settings.seconds)),
        max_retries=settings.retries,
        http_client=openai.DefaultHttpxClient(follow_redirects=False),
    )


def _wants_newer(error: Exception) -> bool:
    """Whether the endpoint knows a request only by the names that newer models have."""
    import openai  # noqa: PLC0415  (loaded by now)

    return isinstance(error, openai.BadRequestError) and any(
        name in str(error) for name in ("max_tokens", "temperature")
    )


def _model_error(error: Exception) -> ModelError:
    """What the SDK or the reading of an answer raised, as trouble; an error of our own would be hidden by none."""
    import openai  # noqa: PLC0415  (loaded by now)

    told = f"{type(error).__name__}: {error}"
    match error:
        case openai.APITimeoutError():
            return ModelError(Trouble.TIMEOUT, told)
        case openai.RateLimitError() | openai.InternalServerError():
            return ModelError(Trouble.OVERLOADED, told)
        case openai.APIStatusError():
            return ModelError(Trouble.DENIED, f"HTTP status {error.status_code}: {error.message}")
        case openai.APIConnectionError():
            return ModelError(Trouble.UNREACHABLE, told)
        case _:
            return ModelError(Trouble.GARBAGE, told)
