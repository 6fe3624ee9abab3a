"""The participant's page, behind an invite link."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, render_template, request

from wizard.language import catalogue, in_its_language, phrase
from wizard.live.chat import COOKIE
from wizard.store.accounts import new_secret, participant_of
from wizard.store.invites import Closed, Invite, NoInvite, access_invite
from wizard.store.studies import access_study
from wizard.store.window import window_of
from wizard.study import LANGUAGES
from wizard.web.language import speak, words
from wizard.web.parts import curtain
from wizard.web.seats import is_https
from wizard.web.security import not_found

SCRIPTS, AFTER = "static/chat/", "static/chat/after.js"
YEAR_SECONDS = 365 * 86_400

LONGEST_ID = 200
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
    try:
        invite = access_invite(curtain().reader, code)
    except NoInvite:
        return not_found()
    if invite.panel:
        return _sent(invite, invite.panel)
    secret = request.cookies.get(COOKIE)
    why = curtain().entrance.closed_to(invite, participant_of(secret) if secret else None)
    if why:
        return _closed(invite, why)
    response = _page(invite)
    if not secret:
        response.set_cookie(
            COOKIE, new_secret(), max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=is_https()
        )
    return response


def _sent(invite: Invite, panel: str) -> Response:
    """Whom a panel sent: the same conversation for the same id, on whatever device."""
    id = request.args.get(panel, "").strip()
    if not id or len(id) > LONGEST_ID or "\0" in id:
        says = phrase(f"Open this from the page that sent you here: {panel} must be in the link.")
        return _notice(invite, phrase("Your id is missing"), says, 400)
    secret = hmac.digest(str(current_app.secret_key).encode(), f"{invite.study}:{id}".encode(), "sha256").hex()
    why = curtain().entrance.closed_to(invite, participant_of(secret))
    if why:
        return _closed(invite, why, invite.full if why == "full" else None)
    return _page(invite, key=secret)


def _page(invite: Invite, key: str = "") -> Response:
    study = access_study(curtain().reader, invite.study).study
    speak(study)
    page = render_template(
        "chat/index.html",
        code=invite.code,
        key=key,
        persona=in_its_language(study, study.persona.name),
        welcome=study.welcome,
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
