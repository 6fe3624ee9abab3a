"""Taking data home from the page: an export is begun, asked how far it is, and fetched."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for

from wizard import loop
from wizard.dataset.redaction.span import AROUND_CHARACTERS, KINDS
from wizard.store.studies import access_study
from wizard.web.exports import Running, formats
from wizard.web.language import words
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.seats import me, only_for, remember
from wizard.web.security import not_found
from wizard.web.verbs import beside

pages = Blueprint("exporting", __name__)
REVIEW_SECONDS = 120.0
AT_REVIEWS = loop.Lock()
"""One at a time: as long as it takes, a review has one of the threads that all share who read apart."""


@pages.post("/studio/data/<study>/<format>")
@only_for("owner", "analyst")
def start(study: str, format: str) -> Response | dict[str, Any]:
    """Begin an export; where to ask how far it is."""
    access_study(curtain().reader, study)
    if format not in formats():
        return not_found()
    id = curtain().exports.start(study, format, me().account, redact="redact" in request.form)
    remember(f"began an export as {format}", study)
    if request.headers.get("Sec-Fetch-Mode") == "navigate":  # the page's script wasn't there yet; it follows this
        return on_to("studio.data")
    return places(id)


def places(id: str) -> dict[str, str]:
    """Where to ask how far an export is, to stop it, and to fetch what it wrote."""
    return {name: url_for(f"exporting.{name}", id=id) for name in ("progress", "stop", "file")}


@pages.get("/studio/data/<study>/redaction")
@only_for("owner", "analyst")
def redaction(study: str) -> str:
    """What an export would take out, to be looked over first."""
    title = access_study(curtain().reader, study).study.title
    with AT_REVIEWS:
        told = loop.in_thread(_review, curtain().settings.sessions, study)
    page = {"study": study, "title": title, "kinds": KINDS, "around": AROUND_CHARACTERS, "review": told}
    return render_template("studio/redaction.html", me=me(), **page)


def _progress_of(running: Running) -> dict[str, Any]:
    return {**running.facts(), "says": words().say(running.says)}


def _review(sessions: Path, study: str) -> dict[str, Any] | None:
    """What the verb `review` says; None where it couldn't, or took too long."""
    with beside(sessions, "review", study, "--json") as process:
        try:
            said, _ = process.communicate(timeout=REVIEW_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    told: dict[str, Any] | None = None if process.returncode else json.loads(said)
    return told


@pages.get("/studio/exports/<id>")
@only_for("owner", "analyst")
def progress(id: str) -> Response | dict[str, Any]:
    """How far an export is."""
    running = _access(id)
    return not_found() if running is None else _progress_of(running)


@pages.post("/studio/exports/<id>/stop")
@only_for("owner", "analyst")
def stop(id: str) -> Response | dict[str, Any]:
    """Write no more of it."""
    running = _access(id)
    if running is None:
        return not_found()
    curtain().exports.stop(running)
    return _progress_of(running)


@pages.get("/studio/exports/<id>/file")
@only_for("owner", "analyst")
def file(id: str) -> Response:
    """What an export wrote, as one file."""
    running = _access(id)
    if running is None or running.file is None:
        return not_found()
    remember(f"fetched the export as {running.format}", running.study)
    return send_file(running.file.open("rb"), as_attachment=True, download_name=running.file.name)


def _access(id: str) -> Running | None:
    """The export of that id, if its study is mine."""
    running = curtain().exports.access(id)
    return running if running and me().sits("owner", "analyst", study=running.study) else None
