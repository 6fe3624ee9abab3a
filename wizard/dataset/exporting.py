"""`python -m wizard export`: the verb's options and its words."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlite_utils import Database

from wizard.dataset.export import FORMATS, Exported, export
from wizard.dataset.redaction.recogniser import Named
from wizard.dataset.redaction.span import KINDS
from wizard.dataset.splits import SIDES, Split
from wizard.dataset.verdict import verdict_in_card
from wizard.settings import Settings
from wizard.store.database import UNAVAILABLE
from wizard.store.erasure import count_erasures
from wizard.store.exports import record_export
from wizard.store.heads import count_sessions
from wizard.store.studies import access_study, split_key
from wizard.store.writing import writing
from wizard.terminal import Ticks, as_json, counted, progress_bar, say, stop

if TYPE_CHECKING:
    from wizard.dataset.redaction.redacting import Redaction

MOST_WORKERS = 8
JUDGING = ("judging, for the card", "steps")


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
@click.option(
    "--redact/--no-redact",
    default=True,
    show_default=True,
    help="Take personal data out; `docs/redaction.md` says what.",
)
@click.option("--names", metavar="MODULE:CALLABLE", help="A recogniser of names, which finds more of them.")
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
    redact: bool,
    names: str | None,
    workers: int | None,
    ticks: bool,
    as_json: bool,
) -> None:
    """Write STUDY's log into a folder, in a format that others read."""
    try:
        with writing(settings.sessions, make=False) as db:
            total, erasures = count_sessions(db, name), count_erasures(db)
            with progress_bar("exporting", "sessions") as progress:
                tick = Ticks("writing", "sessions") if ticks else progress
                done = export(
                    settings.sessions,
                    name,
                    format,
                    out,
                    redaction=redaction_for(db, name, names) if redact else None,
                    only=only,
                    tools=tools,
                    workers=workers or min(os.cpu_count() or 1, MOST_WORKERS),
                    progress=lambda count: tick(count, total),
                    verdict=partial(
                        verdict_in_card, lambda done, of: tick(done, of, *JUDGING), settings.sessions, name
                    ),
                )
            if count_erasures(db) != erasures:
                for file in done.files:
                    file.unlink(missing_ok=True)
                stop("Somebody was erased while this was written, and may have been in it: it is gone. Export again.")
            options = {"split": only, "tools": tools, "redact": None if redact else "no", "names": names}
            record_export(
                db,
                name,
                format,
                str(out.resolve()).encode(errors="backslashreplace").decode(),
                upto=done.upto,
                sessions=done.sessions,
                examples=done.examples,
                options={key: value for key, value in options.items() if value},
            )
    except ValueError as error:
        stop(str(error), 2)
    except OSError as error:
        stop(f"{out} can't be written: {os.strerror(error.errno) if error.errno else error}. Nothing was exported.")
    except UNAVAILABLE as error:
        stop(f"The log can't be read, or {out} can't be written ({error}). Nothing was exported: try again.")
    say(_facts(done), as_json, _in_words(done))


def redaction_for(db: Database, study: str, names: str | None = None) -> Redaction:
    """What is taken out of a study's texts on the way out; `names` is a recogniser, as module and callable.

    Raises:
        NoStudy: there is no such study.
        NoRecogniser: there is no such recogniser.
    """
    from wizard.dataset.redaction.redacting import Redaction

    persona = access_study(db, study).study.persona.name
    recogniser = None if names is None else Named(names)
    return Redaction(recogniser=recogniser, nobodys=frozenset({persona}), key=split_key(db, study))


def _facts(done: Exported) -> dict[str, Any]:
    return {**asdict(done), "files": [str(file) for file in done.files]}


def _in_words(done: Exported) -> str:
    where = os.path.commonpath(done.files if len(done.files) == 1 else [file.parent for file in done.files])
    told = [f"{counted(done.examples, 'example')} of {counted(done.sessions, 'session')}, in {where}."]
    if not done.examples:
        told.append(f"Nothing in the log is what {done.format} takes; `docs/dataset.md` says what is.")
    elif done.redacted is None:
        told.append("Personal data was left in it.")
    elif done.redacted:
        kinds = (f"{KINDS[kind]} ({count:,})" for kind, count in done.redacted.items())
        told.append(f"Taken out: {', '.join(kinds)}.")
    else:
        told.append("Personal data was looked for, and none was found.")
    return "\n".join(told)
