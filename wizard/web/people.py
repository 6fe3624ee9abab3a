"""The team: who has which seat in which studies, and inviting others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from wizard.store.accounts import (
    Account,
    SeatName,
    account_named,
    all_accounts,
    find_account,
    make_sign_in_link,
    sign_out_everywhere,
)
from wizard.store.rights import NameTaken, change_everywhere, change_rights, know_as, new_account, team_links
from wizard.web.addresses import base_url
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.seats import SEAT_NAMES, me, my_studies, only_for
from wizard.web.security import not_found
from wizard.web.sign_on import provider_name, sign_on_link

LONGEST_NAME, LONGEST_KNOWN_AS = 60, 254

pages = Blueprint("people", __name__)


class BadPerson(ValueError):
    """Why somebody can't be invited so: the field, and the words."""


@pages.get("/studio/people")
@only_for("owner")
def people() -> str:
    """The team, and a form to invite somebody."""
    return _people()


@pages.post("/studio/people")
@only_for("owner")
def invite() -> Response | str:
    """A one-time link for somebody, new or known."""
    try:
        account = _invited()
    except BadPerson as error:
        field, words = error.args
        return _people({field: words})
    hours, by = curtain().settings.sign_in_hours, me().account
    token = curtain().writer.run(lambda db: make_sign_in_link(db, account, hours=hours, by=by))
    return _people(link=base_url() + url_for("seats.sign_in", token=token), invited=account)


@pages.post("/studio/people/<account>/rights")
@only_for("owner")
def change(account: str) -> Response:
    """Give and take seats, in the studies that are mine to give; it holds at once, on every page and socket."""
    found = _somebody_else(account)
    if found is None or (found.everywhere and not me().everywhere):
        return not_found()
    mine, by = my_studies("owner"), me().account
    changes = {study: _seat(f"study:{study}") for study in mine if f"study:{study}" in request.form}
    everywhere = _seat("everywhere")
    if me().everywhere and "everywhere" in request.form:
        curtain().writer.run(lambda db: change_everywhere(db, found, everywhere, by))
    curtain().writer.run(lambda db: change_rights(db, found, changes, by))
    curtain().desk.see_anew(account)
    return on_to("people.people")


@pages.post("/studio/people/<account>/out")
@only_for("owner", everywhere=True)
def put_out(account: str) -> Response:
    """Take somebody's seat back: they are out at once, and stay out until they are invited again."""
    if _somebody_else(account) is None:
        return not_found()
    by = me().account
    curtain().writer.run(lambda db: sign_out_everywhere(db, account, by=by))
    curtain().desk.put_out(account)
    return on_to("people.people")


def _invited() -> Account:
    """Whoever was filled in, with the seat that was, made or found.

    Raises:
        BadPerson: it can't be so.
    """
    name, seat = " ".join(request.form.get("name", "").split()), _seat("seat")
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise BadPerson("name", f"Give a name of 1 to {LONGEST_NAME} characters.")
    if seat is None:
        raise BadPerson("seat", "Choose a seat.")
    asked, mine = set(request.form.getlist("studies")), my_studies("owner")
    studies = [study for study in mine if study in asked]
    if not studies and not me().everywhere:
        raise BadPerson("studies", "Choose a study.")
    known_as = request.form.get("known_as", "").strip() if provider_name() else ""
    if len(known_as) > LONGEST_KNOWN_AS or not known_as.isprintable():
        raise BadPerson("known_as", f"At most {LONGEST_KNOWN_AS} characters.")
    known_as = known_as.lower() if "@" in known_as else known_as
    known = account_named(curtain().reader, name)
    try:
        return _made(name, seat, studies, known_as) if known is None else _known(known, seat, studies, known_as)
    except NameTaken as error:
        if error.args[0] == "known_as":
            raise BadPerson("known_as", "Somebody else of the team signs in so.") from None
        raise BadPerson("name", f"Somebody is called {name} already. Choose another name.") from None


def _made(name: str, seat: SeatName, studies: list[str], known_as: str) -> Account:
    rights = dict.fromkeys(studies, seat) if studies else None
    by = me().account
    return curtain().writer.run(lambda db: new_account(db, name, seat, rights, known_as or None, by))


def _known(known: Account, seat: SeatName, studies: list[str], known_as: str) -> Account:
    """Somebody who is invited again, maybe to more. Nobody gets a link to sign in as somebody with rights that they
    couldn't give.
    """
    if not me().everywhere and (known.rights is None or not set(known.rights) <= set(my_studies("owner"))):
        raise NameTaken("name")
    by = me().account
    if known.everywhere:
        if known.seat != seat:
            raise BadPerson("name", f"{known.name} is {known.seat} already. Choose another name.")
    elif studies:
        curtain().writer.run(lambda db: change_rights(db, known, dict.fromkeys(studies, seat), by))
    else:
        curtain().writer.run(lambda db: change_everywhere(db, known, seat, by))
    if known_as:
        curtain().writer.run(lambda db: know_as(db, known, known_as, by))
    curtain().desk.see_anew(known.account)
    found = find_account(curtain().reader, known.account)
    assert found is not None
    return found


def _somebody_else(account: str) -> Account | None:
    """The account of that id, if it is on my page and not my own."""
    found = find_account(curtain().reader, account)
    return found if found and found.account != me().account and _shown(found) else None


def my_colleagues() -> list[Account]:
    """Everybody who is on my page."""
    return [each for each in all_accounts(curtain().reader) if _shown(each)]


def _shown(account: Account) -> bool:
    """Whether somebody is on my page: they have a seat in a study of mine, or all are mine."""
    return me().everywhere or account.everywhere or any(account.seat_in(study) for study in my_studies("owner"))


def _seat(field: str) -> SeatName | None:
    typed = request.form.get(field, "")
    return next((each for each in SEAT_NAMES if each == typed), None)


def _people(wrong: dict[str, str] | None = None, **named: Any) -> str:
    mine = my_studies("owner")
    only = mine if len(mine) == 1 and not me().everywhere else []
    return render_template(
        "studio/people.html",
        me=me(),
        accounts=my_colleagues(),
        mine=mine,
        open_to_holders=[study for study in mine if any(each.open for each in team_links(curtain().reader, study))],
        wrong=wrong or {},
        given=request.form if wrong else {},
        ticked=request.form.getlist("studies") if wrong else only,
        hours=curtain().settings.sign_in_hours,
        longest_name=LONGEST_NAME,
        longest_known_as=LONGEST_KNOWN_AS,
        provider=provider_name(),
        sign_on=sign_on_link() if provider_name() else None,
        **named,
    )
