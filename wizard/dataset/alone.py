"""An erasure by the command line: has the log to itself where no app runs, and else asks the app to do it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import click
from filelock import Timeout
from sqlite_utils import Database

from wizard.store.accounts import COOKIE, all_accounts, make_sign_in_link, sign_out, use_sign_in_link
from wizard.store.erasure import clean_up, maybe_in_backups, must_clean_up, out_of_backups
from wizard.store.server import lock_of, running_at
from wizard.terminal import stop

ALONE_SECONDS = 2.0
SERVER_SECONDS = 600.0
CLEAN_SECONDS = 30.0
POLL_SECONDS = 0.05
DOOR = "/studio/participants/erase"


class NotErased(Exception):
    """The log still has them; the message says why and what to do."""


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


def clean_log(db: Database, folder: Path, *, backups: bool) -> bool:
    """Bring what was erased out of all of the log's files; its sessions' ids, too, where the `backups` are without it.

    False where somebody reads what was there for so long that it could not be done; the next time will do.
    """
    if backups:
        out_of_backups(db, maybe_in_backups(db))
    return clean_up(db, folder)


def ask_server(db: Database, folder: Path, forms: Sequence[Mapping[str, str]]) -> None:
    """Let the server do it, which has their conversations in memory: as an owner, who signs in for this alone.

    Each of the `forms` is what `DOOR` takes: a study, and a participant or an age in days.

    Raises:
        NotErased: it can't be reached, or didn't do it.
    """
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
    """Whether the app has done what follows an erasure within half a minute: with `backups`, in these too."""
    until = time.monotonic() + CLEAN_SECONDS
    while (backups and maybe_in_backups(db)) or must_clean_up(db):  # which it must once more, when backups are done
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True
