"""The task: what of the cases is judged, and how their answers are read for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wizard.judge.cases import REPLY, Case, is_choice, labelled
from wizard.judge.forms import by_field, fields_of
from wizard.judge.replies import Kinds, kinds_of


@dataclass(frozen=True)
class Task:
    """A label, or the reply: a choice, a form with `fields`, or free text of which there are `kinds`."""

    label: str
    fields: tuple[str, ...] = ()
    kinds: Kinds | None = None

    def read(self, cases: Iterable[Case]) -> list[Case]:
        """The cases with answers as they are judged."""
        if self.fields:
            return by_field(cases, self.fields)
        return self.kinds.read(cases) if self.kinds else list(cases)


def task_of(
    cases: Sequence[Case], label: str | None = None, wanted: Sequence[str] = (), cache: Path | None = None
) -> Task | None:
    """That label; without one the first that the study asks for, the one found most often, or else the reply.

    `wanted` are the study's choice labels, required ones first. None where there is nothing to judge.
    """
    label = label or labelled(cases, wanted)
    if label != REPLY:
        return Task(label) if label else None
    fields = fields_of(cases)
    if fields:
        return Task(REPLY, fields=tuple(fields))
    return Task(REPLY, kinds=None if is_choice(cases) else kinds_of(cases, cache))
