"""`python -m wizard audit`: the verb's options, its words and its exit code."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from wizard.audit.findings import in_words, leaks
from wizard.settings import Settings
from wizard.terminal import as_json, read_text, say, stop

PARTS = ("talk", "silence", "words", "doors", "timing")
LEAKS, WRONG_CALL = 1, 2


@click.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--exchanges", type=click.IntRange(1, 40), default=4, show_default=True, help="Of the played conversation."
)
@click.option(
    "--probes", type=click.IntRange(min=10), default=1_000, show_default=True, help="Of the time that each door takes."
)
@click.option(
    "--person",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Import rows whose seconds are the person's pace, instead of the study's own or STAR's.",
)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Look only at this; may be given more than once.")
@as_json
@click.pass_obj
def audit(
    settings: Settings,
    name: str,
    exchanges: int,
    probes: int,
    person: Path | None,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Look for anything that would tell STUDY's participants that a person answers.

    Plays one conversation twice in a real browser, answered by a person and by a program, on a server of its own:
    the log stays as it is. Exits 1 if something leaks.
    """
    from wizard.audit.browser import NoBrowser
    from wizard.audit.run import Wanted, run
    from wizard.audit.theatre import copy_of
    from wizard.audit.timing_person import STAR, seconds_of_log, seconds_of_rows
    from wizard.simulate.plan import CannotPlay
    from wizard.store.database import reading

    with reading(settings.sessions) as db:
        copy = copy_of(db, name)
        try:
            pace = seconds_of_rows(read_text(person).split("\n"), person.name) if person else seconds_of_log(db, name)
        except ValueError as error:
            stop(str(error), WRONG_CALL)
    try:
        findings = run(copy, Wanted(exchanges, probes, pace or STAR, only or PARTS))
    except NoBrowser as error:
        stop(str(error), WRONG_CALL)
    except CannotPlay as error:
        stop(str(error))
    bad = bool(leaks(findings))
    facts = {"study": name, "ok": not bad, "findings": [asdict(each) for each in findings]}
    verdict = "Something tells." if bad else "Nothing was found that tells that a person answers."
    say(facts, as_json, f"{in_words(findings)}\n\n{verdict}")
    sys.exit(LEAKS if bad else 0)
