"""Every setting once: its name, its default and what it is for.

Each can be given in the environment as `CURTAIN_<NAME>`; the command line's options come first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from wizard.schema_errors import in_plain_words

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parents[1]
"""Of the checkout: pages, scripts, styles and packages lie beside the code."""
PREFIX = "CURTAIN_"
BESIDE = ("CHROMIUM", "RECORDINGS", "IN_LINE")
"""Read by what stands beside the app: the audit, the tests, and the work that gives way to it."""


class BadSetting(ValueError):
    """A setting has a value that can't be used. The message names it and says why."""


class Settings(BaseModel):
    """What an installation can choose. All times are in seconds unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 lets phones on the same network in.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    sessions: Path = Field(Path("sessions"), description="Folder of the log, its backups and exports.")
    url: str = Field("", description="Address people reach the app at, where a proxy stands before it.")
    max_sockets: int = Field(20_000, ge=1, description="Open connections at once; further ones wait.")
    messages_per_second: float = Field(20.0, gt=0, description="Messages a connection may send, sustained.")
    message_burst: int = Field(100, ge=1, description="Messages a connection may send at once before that rate holds.")
    starts_per_minute: int = Field(120, ge=1, description="New conversations one network address may start.")
    lock_wait: float = Field(0.4, gt=0, le=0.45, description="Wait for a locked log before a write is refused.")
    undo_seconds: float = Field(
        3.0, ge=0, le=60, description="How long a wizard can take back a reply; 0 for not at all."
    )
    haste: float = Field(1.0, gt=0, le=1_000, description="How many times faster than in earnest pacing runs.")
    claim_grace: float = Field(
        60.0, gt=0, le=604_800, description="How long a wizard who is gone keeps their conversations."
    )
    sign_in_hours: float = Field(12.0, gt=0, le=87_600, description="How long a sign-in link can be used.")
    seat_days: float = Field(30.0, gt=0, le=3_650, description="How long a sign-in lasts.")
    oidc_issuer: str = Field("", description="Identity provider for single sign-on (OpenID Connect); none if empty.")
    oidc_client_id: str = Field("", description="What the identity provider knows this installation by.")
    oidc_client_secret: str = Field("", repr=False, description="The secret that it gave out with that.")

    @field_validator("url")
    @classmethod
    def _is_a_host_of_its_own(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        host, _, path = url.partition("://")[2].partition("/")
        if url and not re.fullmatch(r"[^\s/?#@]+", host):
            raise ValueError("must name a host, as https://curtain.example does")
        if path:
            raise ValueError("must have no path: the app needs a name of its own")
        return url

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **given: object) -> Settings:
        """The settings of this process: what was `given` first, then `CURTAIN_…`, then the defaults.

        Raises:
            BadSetting: a value is of the wrong kind or out of range.
        """
        values: dict[str, object] = {
            name: environ[PREFIX + name.upper()] for name in cls.model_fields if environ.get(PREFIX + name.upper())
        }
        values.update({name: value for name, value in given.items() if value is not None})
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            raise BadSetting(f"{PREFIX}{name.upper()}: {in_plain_words(first)} (it is {first['input']!r})") from None


def misspelt(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables that are called as settings are, and are none, each with what to tell whoever set it."""
    known = [*(name.upper() for name in Settings.model_fields), *BESIDE]
    told = {}
    for name in sorted(each.removeprefix(PREFIX) for each in environ if each.startswith(PREFIX)):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            instead = f"Is {PREFIX}{near[0]} meant?" if near else "docs/command-line.md lists them all."
            told[PREFIX + name] = f"{PREFIX}{name} is no setting, and changes nothing. {instead}"
    return told
