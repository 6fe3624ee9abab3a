"""The verdict's page: could a model learn this?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlite_utils import Database

from wizard.store.erasure import count_erasures
from wizard.store.heads import count_exchanges
from wizard.store.ratings import has_replies
from wizard.store.studies import access_study
from wizard.study import Study
from wizard.web.language import words
from wizard.web.parts import curtain, read_apart
from wizard.web.redirects import on_to
from wizard.web.reports import ReportJob
from wizard.web.seats import me, only_for

pages = Blueprint("reporting", __name__)
REPLY = "reply"


@pages.get("/studio/report/<study>")
@only_for("owner", "analyst")
def report(study: str) -> str:
    """What the log says, as it was when it was last asked; while it is judged, the page asks how far it is.

    Where nothing was answered nothing is judged.
    """
    found = access_study(curtain().reader, study).study
    exchanges, erasures = state_of(study)
    label = _label(found)
    kept = curtain().reports.access(study, label, exchanges, erasures) if exchanges else None
    return render_template(
        "studio/report.html",
        me=me(),
        study=found,
        labels=_choices(found),
        label=label,
        report=kept,
        newer=max(0, exchanges - kept.exchanges) if kept else 0,
    )


@pages.post("/studio/report/<study>")
@only_for("owner", "analyst")
def again(study: str) -> Response:
    """Judge once more, with what came in since."""
    found = access_study(curtain().reader, study).study
    label = _label(found)
    curtain().reports.make(study, label, *state_of(study))
    return on_to("reporting.report", study=study, label=label)


@pages.get("/studio/report/<study>/now")
@only_for("owner", "analyst")
def now(study: str) -> dict[str, Any]:
    """How far a report is, and the sentence as it stands. With `live`, a new one is made as the study grows."""
    found = access_study(curtain().reader, study).study
    exchanges, erasures = state_of(study)
    if "live" in request.args:
        return _progress_of(curtain().reports.current(study, exchanges, erasures), exchanges)
    return _progress_of(curtain().reports.access(study, _label(found), exchanges, erasures), exchanges)


def _progress_of(report: ReportJob, exchanges: int) -> dict[str, Any]:
    other = report.others.get(words().language, {})
    return {**report.facts(exchanges), **{name: other[name] for name in ("sentence", "verdict", "helps") if other}}


def state_of(study: str) -> tuple[int, int]:
    """What a report of this study is as new as: how many exchanges it has, and how often somebody was erased."""
    return read_apart(_state, study)


def _state(db: Database, study: str) -> tuple[int, int]:
    return count_exchanges(db, study), count_erasures(db)


def _label(study: Study) -> str | None:
    """The label that is asked for; None where it is none of the study's, and the verb chooses."""
    wanted = request.values.get("label")
    return wanted if wanted and wanted in _choices(study) else None


def _choices(study: Study) -> list[str]:
    """What can be judged."""
    labels = [label.name for label in study.labels if label.kind == "choice"]
    return [*labels, REPLY] if read_apart(has_replies, study.study) else labels
