"""The verb `report`: what the log, or a file of rows, says about whether a model could learn the task."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.settings import Settings
from wizard.store.erasure import CACHE
from wizard.terminal import as_json, console, counted, progress_bar, read_text, say, stop

if TYPE_CHECKING:
    from wizard.judge.cases import Case
    from wizard.judge.result import Result

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
GENTLE = 10
STUDIO = "/studio"
DOING = {"reading": "messages", "learning": "rounds"}


@click.command("report")
@click.argument("name", metavar="[STUDY]", required=False)
@click.option("--file", type=FILE, help="Judge these rows, with no study at all.")
@click.option("--label", help="What is judged; otherwise the first label that is asked for, or replies to choose.")
@click.option("--bar", type=click.IntRange(1, 100), help="How often in 100 it must be right; otherwise the study's.")
@click.option("--against", type=FILE, help="Rows that the verdict is held against: it never sees them.")
@click.option("--more", type=FILE, help="With --against: rows that are learned from too, the second time.")
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write it as one file for a browser."
)
@click.option("--part", is_flag=True, hidden=True, help="Print the part of a page that the studio shows.")
@as_json
@click.pass_obj
def report_command(
    settings: Settings,
    name: str | None,
    file: Path | None,
    label: str | None,
    bar: int | None,
    against: Path | None,
    more: Path | None,
    page: Path | None,
    part: bool,
    as_json: bool,
) -> None:
    """Say whether a model could learn what the wizards of STUDY do, how sure that is, and what to do next."""
    from wizard.judge.judging import DEFAULT_BAR, judge
    from wizard.judge.writing import part_of_page, whole_file

    if (name is None) == (file is None):
        raise click.UsageError("Name a STUDY, or a file of rows with --file.")
    if more is not None and against is None:
        raise click.UsageError("--more needs --against: the rows that both are tried on.")
    with suppress(OSError):
        os.nice(GENTLE)  # conversations go first
    version: int | None = None
    wanted: tuple[str, ...] = ()
    asked: int | None = None
    if file is not None:
        cases = _cases_of_file(file)
    else:
        assert name is not None
        cases, version, wanted, asked = _cases_of_study(settings.sessions, name)
    _check_label(label, cases)
    with progress_bar("judging", "steps") as progress:
        result = judge(
            cases,
            bar=bar or asked or DEFAULT_BAR,
            label=label,
            wanted=wanted,
            against=_cases_of_file(against) if against else (),
            more=_cases_of_file(more) if more else (),
            cache=settings.sessions / CACHE,
            progress=lambda what, done, of: progress(done, of),
        )
    result = replace(result, study=name, version=version)
    if part:
        click.echo(part_of_page(result, STUDIO))
        return
    if page is not None:
        _write(page, whole_file(result, name or str(file)))
    say(result.facts(), as_json, in_words(result))


def _write(page: Path, content: str) -> None:
    try:
        page.write_text(content, encoding="utf-8")
    except OSError as error:
        stop(f"{page} can't be written: {error.strerror}.")


def in_words(result: Result) -> str:
    """What a person reads: the sentence, the verdict, why, and what next."""
    judged = f"label “{result.label}”, " if result.label else ""
    lines = [
        result.sentence,
        "",
        f"{result.verdict.words} ({judged}{counted(result.exchanges, 'exchange')}, bar {result.bar})",
        *(f"  {each}" for each in result.why),
        "",
        "Next:",
        *(f"  {each}" for each in result.next),
    ]
    for words, held in (("Held against", result.held_out), ("With more rows", result.held_out_4n)):
        if held is not None:
            spread = f"{held.low:.3f} to {held.high:.3f}"
            lines += ["", f"{words}: right in {held.value:.3f} of the rows that it never saw ({spread})."]
    return "\n".join(lines)


def _cases_of_file(file: Path) -> list[Case]:
    """The rows of a file; those that can't be used are told and left out."""
    from wizard.dataset.rows import BadRow, read_rows
    from wizard.judge.cases import case_of_row

    cases, bad = [], []
    for read in read_rows(read_text(file).split("\n")):
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            cases.append(case_of_row(*read))
    if bad:
        first = f"line {bad[0].line}: {bad[0].reason}"
        console.print(f"{file}: {counted(len(bad), 'row')} can't be used and don't count; {first}", markup=False)
    if not cases:
        stop(f"{file} has no row that can be used.")
    return cases


def _cases_of_study(sessions: Path, name: str) -> tuple[list[Case], int, tuple[str, ...], int | None]:
    """The exchanges of a study, its version, its choice labels (required ones first) and its bar."""
    from wizard.dataset.opened import open_log
    from wizard.judge.cases import case_of_example

    found = open_log(sessions).study(name)
    choices = [each for each in found.study.labels if each.kind == "choice"]
    wanted = tuple(each.name for each in sorted(choices, key=lambda each: not each.required))
    return [case_of_example(each) for each in found.exchanges()], found.version, wanted, found.study.bar


def _check_label(label: str | None, cases: list[Case]) -> None:
    if label is not None and not any(label in case.answers for case in cases):
        names = sorted({name for case in cases for name in case.answers})
        stop(f"No exchange has the label “{label}”. There are: {', '.join(names) or 'none'}.", code=2)
