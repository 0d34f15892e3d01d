"""Learning weights finds what they are made of, never mixes authorities, and an ablation leaves out what it says."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from answers_index import ILACS_2019

from assistant.ask import Assistant
from assistant.cli.evaluate_text import ablation_text
from assistant.evaluate import learning
from assistant.evaluate.ablate import CSV, JSON, PARTS, USUAL_PARTS, WHOLE, Arm, ablate, as_data, keep_ablation
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.grid import combinations
from assistant.evaluate.learning import Example, as_table, examples, folds, group_of, learn
from assistant.evaluate.records import Form, Gold, Item, TestSet
from assistant.evaluate.running import Asking
from assistant.evaluate.sweep import Indexes
from assistant.settings import Settings
from assistant.tuning import Tuning
from assistant.worth import NAMES, worth_from
from index.passages import USUAL
from index.progress import Silent

pytest_plugins = "fixtures_answers"

CASELOADS = Gold(
    ILACS_2019, "Caseloads are too high across the service, and 17 social workers hold more than thirty", 2
)
QUESTIONS = ("what did Ofsted say about caseloads in Dudley in 2019?", "were caseloads too high in Dudley in 2019?")


def item(
    identity: str, question: str = QUESTIONS[0], authority: str = "", gold: tuple[Gold, ...] = (CASELOADS,)
) -> Item:
    return Item(identity, question, "said", 1, gold, slices={"authority": authority} if authority else {})


def set_of(*items: Item) -> TestSet:
    return TestSet("small", Form.QUOTES, Path("small.jsonl"), "a" * 64, items)


def made_up(count: int, weights: np.ndarray, seed: int = 1) -> list[Example]:
    """Examples whose sentences are marked by chance, the likelier the more their signs weigh."""
    chance = np.random.default_rng(seed)
    found = []
    for n in range(count):
        signs = chance.normal(size=(60, len(NAMES)))
        marked = chance.random(60) < 1 / (1 + np.exp(-(signs @ weights - 1)))
        found.append(Example(item(str(n)), str(n), signs, marked))
    return found


def test_learning_finds_the_weights_that_sentences_were_marked_by() -> None:
    true = np.linspace(-2, 2, len(NAMES))
    found = np.array(learn(made_up(80, true)).weights)
    assert np.abs(found - true).max() < 0.35


def test_learning_is_the_same_every_time_and_whatever_the_order_of_questions() -> None:
    made = made_up(30, np.ones(len(NAMES)))
    assert learn(made) == learn(made)
    assert learn(made[::-1]).weights == pytest.approx(learn(made).weights, abs=1e-3)


def test_a_sign_that_never_changes_has_no_weight() -> None:
    made = [Example(one.item, one.group, one.signs * (np.arange(len(NAMES)) != 3), one.marked)
            for one in made_up(30, np.ones(len(NAMES)))]  # fmt: skip
    assert learn(made).weights[3] == 0.0


def test_from_too_few_questions_nothing_is_learned() -> None:
    with pytest.raises(EvaluationError, match="Too few questions"):
        learn(made_up(19, np.ones(len(NAMES))))


def test_what_was_learned_is_read_again() -> None:
    worth = learn(made_up(30, np.ones(len(NAMES))))
    assert worth_from(json.loads(json.dumps(as_table(worth, {"questions": 30})))) == worth


def test_folds_hold_every_question_once_and_no_authority_twice() -> None:
    items = [item(f"{n}", authority=f"Town {n % 7}") for n in range(30)]
    parts = folds(set_of(*items), 4)
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in items)
    towns = [{group_of(one) for one in part} for part in parts]
    assert sum(map(len, towns)) == len(set().union(*towns)) == 7
    assert max(map(len, parts)) - min(map(len, parts)) <= 5


def test_without_an_authority_the_document_is_the_group() -> None:
    assert group_of(item("a")) == ILACS_2019
    assert group_of(Item("b", "?", "unanswerable", 1)) == "b"


def test_examples_mark_the_sentences_that_answer(assistant: Assistant) -> None:
    other = Item("b", "caseloads in Leeds?", "unanswerable", 2)
    (found,) = examples(set_of(item("a"), other), assistant)
    assert found.signs.shape == (len(found.marked), len(NAMES))
    assert 1 <= found.marked.sum() < len(found.marked)


@pytest.mark.parametrize("name", PARTS)
def test_every_part_switches_something_off(name: str) -> None:
    (setting,) = combinations(PARTS[name])
    assert (setting.tuning, setting.sizes) != (Tuning(), USUAL)


@pytest.fixture(scope="module")
def arms(answers_index: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[TestSet, tuple[Arm, ...]]:
    """An ablation of slots, glossary and learned weights on a few questions about Dudley."""
    tmp_path = tmp_path_factory.mktemp("ablation")
    known = Settings(index=answers_index, source=answers_index.parent / "docs", _env_file=None)  # type: ignore[call-arg]
    asked = set_of(
        *(item(f"{at}-{n}", question, f"Town {n}") for n in range(3) for at, question in enumerate(QUESTIONS)),
        item("busy", "how busy were social workers in Dudley in 2019?", "Town 3"),
        Item("none", "caseloads in Leeds?", "unanswerable", 9),
    )
    parts = ("slots", "glossary", "learned weights")
    indexes, asking = Indexes(known, tmp_path, Silent()), Asking("", date(2026, 11, 21))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "FEWEST", 2)
        return asked, ablate(asked, parts, tmp_path / "made", indexes, asking, Silent())


def test_an_ablation_tells_what_is_lost_without_a_part(arms: tuple[TestSet, tuple[Arm, ...]]) -> None:
    asked, (whole, slots, glossary, weights) = arms
    assert (whole.name, whole.differences) == (WHOLE, ())
    assert whole.summary.items == len(asked.items)
    changes = {
        arm.name: {one.measure: one.change.value for one in arm.differences} for arm in (slots, glossary, weights)
    }
    assert changes["slots"]["abstained_rightly"] == -1.0
    assert changes["glossary"]["R@10"] <= 0
    assert changes["learned weights"]["R@10"] == 0.0


def test_an_ablation_is_kept_as_tables(arms: tuple[TestSet, tuple[Arm, ...]], tmp_path: Path) -> None:
    asked, made = arms
    keep_ablation(tmp_path, asked, made)
    rows = list(csv.DictReader((tmp_path / CSV).read_text(encoding="utf-8").splitlines()))
    assert {row["without"] for row in rows} == {"", "slots", "glossary", "learned weights"}
    assert all(row["change"] == "" for row in rows if not row["without"])
    assert json.loads((tmp_path / JSON).read_text(encoding="utf-8")) == json.loads(json.dumps(as_data(asked, made)))


def test_an_ablation_is_told_as_a_table_of_what_is_left_and_how_much_that_is_less(
    arms: tuple[TestSet, tuple[Arm, ...]],
) -> None:
    head, everything, slots, change, *_ = ablation_text(arms[1]).splitlines()
    assert head.split()[:2] == ["R@5", "R@10"]
    assert (everything.split()[0], slots.split()[:2]) == ("everything", ["without", "slots"])
    assert change.split()[head.split().index("abstained_rightly")].startswith("-1.000")


def test_headers_are_left_out_only_where_that_is_asked_for() -> None:
    """They need an index that is built aside."""
    assert set(PARTS) - set(USUAL_PARTS) == {"passage headers"}
