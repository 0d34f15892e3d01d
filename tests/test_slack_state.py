"""The state of the Slack face: once-only events, leases, what is kept and what is forgotten, on both databases."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.records import Answer
from assistant.slack.records import Asked, Feedback, KeptAnswer, Outcome, Posted, Question, Receipt, Verdict, Way
from assistant.slack.state.database import Database
from assistant.slack.state.errors import StateError
from assistant.slack.state.migrate import migrate
from assistant.slack.state.store import Store
from assistant.slack.state.tables import VERSION_TABLE, metadata
from index.audience import EVERYONE, Clearance, cleared_for

pytest_plugins = ["fixtures_postgres"]

ROOT = Path(__file__).resolve().parent.parent
LEASE = 60.0
ASKER, OTHER = "UASKER", "UOTHER"
RARE = "zebrafinch"
# What fields an answer has is no matter of the state: any answer will do here, and Hypothesis makes one.
ANSWER = find(st.from_type(Answer), lambda _: True)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


Opener = Callable[..., Store]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/state/slack.sqlite"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/slack.sqlite"


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Opener]:
    """Opens the database once more, as another process would."""
    with ExitStack() as stack:
        yield lambda owner: stack.enter_context(Store(url, owner, clock))


@pytest.fixture
def store(opened: Opener) -> Store:
    return opened("one")


def asked(number: int = 1, way: Way = Way.MENTION, **changes: object) -> Asked:
    ts = f"1700000000.{number:06d}"
    one = Asked(f"C1:{ts}", way, "T1", "C1", ASKER, f"Question {number}", 1_700_000_000.0 + number, ts, ts)
    return replace(one, **changes)  # type: ignore[arg-type]  # a test may change any field


def kept(
    key: str, number: int = 1, user: str = ASKER, answer: Answer = ANSWER, clearance: Clearance = EVERYONE
) -> KeptAnswer:
    return KeptAnswer(f"{number:032x}", key, user, "000001", 1_700_000_000.5, answer, clearance)


def verdict(number: int = 1, user: str = ASKER, at: float = 1.0, **changes: object) -> Feedback:
    one = Feedback(f"{number:032x}", user, Verdict.GOOD, ("clear", "complete"), "Thanks", at)
    return replace(one, **changes)  # type: ignore[arg-type]  # as above


def ask(store: Store, number: int = 1, **changes: object) -> str:
    """Receive a question and give its key."""
    one = asked(number, **changes)  # type: ignore[arg-type]  # as above
    assert store.receive(f"Ev{one.key}", one, LEASE) is Receipt.NEW
    return one.key


def held(store: Store, key: str) -> Question:
    question = store.question(key)
    assert question is not None
    return question


# Receiving


def test_a_question_comes_back_as_it_was_received(store: Store) -> None:
    whole = asked(response_url="https://hooks.example.org/1", thread_ts=None, ts=None, way=Way.CLAIM)
    assert store.receive("Ev1", whole, LEASE) is Receipt.NEW
    assert held(store, whole.key) == Question(whole, Outcome.OPEN, tries=1)
    assert store.question("C1:0") is None


def test_an_event_is_new_once_even_after_the_store_was_opened_again(opened: Opener) -> None:
    first = opened("one")
    assert first.receive("Ev1", asked(), LEASE) is Receipt.NEW
    first.close()
    second = opened("two")
    assert second.receive("Ev1", asked(2), LEASE) is Receipt.REPEATED
    assert second.question(asked(2).key) is None


def test_the_twin_of_a_mention_is_told_apart_and_changes_nothing(store: Store) -> None:
    key = ask(store)
    twin = asked(way=Way.THREAD, text="other words")
    assert store.receive("Ev2", twin, LEASE) is Receipt.TWIN
    assert store.receive("Ev2", twin, LEASE) is Receipt.REPEATED
    assert held(store, key).asked == asked()


def test_events_without_a_question_and_questions_without_an_event_are_received(store: Store) -> None:
    assert store.receive("Ev1", None, LEASE) is Receipt.NEW
    assert store.receive("Ev1", None, LEASE) is Receipt.REPEATED
    assert store.receive(None, asked(), LEASE) is Receipt.NEW
    assert store.receive(None, asked(), LEASE) is Receipt.TWIN
    assert store.receive(None, None, LEASE) is Receipt.NEW


def test_every_event_is_new_exactly_once_among_threads_and_stores(opened: Opener) -> None:
    """8 threads with 200 events each, of which one in ten is a repetition, on two stores of one database."""
    stores = [opened("one"), opened("two")]
    work = [[(thread * 180 + number) % 1440 for number in range(200)] for thread in range(8)]
    begin = threading.Barrier(8)

    def receive(thread: int) -> list[tuple[int, Receipt]]:
        begin.wait()
        return [(n, stores[thread % 2].receive(f"Ev{n}", asked(n), LEASE)) for n in work[thread]]

    with ThreadPoolExecutor(8) as pool:
        told = [one for part in pool.map(receive, range(8)) for one in part]
    assert Counter(receipt for _, receipt in told) == {Receipt.NEW: 1440, Receipt.REPEATED: 160}
    assert sorted(n for n, receipt in told if receipt is Receipt.NEW) == list(range(1440))
    assert stores[0].questions_open() == 1440


def test_a_message_that_comes_as_two_events_at_once_is_new_once(opened: Opener) -> None:
    stores = [opened("one"), opened("two")]
    begin = threading.Barrier(4)

    def receive(thread: int) -> list[Receipt]:
        begin.wait()
        return [stores[thread % 2].receive(f"Ev{thread}-{n}", asked(n), LEASE) for n in range(40)]

    with ThreadPoolExecutor(4) as pool:
        told = Counter(receipt for part in pool.map(receive, range(4)) for receipt in part)
    assert told == {Receipt.NEW: 40, Receipt.TWIN: 120}


_KILLED = """
import sys, time
from assistant.slack.records import Asked, Way
from assistant.slack.state.store import Store
store = Store(sys.argv[1], "killed")
store.receive("Ev1", Asked("C1:1", Way.DIRECT, "T1", "C1", "U1", "Still there?", 1.0, "1", "1"), 0.0)
print("received", flush=True)
sys.stdin.read()
"""


def test_what_was_received_outlives_a_process_that_is_killed(url: str, opened: Opener) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "received\n"
        process.kill()
        assert process.wait() == -signal.SIGKILL
    store = opened("next")
    assert held(store, "C1:1").asked.text == "Still there?"
    assert store.receive("Ev1", None, LEASE) is Receipt.REPEATED


def test_no_character_is_too_strange_to_be_received(store: Store) -> None:
    key = ask(store, text="a\0b \ud83d c 😀")
    assert held(store, key).asked.text == "a\ufffdb ? c 😀"


# Threads


def test_the_text_of_a_thread_is_kept_only_once_it_was_for_us(store: Store) -> None:
    key = ask(store, way=Way.THREAD)
    assert held(store, key).asked.text == ""
    store.took(key, "And in 2020?")
    assert held(store, key).asked.text == "And in 2020?"


def test_chatter_makes_no_thread_ours(store: Store) -> None:
    """A message that was just received, of which nobody knows yet whether it is for us, is no reason to listen."""
    where = ("C1", "1700000000.000001")
    chatter = ask(store, way=Way.THREAD)
    assert not store.question_in_thread(*where)
    store.finish(chatter, Outcome.IGNORED)
    assert not store.question_in_thread(*where)
    ask(store, 2, thread_ts=where[1])
    assert store.question_in_thread(*where)
    assert not store.question_in_thread("C2", where[1])
    assert not store.question_in_thread("C1", "1700000000.000002")


def test_what_was_not_for_us_keeps_neither_text_nor_person(store: Store) -> None:
    key = ask(store, response_url="https://hooks.example.org/1")
    assert store.finish(key, Outcome.IGNORED)
    left = held(store, key)
    assert (left.outcome, left.asked.text, left.asked.user, left.asked.response_url) == (Outcome.IGNORED, "", "", None)
    store.took(key, "too late")
    assert held(store, key).asked.text == ""


def test_open_questions_of_a_thread_are_named_oldest_first(store: Store) -> None:
    thread = "1700000000.000000"
    keys = [ask(store, number, thread_ts=thread) for number in (3, 1, 2)]
    ask(store, 4)
    store.finish(keys[2], Outcome.STOPPED)
    assert store.open_in("C1", thread) == (keys[1], keys[0])


# Leases


def test_a_question_is_taken_over_once_its_lease_has_run_out(opened: Opener, clock: Clock) -> None:
    dead, alive = opened("dead"), opened("alive")
    keys = [ask(dead, number) for number in (2, 1)]
    clock.now += LEASE
    assert alive.overdue(LEASE) == ()
    clock.now += 1
    assert [(one.asked.key, one.tries) for one in alive.overdue(LEASE)] == [(keys[1], 2), (keys[0], 2)]
    assert alive.overdue(LEASE) == dead.overdue(LEASE) == ()


def test_a_lease_that_is_renewed_does_not_run_out(opened: Opener, clock: Clock) -> None:
    busy, dead, idle = opened("busy"), opened("dead"), opened("idle")
    key = ask(busy, 1)
    lost = ask(dead, 2)
    clock.now += LEASE - 1
    busy.renew([key, lost], LEASE)  # of which one is another's
    clock.now += LEASE - 1
    assert [one.asked.key for one in idle.overdue(LEASE)] == [lost]


def test_what_is_released_can_be_taken_over_at_once(opened: Opener) -> None:
    leaving, staying = opened("leaving"), opened("staying")
    key = ask(leaving, 1)
    ask(staying, 2)
    leaving.release()
    assert [one.asked.key for one in staying.overdue(LEASE)] == [key]


def test_finished_questions_are_never_overdue(store: Store, clock: Clock) -> None:
    store.finish(ask(store), Outcome.ANSWERED)
    clock.now += 10 * LEASE
    assert store.overdue(LEASE) == ()


def test_each_overdue_question_goes_to_one_of_many_callers(opened: Opener, clock: Clock) -> None:
    stores = [opened("one"), opened("two"), opened("three")]
    keys = [ask(stores[0], number) for number in range(60)]
    clock.now += LEASE + 1
    begin = threading.Barrier(6)

    def take(caller: int) -> list[str]:
        begin.wait()
        return [one.asked.key for _ in range(3) for one in stores[caller % 3].overdue(LEASE)]

    with ThreadPoolExecutor(6) as pool:
        taken = [key for part in pool.map(take, range(6)) for key in part]
    assert sorted(taken) == sorted(keys)


# Finishing


def test_finishing_keeps_what_was_posted(store: Store) -> None:
    key = ask(store)
    store.posted(key, Posted("C1", "5.0", ("6.0", "7.0")))
    assert held(store, key).outcome is Outcome.OPEN
    assert store.finish(key, Outcome.ANSWERED, answer_id="a" * 32)
    done = held(store, key)
    assert (done.outcome, done.answer_id) == (Outcome.ANSWERED, "a" * 32)
    assert done.posted == Posted("C1", "5.0", ("6.0", "7.0"))


def test_finishing_may_say_where_the_answer_stands(store: Store) -> None:
    key = ask(store)
    store.finish(key, Outcome.ABSTAINED, posted=Posted("C1", "5.0", ("6.0",)))
    done = held(store, key)
    assert (done.outcome, done.posted) == ("abstained", Posted("C1", "5.0", ("6.0",)))


def test_a_question_that_was_stopped_or_withdrawn_stays_so(opened: Opener) -> None:
    working, told = opened("working"), opened("told")
    for number, outcome in enumerate((Outcome.STOPPED, Outcome.WITHDRAWN)):
        key = ask(working, number)
        assert told.finish(key, outcome)
        assert not working.finish(key, Outcome.ANSWERED, answer_id="a" * 32)
        kept = asked(number) if outcome is Outcome.STOPPED else asked(number, text="")
        assert held(working, key) == Question(kept, outcome, tries=1)


def test_an_answered_question_can_be_withdrawn_but_not_stopped(store: Store) -> None:
    key = ask(store)
    store.finish(key, Outcome.ANSWERED, posted=Posted("C1", "5.0"))
    assert not store.finish(key, Outcome.STOPPED)
    assert store.finish(key, Outcome.WITHDRAWN)
    assert (held(store, key).outcome, held(store, key).posted) == (Outcome.WITHDRAWN, Posted("C1", "5.0"))
    assert not store.finish("C1:unknown", Outcome.WITHDRAWN)


def test_what_was_withdrawn_keeps_no_text_and_no_answer(store: Store) -> None:
    key = ask(store)
    store.keep(kept(key))
    store.give_feedback(verdict())
    store.finish(key, Outcome.ANSWERED, answer_id=f"{1:032x}", posted=Posted("C1", "5.0"))
    store.finish(key, Outcome.WITHDRAWN)
    assert (held(store, key).asked.text, store.answer(f"{1:032x}"), list(store.feedback())) == ("", None, [])


def test_an_answer_that_stands_though_withdrawn_is_found_until_it_is_taken_back(opened: Opener, clock: Clock) -> None:
    dead, alive = opened("dead"), opened("alive")
    key = ask(dead)
    dead.finish(key, Outcome.ANSWERED, posted=Posted("C1", "5.0"))
    dead.finish(ask(dead, 2), Outcome.WITHDRAWN)  # had no answer yet
    assert alive.standing(LEASE) == ()
    dead.finish(key, Outcome.WITHDRAWN)
    clock.now += LEASE + 1
    assert [(one.asked.key, one.posted) for one in alive.standing(LEASE)] == [(key, Posted("C1", "5.0"))]
    assert alive.standing(LEASE) == ()
    alive.took_back(key)
    clock.now += LEASE + 1
    assert alive.standing(LEASE) == ()


def test_edits_count_as_questions(store: Store) -> None:
    ask(store)
    for number in range(4):
        assert store.take_up(replace(asked(), text=f"Other words {number}"), LEASE)
    assert store.asked_since(ASKER, 0.0) == 5


def test_whoever_was_overtaken_cannot_finish(opened: Opener, clock: Clock) -> None:
    slow, quick = opened("slow"), opened("quick")
    key = ask(slow)
    clock.now += LEASE + 1
    quick.overdue(LEASE)
    assert not slow.finish(key, Outcome.FAILED)
    assert quick.finish(key, Outcome.ANSWERED)
    assert held(slow, key).outcome is Outcome.ANSWERED


def test_an_edited_question_is_opened_again_and_knows_its_answer(opened: Opener) -> None:
    first, second = opened("first"), opened("second")
    key = ask(first)
    first.finish(key, Outcome.ANSWERED, answer_id="a" * 32, posted=Posted("C1", "5.0"))
    assert second.take_up(replace(asked(), text="Better words"), LEASE)
    again = held(second, key)
    assert (again.outcome, again.asked.text, again.tries) == (Outcome.OPEN, "Better words", 2)
    assert (again.answer_id, again.posted) == ("a" * 32, Posted("C1", "5.0"))
    assert not first.finish(key, Outcome.ANSWERED)
    assert second.finish(key, Outcome.ABSTAINED, answer_id="b" * 32)
    assert held(first, key).answer_id == "b" * 32


def test_what_was_withdrawn_is_not_opened_again(store: Store) -> None:
    key = ask(store)
    store.finish(key, Outcome.WITHDRAWN)
    assert not store.take_up(replace(asked(), text="Better words"), LEASE)
    assert not store.take_up(replace(asked(), key="C1:unknown"), LEASE)
    assert held(store, key).outcome is Outcome.WITHDRAWN


def test_what_was_not_for_us_is_opened_again_where_an_edit_made_it_so(store: Store) -> None:
    key = ask(store)
    store.finish(key, Outcome.IGNORED)
    assert store.take_up(asked(), LEASE)
    assert held(store, key).asked == asked()


# People


def test_questions_count_against_a_person_unless_they_were_not_for_us_or_refused(store: Store) -> None:
    outcomes = (Outcome.ANSWERED, Outcome.IGNORED, Outcome.REFUSED, Outcome.FAILED, Outcome.STOPPED)
    for number, outcome in enumerate(outcomes):
        store.finish(ask(store, number), outcome)
    ask(store, 8, user=OTHER)
    ask(store, 9)
    assert store.asked_since(ASKER, asked(0).at) == 4
    assert store.asked_since(ASKER, asked(1).at) == 3
    assert store.asked_since(OTHER, asked(9).at) == 0
    assert store.questions_open() == 2


def test_recent_questions_are_those_with_an_answer_newest_first(store: Store) -> None:
    outcomes = (Outcome.ANSWERED, Outcome.ABSTAINED, Outcome.WITHDRAWN, Outcome.REFUSED, Outcome.ANSWERED)
    for number, outcome in enumerate(outcomes):
        store.finish(ask(store, number), outcome)
    ask(store, 9)
    store.finish(ask(store, 10, user=OTHER), Outcome.ANSWERED)
    assert [one.asked.text for one in store.recent(ASKER, 9)] == ["Question 4", "Question 1", "Question 0"]
    assert [one.asked.text for one in store.recent(ASKER, 2)] == ["Question 4", "Question 1"]


# Answers and feedback


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.from_type(Answer).filter(lambda answer: "nan" not in repr(answer)))
def test_any_answer_comes_back_equal(tmp_path: Path, answer: Answer) -> None:
    with Store(f"sqlite:///{tmp_path}/{uuid4()}.sqlite", "one") as store:
        one = kept(ask(store), answer=answer, clearance=cleared_for(["internal", "board"]))
        assert store.keep(one)
        assert store.keep(one)
        assert store.answer(one.id) == one


def test_half_a_surrogate_pair_in_an_answer_comes_back(store: Store) -> None:
    one = kept(ask(store), answer=replace(ANSWER, text="\ud83d and \0"))
    store.keep(one)
    assert store.answer(one.id) == one


def test_an_answer_without_its_question_is_not_kept(store: Store) -> None:
    """Erasing a person while one of their questions is answered leaves nothing behind."""
    key = ask(store)
    store.erase(ASKER)
    assert not store.keep(kept(key))
    assert store.answer(kept(key).id) is None


def test_an_answer_of_another_shape_is_none(store: Store, url: str) -> None:
    one = kept(ask(store))
    store.keep(one)
    store.give_feedback(verdict())
    _run(url, "UPDATE slack_answers SET answer = '{\"old\": 1}'")
    assert store.answer(one.id) is None
    assert list(store.feedback()) == []


def test_a_change_of_mind_replaces_the_verdict(store: Store) -> None:
    one = kept(ask(store))
    store.keep(one)
    good = verdict(at=2.0)
    bad = verdict(at=3.0, verdict=Verdict.BAD, reasons=("wrong",), comment="No: it was 2020")
    other = verdict(user=OTHER, at=1.0, reasons=(), comment="")
    for given_now in (good, other, bad, good):  # the last one was held up on its way
        store.give_feedback(given_now)
    assert list(store.feedback()) == [(other, one), (bad, one)]


def test_feedback_on_an_answer_that_is_not_kept_is_refused(store: Store) -> None:
    with pytest.raises(KeyError):
        store.give_feedback(verdict())
    assert list(store.feedback()) == []


def test_feedback_is_read_piece_by_piece_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every verdict comes once, also where pieces end among verdicts of one time."""
    monkeypatch.setattr("assistant.slack.state.store._CHUNK", 3)
    for number in range(1, 4):
        store.keep(kept(ask(store, number), number))
        for person in range(3):
            store.give_feedback(verdict(number, f"U{person}", at=float(person)))
    told = [(given.at, given.answer_id, given.user) for given, _ in store.feedback()]
    assert len(told) == 9
    assert all(one < two for one, two in pairwise(told))


# Forgetting


def _person(store: Store, number: int, user: str, words: str) -> str:
    """A person with an answered question, an ignored one, and feedback on their own answer and on the first one."""
    key = ask(store, number, user=user, text=f"{words} question")
    store.keep(
        kept(
            key,
            number,
            user,
            replace(ANSWER, text=f"{words} answer", reading=replace(ANSWER.reading, question=f"{words}?")),
        )
    )
    store.finish(key, Outcome.ANSWERED, answer_id=f"{number:032x}")
    for answer in {1, number}:
        store.give_feedback(verdict(answer, user, comment=f"{words} comment"))
    return key


def test_an_erased_person_is_gone_and_others_stay(store: Store) -> None:
    gone, stays = _person(store, 1, ASKER, RARE), _person(store, 2, OTHER, "harmless")
    assert store.erase(ASKER) == 4  # a question, an answer, their feedback, and the other's on that answer
    assert store.question(gone) is None
    assert store.answer(f"{1:032x}") is None
    assert (store.recent(ASKER, 9), store.asked_since(ASKER, 0)) == ((), 0)
    assert held(store, stays).asked.user == OTHER
    assert [given.user for given, _ in store.feedback()] == [OTHER]
    assert store.receive(f"Ev{gone}", None, LEASE) is Receipt.REPEATED
    assert store.erase(ASKER) == 0


def test_nothing_of_an_erased_person_is_left_in_the_files(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    def found() -> set[str]:
        files = (tmp_path / "state").iterdir()
        return {path.name for path in files if any(word in path.read_bytes() for word in (b"zebrafinch", b"UASKER"))}

    with Store(sqlite_url, "one", clock) as store:
        for number in range(1, 120):
            _person(store, number, (ASKER, OTHER)[number % 2], (RARE, "harmless")[number % 2] * number)
        assert found() != set()
        assert store.erase(ASKER) > 0
        assert found() == set()
    assert found() == set()


def test_chatter_never_reaches_the_files(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    with Store(sqlite_url, "one", clock) as store:
        ask(store, way=Way.THREAD, text=RARE)
        assert not any(RARE.encode() in path.read_bytes() for path in (tmp_path / "state").iterdir())


def test_old_questions_are_purged_with_all_that_belongs_to_them(store: Store, clock: Clock) -> None:
    old, new = _person(store, 1, ASKER, "old"), _person(store, 900_000, OTHER, "new")
    waiting = ask(store, 3)
    clock.now = asked(900_000).at + 5
    assert store.receive("Fresh", None, LEASE) is Receipt.NEW
    # Three events; the first person's question, answer and feedback, and the other's feedback on that answer.
    assert store.purge(10) == 3 + 4
    assert (store.question(old), store.answer(f"{1:032x}")) == (None, None)
    assert {held(store, key).asked.key for key in (new, waiting)} == {new, waiting}
    assert [given.answer_id for given, _ in store.feedback()] == [f"{900_000:032x}"]
    assert store.receive("Fresh", None, LEASE) is Receipt.REPEATED
    assert store.purge(10) == 0


def test_events_are_known_for_a_day(store: Store, clock: Clock) -> None:
    store.receive("Ev1", None, LEASE)
    clock.now += 86_400
    assert store.purge(1) == 0
    clock.now += 1
    assert store.purge(1) == 1


# Opening


def _run(url: str, statement: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text(statement))
    database.close()


def test_migrating_from_nothing_gives_the_tables_of_now(url: str) -> None:
    database = Database(url)
    migrate(database)
    migrate(database)
    with database.reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    database.close()


def test_answers_from_before_there_were_audiences_were_for_everybody(url: str) -> None:
    with Store(url, "one") as store:
        store.receive(None, asked(), LEASE)
        store.keep(kept(asked().key, 7, clearance=cleared_for(["internal"])))
    _run(url, "ALTER TABLE slack_answers DROP COLUMN cleared")
    _run(url, "UPDATE slack_schema SET version_num = '0001'")
    with Store(url, "two") as store:
        assert store.answer(f"{7:032x}") == kept(asked().key, 7)


_OPENS = """
import sys
from assistant.slack.state.store import Store
print("ready", flush=True)
sys.stdin.readline()
Store(sys.argv[1], sys.argv[2]).close()
"""


def test_processes_that_start_at_once_agree_on_the_tables(url: str, opened: Opener) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _OPENS, url, str(number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 3
    assert opened("after").questions_open() == 0


def test_threads_that_open_at_once_agree_on_the_tables(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        for store in pool.map(lambda number: Store(url, str(number)), range(6)):
            store.close()


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    Store(url, "one").close()
    _run(url, "UPDATE slack_schema SET version_num = '9999'")
    with pytest.raises(StateError, match="written by a newer version"):
        Store(url, "two")


def test_the_file_is_for_its_owner_alone(sqlite_url: str, tmp_path: Path) -> None:
    with Store(sqlite_url, "one") as store:
        ask(store)
        files = list((tmp_path / "state").iterdir())
        assert {path.suffix for path in files} >= {".sqlite", ".sqlite-wal"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_sqlite_is_set_to_keep_what_was_acknowledged(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.reading() as connection:
        told = {name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")}  # fmt: skip
    database.close()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("no address at all", "cannot be read"),
        ("mysql://me:hunter2@localhost/state", r"cannot be kept in mysql://me:\*\*\*@localhost/state"),
        ("postgresql+psycopg://me:hunter2@localhost/state", "cannot be kept"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://me:hunter2@localhost/state?channel_binding=require", "channel_binding in the address"),
        ("postgresql://me:hunter2@localhost/state?sslmode=perhaps", "sslmode=perhaps"),
        ("postgresql://me:hunter2@localhost/state?sslmode=verify-full&sslrootcert=nowhere.pem", "nowhere.pem"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(address: str, told: str) -> None:
    with pytest.raises(StateError, match=told) as caught:
        Store(address, "one")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_text("These are my notes.\n" * 100)
    with pytest.raises(StateError, match="file is not a database"):
        Store(f"sqlite:///{file}", "one")
    assert file.read_text() == "These are my notes.\n" * 100


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be written: File exists"):
        Store(f"sqlite:///{tmp_path}/file/state.sqlite", "one")
    with pytest.raises(StateError, match="cannot be written: Is a directory"):
        Store(f"sqlite:///{tmp_path}", "one")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+pg8000"])
def test_a_server_is_reached_by_any_of_its_names(postgres_url: str, scheme: str) -> None:
    with Store(f"{scheme}{postgres_url.removeprefix('postgresql')}?sslmode=disable", "one") as store:
        assert store.questions_open() == 0


def test_a_server_that_is_not_there_or_refuses_is_named_without_the_password(postgres: str) -> None:
    for wrong, told in (
        ("postgresql://me:hunter2@127.0.0.1:1/state", "Can't create a connection"),
        (postgres.replace("p%40ss%20word", "hunter2"), "password authentication failed"),
        (postgres.replace("/postgres", "/nothing"), 'database "nothing" does not exist'),
        (postgres + "?sslmode=require", "cannot be used"),
    ):
        with pytest.raises(StateError, match=told) as caught:
            Store(wrong, "one")
        assert "***" in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_a_server_that_was_restarted_is_found_again(postgres_url: str) -> None:
    with Store(postgres_url, "one") as store:
        ask(store)
        ours = "application_name = 'inspections slack' AND pid <> pg_backend_pid()"
        _run(postgres_url, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - above
        assert store.receive("Ev2", asked(2), LEASE) is Receipt.NEW
        assert store.questions_open() == 2


def test_a_database_that_goes_away_is_told_without_what_was_asked(store: Store, url: str) -> None:
    for table in ("slack_feedback", "slack_answers", "slack_questions"):
        _run(url, f"DROP TABLE {table}")
    with pytest.raises(StateError, match="slack_questions") as caught:
        store.receive("Ev1", asked(text=RARE), LEASE)
    assert RARE not in str(caught.value)
    assert RARE not in str(caught.value.__cause__)


def test_more_threads_than_connections_wait_for_each_other(url: str) -> None:
    with Store(url, "one") as store, ThreadPoolExecutor(40) as pool:
        told = list(pool.map(lambda n: (store.receive(f"Ev{n}", asked(n), LEASE), store.questions_open()), range(200)))
    assert {receipt for receipt, _ in told} == {Receipt.NEW}
