"""Which event may come next in a session, and in what words any other is refused."""

from __future__ import annotations

from wizard.events import (
    Announced,
    Answered,
    Body,
    Claimed,
    Consented,
    Ended,
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
)
from wizard.session import NotAllowed, Session

AT_ANY_TIME: frozenset[type[Body]] = frozenset({Noted, Looked, Watched})
OF_AN_EXCHANGE: frozenset[type[Body]] = frozenset({Labelled, Flagged, SecondOpinion, Rated})


def may_come_next(session: Session | None) -> frozenset[type[Body]]:
    """The kinds of event that this session allows next, whoever acts."""
    if session is None:
        return frozenset({Started})
    return frozenset(kind for kind in Body.kinds.values() if may_come(session, kind))


def may_come(session: Session, kind: type[Body]) -> bool:
    """Whether this session allows such an event next, whoever acts."""
    if kind in AT_ANY_TIME:
        return True
    if kind in OF_AN_EXCHANGE:
        return bool(session.exchanges)
    if session.ended:
        return (kind is Guessed and session.guessed is None) or (kind is Answered and session.asked_after is None)
    if kind is Whispered or kind is Announced:
        return True
    if kind is Spoken:
        return bool(session.unspoken) and not session.unreleased and session.streaming is None
    if kind is LetIn:
        return not session.let_in
    if kind is Consented:
        return session.consented_at is None
    if kind is Answered:
        return session.asked_before is None
    if kind is Message or kind is Ended:
        return session.streaming is None
    if kind is Replied:
        return session.waiting_since is not None
    if kind is Released:
        return bool(session.unreleased) and session.streaming is None
    if kind is Finished:
        return session.streaming is not None
    if kind is Stopped:
        return session.begun
    if kind is Retried:
        return session.may_retry
    if kind is Claimed:
        return session.claimed_by is None
    if kind is Unclaimed or kind is HandedOver:
        return session.claimed_by is not None
    return False


def why_not(session: Session, body: Body) -> NotAllowed:
    """Why such an event can't come next, in words."""
    if session.ended:
        return NotAllowed("ended", "This conversation has ended.")
    match body:
        case Claimed():
            return NotAllowed("claimed", "Somebody has this conversation already.")
        case HandedOver():
            return NotAllowed("claimed", "You don't have this conversation.")
        case Message() | Ended():
            return NotAllowed("order", "An answer is still coming.")
        case Stopped():
            return NotAllowed("order", "There is nothing to stop.")
        case Consented():
            return NotAllowed("order", "They agreed already.")
        case Answered():
            return NotAllowed("order", "They answered already.")
        case LetIn():
            return NotAllowed("order", "They are in already.")
        case Retried():
            return NotAllowed("order", "There is nothing to try again.")
        case Replied():
            return NotAllowed("answered", "Nothing waits for an answer here.")
        case Labelled() | Flagged() | SecondOpinion() | Rated():
            return NotAllowed("missing", "There is no exchange in this conversation yet.")
    return NotAllowed("order", f"A {body.kind} event can't come next.")
