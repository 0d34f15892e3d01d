"""A Chroma server as it is named in the settings: its address, the headers that open it, and what follows from them.

Nothing is sent from here; see `chroma_server`.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from index.errors import SettingsError

Headers = tuple[tuple[str, str], ...]
TENANT, DATABASE = "default_tenant", "default_database"  # Chroma's own names for the only ones of a plain server
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_FORM = 'Write a JSON object, such as {"Authorization": "Bearer ..."}, or a line "Name: value" for each.'


@dataclass(frozen=True, slots=True)
class Server:
    """Where the vectors are kept if not in the index's folder.

    `url` has no user, query or fragment.  `headers` go with every request, and are secret.  `seconds` that one request
    may take; writing gets `WRITING` times as long.
    """

    url: str
    headers: Headers = field(default=(), repr=False)
    tenant: str = TENANT
    database: str = DATABASE
    seconds: float = 30.0

    @property
    def host(self) -> str:
        """The host's name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, said or implied."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def is_loopback(self) -> bool:
        """Whether the address is one of this machine that no other machine reaches."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:  # a name
            return False

    @property
    def is_encrypted(self) -> bool:
        """Whether what is sent to it can be read on the way."""
        return self.url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Place:
    """A collection on a server, there already or not yet."""

    server: Server
    collection: str


def server_at(
    url: str, headers: str = "", tenant: str = TENANT, database: str = DATABASE, seconds: float = 30
) -> Server:
    """The server of an address and of headers as they are written in a setting.

    SettingsError: one of them cannot be used.  The headers' values are not told.
    """
    parts = urlsplit(url)
    try:
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        sound = False
    if not sound or "@" in parts.netloc or parts.query or parts.fragment:
        message = "INSPECTIONS_CHROMA_URL cannot be used: it takes http:// or https://, a host, a port and no more."
        raise SettingsError(message, "Correct it; names and passwords belong into INSPECTIONS_CHROMA_HEADERS.")
    return Server(url.rstrip("/"), _headers(headers), tenant, database, seconds)


def _headers(text: str) -> Headers:
    found = tuple((name.strip(), value.strip()) for name, value in _pairs(text.strip()))
    for name, value in found:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise SettingsError("INSPECTIONS_CHROMA_HEADERS cannot be used: it holds what is no header.", _FORM)
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    if not text.startswith("{"):
        lines = [line.partition(":") for line in text.splitlines() if line.strip()]
        return [(name, value) for name, _, value in lines]
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise SettingsError("INSPECTIONS_CHROMA_HEADERS cannot be used: it is no JSON object of texts.", _FORM)
    return list(said.items())
