"""What a report is made of: the exchanges of a study, or the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wizard.dataset.opened import open_log
from wizard.dataset.reading import BadRow, read_rows
from wizard.judge.cases import Case, case_of_example, case_of_row, drawn
from wizard.store.database import reading
from wizard.store.erasure import count_erasures
from wizard.store.heads import count_exchanges
from wizard.terminal import counted, read_text, say_beside, stop

A_ROW = 'A row is a JSON object on a line: {"messages": [{"role": "user", "content": "…"}], "labels": {"…": "…"}}.'
ELSE = "Tables and other JSON come in with `import STUDY FILE`, and are judged with `report STUDY`."


@dataclass(frozen=True)
class Sample:
    """Cases, and of how many exchanges they were drawn; what the study says of how to judge them.

    `wanted` are the names of its choice labels, required ones first; `erasures` there were before they were read.
    """

    cases: list[Case]
    of: int
    erasures: int = 0
    version: int | None = None
    bar: int | None = None
    wanted: tuple[str, ...] = ()


def sample_of_study(sessions: Path, name: str, upto: int | None = None) -> Sample:
    """The exchanges of a study; with `upto`, as they were when that was the last event of the log.

    Raises:
        NoStudy: there is none of that name.
        NoLog: there is no log.
    """
    found = open_log(sessions).study(name)
    choices = sorted((each for each in found.study.labels if each.kind == "choice"), key=lambda each: not each.required)
    with reading(sessions) as db:
        of, erasures = count_exchanges(db, name), count_erasures(db)
    return Sample(
        cases=list(drawn(map(case_of_example, found.exchanges(upto)), of)),
        of=of,
        erasures=erasures,
        version=found.version,
        bar=found.study.bar,
        wanted=tuple(each.name for each in choices),
    )


def sample_of_file(file: Path) -> Sample:
    """The rows of a file; those that can't be used are told and left out. Ends with a sentence where there is none."""
    cases, bad = [], []
    for read in read_rows(read_text(file).split("\n")):
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            cases.append(case_of_row(*read))
    if bad:
        first = f"line {bad[0].line}: {bad[0].reason}"
        count = "doesn't count" if len(bad) == 1 else "don't count"
        say_beside(f"{file}: {counted(len(bad), 'row')} can't be used and {count}; {first}")
    if not cases:
        stop(f"{file} has no row that can be used. {A_ROW} {ELSE}")
    return Sample(list(drawn(cases, len(cases))), len(cases))
