"""The model's output, read strictly: one JSON object of one shape, or nothing.  Whether it is true is `checking`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from assistant.llm.client import ModelError
from assistant.llm.records import Claim, Trouble

MOST = 12  # claims
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.S)
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
    """The claims of a reply, in its order, MOST at most; a fence of backquotes around the whole is allowed.

    ModelError: it is not the object that was asked for (GARBAGE), or it says that nothing answers (NOTHING).
    """
    fenced = _FENCED.match(text)
    try:
        reply = _Reply.model_validate_json(fenced[1] if fenced else text)
    except (ValidationError, RecursionError) as error:
        raise ModelError(Trouble.GARBAGE, "It is not the JSON that was asked for.") from error
    if not reply.answers or not reply.claims:
        raise ModelError(Trouble.NOTHING)
    return tuple(Claim(claim.words.strip(), tuple(dict.fromkeys(claim.ids))) for claim in reply.claims[:MOST])
