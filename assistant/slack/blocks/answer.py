"""An answer as Slack messages: the answer first, then its sources, then what can be done with it.

One message where it fits; else the lines go over several, and the sources follow them.
"""

from __future__ import annotations

from assistant.records import Answer, Status
from assistant.slack.blocks.elements import context, paragraph, quotation, rich_text, run
from assistant.slack.blocks.fit import fits, messages
from assistant.slack.blocks.limits import SUMMARY
from assistant.slack.blocks.lines import answer_lines, folded, portions, table_piece
from assistant.slack.blocks.records import Message, Piece, Shown
from assistant.slack.blocks.sources import first_sources, nearest_piece, source_pieces, sources
from assistant.slack.blocks.tail import tail
from assistant.slack.blocks.text import clip, escaped, mrkdwn, one_line

QUESTION = 300  # characters of a question that is shown again
_MARK = 12  # characters of "(12 of 34) "


def answer_messages(shown: Shown) -> tuple[Message, ...]:
    """The messages that say the answer, to be posted in this order."""
    answer = shown.answer
    opening, end = _opening(shown), tail(shown)
    parts = _parts(answer, opening)
    told = [sources(answer.citations, first_sources(answer.citations))] if answer.citations else []
    told += [nearest_piece(answer.nearest)] if answer.nearest else []
    if fits([*parts[-1], *told, end]):
        parts[-1] += [*told, end]
    else:
        parts += [[piece] for piece in source_pieces(answer.citations, end)]
        if told and fits([*parts[-1], end]):
            parts[-1].append(end)
        else:
            parts.append([end])
    summary = _summary(answer, SUMMARY - _MARK)
    return messages(parts, [summary] * len(parts))


def _parts(answer: Answer, opening: list[Piece]) -> list[list[Piece]]:
    """What is said, by message: as a table, with what only some want folded away, or line by line."""
    table = table_piece(answer)
    for whole in ([table] if table else [], folded(answer)):
        if whole and fits([*opening, *whole]):
            return [[*opening, *whole]]
    texts = portions(answer, opening)
    return [[*opening, *texts[:1]], *([piece] for piece in texts[1:])]


def _opening(shown: Shown) -> list[Piece]:
    question = shown.question_shown or (shown.answer.reading.question if shown.claim or shown.shared else "")
    asked = clip(one_line(question), QUESTION)
    if shown.claim:
        shared = context("Shared by a colleague")
        return [*([Piece((shared,), (shared,), "Shared by a colleague")] if shown.shared else []), _claim(asked)]
    if not asked:
        return []
    words = "Shared by a colleague, who asked:" if shown.shared else "Asked:"
    told = context(f"{words} *{mrkdwn(asked)}*")
    return [Piece((told,), (told,), f"{words} {escaped(asked)}")]


def _claim(claim: str) -> Piece:
    head = "What the reports say about this claim"
    note = "The passages are shown for comparison. Whether the claim is right is for you to judge: no verdict is given."
    below = context(mrkdwn(note))
    rich = rich_text(paragraph(run(head, bold=True)), quotation(run(claim or "–")))
    plain = (context(f"*{head}*"), context(mrkdwn(claim) or "–"), below)
    return Piece((rich, below), plain, f"{head}\n{escaped(claim)}\n{note}")


def _summary(answer: Answer, most: int) -> str:
    """The first statement and how much stands behind it."""
    lines = [line.printed for line in answer_lines(answer)]
    if answer.status is Status.ABSTAINED or not lines:
        return escaped(" ".join(lines), most)
    count = len({citation.source for citation in answer.citations})
    behind = f" ({count} source{'' if count == 1 else 's'})"
    room = most - len(behind)
    whole = escaped(" ".join(lines[: 2 if lines[0].endswith(":") else 1]))
    first = whole if len(whole) <= room else escaped(lines[0], room)
    # A quote that is too long for a notification is not cut, so that nothing may be left of the line.
    return (first if len(first) > 1 else "An answer") + behind
