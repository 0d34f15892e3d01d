"""The measures of every question of a run.  What each measure is, say `retrieval` and `answering`; means are `slices`'.

A question that the run forgot scores 0, not nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from importlib.resources import files

from assistant.evaluate.answering import COSTS, QUALITIES, UNANSWERABLE, Held, answer_values, was_asked
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import write_whole
from assistant.evaluate.matching import passage_holds
from assistant.evaluate.records import Form, Item, Outcome, Run, Scores, TestSet
from assistant.evaluate.retrieval import RETRIEVAL, Values, by_document, document_values, span_values
from assistant.evaluate.slices import macro, micro, summaries_by
from index.catalogue import Catalogue, StoredDocument

FILE = "scores.json"
MEASURES = (*RETRIEVAL, *QUALITIES, *COSTS)
# Those that say the same of an index whatever the size of its passages: the others' ideal is made of a run's own.
ANY_SIZE = ("R@5", "R@10", "Success@1", "RR@10", "cited_recall", "cited_precision")
# What the values come from: with other code, they may be others.
_CODE = ("evaluate/answering.py", "evaluate/matching.py", "evaluate/retrieval.py", "evaluate/scoring.py",
         "fitting.py", "quotes.py")  # fmt: skip
DESCRIBED = ("authority", "year", "document_kind")  # slices that the documents tell where the set does not


@dataclass(frozen=True, slots=True)
class Scored:
    """A run with its set and the measures of each of the set's questions, in the set's order."""

    test_set: TestSet
    run: Run
    scores: tuple[Scores, ...]


def score(test_set: TestSet, run: Run, catalogue: Catalogue, measures: Sequence[str] = RETRIEVAL) -> tuple[Scores, ...]:
    """The measures of every question, in the set's order; `measures` are those of the rankings.

    `catalogue` is the one that was asked.  What a measure does not apply to it leaves out.  Where quotes are judged, an
    answer's passages are its ten best: R@20 finds no more than R@10.  A question that nobody has judged yet has no
    measures.  EvaluationError: the run is one of another set, or there is no such measure.
    """
    if run.info.set_sha256 != test_set.sha256:
        message = f"{run.folder} is a run of another set ({run.info.set_path}), or of {test_set.path} before a change."
        cure = f"Type: inspections evaluate run '{test_set.path}' --name NAME"
        raise EvaluationError(message, cure)
    held = Held(catalogue)
    judged = [item for item in test_set.items if is_judged(item)]
    waiting = {item.id for item in unjudged(test_set)}
    quoted = test_set.form is Form.QUOTES
    rankings = _by_spans(judged, run, held, measures) if quoted else _by_documents(judged, run, held, measures)
    answers = test_set.form is not Form.BEIR  # a BEIR set brings documents of its own, which nobody is asked about

    def values(item: Item) -> dict[str, float]:
        told = answer_values(item, run.outcomes.get(item.id), held) if answers and item.id not in waiting else {}
        return {**rankings.get(item.id, {}), **told}

    return tuple(Scores(item.id, item.kind, described(item, held), values(item)) for item in test_set.items)


def unjudged(test_set: TestSet) -> tuple[Item, ...]:
    """The questions that have no gold yet though they should: drafts that somebody has to label."""
    return tuple(item for item in test_set.items if not item.gold and item.kind != UNANSWERABLE)


def is_judged(item: Item) -> bool:
    """Whether rankings can be measured by it: something is relevant to it."""
    return bool(item.gold) and item.kind != UNANSWERABLE


@cache
def code_version() -> str:
    """The SHA-256 of the modules that work out the values: what was scored by others is not to be compared."""
    folder = files("assistant")
    texts = (folder.joinpath(*name.split("/")).read_text(encoding="utf-8") for name in _CODE)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def scored(test_set: TestSet, run: Run, catalogue: Catalogue, measures: Sequence[str] = RETRIEVAL) -> Scored:
    """A run with its scores.  EvaluationError: as for `score`."""
    return Scored(test_set, run, score(test_set, run, catalogue, measures))


def within(whole: Scored, name: str, value: str) -> Scored:
    """Only the questions of one slice: `name` is "kind" or that of a slice."""
    kept = tuple(one for one in whole.scores if (one.kind if name == "kind" else one.slices.get(name)) == value)
    ids = {one.id for one in kept}
    items = tuple(item for item in whole.test_set.items if item.id in ids)
    return replace(whole, test_set=replace(whole.test_set, items=items), scores=kept)


def keep_scores(run: Run, scores: Sequence[Scores]) -> None:
    """Write the scores into the run's folder, of each question and summed up, with the version of the code.

    EvaluationError: the file cannot be written.
    """
    summaries = [micro(scores), macro(scores), *summaries_by(scores, "kind")]
    whole = {
        "code": code_version(),
        "summary": [asdict(summary) for summary in summaries],
        "questions": [asdict(one) for one in scores],
    }
    write_whole(run.folder / FILE, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


def described(item: Item, held: Held) -> dict[str, str]:
    """The slices of a question: those of the set, and what all of its documents have in common beside."""
    documents = [document for gold in item.gold for document in held.named(gold.source)]
    found = dict(item.slices)
    for name in DESCRIBED:
        values = {_told(document, name) for document in documents}
        if name not in found and len(values) == 1 and "" not in values:
            found[name] = values.pop()
    return found


def _told(document: StoredDocument, name: str) -> str:
    """What a document says of itself; empty where it does not."""
    description = document.description
    when = description.published or description.inspected
    if name == "authority":
        return description.authorities[0] if len(description.authorities) == 1 else ""
    if name == "year":
        return str(when.start.year) if when else ""
    return description.kind.value


def _by_spans(items: Sequence[Item], run: Run, held: Held, measures: Sequence[str]) -> Values:
    """The measures of the answers' passages by the quotes that they hold."""
    grades = {item.id: [gold.grade for gold in item.gold] for item in items}
    spans = {item.id: _spans(item, run.outcomes.get(item.id), held) for item in items}
    return span_values(grades, spans, measures)


def _spans(item: Item, outcome: Outcome | None, held: Held) -> list[set[int]]:
    """Which of the question's quotes each passage holds, best passage first."""
    if outcome is None or not was_asked(outcome):
        return []
    passages = [(str(p.get("text") or ""), str(p.get("source") or "")) for p in outcome.answer.get("passages") or ()]
    return [{at for at, gold in enumerate(item.gold) if passage_holds(*one, gold, held.same)} for one in passages]


def _by_documents(items: Sequence[Item], run: Run, held: Held, measures: Sequence[str]) -> Values:
    """The measures of the rankings by document; passages count as their documents."""
    begins = {document.sha256[:16]: source for source, document in held.documents.items()}
    qrels = {item.id: {gold.source: gold.grade for gold in item.gold} for item in items}
    rankings = {
        item.id: by_document(outcome.ranked, partial(_as_judged, item, begins, held))
        for item in items
        if (outcome := run.outcomes.get(item.id)) is not None and was_asked(outcome)
    }
    return document_values(qrels, rankings, measures)


def _as_judged(item: Item, begins: Mapping[str, str], held: Held, name: str) -> str:
    """The document of a document's or a passage's name, as the set names it where it judges it.

    `begins` are the documents by what the ids of their passages begin with.
    """
    source = begins.get(name.rpartition("-")[0], name)
    judged = [gold.source for gold in item.gold if held.same(source, gold.source)]
    return source if source in judged or not judged else judged[0]
