"""Links by which several of the team come to one study: wizards in the next room, analysts of a course."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, Response, render_template, request, url_for

from wizard.language import phrase
from wizard.store.accounts import COOKIE, Account, whose
from wizard.store.rights import (
    NameTaken,
    TeamLink,
    find_team_link,
    join_by,
    lets_in,
    make_team_link,
    revoke_team_link,
    team_links,
)
from wizard.store.studies import access_study
from wizard.web.addresses import base_url
from wizard.web.parts import curtain
from wizard.web.people import LONGEST_NAME
from wizard.web.qr import qr_of
from wizard.web.redirects import on_to
from wizard.web.seats import into_the_studio, me, only_for
from wizard.web.security import not_found

pages = Blueprint("joining", __name__)
MOST_PEOPLE, MOST_HOURS = 200, 24 * 30
TeamSeat = Literal["wizard", "analyst"]
TEAM_SEATS: tuple[TeamSeat, ...] = ("wizard", "analyst")
"""An owner is invited by name, one at a time."""


@pages.post("/studio/study/<study>/team")
@only_for("owner")
def make(study: str) -> Response:
    """A new link for wizards or analysts."""
    access_study(curtain().reader, study)
    seat = next((each for each in TEAM_SEATS if each == request.form.get("seat")), TEAM_SEATS[0])
    most, hours = _number("team_most", 10, MOST_PEOPLE), _number("team_hours", 12, MOST_HOURS)
    by = me().account
    curtain().writer.run(lambda db: make_team_link(db, study, seat, by, most=most, hours=hours))
    return on_to("inviting.links", study=study, _anchor="team")


@pages.post("/studio/team/<code>/revoke")
@only_for("owner")
def take_back(code: str) -> Response:
    """Take a link back: whoever has a seat by it is out at once, and stays out."""
    link = find_team_link(curtain().reader, code)
    if link is None or not me().sits("owner", study=link.study):
        return not_found()
    by = me().account
    for account in curtain().writer.run(lambda db: revoke_team_link(db, link, by)):
        curtain().desk.see_anew(account)
    return on_to("inviting.links", study=link.study, _anchor="team")


@pages.get("/studio/join/<code>")
def arrive(code: str) -> Response | str:
    """Who they are is asked first; whoever is signed in already need only say that they come."""
    link = find_team_link(curtain().reader, code)
    return _page(link) if link and _is_for(link, _who()) else not_found()


@pages.post("/studio/join/<code>")
def join(code: str) -> Response | str:
    """Sit down."""
    link = find_team_link(curtain().reader, code)
    account, days = _who(), curtain().settings.seat_days
    if link is None or not _is_for(link, account):
        return not_found()
    if account is not None and account.seat_in(link.study) is not None:
        return on_to("studio.home")
    name = " ".join(request.form.get("name", "").split())
    if account is None and (not name or len(name) > LONGEST_NAME or "\0" in name):
        return _page(link, phrase(f"Give a name of 1 to {LONGEST_NAME} characters."))
    try:
        secret = curtain().writer.run(lambda db: join_by(db, code, account or name, days=days))
    except NameTaken:
        return _page(link, phrase(f"Somebody is called {name} already. Choose another name."))
    except LookupError:
        return not_found()
    if secret is not None:
        return into_the_studio(secret)
    assert account is not None
    curtain().desk.see_anew(account.account)
    return on_to("studio.home")


def links_told(study: str) -> list[dict[str, Any]]:
    """The links of that study that aren't taken back, as its page shows them."""
    links = team_links(curtain().reader, study)
    addresses = [base_url() + url_for("joining.arrive", code=each.code) for each in links]
    return [{"link": each, "address": at, "qr": qr_of(at)} for each, at in zip(links, addresses, strict=True)]


def _who() -> Account | None:
    """Who comes, as far as their browser says: whoever lost their last seat is known by it, too."""
    secret = request.cookies.get(COOKIE)
    return whose(curtain().reader, secret) if secret else None


def _is_for(link: TeamLink, who: Account | None) -> bool:
    return link.open if who is None else lets_in(curtain().reader, link, who)


def _page(link: TeamLink, problem: str = "") -> str:
    study = access_study(curtain().reader, link.study).study
    return render_template(
        "studio/join.html",
        link=link,
        study=study,
        me=_who(),
        problem=problem,
        name=request.form.get("name", ""),
        longest=LONGEST_NAME,
    )


def _number(field: str, usual: int, most: int) -> int:
    """The whole number that was filled in, brought between 1 and `most`."""
    return max(1, min(request.form.get(field, usual, type=int), most))
