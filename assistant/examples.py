"""Questions to start with: some that the index can surely answer, about what it holds most of and latest."""

from __future__ import annotations

from collections import Counter
from datetime import date

from assistant.ask import Assistant
from assistant.fitting import by_publication
from assistant.records import Status
from index.catalogue import Catalogue

MOST = 4
LONGEST = 75  # characters, so that each fits on a button


def examples(assistant: Assistant, today: date | None = None) -> tuple[str, ...]:
    """At most MOST questions, each asked and found to be answered; none where the index answers none of them."""
    found: list[str] = []
    for question in candidates(assistant.index.catalogue):
        if len(found) < MOST and assistant.plain.ask(question, today=today).status is Status.ANSWERED:
            found.append(question)
    return tuple(found)


def candidates(catalogue: Catalogue) -> tuple[str, ...]:
    """Questions that fit what is held; whether they are answered is not known yet."""
    described = [d.description for d in sorted(catalogue.documents(), key=by_publication)]
    counted = Counter(one.authorities[0] for one in described if one.authorities)
    names = [name for name, _ in counted.most_common(2)]
    graded = [one for one in described if one.judgements and one.authorities]
    latest = graded[-1] if graded else None
    questions = [
        *([f"What did Ofsted judge {latest.authorities[0]} overall?"] if latest else []),
        *(f"What did Ofsted say about caseloads in {name}?" for name in names),
        *(f"How have {name}'s judgements changed over time?" for name in names),
        *(f"What does {name} need to improve?" for name in names),
        *(f"What inspections has {name} had?" for name in names),
        "What did Ofsted say about caseloads?",
    ]
    return tuple(one for one in dict.fromkeys(questions) if len(one) <= LONGEST)
