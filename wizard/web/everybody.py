"""What is done with everybody in a study at once, each asked for first: a message to all, and the end of all."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, render_template, request

from wizard.language import phrase
from wizard.live.markdown import to_html
from wizard.store.studies import access_study
from wizard.study import Study
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.seats import me, my_actor, only_for
from wizard.web.security import not_found

pages = Blueprint("everybody", __name__)
LONGEST = 2_000


@pages.get("/studio/study/<study>/everybody")
@only_for("owner")
def write(study: str) -> str:
    """A message to everybody: how it reads is looked at first; and after it was sent, how many `heard` it."""
    found, heard = access_study(curtain().reader, study).study, request.args.get("heard", type=int)
    return _page(found) if heard is None else _page(found, heard=heard)


@pages.post("/studio/study/<study>/everybody")
@only_for("owner")
def say(study: str) -> Response | str:
    """Show how it will look, and with `send` say it."""
    found = access_study(curtain().reader, study).study
    text, id = request.form.get("text", "").strip(), request.form.get("id", "")[:64]
    if not id:
        return not_found()
    if not text or len(text) > LONGEST or "\0" in text:
        return _page(found, text=text, problem=phrase(f"Write 1 to {LONGEST:,} characters."))
    if "send" not in request.form:
        hints = curtain().everybody.hints(study, text)
        return _page(found, text=text, preview=to_html(text), hints=hints, id=id)
    heard = curtain().everybody.announce(study, text, my_actor(), id)
    return on_to("everybody.write", study=study, heard=heard)


@pages.get("/studio/study/<study>/end")
@only_for("owner")
def ending(study: str) -> str:
    """Whether really all are to be ended, and how many those are."""
    found = access_study(curtain().reader, study).study
    open_now = len(curtain().everybody.all(study))
    return render_template("studio/end_all.html", me=me(), study=found, open_now=open_now, back=_back())


@pages.post("/studio/study/<study>/end/all")
@only_for("owner")
def end(study: str) -> Response:
    """End every conversation that is open in this study."""
    access_study(curtain().reader, study)
    curtain().everybody.end(study, my_actor())
    return on_to(_back(), study=study)


def _back() -> str:
    """The page that was come from."""
    return "wall.wall" if request.values.get("back") == "wall" else "running.live"


def _page(study: Study, **told: Any) -> str:
    return render_template(
        "studio/everybody.html",
        me=me(),
        study=study,
        talking=len(curtain().everybody.talking(study.study)),
        longest=LONGEST,
        paused=curtain().pauses.holds(study.study),
        **{"id": secrets.token_hex(8), **told},
    )
