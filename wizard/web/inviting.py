"""Links into a study: with a limit, with an end, for a panel; and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from wizard.store.invites import Invite, access_invite, invites_of, make_invite, revoke
from wizard.store.studies import access_study
from wizard.store.window import window_of
from wizard.web.addresses import base_url
from wizard.web.joining import MOST_HOURS, MOST_PEOPLE, links_told
from wizard.web.parts import curtain, read_apart
from wizard.web.qr import qr_of
from wizard.web.redirects import on_to
from wizard.web.seats import me, only_for
from wizard.web.security import not_found

pages = Blueprint("inviting", __name__)
PANELS = {"": "Nobody: anybody may open it", "PROLIFIC_PID": "Prolific", "workerId": "MTurk", "other": "Another panel"}
PLACEHOLDERS = {"PROLIFIC_PID": "{{%PROLIFIC_PID%}}", "workerId": "${workerId}"}
LONGEST, MOST = 200, 1_000_000


class BadLink(ValueError):
    """What was filled in for a link, and why it can't be: the field, and the words."""


def beside_its_field(view: Callable[[str], Response]) -> Callable[[str], Response | str]:
    """Answer a form of this page: what can't be is told there, beside its field."""

    @wraps(view)
    def answered(study: str) -> Response | str:
        access_study(curtain().reader, study)
        try:
            return view(study)
        except BadLink as error:
            field, words = error.args
            return show_links(study, wrong={field: words})

    return answered


@pages.get("/studio/study/<study>/links")
@only_for("owner")
def links(study: str) -> str:
    """Every link into a study, and a form for a new one."""
    return show_links(study)


@pages.post("/studio/study/<study>/links")
@only_for("owner")
@beside_its_field
def make(study: str) -> Response:
    """A new link."""
    given, by = _given(), me().account
    code = curtain().writer.run(lambda db: make_invite(db, study, by=by, **given))
    return on_to("inviting.links", study=study, _anchor=code)


@pages.post("/studio/links/<code>/revoke")
@only_for("owner")
def take_back(code: str) -> Response:
    """Take a link back: whoever came by it is out at once, and stays out."""
    invite = access_invite(curtain().reader, code)
    if not me().sits("owner", study=invite.study):
        return not_found()
    by = me().account
    curtain().writer.run(lambda db: revoke(db, code, by=by))
    curtain().chat.shut(code)
    return on_to("inviting.links", study=invite.study, _anchor=code)


def show_links(study: str, wrong: dict[str, str] | None = None) -> str:
    """The page of a study's links, with what is wrong beside its field."""
    reader = curtain().reader
    found = access_study(reader, study).study
    those = [
        {
            "invite": each,
            "arrived": arrived,
            "address": _address(each),
            "qr": None if each.panel else qr_of(_address(each)),
            "closed": curtain().entrance.closed(each),
        }
        for each, arrived in read_apart(invites_of, study)
    ]
    return render_template(
        "studio/links.html",
        me=me(),
        study=found,
        links=those,
        team=links_told(study),
        most_people=MOST_PEOPLE,
        most_hours=MOST_HOURS,
        panels=PANELS,
        wrong=wrong or {},
        window=window_of(reader, study),
        given=request.form,
    )


def _address(invite: Invite) -> str:
    address = f"{base_url()}/c/{invite.code}"
    return f"{address}?{invite.panel}={PLACEHOLDERS.get(invite.panel, '')}" if invite.panel else address


def _given() -> dict[str, Any]:
    """What was filled in.

    Raises:
        BadLink: it can't be so.
    """
    panel = _text("panel")
    if panel not in PANELS:
        raise BadLink("panel", "Choose one of these.")
    if panel == "other":
        panel = _text("other")
        if not panel.isidentifier():
            raise BadLink("other", "What the id is called in the panel’s links: letters, digits and _.")
    done, full, screened = _text("done"), _text("full"), _text("screened")
    if full and not _is_address(full):
        raise BadLink("full", "Give an address, as https://….")
    if (done or full or screened) and not panel:
        raise BadLink("panel", "Choose the panel that these are for.")
    return {
        "name": _text("name"),
        "most": _most(_text("most")),
        "until": moment("until"),
        "panel": panel or None,
        "done": done or None,
        "full": full or None,
        "screened": screened or None,
    }


def moment(field: str) -> str | None:
    """The moment that was filled in, as the log writes it. What names no zone is UTC; the page's script names it.

    Raises:
        BadLink: it is no moment.
    """
    typed = _text(field)
    if not typed:
        return None
    try:
        given = datetime.fromisoformat(typed)
        given = (given.replace(tzinfo=UTC) if given.tzinfo is None else given).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLink(field, "Give a day and a time, as 2026-12-01T18:00, or nothing.") from None
    return given.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _text(field: str) -> str:
    text = request.form.get(field, "").strip()
    if len(text) > LONGEST or "\0" in text:
        raise BadLink(field, f"At most {LONGEST} characters.")
    return text


def _most(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed) <= MOST:
        raise BadLink("most", "Give a whole number, from 1, or nothing.")
    return int(typed)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
