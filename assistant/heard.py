"""Whether the one whose words a question asks for is heard in a sentence or a passage.

Asked what Ofsted said, a council's own words are no evidence, and the reverse.  How voices are told apart when a
document is indexed is `index.voices`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.interpret.speakers import holds_office
from assistant.records import Reading, Selection, Speaker
from index.catalogue import StoredDocument
from index.records import Voice, VoiceKind
from index.search import Hit
from index.voices import INSPECTORATES

# Offices of a council: an MP, a parent or a union quoted in its news item does not speak for it.
_OFFICE = re.compile(
    r"\b(?:council\w*|cllr|director|leader|chief executive|portfolio|cabinet|executive member|lead member|head of|"
    r"service manager|officer)\b",
    re.I,
)


def heard(speaker: Speaker | None, voice: Voice, document: StoredDocument) -> bool:
    """Whether the voice of a sentence of `document` is the one asked for; None asks for nobody in particular."""
    own_report = document.description.publisher in INSPECTORATES
    match speaker.kind if speaker else None:
        case VoiceKind.INSPECTORATE if voice.kind is VoiceKind.INSPECTORATE_REPORTED:
            return not speaker or not speaker.name or voice.name == speaker.name
        case VoiceKind.INSPECTORATE:
            return own_report and voice.kind in (VoiceKind.INSPECTORATE, VoiceKind.REPORTED_TO_INSPECTORATE)
        case VoiceKind.COUNCIL:
            speaks_for_it = voice.kind is VoiceKind.PERSON and not own_report and _OFFICE.search(voice.name)
            return voice.kind is VoiceKind.COUNCIL or bool(speaks_for_it)
        case VoiceKind.PERSON if speaker and speaker.office:
            return voice.kind is VoiceKind.PERSON and holds_office(voice.name, speaker.office)
        case VoiceKind.PERSON:
            return voice.kind is VoiceKind.PERSON and _surname(speaker) in voice.name.lower().split(",")[0].split()
        case _:
            return True


def heard_first(reading: Reading, hits: Sequence[Hit], selection: Selection) -> tuple[Hit, ...]:
    """The hits in their order, those in which the one asked for is heard before all others."""
    documents = {d.source: d for d in selection.documents}

    def speaks(hit: Hit) -> bool:
        return any(heard(reading.speaker, s.voice, documents[hit.passage.source]) for s in hit.passage.sentences)

    return tuple(sorted(hits, key=lambda hit: not speaks(hit)))


def group_heard(speaker: Speaker | None, voice: Voice) -> bool:
    """Whether a group asked for ("what did children tell inspectors") is the one that a sentence reports.

    By its last word: "foster carers" are not "care leavers".
    """
    if speaker is None or speaker.kind is not VoiceKind.REPORTED_TO_INSPECTORATE or voice.kind is not speaker.kind:
        return False
    return speaker.name.rstrip("s").split()[-1] in voice.name.lower()


def _surname(speaker: Speaker | None) -> str:
    return speaker.name.split()[-1].lower() if speaker else ""
