"""A question is said back as it was read, and put otherwise so that one slot changes and nothing else does."""

from __future__ import annotations

import pytest
from answers_index import TODAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.interpret.periods import Basis, Rank
from assistant.records import Reading
from assistant.rewordings import LONGEST, MOST, Rewording, rewordings, said_back

pytest_plugins = "fixtures_answers"

PUBLISHED, INSPECTED, ANY = "Only reports published in 2019", "Inspections that took place in 2019", "Any time"


def read(assistant: Assistant, question: str, *earlier: str) -> Reading:
    return assistant.read(question, earlier, TODAY)


def offered(assistant: Assistant, question: str, *earlier: str) -> dict[str, Rewording]:
    """The rewordings of a question by their labels."""
    found = rewordings(read(assistant, question, *earlier), assistant, TODAY)
    return {one.label: one for one in found}


@pytest.mark.parametrize(
    ("question", "earlier", "said"),
    [
        ("caseloads in Dudley in 2019", (), ["I read “in 2019” as published or inspected in 2019."]),
        (
            "caseloads in Dudley since 2019",
            (),
            ["I read “since 2019” as published or inspected from 1 January 2019 on."],
        ),
        ("caseloads in Dudley last year", (), ["I read “last year” as published or inspected in 2025."]),
        ("the Dudley report published last year", (), ["I read “last year” as published in 2025."]),
        ("caseloads in Dudley as of May 2019", (), ["I read “as of May 2019” as what was published by then."]),
        ("compare Dudley in 2016 and 2019", (), ["I read “2016” and “2019” as published or inspected then."]),
        ("caseloads in the report published in 2019 on Dudley", (), []),
        ("caseloads in Dudley", (), []),
        ("caseloads in Dudly", (), []),  # one slip in so short a name is not forgiven
        ("caseloads in Birmingam", (), ["I read “Birmingam” as Birmingham."]),
        (
            "and staff turnover?",
            ("what did Ofsted say about caseloads in Dudley in 2019?",),
            [
                "I took Dudley, “in 2019” and Ofsted over from your earlier question.",
                "I read “in 2019” as published or inspected in 2019.",
            ],
        ),
    ],
)
def test_what_could_be_meant_otherwise_is_said_back(
    assistant: Assistant, question: str, earlier: tuple[str, ...], said: list[str]
) -> None:
    assert list(said_back(read(assistant, question, *earlier))) == said


def test_the_home_authority_is_said_back(assistant: Assistant) -> None:
    at_home = Assistant(assistant.index, assistant.embedder, home="Oldham")
    (said,) = said_back(read(at_home, "caseloads"))
    assert said == "You named no authority, so I took Oldham, where this is in use."


def test_a_trust_is_said_back_as_those_it_serves(assistant: Assistant) -> None:
    (said,) = said_back(read(assistant, "what did Achieving for Children get wrong?"))
    assert said.startswith("I read “Achieving for Children” as Kingston upon Thames, ")


def test_a_period_may_be_that_of_publication_of_inspection_or_none(assistant: Assistant) -> None:
    found = offered(assistant, "what did Ofsted say about caseloads in Dudley in 2019?")
    assert list(found) == [PUBLISHED, INSPECTED, ANY]
    assert found[PUBLISHED].question == "what did Ofsted say about caseloads in Dudley in reports published in 2019?"
    assert found[ANY] == Rewording(ANY, "what did Ofsted say about caseloads in Dudley?", fresh=True)
    (period,) = read(assistant, found[INSPECTED].question).time.periods
    assert (period.basis, period.interval.start.year) == (Basis.INSPECTED, 2019)


def test_what_is_said_already_is_not_offered(assistant: Assistant) -> None:
    assert PUBLISHED not in offered(assistant, "what did the report published in 2019 on Dudley say about caseloads?")
    assert offered(assistant, "what did Ofsted say about caseloads in Dudley?") == {}


def test_the_latest_may_be_all_of_them(assistant: Assistant) -> None:
    found = offered(assistant, "what did inspectors say about caseloads in Dudley at the last inspection?")
    again = read(assistant, found["All of them, not only the latest"].question)
    assert (again.time.rank, again.authorities) == (Rank.NONE, ("Dudley",))


def test_a_follow_up_may_be_asked_for_itself(assistant: Assistant) -> None:
    earlier = "what did Ofsted say about caseloads in Dudley in 2019?"
    found = offered(assistant, "what about staff turnover?", earlier)
    assert found["Without what came before"] == Rewording(
        "Without what came before", "what about staff turnover?", fresh=True
    )
    assert "Without what came before" not in offered(assistant, "and in 2022?", earlier)


def test_a_period_taken_over_may_be_left_out_while_the_authority_stays(assistant: Assistant) -> None:
    earlier = "what was said about caseloads in Dudley in 2019?"
    found = offered(assistant, "what was said about staff turnover?", earlier)
    assert found[ANY] == Rewording(ANY, "what was said about staff turnover in Dudley?", fresh=True)


FRAMES = st.sampled_from(
    [
        "what did Ofsted say about {topic} in {place} {when}?",
        "{topic} in {place} {when}",
        "{when} what was found about {topic} in {place}?",
        "how was {place} judged overall {when}?",
        "which inspections of {place} are held {when}?",
        "who led the inspection of {place} {when}?",
        "what needs to improve in {place} {when}",
        "did {place} improve {when}?",
        "what did the council say about {topic} {when} in {place}?",
        "what does the {place} report {when} say about {topic}?",
    ]
)
WHENS = st.sampled_from(
    [
        "in 2019", "since 2021", "before March 2020", "between 2018 and 2020", "in 2016 and 2019", "last year",
        "in July", "as of 2 May 2019", "on 4 March 2019", "in late 2022", "over the past three years", "in 2019/20",
        "at the latest inspection", "previously", "published in 2019", "in November 2022", "",
    ]
)  # fmt: skip
PLACES = st.sampled_from(["Dudley", "Kingston upon Thames", "Reading", "Blackburn with Darwen", "the council"])
TOPICS = st.sampled_from(["caseloads", "children in care", "the front door", "how staff were supported", "bin bags"])
EARLIER = st.sampled_from(["", "what did Ofsted say about adoption in Oldham in 2017?", "and in Leeds?"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FRAMES, WHENS, PLACES, TOPICS, EARLIER)
def test_a_rewording_changes_one_slot_and_nothing_else(  # noqa: PLR0917  (a strategy each)
    assistant: Assistant, frame: str, when: str, place: str, topic: str, earlier: str
) -> None:
    """Whatever the question: those that would be read in another way altogether are not offered."""
    question = frame.format(topic=topic, place=place, when=when)
    before = [earlier] if earlier else []
    reading = read(assistant, question, *before)
    found = rewordings(reading, assistant, TODAY)
    assert len(found) <= MOST
    assert len({one.label for one in found}) == len(found)
    for one in found:
        assert len(one.label) <= LONGEST
        assert one.question.strip()
        again = read(assistant, one.question, *([] if one.fresh else before))
        if one.label == "Without what came before":
            assert not again.carried
            continue
        for slot in ("authorities", "publishers", "kinds", "areas", "grades", "intent", "terms", "topic", "leaning"):
            assert getattr(again, slot) == getattr(reading, slot), (slot, one)
        if one.label == "Any time":
            assert again.time.periods == ()
        elif one.label.startswith("All of them"):
            assert again.time.rank is Rank.NONE
        else:
            ((was,), (is_now,)) = reading.time.periods, again.time.periods
            assert (was.interval, was.relation) == (is_now.interval, is_now.relation)
            assert is_now.basis is (Basis.PUBLISHED if "published" in one.label else Basis.INSPECTED)


def test_the_inspection_that_a_time_was_told_by_is_said_back(assistant: Assistant) -> None:
    (said,) = said_back(read(assistant, "what was said about caseloads in Dudley before the first inspection?"))
    assert said.startswith(
        "I read “before the first inspection” (SIF inspection published 10 May 2016) as published or "
    )
