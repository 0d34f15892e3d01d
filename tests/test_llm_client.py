"""The client of the language model, against an endpoint that speaks the protocol and misbehaves in every way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fake_model import FakeModel, serving

from assistant.llm.client import AT_ONCE, Client, ModelError
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
        ("length", Trouble.CUT_OFF),
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


def test_more_requests_than_can_be_under_way_are_turned_away_at_once() -> None:
    with client(FakeModel(say="a", way="hang"), seconds=3.0) as asked, ThreadPoolExecutor(AT_ONCE + 4) as pool:
        troubles = list(pool.map(lambda _: _trouble(asked), range(AT_ONCE + 4)))
    assert troubles.count(Trouble.OVERLOADED) >= 4
    assert set(troubles) == {Trouble.OVERLOADED, Trouble.TIMEOUT}
