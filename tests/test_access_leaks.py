"""An index with documents that a reader may not see answers that reader exactly as one that never held them.

INSPECTIONS_TEST_LEAKS=10000 pytest -s tests/test_access_leaks.py -k at_random   asks that many questions.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from made_once import made_once
from secret_index import (
    CANARIES,
    COPY,
    SECRETS,
    TODAY,
    UNDATED,
    built,
    counted,
    doors,
    opened,
    questions,
    readable,
)

from assistant.ask import Assistant
from assistant.records import Status
from assistant.suggest import _said_before
from index.audience import RESTRICTED, Clearance, cleared_for
from index.catalogue import Catalogue
from index.generation import CATALOGUE, current_manifest
from index.standing import read_standing

ASKED = int(os.environ.get("INSPECTIONS_TEST_LEAKS", "150"))
GROUPS = (("internal",), ("legal",), ("finance", "legal"), ("internal", "finance", "legal"), ("nobody-here",))


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "secret", lambda home: built(home, secrets=True) and None)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "public", lambda home: built(home, secrets=False) and None)


@pytest.fixture(scope="module")
def pair(secret: Path, public: Path) -> Iterator[tuple[Assistant, Assistant]]:
    """A public reader's assistants on the index that has secrets, and on the one that has none."""
    with ExitStack() as stack:
        both = opened(secret), opened(public)
        for one in both:
            stack.enter_context(one.index)
        yield both


def told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).casefold()


def test_the_secret_documents_are_held_and_each_for_those_who_may_read_it(secret: Path) -> None:
    catalogue = Catalogue(current_manifest(secret / "index")[0] / CATALOGUE)
    found = {source: audience for (source, _), audience in catalogue.audiences().items()}
    catalogue.close()
    sources = {source for source in found if source in {*SECRETS, COPY}}
    assert sources == {*SECRETS, COPY} - {"oldham/copied.txt"}  # the same bytes stand there once
    for source in sources:
        name = "internal" if source == COPY else SECRETS[source][2]
        assert found[source] == (name or RESTRICTED,), source
    held = read_standing(secret / "index").audiences
    assert sorted(held.values()) == sorted(found[source] for source in sources)


def test_the_public_see_exactly_what_they_would_see_of_an_index_without_the_others(
    pair: tuple[Assistant, Assistant], secret: Path, public: Path
) -> None:
    with_secrets, without = counted(pair[0], secret / "index"), counted(pair[1], public / "index")
    assert with_secrets == without
    assert not [canary for canary in CANARIES if canary in told(with_secrets)]
    assert "cornwall" not in told(with_secrets["documents"])


def test_an_undated_document_takes_no_date_from_one_that_its_readers_may_not_see(
    pair: tuple[Assistant, Assistant],
) -> None:
    blog = next(one for one in pair[0].index.catalogue.documents() if one.source == UNDATED)
    assert blog.description.published is None


def test_questions_at_random_are_answered_alike_with_and_without_secret_documents(
    pair: tuple[Assistant, Assistant],
) -> None:
    """Answers, texts, scores, counts, suggestions and reasons; no word of a secret document that was not asked for."""
    answered = leaked = differing = 0
    for question in questions(1, ASKED):
        with_secrets, without = (doors(one, question) for one in pair)
        differing += with_secrets != without
        said = told(with_secrets)
        leaked += any(canary in said for canary in CANARIES if canary not in question.casefold())
        answered += with_secrets["answer"]["status"] == Status.ANSWERED.value
    print(f"\n{ASKED} questions, {answered} answered: {leaked} leaks, {differing} answered otherwise than without")
    assert (leaked, differing) == (0, 0)
    assert answered > ASKED / 10


@pytest.mark.parametrize("names", GROUPS)
def test_a_group_sees_what_is_theirs_and_nothing_of_the_others(names: tuple[str, ...], secret: Path) -> None:
    clearance = cleared_for(names)
    theirs = readable(clearance)
    assistant = opened(secret, clearance)
    with assistant.index:
        said = told(counted(assistant, secret / "index"))
        assert {canary for canary in CANARIES if canary in said} == theirs
        for question in questions(2, max(20, ASKED // 50)):
            out = told(doors(assistant, question))
            assert not [one for one in CANARIES if one in out and one not in theirs and one not in question.casefold()]
        for canary in theirs:
            (found, *_) = assistant.index.catalogue.keyword_scores([f"{canary}text"])
            assert f"{canary}text" in assistant.index.catalogue.passages([found])[0].text


def test_what_was_remembered_for_one_reader_is_not_told_another(secret: Path) -> None:
    """Suggestions remember which questions are answered: here one that a group asks first, and then everybody."""
    question = "How was Cornwall judged overall in 2031?"
    inside, outside = opened(secret, cleared_for(["internal"])), opened(secret)
    with inside.index, outside.index:
        assert _said_before(question, inside, TODAY, None) is not None
        assert _said_before(question, outside, TODAY, None) is None
        assert _said_before(question, inside, TODAY, None) is not None


def test_nobody_is_cleared_for_what_awaits_a_decision(secret: Path) -> None:
    assistant = opened(secret, Clearance(frozenset({"public", "internal", "legal", "finance"})))
    with assistant.index:
        assert "qzmarked" not in told(counted(assistant, secret / "index"))
