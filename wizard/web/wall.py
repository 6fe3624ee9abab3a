"""The wall of a room full of people: a code to join by, and afterwards who it was, the scores and the best of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Response, render_template, request

from wizard import loop
from wizard.shares import share
from wizard.store.database import connect_to_read
from wizard.store.invites import NoInvite, invite_code
from wizard.store.room import Room, room_of
from wizard.store.studies import NoStudy, access_study, doors_are_closed
from wizard.web.parts import curtain
from wizard.web.seats import base_url, only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("wall", __name__)


@pages.get("/studio/study/<study>/wall")
@only_for("owner")
def wall(study: str) -> Response | str:
    """The page for the wall; with `revealed`, how it came out. It is asked for again every two seconds."""
    told = _told(study)
    return render_template("studio/wall.html", me=signed_in(), **told) if told else not_found()


@pages.get("/studio/study/<study>/wall/now")
@only_for("owner")
def now(study: str) -> Response | str:
    """What stands on it now."""
    told = _told(study)
    return render_template("studio/_wall.html", **told) if told else not_found()


def _told(name: str) -> dict[str, Any] | None:
    reader = curtain().reader
    try:
        study = access_study(reader, name).study
        link = f"{base_url()}/c/{invite_code(reader, name)}"
    except (NoStudy, NoInvite):
        return None
    room = loop.in_thread(_room, curtain().settings.sessions, name)
    return {
        "study": study,
        "link": link,
        "qr": segno.make(link, micro=False).svg_data_uri(scale=8, border=2),
        "room": room,
        "closed": doors_are_closed(reader, name) or curtain().pauses.holds(name),
        "revealed": "revealed" in request.args,
        "called": curtain().desk.name,
        "saw_through": share(room.guesses["person"], room.guesses.total()),
    }


def _room(sessions: Path, study: str) -> Room:
    db = connect_to_read(sessions)
    try:
        return room_of(db, study)
    finally:
        db.close()
