"""A study that is played in a room, from its log."""

from __future__ import annotations

from pathlib import Path

from tests.builders import Step, released, reply, user
from tests.dataset.logs import log
from wizard.store.database import connect
from wizard.store.room import room_of

LONG = "Your card is blocked, and a new one is on its way."


def talk(exchanges: int) -> list[Step]:
    """A conversation of so many."""
    return [step for at in range(exchanges) for step in (user(f"{at}?"), reply(f"{LONG} {at}"), released())]


def steps(folder: Path, *talks: list[Step]) -> int:
    """How many steps, in thousands, SQLite takes to say how it went."""
    log(folder, {f"s{number}": each for number, each in enumerate(talks)})
    db = connect(folder, lock_wait=1)
    taken: list[None] = []
    db.conn.set_progress_handler(lambda: taken.append(None), 1_000)
    assert len(room_of(db, "card-help").best) == min(3, len(talks))
    db.close()
    return len(taken)


def test_what_is_worth_hearing_is_told_once_it_is_revealed(tmp_path: Path) -> None:
    log(tmp_path, {"a": [user("lost it"), reply(LONG), released()], "b": [user("hi"), reply("Hi."), released()]})
    db = connect(tmp_path, lock_wait=1)
    assert [(each.asked, each.said) for each in room_of(db, "card-help").best] == [("lost it", LONG)]
    before = room_of(db, "card-help", revealed=False)
    assert (before.came, before.answers, before.best, before.scores) == (2, 2, (), ())
    db.close()


def test_a_long_conversation_takes_no_longer_to_look_through_than_as_much_in_short_ones(tmp_path: Path) -> None:
    assert steps(tmp_path / "long", talk(400)) < 3 * steps(tmp_path / "short", *[talk(10)] * 40)
