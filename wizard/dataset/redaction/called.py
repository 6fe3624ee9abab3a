"""What a recorded file called people and things: somebody's name or address is no id, and leaves as another word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import blake2b

from wizard.dataset.redaction.span import Span
from wizard.events import Replied, wizard_actor
from wizard.exchange import Correction, Exchange, Note
from wizard.session import Session

LIKE_A_PERSON = re.compile(r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*)+")
"""Two words or more, of letters: who answered is called “Anna Berg” or “w7”."""
HERE = wizard_actor("")

KindOf = Callable[[str], str | None]
"""Of which kind something personal in a text is; None where there is nothing."""


class Called:
    """Gives who answered, scenarios, documents and canned replies another name where theirs is personal, and the file
    always: no word beside it tells whether it is somebody's.

    It is a hash with the study's `key`: the same for the same person in every conversation, and no way back.
    """

    def __init__(self, kind_of: KindOf, key: str) -> None:
        self._kind_of, self._key = kind_of, key.encode()
        self._known: dict[tuple[str, bool], tuple[str, str] | None] = {}

    def session(self, session: Session) -> tuple[Session, list[Span]]:
        """The session with those names, and which of them were personal.

        What happened here has ids of our own making, and names that the study's owner gave.
        """
        if session.started.imported is None:
            return session, []
        found = {text: word for text, who in set(_names(session)) if (word := self._word(text, who))}
        spans = [Span("who and what", 0, len(text), kind, text, word) for text, (kind, word) in sorted(found.items())]
        words = {text: word for text, (_, word) in found.items()}
        return _renamed(session, words, self._instead(session.started.imported, "file")), spans

    def _word(self, text: str, who: bool) -> tuple[str, str] | None:
        """Its kind, and what it is called instead; None where it stays."""
        if (text, who) not in self._known:
            kind = self._kind_of(text) or ("name" if who and LIKE_A_PERSON.fullmatch(text) else None)
            self._known[text, who] = (kind, self._instead(text, kind)) if kind else None
        return self._known[text, who]

    def _instead(self, text: str, kind: str) -> str:
        return f"{kind}-{blake2b(text.encode(errors='replace'), key=self._key, digest_size=6).hexdigest()}"


def _names(session: Session) -> Iterator[tuple[str, bool]]:
    """Every such name, and whether it is a person's."""
    if session.started.scenario:
        yield session.started.scenario, False
    for note in session.notes:
        yield note.actor.removeprefix(HERE), True
    for exchange in session.exchanges:
        reply = exchange.reply
        noted = [each.actor for each in (*exchange.notes, *exchange.whispers)]
        for actor in (exchange.actor, *noted, *(each.actor for each in exchange.corrections)):
            yield actor.removeprefix(HERE), True
        for opined in exchange.second_opinions:
            yield opined.opinion.wizard, True
        for rating in exchange.ratings:
            yield rating.rated.wizard, True
        for document in reply.documents:
            yield document.name, False
        for passage in reply.evidence:
            yield passage.document, False
        for offered in reply.offered:
            yield offered.key, False


def _renamed(session: Session, words: dict[str, str], file: str) -> Session:
    scenario = session.started.scenario
    called = {"scenario": scenario and _word(scenario, words), "imported": file}
    started = session.started.model_copy(update=called)
    exchanges = tuple(_exchange(each, words) for each in session.exchanges)
    notes = tuple(_by(each, words) for each in session.notes)
    return replace(session, started=started, exchanges=exchanges, notes=notes)


def _exchange(exchange: Exchange, words: dict[str, str]) -> Exchange:
    opinions = [
        each._replace(opinion=each.opinion.model_copy(update={"wizard": _word(each.opinion.wizard, words)}))
        for each in exchange.second_opinions
    ]
    ratings = [
        each._replace(rated=each.rated.model_copy(update={"wizard": _word(each.rated.wizard, words)}))
        for each in exchange.ratings
    ]
    return exchange._replace(
        actor=_actor(exchange.actor, words),
        reply=_reply(exchange.reply, words),
        notes=tuple(_by(each, words) for each in exchange.notes),
        whispers=tuple(_by(each, words) for each in exchange.whispers),
        corrections=tuple(_corrected(each, words) for each in exchange.corrections),
        second_opinions=tuple(opinions),
        ratings=tuple(ratings),
    )


def _reply(reply: Replied, words: dict[str, str]) -> Replied:
    return reply.model_copy(
        update={
            "documents": tuple(each.model_copy(update={"name": _word(each.name, words)}) for each in reply.documents),
            "evidence": tuple(
                each.model_copy(update={"document": _word(each.document, words)}) for each in reply.evidence
            ),
            "offered": tuple(each.model_copy(update={"key": _word(each.key, words)}) for each in reply.offered),
        }
    )


def _by(note: Note, words: dict[str, str]) -> Note:
    return note._replace(actor=_actor(note.actor, words))


def _corrected(correction: Correction, words: dict[str, str]) -> Correction:
    return correction._replace(actor=_actor(correction.actor, words))


def _actor(actor: str, words: dict[str, str]) -> str:
    return wizard_actor(_word(actor.removeprefix(HERE), words)) if actor.startswith(HERE) else actor


def _word(name: str, words: dict[str, str]) -> str:
    return words.get(name, name)
