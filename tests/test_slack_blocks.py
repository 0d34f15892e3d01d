"""Answers as Slack blocks: nothing is lost, nothing is cut in two, every limit is held, nothing steers Slack."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from fake_slack_rules import judge_message, judge_view, missed_aims
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.records import Answer, Citation, Reading, Status, Table
from assistant.render.as_text import reading_text
from assistant.slack.blocks import limits, notes
from assistant.slack.blocks.answer import answer_messages
from assistant.slack.blocks.correct import CORRECT, correct_view
from assistant.slack.blocks.feedback import FEEDBACK, REASONS, feedback_view
from assistant.slack.blocks.records import Freshness, Message, Shown
from assistant.slack.blocks.share import SHARE, share_view, shared_messages
from assistant.slack.blocks.sources import passage_value
from assistant.slack.blocks.text import clip, escaped, link, literal, mrkdwn, shorten

pytest_plugins = ["fixtures_answers"]

ID = "0123456789abcdef0123456789abcdef"
FRESH = Freshness(datetime(2026, 11, 5, 6, 0), 197, date(2026, 5, 21))
QUESTIONS = (
    "what did Ofsted say about caseloads in 2019",
    "What are Dudley's judgements over time?",
    "Who led the 2022 Dudley inspection?",
    "what inspections has Dudley had?",
    "summarise the 2022 Dudley report",
    "what did the council say about caseloads",
)
HOSTILE = (
    "<!channel> <!here|now> <@U123> <#C1|x> <https://evil.example|click> *bold* _it_ ~no~ `code` :tada: "
    "\u202eright to left\u200f \x00nul \ud800half &amp; <\u200f!channel> [1] “open " + "x" * 10_000
)
PLAIN_BLOCKS = {"section", "context", "actions"}
# Anything that Slack would take for a mention, and any link that is not to http(s).
_MENTION = re.compile(r"<[!@#]|<(?!https?://)")


def citation(n: int, **changes: Any) -> Citation:
    """A citation with the number; `changes` are fields of it."""
    fields: dict[str, Any] = {
        "source": f"town/{n}.pdf",
        "title": f"Inspection {n}",
        "publisher": "Ofsted",
        "kind": "ILACS inspection",
        "published": date(2022, 5, 9),
        "period": None,
        "page": n,
        "paragraph": None,
        "heading": None,
        "url": f"https://files.example.org/{n}",
        "voice": "Ofsted",
        "quote": f"Sentence {n} stands here.",
    }
    return Citation(n=n, **(fields | changes))


def answer(citations: Sequence[Citation], text: str | None = None, **changes: Any) -> Answer:
    """An answer that quotes each citation on a line of its own under a heading."""
    lines = [f"• “{c.quote}” [{c.n}]" for c in citations]
    fields: dict[str, Any] = {"reason": None, "seconds": 0.1, "generation": "000001"}
    told = text if text is not None else "\n".join(["Ofsted, ILACS inspection, Dudley (published 9 May 2022):", *lines])
    return Answer(Status.ANSWERED, told, tuple(citations), (), Reading(question="What was said?"), **(fields | changes))


def abstained(reason: str) -> Answer:
    """No answer, for this reason."""
    return Answer(Status.ABSTAINED, "", (), (), Reading(question="What was said?"), reason, 0.1, "000001")


def messages(of: Answer, **changes: Any) -> tuple[Message, ...]:
    """The messages of an answer with everything below it; `changes` are fields of Shown."""
    fields: dict[str, Any] = {
        "suggestions": ("What did Ofsted say in 2020?", "What did Ofsted say in 2021?"),
        "said_back": ("I read 2019 as published in 2019.",),
        "correctable": True,
    }
    return answer_messages(Shown(of, ID, FRESH, **(fields | changes)))


def every(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Every dict of a type within blocks."""
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield value
        for inner in value.values():
            yield from every(inner, kind)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from every(inner, kind)


def seen(blocks: Sequence[dict[str, Any]]) -> str:
    """All the text of blocks as a person sees it."""
    return "\n".join(html.unescape(text) for text in limits.texts(blocks))


def assert_safe(blocks: Sequence[dict[str, Any]]) -> None:
    """Nothing in the blocks mentions anybody or leads anywhere but to http(s)."""
    for text in every(blocks, "mrkdwn"):
        assert not _MENTION.search(text["text"])
        assert text["verbatim"] is True
    for text in limits.texts(blocks):
        assert not re.search(r"<[!@#]", text)
        assert not re.search("[\x00-\x08\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200e\u200f]", text)
    for name in ("user", "usergroup", "broadcast", "channel", "emoji"):
        assert not list(every(blocks, name))


def assert_within(blocks: Sequence[dict[str, Any]], text: str) -> None:
    """Every rule of Slack is kept, as the fake Slack of the tests has them, and what it is not sure of is avoided."""
    assert judge_message({"text": text, "blocks": list(blocks)}) == []
    for one in every(blocks, "container"):
        # Slack's pages name rich text among what a container may hold; its validator is said to refuse it.
        assert {child["type"] for child in one["child_blocks"]} <= PLAIN_BLOCKS
    actions = [one["action_id"] for kind in ("button", "feedback_buttons") for one in every(blocks, kind)]
    assert len(actions) == len(set(actions))


def assert_message(message: Message) -> None:
    """What holds for every message in each of its forms."""
    assert 1 <= len(message.text) <= limits.SUMMARY
    assert {block["type"] for block in message.plain} <= PLAIN_BLOCKS
    for blocks in (message.blocks, message.plain):
        assert_safe(blocks)
        assert_within(blocks, message.text)
    for text in (message.text, message.bare):
        assert not re.search("[<>\x00\ud800-\udfff]", text)
    json.dumps(message.blocks).encode()


def assert_goal(message: Message) -> None:
    """The message is short enough to be read, in each of its forms."""
    for blocks in (message.blocks, message.plain):
        assert limits.within_goal(blocks)
        assert missed_aims({"text": message.text, "blocks": list(blocks)}) == []
    assert len(message.bare) <= limits.BARE


def assert_whole(of: Answer, made: Sequence[Message]) -> None:
    """Every quote and every mark is there in each form; every citation has its one button."""
    forms = [
        "\n".join(seen(m.blocks) for m in made),
        "\n".join(seen(m.plain) for m in made),
        html.unescape("\n".join(m.bare for m in made)),
    ]
    printed = of.text if of.table is None else ""
    for form in forms:
        for one in of.citations:
            assert f"[{one.n}]" in form
            quoted = f"“{one.quote}” [{one.n}]"
            assert quoted not in printed or literal(quoted) in literal(form)
    for blocks in ([m.blocks for m in made], [m.plain for m in made]):
        ids = [b["action_id"] for b in every(blocks, "button") if b["action_id"].startswith("passage:")]
        assert sorted(ids) == sorted(f"passage:{one.n}" for one in of.citations)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_real_answer_is_shown_whole_and_within_our_goal(assistant: Assistant, question: str) -> None:
    of = assistant.ask(question, today=date(2026, 11, 21))
    assert of.status is Status.ANSWERED
    made = messages(of)
    assert_whole(of, made)
    for message in made:
        assert_message(message)
        assert_goal(message)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_words_are_those_of_the_terminal(assistant: Assistant, question: str) -> None:
    of = replace(assistant.ask(question, today=date(2026, 11, 21)), table=None)
    made = messages(of)
    for form in (seen(sum((m.blocks for m in made), ())), html.unescape("\n".join(m.bare for m in made))):
        flat = " ".join(form.split())
        assert all(" ".join(line.removeprefix("• ").split()) in flat for line in of.text.split("\n"))
        assert reading_text(of.reading) in flat


def test_the_answer_comes_first_and_the_feedback_last() -> None:
    (message,) = messages(answer([citation(1)]))
    first = message.blocks[0]
    assert first["elements"][0]["elements"][0]["text"] == "Ofsted, ILACS inspection, Dudley"
    assert first["elements"][0]["elements"][0]["style"] == {"bold": True}
    assert message.blocks[-1]["type"] == "context_actions"
    (verdict,) = message.blocks[-1]["elements"]
    assert (verdict["positive_button"]["value"], verdict["negative_button"]["value"]) == (f"good:{ID}", f"bad:{ID}")


def test_three_documents_are_open_and_the_others_folded_away_with_their_buttons() -> None:
    of = answer([citation(n) for n in range(1, 9)])
    (message,) = messages(of)
    (folded,) = every(message.blocks, "container")
    inside = seen(folded["child_blocks"])
    outside = seen([block for block in message.blocks if block is not folded])
    assert [n for n in range(1, 9) if f"Inspection {n}" in outside] == [1, 2, 3]
    assert [n for n in range(1, 9) if f"Show passage [{n}]" in outside] == [1, 2, 3]
    assert [n for n in range(1, 9) if f"Show passage [{n}]" in inside] == [4, 5, 6, 7, 8]
    assert folded["title"]["text"] == "5 more sources: [4] to [8]"
    assert folded["is_collapsible"]
    assert folded["default_collapsed"]


def test_at_most_five_passages_of_the_open_documents_have_their_button_outside() -> None:
    cited = [citation(n, source="one.pdf" if n < 9 else "two.pdf", title="Report") for n in range(1, 11)]
    (message,) = messages(answer(cited))
    (folded,) = every(message.blocks, "container")
    buttons = [b["action_id"] for b in every(folded, "button")]
    assert buttons == [f"passage:{n}" for n in (5, 6, 7, 8, 10)]  # the second document keeps one outside


def test_a_source_says_what_it_is_where_the_quote_stands_and_who_speaks() -> None:
    said = citation(1, title="Reply <b>", kind="letter", voice="The director", page=3, paragraph="12")
    (message,) = messages(answer([said]))
    assert "*<https://files.example.org/1|Reply &lt;b&gt;>*" in "".join(limits.texts(message.blocks))
    assert "Ofsted, letter, 9 May 2022 · [1] page 3, paragraph 12; speaking: The director" in seen(message.blocks)


def test_a_button_tells_which_passage_it_opens() -> None:
    (message,) = messages(answer([citation(1)]))
    value = next(b["value"] for b in every(message.blocks, "button") if b["action_id"] == "passage:1")
    assert json.loads(value) == {"s": "town/1.pdf", "p": 1, "q": "Sentence 1 stands here."}


@given(st.text(max_size=300), st.text(max_size=5_000))
def test_a_buttons_value_is_json_within_its_limit_and_holds_no_mention(source: str, quote: str) -> None:
    value = passage_value(source, None, quote)
    said = json.loads(value)
    assert len(value) <= limits.BUTTON_VALUE
    assert said["s"] == source
    assert quote.startswith(said["q"])
    assert said["q"] or not quote or len(source) > 100
    assert "<" not in value


def test_judgements_are_drawn_as_a_table_under_their_heading(assistant: Assistant) -> None:
    of = assistant.ask("What are Dudley's judgements over time?", today=date(2026, 11, 21))
    assert of.table is not None
    (message,) = messages(of)
    (table,) = every(message.blocks, "data_table")
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert rows == [list(of.table.columns), *([cell or "–" for cell in row] for row in of.table.rows)]
    assert table["page_size"] == len(of.table.rows)
    heading = of.text.split("\n")[0]
    assert seen(message.blocks).startswith(heading)
    assert of.text in seen(message.plain)


def test_a_table_that_no_message_holds_becomes_lines() -> None:
    cited = [citation(n, quote="good") for n in range(1, 100)]
    text = "\n".join(
        ["Judgements:", *(f"• good – ILACS inspection, published in the year {c.n} [{c.n}]" for c in cited)]
    )
    table = Table("Judgements", ("Judgement", "Source"), tuple(("good " * 20, f"[{c.n}]") for c in cited))
    of = answer(cited, text, table=table)
    made = messages(of)
    assert not list(every([m.blocks for m in made], "data_table"))
    assert_whole(of, made)


def test_a_long_answer_is_cut_between_lines_and_its_heading_said_again() -> None:
    of = answer([citation(n, source="one.pdf", quote=f"{n} {'word ' * 60}end.") for n in range(1, 21)])
    made = messages(of)
    assert len(made) > 2
    assert [m.text.split(")")[0] for m in made[1:]] == [f"({n} of {len(made)}" for n in range(2, len(made) + 1)]
    assert seen(made[1].blocks).startswith(f"(2 of {len(made)})\nOfsted, ILACS inspection, Dudley")
    assert "continued:" in seen(made[1].blocks)
    for early in made[:-1]:
        assert not list(every(early.blocks, "feedback_buttons"))
        assert "Index of" not in seen(early.blocks)
        assert not any(b["action_id"].startswith("suggest") for b in every(early.blocks, "button"))
    assert_whole(of, made)


def test_a_heading_is_never_the_last_line_of_a_message() -> None:
    lines, cited = [], []
    for n in range(1, 30):
        cited.append(citation(n, source="one.pdf", quote=f"{n} {'word ' * 50}end."))
        lines += [f"Part {n}:", f"• “{cited[-1].quote}” [{n}]"]
    for message in messages(answer(cited, "\n".join(lines))):
        texts = [block for block in message.blocks if block["type"] == "rich_text"]
        assert all(block["elements"][-1]["type"] == "rich_text_list" for block in texts)


def test_a_line_that_no_message_holds_is_cut_after_a_mark() -> None:
    cited = [citation(n, quote=f"{n} {'word ' * 280}end.") for n in range(1, 4)]
    of = answer(cited, " ".join(f"“{c.quote}” [{c.n}]" for c in cited))
    made = messages(of)
    assert len(made) == 2
    assert_whole(of, made)
    assert made[0].text == "An answer (3 sources)"
    for message in made:
        assert_goal(message)


_WORDS = st.text(st.sampled_from("abc dé<>|&*_~`:@!#[]1“”’\n\t\u202e\x00\ud800é漢😀"), max_size=60)
_QUOTES = st.one_of(
    _WORDS.map(lambda text: f"q {' '.join(text.split())}"), st.integers(200, 1_490).map(lambda n: ("word " * 300)[:n])
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Big answers about hostile documents: up to 60 citations of up to 40 documents."""
    number = draw(st.integers(1, 60))
    documents = draw(st.integers(1, 40))
    titles = draw(st.lists(_WORDS, min_size=1, max_size=5))
    quotes = draw(st.lists(_QUOTES, min_size=1, max_size=6))
    cited = [
        citation(
            n,
            source=f"{(n * documents) // (number + 1)}.pdf",
            title=titles[n % len(titles)],
            quote=f"{quotes[n % len(quotes)]} {n}",
            voice=titles[-1],
            heading=titles[0],
            page=None if n % 3 else n,
        )
        for n in range(1, number + 1)
    ]
    lines = []
    for one in cited:
        lines += [f"{' '.join(one.title.split())} (published):"] if draw(st.booleans()) else []
        lines.append(f"• “{one.quote}” [{one.n}]")
    return answer(cited, "\n".join(lines))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers(), st.lists(_WORDS, max_size=5), st.booleans())
def test_whatever_an_answer_holds_it_is_whole_safe_and_within_every_limit(
    of: Answer, words: list[str], claim: bool
) -> None:
    made = messages(of, suggestions=tuple(words), said_back=tuple(words), private=True, claim=claim)
    assert_whole(of, made)
    for message in made:
        assert_message(message)
        assert_goal(message)
    visible = {
        text
        for message in made
        for block in message.blocks
        if block["type"] == "context"
        for text in limits.texts(block)
        if text.startswith("*") and "\n" in text
    }
    assert len({text.split("\n")[0] for text in visible}) <= 3


@pytest.mark.parametrize("text", [HOSTILE, "", " ", "\n", "\ud800", "“" * 500])
def test_hostile_words_in_every_place_do_nothing(text: str) -> None:
    hostile = citation(
        1, source="x.pdf", title=text, publisher=text, kind=text, heading=text, voice=text, page=None, url=text
    )
    shown = Shown(answer([hostile], f"{text}\n• “q” [1]"), ID, FRESH, (text,), (text,), text, True, True, True)
    for message in (
        *answer_messages(shown),
        *shared_messages(shown),
        *messages(abstained(text)),
        notes.note(text),
    ):
        assert_message(message)
    for view in (correct_view(text, text, [text, "b"], "{}"), share_view(text, ID)):
        assert_safe(view["blocks"])
        assert judge_view(view, "modal") == []


def test_an_abstention_says_why_and_how_it_was_read_and_what_to_ask_instead() -> None:
    (message,) = messages(abstained("4 documents were searched; they do not speak of “falconry”."))
    text = seen(message.blocks)
    assert text.startswith("No answer.\n 4 documents were searched; they do not speak of “falconry”.")
    assert "Read as said – any document. I read 2019 as published in 2019." in text
    assert "Index of 5 November 2026 · 197 documents · newest published 21 May 2026" in text
    assert [b["action_id"] for b in every(message.blocks, "button")] == ["correct", "suggest:0", "suggest:1"]
    assert "Sources" not in text
    assert message.text == "No answer. 4 documents were searched; they do not speak of “falconry”."


def test_a_claim_is_set_against_the_reports_without_a_verdict() -> None:
    (message,) = messages(answer([citation(1)]), claim=True, private=True, question_shown="Caseloads have doubled.")
    text = seen(message.blocks)
    assert text.startswith("What the reports say about this claim\nCaseloads have doubled.\n")
    assert "no verdict is given" in text
    assert "share" in [b["action_id"] for b in every(message.blocks, "button")]


def test_a_shared_answer_names_its_question_and_nobody() -> None:
    shown = Shown(answer([citation(1)]), ID, FRESH, private=True, correctable=True)
    (message,) = shared_messages(shown)
    assert seen(message.blocks).startswith("Shared by a colleague, who asked: *What was said?*")
    assert {b["action_id"] for b in every(message.blocks, "button")} == {"passage:1"}


def test_a_question_asked_by_a_button_is_shown_on_top() -> None:
    (message,) = messages(answer([citation(1)]), question_shown="What about 2020?")
    assert seen(message.blocks).startswith("Asked: *What about 2020?*")


def test_the_summary_is_the_first_statement_and_the_number_of_sources() -> None:
    (message,) = messages(answer([citation(1), citation(2)]))
    assert message.text == (
        "Ofsted, ILACS inspection, Dudley (published 9 May 2022): • “Sentence 1 stands here.” [1] (2 sources)"
    )


@given(st.text(), st.integers(1, 200))
def test_shortened_text_keeps_to_its_length(text: str, most: int) -> None:
    for made in (shorten(text, most), clip(text, most), escaped(text, most), mrkdwn(text, max(most, 5))):
        assert len(made) <= max(most, 5)


@given(st.lists(st.sampled_from(["some words ", "“a quote of words” [1]", "[2]", " ", "“an “inner” one” [3] [4]"])))
def test_shortening_never_cuts_a_quote_or_a_mark(parts: list[str]) -> None:
    text = "".join(parts)
    for most in range(1, len(text) + 1):
        made = shorten(text, most)
        body = made.removesuffix("…")
        assert text.startswith(body)
        assert body.count("“") == body.count("”")
        assert body.count("[") == body.count("]")
        assert not body.endswith("”") or not text[len(body) :].lstrip().startswith("[")


def test_text_is_shortened_at_the_end_of_a_word() -> None:
    assert shorten("several plain words", 14) == "several plain…"
    assert shorten("several plain words", 13) == "several…"
    assert clip("x" * 50, 10) == "x" * 9 + "…"


@given(st.text())
def test_text_for_mrkdwn_never_formats_mentions_or_draws_an_emoji(text: str) -> None:
    safe = mrkdwn(text)
    assert not re.search(r"[<>*~`]|:[\w+'-]+:|(?<!\w)_|_(?!\w)", safe)
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "slack://x", "//host", "https://", "http://[", "mailto:a@b.c", "x", "", None]
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link(url, "a <title>") == "a &lt;title&gt;"


def test_an_address_cannot_end_its_link_early() -> None:
    assert link("https://a.example/x|y>z <!channel>", "t") == "<https://a.example/x%7Cy%3Ez%20%3C!channel%3E|t>"


def test_notes_are_short_and_safe() -> None:
    every_note = [
        notes.note("a <b> & c"),
        notes.stopped(),
        notes.failed(),
        notes.help_message(),
    ]
    for message in every_note:
        assert_message(message)
    assert notes.note("a <b> & c").text == "a &lt;b&gt; &amp; c"


def test_the_place_in_the_queue_is_said_in_words() -> None:
    assert [notes.queue_words(ahead) for ahead in (0, 1, 5)] == [
        "is next in the queue",
        "is waiting: 1 question before yours",
        "is waiting: 5 questions before yours",
    ]


def test_the_modals_keep_what_they_need_and_hold_every_limit() -> None:
    views = [
        (feedback_view(ID), FEEDBACK),
        (correct_view("q " * 2_000, "Read as said", [f"Reading {n}" * 20 for n in range(30)], "{}"), CORRECT),
        (share_view("Which channel?", ID), SHARE),
    ]
    for view, callback in views:
        assert view["callback_id"] == callback
        assert judge_view(view, "modal") == []
    assert views[0][0]["private_metadata"] == ID
    assert [o["value"] for o in next(every(views[0][0], "checkboxes"))["options"]] == list(REASONS)


def test_what_a_modal_keeps_is_never_cut() -> None:
    with pytest.raises(ValueError, match="3000"):
        correct_view("q", "r", [], "x" * 3_001)


def test_a_channel_is_chosen_among_those_of_this_workspace() -> None:
    (select,) = every(share_view("q", ID), "conversations_select")
    assert select["filter"] == {
        "include": ["public", "private"],
        "exclude_bot_users": True,
        "exclude_external_shared_channels": True,
    }


def long_answer(quotes: int, words: int = 12) -> Answer:
    """An answer with two findings, and as many more for who wants them."""
    cited = [citation(n, quote=f"Finding {n} {'word ' * words}".strip()) for n in range(1, quotes + 3)]
    told = [f"• “{one.quote}” [{one.n}]" for one in cited]
    return answer(cited, "\n".join(["Report:", *told[:2], "More:", "Report:", *told[2:]]))


def test_what_only_some_want_is_folded_away_below_the_short_answer() -> None:
    of = long_answer(3)
    (message,) = messages(of)
    assert_whole(of, (message,))
    assert_message(message)
    (fold,) = [block for block in message.blocks if "More:" in str(block.get("title", {}).get("text", ""))]
    assert fold["title"]["text"] == "More: 3 more findings"
    assert "Finding 3" in seen(fold["child_blocks"])
    assert "Finding 2" not in seen(fold["child_blocks"])
    assert "More:" in message.bare


def test_what_is_too_much_for_one_message_is_told_openly_over_several() -> None:
    of = long_answer(30, 40)
    made = messages(of)
    assert len(made) > 1
    assert_whole(of, made)
    for message in made:
        assert_message(message)
