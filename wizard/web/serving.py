"""Serving the app: one process a log, the links to begin with, and a quiet end."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import segno
from filelock import FileLock, Timeout
from flask import Flask

from wizard import create_app, loop
from wizard.settings import Settings
from wizard.store.accounts import access_or_make_account, make_sign_in_link
from wizard.store.invites import invite_code
from wizard.store.rights import change_everywhere
from wizard.store.schema import NewerLog
from wizard.store.server import RUNNING, lock_of, running_at
from wizard.store.studies import study_names
from wizard.web.parts import Curtain
from wizard.web.sign_on import word_of
from wizard.web.verbs import end_all

OWNER = "Owner"
LOCK_SECONDS = 1.0
"""Longer than anybody who only asks whether a server runs holds the lock."""
EVERYWHERE = {"0.0.0.0", "::"}


class CannotServe(RuntimeError):
    """The server can't start; the message says why and what to do."""


def serve(settings: Settings) -> None:
    """Serve until Ctrl-C. Prints the participant's link and a one-time sign-in link for the owner.

    Raises:
        CannotServe: the port is taken, or another process serves this log.
    """
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    settings.sessions.mkdir(parents=True, exist_ok=True)
    lock = _alone(settings.sessions)  # as long as this is at work
    running = settings.sessions / RUNNING
    running.unlink(missing_ok=True)  # of a run that was killed
    listener = _listening(settings)
    try:
        app = create_app(settings)
    except NewerLog as error:
        raise CannotServe(str(error)) from None
    port = listener.getsockname()[1]
    url = (settings.url or f"http://{_reachable(settings.host)}:{port}").rstrip("/")
    running.write_text(json.dumps({"pid": os.getpid(), "url": url, "local": f"http://{_local(settings.host)}:{port}"}))
    ended: set[str] = set()

    def end_what_runs_beside() -> None:
        ended.update(end_all())

    loop.stop_by_signal(end_what_runs_beside)  # before anybody reads that Ctrl-C stops it
    try:
        with suppress(KeyboardInterrupt):
            _welcome(app, url, settings)
            loop.serve(listener, app, max_sockets=settings.max_sockets)
        end_what_runs_beside()  # what began since
        print("\nStopped. Everything that was acknowledged is in the log.", flush=True)
        if ended:
            print(f"Stopped with it: {', '.join(sorted(ended))}.", flush=True)
    finally:
        running.unlink(missing_ok=True)
        lock.release()


def _alone(sessions: Path) -> FileLock:
    """The lock that says that this process serves the log."""
    lock = lock_of(sessions)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise CannotServe(_already_running(sessions)) from None
    return lock


def _listening(settings: Settings) -> socket.socket:
    try:
        listener: socket.socket = loop.listen(settings.host, settings.port)
    except OSError as error:
        raise CannotServe(
            f"Can't listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Stop what listens there, or choose another port with --port or another address with --host."
        ) from None
    return listener


def _already_running(sessions: Path) -> str:
    at = running_at(sessions)
    where = f" at {at}" if at else ""
    return (
        f"Another process serves the log in {sessions}{where}. Stop it first, or name another folder with --sessions."
    )


def _welcome(app: Flask, url: str, settings: Settings) -> None:
    parts: Curtain = app.extensions["curtain"]
    participant = f"{url}/c/{invite_code(parts.reader, study_names(parts.reader)[0])}"
    out = sys.stdout
    out.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without block characters
    if settings.oidc_issuer:
        print(f"\n  Colleagues     {url}/studio/sso/{word_of(str(app.secret_key))}", file=out)
    print(f"\n  Participants   {participant}", file=out)
    print(f"  You            {url}/studio/in/{_owners_token(parts)}", file=out)
    print(f"                 signs you in once, within {settings.sign_in_hours:g} hours\n", file=out)
    segno.make(participant, micro=False, error="l").terminal(out=out, border=2, compact=True)
    if settings.host not in EVERYWHERE and not settings.url:
        print("\n  On a phone in the same network: start with --lan, and scan the code.", file=out)
    print("\n  Stop with Ctrl-C.\n", file=out, flush=True)


def _owners_token(parts: Curtain) -> str:
    """What signs in whoever starts it, who has everything."""
    owner = parts.writer.run(lambda db: access_or_make_account(db, OWNER, "owner"))
    parts.writer.run(lambda db: change_everywhere(db, owner, "owner", ""))
    return parts.writer.run(lambda db: make_sign_in_link(db, owner, hours=parts.settings.sign_in_hours))


def _reachable(host: str) -> str:
    """The address to print: where it listens everywhere, the one that other machines reach."""
    if host not in EVERYWHERE:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; asks which address would be used
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _local(host: str) -> str:
    return "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
