"""The Home tab: how to ask, what was asked, what is held, and for admins the state of the index.

Its buttons: `again:<i>` (value: the question), `reindex` and `rollback`, each of which asks before it acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.holdings import Counts, Holdings
from assistant.slack.blocks.elements import (
    actions,
    bullets,
    button,
    confirmation,
    context,
    divider,
    header,
    mrkdwn_text,
    paragraph,
    preformatted,
    rich_text,
    run,
    section,
)
from assistant.slack.blocks.limits import BUTTON_VALUE, VIEW_BLOCKS, Block
from assistant.slack.blocks.text import clip, mrkdwn, one_line
from assistant.words import day_words, period_words

RECENT = 5  # questions of the person
AUTHORITIES = 2_400  # characters of the list of authorities
BAR = 24  # signs of the longest bar
ROWS = 30  # of a bar chart
NAME = 50  # characters of the name of a bar
ADDED = 10  # documents named as added
_CHANGED, _UNCHANGED = "The source folder has changed since.", "The source folder has not changed since."
_REINDEX = "The source folder is read again. Meanwhile questions are answered as before."
_ROLL_BACK = "Answers will come from the generation before this one, until the index is built again."


@dataclass(frozen=True, slots=True)
class Recent:
    """A question that the person asked, and when."""

    question: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: what it does, how many of how many, documents a second, seconds left (None: not known)."""

    stage: str
    done: int
    of: int
    rate: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class AdminPanel:
    """The state of the index.

    `changed`: whether the source folder differs from what is indexed, None if nobody looked; `progress` is None
    while nothing is built; `last` says how the last build ended; `can_roll_back`: whether there is a generation before.
    """

    generation: str
    built: datetime
    documents: int
    passages: int
    skipped: int
    changed: bool | None = None
    progress: Progress | None = None
    last: str | None = None
    can_roll_back: bool = True


@dataclass(frozen=True, slots=True)
class Home:
    """What one person's Home tab shows.  `now` is what ages are counted from; all times know their zone."""

    holdings: Holdings
    examples: tuple[str, ...]
    recent: tuple[Recent, ...]
    now: datetime
    admin: AdminPanel | None = None


def home_view(home: Home) -> Block:
    """The view for views.publish."""
    blocks = [
        *_how_to_ask(home.examples),
        *_recent(home.recent, home.now),
        *_held(home.holdings, home.now),
        *(_admin(home.admin, home.now) if home.admin else []),
    ]
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def age_words(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: "just now", "5 minutes ago", "3 days ago"."""
    seconds = max(0, int((now - then) / timedelta(seconds=1)))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    return "just now"


def _how_to_ask(examples: Sequence[str]) -> list[Block]:
    words = (
        "Ask what inspection reports and letters say, and get it word for word, with page and link. Write to me here "
        "under Messages, mention me in a channel, or type /inspections with a question for an answer that only you see."
    )
    shown = [paragraph(run(one_line(example), italic=True)) for example in examples]
    listed = [rich_text(paragraph(run("For example:")), bullets(shown))] if shown else []
    return [header("Ask about inspections"), rich_text(paragraph(run(words))), *listed]


def _recent(recent: Sequence[Recent], now: datetime) -> list[Block]:
    if not recent:
        return []
    rows = [
        section(
            mrkdwn_text(f"{mrkdwn(clip(one_line(one.question), 200)) or '–'}\n_{age_words(one.at, now)}_"),
            button("Ask again", f"again:{index}", one.question[:BUTTON_VALUE]),
        )
        for index, one in enumerate(recent[:RECENT])
    ]
    return [divider(), header("Your recent questions"), *rows]


def _held(held: Holdings, now: datetime) -> list[Block]:
    newest = f", the newest published on {day_words(held.newest)}" if held.newest else ""
    authorities = len([name for name, _ in held.by_authority if name != "none"])
    about = f" about {authorities:,} {'authority' if authorities == 1 else 'authorities'}" if authorities else ""
    documents = f"{held.documents:,} {'document' if held.documents == 1 else 'documents'}"
    told = f"*{documents}*{about}{newest}."
    age = f"The index was built {age_words(held.built, now)}, on {day_words(held.built.date())}."
    return [
        divider(),
        header("What is held"),
        section(mrkdwn_text(told)),
        context(age),
        *_chart("By kind", sorted(held.by_kind, key=lambda pair: -pair[1])),
        *_chart("By year of publication", held.by_year[-ROWS:]),
        *_authorities(held.by_authority),
        *_latest(held),
    ]


def _chart(title: str, counts: Sequence[tuple[str, int]]) -> list[Block]:
    """Bars of text, the longest BAR signs long; every count has one sign at least."""
    rows = [(clip(one_line(name), NAME), number) for name, number in counts[:ROWS]]
    if not rows:
        return []
    most, wide = max(number for _, number in rows), max(len(name) for name, _ in rows)
    lines = [f"{name.ljust(wide)}  {'█' * max(1, round(BAR * number / most))} {number:,}" for name, number in rows]
    return [rich_text(paragraph(run(title, bold=True)), preformatted("\n".join(lines)))]


def _authorities(counts: Counts) -> list[Block]:
    """All authorities in the order of their names; where they do not fit, the largest and how many more."""
    named = [(clip(one_line(name), 200), number) for name, number in counts if name != "none"]
    if not named:
        return []
    for kept in range(len(named), 0, -1):
        largest = set(sorted(named, key=lambda pair: (-pair[1], pair[0]))[:kept])
        words = [f"{name} {number}" for name, number in named if (name, number) in largest]
        more = [f"and {len(named) - kept} more"] if kept < len(named) else []
        told = mrkdwn(" · ".join([*words, *more]))
        if len(told) <= AUTHORITIES:
            break
    return [rich_text(paragraph(run("By authority", bold=True))), context(told)]


def _latest(held: Holdings) -> list[Block]:
    title = "Latest additions" if held.added else "Latest documents"
    shown = [
        paragraph(
            run(
                f"{clip(one_line(one.title) or one.source, 200)} "
                f"({f'published {period_words(one.published)}' if one.published else 'undated'})"
            )
        )
        for one in held.latest[:ADDED]
    ]
    return [rich_text(paragraph(run(title, bold=True)), bullets(shown))] if shown else []


def _admin(panel: AdminPanel, now: datetime) -> list[Block]:
    skipped = f"{panel.skipped:,} {'file was' if panel.skipped == 1 else 'files were'} skipped"
    facts = [
        f"*Generation {mrkdwn(panel.generation)}*, built {age_words(panel.built, now)}",
        f"{panel.documents:,} documents, {panel.passages:,} passages; {skipped}",
        *([] if panel.changed is None else [_CHANGED if panel.changed else _UNCHANGED]),
    ]
    last = [context(mrkdwn(f"Last build: {one_line(panel.last)}", 1_000))] if panel.last else []
    state = _progress(panel.progress) if panel.progress else [*last, _admin_buttons(panel)]
    return [divider(), header("For administrators"), section(mrkdwn_text("\n".join(facts))), *state]


def _progress(progress: Progress) -> list[Block]:
    share = min(1.0, max(0.0, progress.done / progress.of)) if progress.of else 0.0
    full = int(BAR * share)
    told = [
        f"{one_line(progress.stage)} {progress.done:,} of {progress.of:,}",
        f"{progress.rate:.0f} a second" if progress.rate is not None and progress.rate >= 1 else "",
        f"about {_left(progress.left)} left" if progress.left is not None else "",
    ]
    bar = f"{'█' * full}{'░' * (BAR - full)} {share:.0%}\n{clip(', '.join(filter(None, told)), 200)}"
    return [rich_text(paragraph(run("Re-indexing", bold=True)), preformatted(bar))]


def _left(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"


def _admin_buttons(panel: AdminPanel) -> Block:
    reindex = button(
        "Re-index now", "reindex", panel.generation, confirm=confirmation("Re-index now?", _REINDEX, "Re-index")
    )
    back = button(
        "Roll back", "rollback", panel.generation, confirm=confirmation("Roll back?", _ROLL_BACK, "Roll back")
    )
    return actions([reindex, *([back] if panel.can_roll_back else [])])
