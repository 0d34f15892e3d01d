"""The lead inspector that a report names.  Other people of a document are found by search, not kept apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Evidence, How, Page

_NAME = r"[A-Z][\w’'-]+(?:[ \t]+[A-Z][\w’'.-]*){1,3}"
_HMI = r"(?i:h(?:er|is) majesty['’]s (?:lead )?inspector|HMI|senior HMI)"
_LABELLED = re.compile(rf"(?<![Dd]eputy )\b(?i:(?:lead|reporting)\s+inspector)(?:\s*:|\s)\s*(?P<name>{_NAME})")
_AFTER_NAME = re.compile(
    rf"(?P<name>{_NAME}),?\s+(?:(?i:ofsted)\s+)?(?:{_HMI},?\s+)?\(?(?i:(?:ofsted\s+)?lead inspector)"
)
_LED_BY = re.compile(rf"(?i:inspection was led by (?:(?:HM|h(?:er|is) majesty['’]s) inspector )?)(?P<name>{_NAME})")
_SIGNATURE = re.compile(rf"(?i:yours (?:sincerely|faithfully),?)\s+(?P<name>{_NAME})\s*\n\s*{_HMI}")
_TITLES = re.compile(r"[\s,]+(?:h(?:er|is)\b.*|HMI\b.*|SHMI\b.*|ofsted\b.*|senior\b.*)$", re.I | re.S)


def lead_inspector(pages: Sequence[Page], letter: bool) -> tuple[str, Evidence] | None:
    """The name and where it is printed; None where no lead inspector is named.

    In a letter the inspector who signs it counts as the lead, as an inference.
    """
    for page in pages:
        for pattern in (_LABELLED, _AFTER_NAME, _LED_BY):
            match = pattern.search(page.text)
            if match and (name := _clean(match.group("name"))):
                return name, Evidence(How.STATED, _flat(match.group()), page.number)
    for page in pages[::-1] if letter else ():
        match = _SIGNATURE.search(page.text)
        if match and (name := _clean(match.group("name"))):
            return name, Evidence(How.INFERRED, f"signed by {_flat(match.group('name'))}", page.number)
    return None


def _clean(name: str) -> str | None:
    cleaned = _TITLES.sub("", _flat(name)).strip(" ,.")
    return cleaned if len(cleaned.split()) > 1 and cleaned[0].isupper() else None


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
