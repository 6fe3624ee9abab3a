"""`python -m wizard erase`: a person, out of the log and of all that was made of it below `sessions/`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import click
from filelock import Timeout
from sqlite_utils import Database

from wizard.dataset.person import Gone, Person, not_cleaned
from wizard.dataset.splits import pins
from wizard.settings import Settings
from wizard.store.accounts import COOKIE, all_accounts, make_sign_in_link, sign_out, use_sign_in_link
from wizard.store.backups import erase_from_backups, in_backups
from wizard.store.database import UNAVAILABLE
from wizard.store.erasure import (
    ERASED,
    clean_up,
    empty_wal,
    erase_participant,
    held_of,
    maybe_in_backups,
    must_clean_up,
    out_of_backups,
    sessions_of_participant,
)
from wizard.store.exports import exports_that_held
from wizard.store.server import lock_of, running_at
from wizard.store.studies import access_study
from wizard.store.traces import files_with
from wizard.store.writing import writing
from wizard.terminal import as_json, progress_bar, say, stop

ALONE_SECONDS = 2.0
SERVER_SECONDS = 600.0
CLEAN_SECONDS = 30.0
POLL_SECONDS = 0.05
EXPORTS = "exports"
DOOR = "/studio/participants/erase"

Progress = Callable[[int, int], None]


class NotErased(Exception):
    """The log still has them; the message says why and what to do."""


@click.command()
@click.argument("participant", required=False)
@click.option("--study", metavar="STUDY", help="Only what they said in this study, instead of in every one.")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, 36_500),
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
                from wizard.dataset.retiring import erase_old  # it is made of what stands here

                erase_old(db, settings.sessions, study, days, dry_run=dry_run, yes=yes, as_json=as_json)
                return
            person = find(db, settings.sessions, participant, study)
            if person is None:
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
            clean = clean_up(db, folder)
            if not unreadable:
                out_of_backups(db, maybe_in_backups(db))
                clean = empty_wal(db)
        else:
            ask_server(db, folder, [{"study": each.study, "participant": person.participant} for each in person.held])
            clean = wait_until_clean(db, backups=not unreadable)
    known = {each.file for each in unreadable}
    if not clean or unreadable:  # the log's own files have their sessions' ids until both is done
        known.update(folder.glob("log.db*"))
    left = [path for path in files_with(folder, person.sessions) if path not in known]
    exported = [path for path in left if path.is_relative_to(folder / EXPORTS)]
    return Gone(person, clean, unreadable, exported, [path for path in left if path not in exported])


def _finish_earlier(db: Database, folder: Path) -> str:
    """Do what an erasure that was killed had left, where no server runs that does it; a sentence if there was any."""
    if not must_clean_up(db) and not maybe_in_backups(db):
        return ""
    with alone_with(folder) as alone:
        if not alone:
            return ""
        sessions = maybe_in_backups(db)
        unreadable = erase_from_backups(folder, sessions)
        if not unreadable:
            out_of_backups(db, sessions)
        clean_up(db, folder)
    if unreadable:
        return "".join(f"{not_cleaned(each)}\n" for each in unreadable)
    return "What an earlier erasure had left is cleaned up. "


def ask(what: str) -> None:
    """Whether that is to go for good; ends the verb where it isn't, or nobody can be asked."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{what}. There is no terminal to ask at: say --yes to erase it for good.")
    if not click.confirm(f"{what}. Erase all of it for good?", err=True):
        stop("Nothing was erased.")


@contextmanager
def alone_with(folder: Path) -> Iterator[bool]:
    """Whether no server runs; none starts meanwhile."""
    lock = lock_of(folder)
    try:
        lock.acquire(timeout=ALONE_SECONDS)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def ask_server(db: Database, folder: Path, forms: Sequence[Mapping[str, str]]) -> None:
    """Let the server do it, which has their conversations in memory: as an owner, who signs in for this alone."""
    url = running_at(folder)
    owner = next((each for each in all_accounts(db) if each.everywhere and each.seat == "owner"), None)
    if url is None or owner is None:
        raise NotErased("A server of this log is starting or stopping. Nothing was erased from the log: try again.")
    secret = use_sign_in_link(db, make_sign_in_link(db, owner, hours=1), days=1)
    assert secret is not None
    opener = build_opener(ProxyHandler({}))
    try:
        for given in forms:
            form = urlencode(given).encode()
            request = Request(url + DOOR, form, headers={"Cookie": f"{COOKIE}={secret}"})
            with opener.open(request, timeout=SERVER_SECONDS) as answer:
                answer.read()
    except HTTPError as error:
        raise NotErased(
            f"The server at {url} didn't erase them ({error.code}). Stop it and erase again, which works without it."
        ) from None
    except (URLError, OSError) as error:
        raise NotErased(f"The server at {url} can't be reached ({error}). Stop it, and erase again.") from None
    finally:
        sign_out(db, secret)


def wait_until_clean(db: Database, *, backups: bool) -> bool:
    until = time.monotonic() + CLEAN_SECONDS
    while must_clean_up(db) or (backups and maybe_in_backups(db)):
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True
