"""The verb `report`: what the log, or a file of rows, says about whether a model could learn the task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.background import stand_back
from wizard.settings import Settings
from wizard.store.erasure import CACHE, throw_away_older
from wizard.terminal import Ticks, as_json, counted, progress_bar, say, say_beside, stop, write_whole

if TYPE_CHECKING:
    from wizard.judge.cases import Case
    from wizard.judge.report import Report
    from wizard.judge.sample import Sample

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CURVE = "learning-curve.png"
FEW = "too few to say"


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
@click.option(
    "--png", "pictures", type=click.Path(file_okay=False, path_type=Path), help="Draw its picture into this folder."
)
@click.option("--part", is_flag=True, hidden=True, help="Print the part of a page that the studio shows.")
@click.option("--card", is_flag=True, hidden=True, help="Print what a dataset's card says.")
@click.option("--upto", type=int, hidden=True, help="As the log was when that was its last event.")
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
    pictures: Path | None,
    part: bool,
    card: bool,
    upto: int | None,
    as_json: bool,
) -> None:
    """Say whether a model could learn what the wizards of STUDY do, how sure that is, and what to do next."""
    from wizard.judge.cases import labelled
    from wizard.judge.judging import DEFAULT_BAR
    from wizard.judge.sample import sample_of_file, sample_of_study
    from wizard.judge.writing import as_png, whole_file

    if (name is None) == (file is None):
        both = f"Either the study “{name}” or the file {file}: say one of them." if file else ""
        raise click.UsageError(both or "Name a STUDY, or a file of rows with --file.")
    if more is not None and against is None:
        raise click.UsageError("--more needs --against: the rows that both are tried on.")
    stand_back()
    sample = sample_of_file(file) if file else sample_of_study(settings.sessions, str(name), upto)
    if not part:  # the studio's pages offer the study's own labels, given or not
        _check_label(label, sample.cases, str(file or name))
    tried = [sample_of_file(each).cases if each else [] for each in (against, more)]
    for beside, cases in zip((against, more), tried, strict=True):
        if beside:
            _check_label(label or labelled(sample.cases, sample.wanted), cases, str(beside))
    bar = bar or sample.bar or DEFAULT_BAR
    report = _judged(settings.sessions, name, sample, label, bar, tried, for_a_program=part or card)
    if part:
        click.echo(json.dumps({"page": report.part, "drafts": report.drafts, "others": report.others, **report.brief}))
        return
    if card:
        click.echo(json.dumps({"card": report.card}))
        return
    if page is not None:
        _write(page, whole_file(report.alone, file.stem if file else str(name)).encode())
    if pictures is not None:
        if report.picture is None:
            say_beside("There is no learning curve to draw yet.")
        else:
            _write(pictures / CURVE, as_png(report.picture))
    say(report.facts, as_json, in_words(report))


def _judged(
    sessions: Path,
    name: str | None,
    sample: Sample,
    label: str | None,
    bar: int,
    tried: Sequence[list[Case]],
    *,
    for_a_program: bool,
) -> Report:
    """What is known of the same question from before, or else what it is judged to be; `tried` are the cases that it is
    held against, and those that are learned from too, the second time.
    """
    from wizard.judge.judging import judge
    from wizard.judge.report import kept, name_of, report_of

    cache = sessions / CACHE
    with progress_bar("judging", "steps") as progress:
        tick = Ticks("judging", "steps")

        def make() -> Report:
            result = judge(
                sample.cases,
                bar=bar,
                label=label,
                wanted=sample.wanted,
                of=sample.of,
                against=tried[0],
                more=tried[1],
                cache=cache,
                progress=lambda what, done, of: tick(done, of, what) if for_a_program else progress(done, of),
            )
            return report_of(replace(result, study=name, version=sample.version))

        asked = (name, sample.version, sample.of, label, bar, sample.wanted, *map(name_of, tried))
        try:
            return kept(cache, name_of(sample.cases, *asked), make)
        finally:
            if name is not None:
                throw_away_older(sessions, sample.erasures)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"{path} can't be written: {error.strerror}.")
    write_whole(path, content)


def in_words(report: Report) -> str:
    """What a person reads: the sentence, the verdict, why, and what next."""
    from wizard.judge.cases import REPLY
    from wizard.judge.wording import hundred

    facts = report.facts
    label = facts["label"]
    judged = "replies, " if label == REPLY else f"label “{label}”, " if label else ""
    lines = [
        facts["sentence"],
        "",
        f"{report.verdict} ({judged}{counted(facts['exchanges'], 'exchange')}, bar {facts['bar']})",
        *(f"  {each}" for each in facts["why"]),
        "",
        "Next:",
        *(f"  {each}" for each in facts["next"]),
    ]
    for words, held in (("Held against", "held_out"), ("With more to learn from, against", "held_out_4n")):
        if held in facts:
            figure = facts[held] and {name: hundred(share) for name, share in facts[held].items()}
            right = "right {value} times in 100 ({low} to {high})".format(**figure) if figure else FEW
            lines += ["", f"{words} {counted(report.tried_on or 0, 'row')} that it never saw: {right}."]
    return "\n".join(lines)


def _check_label(label: str | None, cases: list[Case], where: str) -> None:
    from wizard.judge.cases import REPLY

    if label is not None and not any(label in case.answers for case in cases):
        names = sorted({name for case in cases for name in case.answers})
        wanted = "a reply" if label == REPLY else f"the label “{label}”"
        stop(f"No exchange of {where} has {wanted}. There are: {', '.join(names) or 'none'}.", code=2)
