"""The same conversation, played in a real browser: once answered by a person, once by a program."""

from __future__ import annotations

from playwright.async_api import Browser

from wizard.audit.answering import Answerer
from wizard.audit.recording import Recording
from wizard.audit.script import Turn, longest_stream
from wizard.audit.theatre import Theatre
from wizard.audit.visit import visit
from wizard.study import Study

STOPPABLE_SECONDS = 0.15
"""How long words must come for there to be time to stop them."""


async def play_talk(opened: Browser, theatre: Theatre, answerer: Answerer, turns: list[Turn]) -> Recording:
    """The first act: a conversation from its beginning to its end."""
    async with visit(opened, theatre, answerer) as there:
        await there.arrive()
        for number, turn in enumerate(turns, 1):
            stops = turn.happens == "stop" and can_stop(theatre.study, turn, theatre.haste)
            await (there.stop if stops else there.take)(turn, number)
        await there.be_refused()
        await there.finish()
    return there.recording


async def play_silence(opened: Browser, theatre: Theatre, answerer: Answerer, turn: Turn) -> Recording:
    """The second act: nobody answers for long, and in the end everything is taken back."""
    async with visit(opened, theatre, answerer) as there:
        await there.arrive()
        await there.wait_in_vain(turn)
        await there.withdraw()
    return there.recording


def can_stop(study: Study, turn: Turn, haste: float) -> bool:
    """Whether the words of that answer come for long enough to be stopped."""
    return longest_stream(study, [turn]) / haste >= STOPPABLE_SECONDS
