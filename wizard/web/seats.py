"""Who sits at which seat: sign-in by one-time link, and the doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_args

from flask import Blueprint, Response, g, render_template, request

from wizard.events import wizard_actor
from wizard.store.accounts import COOKIE, Account, SeatName, can_sign_in, seat_of, sign_out, use_sign_in_link
from wizard.store.acts import record_act
from wizard.store.studies import study_names
from wizard.web.cookies import drop_cookie, keep_cookie
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.security import not_found

SEAT_NAMES: tuple[SeatName, ...] = get_args(SeatName)

pages = Blueprint("seats", __name__)
View = TypeVar("View", bound=Callable[..., Any])


def signed_in() -> Account | None:
    """Who sends this request, if it is somebody of the team."""
    if "account" not in g:
        secret = request.cookies.get(COOKIE)
        g.account = seat_of(curtain().reader, secret) if secret else None
    account: Account | None = g.account
    return account


def me() -> Account:
    """Who sends this request, behind a door."""
    account = signed_in()
    assert account is not None
    return account


def my_actor() -> str:
    """How the log names me as who did something."""
    return wizard_actor(me().account)


def my_studies(*seats: SeatName) -> list[str]:
    """The studies where I have one of these seats, by name."""
    return [name for name in study_names(curtain().reader) if me().sits(*seats, study=name)]


def remember(did: str, study: str) -> None:
    """Leave in the trail that I did this with that study."""
    by = me().account
    curtain().writer.run(lambda db: record_act(db, by, did, study))


def only_looks_ahead() -> bool:
    """Whether nobody asks for this page yet: a browser only wants to know what is there, or to have it ready."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def only_for(*seats: SeatName, everywhere: bool = False) -> Callable[[View], View]:
    """Let only these seats in: of the study that the address names, else of any, or, so wished, of every study. To
    everybody else there is nothing here.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(*given: Any, **named: Any) -> Any:
            account = signed_in()
            if account is None or not account.sits(*seats, study=named.get("study")):
                return not_found()
            if everywhere and not account.everywhere:
                return not_found()
            return view(*given, **named)

        guarded.only_for = seats  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return door


@pages.get("/studio/in/<token>")
def sign_in(token: str) -> Response:
    """Turn a one-time link into a sign-in. A browser that only looks ahead doesn't use it up."""
    if only_looks_ahead() or not can_sign_in(curtain().reader, token):
        return not_found()  # before anything is written: nonsense here must be like nonsense elsewhere
    days = curtain().settings.seat_days
    secret = curtain().writer.run(lambda db: use_sign_in_link(db, token, days=days))
    return into_the_studio(secret) if secret else not_found()


def into_the_studio(secret: str) -> Response:
    """Give the browser its sign-in, and go on."""
    response = on_to("studio.home")
    keep_cookie(response, COOKIE, secret, seconds=curtain().settings.seat_days * 86_400)
    return response


@pages.post("/studio/out")
@only_for(*SEAT_NAMES)
def leave() -> Response:
    """End this sign-in and every socket of it."""
    secret = request.cookies[COOKIE]
    curtain().writer.run(lambda db: sign_out(db, secret))
    curtain().desk.sign_out(me().account)
    response = Response(render_template("studio/signed_out.html"), mimetype="text/html")
    drop_cookie(response, COOKIE)
    return response
