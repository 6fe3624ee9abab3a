"""Single sign-on, where the settings name a provider: one address that leads to it and back, and nobody guesses."""

from __future__ import annotations

import hmac
import logging
from time import monotonic

from flask import Blueprint, Response, current_app, render_template, request, url_for

from wizard import loop
from wizard.store.accounts import take_known_seat
from wizard.web.addresses import base_url
from wizard.web.cookies import drop_cookie, keep_cookie
from wizard.web.oidc import Begun, NotSignedIn, Provider
from wizard.web.parts import curtain
from wizard.web.redirects import on_to_address
from wizard.web.seats import into_the_studio
from wizard.web.security import not_found

pages = Blueprint("sign_on", __name__)
COOKIE = "arriving"
PATIENCE_SECONDS = 600.0
MOST_BEGUN = 1_000
WORD_DIGITS = 24

log = logging.getLogger("wizard")


class SignOn:
    """A provider, and the sign-ins with it that have begun: each is good once, in the browser that began it."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._begun: dict[str, tuple[float, Begun]] = {}

    def remember(self, begun: Begun) -> None:
        """Wait for this one to come back."""
        old = monotonic() - PATIENCE_SECONDS
        self._begun = {state: each for state, each in self._begun.items() if each[0] > old}
        while len(self._begun) >= MOST_BEGUN:
            del self._begun[next(iter(self._begun))]
        self._begun[begun.state] = (monotonic(), begun)

    def take(self, state: str) -> Begun | None:
        """The one that came back with this state, once."""
        since, begun = self._begun.pop(state, (0.0, None))
        return begun if monotonic() - since < PATIENCE_SECONDS else None


@pages.get("/studio/sso/<word>")
def sign_on(word: str) -> Response:
    """To the provider, and from there into the studio. Whoever isn't known here finds nothing."""
    here = _sign_on()
    if here is None or not hmac.compare_digest(word.encode(), sign_on_word().encode()):
        return not_found()
    if "state" in request.args:
        return _back(here)
    try:
        begun = loop.in_thread(here.provider.begin, sign_on_link())
    except NotSignedIn as error:
        log.warning("single sign-on can't begin: %s", error)
        return Response(render_template("studio/sign_on.html", name=here.provider.name), 502, mimetype="text/html")
    here.remember(begun)
    response = on_to_address(begun.address)
    keep_cookie(response, COOKIE, begun.state, seconds=PATIENCE_SECONDS)
    return response


def _back(here: SignOn) -> Response:
    state, code = request.args["state"], request.args.get("code", "")
    begun = here.take(state) if request.cookies.get(COOKIE) == state else None
    if begun is None or not code:
        return not_found()
    try:
        known = loop.in_thread(here.provider.finish, begun, code, sign_on_link())
    except NotSignedIn as error:
        log.warning("single sign-on was refused: %s", error)
        return not_found()
    days = curtain().settings.seat_days
    secret = curtain().writer.run(lambda db: take_known_seat(db, known.subject, {known.sub, known.email}, days=days))
    if secret is None:
        return not_found()
    response = into_the_studio(secret)
    drop_cookie(response, COOKIE)
    return response


def sign_on_link() -> str:
    """Where colleagues begin, and where the provider sends them back to."""
    return base_url() + url_for("sign_on.sign_on", word=sign_on_word())


def provider_name() -> str | None:
    """What people know the provider by, where there is one."""
    here = _sign_on()
    return here.provider.name if here else None


def sign_on_word() -> str:
    """What stands in the link: nobody guesses it who wasn't told, and it stays the same."""
    return word_of(str(current_app.secret_key))


def word_of(secret: str) -> str:
    """The word in the link to sign on, made from the installation's secret."""
    return hmac.digest(secret.encode(), b"single sign-on", "sha256").hex()[:WORD_DIGITS]


def _sign_on() -> SignOn | None:
    found: SignOn | None = current_app.extensions["sign_on"]
    return found
