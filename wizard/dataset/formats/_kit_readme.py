"""What a kit says of itself: what its team reads first, and what a line of its files has."""

from __future__ import annotations

from collections import Counter
from typing import Any

from wizard.dataset.columns import COLUMNS
from wizard.dataset.formats._kit_task import task_of
from wizard.dataset.prompt import prompt
from wizard.dataset.subject import Subject


def readme(subject: Subject, counts: Counter[str], beat: dict[str, dict[str, Any]]) -> str:
    """What the team reads first."""
    study, task = subject.study, task_of(subject.study)
    metric = task.metric
    rows = [f"| {name} | {_figure(each[metric])} | {each['n']:,} |" for name, each in beat.items()]
    beaten = "\n".join([f"| baseline | {metric} on the test | examples |", "| --- | ---: | ---: |", *rows])
    fields = "`id`, `session`, `messages` (the last one is the participant’s), what stood beside them, `answer`"
    files = {
        "`train.jsonl`": (counts["train"], fields),
        "`validation.jsonl`, `validation-answers.jsonl`": (
            counts["validation"],
            "the same; the answers once more, as `score.py` takes them",
        ),
        "`test.jsonl`": (counts["test"], "without answers: whoever gave you this has them"),
        "`score.py`": (None, "the metric; needs Python and nothing else"),
        "`CARD.md`": (None, "where the data come from, and what is known of them"),
        "`CITATION.cff`": (None, "how to cite it"),
        "`SHA256SUMS`": (None, "checksums: `sha256sum -c SHA256SUMS`"),
    }
    table = "\n".join(f"| {name} | {'' if n is None else f'{n:,}'} | {says} |" for name, (n, says) in files.items())
    return f"""# {study.title}

Here is a data set, here is a metric: beat this.

Predict {task.in_words} from what a model would see. It would be told:

> {prompt(study).replace(chr(10), chr(10) + "> ")}

| file | examples | what it has |
| --- | ---: | --- |
{table}

Write your predictions as JSON lines, `{{"id": …, "prediction": …}}`, one for each example, and score them:

```
python score.py predictions.jsonl validation-answers.jsonl
```

{beaten if beat else "Nothing is left to test on, so nothing was scored: it takes more participants."}

A share comes with its 90 % interval. Nobody is on two sides. {_aside(counts["aside"])}
"""


def columns(subject: Subject) -> list[str]:
    """A table of what a line of the files has."""
    means = {each.name: each.meaning for each in COLUMNS}
    beside = ("shown", "documents", "form")
    names = {
        "id": means["id"],
        "session": means["session"],
        "messages": 'what the model would be given, a list of `{"role", "content"}`',
        **{name: f"{means[name].partition(';')[0]}; only where there is any" for name in beside},
        "answer": f"what is to be predicted: {task_of(subject.study).in_words}",
    }
    return ["| key | meaning |", "| --- | --- |", *(f"| `{name}` | {meaning} |" for name, meaning in names.items())]


def _aside(count: int) -> str:
    many = "1 example" if count == 1 else f"{count:,} examples"
    return (
        f"{many} whose input stands on another side too, but for case, accents, signs and which digits, "
        f"{'was' if count == 1 else 'were'} left out."
    )


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.1%} ({value['low']:.1%} to {value['high']:.1%})"
    return f"{value:.3f}"
