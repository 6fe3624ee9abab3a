"""What a model may be trained on."""

from __future__ import annotations

from wizard.exchange import Exchange
from wizard.session import Session


def can_be_learnt(exchange: Exchange) -> bool:
    """Whether the reply may be learnt: not flagged, and given from no more than the model would see."""
    return not (exchange.not_for_training or exchange.reply.saw_more)


def asked_anew(session: Session, exchange: Exchange) -> bool:
    """Whether the participant stopped this answer and got another in its place."""
    after = session.exchanges[exchange.number :]
    return exchange.stopped and bool(after) and after[0].reply.upto == exchange.reply.upto
