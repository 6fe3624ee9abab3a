"""What is done with everybody in a study at once, each asked for first: a message to all, and the end of all."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from wizard.events import wizard_actor
from wizard.language import phrase
from wizard.live.markdown import to_html
from wizard.store.studies import NoStudy, access_study
from wizard.study import Study
from wizard.web.parts import curtain
from wizard.web.seats import only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("everybody", __name__)
LONGEST = 2_000


@pages.get("/studio/study/<study>/everybody")
@only_for("owner")
def write(study: str) -> Response | str:
    """A message to everybody: how it reads is looked at first."""
    found = _study(study)
    return _page(found) if found else not_found()


@pages.post("/studio/study/<study>/everybody")
@only_for("owner")
def say(study: str) -> Response | str:
    """Show how it will look, and with `send` say it."""
    found = _study(study)
    text, id = request.form.get("text", "").strip(), request.form.get("id", "")[:64]
    if found is None or not id:
        return not_found()
    if not text or len(text) > LONGEST or "\0" in text:
        return _page(found, text=text, problem=phrase(f"Write 1 to {LONGEST:,} characters."))
    if "send" not in request.form:
        hints = curtain().everybody.hints(study, text)
        return _page(found, text=text, preview=to_html(text), hints=hints, id=id)
    heard = curtain().everybody.announce(study, text, _actor(), id)
    return _page(found, heard=heard)


@pages.get("/studio/study/<study>/end")
@only_for("owner")
def ending(study: str) -> Response | str:
    """Whether really all are to be ended, and how many those are."""
    found = _study(study)
    if found is None:
        return not_found()
    open_now = len(curtain().everybody.all(study))
    return render_template("studio/end_all.html", me=signed_in(), study=found, open_now=open_now, back=_back())


@pages.post("/studio/study/<study>/end/all")
@only_for("owner")
def end(study: str) -> Response:
    """End every conversation that is open in this study."""
    if _study(study) is None:
        return not_found()
    curtain().everybody.end(study, _actor())
    return redirect(url_for(_back(), study=study), 303)  # type: ignore[return-value]


def _back() -> str:
    """The page that was come from."""
    return "wall.wall" if request.values.get("back") == "wall" else "running.live"


def _page(study: Study, **told: Any) -> str:
    return render_template(
        "studio/everybody.html",
        me=signed_in(),
        study=study,
        talking=len(curtain().everybody.talking(study.study)),
        longest=LONGEST,
        paused=curtain().pauses.holds(study.study),
        **{"id": secrets.token_hex(8), **told},
    )


def _study(name: str) -> Study | None:
    try:
        return access_study(curtain().reader, name).study
    except NoStudy:
        return None


def _actor() -> str:
    account = signed_in()
    assert account is not None
    return wizard_actor(account.account)
