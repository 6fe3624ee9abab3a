"""The page that says who saw what and changed what."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from wizard.store.accounts import account_names
from wizard.store.log import now
from wizard.store.trail import PAGE, trail
from wizard.web.parts import curtain, read_apart
from wizard.web.people import my_colleagues
from wizard.web.seats import me, my_studies, only_for

pages = Blueprint("trail", __name__)
FURTHEST = 1_000_000


@pages.get("/studio/trail")
@only_for("owner")
def trail_page() -> str:
    """The newest steps in my studies: of all or one of them, of everybody or one person, a page at a time."""
    mine = my_studies("owner")
    study, by = request.args.get("study") or None, request.args.get("by") or None
    skip = min(max(0, request.args.get("skip", 0, type=int)), FURTHEST)
    upto = request.args.get("upto") or now()
    within = [each for each in mine if each == study] if study else None if me().everywhere else mine
    steps = read_apart(trail, within, by, upto=upto, skip=skip)
    return render_template(
        "studio/trail.html",
        me=me(),
        studies=mine,
        study=study,
        people=my_colleagues(),
        by=by,
        steps=steps,
        names=account_names(curtain().reader),
        upto=upto,
        newer=max(0, skip - PAGE) if skip else None,
        older=skip + PAGE if len(steps) == PAGE else None,
    )
