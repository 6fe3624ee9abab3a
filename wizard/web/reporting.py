"""The verdict's page: could a model learn this?"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for

from wizard.store.erasure import count_erasures
from wizard.store.log import last_seq
from wizard.store.studies import NoStudy, access_study
from wizard.web.parts import curtain
from wizard.web.seats import only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("reporting", __name__)


@pages.get("/studio/report/<study>")
@only_for("owner", "analyst")
def report(study: str) -> Response | str:
    """What the log says, as it was when it was last asked; while it is judged, the page asks again."""
    try:
        title = access_study(curtain().reader, study).study.title
    except NoStudy:
        return not_found()
    reader = curtain().reader
    found = curtain().reports.access(study, last_seq(reader), count_erasures(reader))
    return render_template("studio/report.html", me=signed_in(), title=title, report=found)


@pages.post("/studio/report/<study>")
@only_for("owner", "analyst")
def again(study: str) -> Response:
    """Judge once more, with what came in since."""
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    reader = curtain().reader
    curtain().reports.make(study, last_seq(reader), count_erasures(reader))
    return redirect(url_for("reporting.report", study=study), 303)  # type: ignore[return-value]
