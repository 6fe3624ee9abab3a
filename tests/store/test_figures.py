"""How a study goes, from its log: the figures and the costs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database

from tests.builders import ANN, BOB, Step, claimed, ended, handed_over, released, reply, unclaimed, user
from tests.dataset.logs import log
from wizard.events import Draft
from wizard.session import Session
from wizard.store.costs import Rates, costs_of, rates_of, set_rates
from wizard.store.database import connect
from wizard.store.figures import LISTED, figures_of

HOUR = Rates(hour=30.0, participant=2.5, currency="€")


def at(minute: int, step: Step) -> Step:
    """The same step at that minute after nine."""

    def then(now: Session | None) -> Draft:
        draft = step(now)
        return Draft(draft.actor, draft.body, draft.client_id, f"2026-01-02T09:{minute:02}:00.000Z")

    return then


def opened(folder: Path, *sessions: Sequence[Step]) -> Database:
    log(folder, {f"s{number}": steps for number, steps in enumerate(sessions)})
    return connect(folder, lock_wait=1)


def test_a_wizard_is_paid_for_the_time_in_which_they_have_something_once(tmp_path: Path) -> None:
    db = opened(
        tmp_path,
        (user("hi"), at(0, claimed(ANN)), reply("a"), at(20, ended())),
        (user("hi"), at(10, claimed(ANN)), at(30, unclaimed(ANN)), at(40, claimed(ANN)), at(45, ended())),
        (user("hi"), at(50, claimed(ANN)), at(52, handed_over(BOB, by=ANN))),
    )
    assert costs_of(db, "card-help", "2026-01-02T09:58:00.000Z") is None, "nobody has said what people cost"
    set_rates(db, "card-help", "ann", HOUR)
    costs = costs_of(db, "card-help", "2026-01-02T09:58:00.000Z")
    assert costs is not None
    assert costs.seconds == 60 * (30 + 5 + 2 + 6)
    assert (costs.wizards, costs.paid, costs.conversations, costs.answers) == (2, 1, 1, 1)
    assert costs.total == 43 / 60 * 30 + 2.5
    assert (costs.per_conversation, costs.per_answer) == (costs.total, costs.total)


def test_of_a_crowd_some_are_listed_and_everybody_who_waits_is_counted(tmp_path: Path) -> None:
    db = opened(tmp_path, *[(at(number % 60, user("hi")),) for number in range(LISTED + 9)], (user("hi"), reply("a")))
    found = figures_of(db, "card-help")
    assert (len(found.active), found.busy, len(found.waiting)) == (LISTED, LISTED + 9, LISTED + 9)
    assert found.active[0].waiting_since == min(found.waiting)
    db.close()


def test_what_costs_nothing_shows_no_costs(tmp_path: Path) -> None:
    db = opened(tmp_path)
    set_rates(db, "card-help", "ann", HOUR)
    assert rates_of(db, "card-help") == HOUR
    set_rates(db, "card-help", "ann", Rates(0.0, 0.0, "€"))
    assert rates_of(db, "card-help") is None
    db.close()


def test_figures_are_of_what_was_answered_and_who_is_there(tmp_path: Path) -> None:
    db = opened(
        tmp_path,
        (user("hi"), reply("a", could_answer="yes", seconds=4.0, labels={"intent": "lost"}), released(), ended()),
        (user("hi"), reply("b", could_answer="no", missing=" The Balance ", seconds=8.0, saw_more=True), user("?")),
        (user("hi"), claimed(ANN)),
        (),
    )
    found = figures_of(db, "card-help")
    assert (found.sessions, found.ended, found.open, found.busy, found.exchanges) == (4, 1, 3, 2, 2)
    assert len(found.active) == 2
    assert (found.could["yes"], found.could["no"], found.seconds, found.saw_more) == (1, 1, 6.0, 1)
    assert found.missing == (("the balance", 1),)
    assert dict(found.labels["intent"]) == {"lost": 1}
