"""A study's versions: who saved what and when, and two of them word for word, in figures, and by verdict."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from wizard.store.accounts import account_names
from wizard.store.comparing import in_figures
from wizard.store.studies import access_study, versions_of
from wizard.web.differences import differences
from wizard.web.parts import curtain, read_apart
from wizard.web.reporting import state_of
from wizard.web.seats import me, only_for
from wizard.web.security import not_found

pages = Blueprint("versions", __name__)


@pages.get("/studio/study/<study>/versions")
@only_for("owner", "analyst")
def versions(study: str) -> Response | str:
    """Who saved what and when; and two of them word for word."""
    reader = curtain().reader
    saved = read_apart(versions_of, study)
    if not saved:
        return not_found()
    numbers = [each.version for each in saved]
    new = request.args.get("new", numbers[0], type=int)
    old = request.args.get("old", max(new - 1, numbers[-1]), type=int)
    if not {old, new} <= set(numbers):
        return not_found()
    one, other = access_study(reader, study, old), access_study(reader, study, new)
    return render_template(
        "studio/versions.html",
        me=me(),
        study=other.study,
        saved=saved,
        names=account_names(reader),
        old=old,
        new=new,
        lines=differences(one.source, other.source),
        figures=read_apart(in_figures, study, (old, new)),
        judged=_judged(study),
    )


def _judged(study: str) -> dict[int, dict[str, Any]] | None:
    """What the verdict says of each version, by its number; None as long as it is being worked out."""
    exchanges, erasures = state_of(study)
    if not exchanges:
        return {}
    report = curtain().reports.access(study, None, exchanges, erasures)
    told = report.brief.get("versions")
    if told is None:
        return None if report.state == "running" else {}
    return {each["version"]: each for each in told}
