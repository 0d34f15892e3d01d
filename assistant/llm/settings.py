"""Which language model words the answers, if any: the variables INSPECTIONS_LLM_..., read once and handed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from assistant.settings import PREFIX, Variables, WebAddress, load
from index.errors import SettingsError


class ModelSettings(Variables, env_prefix=f"{PREFIX}LLM_"):
    """The settings of the language model.  Without `base_url` and `model` none is used."""

    base_url: WebAddress | None = None  # of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1
    model: str | None = None  # the model's name there
    api_key: SecretStr | None = None  # where the endpoint wants one
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0  # that one answer may take, retries included
    retries: Annotated[int, Field(ge=0, le=10)] = 2  # after overload and lost connections, with growing pauses
    public_only: bool = True  # whether only what everybody may read is sent
    stream: bool = True  # whether the answer is asked for piece by piece
    context: Annotated[int, Field(ge=1_000, le=1_000_000)] = 6_000  # tokens of prompt, passages and answer together
    answer: Annotated[int, Field(ge=50, le=8_000)] = 700  # tokens that an answer may have
    price_in: Annotated[float, Field(ge=0)] | None = None  # for a million tokens of prompt
    price_out: Annotated[float, Field(ge=0)] | None = None  # for a million tokens of answer
    spend_a_day: Annotated[float, Field(gt=0)] | None = None  # in the currency of the prices; a day of UTC
    ledger: Path = Path(".inspections-llm.sqlite")  # file of what was spent

    @property
    def used(self) -> bool:
        """Whether a model is to be used."""
        return self.base_url is not None and self.model is not None


def load_model_settings() -> ModelSettings:
    """The settings as they stand now.  SettingsError: a value cannot be used, or they do not fit together."""
    settings = load(ModelSettings)
    if (settings.base_url is None) != (settings.model is None):
        message = "INSPECTIONS_LLM_BASE_URL and INSPECTIONS_LLM_MODEL belong together; one of them is not set."
        raise SettingsError(message, "Set both, or neither.")
    if settings.spend_a_day is not None and (settings.price_in is None or settings.price_out is None):
        message = "INSPECTIONS_LLM_SPEND_A_DAY needs prices to count with."
        raise SettingsError(message, "Set INSPECTIONS_LLM_PRICE_IN and INSPECTIONS_LLM_PRICE_OUT, per million tokens.")
    return settings
