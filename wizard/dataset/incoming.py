"""Import: recorded conversations become sessions of the log like any others, marked as imported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from sqlite_utils import Database

from wizard.dataset.rows import BadRow, Conversation, Row, conversations, overlap, read_rows
from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Bubble,
    Draft,
    Ended,
    Message,
    Released,
    Replied,
    SecondOpinion,
    Started,
    wizard_actor,
)
from wizard.exchange import Said
from wizard.head import head
from wizard.observation import Observation
from wizard.reply import BadReply
from wizard.session import Session, apply
from wizard.store.log import AlreadyWritten, Append, now, read_head, stamp, write
from wizard.store.studies import NoStudy, Version, access_study, save_study
from wizard.study import BadStudy, Study, labels_found, write_study

BATCH = 200
"""Sessions that go into one commit."""
UNKNOWN_WIZARD = "unknown"


@dataclass
class Imported:
    """What came of an import."""

    study: str
    made_study: bool = False
    sessions: int = 0
    exchanges: int = 0
    there_already: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_rows(
    db: Database,
    study: str,
    lines: Sequence[str],
    source: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Imported:
    """Bring the rows of a file into the log, under that study; made, with the labels found, where there is none.

    A session that was imported before is left as it is, so that running it twice changes nothing.
    `progress` is called with how many sessions are done, and of how many.

    Raises:
        BadStudy: the study's name can't be one.
    """
    good: list[tuple[int, Row]] = []
    result = Imported(study)
    for read in read_rows(lines):
        if isinstance(read, BadRow):
            result.bad.append(read)
        else:
            good.append(read)
    if not good:
        return result
    version, result.made_study = _study(db, study, [row for _, row in good])
    good = _fitting(version.study, good, result)
    told = conversations(good)
    for start in range(0, len(told), BATCH):
        appends = []
        for conversation in told[start : start + BATCH]:
            append = session_of(conversation, version, source)
            if read_head(db, append.session):
                result.there_already += 1
                continue
            appends.append(append)
            result.exchanges += append.head.exchanges
        if appends:
            _write(db, appends)
        result.sessions += len(appends)
        progress(min(start + BATCH, len(told)), len(told))
    return result


def session_of(conversation: Conversation, version: Version, source: str) -> Append:
    """All events of a recorded conversation, ready to be stored. The same conversation has the same id."""
    first = conversation.rows[0].at or now()
    study = version.study.study
    name = f"{study}\0{conversation.key}\0{conversation.rows[0].model_dump_json()}"
    session = hashlib.sha256(name.encode()).hexdigest()[:20]
    started = Started(
        study=study,
        version=version.version,
        participant=hashlib.sha256(f"{study}\0{conversation.key}".encode()).hexdigest()[:24],
        alias=conversation.key[:200],
        imported=source[:200] or "import",
    )
    drafts = [Draft(SYSTEM, started, at=first)]
    folded = _fold(session, drafts)
    at = first
    for row in conversation.rows:
        at = row.at or at
        told = _drafts(version.study, folded, row, at)
        folded = reduce(apply, stamp(session, told, 0), folded)
        drafts += told
    ended = Draft(SYSTEM, Ended(reason="import"), at=at)
    folded = reduce(apply, stamp(session, [ended], 0), folded)
    return Append(session, (*drafts, ended), head(folded))


def _drafts(study: Study, session: Session, row: Row, at: str) -> list[Draft]:
    """What this row adds to the conversation: messages that weren't in it yet, and the exchange."""
    n = len(session.messages)
    new = row.messages[overlap([(each.role, each.text) for each in session.messages], row) :]
    drafts: list[Draft] = []
    said = list(session.messages)
    for each in new:
        n += 1
        actor = PARTICIPANT if each.role == "user" else SYSTEM
        drafts.append(Draft(actor, Message(n=n, role=each.role, text=each.content), at=at))
        said.append(Said(n, each.role, each.content, at))
    if row.reply is None and not row.labels:
        return drafts
    seen = Observation(tuple(said[-len(row.messages) :]), row.shown)
    number = len(session.exchanges) + 1
    text, bubbles = _reply(study, row)
    reply = Replied(
        exchange=number,
        text=text,
        bubbles=bubbles,
        first=seen.first,
        upto=seen.upto,
        shown=row.shown,
        observation=seen.hash(),
        source=row.source or "typed",
        could_answer=row.could_answer,
        missing=row.missing,
        labels=row.labels,
        seconds=row.seconds,
    )
    drafts.append(Draft(wizard_actor(row.wizard or UNKNOWN_WIZARD), reply, row.id, at))
    if row.reply is not None:
        drafts.append(Draft(SYSTEM, Released(n=n + 1, exchange=number), at=at))
    for opinion in row.second_opinions:
        body = SecondOpinion(exchange=number, wizard=opinion.wizard, text=opinion.reply, labels=opinion.labels)
        drafts.append(Draft(wizard_actor(opinion.wizard), body, at=at))
    return drafts


def _study(db: Database, name: str, rows: list[Row]) -> tuple[Version, bool]:
    try:
        return access_study(db, name), False
    except NoStudy:
        pass
    try:
        study = Study(study=name, title=name, labels=labels_found(row.labels for row in rows))
    except ValueError as error:
        raise BadStudy([f"A study can't be made from this: {error}"]) from None
    return save_study(db, write_study(study), SYSTEM), True


def _reply(study: Study, row: Row) -> tuple[str | None, tuple[Bubble, ...]]:
    """The reply as the study takes it. Texts are as they were recorded, however long.

    Raises:
        BadReply: it isn't one of the study's classes, or not a form of it.
    """
    if row.reply is None or study.reply.kind == "text":
        return row.reply, ()
    return study.read_reply(row.reply)


def _fitting(study: Study, rows: list[tuple[int, Row]], result: Imported) -> list[tuple[int, Row]]:
    """The rows whose replies and labels the study takes and whose ids are new; the others are told about."""
    fitting, ids = [], set()
    for number, row in rows:
        try:
            study.check_labels(row.labels, whole=False)
            _reply(study, row)
            if row.id is not None and (row.session, row.id) in ids:
                raise BadReply(f"The id “{row.id}” stands on an earlier line of this session.")
        except BadReply as error:
            result.bad.append(BadRow(number, str(error), row.model_dump_json(exclude_unset=True)))
        else:
            fitting.append((number, row))
            ids.add((row.session, row.id))
    return fitting


def _write(db: Database, appends: list[Append]) -> None:
    try:
        write(db, appends)
    except AlreadyWritten:
        for append in appends:
            write(db, [append])


def _fold(session: str, drafts: list[Draft]) -> Session:
    folded = reduce(apply, stamp(session, drafts, 0), None)
    assert folded is not None
    return folded
