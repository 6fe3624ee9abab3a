"""The team's pages: the desk, and the data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, render_template
from sqlite_utils import Database

from wizard.judge.believed import SURE, believed, in_words, respondents
from wizard.store.asking import survey_counts
from wizard.store.erasure import count_withdrawn
from wizard.store.heads import count_exchanges, count_sessions
from wizard.store.invites import invite_code
from wizard.store.retention import going
from wizard.store.studies import access_study
from wizard.web.addresses import base_url
from wizard.web.exporting import places
from wizard.web.exports import formats
from wizard.web.parts import curtain, read_apart
from wizard.web.qr import qr_of
from wizard.web.redirects import on_to
from wizard.web.seats import SEAT_NAMES, me, my_studies, only_for

pages = Blueprint("studio", __name__)
FEW = 3
"""With no more studies than these, what each can be downloaded as stands open on the Data page."""


@pages.get("/")
@only_for(*SEAT_NAMES)
def root() -> Response:
    """Whoever is signed in and types the bare address wants the studio."""
    return on_to("studio.home")


@pages.get("/studio")
@only_for(*SEAT_NAMES)
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
    studies = [
        {
            **held,
            "export": places(last) if (last := curtain().exports.last(held["name"], me().account)) else None,
            "link": invite_link(held["name"]),
        }
        for held in read_apart(_held, my_studies("owner", "analyst"))
    ]
    return render_template(
        "studio/data.html", me=me(), studies=studies, formats=formats(), in_words=in_words, sure=SURE, few=FEW, qr=qr_of
    )


def _held(db: Database, names: Iterable[str]) -> list[dict[str, Any]]:
    """What the log has of these studies, one after the other."""
    return [_held_of(db, name) for name in names]


def _held_of(db: Database, name: str) -> dict[str, Any]:
    study = access_study(db, name).study
    return {
        "name": name,
        "title": study.title,
        "sessions": count_sessions(db, name),
        "exchanges": count_exchanges(db, name),
        "asks": study.ask_what_answered,
        "believed": believed(respondents(db, name)),
        "survey": study.survey,
        "asked": survey_counts(db, name) if study.survey.before or study.survey.after else None,
        "withdrew": count_withdrawn(db, name),
        "kept_for": study.retention.days,
        "going": going(db, name),
    }


def invite_link(study: str) -> str:
    """The participants' link of that study."""
    return f"{base_url()}/c/{invite_code(curtain().reader, study)}"
