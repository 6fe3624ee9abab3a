"""Import: recorded conversations become sessions of the log like any others, marked as imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import to_json
from sqlite_utils import Database

from wizard.dataset.gathering import Gathering
from wizard.dataset.reading import BadRow, Conversation
from wizard.dataset.recorded import session_of
from wizard.dataset.rows import Row
from wizard.events import SYSTEM
from wizard.schema_errors import in_plain_words
from wizard.session import NotAllowed
from wizard.store.log import AlreadyWritten, Append, write
from wizard.store.studies import NoStudy, Version, access_study, save_study
from wizard.study import BadStudy, Problem, Study, labels_found
from wizard.study_file import write_study

BATCH_EVENTS = 1_000
"""As many go into one commit, or those of one session: whoever chats meanwhile waits for it."""
MOST_ROWS = 5_000
"""In one conversation; more of them under one name are a mistake."""
TICK_ROWS = 1_000
SHAPE_OF_A_REASON = re.compile(r"“[^”]*”|(?<!UTF-)\b\d+\b")


@dataclass
class Imported:
    """What came of an import. Of bad rows it keeps those that `keep_bad` leaves room for, and how many of each sort:
    what differs among those of a sort is … there.
    """

    study: str
    made_study: bool = False
    sessions: int = 0
    exchanges: int = 0
    there_already: int = 0
    bad: list[BadRow] = field(default_factory=list)
    bad_rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sorts: dict[str, str] = {}

    def refuse(self, bad: BadRow, keep: int | None) -> None:
        """Count a row that can't be used."""
        self.bad_rows += 1
        shape = SHAPE_OF_A_REASON.sub("…", bad.reason)
        sort = self._sorts.setdefault(shape, bad.reason)
        if sort not in (shape, bad.reason):
            self.reasons[shape] = self.reasons.pop(sort)
            sort = self._sorts[shape] = shape
        self.reasons[sort] = self.reasons.get(sort, 0) + 1
        if keep is None or len(self.bad) < keep:
            self.bad.append(bad)


def bring_in(
    db: Database,
    study: str,
    rows: Iterable[tuple[int, Row] | BadRow],
    source: str,
    *,
    stay_open: bool = False,
    reading: Callable[[int], None] = lambda rows: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    bad: Callable[[BadRow], None] = lambda row: None,
    keep_bad: int | None = None,
) -> Imported:
    """Bring these rows into the log, under that study; made, with the labels found, where there is none.

    A session that was imported before is left as it is, so that running it twice changes nothing, and once more
    after it broke off brings in the rest. Where they `stay_open`, those whose last message nobody answered wait at the
    desk. `bad` is called with every row that can't be used, `reading` with how many rows were read so far, `progress`
    with how many sessions are done, and of how many.

    Raises:
        BadStudy: the study's name can't be one.
    """
    result = Imported(study)

    def refuse(row: BadRow) -> None:
        result.refuse(row, keep_bad)
        bad(row)

    with closing(Gathering(_folder_of(db))) as gathered:
        labels = _gather(rows, gathered, refuse, reading)
        if not gathered.conversations:
            return result
        version, result.made_study = study_for(db, study, labels)
        told = _appends(gathered, version, source, refuse, stay_open=stay_open)
        done = 0
        for batch in _batches(told):
            _write(db, [append for append in batch if append], result)
            done += len(batch)
            progress(done, gathered.conversations)
    return result


def _folder_of(db: Database) -> Path:
    """Where the log lies."""
    return Path(next(db.query("SELECT file FROM pragma_database_list WHERE name = 'main'"))["file"]).parent


def _gather(
    rows: Iterable[tuple[int, Row] | BadRow],
    gathered: Gathering,
    refuse: Callable[[BadRow], None],
    reading: Callable[[int], None],
) -> list[dict[str, str]]:
    """Take all good rows in; every label that they have, with each of its values."""
    labels: dict[str, dict[str, None]] = {}
    for count, read in enumerate(rows, 1):
        if count % TICK_ROWS == 0:
            reading(count)
        if isinstance(read, BadRow):
            refuse(read)
            continue
        line, row = read
        gathered.add(line, row)
        given: list[Mapping[str, str | None]] = [row.labels, row.labels_given or {}]
        for each in (*given, *(correction.labels for correction in row.corrections)):
            for name, value in each.items():
                if value is not None:
                    labels.setdefault(name, {})[value] = None
    gathered.order()
    return [{name: value} for name, values in labels.items() for value in values]


def study_for(db: Database, name: str, labels: Iterable[Mapping[str, str]]) -> tuple[Version, bool]:
    """The newest version of that study, and whether it was made, with these labels, as there was none.

    Raises:
        BadStudy: none can be made: it, or a label, can't be called so.
    """
    try:
        return access_study(db, name), False
    except NoStudy:
        pass
    try:
        study = Study(study=name, title=name, labels=labels_found(labels))
    except ValidationError as error:
        raise BadStudy([_why_not(error)]) from None
    return save_study(db, write_study(study), SYSTEM), True


def _why_not(error: ValidationError) -> Problem:
    """Why no study can be made: most often it is what something is called."""
    problem = error.errors(include_url=False)[0]
    match error.title, problem["type"]:
        case "Study", "string_pattern_mismatch":
            return Problem(f"A study can’t be called “{problem['input']}”. Take small letters, digits, - and _.")
        case "Label", "string_pattern_mismatch":
            return Problem(
                f"A label can’t be called “{problem['input']}”. Take letters, digits, - and _: in the file, or for a "
                "table with --map."
            )
    return Problem(f"A study can’t be made from this: {in_plain_words(problem)}")


def _appends(
    gathered: Gathering, version: Version, source: str, refuse: Callable[[BadRow], None], *, stay_open: bool
) -> Iterator[Append | None]:
    """Each conversation as what is to be stored of it."""
    for key, rows in gathered:
        good = list(_new(rows, refuse))

        def refuse_at(at: int, why: str, good: Sequence[tuple[int, Row]] = good) -> None:
            refuse(_bad(*good[at], why))

        try:
            told = Conversation(key, tuple(row for _, row in good))
            yield session_of(told, version, source, refuse_at, stay_open=stay_open)
        except NotAllowed as error:
            for line, row in good:
                refuse(_bad(line, row, f"What is told of this conversation can't have happened: {error}"))
            yield None


def _new(rows: Sequence[tuple[int, Row]], refuse: Callable[[BadRow], None]) -> Iterator[tuple[int, Row]]:
    ids = set()
    for count, (line, row) in enumerate(rows):
        if row.id is not None and row.id in ids:
            refuse(_bad(line, row, f"The id “{row.id}” stands on an earlier line of this session."))
        elif count >= MOST_ROWS:
            refuse(_bad(line, row, f"The session “{row.key}” has more rows than a conversation can have, {MOST_ROWS}."))
        else:
            ids.add(row.id)
            yield line, row


def _batches(told: Iterable[Append | None]) -> Iterator[list[Append | None]]:
    batch: list[Append | None] = []
    events = 0
    for append in told:
        batch.append(append)
        events += len(append.drafts) if append else 1
        if events >= BATCH_EVENTS:
            yield batch
            batch, events = [], 0
    if batch:
        yield batch


def _write(db: Database, appends: Sequence[Append], result: Imported) -> None:
    """Store those that aren't in the log, and count them."""
    sessions = to_json([append.session for append in appends]).decode()
    there = {
        row[0]
        for row in db.conn.execute(
            "SELECT session FROM heads WHERE session IN (SELECT value FROM json_each(?))", [sessions]
        )
    }
    new = {append.session: append for append in appends if append.session not in there}
    if new:
        try:
            write(db, list(new.values()))
        except AlreadyWritten:
            for append in new.values():
                write(db, [append])
    result.sessions += len(new)
    result.there_already += len(appends) - len(new)
    result.exchanges += sum(append.head.exchanges for append in new.values())


def _bad(line: int, row: Row, why: str) -> BadRow:
    return BadRow(line, why, row.model_dump_json(exclude_unset=True))
