"""The page that says who saw what and changed what."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, render_template, request

from wizard import loop
from wizard.store.accounts import account_names
from wizard.store.database import connect_to_read
from wizard.store.studies import study_names
from wizard.store.trail import PAGE, Step, trail
from wizard.web.parts import curtain
from wizard.web.seats import only_for, signed_in

pages = Blueprint("trail", __name__)


@pages.get("/studio/trail")
@only_for("owner")
def trail_page() -> str:
    """The newest steps, of all studies or one; with `before`, earlier ones."""
    reader = curtain().reader
    study, before = request.args.get("study") or None, request.args.get("before") or None
    steps = loop.in_thread(_steps, curtain().settings.sessions, study, before)
    return render_template(
        "studio/trail.html",
        me=signed_in(),
        studies=study_names(reader),
        study=study,
        steps=steps,
        names=account_names(reader),
        more=len(steps) == PAGE,
    )


def _steps(sessions: Path, study: str | None, before: str | None) -> list[Step]:
    db = connect_to_read(sessions)
    try:
        return trail(db, study, before)
    finally:
        db.close()
