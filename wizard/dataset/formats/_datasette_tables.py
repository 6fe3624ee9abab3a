"""The tables of the SQLite file: their columns, keys and meanings."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.dataset.columns import COLUMNS, SPLIT, SPLIT_MEANING, Kind

TABLES_OF_THEIR_OWN = ("labels", "corrections", "notes", "second_opinions", "ratings")
OF_AN_EXCHANGE = tuple(each for each in COLUMNS if each.name not in TABLES_OF_THEIR_OWN)
OF_A_SESSION = (
    "session", "study", "version", "participant", "alias", "scenario", "consented_at", "answers_before",
    "answers_after", "believed", "confidence", "imported",
)  # fmt: skip
MEANING = {each.name: each.meaning for each in COLUMNS} | {SPLIT: SPLIT_MEANING}
TYPES: dict[Kind, type] = {"count": int, "yes_no": int, "seconds": float}
"""The types of values; that of any other kind is a text."""
WHO, WHEN = "who: the same for the same person, no name", "when; UTC, ISO 8601"
ITS_EXCHANGE = "the exchange that it is of"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what its rows are, its columns with their types and meanings, its key, and what is looked up in it."""

    rows: str
    columns: dict[str, tuple[type, str]]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def types(self) -> dict[str, type]:
        return {name: of for name, (of, _) in self.columns.items()}


_KINDS = {each.name: TYPES.get(each.kind, str) for each in COLUMNS} | {SPLIT: str}


def _as_told(*names: str) -> dict[str, tuple[type, str]]:
    return {name: (_KINDS[name], MEANING[name]) for name in names}


TABLES = {
    "sessions": Table(
        "A conversation of one participant",
        {
            **_as_told(*OF_A_SESSION),
            "started_at": (str, f"{WHEN} it began"),
            "ended_at": (str, f"{WHEN} it ended; empty if it is open"),
            "ended": (str, "what ended it: `participant`, `wizard`, `import`, `limit` or `screened_out`"),
            **_as_told(SPLIT),
        },
        ("session",),
    ),
    "exchanges": Table(
        "One observation and the reply to it: an example",
        _as_told(*(each.name for each in OF_AN_EXCHANGE), SPLIT),
        ("id",),
        (("session",), ("participant",)),
    ),
    "messages": Table(
        "A message as the participant saw it",
        {
            **_as_told("session"),
            "n": (int, "the number of the message in its session, from 1"),
            "role": (str, "`user` or `assistant`"),
            "text": (str, "its text; cut where the participant stopped it"),
            "at": (str, WHEN),
            "exchange_id": (str, "the exchange whose reply it is; empty if it is none"),
            "buttons": (str, "the buttons under it, a JSON list; empty if none"),
            "card": (str, "the card under it, JSON; empty if none"),
            "whole": (str, "what a message that was stopped would have been"),
        },
        ("session", "n"),
        (("exchange_id",),),
    ),
    "labels": Table(
        "A label of an exchange as it stands now, corrections included",
        {"exchange_id": (str, ITS_EXCHANGE), "name": (str, "the label"), "value": (str, "its value")},
        ("exchange_id", "name"),
        (("name", "value"),),
    ),
    "corrections": Table(
        "Labels that were set or taken away after the reply",
        {
            "exchange_id": (str, ITS_EXCHANGE),
            "number": (int, "from 1, in order"),
            "wizard": (str, WHO),
            "at": (str, WHEN),
            "labels": (str, "a JSON object of labels and values; null is taken away"),
        },
        ("exchange_id", "number"),
    ),
    "second_opinions": Table(
        "What another wizard answered to the same observation, blind",
        {
            "exchange_id": (str, ITS_EXCHANGE),
            "number": (int, "from 1, in order"),
            "wizard": (str, WHO),
            "at": (str, WHEN),
            **_as_told("reply"),
            "labels": (str, "a JSON object of labels and values"),
            **_as_told("could_answer", "missing", "seconds", "first_key", "keystrokes"),
        },
        ("exchange_id", "number"),
    ),
    "ratings": Table(
        "Whether somebody would send a reply here, asked blind",
        {
            "exchange_id": (str, ITS_EXCHANGE),
            "number": (int, "from 1, in order"),
            "wizard": (str, WHO),
            "at": (str, WHEN),
            "would_send": (int, "1 or 0"),
            "opinion": (int, "the number of the second opinion whose reply it was; empty for others"),
            "reply_of": (
                str,
                "of a reply of the simple model's: the SHA-256 of the id of the exchange it is from, 16 digits",
            ),
        },
        ("exchange_id", "number"),
    ),
    "notes": Table(
        "A private note of the team",
        {
            **_as_told("session"),
            "number": (int, "from 1 in the session: those on all of it first, then those on each exchange"),
            "exchange_id": (str, "the exchange that it is on; empty if it is on the whole session"),
            "wizard": (str, WHO),
            "at": (str, WHEN),
            "text": (str, "the note"),
        },
        ("session", "number"),
        (("exchange_id",),),
    ),
}
REFERS = {"session": ("sessions", "session"), "exchange_id": ("exchanges", "id")}
"""What a column of that name is the key of, in another table."""
