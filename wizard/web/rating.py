"""“Would you send this?”: a page for wizards, blind to whether a person or the simple model replied."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from wizard.events import Draft, Rated, wizard_actor
from wizard.live.markdown import to_html
from wizard.live.opinions import is_blind
from wizard.observation import of_exchange
from wizard.session import NotAllowed, Session, access_exchange
from wizard.store.erasure import count_erasures
from wizard.store.log import count_exchanges, count_kind
from wizard.store.studies import NoStudy, access_study, study_names
from wizard.web.parts import curtain
from wizard.web.reports import Report
from wizard.web.seats import only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("rating", __name__)
ENOUGH = 50
"""So many make shares that say something."""


@dataclass(frozen=True)
class Asked:
    """A reply to rate in the place of an exchange; `reply_of` is the exchange whose it is, None its own."""

    session: Session
    exchange: int
    reply: str
    reply_of: str | None

    @property
    def id(self) -> str:
        return f"{self.session.id}-{self.exchange}"


@pages.get("/studio/replies")
@only_for("owner", "wizard")
def studies() -> str:
    """The studies whose replies can be judged so."""
    reader = curtain().reader
    found = [access_study(reader, name).study for name in study_names(reader)]
    those = [
        {"name": each.study, "title": each.title, "rated": count_kind(reader, each.study, Rated.kind)}
        for each in found
        if each.reply.kind == "text"
    ]
    return render_template("studio/replies.html", me=signed_in(), studies=those, enough=ENOUGH)


@pages.get("/studio/replies/<study>")
@only_for("owner", "wizard")
def ask(study: str) -> Response | str:
    """The next reply, in the place where it would be sent."""
    reader = curtain().reader
    try:
        found = access_study(reader, study).study
    except NoStudy:
        return not_found()
    report = _report(study)
    asked = _next(report)
    messages = of_exchange(asked.session, access_exchange(asked.session, asked.exchange)) if asked else None
    return render_template(
        "studio/would_you_send.html",
        me=signed_in(),
        study=found,
        report=report,
        asked=asked,
        seen=messages,
        html=to_html,
        rated=count_kind(reader, study, Rated.kind),
        enough=ENOUGH,
    )


@pages.get("/studio/replies/<study>/now")
@only_for("owner", "wizard")
def now(study: str) -> Response | dict[str, Any]:
    """How far the simple model is."""
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    report = _report(study)
    return {"state": report.state, "doing": report.doing, "done": report.done, "of": report.of}


@pages.post("/studio/replies/<study>")
@only_for("owner", "wizard")
def answer(study: str) -> Response:
    """Whether they would send it. What isn't theirs to judge any more is passed over."""
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    id, word = request.form.get("exchange", ""), request.form.get("would_send", "")
    asked = _asked(id, _report(study).drafts) if word in ("yes", "no") else None
    if asked is not None:
        me = _me()
        body = Rated(exchange=asked.exchange, wizard=me, would_send=word == "yes", reply_of=asked.reply_of)

        def decide(session: Session) -> list[Draft]:
            fresh = is_blind(session, access_exchange(session, asked.exchange), me)
            return [Draft(wizard_actor(me), body)] if fresh else []

        curtain().sessions.record(asked.session.id, decide)
    return redirect(url_for("rating.ask", study=study), 303)  # type: ignore[return-value]


def _report(study: str) -> Report:
    reader = curtain().reader
    return curtain().reports.access(study, "reply", count_exchanges(reader, study), count_erasures(reader))


def _me() -> str:
    account = signed_in()
    assert account is not None
    return account.account


def _next(report: Report) -> Asked | None:
    """The first that they can judge, in an order of their own."""
    for id in sorted(report.drafts, key=_lot):
        asked = _asked(id, report.drafts)
        if asked is not None:
            return asked
    return None


def _asked(id: str, drafts: dict[str, str]) -> Asked | None:
    """The one of that name, if they can judge it: by lot the simple model's reply or the one that was given."""
    session, exchange = _place(id) if id in drafts else (None, 0)
    if session is None or not is_blind(session, access_exchange(session, exchange), _me()):
        return None
    reply_of = drafts[id] if _lot(f"whose {id}") % 2 else None
    source, number = _place(reply_of) if reply_of else (session, exchange)
    reply = access_exchange(source, number).reply.text if source else None
    return Asked(session, exchange, reply, reply_of) if reply else None


def _place(id: str) -> tuple[Session | None, int]:
    """The session of an exchange, and its number; None where there is none any more."""
    session, _, number = id.rpartition("-")
    try:
        found = curtain().sessions.access(session).session
        access_exchange(found, int(number))
    except (NotAllowed, ValueError):
        return None, 0
    return found, int(number)


def _lot(what: str) -> int:
    """The same for the same person and thing, and nobody can tell it without the installation's secret."""
    secret = str(current_app.secret_key).encode()
    return int.from_bytes(hmac.digest(secret, f"{_me()}:{what}".encode(), "sha256")[:8])
