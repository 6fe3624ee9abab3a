"""ShareGPT: conversations of human and gpt, a line each or in one array, with the spellings that are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wizard.dataset.reading import BadRow
from wizard.dataset.rows import Row
from wizard.dataset.sources._json import rows_of
from wizard.dataset.sources._turns import Turn, rows_of_turns

ROLES = {
    **dict.fromkeys(("human", "user", "prompter"), "user"),
    **dict.fromkeys(("gpt", "assistant", "chatgpt", "bing", "bard", "bot", "model"), "assistant"),
    "system": "system",
}
LISTS, SPEAKERS, TEXTS = ("conversations", "items"), ("from", "role"), ("value", "content", "text")


def read(file: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, Row] | BadRow]:
    return rows_of(file, _rows)


def _rows(name: str, tree: Any) -> Iterator[Row]:
    given = _first(tree, LISTS) if isinstance(tree, Mapping) else None
    if not isinstance(given, list):
        raise ValueError('a conversation is a JSON object, as {"conversations": [{"from": "human", "value": "…"}]}')
    turns = [_turn(each, f"conversations.{at}") for at, each in enumerate(given)]
    if isinstance(system := tree.get("system"), str) and system:
        turns.insert(0, Turn("system", system))
    id = tree.get("id")
    return rows_of_turns(str(id) if isinstance(id, str | int) and id != "" else name, turns)


def _turn(given: Any, where: str) -> Turn:
    speaker = _first(given, SPEAKERS) if isinstance(given, Mapping) else None
    role = ROLES.get(speaker.lower()) if isinstance(speaker, str) else None
    if role is None:
        raise ValueError(f"{where}.from: must be human, gpt or system, and is {speaker}")
    text = _first(given, TEXTS)
    if not isinstance(text, str):
        raise ValueError(f"{where}.value: must be a text")
    return Turn(role, text, given.get("weight", 1) != 0)


def _first(tree: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((tree[name] for name in names if name in tree), None)
