"""What of answering may be turned.  Those who measure turn it; everyone else has the usual values.

Each part that can be switched off is a field here, so that what it adds can be measured; the parts themselves know
nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.choose import choose
from assistant.evidence import PASSAGES
from assistant.interpret.topics import terms_of
from assistant.records import Missing, Reading, Selection
from assistant.worth import Worth
from index.catalogue import Catalogue
from index.search import Weights


@dataclass(frozen=True, slots=True)
class Tuning:
    """`passages` are gathered for one question, at least 1; `weights` make up their scores.

    `slots`: the question's authority, publisher, kind and period choose the documents.  `stripping`: what is searched
    for is the topic alone, without the words of the slots and of the question's frame.  `glossary`: it is searched for
    by what reports call it too.  `priors`: some of the documents chosen rank behind others.  `worth` tells which
    sentences are quoted; None: as usual.
    """

    passages: int = PASSAGES
    weights: Weights = field(default_factory=Weights)
    slots: bool = True
    stripping: bool = True
    glossary: bool = True
    priors: bool = True
    worth: Worth | None = None


def tuned_reading(reading: Reading, tuning: Tuning) -> Reading:
    """The reading without what is switched off."""
    if not tuning.stripping:
        reading = replace(reading, topic=reading.question, terms=terms_of(reading.question))
    return reading if tuning.glossary else replace(reading, wider=())


def tuned_choice(reading: Reading, catalogue: Catalogue, tuning: Tuning) -> Selection | Missing:
    """The documents that the reading is about, as far as slots and priors are not switched off."""
    if not tuning.slots and catalogue.documents():
        return Selection(tuple(catalogue.documents()))
    chosen = choose(reading, catalogue)
    return chosen if tuning.priors or isinstance(chosen, Missing) else replace(chosen, priors={})
