"""The page of an observer: a conversation as it goes, on both sides of the curtain, and a word to whoever answers."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, render_template, request

from wizard.language import phrase
from wizard.live.sessions import Live
from wizard.session import NotAllowed
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.seats import me, my_actor, only_for, only_looks_ahead
from wizard.web.security import not_found

pages = Blueprint("watching", __name__)
LONGEST_WHISPER = 500


@pages.get("/studio/study/<study>/watch/<session>")
@only_for("owner")
def watch(study: str, session: str) -> Response | str:
    """The page. That somebody watches is logged before anything is shown."""
    return not_found() if only_looks_ahead() else _page(study, session)


@pages.get("/studio/study/<study>/watch/<session>/now")
@only_for("owner")
def now(study: str, session: str) -> Response | str:
    """What is to be seen now. Only for whoever has opened the page, which was logged."""
    live = _live(study, session)
    if live is None or my_actor() not in live.session.watched or live.session.claimed_by == my_actor():
        return not_found()
    return render_template("studio/_watch.html", **_page_of(live))


@pages.post("/studio/study/<study>/watch/<session>")
@only_for("owner")
def whisper(study: str, session: str) -> Response | str:
    """Tell whoever answers a word."""
    text, id = request.form.get("text", "").strip(), request.form.get("id", "")[:64]
    if _live(study, session) is None or not id:
        return not_found()
    if not text or len(text) > LONGEST_WHISPER or "\0" in text:
        return _page(study, session, text=text, problem=phrase(f"Write 1 to {LONGEST_WHISPER} characters."), id=id)
    try:
        curtain().observing.whisper(session, my_actor(), text, id)
    except NotAllowed as error:
        return _page(study, session, text=text, problem=str(error), id=id)
    return on_to("watching.watch", study=study, session=session)


def _page(study: str, session: str, **given: Any) -> Response | str:
    live = _live(study, session)
    if live is None:
        return not_found()
    refused = None
    try:
        live = curtain().observing.watch(session, my_actor())
    except NotAllowed as error:
        refused = str(error)
    told = {"study": live.study, "alias": live.session.started.alias} if refused else _page_of(live)
    told = {"id": secrets.token_hex(8), **told, **given}
    return render_template("studio/watch.html", me=me(), refused=refused, longest=LONGEST_WHISPER, **told)


def _page_of(live: Live) -> dict[str, Any]:
    return {
        "study": live.study,
        "session": live.session,
        "alias": live.session.started.alias,
        "whispers": [
            {"by": curtain().desk.shift.name(each.actor), "text": each.text} for each in live.session.whispers
        ],
        **curtain().observing.seen(live, my_actor()),
    }


def _live(study: str, session: str) -> Live | None:
    """That conversation, if it is one of this study."""
    try:
        live = curtain().sessions.access(session)
    except NotAllowed:
        return None
    return live if live.session.started.study == study else None
