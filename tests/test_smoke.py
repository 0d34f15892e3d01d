"""A new index is asked before it is published: a healthy one passes, however odd, and one that is not is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from small_index import RULES, STEPS, SmallEmbedder, build_small

from assistant.ask import Assistant
from assistant.records import Answer, Citation
from assistant.smoke import answer_fault, smoke
from index.audience import INTERNAL
from index.build import build
from index.embedding import LocalEmbedder
from index.errors import IndexUnusableError
from index.generation import OpenIndex, current_id, open_current
from index.records import Description, Document
from index.sources import Sources

pytest_plugins = ["fixtures_answers"]


def test_a_healthy_index_passes(assistant: Assistant, embedder: LocalEmbedder) -> None:
    smoke(embedder)(assistant.index)
    smoke(embedder, home="Leeds", base_url="https://example.org/")(assistant.index)


ODD = {
    "one undated press article": ("press.txt", "The council said that nothing had been found. It would look again."),
    "no word of English": ("numbers.txt", "Αυτό είναι ένα κείμενο στα ελληνικά.\n\n1 2 3 4 5 6 7 8 9 10 11 12 a b c."),
    "the same words again and again": ("again.txt", "\n\n".join(["The same words are said once more here."] * 30)),
    "one endless sentence": ("long.txt", "word and " * 900 + "no end."),
    "what looks like syntax": ("syntax.md", '"NEAR(a b)" AND OR NOT * ^ : {col} said "something" to somebody.'),
}


@pytest.mark.parametrize("what", ODD)
def test_a_healthy_odd_folder_passes(what: str, tmp_path: Path, embedder: LocalEmbedder) -> None:
    name, text = ODD[what]
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / name).write_text(text)
    build(tmp_path / "index", tmp_path / "docs", embedder, checks=[smoke(embedder)])


def test_an_index_of_what_nobody_may_read_passes(tmp_path: Path) -> None:
    def internal(sources: Sources, document: Document, base_url: str | None) -> Description:
        return replace(STEPS.describe(sources, document, base_url), audience=(INTERNAL,))

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Caseloads are high here.")
    steps = replace(STEPS, describe=internal)
    build(tmp_path / "index", tmp_path / "docs", SmallEmbedder(), steps=steps, checks=[smoke(SmallEmbedder())])


class Forgetful(SmallEmbedder):
    """Its passages are not where its questions look for them."""

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return np.roll(super().encode_passages(texts, on_done), 1, axis=1)


def test_passages_that_questions_do_not_find_are_told_and_the_index_before_stays(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Caseloads are high.\nVisits are regular.\nLeaders are new.")
    build_small(tmp_path / "index", tmp_path / "docs")
    embedder = Forgetful()
    with pytest.raises(
        IndexUnusableError, match=r"did not answer as it should: a passage of a\.txt is not found"
    ) as told:
        build(tmp_path / "index", tmp_path / "docs", embedder, steps=STEPS, force=True, checks=[smoke(embedder)])
    assert told.value.cure.startswith("The index in use is unchanged.")
    assert current_id(tmp_path / "index") == "000001"
    assert not list((tmp_path / "index").glob("building-*"))
    with open_current(tmp_path / "index", SmallEmbedder.id, RULES) as index:
        smoke(SmallEmbedder())(index)


def test_passages_that_their_own_words_do_not_find_are_told(
    assistant: Assistant, embedder: LocalEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(assistant.index.catalogue), "keyword_scores", lambda *_: {})
    with pytest.raises(IndexUnusableError, match="is not found by its own words"):
        smoke(embedder)(assistant.index)


def test_a_question_that_fails_is_told(
    assistant: Assistant, embedder: LocalEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("assistant.ask.tuned_choice", fail)
    with pytest.raises(IndexUnusableError, match=r"'What did .*' failed \(ZeroDivisionError"):
        smoke(embedder)(assistant.index)


@pytest.fixture
def answered(assistant: Assistant) -> Answer:
    answer = assistant.ask("What did Ofsted say about caseloads?")
    assert answer.citations
    assert answer_fault(answer, assistant.index.catalogue) == ""
    return answer


def _with(answer: Answer, **changes: object) -> Answer:
    first, *rest = answer.citations
    changed: Citation = replace(first, **changes)  # type: ignore[arg-type]  # as given
    return replace(answer, citations=(changed, *rest))


def test_quotes_that_do_not_stand_and_marks_without_citation_are_faults(answered: Answer, assistant: Assistant) -> None:
    catalogue = assistant.index.catalogue
    for wrong in (
        _with(answered, quote="Caseloads were never mentioned by anybody."),
        _with(answered, page=999),
        _with(answered, quote=""),
    ):
        assert "does not stand in" in answer_fault(wrong, catalogue)
    more = replace(answered, text=f"{answered.text} [99]")
    assert answer_fault(more, catalogue) == answer_fault(_with(answered, n=98), catalogue) != ""


def test_checks_see_the_new_generation_whole_before_it_has_its_name(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def look(index: OpenIndex) -> None:
        assert index.folder.name.startswith("building-")
        assert index.vectors.vectors(index.catalogue.passage_ids()).shape == (1, 8)
        seen.append((index.manifest.generation, len(index.catalogue.documents())))

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Caseloads are high.")
    build_small(tmp_path / "index", tmp_path / "docs", checks=[look, look])
    build_small(tmp_path / "index", tmp_path / "docs", checks=[look])  # nothing new, nothing to look at
    assert seen == [("000001", 1)] * 2
