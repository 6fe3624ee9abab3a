"""Taking data home from the page: an export is begun, asked how far it is, and fetched."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from wizard.dataset.export import FORMATS
from wizard.store.studies import NoStudy, access_study
from wizard.web.parts import curtain
from wizard.web.seats import only_for
from wizard.web.security import not_found

pages = Blueprint("exporting", __name__)


@pages.post("/studio/data/<study>/<format>")
@only_for("owner", "analyst")
def start(study: str, format: str) -> Response | dict[str, Any]:
    """Begin an export; where to ask how far it is."""
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    if format not in FORMATS:
        return not_found()
    id = curtain().exports.start(study, format, redact="redact" in request.form)
    return {"progress": url_for("exporting.progress", id=id), "file": url_for("exporting.fetch", id=id)}


@pages.get("/studio/exports/<id>")
@only_for("owner", "analyst")
def progress(id: str) -> Response | dict[str, Any]:
    """How far an export is."""
    running = curtain().exports.access(id)
    return not_found() if running is None else running.facts()


@pages.get("/studio/exports/<id>/file")
@only_for("owner", "analyst")
def fetch(id: str) -> Response:
    """What an export wrote, as one file."""
    running = curtain().exports.access(id)
    if running is None or running.file is None:
        return not_found()
    return send_file(running.file.open("rb"), as_attachment=True, download_name=running.file.name)
