"""The words that a deployment adds to the project's own: merged, checked, and in use at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers_index import read

from assistant.interpret.glossary import find_subjects
from assistant.interpret.meanings import meaning_of
from assistant.interpret.vocabulary import extend, vocabulary
from assistant.records import Intent
from index.errors import SettingsError

ADDED = """
- subject: front door
  asked: [the welcome desk]
- subject: snark hunting
  terms: [snark, snarks]
- word: WHIZ
  long: Wakefield hub for intervention
  means: the place where all contacts arrive.
- word: MASH
  means: our own team
"""


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "glossary.yaml"
    file.write_text(ADDED, encoding="utf-8")
    yield file
    extend(None)


def test_what_is_added_stands_beside_the_projects_own(added: Path) -> None:
    assert find_subjects("the welcome desk") == ()
    extend(added)
    assert [subject.name for subject in find_subjects("the welcome desk")] == ["front door"]
    assert [subject.name for subject in find_subjects("referral to the multi-agency safeguarding hub")][:1] == [
        "front door"
    ]
    assert read("what did Ofsted say about the welcome desk?").subjects == ("front door",)
    assert read("how is snark hunting going?").subjects == ("snark hunting",)
    assert read("what is WHIZ?").intent is Intent.MEANING


def test_a_word_that_is_known_is_explained_as_the_deployment_has_it(added: Path) -> None:
    extend(added)
    word = meaning_of("mash")
    assert word is not None
    assert (word.means, word.long) == ("our own team", "")


def test_without_a_file_the_projects_own_words_are_in_use_again(added: Path) -> None:
    extend(added)
    extend(None)
    assert find_subjects("the welcome desk") == ()
    assert all(subject.name != "snark hunting" for subject in vocabulary().subjects)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("subject: x", "holds no list of entries"),
        ("- [1, 2]", "Entry 1 of the glossary {file} is no mapping"),
        ("- subject: x\n  terms: [y]\n- terms: [y]", "Entry 2 of the glossary {file} has neither “subject” nor “word”"),
        ("- subject: x", "Entry 1 of the glossary {file} (x) has no words under"),
        ("- subject: x\n  terms: y", "(x) needs a list of words under “terms”"),
        ("- subject: x\n  terms: [47]", "(x) needs a list of words under “terms”"),
        ("- subject: x\n  term: [y]", "(x) has the key “term”, which is none of asked, loose, related, subject, terms"),
        ("- word: x", "(x) says nothing under “means”"),
        ("- word: x\n  means: [y]", "(x) needs a text under “means”"),
        ("- word: 12\n  means: y", "has no text under “word”"),
        ("- subject: [", "is not YAML"),
        ("\xff", "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused_by_name_and_entry(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(text, encoding="latin-1")
    before = vocabulary()
    with pytest.raises(SettingsError) as raised:
        extend(file)
    assert told.format(file=file) in str(raised.value)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert vocabulary() is before


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml cannot be read"):
        extend(tmp_path / "none.yaml")
