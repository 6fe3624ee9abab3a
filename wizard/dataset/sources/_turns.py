"""A whole conversation as its turns, and the rows that it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from wizard.dataset.reading import row_of
from wizard.dataset.rows import Row


class Turn(NamedTuple):
    """What one side said. `learnt` is whether it is to be trained on."""

    role: str
    text: str
    learnt: bool = True


def rows_of_turns(session: str, turns: Sequence[Turn]) -> Iterator[Row]:
    """A row for each answer to the participant, which has all that was said before it; bubbles in a row are one answer.

    What stood in `system` turns so far is shown beside. What nobody answered is a row of its own.

    Raises:
        ValueError: a turn can't be a message.
    """
    said: list[dict[str, str]] = []
    system: list[str] = []
    for role, together in groupby(turns, lambda each: each.role):
        texts = list(together)
        if role == "system":
            system += [each.text for each in texts]
            continue
        if role == "assistant" and said:
            yield _row(session, said, system, texts)
        said = [*said, *({"role": role, "content": each.text} for each in texts)]
    if not said:
        raise ValueError("nobody says anything in it")
    if not any(each["role"] == "user" for each in said):
        raise ValueError("the participant says nothing in it")
    if said[-1]["role"] == "user":
        yield _row(session, said, system, [])


def _row(session: str, said: Sequence[dict[str, str]], system: Sequence[str], answer: Sequence[Turn]) -> Row:
    told: dict[str, Any] = {"session": session, "messages": said}
    if system:
        told["shown"] = {"system": "\n\n".join(system)}
    if answer:
        told["reply"] = "\n\n".join(each.text for each in answer)
        told["not_for_training"] = not all(each.learnt for each in answer)
    if len(answer) > 1:
        told["bubbles"] = [{"text": each.text} for each in answer]
    return row_of(told)
