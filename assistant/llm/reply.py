"""The model's output, read strictly: one JSON object of one shape, or nothing.  Whether it is true is `checking`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.llm.client import ModelError
from assistant.llm.records import Claim, Trouble

MOST = 12  # claims
FENCES = ("```", "```json")
_Words = Annotated[str, StringConstraints(max_length=400)]
_Id = Annotated[str, StringConstraints(max_length=12)]


class _Claim(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    words: _Words = ""
    ids: list[_Id]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    answers: bool
    claims: list[_Claim]


def read_reply(text: str) -> tuple[Claim, ...]:
    """The claims of a reply, in its order, MOST at most.

    Thoughts before the object, and a fence of backquotes around it, are allowed; nothing else is.
    ModelError: it is not the object that was asked for (GARBAGE), or it says that nothing answers (NOTHING).
    """
    try:
        reply = _Reply.model_validate(json.loads(_object(text), object_pairs_hook=_distinct))
    except (ValueError, RecursionError) as error:  # pydantic's is a ValueError
        raise ModelError(Trouble.GARBAGE, "It is not the JSON that was asked for.") from error
    if not reply.answers or not reply.claims:
        raise ModelError(Trouble.NOTHING)
    return tuple(Claim(claim.words.strip(), tuple(dict.fromkeys(claim.ids))) for claim in reply.claims[:MOST])


def _object(text: str) -> str:
    """The text without thoughts before it and a fence around it; looked at once, however long it is."""
    told = text.strip()
    if told.startswith("<think>"):  # some models send along what they think
        told = told.partition("</think>")[2].strip()
    first, _, rest = told.partition("\n")
    return rest.removesuffix("```") if first.strip() in FENCES and rest.endswith("```") else told


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with each key once: of two, readers of JSON differ in which one counts."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)
