"""The page that draws blocks, and the views it draws: passage and Home."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from answers_index import TODAY
from fake_slack_rules import judge_view

from assistant.ask import Assistant
from assistant.holdings import Holdings, Latest, holdings
from assistant.slack.blocks import limits
from assistant.slack.blocks.answer import answer_messages
from assistant.slack.blocks.correct import correct_view
from assistant.slack.blocks.feedback import feedback_view
from assistant.slack.blocks.home import AdminPanel, Home, Progress, Recent, age_words, home_view
from assistant.slack.blocks.passage import passage_view
from assistant.slack.blocks.records import Freshness, Message, Shown
from assistant.slack.blocks.share import share_view
from assistant.slack.preview import page, view_page
from assistant.surroundings import find_passage, step
from index.catalogue import Catalogue
from index.records import Interval

pytest_plugins = ["fixtures_answers"]

ID = "0" * 32
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FRESH = Freshness(NOW, 10, date(2026, 5, 21))
HOSTILE = "<script>alert(1)</script> \" ' & <!channel> <img src=x onerror=y>"
HELD = Holdings(
    NOW - timedelta(days=3), "000012", 197, 4_321, date(2026, 5, 21), (("focused visit", 1), ("ILACS inspection", 60)),
    (("Barnet", 5), ("none", 2)), (("2019", 30), ("undated", 1)),
    (Latest("a.pdf", "Report", Interval(date(2026, 5, 21), date(2026, 5, 21))), Latest("b.pdf", "Letter", None)), True,
)  # fmt: skip
PANEL = AdminPanel("000012", NOW - timedelta(days=3), 197, 4_321, 1, True, None, "finished: 12 new")


class _Page(HTMLParser):
    """The text of a page, its tags and the addresses in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.tags, self.addresses, self.open = "", [], [], []  # type: ignore[var-annotated]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open += [] if tag in ("meta", "hr", "path") else [tag]
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag != "path":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> _Page:
    """The page, read as a browser would."""
    made = _Page(text)
    assert made.open == []
    return made


def home(**changes: Any) -> Home:
    """A Home tab; `changes` are fields of it."""
    fields: dict[str, Any] = {"holdings": HELD, "examples": ("What was said?",), "recent": (), "now": NOW}
    return Home(**(fields | changes))


def seen(view: limits.Block) -> str:
    """All the text of a view."""
    return "\n".join(limits.texts(view["blocks"]))


def action_ids(view: limits.Block) -> list[str]:
    """The buttons of a view, those that stand beside a paragraph included."""
    rows = [[*block.get("elements", []), block.get("accessory", {})] for block in view["blocks"]]
    return [element["action_id"] for row in rows for element in row if element.get("type") == "button"]


@pytest.mark.parametrize("question", ["what did Ofsted say about caseloads", "What are Dudley's judgements over time?"])
def test_an_answer_is_drawn_with_nothing_left_out(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, today=TODAY)
    made = answer_messages(Shown(answer, ID, FRESH, ("And in 2020?",), (), None, True, False, True))
    drawn = read(page(made, question))
    flat = " ".join(drawn.text.split())
    for message in made:
        for block in message.blocks:
            texts = [text for text in limits.texts(block) if block["type"] == "rich_text"]
            assert all(" ".join(text.split()) in flat for text in texts)
    assert question in flat
    assert "And in 2020?" in flat
    assert "Unknown" not in flat
    assert ("table" in drawn.tags) is (answer.table is not None)


def test_a_page_holds_no_script_and_nothing_from_elsewhere() -> None:
    message = Message(HOSTILE, ({"type": HOSTILE}, {"type": "actions", "elements": [{"type": HOSTILE}]}), (), "")
    text = page([message], HOSTILE)
    drawn = read(text)
    assert "default-src 'none'" in text
    assert not {"script", "img", "link", "iframe"} & set(drawn.tags)
    assert drawn.addresses == []
    assert HOSTILE in drawn.text
    assert f"Unknown block: {HOSTILE}" in drawn.text


def test_links_are_drawn_and_their_text_is_shown_as_it_is() -> None:
    text = {"type": "mrkdwn", "text": "*<https://a.example/?x=1&amp;y|Title &lt;b&gt;>* and _more_"}
    drawn = read(page([Message("t", ({"type": "section", "text": text},), (), "t")], "q"))
    assert drawn.addresses == ["https://a.example/?x=1&y"]
    assert "Title <b> and more" in drawn.text
    assert {"a", "b", "i"} <= set(drawn.tags)


def test_every_view_is_drawn(assistant: Assistant, catalogue: Catalogue) -> None:
    citation = assistant.ask("what did Ofsted say about caseloads", today=TODAY).citations[0]
    found = find_passage(catalogue, citation.source, citation.quote, citation.page)
    views = [
        passage_view(found, citation.quote),
        home_view(home(admin=PANEL, recent=(Recent("What was said?", NOW),))),
        feedback_view(ID),
        correct_view("q", "Read as said", ["a", "b"], "{}"),
        share_view("q", ID),
    ]
    for view in views:
        assert judge_view(view, view["type"]) == []
        drawn = read(view_page(view))
        assert "Unknown" not in drawn.text
        assert view.get("title", {"text": "Home"})["text"] in drawn.text


def test_a_passage_is_shown_with_its_quote_in_bold_and_its_neighbours(
    assistant: Assistant, catalogue: Catalogue
) -> None:
    citation = assistant.ask("what did Ofsted say about caseloads", today=TODAY).citations[0]
    found = find_passage(catalogue, citation.source, citation.quote, citation.page)
    view = passage_view(found, citation.quote)
    runs = [run for block in view["blocks"] if block["type"] == "rich_text" for run in block["elements"][0]["elements"]]
    bold = "".join(run["text"] for run in runs if run.get("style", {}).get("bold"))
    assert bold == citation.quote
    assert "".join(run["text"] for run in runs) == "".join(text for text, _ in found.parts)
    assert citation.title in seen(view)
    buttons = [element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"]]
    there = {"passage_step:-1": found.before, "passage_step:+1": found.after}
    assert [button["action_id"] for button in buttons] == [action for action, passage in there.items() if passage]
    for button in buttons:
        value = json.loads(button["value"])
        back = step(catalogue, value["s"], value["o"], value["q"])
        assert back.passage == there[button["action_id"]]


def test_a_long_passage_is_shown_whole_within_the_limits_of_a_view(assistant: Assistant, catalogue: Catalogue) -> None:
    citation = assistant.ask("what did Ofsted say about caseloads", today=TODAY).citations[0]
    found = find_passage(catalogue, citation.source, citation.quote, citation.page)
    parts = (("before " * 2_000, False), ("quoted " * 1_000, True), ("x" * 9_000, False))
    object.__setattr__(found, "parts", parts)  # a passage that the small corpus does not have
    view = passage_view(found, "quoted " * 1_000)
    texts = [block for block in view["blocks"] if block["type"] == "rich_text"]
    assert all(limits.characters([block]) <= limits.SECTION for block in texts)
    assert "".join("".join(limits.texts(block)) for block in texts) == "".join(text for text, _ in parts)
    assert judge_view(view, "modal") == []


def test_home_says_what_is_held_and_how_fresh_it_is(assistant: Assistant, answers_index: Path) -> None:
    held = holdings(assistant.index, answers_index)
    text = seen(home_view(home(holdings=held, now=held.built + timedelta(days=3))))
    assert f"*{held.documents} documents*" in text
    assert "built 3 days ago" in text
    for name, number in (*held.by_kind, *held.by_year):
        assert any(line.startswith(name) and line.endswith(f" {number}") for line in text.split("\n"))
    assert all(f"{name} {number}" in text for name, number in held.by_authority if name != "none")
    assert all(one.title in text for one in held.latest)


def test_home_offers_the_persons_questions_again() -> None:
    recent = tuple(Recent(f"What about {year}?", NOW - timedelta(hours=2)) for year in range(2010, 2030))
    view = home_view(home(recent=recent))
    assert action_ids(view) == [f"again:{index}" for index in range(5)]
    assert "2 hours ago" in seen(view)


def test_only_admins_see_the_panel_and_each_of_its_buttons_asks_first() -> None:
    assert "administrators" not in seen(home_view(home()))
    view = home_view(home(admin=PANEL))
    assert action_ids(view) == ["reindex", "rollback"]
    assert all("confirm" in button for button in view["blocks"][-1]["elements"])
    assert "1 file was skipped" in seen(view)
    assert "The source folder has changed since." in seen(view)
    assert "Last build: finished: 12 new" in seen(view)


def test_while_an_index_is_built_there_is_a_bar_and_no_button() -> None:
    panel = AdminPanel("000012", NOW, 197, 4_321, 0, None, Progress("Reading", 40, 197, 12.2, 30.4))
    view = home_view(home(admin=panel))
    assert action_ids(view) == []
    assert "Reading 40 of 197, 12 a second, about 30 s left" in seen(view)
    assert "████░" in seen(view)
    assert "20%" in seen(view)


def test_a_home_of_many_and_hostile_things_keeps_every_limit() -> None:
    many = tuple((f"{HOSTILE} {number}", number) for number in range(1, 400))
    held = Holdings(NOW, HOSTILE, 9, 9, None, many, many, many, (Latest("s", HOSTILE * 50, None),) * 400, False)
    panel = AdminPanel(HOSTILE, NOW, 1, 1, 1, False, Progress(HOSTILE, 5, 0), HOSTILE)
    recent = (Recent(HOSTILE * 100, NOW),) * 50
    for admin in (None, panel, PANEL):
        view = home_view(home(holdings=held, admin=admin, recent=recent, examples=(HOSTILE,) * 3))
        assert judge_view(view, "home") == []
        assert "more" in seen(view)
        assert "<!" not in seen(view)
        for block in view["blocks"]:
            assert limits.characters([block]) <= limits.SECTION + 200
        assert len(action_ids(view)) == len(set(action_ids(view)))


def test_an_empty_index_has_a_home_too() -> None:
    empty = Holdings(NOW, "000001", 0, 0, None, (), (), (), (), False)
    view = home_view(home(holdings=empty, examples=()))
    assert "*0 documents*" in seen(view)
    assert judge_view(view, "home") == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_200, "2 hours ago"),
        (86_400, "1 day ago"),
        (8_640_000, "100 days ago"),
    ],
)
def test_ages_are_said_in_words(seconds: int, words: str) -> None:
    assert age_words(NOW - timedelta(seconds=seconds), NOW) == words
