"""What a recorded row tells that was said of an exchange once it had been answered, as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.dataset.rows import Row
from wizard.events import SYSTEM, Body, Flagged, Labelled, Noted, Rated, SecondOpinion, wizard_actor

Remark = tuple[str, Body, str | None]
"""Who said it, what, and when, where that was recorded."""


def said_afterwards(row: Row, number: int, wizard: str) -> Iterator[Remark]:
    """Corrections, second opinions, ratings, notes and the flag; `wizard` answered the exchange of that number."""
    stand: Mapping[str, str | None] = row.first_labels
    for each in row.corrections:
        yield wizard_actor(each.wizard), Labelled(exchange=number, labels=each.labels), each.at
        stand = {**stand, **each.labels}
    if changed := _changed(stand, row.labels):
        yield SYSTEM, Labelled(exchange=number, labels=changed), row.at
    for opinion in row.second_opinions:
        given = opinion.model_dump(exclude={"at", "reply"})
        body = SecondOpinion(exchange=number, text=opinion.reply, **given)
        yield wizard_actor(opinion.wizard), body, opinion.at or row.at
    for rating in row.ratings:
        yield wizard_actor(rating.wizard), Rated(exchange=number, **rating.model_dump(exclude={"at"})), rating.at
    for note in row.notes:
        yield wizard_actor(note.wizard), Noted(text=note.text, exchange=number), note.at
    if row.not_for_training:
        yield wizard, Flagged(exchange=number, not_for_training=True), row.at


def _changed(given: Mapping[str, str | None], wanted: Mapping[str, str]) -> dict[str, str | None]:
    """What is to be set, or taken away (None), so that the labels that are given are those that are wanted."""
    stand = {name: value for name, value in given.items() if value is not None}
    gone = dict.fromkeys(name for name in stand if name not in wanted)
    return {**gone, **{name: value for name, value in wanted.items() if stand.get(name) != value}}
