"""The participant's page, behind an invite link."""

from __future__ import annotations

import hmac
import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for

from wizard.head import listed_as
from wizard.language import catalogue, in_its_language, phrase
from wizard.live.chat import COOKIE
from wizard.live.mine import mine as mine_of
from wizard.store.accounts import new_secret, participant_of
from wizard.store.erasure import WITHDRAWN
from wizard.store.invites import Closed, Invite, access_invite
from wizard.store.studies import access_study
from wizard.store.window import window_of
from wizard.study import LANGUAGES
from wizard.web.cookies import YEAR_SECONDS, keep_cookie
from wizard.web.language import speak, words
from wizard.web.parts import curtain, read_apart
from wizard.web.redirects import on_to_address
from wizard.web.security import not_found

SCRIPTS, AFTER = "static/chat/", "static/chat/after.js"
LONGEST_ID = 200
AS_A_FILE = {"Content-Disposition": 'attachment; filename="my-data.json"'}
CLOSED: dict[Closed, tuple[str, str]] = {
    "revoked": ("This is closed", "This link isn’t open any more. Whoever gave it to you can tell you more."),
    "over": ("This is over", "Nobody new can take part any more. Thank you for coming."),
    "full": ("This is full", "So many took part already that no more are needed. Thank you for coming."),
    "doors": ("Not open right now", "Come back a little later, with the same link."),
    "soon": ("Not open yet", "Leave this page open and it begins by itself, or come back then with the same link."),
    "archived": ("This is closed", "Nobody new can take part any more. Whoever gave you the link can tell you more."),
}

pages = Blueprint("participant", __name__)


@pages.get("/c/<code>")
def chat(code: str) -> Response:
    """The chat. The cookie is what brings them back to their own conversation; whom a panel sent, their id there."""
    invite = access_invite(curtain().reader, code)
    if invite.panel:
        return _sent(invite, invite.panel)
    secret = request.cookies.get(COOKIE)
    why = curtain().entrance.closed_to(invite, participant_of(secret) if secret else None)
    if why:
        return _closed(invite, why)
    response = _page(invite)
    if not secret:
        keep_cookie(response, COOKIE, new_secret(), seconds=YEAR_SECONDS)
    return response


def _sent(invite: Invite, panel: str) -> Response:
    """Whom a panel sent: the same conversation for the same id, on whatever device."""
    secret = _secret(invite)
    if secret is None:
        says = phrase(f"Open this from the page that sent you here: {panel} must be in the link.")
        return _notice(invite, phrase("Your id is missing"), says, 400)
    why = curtain().entrance.closed_to(invite, participant_of(secret))
    if why:
        return _closed(invite, why, invite.full if why == "full" else None)
    return _page(invite, key=secret)


def _secret(invite: Invite) -> str | None:
    """What a visitor to this link is known by: their cookie, or the id by which a panel sent them."""
    if not invite.panel:
        return request.cookies.get(COOKIE)
    id = request.args.get(invite.panel, "").strip()
    if not id or len(id) > LONGEST_ID or "\0" in id:
        return None
    return hmac.digest(str(current_app.secret_key).encode(), f"{invite.study}:{id}".encode(), "sha256").hex()


@pages.get("/c/<code>/mine")
def mine(code: str) -> Response:
    """All that is kept of whoever asks, also after the link was closed. With `file`, as JSON."""
    invite = access_invite(curtain().reader, code)
    secret, listed = _secret(invite), listed_as(invite.study, trial=invite.trial)
    found = read_apart(mine_of, listed, participant_of(secret)) if secret else []
    if "file" in request.args:
        whole = json.dumps({"conversations": found}, ensure_ascii=False, indent=2) + "\n"
        return Response(whole, headers=AS_A_FILE, mimetype="application/json")
    study = access_study(curtain().reader, invite.study).study
    speak(study)
    given: dict[str, Any] = {name: value for name, value in request.args.items() if name == invite.panel}
    page = render_template(
        "chat/mine.html",
        conversations=found,
        persona=in_its_language(study, study.persona.name),
        direction=study.direction,
        back=url_for("participant.chat", code=code, **given),
        file=url_for("participant.mine", code=code, file="", **given),
    )
    return Response(page, mimetype="text/html")


@pages.post("/c/<code>/mine")
def withdraw(code: str) -> Response:
    """Take all of it back."""
    invite = access_invite(curtain().reader, code)
    secret, listed = _secret(invite), listed_as(invite.study, trial=invite.trial)
    if secret:
        curtain().eraser.forget(listed, participant_of(secret), WITHDRAWN)
    return on_to_address(request.full_path)


def _page(invite: Invite, key: str = "") -> Response:
    study = access_study(curtain().reader, invite.study).study
    speak(study)
    page = render_template(
        "chat/index.html",
        code=invite.code,
        key=key,
        persona=in_its_language(study, study.persona.name),
        welcome=study.welcome,
        first=bool(study.consent or study.survey.before or study.desk.lobby),
        direction=study.direction,
        words=words().of_files(SCRIPTS, besides=AFTER),
    )
    return Response(page, mimetype="text/html")


@pages.get("/static/chat/after/<language>.json")
def after(language: str) -> Response | dict[str, list[str]]:
    """What is said after the end. It comes with what says it, and only then."""
    found = catalogue("chat", language) if language in LANGUAGES else None
    return found.of_files(AFTER) if found else not_found()


def _closed(invite: Invite, why: Closed, go: str | None = None) -> Response:
    opens = window_of(curtain().reader, invite.study).opens if why == "soon" else None
    return _notice(invite, *CLOSED[why], 410, go, opens=opens, waits=why in ("soon", "doors"))


def _notice(
    invite: Invite,
    title: str,
    says: str,
    status: int,
    go: str | None = None,
    *,
    opens: str | None = None,
    waits: bool = False,
) -> Response:
    """A page that says so; with `opens` when it changes, and one that `waits` does so by itself."""
    study = access_study(curtain().reader, invite.study).study
    speak(study)
    page = render_template(
        "chat/closed.html", title=title, words=says, go=go, direction=study.direction, opens=opens, waits=waits
    )
    return Response(page, status, mimetype="text/html")
