"""Names of authorities in a text: which, where, and in what words.

A text is cut into words; at each word the longest phrase of the gazetteer wins ("South Gloucestershire" is not
"Gloucestershire"), then titles around it join the mention ("London Borough of ...", "... City Council's").  The
names are in `gazetteer`, the rules for words that only look like one in `placewords`.  Which mention a document or
a question is about is the caller's decision; `main_authority` is the usual one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from index import placewords
from index.gazetteer import Authority, AuthorityKind, all_authorities, all_providers, also_known, authority

__all__ = [
    "Authority",
    "AuthorityKind",
    "Mention",
    "all_authorities",
    "all_providers",
    "also_known",
    "authority",
    "find_authorities",
    "main_authority",
]


@dataclass(frozen=True, slots=True)
class Mention:
    """An authority named at `text[start:end]`, which is `words`.

    `name` is canonical.  `exact` is False for a misspelling and for a lower-case ordinary word ("caseloads in
    reading").  `via` is the provider's canonical name where the text names the authority's trust or company; a
    provider that serves several authorities gives one mention for each, at the same place.
    """

    name: str
    start: int
    end: int
    words: str
    exact: bool = True
    via: str | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    keys: tuple[str, ...]  # normal forms, likeliest first
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Phrase:
    names: tuple[str, ...]  # empty: another place, which is no authority
    via: str | None = None
    written: str | None = None  # an acronym that counts only as written


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|&")
_GAP = re.compile(r"[\s.,\-‐‑–\x02\xad\ufffe]{1,4}|&?|[ \t]*(?=&)")
_BEFORE = re.compile(
    r"(?:\bthe\s+)?(?:\b(?:London|Royal|Metropolitan)\s+)*\b(?:Borough|City|County|District|Council|Corporation)"
    r"\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s+(?:London|Royal|Metropolitan|Borough|City|County|District|Unitary|Council|Corporation|MBC|MDC|LBC"
    r"|local\s+authority)\b)+(?:['’]s\b|['’](?=\s))?",
    re.IGNORECASE,
)
_OWN = re.compile(r"['’](?=\s)")
_MISSPELT_UP_TO = 1_000  # characters: longer texts are documents, whose names are spelled right
_ONE_SLIP, _TWO_SLIPS = 6, 11  # letters from which one and two slips are forgiven


def find_authorities(text: str) -> tuple[Mention, ...]:
    """The authorities named in `text`, in order of position; none overlap but those of one provider.

    Misspellings are looked for only in texts of up to 1,000 characters.
    """
    words = _words(text)
    found: list[Mention] = []
    at = 0
    while at < len(words):
        length, phrase = _longest(text, words, at)
        if phrase is not None:
            found.extend(_mentions(text, words[at : at + length], phrase))
        at += length
    return tuple(found)


def main_authority(text: str) -> str | None:
    """The authority that `text` (a first page, a title, a file name) is most plausibly about; None if none is named.

    The one most often named, a formal title counting twice; the earlier one on a tie.  Authorities abolished before
    inspections under the present Acts began count only when nothing else is named.
    """
    votes: Counter[str] = Counter()
    for mention in find_authorities(text):
        votes[mention.name] += 2 if _AFTER.search(mention.words) or _BEFORE.match(mention.words) else 1
    if not votes:
        return None
    living = {name: n for name, n in votes.items() if not _long_gone(authority(name))}
    return max(living or votes, key=lambda name: votes[name])


def _long_gone(one: Authority) -> bool:
    return one.until is not None and one.until.year < 2010


def _longest(text: str, words: list[_Word], at: int) -> tuple[int, _Phrase | None]:
    """How many words to move on from `at`, and the longest phrase there, if any."""
    table, first = _table()
    longest = max((first.get(key, 0) for key in words[at].keys), default=0)
    for length in range(min(longest, len(words) - at), 0, -1):
        run = words[at : at + length]
        if not all(_GAP.fullmatch(text[a.end : b.start]) for a, b in pairwise(run)):
            continue
        stem = tuple(word.keys[0] for word in run[:-1])
        for key in run[-1].keys:
            phrase = table.get((*stem, key))
            if phrase is not None and _as_written(text, run, phrase):
                return length, phrase
    return 1, None


def _as_written(text: str, run: list[_Word], phrase: _Phrase) -> bool:
    if phrase.written is None:
        return True
    words = re.sub(r"['’]s?$", "", text[run[0].start : run[-1].end]).replace(" ", "")
    return words in {phrase.written, phrase.written.upper()} or ("&" in words and words.upper() == phrase.written)


def _mentions(text: str, run: list[_Word], phrase: _Phrase) -> list[Mention]:
    """The mentions that a phrase gives, none where the words around it say that it is something else."""
    start, end = run[0].start, run[-1].end
    if not phrase.names:
        return []
    exact = all(word.exact for word in run)
    before, after = _BEFORE.search(text[max(0, start - 60) : start]), _AFTER.match(text[end : end + 80])
    if not (before or after):
        if placewords.is_elsewhere(text, start, end):
            return []
        if len(run) == 1 and run[0].keys[-1] in placewords.ORDINARY_WORDS and not placewords.is_place(text, start, end):
            if not placewords.may_be_place(text, start, end):
                return []
            exact = False
    start -= len(before[0]) if before else 0
    end += len(after[0]) if after else 0
    if text[end - 1] in "sS" and _OWN.match(text, end) and "‘" not in text[max(0, start - 80) : start]:
        end += 1
    return [Mention(name, start, end, text[start:end], exact, phrase.via) for name in phrase.names]


def _words(text: str) -> list[_Word]:
    correct = len(text) <= _MISSPELT_UP_TO
    return [_word(m, correct) for m in _WORD.finditer(text)]


def _word(match: re.Match[str], correct: bool) -> _Word:
    keys = _keys(match[0])
    known = _vocabulary()
    if not correct or len(keys[-1]) < _ONE_SLIP or any(key in known for key in keys):
        return _Word(match.start(), match.end(), keys)
    slip = _corrected(keys[-1])
    return _Word(match.start(), match.end(), (slip,), exact=False) if slip else _Word(match.start(), match.end(), keys)


@lru_cache(maxsize=20_000)
def _keys(word: str) -> tuple[str, ...]:
    """The normal forms of a word: as it stands without apostrophes, then without a possessive ending."""
    plain = word.casefold().replace("’", "'")
    whole = plain.replace("'", "")
    whole = {"&": "and", "upon": "on", "saint": "st"}.get(whole, whole)
    if plain.endswith("'s"):
        return whole, plain[:-2].replace("'", "")
    if plain.endswith("s") and len(whole) > 5 and whole not in _vocabulary() and whole[:-1] in _vocabulary():
        bare = whole[:-1]
        return (whole,) if bare in placewords.ORDINARY_WORDS | placewords.NEVER_CORRECTED_TO else (whole, bare)
    return (whole,)


@lru_cache(maxsize=20_000)
def _corrected(key: str) -> str | None:
    """The one word of the gazetteer that `key` is a slip for, if there is exactly one."""
    if key in placewords.NOT_MISSPELT:
        return None
    slips = 1 if len(key) < _TWO_SLIPS else 2
    scored = [
        (OSA.distance(key, word, score_cutoff=slips), word)
        for word in _vocabulary()
        if word[0] == key[0] and len(word) >= _ONE_SLIP and word not in placewords.NEVER_CORRECTED_TO
    ]
    near = sorted(pair for pair in scored if pair[0] <= slips)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


@cache
def _vocabulary() -> frozenset[str]:
    names = (n for a in all_authorities() for n in (a.name, *a.aliases))
    return frozenset(_simple(word) for name in names for word in _WORD.findall(name))


def _simple(word: str) -> str:
    plain = word.casefold().replace("'", "")
    return {"&": "and", "upon": "on", "saint": "st"}.get(plain, plain)


@cache
def _table() -> tuple[dict[tuple[str, ...], _Phrase], dict[str, int]]:
    """The phrases by their words, and the length of the longest phrase that begins with each word."""
    table: dict[tuple[str, ...], _Phrase] = {_split(place): _Phrase(()) for place in placewords.OTHER_PLACES}
    for one in all_providers():
        for name in (one.name, *one.aliases):
            table[_split(name)] = _Phrase(one.serves, one.name, _acronym(name))
    for one in all_authorities():
        for name in (one.name, *one.aliases):
            table[_split(name)] = _Phrase((one.name,), None, _acronym(name))
    first: dict[str, int] = {}
    for words in table:
        first[words[0]] = max(first.get(words[0], 0), len(words))
    return table, first


def _split(name: str) -> tuple[str, ...]:
    return tuple(_simple(word) for word in _WORD.findall(name))


def _acronym(name: str) -> str | None:
    """The name itself if it is an acronym of at most three letters, which counts only as written."""
    short = len(name) <= 3 and " " not in name and sum(c.isupper() for c in name) > 1
    return name if short else None
