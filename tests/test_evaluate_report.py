"""The report's page: everything of a run is on it once, nothing of a document runs in it, and it needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.matching import words
from assistant.evaluate.records import Form, Gold, Item, Outcome, Run, RunInfo, Scores, TestSet
from assistant.evaluate.report.charts import Series, bars, histogram, lines
from assistant.evaluate.report.marking import pieces, stretches
from assistant.evaluate.report.page import report_page
from assistant.evaluate.report.verdicts import verdict
from assistant.evaluate.retrieval import span_values
from assistant.evaluate.scoring import Scored
from assistant.render.canvas import Chart, Frame, document

QUOTE = "Caseloads are too high, and social workers don’t have time to see children."
OTHER = "Managers have a clear plan for the workforce of the coming years."
FIRST = f"12. The service is stretched. {QUOTE}\n13. Nothing else is said of it."
SECOND = f"{OTHER} It is costed."
DOCUMENT = "leeds/2019 report.pdf"
HOSTILE = "</script><img src=x onerror=alert(1)><!-- ' \" \u202eright\u202c {{ 7 * 7 }} &amp; \x00 \ud800 end"


def _passage(rank: int, text: str, source: str = DOCUMENT) -> dict[str, Any]:
    return {"rank": rank, "source": source, "page": 4, "paragraph": "12", "score": 1 / rank, "text": text}


def _citation(n: int, quote: str, source: str = DOCUMENT) -> dict[str, Any]:
    told = {"title": "Inspection of Leeds", "publisher": "Ofsted", "kind": "ILACS", "published": "2019-05-01"}
    return {"n": n, "source": source, "page": 4, "paragraph": "12", "voice": "Ofsted", "quote": quote, **told}


def _outcome(name: str, quotes: tuple[str, ...] = (), source: str = DOCUMENT, **changes: Any) -> Outcome:
    answer = {
        "id": name,
        "status": "answered" if quotes else "abstained",
        "answer": "\n".join(f"• “{quote}” [{n}]" for n, quote in enumerate(quotes, 1)),
        "citations": [_citation(n, quote, source) for n, quote in enumerate(quotes, 1)],
        "passages": [_passage(1, "Of something else altogether."), _passage(2, FIRST), _passage(3, SECOND)],
        "reading": {"authority": ["Leeds"], "topic": "caseloads", "period": []},
        "reason": None if quotes else "Nothing is held on it.",
        "seconds": 0.05,
    }
    fields: dict[str, Any] = {"ranked": (("p1", 1.0), ("p2", 0.5)), "confidence": 0.5, "seconds": 0.05}
    return Outcome(name, answer | changes.pop("answer", {}), **(fields | changes))


GOLD = (
    Gold(DOCUMENT, QUOTE, 2, 4),
    Gold(DOCUMENT, OTHER, 2),
    Gold("leeds/other.pdf", "Words that no passage holds at all.", 1),
)
OUTCOMES = {
    "cited all": _outcome("cited all", (QUOTE, OTHER)),
    "cited some": _outcome("cited some", (QUOTE,)),
    "wrong passage": _outcome("wrong passage", ("Other words of the very same document.",)),
    "wrong document": _outcome("wrong document", ("Other words of another document.",), "york/2020.pdf"),
    "unfaithful quote": _outcome("unfaithful quote", (QUOTE, OTHER)),
    "abstained wrongly": _outcome("abstained wrongly"),
    "failed": _outcome("failed", error="The index is gone.", answer={"passages": [], "reason": None}),
    "abstained rightly": _outcome("abstained rightly"),
    "answered wrongly": _outcome("answered wrongly", (QUOTE,)),
    "found": Outcome("found", {}, (("york/2020.pdf", 2.0), (DOCUMENT, 1.0)), 0.0, 0.01),
    "not found": Outcome("not found", {}, (("york/2020.pdf", 2.0),), 0.0, 0.01),
}
WORDS = (*OUTCOMES, "not asked")
UNANSWERABLE = ("abstained rightly", "answered wrongly")


def _item(at: int, word: str) -> Item:
    kind = "unanswerable" if word in UNANSWERABLE else ("said", "follow-up")[at % 2]
    gold = (
        () if word in UNANSWERABLE else tuple(replace(one, quote="") for one in GOLD[:1]) if "found" in word else GOLD
    )
    return Item(word, f"What was {word} in 2019?", kind, at + 1, gold, context=("And in York?",) * (at % 2))


def _scores(item: Item) -> Scores:
    values = {"R@10": 1.0, "cited_recall": 0.5} if item.gold else {"abstained_rightly": float("rightly" in item.id)}
    values |= {"faithful": 0.0} if item.id == "unfaithful quote" else {}
    return Scores(item.id, item.kind, {"authority": "Leeds" if item.line % 2 else "York"}, values | {"seconds": 0.05})


def _whole(
    items: tuple[Item, ...], outcomes: dict[str, Outcome], name: str = "new", form: Form = Form.QUOTES
) -> Scored:
    info = RunInfo(
        name=name,
        set_name="small",
        set_path="small.jsonl",
        set_sha256="0" * 64,
        form=form,
        started=datetime(2024, 5, 1, 12, tzinfo=UTC),
        generation="000001",
        manifest={"embedder": "small", "sources": {}},
        settings={"k": 10},
        versions={"python": "3.11"},
        items=len(items),
        complete=True,
    )
    test_set = TestSet("small", form, Path("small.jsonl"), "0" * 64, items)
    return Scored(test_set, Run(Path("runs") / name, info, outcomes), tuple(map(_scores, items)))


@pytest.fixture(scope="module")
def whole() -> Scored:
    """One question for every verdict that quotes lead to."""
    kept = [word for word in WORDS if "found" not in word]
    return _whole(tuple(_item(at, word) for at, word in enumerate(kept)), OUTCOMES)


@pytest.fixture(scope="module")
def page(whole: Scored) -> str:
    return report_page(whole)


@pytest.fixture(scope="module")
def beside(whole: Scored) -> str:
    """The page with another run beside: one question won, one lost."""
    moved = {"cited all": 0.0, "cited some": 1.0}
    scores = tuple(
        replace(one, values=one.values | {"cited_recall": moved.get(one.id, one.values.get("cited_recall", 0.0))})
        for one in whole.scores
    )
    before = replace(whole.run, info=replace(whole.run.info, name="before <b>"))
    return report_page(whole, replace(whole, run=before, scores=scores))


def _tree(page: str) -> Any:
    return lxml.html.document_fromstring(page)


def _text(node: Any) -> str:
    return " ".join(node.text_content().split())


def _card(page: str, question: str) -> Any:
    (card,) = [one for one in _tree(page).xpath("//article") if _text(one.xpath(".//h3")[0]) == question]
    return card


def test_every_question_is_there_once_with_its_verdict_in_words(whole: Scored, page: str) -> None:
    cards = _tree(page).xpath("//article")
    assert [_text(card.xpath(".//h3")[0]) for card in cards] == [item.question for item in whole.test_set.items]
    assert [_text(card.xpath(".//summary//*[contains(@class, 'badge')]")[0]) for card in cards] == [
        item.id for item in whole.test_set.items
    ]
    assert not any("open" in details.attrib for details in _tree(page).xpath("//details"))


@pytest.mark.parametrize("word", WORDS)
def test_a_verdict_says_what_became_of_a_question(word: str) -> None:
    item = _item(0, word)
    found = verdict(item, OUTCOMES.get(word), _scores(item).values, Form.TREC if "found" in word else Form.QUOTES)
    assert found.word == word
    good = {"cited all", "abstained rightly", "found"}
    assert found.grade == ("good" if word in good else "part" if word == "cited some" else "bad")


def test_a_verdict_tells_the_first_rank_and_how_much_is_cited() -> None:
    item = _item(0, "cited some")
    found = verdict(item, OUTCOMES["cited some"], {}, Form.QUOTES)
    assert found.says == "cited 1 of 2 spans, first found at rank 2"
    assert [(one.rank, one.cited) for one in found.kept] == [(2, (1,)), (3, ()), (None, ())]


def test_gold_words_are_marked_in_the_passages_that_hold_them_and_nowhere_else(page: str) -> None:
    card = _card(page, "What was cited some in 2019?")
    first, second, third = card.xpath(".//ol[@class='passages']/li")
    assert (_text(first), first.xpath(".//mark")) == (_text(first), [])
    assert [_text(mark) for mark in second.xpath(".//mark")] == [QUOTE.removesuffix(".")]
    assert [_text(mark) for mark in third.xpath(".//mark")] == [OTHER.removesuffix(".")]
    assert "holds G1" in _text(second)
    assert "holds G2" in _text(third)
    assert [_text(mark) for mark in card.xpath(".//*[@class='answer']//mark")] == [QUOTE.removesuffix(".")]


def test_gold_that_was_missed_is_listed_with_all_its_words(page: str) -> None:
    card = _card(page, "What was cited some in 2019?")
    (missed,) = card.xpath(".//ol[@class='gold']/li[@class='missed']")
    assert "G3 missed" in _text(missed)
    assert GOLD[2].quote in _text(missed)
    assert "leeds/other.pdf" in _text(missed)


def test_a_card_has_the_reading_the_context_the_reason_the_error_and_the_time(page: str) -> None:
    text = _text(_card(page, "What was abstained wrongly in 2019?"))
    for part in ("authority Leeds · topic caseloads", "And in York?", "Nothing is held on it.", "50 ms"):
        assert part in text
    assert "The index is gone." in _text(_card(page, "What was failed in 2019?"))
    assert "Not asked yet, and so scoring 0: 1 question." in _text(_tree(page))


def test_the_headline_has_means_intervals_and_counts_over_all_and_by_kind(page: str) -> None:
    (row,) = [row for row in _tree(page).xpath("//*[@id='measures']//tbody/tr") if _text(row).startswith("abstained")]
    cells = [_text(cell) for cell in row]
    assert cells[1:] == ["0.500", "0.000 to 1.000", "0.500", "0.000 to 1.000", "2"]
    captions = [_text(one) for one in _tree(page).xpath("//*[@id='slices']//caption")]
    assert captions == ["Means by kind, with their 95 % intervals", "Means by authority"]


def test_charts_have_a_title_words_and_their_numbers_in_a_table(page: str) -> None:
    figures = _tree(page).xpath("//figure")
    assert [_text(one.xpath(".//figcaption")[0]) for one in figures] == [
        "By kind of question",
        "Found within the first k passages",
        "Time of an answer",
        "Errors of abstention",
    ]
    for figure in figures:
        (drawing,) = figure.xpath("./svg")
        named = [figure.xpath(f".//*[@id='{name}']")[0] for name in drawing.get("aria-labelledby").split()]
        assert drawing.get("role") == "img"
        assert [one.tag for one in named] == ["title", "desc"]
        assert all(_text(one) for one in named)
        assert figure.xpath(".//table//td")


def test_the_curve_of_recall_is_the_measure_of_that_name(whole: Scored, page: str) -> None:
    judged = [item for item in whole.test_set.items if item.gold]
    held = {item.id: [[], [0], [1]] if item.id not in ("failed", "not asked") else [] for item in judged}
    grades = {item.id: [gold.grade for gold in item.gold] for item in judged}
    names = ("R@1", "R@2", "R@3")
    values = span_values(grades, held, names)
    means = [sum(own[name] for own in values.values()) / len(judged) for name in names]
    rows = _tree(page).xpath("//figure[2]//tbody/tr")
    assert [_text(row[1]) for row in rows] == [f"{mean:.3f}" for mean in means]


def test_ids_are_unique_and_everything_that_points_to_one_finds_it(page: str, beside: str) -> None:
    for tree in map(_tree, (page, beside)):
        ids = Counter(tree.xpath("//@id"))
        assert max(ids.values()) == 1
        wanted = [name for one in tree.xpath("//@aria-labelledby") for name in one.split()]
        wanted += tree.xpath("//@for") + [one.removeprefix("#") for one in tree.xpath("//@href")]
        wanted += re.findall(r"url\(#([^)]*)\)", " ".join(tree.xpath("//@*")))
        assert set(wanted) <= set(ids)


def test_every_control_has_a_label_and_the_count_is_announced(page: str) -> None:
    tree = _tree(page)
    labelled = set(tree.xpath("//label/@for"))
    assert set(tree.xpath("//form//*[self::input or self::select]/@id")) == labelled
    assert all(_text(one) for one in tree.xpath("//label | //button"))
    assert tree.xpath("//*[@id='count'][@role='status'][@aria-live='polite']")
    assert tree.xpath("//body/*[1][self::a][@href='#questions']")
    assert tree.xpath("//form[@hidden]"), "without the script there is nothing to filter with"


def test_the_lists_to_filter_by_have_each_value_with_its_count(page: str) -> None:
    options = {one.get("value"): _text(one) for one in _tree(page).xpath("//select[@name='verdict']/option")}
    assert options["cited all"] == "cited all (1)"
    assert {one.get("value") for one in _tree(page).xpath("//select[@name='authority']/option")} == {
        "",
        "Leeds",
        "York",
    }


def test_the_page_loads_nothing_and_allows_its_own_style_and_script_alone(page: str) -> None:
    tree = _tree(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed["default-src"] == "'none'"
    for kind in ("style", "script"):
        (text,) = [one.text for one in tree.iter(kind)]
        assert allowed[f"{kind}-src"] == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert all(one.startswith("#") for one in tree.xpath("//@href"))
    assert not tree.xpath("//@src | //@style | //@srcset | //@action | //link | //iframe | //object | //img")
    assert not re.search(r"(?i)https?://|@import|url\((?!#)", page.replace("http://www.w3.org", ""))


def test_the_same_run_gives_the_same_bytes(whole: Scored, page: str) -> None:
    assert report_page(whole) == page


class _Strict(HTMLParser):
    """Every tag and attribute name of a page, and whether a browser would take anything for code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}


def _read(page: str) -> _Strict:
    reader = _Strict()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def hostile() -> str:
    """A page of which every word that comes from outside tries to be markup."""
    gold = (Gold(HOSTILE, f"{QUOTE} {HOSTILE}", 2), Gold("b", HOSTILE + " missed", 2))
    item = Item(HOSTILE, HOSTILE, HOSTILE, 1, gold, context=(HOSTILE,))
    answer = {
        "answer": f"“{QUOTE} {HOSTILE}” [1]",
        "citations": [
            _citation(1, f"{QUOTE} {HOSTILE}", HOSTILE) | {"title": HOSTILE, "voice": HOSTILE, "page": HOSTILE}
        ],
        "passages": [_passage(1, f"{QUOTE} {HOSTILE}", HOSTILE), _passage(2, HOSTILE, HOSTILE)],
        "reading": {HOSTILE: [HOSTILE]},
        "reason": HOSTILE,
    }
    plain = _item(2, "abstained rightly")
    whole = _whole((item, plain), {HOSTILE: _outcome(HOSTILE, (QUOTE,), answer=answer)}, HOSTILE)
    info = replace(whole.run.info, set_name=HOSTILE, settings={HOSTILE: HOSTILE}, versions={HOSTILE: HOSTILE})
    scores = (replace(whole.scores[0], slices={"authority": HOSTILE, HOSTILE: HOSTILE}), whole.scores[1])
    whole = replace(whole, run=replace(whole.run, info=info), scores=scores)
    return report_page(whole, whole)


def test_nothing_from_outside_becomes_markup(page: str, beside: str, hostile: str) -> None:
    reader = _read(hostile)
    harmless = _read(beside)
    assert set(reader.tags) <= set(harmless.tags)
    assert reader.attributes <= harmless.attributes
    assert (reader.tags["script"], reader.tags["style"]) == (1, 1)
    assert "<img" not in hostile
    assert "49" not in _text(_tree(hostile).xpath("//h1")[0]), "a template within a question is not filled in"
    assert "<!--" not in page + hostile


def test_words_from_outside_read_as_they_were_written_but_for_what_no_page_can_hold(hostile: str) -> None:
    (card,) = [one for one in _tree(hostile).xpath("//article") if "onerror" in _text(one.xpath(".//h3")[0])]
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert card.xpath(".//h3")[0].text_content() == shown
    assert card.get("data-kind") == shown
    assert hostile.encode("utf-8")
    style = _tree(hostile).xpath("//style")[0].text
    assert re.search(r"h3[^{}]*\{unicode-bidi:plaintext", style), "a right-to-left mark ends with its own text"


def test_a_page_of_a_hundred_questions_stays_small() -> None:
    filler = "The authority has made progress since the last inspection and knows itself well. " * 12
    passages = [_passage(rank, f"{rank}. {filler}") for rank in range(1, 10)] + [
        _passage(10, f"{filler}{QUOTE} {filler}")
    ]
    quotes = tuple(f"{QUOTE} {n}" for n in range(8))
    outcomes = {str(n): _outcome(str(n), quotes, answer={"passages": passages}) for n in range(112)}
    items = tuple(Item(name, f"{filler[:60]}{name}?", "said", 1, GOLD) for name in outcomes)
    page = report_page(_whole(items, outcomes))
    assert len(page.encode()) < 900_000
    assert page.count("<mark>") > 112 * 9


def test_a_run_beside_is_told_first_with_won_and_lost_questions_from_both_sides(beside: str) -> None:
    tree = _tree(beside)
    assert _text(tree.xpath("//main/section[1]/h2")[0]) == "Compared with before <b>"
    (row,) = [row for row in tree.xpath("//*[@id='compared']//tbody/tr") if _text(row).startswith("cited_recall")]
    assert [_text(cell) for cell in row][-3:] == ["1", "1", "6"]
    assert [_text(one) for one in tree.xpath("//*[@id='compared']/h3")] == ["Lost: 1 question", "Won: 1 question"]
    lost, won = tree.xpath("//*[contains(@class, 'pair ')]")
    assert "What was cited some" in _text(lost.xpath(".//h4")[0])
    assert "cited_recall 1 → 0.500" in _text(lost)
    assert "What was cited all" in _text(won.xpath(".//h4")[0])
    assert [_text(one) for one in won.xpath(".//h5")] == ["before <b>", "new"]
    assert len(won.xpath(".//*[@class='answer']")) == 2


def test_a_measure_is_compared_with_its_count_and_one_without_a_question_in_both_is_told(whole: Scored) -> None:
    """Only answered questions are faithful or not: where none was answered before, nothing can be compared."""
    nothing = replace(whole, scores=tuple(replace(one, values={"cited_recall": 0.0}) for one in whole.scores))
    tree = _tree(report_page(whole, nothing))
    head = [_text(one) for one in tree.xpath("//*[@id='compared']//thead//th")]
    rows = [[_text(cell) for cell in row] for row in tree.xpath("//*[@id='compared']//tbody/tr")]
    assert {len(row) for row in rows} == {len(head)}
    (recall,) = [row for row in rows if row[0].startswith("cited_recall")]
    assert recall[head.index("Questions")] == str(sum("cited_recall" in one.values for one in whole.scores))
    (faithful,) = [row for row in rows if row[0].startswith("faithful")]
    assert "no question in both runs: 0 before, 1 now" in faithful[0]


def test_only_the_document_that_is_held_by_the_very_path_is_the_golds() -> None:
    items = (_item(0, "cited all"),)
    whole = _whole(items, {"cited all": _outcome("cited all", (QUOTE, OTHER), f"north/{DOCUMENT}")})
    assert 'data-verdict="cited all"' in report_page(whole)
    sources = {DOCUMENT: "0" * 64, f"north/{DOCUMENT}": "1" * 64}
    info = replace(whole.run.info, manifest={"sources": sources})
    assert 'data-verdict="wrong document"' in report_page(replace(whole, run=replace(whole.run, info=info)))


def test_runs_of_different_questions_are_not_put_beside_each_other(whole: Scored) -> None:
    info = replace(whole.run.info, set_sha256="1" * 64, set_path="other.jsonl")
    with pytest.raises(EvaluationError, match=r"other\.jsonl"):
        report_page(whole, replace(whole, run=replace(whole.run, info=info)))


def test_rankings_of_documents_have_a_page_too() -> None:
    items = tuple(_item(at, word) for at, word in enumerate(("found", "not found")))
    page = report_page(_whole(items, OUTCOMES, form=Form.TREC))
    assert "first found at rank 2" in _text(_card(page, "What was found in 2019?"))
    assert "the whole document" in _text(_card(page, "What was not found in 2019?"))


def test_an_empty_run_has_a_page_too() -> None:
    assert "<h1>" in report_page(_whole((_item(0, "cited all"),), {}))


TEXT = st.text(st.sampled_from("abc d'’-\n.é\u0130"), max_size=60)


@given(TEXT, st.lists(TEXT, max_size=3))
def test_marking_loses_no_letter_and_marks_words_of_the_quotes_alone(text: str, quotes: list[str]) -> None:
    marks = stretches(text, quotes)
    shown = pieces(text, marks)
    assert "".join(piece.text for piece in shown) == text
    wanted = {word for quote in quotes for word in words(quote)}
    assert {word for start, end in marks for word in words(text[start:end])} <= wanted
    short = pieces(text, marks, 10)
    assert [piece.text for piece in short if piece.marked] == [text[start:end] for start, end in marks]


@given(TEXT.filter(lambda text: len(words(text)) > 0))
def test_a_text_that_is_the_quote_is_marked_from_its_first_word_to_its_last(text: str) -> None:
    ((start, end),) = stretches(text, [text])
    assert words(text[start:end]) == words(text)


def test_long_texts_are_cut_away_from_the_marks() -> None:
    text = f"{'before ' * 50}the marked words stand here{' after' * 50}"
    shown = pieces(text, stretches(text, ["The marked words stand here"]), 40)
    assert [piece.text for piece in shown if piece.marked] == ["the marked words stand here"]
    assert len("".join(piece.text for piece in shown)) < 120
    assert [piece.text for piece in shown if piece.text == "…"] == ["…", "…"]


def _drawn() -> Iterator[Chart]:
    points = tuple((float(x), x / 10) for x in range(1, 6))
    series = [Series("_a $x_1$ <b>", points, ((0.0, 0.5),) * 5), Series("漢字 \x00", ((1.0, None), (2.0, 0.4)))]
    yield lines(Frame("one", "Lines & <b>", "k", "share", share=True), series)
    yield lines(Frame("two", "Other lines", "k", "seconds"), series[:1])
    yield bars(
        Frame("three", "Bars", "share", share=True),
        ["a", "b"],
        [Series("x", ((0, 0.5), (1, None)), ((0.4, 0.6), None))],
    )
    yield bars(Frame("four", "Bars", "seconds"), ["a"], [Series("x", ((0, 12.5),)), Series("y", ((0, 0.0),))])
    yield histogram(Frame("five", "Times", "ms"), [5, 6, 6, 7, 900], (("p50 6", 6), ("p95 900", 900)))
    yield histogram(Frame("six", "One", "ms"), [5.0])
    yield histogram(Frame("seven", "None", "ms"), [])


def test_charts_stand_alone_carry_no_style_and_come_out_the_same() -> None:
    for chart, again in zip(_drawn(), _drawn(), strict=True):
        assert chart == again
        svg = lxml.etree.fromstring(document(chart).encode())
        assert not svg.xpath("//@style | //*[local-name()='style' or local-name()='script']")
        assert all(name.startswith(chart.frame.name) for name in svg.xpath("//@id"))
        assert len(chart.svg) < 30_000


def test_a_chart_says_its_numbers() -> None:
    first, *_, times, _, _ = list(_drawn())
    assert first.head == ("k", "_a $x_1$ <b>", "漢字 \x00")
    assert first.rows[1] == ("2", "0.200", "0.400")
    assert first.rows[4] == ("5", "0.500", "–")
    assert "0.100 at k 1, 0.500 at 5" in first.svg
    assert times.rows[-1][0].startswith("above")
    assert sum(int(count) for _, count in times.rows) == 5


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    full = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(page: str, scheme: int) -> None:
    style = _tree(page).xpath("//style")[0].text
    blocks = re.findall(r":root\{([^}]*)\}", style)
    colour = dict(re.findall(r"--([\w-]+):(#\w+)", blocks[scheme]))

    def contrast(one: str, other: str) -> float:
        low, high = sorted((_luminance(colour[one]), _luminance(colour[other])))
        return (high + 0.05) / (low + 0.05)

    texts = [
        ("ink", "paper"),
        ("quiet", "paper"),
        ("quiet", "soft"),
        ("ink", "soft"),
        ("link", "paper"),
        ("mark-ink", "mark"),
    ]
    texts += [(name, under) for name in ("good", "part", "bad") for under in (f"{name}-soft", "paper", "soft")]
    assert [pair for pair in texts if contrast(*pair) < 4.5] == []
    drawn = [*(f"chart-{n}" for n in range(1, 6)), "chart-ink", "focus"]
    assert [name for name in drawn if contrast(name, "paper") < 3] == []


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to load the page in")
def test_a_browser_runs_the_page_without_a_complaint(beside: str, hostile: str, tmp_path: Path) -> None:
    for name, page, shown in (("plain", beside, "1 of 10 questions"), ("hostile", hostile, "2 of 2 questions")):
        file = tmp_path / f"{name}.html"
        file.write_text(page, encoding="utf-8")
        quiet = ["quic", "background-networking", "component-update", "sync", "gpu"]
        loaded = subprocess.run(
            [
                str(CHROMIUM),
                *("--headless", "--no-sandbox", "--no-first-run", "--enable-logging=stderr", "--dump-dom"),
                *(f"--disable-{one}" for one in quiet),
                f"--user-data-dir={tmp_path / name}",
                f"{file.as_uri()}#verdict=cited+all&sort=slowest",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "CONSOLE" not in loaded.stderr
        tree = _tree(loaded.stdout)
        assert _text(tree.xpath("//*[@id='count']")[0]) == shown
        assert not tree.xpath("//form[@hidden]")
        assert tree.xpath("//th/button")
