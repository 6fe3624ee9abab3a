"""The participant's page, behind an invite link."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from wizard.live.chat import COOKIE
from wizard.store.accounts import new_secret, participant_of
from wizard.store.invites import NoInvite, access_invite
from wizard.store.studies import access_study
from wizard.web.parts import curtain
from wizard.web.seats import is_https
from wizard.web.security import not_found

YEAR_SECONDS = 365 * 86_400

pages = Blueprint("participant", __name__)


@pages.get("/c/<code>")
def chat(code: str) -> Response:
    """The chat. The cookie is what brings them back to their own conversation."""
    try:
        study = access_study(curtain().reader, access_invite(curtain().reader, code).study).study
        secret = request.cookies.get(COOKIE)
        if curtain().entrance.is_closed(code, participant_of(secret) if secret else None):
            return Response(render_template("chat/closed.html"), 410, mimetype="text/html")
    except NoInvite:
        return not_found()
    page = render_template("chat/index.html", code=code, persona=study.persona.name, welcome=study.welcome)
    response = Response(page, mimetype="text/html")
    if not request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, new_secret(), max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=is_https()
        )
    return response
