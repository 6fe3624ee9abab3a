"""What an export is of: a study as its log is up to an event, and what is to be done with it on the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlite_utils import Database

from wizard.dataset.splits import Split, side_of
from wizard.session import Session
from wizard.store.heads import count_exchanges
from wizard.store.log import last_seq
from wizard.store.studies import access_study, labels_of, pins_of, split_key
from wizard.study import Study


class Found(Protocol):
    """Something personal that was taken out: of which kind, and what stands there now, the same for the same."""

    @property
    def kind(self) -> str: ...

    @property
    def pseudonym(self) -> str: ...


class Redacts(Protocol):
    """Takes personal data out of a session."""

    def session(self, session: Session) -> tuple[Session, Sequence[Found]]:
        """The session without them, and what was found; the very same session where nothing was."""

    def is_personal(self, text: str) -> bool:
        """Whether there is something personal in a text that stands by itself."""

    @property
    def names(self) -> str | None:
        """Where the recogniser of names stands, as module and callable; None without one that is named so."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is exported: a study as its log is up to an event, and what is to be done with it."""

    study: Study
    version: int
    labels: tuple[str, ...]
    upto: int
    exchanges: int
    split_key: str
    redaction: Redacts | None = None
    only: Split | None = None
    tools: bool = False
    pins: frozenset[tuple[str, int]] = frozenset()

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels that are one of so many options, of the newest version."""
        return tuple(label.name for label in self.study.labels if label.kind == "choice")

    def side(self, session: Session) -> Split:
        """The side that this session's participant is on."""
        return side_of(session.started.participant, self.split_key)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known at the end of an export: how much was taken out of what, and how to make it again.

    `checksum` gives the SHA-256 of the study's events that it was made of; it reads them all. `verdict` says, in
    Markdown, whether a model could learn it; None where that isn't told.
    """

    redacted: Mapping[str, int] | None
    command: str
    checksum: Callable[[], str]
    verdict: Callable[[], str | None]


def subject_of(
    db: Database, study: str, redaction: Redacts | None = None, only: Split | None = None, *, tools: bool = False
) -> Subject:
    """The study as it is now.

    Raises:
        NoStudy: there is no such study.
    """
    newest = access_study(db, study)
    return Subject(
        study=newest.study,
        version=newest.version,
        labels=labels_of(db, study),
        upto=last_seq(db),
        exchanges=count_exchanges(db, study),
        split_key=split_key(db, study),
        redaction=redaction,
        only=only,
        tools=tools,
        pins=frozenset((session, exchange) for session, exchange, _ in pins_of(db, study)),
    )
