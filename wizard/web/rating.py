"""“Would you send this?”: a page for wizards, blind to who replied: a colleague, another one, or the simple model."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from wizard.events import Draft, Rated, wizard_actor
from wizard.live.markdown import to_html
from wizard.live.opinions import is_blind
from wizard.observation import of_exchange
from wizard.session import NotAllowed, Session, access_exchange
from wizard.store.ratings import count_ratings, has_replies, rated_beside
from wizard.store.studies import access_study
from wizard.web.parts import curtain, read_apart
from wizard.web.redirects import on_to
from wizard.web.reporting import REPLY, state_of
from wizard.web.reports import ReportJob
from wizard.web.seats import me, my_actor, my_studies, only_for

pages = Blueprint("rating", __name__)
ENOUGH = 50
"""So many make shares that say something."""
DIGITS = 16
"""Of the digest of an exchange's id: the id itself would stay in another conversation when it is erased."""


@dataclass(frozen=True)
class ToRate:
    """A reply to rate in the place of an exchange: its own, a second opinion's, or the model's, `reply_of` another."""

    session: Session
    exchange: int
    reply: str
    opinion: int | None = None
    reply_of: str | None = None

    @property
    def id(self) -> str:
        return f"{self.session.id}-{self.exchange}"

    @property
    def whose(self) -> tuple[int | None, bool]:
        """Which of the replies in that place it is."""
        return self.opinion, self.reply_of is not None

    @property
    def mark(self) -> str:
        """Names it to whoever is asked, and tells them nothing of it."""
        return f"{_lot(f'mark {self.id} {self.whose} {self.reply}'):016x}"


@pages.get("/studio/replies")
@only_for("owner", "wizard")
def studies() -> str:
    """The studies whose replies can be judged so."""
    reader = curtain().reader
    found = [access_study(reader, name).study for name in my_studies("owner", "wizard")]
    those = [
        {"name": each.study, "title": each.title, "rated": read_apart(count_ratings, each.study)}
        for each in found
        if each.reply.kind == "text" and read_apart(has_replies, each.study)
    ]
    return render_template("studio/replies.html", me=me(), studies=those, enough=ENOUGH)


@pages.get("/studio/replies/<study>")
@only_for("owner", "wizard")
def ask(study: str) -> str:
    """The next reply, in the place where it would be sent."""
    reader = curtain().reader
    found = access_study(reader, study).study
    report = _report(study)
    beside = read_apart(rated_beside, study) if found.reply.kind == "text" else {}
    asked = _next(report.drafts, beside)
    messages = of_exchange(asked.session, access_exchange(asked.session, asked.exchange)) if asked else None
    return render_template(
        "studio/would_you_send.html",
        me=me(),
        study=found,
        report=report,
        asked=asked,
        nothing=not report.drafts and not beside,
        seen=messages,
        html=to_html,
        rated=read_apart(count_ratings, study),
        enough=ENOUGH,
    )


@pages.get("/studio/replies/<study>/now")
@only_for("owner", "wizard")
def now(study: str) -> dict[str, Any]:
    """How far the simple model is."""
    access_study(curtain().reader, study)
    report = _report(study)
    return {"state": report.state, "doing": report.doing, "done": report.done, "of": report.of}


@pages.post("/studio/replies/<study>")
@only_for("owner", "wizard")
def answer(study: str) -> Response:
    """Whether they would send it. What isn't theirs to judge any more is passed over."""
    access_study(curtain().reader, study)
    id, word = request.form.get("exchange", ""), request.form.get("would_send", "")
    mark = request.form.get("reply", "")
    those = _replies(id, _report(study).drafts) if word in ("yes", "no") else ()
    asked = next((each for each in those if each.mark == mark), None)
    if asked is not None:
        judge = me().account
        body = Rated(
            exchange=asked.exchange,
            wizard=judge,
            would_send=word == "yes",
            opinion=asked.opinion,
            reply_of=asked.reply_of and sha256(asked.reply_of.encode()).hexdigest()[:DIGITS],
        )

        def decide(session: Session) -> list[Draft]:
            fresh = is_blind(session, access_exchange(session, asked.exchange), judge)
            return [Draft(wizard_actor(judge), body)] if fresh else []

        curtain().sessions.record(asked.session.id, decide)
    return on_to("rating.ask", study=study)


def _report(study: str) -> ReportJob:
    return curtain().reports.access(study, REPLY, *state_of(study))


def _next(drafts: Mapping[str, str], beside: Mapping[str, int]) -> ToRate | None:
    """The first that they can judge, in an order of their own.

    First come places where one reply of several was judged: with another of them it says which is better. There they
    get one of those that were judged least.
    """
    for id in sorted({*drafts, *beside}, key=lambda id: (beside.get(id) != 1, _lot(id))):
        those = list(_replies(id, drafts))
        if those:
            ratings = access_exchange(those[0].session, those[0].exchange).ratings
            judged = Counter((each.rated.opinion, each.rated.reply_of is not None) for each in ratings)
            return min(those, key=lambda each: (judged[each.whose], _lot(f"whose {each.mark}")))
    return None


def _replies(id: str, drafts: Mapping[str, str]) -> Iterator[ToRate]:
    """The replies in that place which they can judge: none where they know the conversation, and none of their own."""
    session, number = _place(id)
    if session is None or not is_blind(session, access_exchange(session, number), me().account):
        return
    exchange = access_exchange(session, number)
    own = exchange.reply.text or ""
    if own:
        yield ToRate(session, number, own)
    for at, each in enumerate(exchange.second_opinions, 1):
        if (each.opinion.text or "").strip() not in ("", own.strip()):
            yield ToRate(session, number, each.opinion.text or "", opinion=at)
    source, other = _place(drafts.get(id, ""))
    model = access_exchange(source, other) if source else None
    if model is not None and model.reply.text and model.actor != my_actor():
        yield ToRate(session, number, model.reply.text, reply_of=drafts[id])


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
    """64 bits drawn for me and that thing, always the same; nobody knows them without the installation's secret."""
    secret = str(current_app.secret_key).encode()
    return int.from_bytes(hmac.digest(secret, f"{me().account}:{what}".encode(), "sha256")[:8])
