"""What is to be played: recorded rows as turns that a participant and a wizard can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.dataset.incoming import study_for
from wizard.dataset.reading import BadRow, Conversation, conversations, read_rows
from wizard.dataset.rows import Row, overlap
from wizard.reply import BadReply
from wizard.store.studies import Version

NOBODY = "recorded"


class CannotPlay(ValueError):
    """The file can't be played under this study; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the participant says, and what the wizard answers with `row`, where it has a reply.

    `pause` is how long after the turn before it the participant spoke, in seconds, as recorded.
    """

    said: tuple[str, ...]
    row: Row
    pause: float


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation to be played."""

    key: str
    turns: tuple[Turn, ...]

    @property
    def wizard(self) -> str:
        """Who answered most of it; one wizard has a conversation."""
        names = [turn.row.wizard or NOBODY for turn in self.turns]
        return max(sorted(set(names)), key=names.count)

    @property
    def said(self) -> list[str]:
        return [text for turn in self.turns for text in turn.said]

    @property
    def replies(self) -> list[str]:
        return [turn.row.reply for turn in self.turns if turn.row.reply is not None]

    @property
    def labels(self) -> list[dict[str, str]]:
        return [dict(turn.row.labels) for turn in self.turns if turn.row.reply is not None]


def read_scripts(lines: Sequence[str], name: str, most: int | None) -> list[Script]:
    """The conversations of a file, the first `most` of them.

    Raises:
        CannotPlay: a line isn't a row, or there are none.
    """
    rows = []
    for read in read_rows(lines):
        if isinstance(read, BadRow):
            raise CannotPlay(f"{name}, line {read.line}: {read.reason}")
        rows.append(read)
    if not rows:
        raise CannotPlay(f"{name} has no rows.")
    return [_script(each) for each in conversations(rows)[:most]]


def study_to_play(db: Database, name: str, scripts: Sequence[Script]) -> Version:
    """The study to play under; made, with the labels found, where there is none.

    Raises:
        CannotPlay: the study doesn't take a reply or a label of the file.
        BadStudy: none can be made.
    """
    rows = [turn.row for script in scripts for turn in script.turns]
    version, made = study_for(db, name, (row.labels for row in rows))
    if made:
        return version
    for row in rows:
        if row.reply is None:
            continue
        try:
            version.study.read_reply(row.reply)
            version.study.check_labels(row.labels)
        except BadReply as error:
            where = f"row {row.id}" if row.id else f"session {row.session}"
            raise CannotPlay(
                f"Study {name} doesn't take {where}: {error} Name a new study, and it is made to fit."
            ) from None
    return version


def _script(conversation: Conversation) -> Script:
    """Only what the participant says is theirs to play; the rest of each row's messages is its context."""
    turns: list[Turn] = []
    told: list[tuple[str, str]] = []
    before: Row | None = None
    for row in conversation.rows:
        new = [(each.role, each.content) for each in row.messages[overlap(told, row) :]]
        said = tuple(text for role, text in new if role == "user")
        told += new
        if row.reply is not None:
            told.append(("assistant", row.reply))
        turns.append(Turn(said, row, _pause(before, row)))
        before = row
    return Script(conversation.key, tuple(turns))


def _pause(before: Row | None, row: Row) -> float:
    if before is None or before.at is None or row.at is None:
        return 0.0
    passed = (datetime.fromisoformat(row.at) - datetime.fromisoformat(before.at)).total_seconds()
    return max(0.0, passed - (row.seconds or 0.0))
