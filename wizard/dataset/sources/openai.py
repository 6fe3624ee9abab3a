"""Chat fine-tuning JSONL, a conversation a line, and preference pairs, an exchange a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.dataset.reading import BadRow, row_of
from wizard.dataset.rows import Row
from wizard.dataset.sources._json import rows_of
from wizard.dataset.sources._turns import Turn, rows_of_turns

ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
BESIDE = {"messages", "tools", "functions", "parallel_tool_calls", "metadata"}
PAIR = {"input", "preferred_output", "non_preferred_output"}


def read(file: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, Row] | BadRow]:
    return rows_of(file, _rows)


def _rows(name: str, tree: Any) -> Iterator[Row]:
    if not isinstance(tree, Mapping):
        raise ValueError('a conversation is a JSON object, as {"messages": […]}')
    if PAIR & tree.keys():
        return iter([_pair(name, tree)])
    if unknown := sorted(tree.keys() - BESIDE):
        raise ValueError(f"{unknown[0]}: this key isn't known")
    return rows_of_turns(name, _turns(tree.get("messages"), "messages"))


def _pair(name: str, tree: Mapping[str, Any]) -> Row:
    """The reply that was preferred, made from the one that wasn't."""
    if unknown := sorted(tree.keys() - PAIR):
        raise ValueError(f"{unknown[0]}: this key isn't known")
    given = tree.get("input")
    turns = _turns(given.get("messages") if isinstance(given, Mapping) else None, "input.messages")
    kept, refused = (_output(tree.get(which), which) for which in ("preferred_output", "non_preferred_output"))
    system = "\n\n".join(turn.text for turn in turns if turn.role == "system")
    told = {
        "session": name,
        "messages": [{"role": turn.role, "content": turn.text} for turn in turns if turn.role != "system"],
        "reply": kept,
        "source": "edited",
        "offered": [{"kind": "suggested", "key": "non_preferred_output", "text": refused}],
    }
    return row_of({**told, "shown": {"system": system}} if system else told)


def _output(given: Any, name: str) -> str:
    return "\n\n".join(turn.text for turn in _turns(given, name))


def _turns(given: Any, where: str) -> Sequence[Turn]:
    if not isinstance(given, list) or not given:
        raise ValueError(f"{where}: is required, a list of messages with role and content")
    return [_turn(each, f"{where}.{at}") for at, each in enumerate(given)]


def _turn(message: Any, where: str) -> Turn:
    role = message.get("role") if isinstance(message, Mapping) else None
    if role in ("tool", "function") or (isinstance(message, Mapping) and _calls(message)):
        raise ValueError(f"{where}: calls of tools can't come in")
    if role not in ROLES:
        raise ValueError(f"{where}.role: must be one of {', '.join(ROLES)}")
    return Turn(ROLES[role], _text(message.get("content"), where), message.get("weight", 1) != 0)


def _calls(message: Mapping[str, Any]) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


def _text(content: Any, where: str) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError(f"{where}.content: must be a text, or a list of parts")
    texts = []
    for at, part in enumerate(content):
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind != "text" or not isinstance(part.get("text"), str):
            raise ValueError(f"{where}.content.{at}: a part of the type {kind} can't come in, only text")
        texts.append(part["text"])
    return "\n".join(texts)
