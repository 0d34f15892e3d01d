"""The client of the language model, against an endpoint that speaks the protocol and misbehaves in every way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fake_model import FakeModel, serving
from hypothesis import given as over
from hypothesis import strategies as st

from assistant.llm.client import AT_ONCE, SENT, Client, ModelError, _lines
from assistant.llm.records import Trouble
from assistant.llm.settings import ModelSettings

BOTH = pytest.mark.parametrize("stream", [True, False], ids=["streaming", "whole"])


@contextmanager
def client(model: FakeModel, *, stream: bool = True, **changed: object) -> Iterator[Client]:
    """A client of the endpoint, which is started."""
    with serving(model):
        values = {"base_url": model.url, "model": "some-model", "stream": stream, "seconds": 20.0, "retries": 0}
        made = Client(ModelSettings(**(values | changed)))  # type: ignore[arg-type]  # (values of many types)
        try:
            yield made
        finally:
            made.close()


@BOTH
def test_an_answer_comes_whole_with_its_tokens(stream: bool) -> None:
    said = "Ärger & “quotes” " * 30
    with client(FakeModel(say=said), stream=stream) as asked:
        got = asked.complete("system", "user")
    assert (got.text, got.tokens_in, got.tokens_out) == (said, 1000, len(said) // 4)


@BOTH
def test_tokens_are_counted_where_the_endpoint_does_not(stream: bool) -> None:
    with client(FakeModel(say="one two three", way="no_usage"), stream=stream) as asked:
        got = asked.complete("some words", "and more")
    assert got.tokens_out == 3
    assert 3 <= got.tokens_in <= 6


@BOTH
@pytest.mark.parametrize(
    ("way", "trouble"),
    [
        ("garbage", Trouble.GARBAGE),
        ("cut", Trouble.CUT_OFF),
        ("half", Trouble.CUT_OFF),
        ("length", Trouble.CUT_OFF),
        ("tools", Trouble.GARBAGE),
        ("no_choices", Trouble.GARBAGE),
        ("second", Trouble.GARBAGE),
        ("html", Trouble.GARBAGE),
        ("bytes", Trouble.GARBAGE),
        ("filter", Trouble.REFUSED),
        ("refuse", Trouble.REFUSED),
        ("huge", Trouble.GARBAGE),
        ("429", Trouble.OVERLOADED),
        ("503", Trouble.OVERLOADED),
        ("400", Trouble.DENIED),
        ("404", Trouble.DENIED),
        ("redirect", Trouble.DENIED),
    ],
)
def test_each_way_of_misbehaving_has_its_name(way: str, trouble: Trouble, stream: bool) -> None:
    with client(FakeModel(say="a" * 100, way=way), stream=stream) as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    assert caught.value.trouble is trouble


def test_an_error_in_the_middle_of_a_stream_cuts_it_off() -> None:
    with client(FakeModel(say="a" * 100, way="error")) as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    assert caught.value.trouble is Trouble.CUT_OFF


def test_a_line_without_an_end_is_not_read_to_its_end() -> None:
    """At the speed of loopback that would be gigabytes before the time is over."""
    with client(FakeModel(way="endless"), seconds=60.0) as asked:
        began = time.monotonic()
        assert _trouble(asked) is Trouble.GARBAGE
        assert time.monotonic() - began < 30


@over(st.lists(st.binary(max_size=8).map(lambda data: data.replace(b"x", b"\n")), max_size=20))
def test_lines_are_those_of_the_whole_however_it_is_cut(cut: list[bytes]) -> None:
    joined = [line for line in _lines(iter(cut)) if line]
    assert joined == [line for line in b"".join(cut).split(b"\n") if line]


def test_an_error_in_the_place_of_an_answer_is_garbage() -> None:
    with client(FakeModel(way="error"), stream=False) as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    assert caught.value.trouble is Trouble.GARBAGE


@BOTH
def test_tokens_that_cannot_be_are_counted_here(stream: bool) -> None:
    """A negative number would lower what was spent."""
    with client(FakeModel(say="one two three", way="odd_usage"), stream=stream) as asked:
        got = asked.complete("some words", "and more")
    assert (got.tokens_out, got.tokens_in > 0) == (3, True)


@BOTH
@pytest.mark.parametrize("way", ["half", "cut", "bytes"])
def test_what_was_begun_is_not_asked_for_again(way: str, stream: bool) -> None:
    """It may have to be paid for."""
    model = FakeModel(say="a" * 100, way=way)
    with client(model, stream=stream, retries=3) as asked, pytest.raises(ModelError):
        asked.complete("system", "user")
    assert len(model.asked) == 1


def test_a_stream_of_broken_json_is_garbage() -> None:
    with client(FakeModel(say="a", way="not_json")) as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    assert caught.value.trouble is Trouble.GARBAGE


@pytest.mark.parametrize("way", ["hang", "drip", "drip_comments"])
def test_no_endpoint_keeps_anybody_longer_than_is_allowed(way: str) -> None:
    with client(FakeModel(say="a" * 100, way=way), seconds=0.5) as asked:
        began = time.monotonic()
        with pytest.raises(ModelError) as caught:
            asked.complete("system", "user")
        took = time.monotonic() - began
    assert caught.value.trouble is Trouble.TIMEOUT
    assert took < 10  # not the half minute that the endpoint would go on


@pytest.mark.parametrize("way", ["drip", "drip_comments"])
def test_an_endpoint_that_never_ends_takes_nobody_elses_place(way: str) -> None:
    model = FakeModel(say="a" * 100, way=way)
    with client(model, seconds=0.3) as asked, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(2):  # twice as many as can be under way, none of which comes to an end by itself
            found = list(pool.map(lambda _: _trouble(asked), range(AT_ONCE)))
            assert Trouble.TIMEOUT in found
            began = time.monotonic()
            while _trouble(asked) is not Trouble.TIMEOUT:
                assert time.monotonic() - began < 20
        model.way = "well"
        assert asked.complete("system", "user").text == "a" * 100


def _trouble(asked: Client) -> Trouble:
    with pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    return caught.value.trouble


def test_nothing_listens() -> None:
    made = Client(ModelSettings(base_url="http://127.0.0.1:9/v1", model="m", seconds=20.0, retries=0))
    with pytest.raises(ModelError) as caught:
        made.complete("system", "user")
    made.close()
    assert caught.value.trouble in (Trouble.UNREACHABLE, Trouble.TIMEOUT)


def test_overload_that_passes_is_tried_again() -> None:
    model = FakeModel(say="there", way="429", times=1)
    with client(model, retries=2) as asked:
        assert asked.complete("system", "user").text == "there"
    assert len(model.asked) == 2


@pytest.mark.parametrize("asked_for", ["0.01", "0", "nonsense", "Thu, 01 Jan 1970 00:00:00 GMT", "-3", "nan"])
def test_an_endpoint_may_say_when_to_come_again(asked_for: str) -> None:
    model = FakeModel(say="there", way="503", times=2, retry_after=asked_for)
    with client(model, retries=2) as asked:
        assert asked.complete("system", "user").text == "there"
    assert len(model.asked) == 3


@pytest.mark.parametrize("asked_for", ["3600", "inf", "Fri, 31 Dec 2999 23:59:59 GMT"])
def test_nobody_waits_for_an_endpoint_that_wants_longer_than_is_allowed(asked_for: str) -> None:
    model = FakeModel(way="429", retry_after=asked_for)
    with client(model, retries=5, seconds=60.0) as asked:
        began = time.monotonic()
        assert _trouble(asked) is Trouble.OVERLOADED
        assert time.monotonic() - began < 30
    assert len(model.asked) == 1


def test_tries_end_with_the_time() -> None:
    model = FakeModel(way="503", retry_after="0.3")
    with client(model, retries=10, seconds=1.0) as asked:
        assert _trouble(asked) in (Trouble.OVERLOADED, Trouble.TIMEOUT)
    assert 1 < len(model.asked) < 8


@pytest.mark.parametrize(
    ("way", "stream"), [("hang", True), ("hang", False), ("drip", True), ("503", True), ("503", False)]
)
def test_who_waits_may_give_up_at_any_time(way: str, stream: bool) -> None:
    class StoppedError(Exception):
        pass

    def stop() -> None:
        if model.asked:
            raise StoppedError

    model = FakeModel(say="a" * 100, way=way, retry_after="50")
    with client(model, stream=stream, seconds=60.0, retries=3) as asked:
        began = time.monotonic()
        with pytest.raises(StoppedError):
            asked.complete("system", "user", stop)
        assert time.monotonic() - began < 20


def test_variables_of_the_sdk_reach_no_other_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "value-of-another")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-other: value-of-another")
    model = FakeModel(say="there")
    with client(model) as asked:
        assert asked.complete("system", "user").text == "there"
    assert "value-of-another" not in str(model.headers)
    assert {name.lower() for name in model.headers[0]} <= SENT


def test_a_newer_endpoint_is_asked_in_its_own_terms_and_remembered() -> None:
    model = FakeModel(say="there", way="newer")
    with client(model) as asked:
        assert asked.complete("system", "user").text == "there"
        assert asked.complete("system", "user").text == "there"
    assert [("max_tokens" in one, "max_completion_tokens" in one) for one in model.asked] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_the_key_goes_to_the_endpoint_and_into_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-another")
    model = FakeModel(say="there", key="sk-right")
    with client(model, api_key="sk-right") as asked:
        assert asked.complete("system", "user").text == "there"
    with client(FakeModel(key="sk-right"), api_key="sk-wrong") as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "user")
    assert caught.value.trouble is Trouble.DENIED
    assert "sk-" not in str(caught.value)
    other = FakeModel(say="there")
    with client(other) as asked:
        asked.complete("system", "user")
    assert "key-of-another" not in str(other.headers)


@BOTH
def test_what_an_endpoint_says_of_a_failure_is_not_passed_on(stream: bool) -> None:
    """It may repeat what was asked, and logs hold no word of that."""
    with client(FakeModel(way="echo"), stream=stream) as asked, pytest.raises(ModelError) as caught:
        asked.complete("system", "a secret question")
    assert caught.value.trouble is Trouble.DENIED
    assert str(caught.value) == "The language model refused the key or the request. BadRequestError 400"


def test_more_requests_than_can_be_under_way_are_turned_away_at_once() -> None:
    with client(FakeModel(say="a", way="hang"), seconds=1.0) as asked, ThreadPoolExecutor(AT_ONCE + 4) as pool:
        troubles = list(pool.map(lambda _: _trouble(asked), range(AT_ONCE + 4)))
    assert troubles.count(Trouble.OVERLOADED) >= 4
    assert set(troubles) == {Trouble.OVERLOADED, Trouble.TIMEOUT}
