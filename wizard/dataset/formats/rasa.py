"""The data of a Rasa project: what participants say, by intent; their conversations as stories; what is answered.

An intent is the value of the study's first choice label or, without one, the class that was chosen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from wizard.dataset.card import as_yaml
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._learnt import asked_anew, can_be_learnt
from wizard.dataset.formats._rasa_words import Names, as_response, plain
from wizard.dataset.subject import Ending, Subject
from wizard.reply import SLOT, BadReply, FormField
from wizard.store.database import sqlite3
from wizard.study import Study

summary = "A Rasa project's data: NLU examples, stories and a domain"

VERSION = 'version: "3.1"\n'
UTTER = "utter_"
FORM = f"{UTTER}form"
SLOTS = {"number": "float", "integer": "float", "yes_no": "bool", "choice": "categorical"}
"""The types of slots; that of any other field is `text`."""
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Piece:
    """What was said, with its intent; what is answered, with its response; the stories as YAML."""

    said: list[tuple[str, str]]
    answered: list[tuple[str, str]]
    stories: str


def open(subject: Subject, folder: Path) -> ProjectWriter:
    return ProjectWriter(subject, folder)


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Piece, int]:
    """These sessions, and how many of their exchanges can be learnt from."""
    teller, learnt = Teller(subject), 0
    said: list[tuple[str, str]] = []
    answered: list[tuple[str, str]] = []
    stories = []
    for each in sessions:
        steps: list[dict[str, Any]] = []
        for turn in _turns(each):
            learnt += 1
            if intent := teller.intent(turn.example):
                said.append((intent, turn.text))
            if turn.in_story:
                step, response = teller.answer(turn.example)
                steps += [*teller.asked(turn), *step]
                answered += response
        if steps:
            stories.append({"story": Quoted(each.session.id), "steps": steps})
    return Piece(said, answered, as_yaml(stories) if stories else ""), learnt


@dataclass(frozen=True, slots=True)
class Turn:
    """An exchange that can be learnt from, and what the participant said in it, on one line.

    It stands in the conversation's story if the participant got it, and nothing before was taken out of training.
    """

    example: Example
    text: str
    in_story: bool


def _turns(traced: TracedSession) -> Iterator[Turn]:
    after, unbroken = 0, True
    for example in traced.examples:
        exchange = example.exchange
        learnt = can_be_learnt(exchange)
        unbroken = unbroken and learnt
        if asked_anew(traced.session, exchange):
            continue
        asked = [said.text for said in example.seen if said.role == "user" and said.n > after]
        after = exchange.reply.upto
        if learnt:
            yield Turn(example, plain(" ".join(asked)), unbroken and exchange.released is not None)


class Teller:
    """Tells a study's exchanges in Rasa's words."""

    def __init__(self, subject: Subject) -> None:
        self._study = subject.study
        label = next((label for label in self._study.labels if label.kind == "choice"), None)
        self._label = label.name if label else None
        self._classes = Names(option.name for option in self._study.reply.options)
        self.intents = Names(label.options) if label else self._classes

    def intent(self, example: Example) -> str | None:
        """The intent of what the participant said; None where nobody said."""
        exchange = example.exchange
        if self._label:
            value = exchange.labels.get(self._label)
        else:
            value = exchange.reply.text if self._study.reply.kind == "choice" else None
        return self.intents.of(value) if value else None

    def asked(self, turn: Turn) -> list[dict[str, Any]]:
        """The step of a story that is the participant's."""
        intent = self.intent(turn.example)
        step = {"user": Quoted(turn.text)} if turn.text else {}
        if intent:
            step["intent"] = Quoted(intent)
        return [step] if step else []

    def answer(self, example: Example) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        """The steps that are the reply, and the response that it is, as name and text; none where it is its words."""
        reply = example.exchange.reply
        text = "\n\n".join(bubble.text for bubble in reply.seen_as)
        match self._study.reply.kind:
            case "choice":
                return self._respond(self._classes.of(reply.text or ""), text)
            case "form":
                try:
                    values = self._study.reply.values(reply.text or "")
                except BadReply:
                    return [{"bot": Quoted(text)}], []
                slots = [{name: Quoted(value) if isinstance(value, str) else value} for name, value in values.items()]
                return [{"slot_was_set": slots}, {"action": Quoted(FORM)}], [(FORM, _form_in_words(self._study))]
        intent = self.intent(example)
        return self._respond(intent, reply.text or "") if intent else ([{"bot": Quoted(reply.text or "")}], [])

    @staticmethod
    def _respond(name: str, text: str) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        return [{"action": Quoted(UTTER + name)}], [(UTTER + name, as_response(text))]


class ProjectWriter:
    """Stories go out as they come; what stands by intent or response waits in a database beside."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        self._study, self._intents, self._folder = subject.study, Teller(subject).intents, folder
        (folder / "data").mkdir()
        self._stories = (folder / "data" / "stories.yml").open("w", encoding="utf-8", newline="\n")
        self._stories.write(VERSION)
        self._has_stories = False
        self._beside = tempfile.TemporaryDirectory(dir=folder)
        self._waiting = sqlite3.connect(Path(self._beside.name) / "waiting.db")
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):
            self._waiting.execute(f"PRAGMA {pragma}").fetchall()
        self._waiting.execute("CREATE TABLE said (intent, text)")
        self._waiting.execute("CREATE INDEX by_intent ON said (intent)")
        self._waiting.execute("CREATE TABLE answered (response, text, UNIQUE (response, text))")
        self._waiting.execute("CREATE INDEX by_response ON answered (response)")

    def write(self, piece: Piece) -> None:
        if piece.stories and not self._has_stories:
            self._stories.write("stories:\n")
            self._has_stories = True
        self._stories.write(piece.stories)
        self._waiting.executemany("INSERT INTO said VALUES (?, ?)", piece.said)
        self._waiting.executemany("INSERT OR IGNORE INTO answered VALUES (?, ?)", piece.answered)

    def finish(self, ending: Ending) -> None:
        if not self._has_stories:
            self._stories.write("stories: []\n")
        self._write_examples(self._intents_of("said WHERE text <> ''"))
        self._write_domain(self._intents_of("said"))
        self.close()

    def close(self) -> None:
        self._stories.close()
        self._waiting.close()
        self._beside.cleanup()

    def _write_examples(self, intents: Sequence[str]) -> None:
        with (self._folder / "data" / "nlu.yml").open("w", encoding="utf-8", newline="\n") as file:
            file.write(VERSION + ("nlu:\n" if intents else "nlu: []\n"))
            for intent in intents:
                file.write(f'- intent: "{intent}"\n  examples: |\n')
                for text in self._texts("said INDEXED BY by_intent WHERE intent = ? AND text <> ''", intent):
                    file.write(f"    - {text}\n")

    def _write_domain(self, intents: Sequence[str]) -> None:
        names = [row[0] for row in self._waiting.execute("SELECT DISTINCT response FROM answered ORDER BY response")]
        slots = _slots(self._study.reply.fields)
        head = {"intents": [Quoted(intent) for intent in intents], **({"slots": slots} if slots else {})}
        with (self._folder / "domain.yml").open("w", encoding="utf-8", newline="\n") as file:
            file.write(VERSION + as_yaml(head))
            file.write("responses:\n" if names else "responses: {}\n")
            for name in names:
                file.write(f'  "{name}":\n')
                texts = self._texts("answered INDEXED BY by_response WHERE response = ?", name)
                while some := list(islice(texts, AT_ONCE)):
                    lines = as_yaml([{"text": Quoted(text)} for text in some]).splitlines(keepends=True)
                    file.writelines(f"  {line}" for line in lines)

    def _intents_of(self, table: str) -> list[str]:
        found = (row[0] for row in self._waiting.execute(f"SELECT DISTINCT intent FROM {table}"))
        return sorted(found, key=self._intents.place)

    def _texts(self, where: str, name: str) -> Iterator[str]:
        with closing(self._waiting.execute(f"SELECT text FROM {where} ORDER BY rowid", [name])) as rows:
            yield from (row[0] for row in rows)


def _form_in_words(study: Study) -> str:
    """A form as participants see it, with its slots where its values stand."""
    if study.reply.say:
        parts = enumerate(SLOT.split(study.reply.say))
        return "".join(f"{{{part}}}" if at % 2 else as_response(part) for at, part in parts)
    return "\n".join(f"{field.name}: {{{field.name}}}" for field in study.reply.fields)


def _slots(fields: Sequence[FormField]) -> dict[str, Any]:
    return {
        field.name: {
            "type": SLOTS.get(field.kind, "text"),
            **({"values": [Quoted(option) for option in field.options]} if field.kind == "choice" else {}),
            "mappings": [{"type": "custom"}],
        }
        for field in fields
    }
