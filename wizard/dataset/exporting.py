"""`python -m wizard export`: the verb's options and its words."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import click

from wizard.dataset.export import FORMATS, Exported, export
from wizard.dataset.splits import SIDES, Split
from wizard.settings import Settings
from wizard.store.database import connect, connect_to_read
from wizard.store.exports import record_export
from wizard.store.log import count_sessions
from wizard.store.schema import bring_up_to_date
from wizard.terminal import as_json, counted, progress_bar, say, stop

LOCK_WAIT_SECONDS = 10.0
MOST_WORKERS = 8
TICK_SECONDS = 0.2


@click.command("export")
@click.argument("name", metavar="STUDY")
@click.option(
    "--to",
    "format",
    type=click.Choice(sorted(FORMATS)),
    required=True,
    help="The format; `docs/dataset.md` explains each.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files.")
@click.option("--split", "only", type=click.Choice(SIDES), help="Only participants on this side of the split.")
@click.option("--tools", is_flag=True, help="Replies as calls of a tool, where they are choices or forms.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that work on it; one a core, if it isn't said.")
@click.option("--ticks", is_flag=True, hidden=True, help="How far it is as JSON lines, for a program that looks on.")
@as_json
@click.pass_obj
def export_command(
    settings: Settings,
    name: str,
    format: str,
    out: Path,
    only: Split | None,
    tools: bool,
    workers: int | None,
    ticks: bool,
    as_json: bool,
) -> None:
    """Write STUDY's log into a folder, in a format that others read."""
    connect_to_read(settings.sessions).close()  # where there is no log, none is made
    db = connect(settings.sessions, lock_wait=LOCK_WAIT_SECONDS)
    try:
        bring_up_to_date(db, settings.sessions)
        total = count_sessions(db, name)
        with progress_bar("exporting", "sessions") as progress:
            done = export(
                settings.sessions,
                name,
                format,
                out,
                only=only,
                tools=tools,
                workers=workers or min(os.cpu_count() or 1, MOST_WORKERS),
                progress=Ticks(total) if ticks else lambda count: progress(count, total),
            )
        options = {"split": only, "tools": tools}
        record_export(
            db,
            name,
            format,
            str(out.resolve()),
            upto=done.upto,
            sessions=done.sessions,
            examples=done.examples,
            options={key: value for key, value in options.items() if value},
        )
    except ValueError as error:
        stop(str(error), 2)
    finally:
        db.close()
    say(_facts(done), as_json, _in_words(done))


class Ticks:
    """Prints how far it is, now and then."""

    def __init__(self, of: int) -> None:
        self._of, self._next = of, 0.0

    def __call__(self, done: int) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + TICK_SECONDS
            click.echo(json.dumps({"done": done, "of": self._of}))


def _facts(done: Exported) -> dict[str, Any]:
    return {**asdict(done), "files": [str(file) for file in done.files]}


def _in_words(done: Exported) -> str:
    where = done.files[0] if len(done.files) == 1 else done.files[0].parent
    return f"{counted(done.examples, 'example')} of {counted(done.sessions, 'session')}, in {where}."
