"""The parts of the app that pages need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import current_app, stream_template
from sqlite_utils import Database

from wizard import loop
from wizard.live.chat import Chat
from wizard.live.desk import Desk
from wizard.live.entrance import Entrance
from wizard.live.erasing import Eraser
from wizard.live.everybody import Everybody
from wizard.live.observing import Observing
from wizard.live.pauses import Pauses
from wizard.live.retention import Retention
from wizard.live.sessions import Sessions
from wizard.settings import Settings
from wizard.store import apart
from wizard.store.writer import Writer
from wizard.web.exports import Exports
from wizard.web.reports import Reports

PART_SECONDS = 0.002
"""So long a page is written at a time. Some pieces of it, as a picture is, take as long once more."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Curtain:
    """The parts that pages need, as one thing that belongs to the app."""

    settings: Settings
    reader: Database
    writer: Writer
    sessions: Sessions
    entrance: Entrance
    chat: Chat
    desk: Desk
    observing: Observing
    everybody: Everybody
    pauses: Pauses
    exports: Exports
    reports: Reports
    eraser: Eraser
    retention: Retention


def curtain() -> Curtain:
    """The parts of the app that serves this request."""
    parts: Curtain = current_app.extensions["curtain"]
    return parts


def read_apart(read: Callable[Concatenate[Database, P], T], *given: P.args, **named: P.kwargs) -> T:
    """What `read` finds in the log, on a native thread and a connection of its own: the loop goes on meanwhile."""
    return apart.read_apart(curtain().settings.sessions, read, *given, **named)


def render_by_turns(template: str, **given: Any) -> str:
    """The page that `render_template` makes, where there may be much on it: the loop goes on in between."""
    return "".join(loop.by_turns(stream_template(template, **given), PART_SECONDS))
