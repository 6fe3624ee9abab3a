"""A participant in a real browser, and what they do there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from playwright.async_api import Browser, Page, TimeoutError

from wizard.audit.answering import Answerer
from wizard.audit.frames import Listener, ReadFrame
from wizard.audit.recording import BY_CHANCE, Recorder, Recording
from wizard.audit.script import LONGEST, Turn, shown_texts
from wizard.audit.theatre import Theatre
from wizard.pacing import Pacing, phases
from wizard.simulate.play import Stuck
from wizard.survey import Question
from wizard.values import TEXT_LIMIT

PATIENCE_SECONDS = 15.0
"""Longer than pacing and whoever answers can explain."""
POLL_MS = 10
SETTLED_MS = 80
"""How long the page has to draw what came last."""
STOPS = 4
NOWHERE = "/c/nonsense"


@dataclass
class Visit:
    """A participant in a browser of their own, and whoever answers them."""

    theatre: Theatre
    page: Page
    recorder: Recorder
    answerer: Answerer
    session: str = ""
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self.recording)

    @property
    def recording(self) -> Recording:
        return self.recorder.recording

    async def arrive(self) -> None:
        """Open the link, agree, and answer what is asked first."""
        study = self.theatre.study
        self.recorder.step("opening")
        await self._open(self.theatre.link)
        if study.consent:
            await self._settle()
            await self.page.get_by_role("button", name="I agree").click()
            await self._until(lambda: self._acknowledged("agree"), "the receipt for agreeing")
        if study.survey.before:
            await self._answer_questions(study.survey.before, "Go on")
        if study.persona.greeting:
            await self._until(lambda: any(_has_greeting(each) for each in self._heard()), "the greeting")
        await self._box().wait_for()
        await self.recorder.look()
        [secret] = [each["value"] for each in await self.page.context.cookies() if each["name"] == "visit"]
        self.session = await asyncio.to_thread(self.theatre.session_of, secret)
        self.recording.sessions.append(self.session)

    async def take(self, turn: Turn, number: int) -> None:
        """Say something, and see the answer."""
        self.recorder.step(f"{number} {turn.happens or 'answer'}")
        n = await self._say(turn.said)
        if turn.happens == "reload":
            await self._reload()
        if turn.happens == "offline":
            await self._lose_the_line()
        await self._be_answered(turn, n, str(number))

    async def stop(self, turn: Turn, number: int) -> None:
        """Say something, stop the answer while its words come, and ask for another."""
        for again in range(STOPS):
            self.recorder.step(f"{number} stop")
            n = await self._say(turn.said)
            answering = self._answering(turn, n, f"{number}-{again}")
            await self._until(lambda: self._came("words") > 0, "the first words")
            await self.page.keyboard.press("Escape")
            await self._until(lambda: self._came("message") > 0, "the end of it")
            await answering
            await self._settle()
            if self._came("message", stopped=True):
                break
            self.recording.rename(f"{number} stop", BY_CHANCE)
            self.listener = Listener(self.recording)
        else:
            raise Stuck("an answer could not be stopped in time")
        self.recorder.step(f"{number} another")
        await self.page.get_by_role("button", name="Try again").click()
        await self._until(lambda: self._acknowledged("retry"), "the receipt for asking again")
        await self._be_answered(turn, n + 1, f"{number}-another")

    async def _be_answered(self, turn: Turn, upto: int, id: str) -> None:
        bubbles = len(shown_texts(self.theatre.study, turn))
        answering = self._answering(turn, upto, id)
        await self._until(lambda: self._came("message", role="assistant") >= bubbles, "the answer")
        await answering
        await self._settle()

    def _answering(self, turn: Turn, upto: int, id: str) -> asyncio.Task[None]:
        return asyncio.create_task(
            asyncio.to_thread(self.answerer.answer, self.session, turn, upto, f"{self.session}-{id}")
        )

    async def wait_in_vain(self, turn: Turn) -> None:
        """Say something that isn't answered for long, ask again, and be answered."""
        told = {sees for _, sees in phases(self.theatre.study.pacing)}
        self.recorder.step("no answer")
        n = await self._say(turn.said)
        await asyncio.to_thread(self.answerer.begin, self.session)
        if "still" in told:
            await self._until(lambda: self._is_told("still"), "the word that it takes long")
            await self._reload()
        if "busy" in told:
            await self._until(lambda: self._is_told("busy"), "the word that there is no answer")
            self.recorder.step("asking again")
            await self.page.get_by_role("button", name="Try again").click()
            await self._until(lambda: self._is_told("dots"), "the dots, after asking again")
            await self._settle()
        await self._be_answered(turn, n, "late")

    async def be_refused(self) -> None:
        """Say too much, and go where nothing is."""
        self.recorder.step("an error")
        await self._box().fill("x" * (TEXT_LIMIT + 1))
        await self._box().press("Enter")
        await self._until(lambda: any(said.ok is False for said in self._heard()), "the refusal")
        await self._settle()
        self.recorder.step("nothing there")
        await self.page.goto(self.theatre.url + NOWHERE)
        await self.recorder.look()
        self.recorder.step("back")
        await self._open(self.theatre.link)
        await self._box().wait_for()
        await self._settle()

    async def finish(self) -> None:
        """End it, answer what is asked then, and begin anew where that can be."""
        await self._end()
        if self.theatre.study.survey.after:
            self.recorder.step("questions")
            await self._answer_questions(self.theatre.study.survey.after, "Send")
        if self.theatre.study.ask_what_answered:
            self.recorder.step("the question")
            await self.page.get_by_role("radio", name="A person").check()
            await self.page.get_by_role("radio", name="3", exact=True).check()
            await self._settle()
            await self.page.get_by_role("button", name="Send", exact=True).click()
            await self._until(lambda: self._acknowledged("guess"), "the answer to the question")
            await self._settle()
        elif not self.theatre.study.debriefing:
            self.recorder.step("a new one")
            await self.page.get_by_role("button", name="Start a new conversation").click()
            await self._until(lambda: self._acknowledged("restart"), "the new conversation")
            await self._settle()

    async def _answer_questions(self, questions: Sequence[Question], send: str) -> None:
        """Answer those that must be answered, so that one isn't screened out."""
        for question in questions:
            if question.required and question.kind == "text":
                await self.page.get_by_role("textbox", name=question.question).fill("Nothing.")
            elif question.required:
                picked = self.page.get_by_role("group", name=question.question)
                fits = next((at for at, each in enumerate(question.options) if each not in question.screens_out), 0)
                await picked.get_by_role("checkbox" if question.several else "radio").nth(fits).check()
        await self._settle()
        await self.page.get_by_role("button", name=send, exact=True).click()
        await self._until(lambda: self._acknowledged("answer"), "the answers")
        await self._settle()

    async def withdraw(self) -> None:
        """End it, and take everything back."""
        await self._end()
        self.recorder.step("taking it back")
        await self.page.get_by_role("button", name="Menu").click()
        await self.page.get_by_role("menuitem", name="Withdraw my data").click()
        await self._settle()
        await self.page.get_by_role("button", name="Delete my data").click()
        await self._until(lambda: self._came("state", withdrawn=True) > 0, "the word that it is deleted")
        await self._settle()

    async def _end(self) -> None:
        self.recorder.step("the end")
        await self.page.get_by_role("button", name="Menu").click()
        await self.page.get_by_role("menuitem", name="End conversation").click()
        await self._settle()
        await self.page.get_by_role("button", name="End conversation").click()
        await self._until(lambda: self._came("state", open=False) > 0, "the end")
        await self._settle()

    async def _say(self, text: str) -> int:
        """Send it; the number that it got."""
        sent = len([each for each in self._heard() if each.answers == "send"])
        await self._box().fill(text)
        await self._box().press("Enter")
        await self._until(lambda: len([each for each in self._heard() if each.answers == "send"]) > sent, "its receipt")
        [*_, receipt] = [each for each in self._heard() if each.answers == "send"]
        return int(receipt.payload["n"])

    async def _open(self, link: str) -> None:
        before = self._syncs()
        await self.page.goto(link)
        await self._until(lambda: self._syncs() > before, "the conversation")

    async def _reload(self) -> None:
        await self.recorder.look()
        before = self._syncs()
        await self.page.reload()
        await self._until(lambda: self._syncs() > before, "the conversation, after a reload")

    async def _lose_the_line(self) -> None:
        before = self._syncs()
        await self.page.context.set_offline(True)
        await self.page.wait_for_timeout(SETTLED_MS)
        await self.page.context.set_offline(False)
        await self._until(lambda: self._syncs() > before, "the conversation, after the line was lost")

    async def _settle(self) -> None:
        await self.page.wait_for_timeout(SETTLED_MS)
        await self.recorder.look()

    async def _until(self, there: Callable[[], bool], what: str) -> None:
        until = monotonic() + PATIENCE_SECONDS + longest_wait(self.theatre.study.pacing) / self.theatre.haste
        while not there():
            if monotonic() > until:
                raise Stuck(f"{what} never came")
            await self.page.wait_for_timeout(POLL_MS)

    def _box(self) -> Any:
        return self.page.get_by_role("textbox")

    def _heard(self) -> list[ReadFrame]:
        return self.listener.down()

    def _came(self, event: str, **like: Any) -> int:
        """How often an event with these values has come in this step."""
        step = self.recording.steps[-1]
        came = [each.payload for each in self._heard() if each.event == event and each.step == step]
        return sum(all(payload.get(key) == value for key, value in like.items()) for payload in came)

    def _is_told(self, what: str) -> bool:
        told = [each.tells for each in self._heard() if each.step == self.recording.steps[-1]]
        return [each for each in told if each not in ("", "off")][-1:] == [what]

    def _acknowledged(self, event: str) -> bool:
        return any(each.answers == event and each.step == self.recording.steps[-1] for each in self._heard())

    def _syncs(self) -> int:
        return len([each for each in self._heard() if each.answers == "sync"])


def longest_wait(pacing: Pacing) -> float:
    """Seconds that pacing may take from sending a short answer to its end, at most."""
    covered = pacing.cover[1] if pacing.cover else 0.0
    busy = pacing.busy.after + pacing.busy.again if pacing.busy else 0.0
    return (
        10 * pacing.first[1] + covered + busy + 20 * pacing.per_100_chars + LONGEST / (pacing.chars_per_second or 1e9)
    )


def _has_greeting(each: ReadFrame) -> bool:
    return bool(each.event == "message" or (each.answers == "sync" and each.payload["messages"]))


@asynccontextmanager
async def visit(opened: Browser, theatre: Theatre, answerer: Answerer) -> AsyncIterator[Visit]:
    """A participant with a browser window that nothing is known of."""
    context = await opened.new_context(viewport={"width": 900, "height": 900})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = await context.new_page()
    recorder = Recorder(answerer.name, page, await context.new_cdp_session(page))
    await recorder.start()
    try:
        yield Visit(theatre, page, recorder, answerer)
    except (Stuck, TimeoutError, AssertionError, LookupError) as error:
        step = recorder.recording.steps[-1]
        recorder.recording.stuck = f"in “{step}”: {str(error).splitlines()[0]}"
        with suppress(Exception):
            await recorder.look()
    finally:
        await asyncio.to_thread(answerer.leave)
        await context.close()
