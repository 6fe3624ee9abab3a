"""The app, put together: the log, the two linked views on it, and the pages around them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from importlib.resources import files
from time import sleep, thread_time
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from jinja2 import Environment

from wizard import loop
from wizard.dataset.splits import pins
from wizard.events import SYSTEM
from wizard.live.audience import Audience
from wizard.live.chat import Chat
from wizard.live.cuts import Cuts
from wizard.live.desk import Desk
from wizard.live.endings import Endings
from wizard.live.entrance import Entrance
from wizard.live.erasing import Eraser
from wizard.live.everybody import Everybody
from wizard.live.lobby import Lobby
from wizard.live.observing import Observing
from wizard.live.opinions import draws
from wizard.live.pacing import Clock, Releases
from wizard.live.pauses import Pauses
from wizard.live.retention import Retention
from wizard.live.sessions import Sessions
from wizard.live.sockets import Sockets, StrictJson
from wizard.live.wire import one_line
from wizard.live.withdrawal import Withdrawal
from wizard.settings import ROOT, Settings
from wizard.store.accounts import app_secret
from wizard.store.checkpoint import checkpoint_beside
from wizard.store.database import connect, connect_to_read
from wizard.store.heads import sessions_to_release
from wizard.store.index import Index
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study, sessions_let_in, sessions_with_a_limit, study_names
from wizard.store.writer import Writer
from wizard.web import (
    assets,
    erasing,
    everybody,
    exporting,
    inviting,
    joining,
    language,
    participant,
    people,
    planning,
    rating,
    reporting,
    running,
    seats,
    security,
    sign_on,
    studies,
    studio,
    trail,
    versions,
    wall,
    watching,
)
from wizard.web.addresses import opens_here_only
from wizard.web.exports import Exports
from wizard.web.oidc import Provider
from wizard.web.parts import Curtain
from wizard.web.reports import Reports

LARGEST_FRAME = 100_000
"""Bytes: the longest message, each character escaped, and room to spare."""
LARGEST_BODY = 1_000_000
PING_SECONDS, PING_WAIT_SECONDS = 10, 5
REST_FACTOR = 4.0

PAGES = (
    assets, participant, seats, sign_on, people, language, studio, studies, versions, inviting, planning, joining,
    running, watching, everybody, wall, trail, reporting, rating, exporting, erasing,
)  # fmt: skip

log = logging.getLogger("wizard")


def prepare(settings: Settings) -> str:
    """Make the log or bring it up to date, with a study in it; return the installation's secret.

    Raises:
        NewerLog: the log was made by a newer version of this program.
    """
    db = connect(settings.sessions, lock_wait=settings.lock_wait)
    try:
        backup = bring_up_to_date(db, settings.sessions)
        if backup:
            log.warning("the log was brought up to date; a copy of what it was is in %s", backup)
        if not study_names(db):
            save_study(db, demo("card-help.yaml"), SYSTEM, {"cards.md": demo("cards.md")})
        return app_secret(db)
    finally:
        db.close()


def demo(name: str) -> str:
    """A file of the study that is there on first start."""
    return files("wizard").joinpath("demo", name).read_text(encoding="utf-8")


def build(settings: Settings) -> Flask:
    """The app over the log in `settings.sessions`. One process serves a log, as there is one writer."""
    secret = prepare(settings)
    app = _flask(secret)
    parts, take_up = _put_together(settings, secret, _socket_server(app, settings))
    app.extensions["curtain"] = parts
    app.extensions["sign_on"] = sign_on.SignOn(Provider(settings)) if settings.oidc_issuer else None
    security.guard(app)
    for module in PAGES:
        app.register_blueprint(module.pages)
    take_up()
    loop.native_thread(partial(compile_pages, app.jinja_env), name="pages")
    return app


def _flask(secret: str) -> Flask:
    app = Flask("wizard", static_folder=None, template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    language.teach_pages(app)
    app.jinja_env.globals["opens_here_only"] = opens_here_only
    app.url_map.merge_slashes = False
    return app


def _put_together(settings: Settings, secret: str, server: Any) -> tuple[Curtain, Callable[[], None]]:
    """The parts of the app, each with those that it needs; and what has them go on with what the last run left."""
    writer = Writer(settings.sessions, lock_wait=settings.lock_wait)
    checkpoint_beside(settings.sessions, lock_wait=settings.lock_wait)
    reader = connect_to_read(settings.sessions)
    sessions = Sessions(reader, writer)
    pauses = Pauses(reader, writer)
    releases = Releases(sessions, Clock(settings.haste), pauses)
    entrance = Entrance(settings.sessions, reader, sessions, starts_per_minute=settings.starts_per_minute)
    withdrawal = Withdrawal(settings.sessions, reader, writer, sessions, pins)
    drawn = draws(sessions, secret)
    index = Index(settings.sessions, drawn)
    index.keep_up()
    desk = Desk(sessions, releases, reader, writer, index, drawn, grace=settings.claim_grace)
    lobby = Lobby(sessions, desk.shift, reader, pauses)
    endings = Endings(sessions, releases, lobby)
    audience = Audience(sessions, releases, lobby, endings, entrance.done)
    cuts = Cuts(sessions, releases)
    eraser = Eraser(sessions, withdrawal, audience, cuts)
    chat = Chat(sessions, entrance, audience, lobby, endings, cuts, eraser)
    sockets = Sockets(server, settings)
    sockets.add(chat)
    sockets.add(desk)
    retention = Retention(settings.sessions, writer, eraser.retire)

    def take_up() -> None:
        releases.take_up(sessions_to_release(reader))
        desk.take_up()
        lobby.take_up(sessions_let_in(reader))
        endings.take_up(sessions_with_a_limit(reader))
        withdrawal.take_up()
        retention.take_up()

    parts = Curtain(
        settings=settings,
        reader=reader,
        writer=writer,
        sessions=sessions,
        entrance=entrance,
        chat=chat,
        desk=desk,
        observing=Observing(sessions, chat, desk),
        everybody=Everybody(settings.sessions, sessions, reader, lobby, desk),
        pauses=pauses,
        exports=Exports(settings.sessions),
        reports=Reports(settings.sessions),
        eraser=eraser,
        retention=retention,
    )
    return parts, take_up


def compile_pages(templates: Environment) -> None:
    """Compile every page, so that nobody who chats waits while one is opened for the first time: for up to 80 ms.

    For a native thread. It rests in between, as compiling needs the interpreter, for which the event loop would wait.
    """
    for name in templates.list_templates():
        began = thread_time()
        templates.get_template(name)
        sleep(REST_FACTOR * (thread_time() - began))


def _socket_server(app: Flask, settings: Settings) -> Any:
    """python-socketio's server. Origins: left unset, only pages of the same origin may connect."""
    quiet = OneLine(logging.getLogger("wizard.wire"))
    extension = SocketIO(
        app,
        async_mode="eventlet",
        async_handlers=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_WAIT_SECONDS,
        max_http_buffer_size=LARGEST_FRAME,
        manage_session=False,
        namespaces="*",
        json=StrictJson,
        logger=quiet,
        engineio_logger=quiet,
    )
    app.wsgi_app = uncompressed_frames(app.wsgi_app)  # type: ignore[method-assign]
    if settings.url.startswith("https://"):
        app.wsgi_app = as_over_https(app.wsgi_app)  # type: ignore[method-assign]
    return extension.server


def uncompressed_frames(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Chat messages are short: compressing frames doubles the memory of a socket and saves nothing."""

    def without(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return wsgi(environ, start_response)

    return without


def as_over_https(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A proxy need not say that people reach it over https, where the settings do: their sockets would be refused."""

    def told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.setdefault("HTTP_X_FORWARDED_PROTO", "https")
        return wsgi(environ, start_response)

    return told


class OneLine(logging.LoggerAdapter):  # type: ignore[type-arg]
    """What the socket libraries log about bad frames, a short line each, with no traceback."""

    def exception(self, msg: object, *args: object, **named: Any) -> None:
        self.log(logging.WARNING, msg, *args)

    def log(self, level: int, msg: object, *args: object, **named: Any) -> None:
        said = str(msg) % args if args else str(msg)
        self.logger.log(level, "bad frame: %s", one_line(said, 120))

    def info(self, msg: object, *args: object, **named: Any) -> None:
        """Nothing: every frame would be a line."""

    @property
    def level(self) -> int:
        return logging.WARNING
