"""`python -m wizard erase`: a person, out of the log and of all that was made of it below `sessions/`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from sqlite_utils import Database

from wizard.dataset.alone import NotErased, alone_with, ask, ask_server, clean_log, wait_until_clean
from wizard.dataset.person import Gone, Person, not_cleaned
from wizard.dataset.retiring import erase_old
from wizard.dataset.splits import pins
from wizard.settings import Settings
from wizard.store.backups import erase_from_backups, in_backups
from wizard.store.database import UNAVAILABLE
from wizard.store.erasure import (
    ERASED,
    erase_participant,
    has_gaps,
    held_of,
    maybe_in_backups,
    must_clean_up,
    sessions_of_participant,
)
from wizard.store.exports import EXPORTS, exports_that_held
from wizard.store.studies import access_study
from wizard.store.traces import files_with
from wizard.store.writing import writing
from wizard.study import MOST_DAYS
from wizard.terminal import as_json, progress_bar, say, stop

Progress = Callable[[int, int], None]


@click.command()
@click.argument("participant", required=False)
@click.option("--study", metavar="STUDY", help="Only what they said in this study, instead of in every one.")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, MOST_DAYS),
    metavar="DAYS",
    help="Instead of a person: the conversations of a study in which nothing was said for so long.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--yes", is_flag=True, help="Don't ask first; needed where there is no terminal to ask at.")
@as_json
@click.pass_obj
def erase(
    settings: Settings,
    participant: str | None,
    study: str | None,
    days: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase PARTICIPANT: all that they said and all that was said of it, for good.

    PARTICIPANT is what exports have in their column `participant`. They go out of the log, its backups and the search
    index, while the app runs too; exports that held them are listed. Everybody else's data stay byte for byte.
    Exits 1 if there is nobody of that id, or if something of them may still be in sessions/.
    With --older-than and a study, what has been kept for long enough goes the same way; what was imported stays.
    """
    if (participant is None) == (days is None) or (days is not None and study is None):
        raise click.UsageError("Name a PARTICIPANT, or a study with --study and --older-than.")
    try:
        with writing(settings.sessions, make=False) as db:
            if study is not None:
                access_study(db, study)
            finished = _finish_earlier(db, settings.sessions)
            if participant is None:
                assert study is not None
                assert days is not None
                erase_old(db, settings.sessions, study, days, dry_run=dry_run, yes=yes, as_json=as_json)
                return
            person = find(db, settings.sessions, participant, study)
            if person is None:
                erase_from_backups(settings.sessions, [])  # goes on where it was killed in the last that held them
                where = f"in {study}" if study else "in any study"
                stop(f"{finished}There is nobody of the id {participant} {where}.")
            if dry_run:
                say(person.facts(), as_json, f"{person.in_words()}. Nothing was erased.")
                return
            if not yes:
                ask(person.in_words())
            with progress_bar("erasing", "backups") as progress:
                gone = take_out(db, settings.sessions, person, progress)
    except NotErased as error:
        stop(str(error))
    except UNAVAILABLE as error:
        stop(f"The log can't be written right now ({error}). They may still be in it: erase again.")
    say(gone.facts(), as_json, gone.in_words())
    sys.exit(0 if gone.good else 1)


def find(db: Database, folder: Path, participant: str, study: str | None = None) -> Person | None:
    """Where that participant is, or None where there is nobody of that id."""
    held = held_of(db, participant, study)
    sessions = {each for where in held for each in sessions_of_participant(db, where.study, participant)}
    sessions.update(in_backups(folder, participant, study))
    if not sessions:
        return None
    exports = [each for where in held for each in exports_that_held(db, where.study, where.first_seq)]
    return Person(participant, held, sorted(sessions), exports)


def take_out(db: Database, folder: Path, person: Person, progress: Progress) -> Gone:
    """Erase them: first from backups, so that whoever is killed in between finds them again; then from the log.

    Raises:
        NotErased: the log still has them.
    """
    unreadable = erase_from_backups(folder, person.sessions, progress)
    with alone_with(folder) as alone:
        if alone:
            for each in person.held:
                found = list(pins(db, each.study, [person.participant]))
                erase_participant(db, each.study, person.participant, ERASED, found)
            clean = clean_log(db, folder, backups=not unreadable)
        else:
            ask_server(db, folder, [{"study": each.study, "participant": person.participant} for each in person.held])
            clean = wait_until_clean(db, backups=not unreadable)
    known = {each.file for each in unreadable}
    in_gaps = has_gaps(db.conn)
    if not clean or in_gaps or unreadable:  # the log's own files have their sessions' ids until all of it is done
        known.update(folder.glob("log.db*"))
    left = [path for path in files_with(folder, person.sessions) if path not in known]
    exported = [path for path in left if path.is_relative_to(folder / EXPORTS)]
    return Gone(person, clean, in_gaps, unreadable, exported, [path for path in left if path not in exported])


def _finish_earlier(db: Database, folder: Path) -> str:
    """Do what an erasure that was killed had left, where no server runs that does it; a sentence if there was any."""
    if not must_clean_up(db) and not has_gaps(db.conn) and not maybe_in_backups(db):
        return ""
    with alone_with(folder) as alone:
        if not alone:
            return ""
        sessions = maybe_in_backups(db)
        unreadable = erase_from_backups(folder, sessions)
        clean_log(db, folder, backups=not unreadable)
    if unreadable:
        return "".join(f"{not_cleaned(each)}\n" for each in unreadable)
    return "What an earlier erasure had left is cleaned up. "
