"""The participant's page, behind an invite link."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, render_template, request

from wizard.live.chat import COOKIE
from wizard.store.accounts import new_secret, participant_of
from wizard.store.invites import Closed, Invite, NoInvite, access_invite
from wizard.store.studies import access_study
from wizard.web.parts import curtain
from wizard.web.seats import is_https
from wizard.web.security import not_found

YEAR_SECONDS = 365 * 86_400

LONGEST_ID = 200
CLOSED: dict[Closed, tuple[str, str]] = {
    "revoked": ("This is closed", "This link isn’t open any more. Whoever gave it to you can tell you more."),
    "over": ("This is over", "Nobody new can take part any more. Thank you for coming."),
    "full": ("This is full", "So many took part already that no more are needed. Thank you for coming."),
    "doors": ("Not open right now", "Come back a little later, with the same link."),
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
        return _closed(why)
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
        return _notice(
            "Your id is missing", f"Open this from the page that sent you here: {panel} must be in the link.", 400
        )
    secret = hmac.digest(str(current_app.secret_key).encode(), f"{invite.study}:{id}".encode(), "sha256").hex()
    why = curtain().entrance.closed_to(invite, participant_of(secret))
    if why:
        return _closed(why, invite.full if why == "full" else None)
    return _page(invite, key=secret)


def _page(invite: Invite, key: str = "") -> Response:
    study = access_study(curtain().reader, invite.study).study
    page = render_template(
        "chat/index.html", code=invite.code, key=key, persona=study.persona.name, welcome=study.welcome
    )
    return Response(page, mimetype="text/html")


def _closed(why: Closed, go: str | None = None) -> Response:
    return _notice(*CLOSED[why], 410, go)


def _notice(title: str, words: str, status: int, go: str | None = None) -> Response:
    page = render_template("chat/closed.html", title=title, words=words, go=go)
    return Response(page, status, mimetype="text/html")
