"""Who sits at which seat: sign-in by one-time link, the doors, and inviting others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from wizard.store.accounts import (
    COOKIE,
    Account,
    SeatName,
    access_or_make_account,
    all_accounts,
    can_sign_in,
    make_sign_in_link,
    seat_of,
    sign_out,
    sign_out_everywhere,
    use_sign_in_link,
)
from wizard.web.parts import curtain
from wizard.web.security import not_found

SEAT_NAMES: tuple[SeatName, ...] = ("owner", "wizard", "analyst")
LONGEST_NAME = 60

pages = Blueprint("seats", __name__)
View = TypeVar("View", bound=Callable[..., Any])


def signed_in() -> Account | None:
    """Who sends this request, if it is somebody of the team."""
    if "account" not in g:
        secret = request.cookies.get(COOKIE)
        g.account = seat_of(curtain().reader, secret) if secret else None
    account: Account | None = g.account
    return account


def only_for(*seats: SeatName) -> Callable[[View], View]:
    """Let only these seats in; to everybody else there is nothing here."""

    def door(view: View) -> View:
        @wraps(view)
        def guarded(*given: Any, **named: Any) -> Any:
            account = signed_in()
            if account is None or account.seat not in seats:
                return not_found()
            return view(*given, **named)

        guarded.only_for = seats  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return door


@pages.get("/studio/in/<token>")
def sign_in(token: str) -> Response:
    """Turn a one-time link into a sign-in. A browser that only looks ahead doesn't use it up."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return not_found()
    if not can_sign_in(curtain().reader, token):
        return not_found()  # before anything is written: nonsense here must be like nonsense elsewhere
    settings = curtain().settings
    secret = curtain().writer.run(lambda db: use_sign_in_link(db, token, days=settings.seat_days))
    if secret is None:
        return not_found()
    response = redirect(url_for("studio.home"), 303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(settings.seat_days * 86_400),
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )
    return response  # type: ignore[return-value]


@pages.post("/studio/out")
@only_for(*SEAT_NAMES)
def leave() -> Response:
    """End this sign-in and every socket of it."""
    account = signed_in()
    assert account is not None
    secret = request.cookies[COOKIE]
    curtain().writer.run(lambda db: sign_out(db, secret))
    curtain().desk.sign_out(account.account)
    response = Response(render_template("studio/signed_out.html"), mimetype="text/html")
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_https())
    return response


@pages.get("/studio/people")
@only_for("owner")
def people() -> str:
    """The team, and a form to invite somebody."""
    return _people()


@pages.post("/studio/people")
@only_for("owner")
def invite() -> Response | str:
    """A one-time link for somebody, new or known."""
    name = " ".join(request.form.get("name", "").split())
    seat = request.form.get("seat", "")
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        return _people(problem=f"Give a name of 1 to {LONGEST_NAME} characters.", name=name[:LONGEST_NAME], seat=seat)
    chosen = next((each for each in SEAT_NAMES if each == seat), None)
    if chosen is None:
        return _people(problem="Choose a seat.", name=name)
    writer, hours = curtain().writer, curtain().settings.sign_in_hours
    account = writer.run(lambda db: access_or_make_account(db, name, chosen))
    if account.seat != chosen:
        return _people(problem=f"{name} is {account.seat} already. Choose another name.", name=name, seat=seat)
    token = writer.run(lambda db: make_sign_in_link(db, account, hours=hours))
    return _people(link=base_url() + url_for("seats.sign_in", token=token), invited=account)


@pages.post("/studio/people/<account>/out")
@only_for("owner")
def put_out(account: str) -> Response:
    """Take somebody's seat back: they are out at once, and stay out until they are invited again."""
    me = signed_in()
    known = {each.account for each in all_accounts(curtain().reader)}
    if account not in known or me is None or account == me.account:
        return not_found()
    curtain().writer.run(lambda db: sign_out_everywhere(db, account))
    curtain().desk.sign_out(account)
    return redirect(url_for("seats.people"), 303)  # type: ignore[return-value]


def _people(**named: Any) -> str:
    hours = curtain().settings.sign_in_hours
    return render_template(
        "studio/people.html",
        me=signed_in(),
        accounts=all_accounts(curtain().reader),
        hours=hours,
        seats=SEAT_NAMES,
        **named,
    )


def base_url() -> str:
    """The address that people reach the app at, without a slash at its end."""
    return str(curtain().settings.url).rstrip("/") or request.host_url.rstrip("/")


def is_https() -> bool:
    """Whether people reach the app over https, so that cookies may say so."""
    return bool(base_url().startswith("https://"))
