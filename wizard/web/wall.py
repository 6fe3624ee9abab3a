"""The wall of a room full of people: a code to join by, and afterwards who it was, the scores and the best of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from wizard.shares import share
from wizard.store.room import room_of
from wizard.store.studies import access_study, doors_are_closed
from wizard.web.parts import curtain, read_apart
from wizard.web.qr import qr_of
from wizard.web.seats import me, only_for
from wizard.web.studio import invite_link

pages = Blueprint("wall", __name__)


@pages.get("/studio/study/<study>/wall")
@only_for("owner")
def wall(study: str) -> str:
    """The page for the wall; with `revealed`, how it came out. It is asked for again every two seconds."""
    return render_template("studio/wall.html", me=me(), **_page_of(study))


@pages.get("/studio/study/<study>/wall/now")
@only_for("owner")
def now(study: str) -> str:
    """What stands on it now."""
    return render_template("studio/_wall.html", **_page_of(study))


def _page_of(name: str) -> dict[str, Any]:
    """What the wall says of the study of that name."""
    reader = curtain().reader
    link = invite_link(name)
    revealed = "revealed" in request.args
    room = read_apart(room_of, name, revealed=revealed)
    return {
        "study": access_study(reader, name).study,
        "link": link,
        "qr": qr_of(link, scale=8),
        "room": room,
        "closed": doors_are_closed(reader, name) or curtain().pauses.holds(name),
        "revealed": revealed,
        "called": curtain().desk.shift.name,
        "saw_through": share(room.guesses["person"], room.guesses.total()),
    }
