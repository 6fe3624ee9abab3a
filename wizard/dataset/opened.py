"""The dataset from Python, in a notebook or a script, with no server running: `wizard.open("sessions")`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.dataset.columns import COLUMNS, SPLIT
from wizard.dataset.examples import Example, traced_sessions
from wizard.dataset.subject import Subject, subject_of
from wizard.store.database import reading
from wizard.store.studies import access_study, study_names
from wizard.store.writing import writing
from wizard.study import Study

if TYPE_CHECKING:
    import pandas

DTYPES = {"count": "Int64", "seconds": "float64"}


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The exchanges of a study, read anew whenever one goes through them, one session at a time in memory."""

    folder: Path
    subject: Subject

    def __repr__(self) -> str:
        return f"<exchanges of {self.subject.study.study} up to event {self.subject.upto:,} of {self.folder}>"

    def __iter__(self) -> Iterator[Example]:
        with reading(self.folder) as db:
            for session in traced_sessions(db, self.subject.study.study, self.subject.upto):
                yield from session.examples

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row an exchange: the columns of `docs/dataset.md`, `split`, and `label_<name>` for each label.

        Times are UTC timestamps, counts `Int64`, seconds `float64`, whatever stands in them; lists and objects are
        Python's own.
        """
        import pandas

        names = [column.name for column in COLUMNS]
        rows: dict[str, list[Any]] = {name: [] for name in (*names, SPLIT, *self._labels)}
        for each in self:
            for column in COLUMNS:
                rows[column.name].append(column.read(each))
            rows[SPLIT].append(self.subject.side(each.session))
            for name in self.subject.labels:
                rows[f"label_{name}"].append(each.exchange.labels.get(name))
        frame = pandas.DataFrame(rows)
        for column in COLUMNS:
            if column.kind == "time":
                frame[column.name] = pandas.to_datetime(frame[column.name], utc=True, format="ISO8601").dt.as_unit("us")
            elif column.kind in DTYPES:
                frame[column.name] = frame[column.name].astype(DTYPES[column.kind])
        return frame

    @property
    def _labels(self) -> list[str]:
        return [f"label_{name}" for name in self.subject.labels]


@dataclass(frozen=True, slots=True)
class StudyLog:
    """One study, as its log is up to now."""

    folder: Path
    study: Study
    version: int

    def __repr__(self) -> str:
        return f"<study {self.study.study}, version {self.version}, in {self.folder}>"

    def exchanges(self, upto: int | None = None) -> Exchanges:
        """Every exchange up to now, in the order in which the sessions began. Texts are as they were said.

        With `upto`, as they were when that was the last event of the log.
        """
        with reading(self.folder) as db:
            subject = subject_of(db, self.study.study)
            return Exchanges(self.folder, subject if upto is None else replace(subject, upto=upto))


@dataclass(frozen=True, slots=True)
class Log:
    """A folder with a log."""

    folder: Path

    @property
    def studies(self) -> list[str]:
        """The names of all studies."""
        with reading(self.folder) as db:
            return study_names(db)

    def study(self, name: str) -> StudyLog:
        """The study of that name.

        Raises:
            NoStudy: there is none.
        """
        with reading(self.folder) as db:
            newest = access_study(db, name)
        return StudyLog(self.folder, newest.study, newest.version)


def open_log(folder: str | Path) -> Log:
    """The log in that folder; one of an older version of this program is brought up to date first.

    Raises:
        NoLog: there is none.
        NewerLog: a newer version of this program made it.
    """
    path = Path(folder)
    with writing(path, make=False):
        return Log(path)
