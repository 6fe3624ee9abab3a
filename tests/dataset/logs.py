"""Logs for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.builders import (
    Step,
    asked,
    assistant,
    consented,
    ended,
    finished,
    flagged,
    guessed,
    labelled,
    noted,
    rated,
    released,
    reply,
    retried,
    second_opinion,
    stopped,
    stored,
    user,
    whispered,
)
from wizard.events import Started
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study
from wizard.values import Card

STUDY = """
study: card-help
title: Card helper
persona: {name: Penny, greeting: Hi!}
welcome: Ask about your card.
scenarios: [{id: lost, text: You lost your card.}]
model_sees: {history: all, participant: [locale], documents: [faq.md]}
licence: CC BY 4.0
labels:
  - {name: intent, options: [lost, charge, other]}
  - {name: why, kind: text}
"""
KEY = "0123456789abcdef0123456789abcdef"
"""Decides the sides, the same in every run."""
NASTY = 'He said: "it\'s gone"…\n- [x](intent) # 名前 🙂 \\ {"a": 1} | café\t=1+1'
CARD = Card.model_validate({"title": "Yours", "rows": [{"name": "number", "value": "… 12"}]})

EVERYTHING: Sequence[Step] = (
    consented(),
    asked(mood=3, reason=NASTY, cards=("debit", "credit")),
    assistant("Hi!"),
    user(NASTY, "m1"),
    user("and more"),
    reply(
        "One.\n\nTwo.",
        bubbles=[{"text": "One."}, {"text": "Two.", "buttons": ["Yes", "No"], "card": CARD}],
        labels={"intent": "lost", "why": NASTY},
        could_answer="guessed",
        missing="the account",
        seconds=12.5,
        first_key=2.25,
        keystrokes=31,
        source="edited",
        offered=[{"kind": "canned", "key": "block", "text": "Blocked."}],
        evidence=[{"document": "faq.md", "passage": 2, "how": "copied"}],
        shown={"locale": "de-CH"},
        documents=[{"name": "faq.md", "sha256": "a" * 64}],
    ),
    released(),
    released(),
    user("stop it"),
    whispered(NASTY),
    reply("This is long.", saw_more=True),
    released(9.0),
    stopped(7),
    retried(),
    reply("Short.", upto=6),
    released(20.0),
    finished(),
    second_opinion(1, "Mine.", intent="charge"),
    labelled(1, intent="charge"),
    labelled(1, why=None),
    rated(1),
    rated(1, False, "0123456789abcdef"),
    rated(1, False, opinion=1),
    noted("look at this", 1),
    noted("a note on all"),
    flagged(3),
    ended(),
    asked("after", again=NASTY, stars=5),
    guessed("person", 4),
)
"""A session in which everything happens that an exchange can have."""


@cache
def empty(study: str) -> bytes:
    """The file of a log in which nothing was said; to make one takes as long as what is said in it later."""
    with TemporaryDirectory() as folder:
        db = connect(Path(folder), lock_wait=1)
        bring_up_to_date(db, Path(folder))
        save_study(db, study, "system")
        db.conn.execute("UPDATE split_keys SET key = ?", [KEY])
        db.conn.commit()
        db.close()
        return (Path(folder) / "log.db").read_bytes()


def log(folder: Path, sessions: Mapping[str, Sequence[Step]], study: str = STUDY) -> Path:
    """A log with these sessions, each of a participant of its own, named as the session."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log.db").write_bytes(empty(study))
    db = connect(folder, lock_wait=1)
    for id, steps in sessions.items():
        begun = Started(study="card-help", version=1, participant=f"participant-{id}", alias="Guest 1", scenario="lost")
        stored(db, *steps, id=id, begun=begun)
    db.close()
    return folder


def talk(text: str, answer: str, intent: str = "lost") -> Sequence[Step]:
    """A conversation of one exchange."""
    return (assistant("Hi!"), user(text), reply(answer, labels={"intent": intent}), released(), ended())
