"""What several test modules share, and the rule that no test reaches the network."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from pytest_socket import socket_allow_hosts

from index.embedding import LocalEmbedder, load_embedder
from index.records import (
    Area,
    BlockKind,
    Description,
    Document,
    Entry,
    Evidence,
    How,
    Interval,
    Judgement,
    Kind,
    Page,
    Paragraph,
    Part,
    Passage,
    Properties,
    Sentence,
    Span,
    Voice,
    VoiceKind,
)


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Sockets of this machine only; anything else fails the test that tries it."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def embedder() -> LocalEmbedder:
    """The packaged model; sentence-transformers is loaded once for the whole session, if at all."""
    return load_embedder()


def entry_of(
    source: str = "leeds/2019.pdf",
    texts: tuple[str, ...] = ("Caseloads are high.",),
    sha256: str | None = None,
    **changes: object,
) -> Entry:
    """An entry whose passages are its pages; `changes` are fields of its description."""
    sha256 = sha256 or hashlib.sha256(f"{source}\n{texts}".encode("utf-8", "surrogatepass")).hexdigest()
    inspector = Voice(VoiceKind.INSPECTORATE, "Ofsted")
    spans = [(Span(index, 0, len(text)),) for index, text in enumerate(texts)]
    pages = tuple(Page(number, text) for number, text in enumerate(texts, start=1))
    paragraphs = tuple(Paragraph(span, BlockKind.TEXT, str(span[0].page + 1), ("Findings",), 0) for span in spans)
    fields: dict[str, object] = {
        "title": f"Report {source}",
        "publisher": "Ofsted",
        "kind": Kind.ILACS,
        "authorities": ("Leeds",),
        "published": Interval(date(2019, 1, 1), date(2019, 1, 31)),
        "judgements": (Judgement(Area.OVERALL, "good", Span(0, 0, 4)),),
        "evidence": {"published": Evidence(How.STATED, "January 2019", 1)},
        "alternatives": {"published": (Evidence(How.FILE_NAME, "2018"),)},
    }
    return Entry(
        Document(source, sha256, pages, paragraphs, Properties(title="Report", created=date(2019, 2, 1))),
        Description(**(fields | changes)),  # type: ignore[arg-type]  # a test may change any field
        tuple(
            Passage(
                id=f"{sha256[:16]}-{ordinal}",
                source=source,
                ordinal=ordinal,
                spans=span,
                number=str(ordinal + 1),
                headings=("Findings", "The impact of leaders"),
                part=Part.FINDING,
                header="Leeds, January 2019",
                text=text,
                sentences=(Sentence(span, inspector),),
            )
            for ordinal, (text, span) in enumerate(zip(texts, spans, strict=True))
        ),
    )
