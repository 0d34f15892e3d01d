"""Answers worded by a language model: words checked, sentences printed from the pages, troubles told."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from answers_index import TODAY
from audience_index import BOARD, INTERNAL, WORDS, build_documents, source_of
from audience_index import write_documents as write_closed
from fake_model import FakeModel, serving

from assistant.answers.drafts import short_and_more
from assistant.ask import Assistant
from assistant.llm import tokens
from assistant.llm.client import ModelError
from assistant.llm.ledger import Ledger
from assistant.llm.records import Removed, Trouble
from assistant.llm.reply import read_reply
from assistant.llm.settings import ModelSettings, load_model_settings
from assistant.llm.tokens import count
from assistant.llm.wording import Wording
from assistant.quotes import stands_in
from assistant.records import Answer, Status, Step, StepKind
from assistant.render.as_json import answer_json
from index.audience import View, cleared_for
from index.embedding import LocalEmbedder
from index.entry import RULES
from index.errors import SettingsError
from index.generation import as_seen, open_current

pytest_plugins = "fixtures_answers"

ROOT = Path(__file__).resolve().parent.parent
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
    assert re.search(r" On caseloads: “[^”]*caseloads", answer.text, re.I)
    assert len(answer.citations) == 1
    told = answer_json(answer)
    assert (told["model"]["used"], told["model"]["trouble"], told["model"]["prompt"]) == (
        True,
        None,
        "answer_system@2, answer_user@1",
    )
    assert told["tokens"] > 1000


def test_the_same_claim_twice_is_printed_once(assistant: Assistant, tmp_path: Path) -> None:
    twice = FakeModel(say=lambda _: reply(("", ["s1", "s1"]), ("Again:", ["s1"])))
    with modelled(assistant, twice, tmp_path) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert len(answer.citations) == 1
    assert "Again" not in answer.text


def test_the_answer_says_that_a_model_has_worded_it(assistant: Assistant, tmp_path: Path) -> None:
    """Its name is the admin's, and yet no mark that steers a face passes with it."""
    name = "<!channel> [m](x)\u202e"
    with serving(FakeModel(say=about("caseloads"))) as model:
        wording = Wording(ModelSettings(base_url=model.url, model=name, ledger=tmp_path / "ledger.sqlite"))
        answer = replace(assistant, wording=wording).ask(QUESTION, today=TODAY)
        wording.close()
    note = "(Worded by the language model ‹!channel› (m)(x); every quote is checked against its page.)"
    assert answer.text.split("\n")[-1] == note


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
        ('{"answers": true, "claims": [{"words": "x", "ids": ["s1"], "ids": ["s2"]}]}', Trouble.GARBAGE),
        ('{"answers": "yes", "claims": [{"words": "x", "ids": ["s1"]}]}', Trouble.GARBAGE),
        ('{"answers": true, "claims": [{"words": "x", "ids": [1]}]}', Trouble.GARBAGE),
        ('{"answers": true, "claims": [{"words": "x", "ids": ["s1"]}]} and more', Trouble.GARBAGE),
        ('Sure! ```json\n{"answers": true, "claims": []}\n```', Trouble.GARBAGE),
        ('{"answers": true, "claims": [{"words": "' + "x" * 401 + '", "ids": ["s1"]}]}', Trouble.GARBAGE),
        ("\ud83d", Trouble.GARBAGE),
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


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "<think>\nIs it {{s9}}?\n</think>\n\n{}"])
def test_thoughts_and_a_fence_around_the_object_are_allowed(around: str, assistant: Assistant, tmp_path: Path) -> None:
    say = about("caseloads")
    with modelled(assistant, FakeModel(say=lambda prompt: around.format(say(prompt))), tmp_path) as asked:
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert answer.use is not None
    assert answer.use.trouble is None


def test_who_waits_is_asked_again_and_again_and_may_end_it(assistant: Assistant, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    told: list[StepKind] = []

    def watch(step: Step) -> None:
        told.append(step.kind)
        if told.count(StepKind.WORDING) == 3:
            raise StoppedError

    with modelled(assistant, FakeModel(way="hang"), tmp_path, seconds=60.0) as asked, pytest.raises(StoppedError):
        asked.ask(QUESTION, today=TODAY, watch=watch)
    assert told == [StepKind.READING_QUESTION, StepKind.SEARCHING, *[StepKind.WORDING] * 3]


def test_strengths_and_criticism_of_a_report_are_worded_too(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=lambda prompt: reply(("", [sentences(prompt)[0][0]])))
    with modelled(assistant, model, tmp_path) as asked:
        answer = asked.ask("what did inspectors criticise in Dudley in 2019?", today=TODAY)
    check(answer, assistant)
    assert answer.use is not None
    assert answer.use.trouble is None


@pytest.mark.parametrize(
    "question",
    [
        "how many inspections has Dudley had?",
        "what inspections has Dudley had?",
        "how has the overall grade of Dudley changed?",
        "who led the 2019 inspection of Dudley?",
        "how have caseloads in Dudley changed over time?",
        "what did Ofsted say about caseloads in Dudley and Oldham?",
        "what did Ofsted say about caseloads in Dudley in 2019 and in 2022?",
    ],
)
def test_what_the_program_states_or_sets_side_by_side_is_not_worded(
    question: str, assistant: Assistant, tmp_path: Path
) -> None:
    model = FakeModel(say=reply(answers=False))
    with modelled(assistant, model, tmp_path) as asked:
        assert asked.ask(question, today=TODAY).use is None
    assert model.asked == []


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


def test_threads_and_processes_at_once_set_no_more_aside_than_is_allowed(tmp_path: Path) -> None:
    """Each tries more often than there is room for."""
    code = (
        "import sys; from pathlib import Path; from concurrent.futures import ThreadPoolExecutor;"
        "from assistant.llm.ledger import Ledger; ledger = Ledger(Path(sys.argv[1]), 1.0);"
        "made = ThreadPoolExecutor(4).map(lambda _: ledger.set_aside(1 / 64), range(60));"
        "print(sum(one is not None for one in made))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "l.sqlite")]
    several = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(one.communicate(timeout=60)[0]) for one in several) == 64
    assert Ledger(tmp_path / "l.sqlite", 1.0).today() == pytest.approx(1.0)


def test_a_ledger_that_becomes_unusable_costs_no_answer_and_asks_no_model(assistant: Assistant, tmp_path: Path) -> None:
    model = FakeModel(say=about("caseloads"))
    prices = {"price_in": 1.0, "price_out": 1.0, "spend_a_day": 12.0}
    with modelled(assistant, model, tmp_path, **prices) as asked:
        (tmp_path / "ledger.sqlite").write_text("no database, but long enough to be looked at as one" * 40)
        answer = asked.ask(QUESTION, today=TODAY)
    check(answer, assistant)
    assert answer.use is not None
    assert answer.use.trouble is Trouble.UNCOUNTED
    assert model.asked == []


def test_what_may_have_cost_stays_set_aside(assistant: Assistant, tmp_path: Path) -> None:
    prices = {"price_in": 1.0, "price_out": 1.0, "spend_a_day": 12.0}
    spent = []
    for way in ("400", "503", "cut", "hang"):
        home = tmp_path / way
        home.mkdir()
        with modelled(assistant, FakeModel(say="a" * 90, way=way), home, seconds=1.0, **prices) as asked:
            asked.ask(QUESTION, today=TODAY)
        spent.append(Ledger(home / "ledger.sqlite", 12.0).today() > 0)
    assert spent == [False, False, True, True]


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


@pytest.fixture(scope="module")
def partly_closed(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """An index with documents for everybody, for some and for nobody."""
    home = tmp_path_factory.mktemp("closed")
    write_closed(home / "docs")
    build_documents(home / "index", home / "docs", embedder)
    return home / "index"


@pytest.mark.parametrize("audiences", [(), (INTERNAL,), (INTERNAL, BOARD)], ids=str)
@pytest.mark.parametrize("public_only", [True, False])
def test_a_model_is_sent_what_its_asker_may_see_and_else_only_what_is_public(
    audiences: tuple[str, ...],
    public_only: bool,
    partly_closed: Path,
    embedder: LocalEmbedder,
    tmp_path: Path,
) -> None:
    model = FakeModel(say=about("caseloads"))
    sent, uses = "", []
    with open_current(partly_closed, embedder.id, RULES, cleared_for(audiences)) as index:
        with modelled(Assistant(index, embedder), model, tmp_path, public_only=public_only) as asked:
            for place in ("Bradford", "Leeds", "Bradford in 2019", "Bradford in 2022", "Rutland"):
                answer = asked.ask(f"what did Ofsted say about caseloads in {place}?", today=TODAY)
                uses.append(answer.use)
                if public_only and answer.use and answer.use.trouble is None:
                    assert {citation.source.split("/")[0] for citation in answer.citations} == {"public"}
        sent = json.dumps(model.asked)
    assert {name for name, word in WORDS.items() if word in sent} == (set() if public_only else set(audiences))
    withheld = [use for use in uses if use and use.trouble is Trouble.WITHHELD]
    assert bool(withheld) == (public_only and bool(audiences))
    assert any(use and use.trouble is None for use in uses)


def test_what_was_closed_since_it_was_indexed_is_not_sent(
    partly_closed: Path, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    question = "what did Ofsted say about caseloads in Bradford in 2019?"
    model = FakeModel(say=about("caseloads"))
    with open_current(partly_closed, embedder.id, RULES, cleared_for([INTERNAL])) as index:
        (closed,) = [d for d in index.catalogue.documents() if d.source == source_of("public", "Bradford", 2019)]
        view = View(cleared_for([INTERNAL]), narrowed=frozenset({(closed.sha256, (INTERNAL,))}))
        with as_seen(index, view) as seen, modelled(Assistant(seen, embedder), model, tmp_path) as asked:
            answer = asked.ask(question, today=TODAY)
    assert closed.source in {citation.source for citation in answer.citations}  # the reader may see it
    assert answer.use is not None
    assert answer.use.trouble is Trouble.WITHHELD
    assert model.asked == []


def test_a_table_of_tokens_that_cannot_be_read_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tokens._encoding.cache_clear()
    monkeypatch.setattr(tokens, "NAME", "no-such-table")
    with pytest.raises(SettingsError, match="pip install"):
        Wording(ModelSettings(base_url="http://127.0.0.1:9/v1", model="m", ledger=tmp_path / "l"))


def test_a_context_without_room_for_a_passage_is_told_at_the_start_with_one_that_has(tmp_path: Path) -> None:
    values = {"base_url": "http://127.0.0.1:9/v1", "model": "m", "ledger": tmp_path / "l"}
    with pytest.raises(SettingsError, match=r"INSPECTIONS_LLM_CONTEXT \(1000\)") as caught:
        Wording(ModelSettings(**values, context=1000))  # type: ignore[arg-type]  # (values of many types)
    enough = int(re.findall(r"Set it to (\d+)", str(caught.value))[0])
    Wording(ModelSettings(**values, context=enough)).close()  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["\n", " ", "`", "```\n", "<think>", "[", '{"a":', "\\"])
def test_a_reply_of_a_million_marks_is_refused_at_once(unit: str) -> None:
    """The deadline is over when it is read."""
    for text in (unit * (1_000_000 // len(unit)), "```\n" + unit * (1_000_000 // len(unit))):
        began = time.monotonic()
        with pytest.raises(ModelError):
            read_reply(text)
        assert time.monotonic() - began < 5


def test_what_a_model_says_at_length_is_parted_as_any_answer_is(assistant: Assistant, tmp_path: Path) -> None:
    def everything(prompt: str) -> str:
        return reply(*(("", [one]) for one, _, _ in sentences(prompt)))

    with modelled(assistant, FakeModel(say=everything), tmp_path) as asked:
        answer = asked.ask("what did Ofsted say about social workers?", today=TODAY)
    check(answer, assistant)
    short, more = short_and_more(answer.text)
    assert len(short.split()) < 250
    assert "Worded by the language model" in short
    assert more


def test_tokens_are_tiktokens_own() -> None:
    # As the maker's page on counting tokens has it for this table.
    assert [count("antidisestablishmentarianism"), count("2 + 2 = 4"), count("<|endoftext|>")] == [6, 7, 7]
