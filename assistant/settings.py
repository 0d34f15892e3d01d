"""What a person may set outside the command line: environment variables INSPECTIONS_..., or a file `.env`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError

PREFIX = "INSPECTIONS_"


def _checked(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return address


WebAddress = Annotated[str, AfterValidator(_checked)]


class Settings(BaseSettings):
    """The settings of one run, read once and handed on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    index: Path = Path(".inspections")  # folder of the index
    source: Path = Path("source_docs")  # folder of the documents
    document_base_url: WebAddress | None = None  # where the documents can be opened on the web
    home_authority: str | None = None  # the local authority that a question means if it names none
    embedder: Path | None = None  # folder of another embedding model; None: the packaged one
    today: date | None = None  # the day to take for today; None: the calendar's
    workers: Annotated[int, Field(ge=1, le=64)] = 2  # processes that read documents
    read_seconds: Annotated[float, Field(gt=0)] = 30.0  # that reading one document may take


def load_settings() -> Settings:
    """The settings as they stand now.  SettingsError: a value cannot be used; the message names its variable."""
    try:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read: {error}.", "Correct or remove it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        variable = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{variable} cannot be used: {first['msg']}.", "Correct or unset it.") from error
