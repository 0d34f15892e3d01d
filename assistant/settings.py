"""What a person may set outside the command line: environment variables, or a file `.env`.

Variables are named INSPECTIONS_..., but for Slack's own four, which keep the names that Slack's guides use.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.audience import PUBLIC, RESTRICTED, is_name
from index.errors import SettingsError
from index.server import DATABASE, TENANT, Server, server_at

PREFIX = "INSPECTIONS_"


def _checked(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return address


def _listed(text: object) -> object:
    return tuple(text.replace(",", " ").split()) if isinstance(text, str) else text


def _ids(names: tuple[str, ...]) -> tuple[str, ...]:
    """A channel's name in the place of its id would match no channel, and deny none."""
    if not all(re.fullmatch(r"[A-Z][A-Z0-9]+", name) for name in names):
        raise ValueError("it takes ids of Slack, such as C0123ABCD, separated by commas")
    return names


def _mapped(text: object) -> object:
    """`name=ID,ID; name=ID` as a dict; a name may come twice."""
    if not isinstance(text, str):
        return text
    found: dict[str, tuple[str, ...]] = {}
    for part in text.replace("\n", ";").split(";"):
        name, sign, ids = (piece.strip() for piece in part.partition("="))
        if name or sign:
            found[name] = (*found.get(name, ()), *ids.replace(",", " ").split())
    return found


def _audiences(mapping: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """A mistake here would show too little, or too much: nothing is guessed."""
    for name, ids in mapping.items():
        if name in {PUBLIC, RESTRICTED} or not is_name(name):
            raise ValueError("it takes names of audiences such as internal, and neither public nor restricted")
        if not ids or not all(re.fullmatch(r"[SCG][A-Z0-9]+", one) for one in ids):
            raise ValueError("after each = it takes ids of user groups (S...) and channels (C... or G...)")
    return mapping


WebAddress = Annotated[str, AfterValidator(_checked)]
Ids = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_ids)]  # or by spaces
Audiences = Annotated[dict[str, tuple[str, ...]], NoDecode, BeforeValidator(_mapped), AfterValidator(_audiences)]


class Variables(BaseSettings):
    """Settings whose fields are read from the variables of their names, each with the kind's prefix."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class Settings(Variables):
    """The settings of one run, read once and handed on."""

    index: Path = Path(".inspections")  # folder of the index
    source: Path = Path("source_docs")  # folder of the documents
    keep: Annotated[int, Field(ge=2, le=1000)] = 3  # generations of the index that are kept
    runs: Path = Path(".inspections-runs")  # folder of what evaluation runs leave
    document_base_url: WebAddress | None = None  # where the documents can be opened on the web
    home_authority: str | None = None  # the local authority that a question means if it names none
    glossary: Path | None = None  # a file of words of the field that are added to the project's own
    embedder: Path | None = None  # folder of another embedding model; None: the packaged one
    reranker: Path | None = None  # folder of a cross-encoder that re-ranks the first passages; None: nothing does
    today: date | None = None  # the day to take for today; None: the calendar's
    workers: Annotated[int, Field(ge=1, le=64)] = 2  # processes that read documents
    read_seconds: Annotated[float, Field(gt=0)] = 30.0  # that reading one document may take
    chroma_url: WebAddress | None = None  # a Chroma server that keeps the vectors; None: the folder of the index
    chroma_headers: SecretStr | None = None  # that the way to it asks for
    chroma_tenant: str = TENANT
    chroma_database: str = DATABASE
    chroma_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0  # that it may take to answer

    def server(self) -> Server | None:
        """The Chroma server that keeps the vectors, if one does.  SettingsError: it is not named as it must be."""
        if self.chroma_url is None:
            return None
        headers = "" if self.chroma_headers is None else self.chroma_headers.get_secret_value()
        return server_at(self.chroma_url, headers, self.chroma_tenant, self.chroma_database, self.chroma_seconds)


class SlackSettings(Variables):
    """The settings of the Slack app beside those of `Settings`."""

    bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")  # Socket Mode
    signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")  # HTTP mode
    api_url: WebAddress = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    # The app's own records, as a database URL, which may hold a password.
    slack_state: Annotated[str, Field(repr=False)] = "sqlite:///.inspections-slack.sqlite"
    slack_workers: Annotated[int, Field(ge=1, le=64)] = 4  # questions answered at the same time
    slack_waiting: Annotated[int, Field(ge=0, le=10_000)] = 200  # questions that may wait behind them
    slack_answer_seconds: Annotated[float, Field(gt=0, le=1800)] = 120.0  # that one answer may take
    slack_stop_seconds: Annotated[float, Field(ge=0, le=600)] = 20.0  # for open questions when the app is stopped
    slack_per_minute: Annotated[int, Field(ge=1)] = 30  # questions of one person
    slack_keep_days: Annotated[int, Field(ge=1)] = 90  # that questions, answers and feedback are kept
    slack_admins: Ids = ()  # user ids (U...) and user groups (S...)
    slack_channels: Ids = ()  # channels to answer in; none named: every one
    slack_channels_denied: Ids = ()  # channels never to answer in
    slack_audiences: Audiences = {}  # who in Slack may see what is not public: user groups and channels by audience
    slack_guests: bool = False  # whether guests of the workspace are answered
    slack_external: bool = False  # whether people of other organisations are answered
    slack_log_text: bool = False  # whether logs hold what people ask


_Some = TypeVar("_Some", bound=Variables)


def load_settings() -> Settings:
    """The settings as they stand now.  SettingsError: a value cannot be used; the message names its variable."""
    return load(Settings)


def load_slack_settings() -> SlackSettings:
    """The settings of the Slack app.  SettingsError: as for `load_settings`; no value is told, for some are secret."""
    return load(SlackSettings)


def load(kind: type[_Some]) -> _Some:
    """The settings of one kind as they stand now.  SettingsError: as for `load_settings`."""
    try:
        return kind()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read: {error}.", "Correct or remove it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        variable = name if name in _OWN else str(kind.model_config.get("env_prefix", PREFIX)) + name
        raise SettingsError(f"{variable} cannot be used: {first['msg']}.", "Correct or unset it.") from error


_OWN = frozenset(str(field.validation_alias) for field in SlackSettings.model_fields.values() if field.validation_alias)
