"""Sessions for tests, said in a line: `session(user("hi"), reply("hello"), released())`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Announced,
    Answered,
    Body,
    Claimed,
    Consented,
    Draft,
    Ended,
    Event,
    Finished,
    Flagged,
    Guessed,
    HandedOver,
    Labelled,
    LetIn,
    Looked,
    Message,
    Noted,
    Rated,
    Released,
    Replied,
    Retried,
    SecondOpinion,
    Spoken,
    Started,
    Stopped,
    Unclaimed,
    Watched,
    Whispered,
    wizard_actor,
)
from wizard.fold import apply
from wizard.head import head
from wizard.observation import Observation
from wizard.session import Session
from wizard.store.log import Append, write
from wizard.values import Further

ANN, BOB = wizard_actor("ann"), wizard_actor("bob")
AT = "2026-01-02T03:04:05.000Z"

Step = Callable[[Session | None], Draft]


def started(study: str = "card-help", version: int = 1, **fields: str) -> Step:
    body = Started(study=study, version=version, participant="p1", alias="Guest 1", fields=fields)
    return lambda _: Draft(SYSTEM, body)


def user(text: str, id: str | None = None) -> Step:
    return lambda now: Draft(PARTICIPANT, Message(n=_next(now), role="user", text=text), id)


def assistant(text: str) -> Step:
    return lambda now: Draft(SYSTEM, Message(n=_next(now), role="assistant", text=text))


def claimed(by: str = ANN) -> Step:
    return lambda _: Draft(by, Claimed())


def unclaimed(by: str = ANN) -> Step:
    return lambda _: Draft(by, Unclaimed())


def reply(text: str | None, by: str = ANN, id: str | None = None, **more: Any) -> Step:
    def step(now: Session | None) -> Draft:
        assert now is not None
        given = {"first": 1, "upto": len(now.messages), "exchange": len(now.exchanges) + 1, **more}
        messages = now.messages[given["first"] - 1 : given["upto"]]
        seen = Observation(messages, given.get("shown", {}), form=given.get("form"))
        return Draft(by, Replied(text=text, **{"observation": seen.hash(), **given}), id)

    return step


def released(rate: float | None = None) -> Step:
    def step(now: Session | None) -> Draft:
        assert now is not None
        exchange, bubble = now.unreleased[0]
        return Draft(SYSTEM, Released(n=_next(now), exchange=exchange, bubble=bubble, rate=rate))

    return step


def finished() -> Step:
    return lambda now: Draft(SYSTEM, Finished(n=_next(now) - 1))


def stopped(chars: int) -> Step:
    return lambda now: Draft(PARTICIPANT, Stopped(n=now.coming.n if now and now.begun else _next(now) - 1, chars=chars))


def retried() -> Step:
    return lambda _: Draft(PARTICIPANT, Retried())


def guessed(answered_by: Any = "program", confidence: int | None = 3) -> Step:
    return lambda _: Draft(PARTICIPANT, Guessed(answered_by=answered_by, confidence=confidence))


def let_in() -> Step:
    return lambda _: Draft(SYSTEM, LetIn())


def handed_over(to: str = BOB, by: str = ANN, note: str = "") -> Step:
    return lambda _: Draft(by, HandedOver(to=to, note=note))


def looked(by: str = ANN, at: Further = "session") -> Step:
    return lambda _: Draft(by, Looked(at=at))


def watched(by: str = BOB) -> Step:
    return lambda _: Draft(by, Watched())


def whispered(text: str, by: str = BOB) -> Step:
    return lambda _: Draft(by, Whispered(text=text))


def announced(text: str, by: str = BOB) -> Step:
    return lambda _: Draft(by, Announced(text=text))


def spoken(rate: float | None = None) -> Step:
    def step(now: Session | None) -> Draft:
        assert now is not None
        return Draft(SYSTEM, Spoken(n=_next(now), text=now.unspoken[0], rate=rate))

    return step


def flagged(exchange: int, not_for_training: bool = True, by: str = ANN) -> Step:
    return lambda _: Draft(by, Flagged(exchange=exchange, not_for_training=not_for_training))


def second_opinion(exchange: int, text: str | None = None, by: str = BOB, **labels: str) -> Step:
    body = SecondOpinion(exchange=exchange, wizard=by.partition(":")[2], text=text, labels=labels)
    return lambda _: Draft(by, body)


def rated(
    exchange: int, would_send: bool = True, reply_of: str | None = None, by: str = BOB, opinion: int | None = None
) -> Step:
    who = by.partition(":")[2]
    body = Rated(exchange=exchange, wizard=who, would_send=would_send, reply_of=reply_of, opinion=opinion)
    return lambda _: Draft(by, body)


def consented(text: str = "I take part.") -> Step:
    return lambda _: Draft(PARTICIPANT, Consented(text=text))


def asked(when: Any = "before", screened_out: bool = False, **answers: Any) -> Step:
    return lambda _: Draft(PARTICIPANT, Answered(when=when, answers=answers, screened_out=screened_out))


def labelled(exchange: int, by: str = ANN, **labels: str | None) -> Step:
    return lambda _: Draft(by, Labelled(exchange=exchange, labels=labels))


def noted(text: str, exchange: int | None = None, by: str = ANN) -> Step:
    return lambda _: Draft(by, Noted(text=text, exchange=exchange))


def ended(reason: str = "participant") -> Step:
    return lambda _: Draft(PARTICIPANT, Ended(reason=reason))  # type: ignore[arg-type]


def event(body: Body, actor: str = PARTICIPANT, id: str | None = None, seq: int = 1, session: str = "s1") -> Event:
    return Event(seq, session, AT, actor, id, body)


def events(*steps: Step, id: str = "s1", begun: Started | None = None) -> list[Event]:
    """The events of a session that goes like this, `begun` as it says or like any."""
    made: list[Event] = []
    now: Session | None = None
    for step in (started() if begun is None else lambda _: Draft(SYSTEM, begun), *steps):
        draft = step(now)
        made.append(Event(len(made) + 1, id, draft.at or AT, draft.actor, draft.client_id, draft.body))
        now = apply(now, made[-1])
    return made


def drafts(*steps: Step, id: str = "s1", begun: Started | None = None) -> list[Draft]:
    """The same as events that haven't been written."""
    return [Draft(each.actor, each.body, each.client_id, each.at) for each in events(*steps, id=id, begun=begun)]


def session(*steps: Step, id: str = "s1", begun: Started | None = None) -> Session:
    """The session that goes like this."""
    now: Session | None = None
    for each in events(*steps, id=id, begun=begun):
        now = apply(now, each)
    assert now is not None
    return now


def stored(db: Database, *steps: Step, id: str = "s1", begun: Started | None = None) -> Session:
    """The same, in the log."""
    now = session(*steps, id=id, begun=begun)
    write(db, [Append(id, tuple(drafts(*steps, id=id, begun=begun)), head(now))])
    return now


def _next(now: Session | None) -> int:
    assert now is not None
    return len(now.messages) + 1
