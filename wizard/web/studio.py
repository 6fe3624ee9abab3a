"""The team's pages: the desk, and the data."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, render_template
from sqlite_utils import Database

from wizard.judge.believed import SURE, Belief, believed, in_words, read_asked
from wizard.store.asking import asked_of
from wizard.store.erasure import count_withdrawn
from wizard.store.heads import count_exchanges, count_sessions
from wizard.store.invites import invite_code
from wizard.store.retention import going
from wizard.store.studies import access_study
from wizard.web.exporting import places
from wizard.web.exports import formats
from wizard.web.going import on_to
from wizard.web.parts import curtain, read_apart
from wizard.web.seats import base_url, me, my_studies, only_for

pages = Blueprint("studio", __name__)
FEW = 3
"""With no more studies than these, what each can be downloaded as stands open on the Data page."""


@pages.get("/")
@only_for("owner", "wizard", "analyst")
def root() -> Response:
    """Whoever is signed in and types the bare address wants the studio."""
    return on_to("studio.home")


@pages.get("/studio")
@only_for("owner", "wizard", "analyst")
def home() -> Response | str:
    """The desk; analysts have no desk, and come to the data."""
    if not me().sits("owner", "wizard"):
        return on_to("studio.data")
    reader = curtain().reader
    invites = [
        {"title": access_study(reader, study).study.title, "link": invite_link(study)}
        for study in my_studies("owner", "wizard")
    ]
    return render_template("studio/desk.html", me=me(), invites=invites, undo_seconds=curtain().settings.undo_seconds)


@pages.get("/studio/data")
@only_for("owner", "analyst")
def data() -> str:
    """Every study, what it holds, and how to take it home."""
    reader = curtain().reader
    studies = [
        {
            "name": name,
            "title": access_study(reader, name).study.title,
            "sessions": count_sessions(reader, name),
            "exchanges": count_exchanges(reader, name),
            "export": places(last) if (last := curtain().exports.last(name, me().account)) else None,
            "asks": access_study(reader, name).study.ask_what_answered,
            "believed": read_apart(_believed, name),
            "survey": access_study(reader, name).study.survey,
            "asked": asked_of(reader, name),
            "withdrew": count_withdrawn(reader, name),
            "kept_for": access_study(reader, name).study.retention.days,
            "going": going(reader, name),
            "link": invite_link(name),
            "qr": segno.make(invite_link(name), micro=False).svg_data_uri(scale=4, border=2),
        }
        for name in my_studies("owner", "analyst")
    ]
    return render_template(
        "studio/data.html", me=me(), studies=studies, formats=formats(), in_words=in_words, sure=SURE, few=FEW
    )


def _believed(db: Database, study: str) -> tuple[Belief, list[Belief]]:
    return believed(read_asked(db, study))


def invite_link(study: str) -> str:
    """The participants' link of that study."""
    return f"{base_url()}/c/{invite_code(curtain().reader, study)}"
