"""What lists of sessions need of one, and under which study they list it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from wizard.session import Session

TRIAL = " (trial)"
"""What no study's name ends with."""


class Head(NamedTuple):
    """The row of a session in every list, kept beside the log so that no list folds it all."""

    session: str
    study: str
    version: int
    participant: str
    alias: str
    started_at: str
    messages: int
    exchanges: int
    waiting_since: str | None
    unreleased: int  # replies and messages of the team, the one that is being let through included
    claimed_by: str | None
    ended: str | None
    ended_at: str | None
    imported: str | None

    @property
    def slug(self) -> str:
        """The study that it is a session of, whether it counts or not."""
        return self.study.removesuffix(TRIAL)


def listed_as(study: str, *, trial: bool) -> str:
    """What a session's study is called in lists: those of trials have a list of their own, so that none ever counts."""
    return f"{study}{TRIAL}" if trial else study


def lists_of(studies: Iterable[str]) -> list[str]:
    """What these studies' sessions are listed under, trials and all."""
    return [listed_as(study, trial=trial) for study in studies for trial in (False, True)]


def head(session: Session) -> Head:
    """The row of this session in every list."""
    return Head(
        session=session.id,
        study=listed_as(session.started.study, trial=session.started.trial),
        version=session.started.version,
        participant=session.started.participant,
        alias=session.started.alias,
        started_at=session.started_at,
        messages=len(session.messages),
        exchanges=len(session.exchanges),
        waiting_since=session.waiting_since,
        unreleased=len(session.unreleased) + len(session.unspoken) + (session.streaming is not None),
        claimed_by=session.claimed_by,
        ended=session.ended.reason if session.ended else None,
        ended_at=session.ended_at,
        imported=session.started.imported,
    )
