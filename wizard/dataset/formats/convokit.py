"""A corpus as ConvoKit loads it: utterances, speakers, conversations, and an index of what is told of them.

Everything is ASCII: ConvoKit opens its files in the encoding of whatever machine it is on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from wizard.dataset.columns import COLUMNS, SPLIT, SPLIT_MEANING, answers_of
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.subject import Ending, Subject
from wizard.exchange import Said
from wizard.observation import under
from wizard.session import Session

summary = "A ConvoKit corpus: utterances, speakers and conversations"

PARTICIPANT, WIZARD, ASSISTANT = "participant", "wizard", "assistant"
NUMBER, TEXT, TRUTH = "<class 'int'>", "<class 'str'>", "<class 'bool'>"
LIST, OBJECT = "<class 'list'>", "<class 'dict'>"
OF_AN_UTTERANCE = {
    "n": NUMBER,
    "role": TEXT,
    "exchanges": LIST,
    "labels": OBJECT,
    "not_for_training": TRUTH,
    "saw_more": TRUTH,
    "whole": TEXT,
    "buttons": LIST,
    "card": OBJECT,
}
OF_A_SPEAKER = {"role": TEXT, SPLIT: TEXT}
OF_A_CONVERSATION = {
    "study": TEXT,
    "version": NUMBER,
    "participant": TEXT,
    "alias": TEXT,
    "scenario": TEXT,
    "consented_at": TEXT,
    "answers_before": OBJECT,
    "answers_after": OBJECT,
    "believed": TEXT,
    "confidence": NUMBER,
    "imported": TEXT,
    SPLIT: TEXT,
    "exchanges": LIST,
}
OF_THE_CORPUS = {"name": TEXT, "title": TEXT, "version": NUMBER, "licence": TEXT, "columns": OBJECT}
OF_AN_EXCHANGE = tuple(each for each in COLUMNS if each.name not in (*OF_A_CONVERSATION, "session", "message"))
SPEAKER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Utterances as lines; speakers, by name, and conversations as members of the objects that their files are."""

    utterances: str
    speakers: dict[str, str]
    conversations: list[str]


def open(subject: Subject, folder: Path) -> CorpusWriter:
    return CorpusWriter(subject, folder)


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Piece, int]:
    """These sessions, and how many exchanges are in them."""
    lines: list[str] = []
    speakers: dict[str, str] = {}
    conversations, count = [], 0
    for each in sessions:
        side = subject.side(each.session)
        examples = each.examples
        count += len(examples)
        for utterance in _utterances(each.session, examples):
            lines.append(_json(utterance) + "\n")
            speaker = utterance["speaker"]
            role = speaker.partition(":")[0]
            speakers[speaker] = _member(speaker, {"role": role, SPLIT: side if role == PARTICIPANT else None})
        conversations.append(_member(each.session.id, _conversation(each.session, examples, side)))
    return Piece("".join(lines), speakers, conversations), count


def _utterances(session: Session, examples: Sequence[Example]) -> Iterator[dict[str, Any]]:
    of: dict[int, list[Example]] = {}
    for example in examples:
        for said in _answered(session, example):
            of.setdefault(said.n, []).append(example)
    for said in session.messages:
        own = [examples[said.exchange - 1]] if said.exchange else of.get(said.n, [])
        yield {
            "id": _id(session, said.n),
            "conversation_id": session.id,
            "text": said.text,
            "speaker": _speaker(session, said, own),
            "reply-to": _replies_to(session, said, own),
            "timestamp": datetime.fromisoformat(said.at).timestamp(),
            "meta": {
                "n": said.n,
                "role": said.role,
                "exchanges": [each.id for each in own],
                "labels": dict(own[-1].exchange.labels) if own else {},
                "not_for_training": any(each.exchange.not_for_training for each in own),
                "saw_more": any(each.exchange.reply.saw_more for each in own),
                "whole": said.whole.text if said.whole else None,
                **{"buttons": [], "card": None, **under(said.bubble)},
            },
            "vectors": [],
        }


def _answered(session: Session, example: Example) -> list[Said]:
    """The participant's messages that this exchange answers; where they asked anew, two exchanges answer them."""
    upto = example.exchange.reply.upto
    after = max((each.reply.upto for each in session.exchanges if each.reply.upto < upto), default=0)
    return [said for said in example.seen if said.role == "user" and said.n > after]


def _speaker(session: Session, said: Said, own: Sequence[Example]) -> str:
    if said.role == "user":
        return f"{PARTICIPANT}:{session.started.participant}"
    return f"{WIZARD}:{own[0].wizard}" if own else ASSISTANT


def _replies_to(session: Session, said: Said, own: Sequence[Example]) -> str | None:
    """Of a reply's first bubble the last message that it was given from; else the message before."""
    if said.exchange and own[0].exchange.released == said.n:
        return _id(session, own[0].exchange.reply.upto)
    return _id(session, said.n - 1) if said.n > 1 else None


def _conversation(session: Session, examples: Sequence[Example], side: str) -> dict[str, Any]:
    started, guessed = session.started, session.guessed
    return {
        "study": started.study,
        "version": started.version,
        "participant": started.participant,
        "alias": started.alias,
        "scenario": started.scenario,
        "consented_at": session.consented_at,
        "answers_before": answers_of(session.asked_before),
        "answers_after": answers_of(session.asked_after),
        "believed": guessed and guessed.answered_by,
        "confidence": guessed and guessed.confidence,
        "imported": started.imported,
        SPLIT: side,
        "exchanges": [_exchange(session, each) for each in examples],
    }


def _exchange(session: Session, example: Example) -> dict[str, Any]:
    return {
        **{column.name: column.read(example) for column in OF_AN_EXCHANGE},
        "message": [_id(session, said.n) for said in _answered(session, example)],
        "observation": [_id(session, said.n) for said in example.seen],
    }


class CorpusWriter:
    """Writes each file as it comes. Of speakers it remembers, in a few bytes each, who was told already."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        self._subject, self._folder = subject, folder
        self._files = ExitStack()
        utterances = (folder / "utterances.jsonl").open("w", encoding="ascii", newline="\n")
        self._utterances = self._files.enter_context(utterances)
        self._speakers = self._files.enter_context(ObjectFile(folder / "speakers.json"))
        self._conversations = self._files.enter_context(ObjectFile(folder / "conversations.json"))
        self._told: set[bytes] = set()

    def write(self, piece: Piece) -> None:
        self._utterances.write(piece.utterances)
        self._conversations.add(piece.conversations)
        for speaker, member in piece.speakers.items():
            mark = blake2b(speaker.encode(), digest_size=SPEAKER_BYTES).digest()
            if mark not in self._told:
                self._told.add(mark)
                self._speakers.add([member])

    def finish(self, ending: Ending) -> None:
        self._speakers.finish()
        self._conversations.finish()
        study = self._subject.study
        corpus = {
            "name": study.study,
            "title": study.title,
            "version": self._subject.version,
            "licence": study.licence or None,
            "columns": {**{each.name: each.meaning for each in COLUMNS}, SPLIT: SPLIT_MEANING},
        }
        index = {
            "utterances-index": _types(OF_AN_UTTERANCE),
            "speakers-index": _types(OF_A_SPEAKER),
            "conversations-index": _types(OF_A_CONVERSATION),
            "overall-index": _types(OF_THE_CORPUS),
            "version": 1,
            "vectors": [],
        }
        for name, tree in (("corpus.json", corpus), ("index.json", index)):
            (self._folder / name).write_text(_json(tree) + "\n", encoding="ascii", newline="\n")
        self.close()

    def close(self) -> None:
        self._files.close()


class ObjectFile:
    """A file that is one JSON object, a member after the other."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="ascii", newline="\n")
        self._before = "{\n"

    def __enter__(self) -> ObjectFile:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def add(self, members: Iterable[str]) -> None:
        for member in members:
            self._file.write(self._before + member)
            self._before = ",\n"

    def finish(self) -> None:
        """Nothing more comes."""
        self._file.write("\n}\n" if self._before == ",\n" else "{}\n")


def _id(session: Session, n: int) -> str:
    return f"{session.id}.{n}"


def _member(name: str, meta: dict[str, Any]) -> str:
    return f"{_json(name)}: {_json({'meta': meta, 'vectors': []})}"


def _types(of: dict[str, str]) -> dict[str, list[str]]:
    return {name: [each] for name, each in of.items()}


def _json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=True)
