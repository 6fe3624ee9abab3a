"""Which event may come next in a session, and in what words any other is refused."""

from __future__ import annotations

from collections.abc import Callable

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
    Stopped,
    Unclaimed,
    Watched,
    Whispered,
)
from wizard.session import NotAllowed, Session

Rule = Callable[[Session], bool]
AT_ANY_TIME: dict[type[Body], Rule] = {
    **dict.fromkeys((Noted, Looked, Watched), lambda session: True),
    **dict.fromkeys((Labelled, Flagged, SecondOpinion, Rated), lambda session: bool(session.exchanges)),
}
WHILE_IT_IS_OPEN: dict[type[Body], Rule] = {
    **AT_ANY_TIME,
    Consented: lambda session: session.consented_at is None,
    Answered: lambda session: session.asked_before is None,
    LetIn: lambda session: not session.let_in,
    Message: lambda session: session.streaming is None,
    Claimed: lambda session: session.claimed_by is None,
    Unclaimed: lambda session: session.claimed_by is not None,
    HandedOver: lambda session: session.claimed_by is not None,
    Whispered: lambda session: True,
    Replied: lambda session: session.waiting_since is not None,
    Released: lambda session: bool(session.unreleased) and session.streaming is None,
    Finished: lambda session: session.streaming is not None,
    Stopped: lambda session: session.begun,
    Retried: lambda session: session.may_retry,
    Announced: lambda session: True,
    Spoken: lambda session: bool(session.unspoken) and not session.unreleased and session.streaming is None,
    Ended: lambda session: session.streaming is None,
}
AFTER_THE_END: dict[type[Body], Rule] = {
    **AT_ANY_TIME,
    Guessed: lambda session: session.guessed is None,
    Answered: lambda session: session.asked_after is None,
}


def may_come(session: Session, kind: type[Body]) -> bool:
    """Whether this session allows such an event next, whoever acts."""
    rule = (AFTER_THE_END if session.ended else WHILE_IT_IS_OPEN).get(kind)
    return rule is not None and rule(session)


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
