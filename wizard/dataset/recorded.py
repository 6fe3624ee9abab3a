"""A recorded conversation as the session that it would have been, ready to be stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from wizard.dataset.reading import Conversation
from wizard.dataset.retelling import Retelling
from wizard.dataset.rows import Row
from wizard.events import PARTICIPANT, SYSTEM, Answered, Draft, Ended, Guessed, Started
from wizard.fold import fold
from wizard.head import head
from wizard.reply import BadReply
from wizard.session import Session
from wizard.store.log import Append, now, stamp
from wizard.store.studies import Version
from wizard.study import Study

Refuse = Callable[[int, str], None]
"""Called with the place of a row that can't be told, and why."""


def session_of(
    conversation: Conversation,
    version: Version,
    source: str,
    refuse: Refuse = lambda at, why: None,
    *,
    stay_open: bool = False,
) -> Append | None:
    """All events of a recorded conversation, ready to be stored; None where nothing of it can be told.

    The same conversation has the same id. Where it is to `stay_open`, it has no end if nobody answered what was said
    last.

    Raises:
        NotAllowed: what its rows tell can't have happened.
    """
    rows = conversation.rows
    began = rows[0].asked_at or rows[0].at or now()
    retelling = Retelling(version.study, began)
    taken = list(_retell(rows, retelling, version.study, refuse))
    if not taken:
        return None
    retelling.finish()
    first, last = taken[0], taken[-1]
    session = _hash(f"{version.study.study}\0{conversation.key}\0{first.identity()}", 20)
    drafts = [Draft(SYSTEM, _started(conversation, version, source, first), at=began), *retelling.drafts]
    if stay_open and (waits := _folded(session, drafts)).waiting_since is not None:
        return Append(session, tuple(drafts), head(waits))
    drafts += _ending(last, retelling.at)
    return Append(session, tuple(drafts), head(_folded(session, drafts)))


def _retell(rows: Sequence[Row], retelling: Retelling, study: Study, refuse: Refuse) -> Iterator[Row]:
    """Retell these rows one by one; yields those that the study takes."""
    for at, row in enumerate(rows):
        try:
            study.check_labels(row.labels, whole=False)
            retelling.add(row)
        except BadReply as error:
            refuse(at, str(error))
        else:
            yield row


def _started(conversation: Conversation, version: Version, source: str, first: Row) -> Started:
    study = version.study.study
    return Started(
        study=study,
        version=version.version,
        participant=_hash(f"{study}\0{first.participant or conversation.key}", 24),
        alias=conversation.key[:200],
        imported=first.imported or source[:200] or "import",
        scenario=first.scenario,
    )


def _ending(last: Row, at: str) -> Iterator[Draft]:
    """Its end at that time, and what its last row tells of afterwards."""
    yield Draft(SYSTEM, Ended(reason="import"), at=at)
    if last.answers_after is not None:
        yield Draft(PARTICIPANT, Answered(when="after", answers=last.answers_after), at=at)
    if last.believed or last.confidence:
        yield Draft(PARTICIPANT, Guessed(answered_by=last.believed, confidence=last.confidence), at=at)


def _folded(session: str, drafts: Sequence[Draft]) -> Session:
    folded = fold(stamp(session, drafts, 0))
    assert folded is not None
    return folded


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
