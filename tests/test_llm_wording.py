"""Answers worded by a language model: words checked, sentences printed from the pages, troubles told."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from answers_index import TODAY
from fake_model import FakeModel, serving

from assistant.ask import Assistant
from assistant.llm.ledger import Ledger
from assistant.llm.records import Removed, Trouble
from assistant.llm.settings import ModelSettings, load_model_settings
from assistant.llm.tokens import count
from assistant.llm.wording import Wording
from assistant.quotes import stands_in
from assistant.records import Answer, Status
from assistant.render.as_json import answer_json
from index.errors import SettingsError

pytest_plugins = "fixtures_answers"

TROUBLES = [("hang", Trouble.TIMEOUT), ("500", Trouble.OVERLOADED), ("cut", Trouble.CUT_OFF)]
QUESTION = "what did Ofsted say about caseloads in Dudley in 2019?"
GIVEN = re.compile(r"^\[(s\d+)\] \((.*?)\) (.*)$", re.M)


def reply(*claims: tuple[str, list[str]], answers: bool = True) -> str:
    """What a model sends that keeps to the form."""
    return json.dumps({"answers": answers, "claims": [{"words": words, "ids": ids} for words, ids in claims]})


def sentences(prompt: str) -> list[tuple[str, str, str]]:
    """The sentences of a prompt that may be named: id, speaker, text."""
    return GIVEN.findall(prompt)


def about(word: str, words: str = "") -> Callable[[str], str]:
    """A model that names the first sentence with `word`."""
    return lambda prompt: reply((words, [next(one for one, _, text in sentences(prompt) if word in text.lower())]))


@contextmanager
def modelled(assistant: Assistant, model: FakeModel, tmp_path: Path, **changed: object) -> Iterator[Assistant]:
    """The assistant with a model that is served on loopback."""
    with serving(model):
        values = {"base_url": model.url, "model": "m", "retries": 0, "ledger": tmp_path / "ledger.sqlite"} | changed
        wording = Wording(ModelSettings(**values))  # type: ignore[arg-type]  # (values of many types)
        try:
            yield replace(assistant, wording=wording)
        finally:
            wording.close()


def ours(answer: Answer) -> str:
    """The answer's text without its quotes."""
    return re.sub(r"“[^”]*”", "", answer.text)


def check(answer: Answer, assistant: Assistant) -> None:
    """What holds for every answer, whoever worded it."""
    assert answer.status is Status.ANSWERED
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} == {c.n for c in answer.citations}
    for citation in answer.citations:
        pages = assistant.index.catalogue.pages(citation.source)
        assert any(page.number == citation.page and stands_in(citation.quote, page.text) for page in pages)


def test_the_words_of_the_model_stand_before_sentences_of_the_pages(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=about("caseloads", "On caseloads:"))
    with modelled(assistant, model, tmp_path) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert re.search(r": On caseloads: “[^”]*caseloads", answer.text)
    assert len(answer.citations) == 1
    told = answer_json(answer)
    assert (told["model"]["used"], told["model"]["trouble"], told["model"]["prompt"]) == (True, None, "answer_user@1")
    assert told["tokens"] > 1000


def test_the_same_claim_twice_is_printed_once(assistant: Assistant, tmp_path: Path) -> None:
    twice = FakeModel(say=lambda _: reply(("", ["s1", "s1"]), ("Again:", ["s1"])))
    with modelled(assistant, twice, tmp_path) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert len(answer.citations) == 1
    assert "Again" not in answer.text


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("There were 97 social workers:", Removed.FABRICATED),
        ("Ofsted visited Narnia:", Removed.FABRICATED),
        ("Caseloads were scandalous:", Removed.FABRICATED),
        ("See https://evil.example/x for more:", Removed.MARKUP),
        ("See evil.com for more:", Removed.MARKUP),
        ("<!channel> caseloads:", Removed.MARKUP),
        ("**Caseloads**:", Removed.MARKUP),
        ("Case\u200bloads:", Removed.MARKUP),
        ("\u202eCaseloads:", Removed.MARKUP),
        ("The council said of caseloads:", Removed.MISATTRIBUTED),
    ],
)
def test_words_that_no_sentence_bears_out_are_removed_and_logged_by_kind(
    words: str, kind: Removed, assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        modelled(assistant, FakeModel(say=about("caseloads", words)), tmp_path) as asked,
        caplog.at_level(logging.WARNING),
    ):
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert words not in answer.text
    assert answer.use is not None
    assert answer.use.removed == {kind: 1}
    assert any(getattr(one, "kind", None) == kind.value for one in caplog.records)


def test_a_number_of_another_sentence_is_spliced(assistant: Assistant, tmp_path: Path) -> None:
    def say(prompt: str) -> str:
        given = sentences(prompt)
        other = next(text for _, _, text in given if re.search(r"\b\d{2,}\b", text))
        number = re.search(r"\b\d{2,}\b", other)
        assert number
        one = next(i for i, _, text in given if number[0] not in text and "not" not in text)
        return reply((f"It was {number[0]}:", [one]))

    question = "what did inspectors say about social workers in Dudley?"
    with modelled(assistant, FakeModel(say=say), tmp_path) as asked:
        answer = asked.ask(question, today=TODAY)
    assert answer.use is not None
    assert answer.use.removed == {Removed.SPLICED: 1}


def test_a_denial_is_not_dropped(assistant: Assistant, tmp_path: Path) -> None:
    def say(prompt: str) -> str:
        one, _, text = next(one for one in sentences(prompt) if re.search(r"\b(?:not|no)\b", one[2]))
        return reply((re.sub(r"\b(?:not|no) ", "", text).rstrip("."), [one]))

    with modelled(assistant, FakeModel(say=say), tmp_path) as asked:
        answer = asked.ask("what did Ofsted say about social workers?", today=TODAY)
    assert answer.use is not None
    assert answer.use.removed == {Removed.FABRICATED: 1}


@pytest.mark.parametrize(
    ("say", "trouble"),
    [
        ("Caseloads are high [s1].", Trouble.GARBAGE),
        ("", Trouble.GARBAGE),
        ("[" * 5000, Trouble.GARBAGE),
        ('{"answers": true, "claims": [{"words": "x"}]}', Trouble.GARBAGE),
        ('{"answers": true, "claims": [], "tool": "delete"}', Trouble.GARBAGE),
        (reply(answers=False), Trouble.NOTHING),
        (reply(("Caseloads:", ["s9999"]), ("Made up", [])), Trouble.UNSUPPORTED),
    ],
)
def test_what_cannot_be_used_gives_the_extracts_and_says_so(
    say: str, trouble: Trouble, assistant: Assistant, tmp_path: Path
) -> None:
    plain = assistant.ask(QUESTION, today=TODAY)
    with modelled(assistant, FakeModel(say=say), tmp_path) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert answer.use is not None
    assert answer.use.trouble is trouble
    assert answer.citations == plain.citations
    note = f"(The language model {trouble.value}; these are the documents' own sentences.)"
    assert answer.text == f"{plain.text}\n{note}"


@pytest.mark.parametrize(
    ("way", "trouble"), [("hang", Trouble.TIMEOUT), ("500", Trouble.OVERLOADED), ("cut", Trouble.CUT_OFF)]
)
def test_an_endpoint_in_trouble_costs_no_answer(
    way: str, trouble: Trouble, assistant: Assistant, tmp_path: Path
) -> None:
    model = FakeModel(say=about("caseloads"), way=way)
    with modelled(assistant, model, tmp_path, seconds=1.0) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert answer.use is not None
    assert answer.use.trouble is trouble


def test_only_what_was_said_is_worded(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=reply(answers=False))
    with modelled(assistant, model, tmp_path) as asked:
        assert asked.ask("what is Dudley's current overall grade?", today=TODAY).use is None
        assert asked.ask("what did Ofsted say about caseloads in Leeds?", today=TODAY).status is Status.ABSTAINED
    assert model.asked == []


def test_what_is_sent_fits_the_budget_and_holds_whole_passages(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=about("caseloads"))
    sizes = []
    for context in (1_200, 2_500):
        with modelled(assistant, model, tmp_path, context=context, answer=200) as asked:
            asked.ask("what did Ofsted say about social workers?", today=TODAY)
        sent = "".join(message["content"] for message in model.asked[-1]["messages"])
        sizes.append(count(sent))
        assert sizes[-1] <= context - 200
        assert sent.count("<passage ") == sent.count("</passage>") > 0
    assert sizes[0] < sizes[1]


def test_sentences_of_others_than_the_one_asked_for_cannot_be_named(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=about("caseloads"))
    with modelled(assistant, model, tmp_path) as asked:
        answer = asked.ask("what did the council say about caseloads?", today=TODAY)
    sent = model.asked[-1]["messages"][-1]["content"]
    assert sentences(sent)
    assert not [who for _, who, _ in sentences(sent) if who.startswith(("Ofsted", "Inspector"))]
    check(answer, assistant)


def test_what_may_be_spent_on_a_day_is_not_exceeded(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=about("caseloads"))
    prices = {"price_in": 1_000.0, "price_out": 1_000.0, "spend_a_day": 12.0}
    with modelled(assistant, model, tmp_path, **prices) as asked:
        uses = [use for _ in range(20) if (use := asked.ask(QUESTION, today=TODAY).use)]
    spent = sum(use.cost for use in uses if use.cost)
    assert uses[-1].trouble is Trouble.SPENT
    assert 0 < spent <= 12.0
    assert Ledger(tmp_path / "ledger.sqlite", 12.0).today() == pytest.approx(spent)
    assert len(model.asked) == sum(1 for use in uses if use.trouble is None)


def test_what_is_set_aside_counts_until_it_is_settled(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite", 1.0)
    first = ledger.set_aside(0.7)
    assert first is not None
    assert Ledger(tmp_path / "l.sqlite", 1.0).set_aside(0.7) is None  # another process sees it
    ledger.settle(first, 0.1)
    assert ledger.set_aside(0.7) is not None
    assert ledger.today() == pytest.approx(0.8)


def test_a_ledger_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite").write_text("no database, but long enough to be looked at as one" * 40)
    with pytest.raises(SettingsError, match="INSPECTIONS_LLM_LEDGER"):
        Ledger(tmp_path / "l.sqlite", 1.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"INSPECTIONS_LLM_MODEL": "m"}, "belong together"),
        ({"INSPECTIONS_LLM_BASE_URL": "ftp://x", "INSPECTIONS_LLM_MODEL": "m"}, "INSPECTIONS_LLM_BASE_URL"),
        ({"INSPECTIONS_LLM_SPEND_A_DAY": "3"}, "needs prices"),
        ({"INSPECTIONS_LLM_ANSWER": "7000"}, "no room"),
        ({"INSPECTIONS_LLM_SECONDS": "0"}, "INSPECTIONS_LLM_SECONDS"),
    ],
)
def test_settings_that_do_not_fit_together_are_told(
    values: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=message):
        load_model_settings()


def test_tokens_are_tiktokens_own() -> None:
    # As the maker's page on counting tokens has it for this table.
    assert [count("antidisestablishmentarianism"), count("2 + 2 = 4"), count("<|endoftext|>")] == [6, 7, 7]
