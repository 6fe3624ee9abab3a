"""Logs of every kind of study, and public ones, for tests that read an export back as its own readers do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import Step, assistant, ended, flagged, labelled, released, reply, second_opinion, user
from tests.dataset.logs import EVERYTHING, NASTY, STUDY, log, talk
from tests.logged import import_rows
from tests.recordings import NOT_THERE, recording
from wizard.dataset.examples import Example, examples, traced_sessions
from wizard.store.database import connect, connect_to_read
from wizard.store.schema import bring_up_to_date

PUBLIC = ("star_bank_fraud_report", "banking77")

CHOICE = """
study: card-help
title: Router
licence: CC0
reply:
  kind: choice
  options:
    - {name: "card, lost?", say: "{You} lost it.", buttons: [Yes]}
    - "no"
    - card lost
    - restart
"""
FORM = """
study: card-help
title: Rides
labels: [{name: wants, options: [a ride, none]}]
reply:
  kind: form
  say: "From {{from}}, {seats: {{seats}}}"
  fields:
    - {name: from}
    - {name: seats, kind: integer}
    - {name: on, kind: date}
    - {name: again, kind: yes_no}
    - {name: class, kind: choice, options: ["1", "2: cheap"]}
"""

TEXTS = {
    "e" * 20: EVERYTHING,
    "a" * 20: talk("gone\r\nsince\u2028today\x85", "“Sure”, {name}. \\n", "lost"),
    "b" * 20: talk("/restart yes: no # - [a]{b}", "- null\n: ~", "other"),
    "c" * 20: (user("two"), user("at once"), reply("first", upto=1), released(), reply("second"), released(), ended()),
    "d" * 20: (
        assistant("Hi!"),
        user("🙂🙃"),
        reply("A", labels={"intent": "lost"}),
        released(),
        user("flag me"),
        reply("B", labels={"intent": "lost"}),
        released(),
        flagged(2),
        user("and then"),
        reply("C", labels={"intent": "charge"}),
        released(),
        user("nobody answered"),
    ),
    "f" * 20: (user("only a label"), reply(None, labels={"intent": "charge"})),
    "0" * 20: (user("nobody ever answered"),),
    "1" * 20: (user("hi"), reply("never let through", labels={"intent": "other"})),
}
CHOICES = {
    "a" * 20: (
        user("Where is it?"),
        reply("card, lost?", bubbles=[{"text": "{You} lost it.", "buttons": ["Yes"]}]),
        released(),
        user(NASTY),
        reply("no"),
        released(),
        second_opinion(1, "no"),
    ),
    "b" * 20: (user("same letters"), reply("card lost"), released(), user("again"), reply("restart"), released()),
}
FORMS = {
    "a" * 20: (
        user("from here: 名前"),
        reply('{"from": "here: \\"名前\\"", "seats": 2}', labels={"wants": "a ride"}, form={}, bubbles=[{"text": "…"}]),
        released(),
        user("tomorrow"),
        reply(
            '{"from": "x", "on": "2026-03-01", "again": true, "class": "2: cheap"}',
            labels={"wants": "a ride"},
            form={"from": "here", "seats": 2},
            bubbles=[{"text": "x"}],
        ),
        released(),
        labelled(2, wants="none"),
    ),
}
KINDS: Mapping[str, tuple[str, Mapping[str, Sequence[Step]]]] = {
    "text": (STUDY, TEXTS),
    "choice": (CHOICE, CHOICES),
    "form": (FORM, FORMS),
}


def every_kind(folder: Path) -> dict[str, Path]:
    """A log for each kind of reply, all of a study `card-help`."""
    return {name: log(folder / name, sessions, study) for name, (study, sessions) in KINDS.items()}


def public(folder: Path, name: str) -> Path:
    """The log of a public data set, imported as a study of the same name."""
    path = recording(name)
    if not path.exists():
        pytest.skip(NOT_THERE)
    db = connect(folder, lock_wait=1)
    bring_up_to_date(db, folder)
    rows = path.read_text(encoding="utf-8").splitlines()
    assert import_rows(db, name.replace("_", "-"), rows, path.name).exchanges == len(rows)
    db.close()
    return folder


def recorded(name: str) -> list[dict[str, object]]:
    """The rows that a public data set has."""
    return [json.loads(line) for line in recording(name).read_text(encoding="utf-8").splitlines()]


def exchanges(sessions: Path, study: str = "card-help") -> list[Example]:
    """Every exchange of that study in the log."""
    with closing(connect_to_read(sessions)) as db:
        return list(examples(traced_sessions(db, study)))
