"""The team's pages: the desk, and the data."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import segno
from flask import Blueprint, Response, redirect, render_template, send_file, url_for

from wizard import loop
from wizard.dataset.export import FORMATS, export
from wizard.judge.believed import SURE, Belief, believed, in_words, read_asked
from wizard.store.database import connect_to_read
from wizard.store.erasure import count_withdrawn
from wizard.store.log import count_sessions
from wizard.store.studies import NoStudy, access_study, invite_code, study_names
from wizard.web.parts import curtain
from wizard.web.seats import base_url, only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("studio", __name__)


@pages.get("/")
@only_for("owner", "wizard", "analyst")
def root() -> Response:
    """Whoever is signed in and types the bare address wants the studio."""
    return redirect(url_for("studio.home"), 303)  # type: ignore[return-value]


@pages.get("/studio")
@only_for("owner", "wizard", "analyst")
def home() -> Response | str:
    """The desk; analysts have no desk, and come to the data."""
    account = signed_in()
    assert account is not None
    if account.seat == "analyst":
        return redirect(url_for("studio.data"), 303)  # type: ignore[return-value]
    reader = curtain().reader
    invites = [
        {"title": access_study(reader, study).study.title, "link": invite_link(study)} for study in study_names(reader)
    ]
    return render_template(
        "studio/desk.html", me=account, invites=invites, undo_seconds=curtain().settings.undo_seconds
    )


@pages.get("/studio/data")
@only_for("owner", "analyst")
def data() -> str:
    """Every study, what it holds, and how to take it home."""
    reader, settings = curtain().reader, curtain().settings
    studies = [
        {
            "name": name,
            "title": access_study(reader, name).study.title,
            "sessions": count_sessions(reader, name),
            "asks": access_study(reader, name).study.ask_what_answered,
            "believed": loop.in_thread(_believed, settings.sessions, name),
            "withdrew": count_withdrawn(reader, name),
            "link": invite_link(name),
            "qr": segno.make(invite_link(name), micro=False).svg_data_uri(scale=4, border=2),
        }
        for name in study_names(reader)
    ]
    return render_template(
        "studio/data.html", me=signed_in(), studies=studies, formats=FORMATS, in_words=in_words, sure=SURE
    )


def _believed(sessions: Path, study: str) -> tuple[Belief, list[Belief]]:
    db = connect_to_read(sessions)
    try:
        return believed(read_asked(db, study))
    finally:
        db.close()


@pages.get("/studio/data/<study>/<format>")
@only_for("owner", "analyst")
def download(study: str, format: str) -> Response:
    """One study in one format, as a file. It is written on a thread of its own; the chat goes on."""
    settings = curtain().settings
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    if format not in FORMATS:
        return not_found()

    with tempfile.TemporaryDirectory() as folder:
        files = loop.in_thread(_exported, settings.sessions, study, format, Path(folder))
        path = files[0] if len(files) == 1 else _packed(study, format, Path(folder), files)
        return send_file(path.open("rb"), as_attachment=True, download_name=path.name)


def _exported(sessions: Path, study: str, format: str, out: Path) -> list[Path]:
    return export(sessions, study, format, out).files


def _packed(study: str, format: str, folder: Path, files: list[Path]) -> Path:
    """Several files as one."""
    path = folder / f"{study}.{format}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.relative_to(folder))
    return path


def invite_link(study: str) -> str:
    """The participants' link of that study."""
    return f"{base_url()}/c/{invite_code(curtain().reader, study)}"
