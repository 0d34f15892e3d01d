"""What words and abbreviations of the field stand for, and which questions ask just that.

The table is read by `vocabulary`.  Under what names a search looks for a
subject is `glossary`; the answer is `assistant.answers.meaning`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.interpret.glossary import stems
from assistant.interpret.vocabulary import Meaning, Vocabulary, vocabulary

MOST = 3  # words explained in one answer


def meaning_of(name: str) -> Meaning | None:
    """The word that `name` is a way of writing; capitals and plurals do not matter."""
    return _by_name(vocabulary()).get(stems(name))


def words_asked(question: str, in_place: bool, first: bool) -> tuple[Meaning, ...]:
    """The words whose meaning is all that `question` asks for; () where it asks for more, or for other words.

    `question` has no authority or period left in it; `in_place`: it had.  "What is the front door in Leeds?" asks
    what Leeds does.  `first`: no question came before, which a single word would only vary.
    """
    for pattern, sure in _ASKED:
        match = pattern.match(question.replace("’", "'"))
        found = _known(match["x"]) if match else ()
        if found and (sure or not in_place or all(one.is_abbreviation for one in found)):
            return found
    match = _BARE.match(question)
    found = _known(match["x"]) if match and first and not in_place else ()
    return found if all(one.is_abbreviation for one in found) else ()


_POLITE = (
    r"(?:(?:hi|hello|hey|please|pls|sorry|so|ok|okay|and|quick question|remind me|tell me|"
    r"(?:can|could|would|will) (?:you|someone|anyone)(?: please)?(?: tell me| remind me)?|do you know|"
    r"explain(?: to me)?|"
    r"i (?:do not|don'?t) (?:know|understand)|(?:i'm )?not sure)[\s,:–-]+)*"
)
_NOUN = r"(?:(?:term|word|phrase|acronym|abbreviation|initials|letters|expression)s?\s+)?"
_X = rf"(?:(?:an?|the|this|our)\s+)?{_NOUN}[\"'“‘]?(?P<x>[^?\"“”]{{2,90}}?)[\"'”’]?"
_END = (
    r"(?:\s*,?\s+(?:please|pls|again|exactly|actually|then|here|in (?:this|that) context|in social (?:care|work)|"
    r"in children's (?:services|social care)|in (?:the|these|an?|ofsted(?:'s)?|inspection)(?: ofsted| inspection)?"
    r" reports?|(?:in|at|for|of)))*[\s?!.]*$"
)
_SAYER = r"(?:they|ofsted|inspectors|you|we|people|it|the reports?)"
_MEAN = r"(?:stands? for|means?|refers? to|short for|abbreviat\w+)"
_ASKED = tuple(
    (re.compile(rf"^\W*{_POLITE}{pattern}{_END}", re.I), sure)
    for pattern, sure in (
        (rf"what (?:does|do|did|would) {_X} {_MEAN}", True),
        (rf"what (?:does|do|did) {_SAYER} (?:mean|understand) by {_X}", True),
        (rf"what(?:'s| is| are| was| were) meant by {_X}", True),
        (rf"what(?:'s| is) {_X} short for", True),
        (rf"(?:what(?:'s| is) )?(?:the )?(?:meaning|definition|full (?:form|name)) of {_X}", True),
        (rf"define {_X}", True),
        (rf"explain (?:to me )?(?:what )?{_X}(?: is| are| means?| stands? for)?", False),
        (rf"what {_X} (?:is|are|means?|stands? for)", True),
        (rf"{_X} (?:stands? for(?: what)?|meaning|definition|means(?: what)?)", True),
        (rf"what(?:'s|s| is| are| was| were|'re) {_X}", False),
        (rf"(?:who or what|what or who) (?:is|are) {_X}", False),
        (rf"what(?:'s| is) the difference between {_X}", True),
    )
)  # fmt: skip
_BARE = re.compile(r"^\W*(?P<x>[\w./&' -]{2,40}?)[\s?!.]*$")
_ARTICLE = re.compile(r"^\s*(?:an?|the)\s+", re.I)
_JOINED = re.compile(r"\s*(?:,|/|\band\b|\bor\b|&)\s*")


def _known(words: str) -> tuple[Meaning, ...]:
    """The word, or the several words, that `words` is; () where any of it is another."""
    whole = meaning_of(words)
    parts = [whole] if whole else [meaning_of(_ARTICLE.sub("", part)) for part in _JOINED.split(words.strip()) if part]
    found = tuple(one for one in parts if one is not None)
    return tuple(dict.fromkeys(found)) if found and len(found) == len(parts) <= MOST else ()


@lru_cache(maxsize=2)
def _by_name(known: Vocabulary) -> dict[tuple[str, ...], Meaning]:
    """Every word by the stems of its names; a word's own name comes before another's."""
    table: dict[tuple[str, ...], Meaning] = {}
    for names in ("word", "other"):
        for one in known.meanings:
            for name in (one.word,) if names == "word" else one.names[1:]:
                table.setdefault(stems(name), one)
    return table
