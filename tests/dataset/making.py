"""Sessions that nobody thought of, for tests of what is made of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from hypothesis import strategies as st

from tests.builders import (
    BOB,
    Step,
    announced,
    assistant,
    ended,
    event,
    finished,
    flagged,
    guessed,
    labelled,
    looked,
    noted,
    rated,
    released,
    reply,
    retried,
    second_opinion,
    session,
    spoken,
    stopped,
    user,
    whispered,
)
from tests.dataset.logs import log
from wizard.events import Announced, Body, Draft, Message, Replied
from wizard.fold import apply
from wizard.session import NotAllowed, Session

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
NAMES = st.sampled_from(["intent", "why"])
LABELS = st.dictionaries(NAMES, TEXT, max_size=2)
TAKEN = st.dictionaries(NAMES, st.none() | TEXT, max_size=2)
SHOWN = st.dictionaries(st.sampled_from(["locale", "plan"]), st.none() | TEXT | st.integers(-9, 9), max_size=2)
BUBBLES = st.lists(
    st.fixed_dictionaries({"text": TEXT, "buttons": st.lists(TEXT.filter(bool), max_size=2)}), max_size=3
)
SECONDS = st.none() | st.floats(0, 1e6)
MORE = st.fixed_dictionaries(
    {},
    optional={
        "labels": LABELS,
        "shown": SHOWN,
        "bubbles": BUBBLES,
        "seconds": SECONDS,
        "missing": TEXT,
        "could_answer": st.sampled_from(["yes", "guessed", "no"]),
        "saw_more": st.booleans(),
        "form": st.none() | SHOWN,
    },
)
REPLIES = st.builds(lambda text, more: reply(text, **more), st.none() | TEXT, MORE)
NUMBERS = st.integers(1, 3)
OPINIONS = st.builds(
    lambda to, text, labels: second_opinion(to, text, BOB, **labels), NUMBERS, st.none() | TEXT, LABELS
)
LATER = st.one_of(
    TEXT.map(user),
    TEXT.map(assistant),
    st.just(released()),
    st.just(released(5.0)),
    st.just(finished()),
    st.integers(0, 9).map(stopped),
    st.just(retried()),
    REPLIES,
    st.builds(lambda to, labels: labelled(to, **labels), NUMBERS, TAKEN),
    OPINIONS,
    NUMBERS.map(flagged),
    st.builds(noted, TEXT, st.none() | NUMBERS),
    st.builds(rated, NUMBERS, st.booleans(), st.none() | st.just("0123456789abcdef")),
    st.builds(lambda to, would, opinion: rated(to, would, opinion=opinion), NUMBERS, st.booleans(), st.integers(1, 2)),
    st.just(looked()),
    TEXT.map(whispered),
    TEXT.map(announced),
    st.just(spoken()),
    st.just(spoken(5.0)),
)
TURNS = st.builds(lambda text, answer, later: [user(text), answer, *later], TEXT, REPLIES, st.lists(LATER, max_size=6))
ENDS = st.lists(st.sampled_from([ended(), guessed("person", 4), labelled(1, intent="late")]), max_size=2)


def talks() -> st.SearchStrategy[list[Step]]:
    """A conversation of turns, as they come: with steps in them that can't come where they stand."""
    turns = st.lists(TURNS, max_size=4)
    return st.builds(
        lambda before, told, ends: [*before, *chain(*told), *ends], st.lists(LATER, max_size=2), turns, ENDS
    )


def distinct(steps: list[Step]) -> list[Step]:
    """The steps with no message and no reply empty, or said twice."""
    return [partial(_distinct, step, at) for at, step in enumerate(steps)]


def _distinct(step: Step, at: int, now: Session | None) -> Draft:
    draft = step(now)
    match draft.body:
        case Message(text=text) | Announced(text=text):
            body: Body = draft.body.model_copy(update={"text": f"{text}{at}"})
        case Replied(text=str(text), bubbles=bubbles):
            apart = tuple(each.model_copy(update={"text": f"{each.text}{at}.{n}"}) for n, each in enumerate(bubbles))
            body = draft.body.model_copy(update={"text": f"{text}{at}", "bubbles": apart})
        case _:
            return draft
    return replace(draft, body=body)


def allowed(steps: list[Step]) -> tuple[Step, ...]:
    """Those of the steps that can come where they stand."""
    taken: list[Step] = []
    now: Session = session()
    for at, step in enumerate(steps):
        try:
            draft = step(now)
            now = apply(now, event(draft.body, draft.actor, seq=at + 2))
        except (NotAllowed, IndexError, ValueError):
            continue
        taken.append(step)
    return tuple(taken)


def made_of(folder: Path, *talks: list[Step]) -> Path:
    """A log of these conversations."""
    return log(folder, {f"{at:020x}": allowed(steps) for at, steps in enumerate(talks)})
