"""Passages are slices of their document, in its order, of the right size, and say who speaks in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from conftest import entry_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.embedding import LocalEmbedder, indexed_text
from index.passages import TINY, header, part_of, passages
from index.records import (
    Block,
    BlockKind,
    Description,
    Document,
    Interval,
    Kind,
    Page,
    Part,
    Passage,
    RawText,
    Span,
    VoiceKind,
)
from index.structure import structure

REPORT = replace(entry_of().description, published=None, inspected=None)
MOST = 60  # words: a small limit shows what happens at it


def count(text: str) -> int:
    """As an embedder counts: two tokens more than words."""
    return len(text.split()) + 2


def document(*pages: str, paged: bool = True) -> Document:
    texts = tuple(Page(n if paged else None, text) for n, text in enumerate(pages, start=1))
    return structure("a.pdf", "0123456789abcdef0123", RawText(texts))


def made(*pages: str, description: Description = REPORT, most: int = MOST, paged: bool = True) -> tuple[Passage, ...]:
    return passages(document(*pages, paged=paged), description, count, most)


def words(number: int, mark: str = "word") -> str:
    return " ".join([mark.capitalize(), *[mark] * (number - 1)]) + "."


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "Findings",
            "The experiences and progress of care leavers: good",
            "What needs to improve",
            "1. " + words(9),
            "2. " + words(30),
            "3. " + words(4) + " " + words(5),
            "• " + words(12),
            "• item without a stop",
            words(75),
            words(14) + " “" + words(6),
            "who go on. " + words(8),
            "Judgement Grade",
            "Overall effectiveness Good",
            "7",
            "Page 2 of 9",
            "8.1 None.",
            "Dear Ann",
            "”",
        ]
    ),
    max_size=14,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=3))
@example(["Findings", f"What needs to improve\n7\nFindings\nwho go on. {words(8)}"])  # a header within a paragraph
@example(["”", f"Findings\n”\n{words(9)}"])  # a running header that is a mark
def test_passages_of_any_document_keep_their_promises(pages: list[str]) -> None:
    doc = document(*pages)
    found = passages(doc, REPORT, count, MOST)
    assert found == passages(doc, REPORT, count, MOST)
    assert [p.id for p in found] == [f"0123456789abcdef-{place}" for place in range(len(found))]
    assert [p.ordinal for p in found] == list(range(len(found)))
    _check_spans(doc, found)
    _check_context(doc, found)
    for passage in found:
        fits = count(indexed_text(passage.header, passage.text)) <= MOST
        assert fits or len(passage.sentences) == 1


def _check_spans(doc: Document, found: tuple[Passage, ...]) -> None:
    """Text and sentences are slices; each sentence lies within its passage; both are in reading order, none twice."""
    spans = [span for passage in found for span in passage.spans]
    assert all(before.page < after.page or before.end <= after.start for before, after in pairwise(spans))
    for passage in found:
        assert passage.text == doc.text(passage.spans)
        assert passage.sentences
        inner = [span for sentence in passage.sentences for span in sentence.spans]
        assert all(a.page < b.page or a.end <= b.start for a, b in pairwise(inner))
        for span in inner:
            assert doc.pages[span.page].text[span.start : span.end].strip()
            assert any(o.page == span.page and o.start <= span.start and span.end <= o.end for o in passage.spans)


def _check_context(doc: Document, found: tuple[Passage, ...]) -> None:
    """No furniture is in a passage; its headings are those of each of its paragraphs."""
    for passage in found:
        for paragraph in doc.paragraphs:
            shared = any(
                one.page == other.page and one.start < other.end and other.start < one.end
                for one in paragraph.spans
                for other in passage.spans
            )
            if shared:
                assert paragraph.kind is not BlockKind.FURNITURE
                assert paragraph.kind is BlockKind.HEADING or paragraph.headings == passage.headings


def test_no_sentence_of_three_words_is_left_out() -> None:
    page = f"Findings\n1. {words(30, 'one')} {words(40, 'two')}\n2. {words(5, 'three')}\n• {words(9, 'four')}"
    text = " ".join(passage.text.lower() for passage in made(page))
    assert {mark: text.count(mark) for mark in ("one", "two", "three", "four")} == {
        "one": 30,
        "two": 40,
        "three": 5,
        "four": 9,
    }


def test_tiny_paragraphs_under_one_heading_are_merged_until_they_are_no_longer_tiny() -> None:
    page = "Findings\n" + "\n".join(f"{n}. {words(15)}" for n in range(1, 6))
    found = made(page, most=256, paged=False)
    assert [p.number for p in found] == ["1", "4"]
    assert found[0].text.startswith("1. Word")
    assert len(found[0].sentences) == 3
    assert count(found[0].text) >= TINY


def test_a_paragraph_that_is_large_enough_stands_alone() -> None:
    page = "Findings\n" + "\n".join(f"{n}. {words(45)}" for n in range(1, 4))
    assert [p.number for p in made(page, most=256)] == ["1", "2", "3"]


def test_paragraphs_under_different_headings_are_never_merged() -> None:
    page = f"Title\n{words(3)}\nFindings\n1. {words(3)}\nSummary\n2. {words(3)}"
    assert [p.headings for p in made(page)] == [(), ("Findings",), ("Summary",)]


def test_a_long_paragraph_is_split_between_sentences_only() -> None:
    page = "Findings\n1. " + " ".join(words(20) for _ in range(5))
    found = made(page)
    assert len(found) > 1
    assert all(p.text.rstrip().endswith(".") and len(p.sentences) >= 1 for p in found)
    assert [p.number for p in found] == ["1"] * len(found)
    assert found[1].text.startswith("Word")


def test_a_sentence_longer_than_the_limit_is_kept_whole_and_alone() -> None:
    found = made(f"Findings\n1. {words(5)} {words(100)} {words(5)}")
    assert [len(p.sentences) for p in found] == [1, 1, 1]
    assert count(found[1].text) == 102


def test_headings_too_long_for_the_header_are_left_out_of_it_outermost_first() -> None:
    outer, inner = "Overview of " + "outer " * 14 + "things", "Inner matters of the service"
    found = made(f"Title\n{words(4)}\n\n{outer}\n\n{inner}\n1. {words(9)}")[-1]
    assert found.headings == (outer, inner)
    assert "outer" not in found.header
    assert inner in found.header
    assert count(indexed_text(found.header, found.text)) <= MOST


def test_a_text_of_fewer_than_three_words_is_no_passage() -> None:
    assert made("8.1 None.") == ()
    assert made("") == ()


def test_the_headings_of_a_cover_can_be_quoted_but_a_web_pages_cannot() -> None:
    page = f"Inspection of Leeds children’s services\nLead inspector: Ann Smith\n1. {words(50)}"
    assert "Ann Smith" in made(page)[0].text
    assert "Ann Smith" not in made(page, paged=False)[0].text


def test_a_table_stays_whole() -> None:
    table = "Judgement Grade\nThe impact of leaders on social work practice Good\nOverall effectiveness Good"
    doc = document(f"{table}\n1. {words(50)}")
    assert doc.text(passages(doc, REPORT, count, 256)[0].sentences[0].spans) == table


def test_a_footnote_number_between_two_paragraphs_is_in_no_passage() -> None:
    found = made(f"Findings\n{words(4)}\n\n2\nThese are schools of the area.\n", "2\nmore here to read.\n3")
    assert not any("2" in p.text or "3" in p.text for p in found)


def test_spans_run_on_over_unusual_spaces_and_lone_marks() -> None:
    found = made("Findings\n1. Ann Smith said: “We know.”\u202f \u202fThey wait for “long.\u00a0They go.")
    assert len(found[0].spans) == 1


def test_the_header_says_publisher_kind_authority_time_and_the_two_nearest_headings() -> None:
    when = Interval(date(2019, 9, 1), date(2019, 10, 31))
    about = replace(REPORT, publisher="Ofsted", kind=Kind.ILACS, authorities=("Leeds",), inspected=when)
    assert header(about, ("A", "B", "C")) == ("Ofsted ILACS inspection Leeds September 2019 to October 2019 | B | C")
    july = replace(about, inspected=None, published=Interval(date(2019, 7, 4), date(2019, 7, 4)))
    assert header(july, ()) == "Ofsted ILACS inspection Leeds July 2019"
    assert header(replace(about, inspected=None, authorities=()), ()) == "Ofsted ILACS inspection"


@pytest.mark.parametrize(
    ("headings", "part"),
    [
        ((), Part.FINDING),
        (("Findings", "Health"), Part.FINDING),
        (("Executive summary",), Part.SUMMARY),
        (("Headline findings",), Part.SUMMARY),
        (("What needs to improve?",), Part.RECOMMENDATION),
        (("Recommendations", "Health"), Part.RECOMMENDATION),
        (("Information about this inspection",), Part.CONTEXT),
        (("What the inspection judgements mean",), Part.CONTEXT),
        (("Children living in this area",), Part.CONTEXT),
    ],
)
def test_the_nearest_telling_heading_says_which_part_it_is(headings: tuple[str, ...], part: Part) -> None:
    assert part_of(headings) is part


def test_voices_follow_a_quotation_that_the_sentences_are_cut_out_of() -> None:
    press = replace(REPORT, publisher="The Post", kind=Kind.PRESS, authorities=("Leeds",))
    text = "Ann Smith said: “Leaders know. Staff act.” Ofsted found that children wait."
    found = made(text, description=press, paged=False)
    assert [s.voice.kind for p in found for s in p.sentences] == [
        VoiceKind.PERSON,
        VoiceKind.PERSON,
        VoiceKind.INSPECTORATE_REPORTED,
    ]


def test_items_under_a_heading_that_names_the_inspectorate_are_heard_as_its_own() -> None:
    text = "What Ofsted found\nChildren wait too long for help."
    blocks = (Block(Span(0, 0, 17), BlockKind.HEADING, 2), Block(Span(0, 18, 50), BlockKind.ITEM))
    doc = structure("a.html", "", RawText((Page(None, f"Intro.\n{text}"),), tuple(_moved(b, 7) for b in blocks)))
    council = replace(REPORT, publisher="Leeds Council", kind=Kind.NEWS_ITEM)
    voice = passages(doc, council, count, MOST)[-1].sentences[0].voice
    assert (voice.kind, voice.name) == (VoiceKind.INSPECTORATE_REPORTED, "Ofsted")


def _moved(block: Block, by: int) -> Block:
    span = block.span
    return replace(block, span=Span(span.page, span.start + by, span.end + by))


def test_the_packaged_embedders_limit_holds_for_a_real_page(embedder: LocalEmbedder) -> None:
    numbered = "\n".join(
        f"{n}. Children’s well-being (RI; 29.2%) is re-assessed, e.g. by IROs. " * 6 for n in range(1, 30)
    )
    found = passages(document(f"Findings\n{numbered}"), REPORT, embedder.count_tokens, embedder.max_tokens)
    sizes = [embedder.count_tokens(indexed_text(p.header, p.text)) for p in found]
    assert len(sizes) > 5
    assert max(sizes) <= embedder.max_tokens
