"""A theatre: a server of its own over a copy of the study, with two wizards, gone when the audit is over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlite_utils import Database

from wizard.settings import PREFIX
from wizard.simulate.run import server_of
from wizard.store.accounts import access_or_make_account, make_sign_in_link, participant_of, use_sign_in_link
from wizard.store.database import reading
from wizard.store.heads import latest_session
from wizard.store.invites import invite_code
from wizard.store.studies import Version, access_study, document_text, save_study
from wizard.store.writing import writing
from wizard.study import ENGLISH, Desk, Limits, Study
from wizard.study_file import write_study
from wizard.survey import Survey

WIZARDS = ("Zephyrine Quillfeather", "Balthasar Nightjar")
"""Names that nobody else bears: where one of them shows, it came from an account."""
CLAIM_GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """A study as its newest version is, with the texts of its documents."""

    study: Study
    source: str
    documents: Mapping[str, str]

    def as_played(self) -> Copy:
        """The study without what an audit doesn't look at: who gets what at the desk, and where it ends. It is in
        English, by whose names the page's parts are found.
        """
        scenarios = [each.model_copy(update={"count": None}) for each in self.study.scenarios]
        return self._with(desk=Desk(), limits=Limits(), scenarios=scenarios, language=ENGLISH)

    def at_once(self) -> Copy:
        """The study without what comes before the conversation, so that whoever comes can write at once."""
        return self._with(consent="", survey=Survey(after=self.study.survey.after))

    def _with(self, **unlike: Any) -> Copy:
        study = self.study.model_copy(update=unlike)
        return Copy(study, write_study(study), self.documents)


@dataclass(frozen=True, slots=True)
class Seat:
    """A wizard's: the account, its name, and the secret that its cookie would hold."""

    account: str
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class Theatre:
    """A server of one study. Pacing runs `haste` times faster there than in earnest."""

    folder: Path
    url: str
    study: Study
    invite: str
    seats: tuple[Seat, ...]
    haste: float

    @property
    def link(self) -> str:
        """Where participants get in."""
        return f"{self.url}/c/{self.invite}"

    @property
    def canaries(self) -> dict[str, str]:
        """What is known of the team here and nowhere else: where it shows, it leaked; each with what it is."""
        known: dict[str, str] = {}
        for seat in self.seats:
            known |= dict.fromkeys(seat.name.split(), "a wizard's name")
            known |= {seat.account: "an account's id", seat.secret: "the secret of a sign-in"}
        return known

    def session_of(self, secret: str) -> str:
        """The id of the conversation that a participant with this secret is in.

        Raises:
            LookupError: they haven't begun one.
        """
        with reading(self.folder) as reader:
            session = latest_session(reader, self.study.study, participant_of(secret))
        if session is None:
            raise LookupError("There is no conversation of that participant.")
        return session


def copy_of(db: Database, name: str) -> Copy:
    """The newest version of that study, to be played elsewhere.

    Raises:
        NoStudy: there is none.
    """
    version: Version = access_study(db, name)
    texts = {document: document_text(db, sha256) for document, sha256 in version.documents.items()}
    return Copy(version.study, version.source, texts)


@contextmanager
def theatre(copy: Copy, haste: float = 1.0) -> Iterator[Theatre]:
    """A server that plays this study and nothing else, on a free port of this machine, over a folder of its own.

    Raises:
        CannotPlay: it didn't start.
    """
    with TemporaryDirectory(prefix="audit-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        with writing(folder) as db:
            seats = tuple(_seat(db, name) for name in WIZARDS)
            save_study(db, copy.source, seats[0].account, copy.documents)
            invite = invite_code(db, copy.study.study)
        with server_of(folder, _environ(haste)) as url:
            yield Theatre(folder, url, copy.study, invite, seats, haste)


def _seat(db: Database, name: str) -> Seat:
    account = access_or_make_account(db, name, "wizard")
    secret = use_sign_in_link(db, make_sign_in_link(db, account, hours=1), days=1)
    assert secret, "a link that was just made can be used"
    return Seat(account.account, name, secret)


def _environ(haste: float) -> dict[str, str]:
    """This process's, without the settings that were made for another server."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    given = {"HASTE": haste, "CLAIM_GRACE": CLAIM_GRACE_SECONDS, "STARTS_PER_MINUTE": 10_000, "MESSAGE_BURST": 10_000}
    return environ | {f"{PREFIX}{name}": str(value) for name, value in given.items()}
