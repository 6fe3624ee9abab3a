"""The two who answer: a person, with all the commotion of one, and a program, which answers at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from typing import Any, Protocol

from wizard.audit.script import Turn
from wizard.audit.theatre import Theatre
from wizard.simulate.play import Actor
from wizard.study import Study

LONGEST_TYPED = 40
"""Keys of an answer that are typed one by one; more would only be more of the same."""
REVISIONS = count(1)


class Answerer(Protocol):
    """Whoever answers. `answer` is called once the participant's message is on the disk, and blocks."""

    name: str

    def answer(self, session: str, turn: Turn, upto: int, id: str) -> None: ...
    def begin(self, session: str) -> None:
        """Do what can be done without an answer."""

    def leave(self) -> None: ...


class Program:
    """One socket that answers at once."""

    name = "program"

    def __init__(self, theatre: Theatre) -> None:
        self._socket = _seated(theatre, 0)

    def answer(self, session: str, turn: Turn, upto: int, id: str) -> None:
        reply = {**turn.reply, "session": session, "id": id, "upto": upto, "source": "suggested"}
        self._socket.send("reply", reply)

    def begin(self, session: str) -> None:
        """A model that is down does nothing."""

    def leave(self) -> None:
        self._socket.disconnect()


class Person:
    """Somebody who takes their time, types, looks around, hands over, loses the line, and has second thoughts.

    `seconds` are as recorded; they pass so many times faster.
    """

    name = "person"

    def __init__(self, theatre: Theatre, seconds: Iterator[float], faster: float) -> None:
        self._theatre, self._seconds, self._faster = theatre, seconds, faster
        self._own, self._colleague = _seated(theatre, 0), _seated(theatre, 1)
        self._answered = 0

    def answer(self, session: str, turn: Turn, upto: int, id: str) -> None:
        began, seconds = time.monotonic(), next(self._seconds) / self._faster

        def until(share: float) -> None:
            time.sleep(max(0.0, began + share * seconds - time.monotonic()))

        until(0.2)
        self._own.send("claim", {"session": session})
        self._own.send("preview", {"text": turn.texts[0]})
        self._type(self._own, session, turn.texts[0][:LONGEST_TYPED], until, 0.3, 0.6)
        if turn.happens == "reload":
            self._to_and_fro(session)
        if turn.happens == "offline":
            self._lose_the_line(session)
        if turn.happens == "stop":
            self._own.send("look", {"session": session})
        self._own.send("note", {"session": session, "text": "What was that about?", "id": f"{id}-note"})
        self._type(self._own, session, turn.texts[0][:LONGEST_TYPED], until, 0.7, 0.8)
        self._keep(self._own, session, None)
        self._keep(self._own, session, turn.texts[0])  # sent, taken back within the time for it, and sent again
        until(1.0)
        reply = {**turn.reply, "session": session, "id": id, "upto": upto, "source": "edited"}
        self._own.send("reply", {**reply, "seconds": seconds, "first_key": seconds / 3, "keystrokes": 57})
        self._answered += 1
        self._label(session)

    def begin(self, session: str) -> None:
        """Claim it, write half a sentence, and be gone."""
        self._own.send("claim", {"session": session})
        self._keep(self._own, session, "One mom")
        self._own.disconnect()
        self._own = _seated(self._theatre, 0)

    def leave(self) -> None:
        self._own.disconnect()
        self._colleague.disconnect()

    def _to_and_fro(self, session: str) -> None:
        """A colleague has it in mid-sentence, and gives it back."""
        first, second = self._theatre.seats
        self._own.send("hand_over", {"session": session, "to": second.account, "note": "Can you take this one?"})
        self._keep(self._colleague, session, "I would say")
        self._colleague.send("hand_over", {"session": session, "to": first.account})

    def _lose_the_line(self, session: str) -> None:
        self._own.disconnect()
        self._own = _seated(self._theatre, 0)
        self._own.send("claim", {"session": session})
        self._own.send("look", {"session": session})
        self._own.send("unclaim", {"session": session})
        self._own.send("claim", {"session": session})

    def _type(self, who: Actor, session: str, text: str, until: Any, start: float, end: float) -> None:
        for at in range(1, len(text) + 1):
            until(start + (end - start) * at / len(text))
            self._keep(who, session, text[:at])

    @staticmethod
    def _keep(who: Actor, session: str, text: str | None) -> None:
        draft = None if text is None else {"text": text}
        who.send("draft", {"session": session, "revision": next(REVISIONS), "draft": draft})

    def _label(self, session: str) -> None:
        labels = a_label(self._theatre.study)
        if labels:
            self._own.send("label", {"session": session, "exchange": self._answered, "labels": labels})


def a_label(study: Study) -> dict[str, str]:
    """A label to set after the fact; none where the study has none."""
    return {each.name: each.options[-1] if each.options else "Something else" for each in study.labels[:1]}


def _seated(theatre: Theatre, seat: int) -> Actor:
    actor = Actor(theatre.url, "/desk", {"key": theatre.seats[seat].secret})
    actor.connect()
    actor.send("inbox", {})
    return actor
