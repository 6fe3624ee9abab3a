"""What a kit asks to be predicted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from wizard.dataset.examples import Example
from wizard.study import Study


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be predicted: a label of that name, or the reply."""

    label: str | None
    kind: str

    def answer(self, example: Example) -> Any:
        """What is right; None where that isn't known."""
        if self.label is not None:
            return example.labels.get(self.label)
        return json.loads(example.reply) if self.kind == "form" and example.reply else example.reply

    @property
    def in_words(self) -> str:
        if self.label is not None:
            return f"the label `{self.label}`"
        return {"choice": "the class of the reply", "form": "the form’s values"}.get(self.kind, "the reply")

    @property
    def metric(self) -> str:
        return "token_f1" if self.label is None and self.kind == "text" else "accuracy"


def task_of(study: Study) -> Task:
    """The reply where it is a class or a form; else the first label that is a choice; else the text of the reply."""
    label = next((each.name for each in study.labels if each.kind == "choice"), None)
    return Task(None if study.reply.kind != "text" else label, study.reply.kind)
