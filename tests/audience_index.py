"""A small real index with documents for everybody, for some and for nobody, each with a word that stands in no other.

The documents say of themselves that they were invented for a test.
"""

from __future__ import annotations

from pathlib import Path

from index.audience import PUBLIC, RESTRICTED
from index.build import BuildResult, build
from index.embedding import Embedder

INTERNAL, BOARD = "internal", "board"
WORDS = {INTERNAL: "quokka", BOARD: "axolotl", RESTRICTED: "narwhal"}  # who is shown one may see that audience's
INVENTED = "Invented test text: nothing here is about a real place or person."
_LETTER = """Monitoring visit of {place} children's services{note}

Published {day} {year}

{invented}

Inspectors from Ofsted visited {place} in {year}. Lead inspector: {lead}

1. Caseloads in the {what} team are {how}, and workers say that they visit children when they should.

2. Supervision in the {what} team is regular, but {what} staff turnover remains {how}.

3. The council must reduce the caseloads of its {what} team without delay.
"""
_DOCUMENTS = (  # folder (whose name is the audience), place, year, how caseloads are
    (PUBLIC, "Bradford", 2019, "high"),
    (PUBLIC, "Bradford", 2021, "falling"),
    (PUBLIC, "Leeds", 2020, "steady"),
    (INTERNAL, "Bradford", 2022, "alarming"),
    (INTERNAL, "Rutland", 2023, "unknown"),
    (BOARD, "Leeds", 2022, "rising"),
    (RESTRICTED, "Bradford", 2023, "secret"),
)


def source_of(audience: str, place: str, year: int) -> str:
    """The name of a document."""
    word = WORDS.get(audience, "")
    return f"{audience}/{word}{place.lower()}-{year}.md"


def write_documents(root: Path) -> None:
    """A folder for each audience, named by it, whose `access.yaml` says so."""
    for audience, place, year, how in _DOCUMENTS:
        word = WORDS.get(audience, "duty")
        path = root / source_of(audience, place, year)
        path.parent.mkdir(parents=True, exist_ok=True)
        note = "" if audience == PUBLIC else f", the {word} letter"
        lead = f"{word.capitalize()} Sampleton"
        told = {"place": place, "year": year, "how": how, "what": word, "note": note, "lead": lead}
        if audience != PUBLIC:
            (path.parent / "access.yaml").write_text(f"audience: {audience}\n", encoding="utf-8")
        path.write_text(_LETTER.format(day="12 March", invented=INVENTED, **told), encoding="utf-8")


def build_documents(index_dir: Path, root: Path, embedder: Embedder) -> BuildResult:
    """The real build."""
    return build(index_dir, root, embedder)
