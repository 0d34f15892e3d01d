"""The corpus of `answers_index` with documents that not all may read, each full of words that stand nowhere else.

A word of theirs in anything that comes out is a leak, found by looking for it.  `doors` opens every way out of the
core.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from answers_index import INVENTED, write_documents
from small_index import SmallEmbedder

from assistant.ask import Assistant
from assistant.evaluate.seen import manifest_seen
from assistant.examples import examples
from assistant.holdings import holdings
from assistant.render.as_json import answer_json, hit_json, reading_json
from assistant.render.as_text import answer_text
from assistant.rewordings import rewordings
from assistant.suggest import suggestions
from assistant.surroundings import GoneError, find_passage, step
from index.audience import EVERYONE, Clearance
from index.build import BuildResult, build
from index.entry import RULES
from index.generation import open_current

TODAY = date(2026, 11, 21)
SHARED = "Every duty team in the borough was told to hand its open cases over to the new hub by the first week of May."
REPORT = """Inspection of {place} local authority children's services

Inspection dates: 1 to 12 {month} 2031

Report published: 17 {month} 2031

Lead inspector: {canary}lead Testperson, His Majesty's Inspector

Judgement Grade

The impact of leaders on social work practice with children and families Inadequate

Overall effectiveness Inadequate

{invented}

1. Caseloads in {place} are {canary}text, and social workers know the {canary}word policy well.

2. Supervision is {canary}also weak, and {shared}

What needs to improve

The {canary}improve of caseloads.
"""
PAPER = """{top}

Report to the Children's Committee of Dudley Council

Date: 9 March 2032

Subject: {canary}title of caseloads

{invented}

Caseloads were {canary}text in every team. {shared}

The director said that {canary}said was agreed about care leavers and exploitation.
"""
EXEMPT = "NOT FOR PUBLICATION by virtue of paragraph 3 of Part 1 of Schedule 12A"
# Each secret document: the text, the words that nothing else has, and who may read it.
SECRETS: dict[str, tuple[str, str, str | None]] = {
    "dudley/exempt.txt": (
        PAPER.format(top=EXEMPT, canary="qzmarked", invented=INVENTED, shared=SHARED),
        "qzmarked",
        None,
    ),
    "cornwall/2031.txt": (
        REPORT.format(place="Cornwall", month="May", canary="qzintern", invented=INVENTED, shared=SHARED),
        "qzintern",
        "internal",
    ),
    "dudley/legal.txt": (PAPER.format(top="", canary="qzlegal", invented=INVENTED, shared=SHARED), "qzlegal", "legal"),
    "oldham/named.txt": (
        REPORT.format(place="Oldham", month="June", canary="qznamed", invented=INVENTED, shared=SHARED),
        "qznamed",
        "finance",
    ),
    "broken/odd.txt": (
        REPORT.format(place="Rutland", month="July", canary="qzbroken", invented=INVENTED, shared=SHARED),
        "qzbroken",
        None,
    ),
    "oldham/copied.txt": (
        PAPER.format(top="", canary="qzcopied", invented=INVENTED, shared=SHARED),
        "qzcopied",
        "internal",
    ),
}
RULES_OF_FOLDERS = {
    "cornwall/access.yaml": "audience: internal\n",
    "oldham/access.yaml": "files: {named.txt: finance}\n",
    "broken/access.yaml": "audience: [",
    "dudley/legal.meta.yaml": "audience: [legal]\n",
}
COPY = "cornwall/copy.txt"  # of oldham/copied.txt
UNDATED = "dudley/undated-blog.txt"
BLOG = f"""Children's services in Dudley: what staff say

Made up for a test.

{SHARED}

Caseloads are hard, a worker said.
"""
CANARIES = tuple(canary for _, canary, _ in SECRETS.values())


def write_public(root: Path) -> None:
    """What everybody may read."""
    write_documents(root)
    (root / UNDATED).write_text(BLOG, encoding="utf-8")


def write_all(root: Path) -> None:
    """The same, and the secret documents."""
    write_public(root)
    for source, (text, _, _) in SECRETS.items():
        (root / source).parent.mkdir(exist_ok=True)
        (root / source).write_text(text, encoding="utf-8")
    for name, text in RULES_OF_FOLDERS.items():
        (root / name).write_text(text, encoding="utf-8")
    shutil.copyfile(root / "oldham/copied.txt", root / COPY)


def built(home: Path, *, secrets: bool) -> BuildResult:
    """An index in `home/index` with or without the secret documents, by the project's own steps."""
    (write_all if secrets else write_public)(home / "docs")
    return build(home / "index", home / "docs", SmallEmbedder())


def readable(clearance: Clearance) -> frozenset[str]:
    """The canaries of the secret documents that such a reader may read."""
    return frozenset(canary for _, canary, name in SECRETS.values() if name in clearance.names)


def questions(seed: int, count: int) -> Iterator[str]:
    """Questions about everything that is held, secret or not, with words taken from secret texts."""
    lot = Random(seed)  # noqa: S311  (nothing is to be kept secret by it)
    words = sorted({word.strip('.,:"“”') for text, _, _ in SECRETS.values() for word in text.split() if len(word) > 3})
    places = ("Dudley", "Oldham", "Cornwall", "Rutland", "Leeds", "")
    years = (
        "in 2019",
        "in 2022",
        "in 2031",
        "in March 2032",
        "since 2030",
        "last year",
        "in May 2031",
        "",
        "",
        "lately",
    )
    for _ in range(count):
        form = lot.choice(FORMS)
        yield form.format(
            place=lot.choice(places), year=lot.choice(years), one=lot.choice(words), two=lot.choice(words),
            topic=lot.choice(TOPICS),
        ).replace("  ", " ").strip()  # fmt: skip


TOPICS = ("caseloads", "supervision", "care leavers", "exploitation", "the hub", "staff turnover", "duty teams")
FORMS = (
    "what did Ofsted say about {topic} in {place} {year}?",
    "what did Ofsted say about {one} {year}?",
    "what did the council say about {one} {two}?",
    "what did the press say about {topic} in {place}?",
    "what did {one} say about {topic}?",
    "how was {place} judged overall {year}?",
    "how have {place}'s judgements changed over time?",
    "which inspections of {place} are held {year}?",
    "who led the inspection of {place} {year}?",
    "when was the report on {place} published?",
    "summarise the latest report on {place}",
    "what needs to improve in {place} {year}?",
    "what was said about {one} {two} in {place}?",
    "what do committee reports say about {topic} {year}?",
    "how many reports on {place} are there?",
    "{one} {two}",
    "{one} {topic} {place} {year}",
    "is there anything on {one} in the latest inspection?",
    "has {place} got better since 2016?",
    "which authorities are inadequate {year}?",
    "what grades did {place} get {year}?",
    "{topic}",
)


def doors(assistant: Assistant, question: str) -> dict[str, Any]:
    """Everything that comes out for a question: answer, texts, hits, suggestions, what stands around what is shown."""
    answer = assistant.ask(question, today=TODAY)
    reading, _, hits = assistant.search(question, 10, TODAY)
    catalogue = assistant.index.catalogue
    around = [find_passage(catalogue, one.source, one.quote, one.page) for one in answer.citations[:2]]
    around += [step(catalogue, hit.passage.source, hit.passage.ordinal) for hit in hits[:1]]
    return {
        "answer": answer_json(answer) | {"seconds": 0},
        "text": answer_text(answer),
        "generation": answer.generation,
        "search": [hit_json(rank, hit, None) for rank, hit in enumerate(hits)],
        "reading": reading_json(reading),
        "suggestions": suggestions(answer, assistant, today=TODAY),
        "rewordings": repr(rewordings(answer.reading, assistant, TODAY)),
        "around": [repr(one) for one in around],
    }


def counted(assistant: Assistant, index_dir: Path) -> dict[str, Any]:
    """Everything that is told without a question."""
    index = assistant.index
    held = holdings(index, index_dir)
    manifest = manifest_seen(index.manifest, index.catalogue)
    return {
        "holdings": [getattr(held, name) for name in held.__slots__ if name != "built"],
        "examples": examples(assistant, TODAY),
        "documents": repr(index.catalogue.documents()),
        "ids": index.catalogue.passage_ids(),
        "run": {name: value for name, value in manifest.items() if name != "built"},
        "closed": [_refused(assistant, source) for source in (*SECRETS, COPY)],
    }


def _refused(assistant: Assistant, source: str) -> str:
    try:
        return repr(step(assistant.index.catalogue, source, 0))
    except GoneError as error:
        return str(error)


def opened(home: Path, clearance: Clearance = EVERYONE) -> Assistant:
    """An assistant on the index in `home`; its index is to be closed."""
    embedder = SmallEmbedder()
    return Assistant(open_current(home / "index", embedder.id, RULES, clearance), embedder)
