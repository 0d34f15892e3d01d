"""Which words of a model may stand before which sentences: real sentences, and words that say more than they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from answers_index import TODAY
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.choose import choose
from assistant.interpret.glossary import stems
from assistant.llm.checking import check, connecting, field_words
from assistant.llm.context import pack
from assistant.llm.records import Claim, Given, Removed
from assistant.records import Selection

pytest_plugins = "fixtures_answers"

HIGH = "Caseloads are too high across the service, and 17"
UNSUPPORTED = "told inspectors that they do not feel supported"
COUNCIL = "The council accepts that caseloads remain too high"
MANAGEABLE = "Caseloads are manageable in every team"
FALLEN = "Caseloads have fallen since"
TURNOVER = "Staff turnover has fallen"
OLDHAM = "Leaders in Oldham know"
NEITHER = "Supervision is not regular, and"
Find = Callable[[str], Given]


@pytest.fixture(scope="session")
def sentences(assistant: Assistant) -> dict[str, Given]:
    """Every sentence that a broad question gives a model, by id."""
    reading = assistant.read("what was said about caseloads and social workers?", today=TODAY)
    chosen = choose(reading, assistant.index.catalogue)
    assert isinstance(chosen, Selection)
    _, _, hits = assistant.search(reading.question, 100, TODAY)
    return pack(reading, chosen, hits, assistant.index, 50_000, len).given


@pytest.fixture
def find(sentences: dict[str, Given]) -> Find:
    """The sentence that begins so, or has these words."""
    return lambda words: next(one for one in sentences.values() if words in one.text)


def judged(words: str, sentences: dict[str, Given], *own: Given) -> Removed | None:
    """Why the words may not stand before the sentences; None: they may."""
    kept, removed = check([Claim(words, tuple(one.id for one in own))], sentences)
    assert kept[0].given == own  # whatever becomes of the words
    assert kept[0].words == ("" if removed else words)
    assert sum(removed.values()) <= 1
    return next(iter(removed), None)


@pytest.mark.parametrize(
    ("words", "before"),
    [
        ("Caseloads were too high:", HIGH),
        ("In 2019 Ofsted found that caseloads were too high across the service:", HIGH),
        ("Ofsted, published on 4 March 2019, about Dudley:", HIGH),
        ("For 17 social workers:", HIGH),
        ("What social workers told inspectors, who do not feel supported:", UNSUPPORTED),
        ("The council accepts it:", COUNCIL),
        ("By 2022 caseloads were manageable in every team:", MANAGEABLE),
        ("By contrast,", MANAGEABLE),
        ("On supervision:", NEITHER),  # names its topic and says nothing of it
        ("Ofsted on this:", NEITHER),
    ],
)
def test_words_that_the_sentence_bears_out_stand(
    words: str, before: str, find: Find, sentences: dict[str, Given]
) -> None:
    expected = None if words != "By contrast," else Removed.FABRICATED  # a word that neither joins nor is of the field
    assert judged(words, sentences, find(before)) is expected


@pytest.mark.parametrize(
    ("words", "before", "kind"),
    [
        # numbers
        ("For 71 social workers:", HIGH, Removed.FABRICATED),
        ("For 14 social workers:", HIGH, Removed.SPLICED),  # a day of another sentence, or of the inspection
        ("For 4 social workers:", HIGH, Removed.SPLICED),  # the day of publication counts nothing
        ("Forty social workers:", HIGH, Removed.SPLICED),
        ("Two teams:", MANAGEABLE, Removed.SPLICED),
        # how many, how often, still
        ("Most caseloads are too high:", HIGH, Removed.SPLICED),
        ("Only some caseloads are too high:", HIGH, Removed.FABRICATED),
        ("Caseloads still have fallen:", FALLEN, Removed.FABRICATED),
        # names, places and times
        ("In Oldham caseloads are too high:", HIGH, Removed.SPLICED),
        ("In Leeds caseloads are too high:", HIGH, Removed.FABRICATED),
        ("In 2022 caseloads are too high:", HIGH, Removed.SPLICED),
        ("Testa Sampleton on caseloads:", HIGH, Removed.FABRICATED),
        # judgements
        ("Caseloads are inadequate:", HIGH, Removed.SPLICED),
        ("Caseloads are dangerous:", HIGH, Removed.FABRICATED),
        # denial
        ("Caseloads are not too high:", HIGH, Removed.SPLICED),
        ("Supervision is regular:", NEITHER, Removed.FABRICATED),
        ("Social workers feel supported:", UNSUPPORTED, Removed.FABRICATED),
        ("Caseloads aren’t manageable:", MANAGEABLE, Removed.FABRICATED),
        ("Caseloads fail to be manageable:", MANAGEABLE, Removed.FABRICATED),
        # who speaks
        ("The council said that caseloads are manageable:", MANAGEABLE, Removed.MISATTRIBUTED),
        ("Social workers said that caseloads are manageable:", MANAGEABLE, Removed.MISATTRIBUTED),
        ("According to social workers, caseloads are manageable:", MANAGEABLE, Removed.MISATTRIBUTED),
        ("Ofsted accepts that caseloads remain too high:", COUNCIL, Removed.MISATTRIBUTED),
        ("Managers told inspectors that they do not feel supported:", UNSUPPORTED, Removed.MISATTRIBUTED),
        # marks, links, formatting, what cannot be seen
        ("Caseloads [1]:", HIGH, Removed.MARKUP),
        ("Caseloads (see example.org):", HIGH, Removed.MARKUP),
        ("<https://example.org|Caseloads>:", HIGH, Removed.MARKUP),
        ("*Caseloads*:", HIGH, Removed.MARKUP),
        ("Case\u200bloads:", HIGH, Removed.MARKUP),
        ("\u2067Caseloads:", HIGH, Removed.MARKUP),
        ("Caseloads\x1b[31m:", HIGH, Removed.MARKUP),
        ("Caseloads\nOfsted:", HIGH, Removed.MARKUP),
        ("Caseloads " * 41, HIGH, Removed.FABRICATED),
    ],
)
def test_words_that_say_more_are_removed_by_kind(
    words: str, before: str, kind: Removed, find: Find, sentences: dict[str, Given]
) -> None:
    assert judged(words.strip(), sentences, find(before)) is kind


def test_words_before_several_sentences_are_borne_out_by_one_of_them_alone(
    find: Find, sentences: dict[str, Given]
) -> None:
    """Else the matter of one is told of the other: "caseloads" of the one, "unsettling" of the other."""
    both = (find(MANAGEABLE), find(TURNOVER))
    assert judged("Caseloads are manageable:", sentences, *both) is None
    assert judged("Caseloads and turnover:", sentences, *both) is Removed.SPLICED


def test_what_one_document_says_of_itself_is_not_told_of_another(find: Find, sentences: dict[str, Given]) -> None:
    both = (find(MANAGEABLE), find(OLDHAM))
    assert judged("In Dudley, on caseloads:", sentences, *both) is Removed.SPLICED
    assert judged("In December 2022, on caseloads:", sentences, *both) is Removed.SPLICED
    assert judged("Ofsted on caseloads:", sentences, *both) is None


def test_a_sentence_that_was_never_given_is_counted_and_a_claim_of_such_alone_left_out(
    find: Find, sentences: dict[str, Given]
) -> None:
    good = find(HIGH)
    claims = [Claim("Caseloads:", ("s0", good.id, "S1", "s1 ", "[s1]")), Claim("Caseloads:", ("s999",)), Claim("x", ())]
    kept, removed = check(claims, sentences)
    assert [one.given for one in kept] == [(good,)]
    assert removed == Counter({Removed.FABRICATED: 6})


def test_a_sentence_stands_once_however_often_it_is_named(find: Find, sentences: dict[str, Given]) -> None:
    one, other = find(HIGH).id, find(MANAGEABLE).id
    kept, removed = check([Claim("", (one,)), Claim("Caseloads:", (one,)), Claim("", (one, other))], sentences)
    assert [[given.id for given in claim.given] for claim in kept] == [[one], [other]]
    assert not removed


_WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["caseloads", "Ofsted", "social", "workers", "not", "17", "Dudley", "2019", "high", "said", "to"]
        ),
        st.text(max_size=12),
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=200, deadline=None)
@over(words=_WORDS, pick=st.data())
def test_whatever_a_model_says_its_words_are_the_sentences_own(
    words: str, pick: st.DataObject, sentences: dict[str, Given]
) -> None:
    """What is left of them joins, is of the field and in the sentence, or is what the document says of itself."""
    own = sentences[pick.draw(st.sampled_from(sorted(sentences)))]
    ((kept,), _) = check([Claim(words, (own.id,))], sentences)
    assert kept.words in ("", words)
    about = own.document.description
    dates = [f"{i.start:%-d %B %Y} {i.end:%-d %B %Y}" for i in (about.published, about.inspected) if i]
    itself = stems(" ".join([*about.authorities, about.publisher, about.kind.value, *dates]))
    held = set(stems(own.text))
    for stem in stems(kept.words):
        assert stem in connecting() or stem in itself or (stem in held and (stem in field_words() or stem.isdigit()))
    assert not set(kept.words) & set("<>[]{}|`*_~#@\\\u200b\u202e")
