"""Second opinions over real sockets: drawn without bias, given blind, and never by whoever knows the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import served
from tests.served import Client, Listening, Server
from wizard.live.opinions import draws
from wizard.study import Study

JUDGED = """
study: judged
title: Judged
labels:
  - {name: intent, kind: choice, options: [lost, charge, other]}
second_opinions: 1
"""
KEYS = ["the-key-of-somebody", "the-key-of-another"]
FIRST = "canary-of-the-first-answer"
CODE = {"labels": {"intent": "charge"}, "could_answer": "guessed", "missing": "canary-of-what-was-missing"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, JUDGED) as running:
        yield running


@pytest.fixture
def desks(server: Server) -> Iterator[dict[str, Listening]]:
    """Ann, Bob and Cy at their desks."""
    owner = server.seat()
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                Listening(server, "/desk", {"key": server.seat(server.invite_person(owner, name, "wizard"))})
            )
            for name in ("ann", "bob", "cy")
        }


def answered(desk: Client, chat: Client, number: int = 1, text: str = FIRST, **more: Any) -> str:
    """The participant asks for the so-manieth time, and is answered; the session."""
    assert chat.call("send", {"id": f"m{number}", "text": f"question {number}"})["ok"]
    [row] = [each for each in desk.call("inbox")["sessions"] if each["waiting_since"]]
    assert desk.call("claim", {"session": row["session"]})["ok"]
    done = desk.call("reply", {"session": row["session"], "id": f"r{number}", "text": text, **CODE, **more})
    assert done["ok"], done
    assert chat.wait_for("message", text=text)
    return str(row["session"])


def given(session: str, exchange: int = 1, text: str = "mine", id: str = "o1") -> dict[str, Any]:
    return {"session": session, "exchange": exchange, "id": id, "text": text, "labels": {"intent": "lost"}}


@pytest.mark.parametrize("rate", [0, 0.05, 0.2, 0.5, 1])
def test_the_share_that_is_drawn_is_the_studys_and_does_not_lean(rate: float) -> None:
    study = Study(study="judged", title="Judged", second_opinions=rate)
    sessions: Any = SimpleNamespace(version=lambda *_: SimpleNamespace(study=study))
    drawn = draws(sessions, "a secret")
    ids = [(f"{number:020x}", exchange) for number in range(2_000) for exchange in range(1, 11)]
    yes = [which for which in ids if drawn("judged", 1, *which)]
    assert yes == [which for which in ids if drawn("judged", 1, *which)]
    spread = 5 * (rate * (1 - rate) / len(ids)) ** 0.5
    assert abs(len(yes) / len(ids) - rate) <= spread
    for exchange in (1, 5, 10):
        share = sum(which[1] == exchange for which in yes) / 2_000
        assert abs(share - rate) <= spread * 10**0.5
    if 0 < rate < 1:
        assert yes != [which for which in ids if draws(sessions, "another")("judged", 1, *which)]


def test_nothing_of_the_first_answer_reaches_the_second_wizard(server: Server, desks: dict[str, Listening]) -> None:
    """Two conversations that differ in nothing but the first answers look the same to the second wizard."""
    ann, bob = desks["ann"], desks["bob"]
    with server.participant(KEYS[0]) as chat, server.participant(KEYS[1]) as other:
        first = answered(ann, chat, text=FIRST)
        long = FIRST + " and much more" * 40
        second = answered(
            ann, other, text=long, labels={"intent": "other"}, could_answer="no", source="edited", seconds=77
        )
        assert all(ann.call("end", {"session": each})["ok"] for each in (first, second))
        asked = bob.call("next_opinion")
        assert asked["waiting"] == 2
        assert asked["opinion"]["session"] == first
        assert [turn["text"] for turn in asked["opinion"]["observation"]["messages"]] == ["question 1"]
        assert bob.call("skip_opinion", {"session": first, "exchange": 1})["ok"]
        again = bob.call("next_opinion")
        assert again["opinion"]["session"] == second
        mine = {**given(second), "could_answer": "yes"}
        assert bob.call("opinion", mine)["ok"]
        for query in ({}, {"text": "question"}, {"text": "canary"}, {"label": {"name": "intent", "value": "charge"}}):
            assert [each["session"] for each in bob.call("search", query)["found"]] in ([], [second])
        bob.wait_for("opinions", waiting=0)

        def told(answer: dict[str, Any], session: str) -> str:
            alias = answer["opinion"]["variables"]["participant.alias"]
            return json.dumps(answer["opinion"]).replace(session, "<session>").replace(alias, "<alias>")

        assert told(asked, first) == told(again, second)
        cut = next(at for at, data in enumerate(bob.wire) if second in data and "found" in data)
        before = "\n".join(bob.wire[:cut])
        for canary in ("canary", "guessed", "edited", '"no"', '"seconds"'):
            assert canary not in before.replace(first, "").replace(second, ""), canary
        assert FIRST not in "\n".join(data for data in bob.wire if second not in data)


def test_it_is_never_ones_own_nor_of_a_conversation_that_one_had_or_looked_into(
    server: Server, desks: dict[str, Listening]
) -> None:
    ann, bob, cy = desks["ann"], desks["bob"], desks["cy"]
    with server.participant(KEYS[0]) as chat:
        session = answered(ann, chat)
        assert ann.call("next_opinion") == {"ok": True, "opinion": None, "waiting": 0}
        assert ann.call("opinion", given(session))["error"]["code"] == "blind"
        assert bob.call("next_opinion")["opinion"]["session"] == session
        assert bob.call("look", {"session": session})["ok"]
        assert bob.call("opinion", given(session))["error"]["code"] == "blind"
        assert bob.call("next_opinion")["opinion"] is None
        assert bob.call("inbox")["opinions"] == 0
        assert cy.call("next_opinion")["opinion"]["session"] == session
        cys = cy.call("inbox")["account"]
        assert ann.call("hand_over", {"session": session, "to": cys})["ok"]
        assert cy.call("next_opinion")["opinion"] is None
        assert cy.call("opinion", given(session))["error"]["code"] == "blind"


def test_whoever_was_shown_a_later_observation_is_not_asked_about_an_earlier_one(
    server: Server, desks: dict[str, Listening]
) -> None:
    ann, bob = desks["ann"], desks["bob"]
    with server.participant(KEYS[0]) as chat:
        session = answered(ann, chat, 1)
        answered(ann, chat, 2, "the second answer")
        first = bob.call("next_opinion")
        assert (first["opinion"]["exchange"], first["waiting"]) == (1, 2)
        assert bob.call("opinion", given(session, 2, id="o2"))["ok"]
        assert bob.call("opinion", given(session, 1, id="o1"))["error"]["code"] == "blind"
        assert bob.call("next_opinion")["opinion"] is None


def test_a_retried_opinion_is_one_and_it_leaves_the_queue(server: Server, desks: dict[str, Listening]) -> None:
    ann, bob, cy = desks["ann"], desks["bob"], desks["cy"]
    with server.participant(KEYS[0]) as chat:
        session = answered(ann, chat)
        assert cy.wait_for("opinions", waiting=1)
        mine = bob.call("next_opinion")["opinion"]
        assert (mine["session"], mine["exchange"]) == (session, 1)
        assert cy.call("next_opinion") == {"ok": True, "opinion": None, "waiting": 0}  # Bob has it before him
        assert bob.call("opinion", given(session))["ok"]
        assert bob.call("opinion", given(session))["ok"]
        assert bob.call("opinion", given(session, text="another"))["error"]["code"] == "id_reused"
        assert bob.call("opinion", given(session, id="o9"))["error"]["code"] == "blind"
        assert bob.call("next_opinion")["opinion"] is None
        assert cy.call("next_opinion")["opinion"] is None
        [exchange] = ann.call("look", {"session": session})["whole"]["exchanges"]
        [opinion] = exchange["second_opinions"]
        assert (opinion["by"], opinion["text"], opinion["labels"]) == ("bob", "mine", {"intent": "lost"})


def test_what_one_leaves_is_for_others(server: Server, desks: dict[str, Listening]) -> None:
    ann, bob, cy = desks["ann"], desks["bob"], desks["cy"]
    with server.participant(KEYS[0]) as chat:
        session = answered(ann, chat)
        assert bob.call("next_opinion")["waiting"] == 1
        assert bob.call("skip_opinion", {"session": session, "exchange": 1})["ok"]
        assert bob.call("next_opinion") == {"ok": True, "opinion": None, "waiting": 0}
        assert bob.call("inbox")["opinions"] == 0
        assert cy.call("inbox")["opinions"] == 1
        assert cy.call("next_opinion")["opinion"]["session"] == session


def test_a_flag_takes_it_out_of_the_queue(server: Server, desks: dict[str, Listening]) -> None:
    ann, bob = desks["ann"], desks["bob"]
    with server.participant(KEYS[0]) as chat:
        session = answered(ann, chat)
        assert ann.call("flag", {"session": session, "exchange": 1, "not_for_training": True})["ok"]
        assert bob.call("next_opinion")["opinion"] is None


def test_what_was_not_drawn_takes_no_opinion(at_once: Server) -> None:
    owner = at_once.seat()
    bob = at_once.seat(at_once.invite_person(owner, "Bob", "wizard"))
    with at_once.wizard(owner) as first, at_once.wizard(bob) as second, at_once.participant(KEYS[0]) as chat:
        session = answered(first, chat)
        assert second.call("next_opinion")["opinion"] is None
        assert second.call("opinion", given(session))["error"]["code"] == "missing"
