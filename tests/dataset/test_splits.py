"""Sides: by participant, for ever, and nothing on one that stands on another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.builders import announced, released, reply, session, spoken, user
from tests.dataset.logs import KEY, log, talk
from wizard.dataset import splits
from wizard.dataset.examples import Example, TracedSession, traced
from wizard.dataset.splits import fingerprint_of, letters, pins, side_of
from wizard.events import Event
from wizard.store.database import connect_to_read


def test_four_in_five_are_train_and_a_tenth_each_the_others() -> None:
    counted = Counter(side_of(f"participant-{number}", KEY) for number in range(20_000))
    assert counted["train"] == pytest.approx(16_000, rel=0.02)
    assert counted["validation"] == pytest.approx(2_000, rel=0.1)
    assert counted["test"] == pytest.approx(2_000, rel=0.1)


def test_a_side_is_the_same_for_ever() -> None:
    told = "".join(side_of(f"p{number}", KEY)[0] for number in range(60))
    assert told == "tttttvtttttttttttttttvttvvttttttvvttttttttttttttvttvtttttttt"


def test_another_study_has_other_sides() -> None:
    sides = [(side_of(f"p{number}", KEY), side_of(f"p{number}", KEY[::-1])) for number in range(1_000)]
    assert any(one != other for one, other in sides)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My card is gone!", "my card is gone"),
        ("order 1234", "Order  9876"),
        ("Où est ma carte ?", "ou est ma carte"),
        ("ＣＡＲＤ", "card"),
    ],
)
def test_case_accents_digits_signs_and_spaces_make_no_difference(one: str, other: str) -> None:
    assert letters(one) == letters(other)


@pytest.mark.parametrize(("one", "other"), [("card", "cards"), ("ж", "ш"), ("order 12", "order 123")])
def test_letters_do(one: str, other: str) -> None:
    assert letters(one) != letters(other)


def example(*steps: object) -> Example:
    told = session(*steps)  # type: ignore[arg-type]
    exchange = told.exchanges[-1]
    return Example(told, exchange, told.seen_by(exchange), (1, 1))


def test_the_same_words_to_another_question_are_another_input() -> None:
    assert fingerprint_of(example(user("yes"), reply("a"))) == fingerprint_of(example(user("Yes."), reply("b")))
    assert fingerprint_of(example(user("x"), user("yes"), reply("a"))) != fingerprint_of(
        example(user("yes"), reply("a"))
    )
    assert fingerprint_of(example(user("yes"), reply("a", shown={"k": "v"}))) != fingerprint_of(
        example(user("yes"), reply("a"))
    )


def test_whoever_was_set_aside_because_of_somebody_stays_so_when_they_are_erased(tmp_path: Path) -> None:
    people = [f"{number:020x}" for number in range(60)]
    sides = {each: side_of(f"participant-{each}", KEY) for each in people}
    only = next(each for each, side in sides.items() if side == "train")
    others = [each for each, side in sides.items() if side != "train"]
    tests = [each for each in others if sides[each] == "test"]
    said = talk("my card is gone", "Blocked.")
    folder = log(tmp_path / "sessions", dict.fromkeys([only, *others], said))
    db = connect_to_read(folder)
    assert [found for found, _, _ in pins(db, "card-help", [f"participant-{only}"])] == tests
    assert list(pins(db, "card-help", [f"participant-{others[0]}"])) == []
    db.close()


def test_of_several_who_go_together_each_is_gone_for_the_others(tmp_path: Path) -> None:
    people = [f"{number:020x}" for number in range(60)]
    sides = {each: side_of(f"participant-{each}", KEY) for each in people}
    one, other = [each for each, side in sides.items() if side == "train"][:2]
    tests = [each for each, side in sides.items() if side == "test"]
    folder = log(tmp_path / "sessions", dict.fromkeys([one, other, *tests], talk("my card is gone", "Blocked.")))
    db = connect_to_read(folder)
    assert not any(list(pins(db, "card-help", [f"participant-{each}"])) for each in (one, other))
    together = [f"participant-{each}" for each in (one, other, tests[0])]
    assert [found for found, _, _ in pins(db, "card-help", together)] == tests[1:]
    db.close()


def test_where_another_says_the_same_nothing_needs_a_pin(tmp_path: Path) -> None:
    folder = log(tmp_path / "sessions", {f"{each:020x}": talk("my card is gone", "Blocked.") for each in range(60)})
    db = connect_to_read(folder)
    assert not any(list(pins(db, "card-help", [f"participant-{each:020x}"])) for each in range(60))
    db.close()


def test_of_others_only_those_are_read_whole_who_were_asked_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"{number:020x}" for number in range(60)]
    sides = {each: side_of(f"participant-{each}", KEY) for each in people}
    one = next(each for each, side in sides.items() if side == "train")
    same = next(each for each, side in sides.items() if side == "test")
    spoken_to = next(each for each, side in sides.items() if side == "test" and each != same)
    talks = {each: talk(f"my card is gone {'x' * number}", "Blocked.") for number, each in enumerate(people, 1)}
    talks[one] = talks[same] = talk("my card is gone", "Blocked.")
    talks[spoken_to] = [
        user("my card is gone"),
        announced("We close at five."),
        spoken(),
        reply("Blocked."),
        released(),
    ]
    db = connect_to_read(log(tmp_path / "sessions", talks))
    read: list[str] = []

    def spied(events: Sequence[Event]) -> TracedSession:
        read.append(events[0].session)
        return traced(events)

    monkeypatch.setattr(splits, "traced", spied)
    assert [found for found, _, _ in pins(db, "card-help", [f"participant-{one}"])] == [same]
    assert sorted(set(read)) == sorted([one, same, spoken_to])
    db.close()
