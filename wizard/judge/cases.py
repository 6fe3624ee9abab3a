"""What is judged: exchanges as cases, each an input, an answer and what people said of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from wizard.dataset.examples import Example
from wizard.dataset.rows import Row

REPLY = "reply"
"""What is judged where there are no labels, and replies are a choice."""
MOST = 20_000
"""Of more exchanges so many are judged: they say as much."""
UNNAMED = "line-"
"""How a row is called that has no name, before the number of its line."""
FEWEST_A_REPLY = 4
"""Replies are a choice where each was given so many times on average."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another wizard answered to the same observation."""

    answers: Mapping[str, str]
    wizard: str | None = None


class Rated(NamedTuple):
    """Whether somebody would send a reply here, asked blind: the simple model's, or the one that was given."""

    would_send: bool
    of_model: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One exchange: `context` and `message` together are the whole observation.

    `apart` says why it doesn't count, if it doesn't; `at`, in ISO 8601, when it was answered, and `version` under which
    version of the study.
    """

    id: str
    session: str
    context: str
    message: str
    answers: Mapping[str, str]
    opinions: tuple[Opinion, ...] = ()
    could_answer: str | None = None
    missing: str | None = None
    apart: str | None = None
    seconds: float | None = None
    wizard: str | None = None
    at: str | None = None
    version: int | None = None
    ratings: tuple[Rated, ...] = ()
    """Those of second opinions apart, which say nothing of the replies that were given, nor of the model's."""

    @property
    def content(self) -> str:
        """The input as one text."""
        return f"{self.context}\n{self.message}"


def case_of_row(number: int, row: Row) -> Case:
    """The case that stands on that line of a file of rows."""
    id = row.id or f"{UNNAMED}{number}"
    turns = [(each.role, each.content) for each in row.messages]
    return Case(
        id=id,
        session=row.key or id,
        context=_context(turns[:-1], {**row.shown, **({"form": row.form} if row.form else {})}),
        message=turns[-1][1],
        answers=_answers(row.reply, row.labels),
        opinions=tuple(Opinion(_answers(each.reply, each.labels), each.wizard) for each in row.second_opinions),
        could_answer=row.could_answer,
        missing=row.missing,
        seconds=row.seconds,
        apart=_apart(row.saw_more, row.not_for_training, row.source),
        wizard=row.wizard,
        at=row.at,
        version=row.version,
        ratings=tuple(
            Rated(each.would_send, each.reply_of is not None) for each in row.ratings if each.opinion is None
        ),
    )


def case_of_example(example: Example) -> Case:
    """The case that an exchange of the log is."""
    reply = example.exchange.reply
    seen = [(said.role, said.text) for said in example.seen]
    asked = next((at for at in range(len(seen), 0, -1) if seen[at - 1][0] != "user"), 0)
    return Case(
        id=example.id,
        session=example.session.id,
        context=_context(seen[:asked], {**reply.shown, **({"form": reply.form} if reply.form else {})}),
        message="\n".join(text for _, text in seen[asked:]),
        answers=_answers(example.reply, example.labels),
        opinions=tuple(
            Opinion(_answers(each.opinion.text, each.opinion.labels), each.opinion.wizard)
            for each in example.exchange.second_opinions
        ),
        could_answer=reply.could_answer,
        missing=reply.missing,
        seconds=reply.seconds,
        apart=_apart(reply.saw_more, example.exchange.not_for_training, reply.source),
        wizard=example.wizard,
        at=example.exchange.at,
        version=example.session.started.version,
        ratings=tuple(
            Rated(each.rated.would_send, each.rated.reply_of is not None)
            for each in example.exchange.ratings
            if each.rated.opinion is None
        ),
    )


def drawn(cases: Iterable[Case], of: int) -> Iterator[Case]:
    """About `MOST` of so many cases, whole conversations, drawn by their names, and those that have none by what was
    asked: for ever the same, in whatever order they come.
    """
    share = MOST / max(of, 1)
    for case in cases:
        name = case.content if case.session.startswith(UNNAMED) else case.session
        if int.from_bytes(blake2b(name.encode(errors="replace"), digest_size=4).digest()) < share * 2**32:
            yield case


def labels_in(cases: Iterable[Case], wanted: Sequence[str] = ()) -> list[str]:
    """The labels that were given, best first: those that the study asks for, then those found most often, and last
    those whose values are hardly given twice, as a note or a number is.

    `wanted` are the study's choice labels, required ones first.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        for name, value in case.answers.items():
            if name != REPLY:
                found[name][value] += 1

    def place(name: str) -> tuple[bool, int, str]:
        times = found[name].total()
        return 2 * len(found[name]) > times, -times, name

    return [name for name in wanted if name in found] + sorted(set(found) - set(wanted), key=place)


def labelled(cases: Sequence[Case], wanted: Sequence[str] = ()) -> str | None:
    """What is judged where nobody said: the best label, or else replies; None where there are neither."""
    replied = REPLY if any(REPLY in case.answers for case in cases) else None
    return next(iter(labels_in(cases, wanted)), replied)


def is_choice(cases: Iterable[Case]) -> bool:
    """Whether replies are given again and again."""
    replies = Counter(case.answers[REPLY] for case in cases if REPLY in case.answers)
    return len(replies) > 1 and replies.total() >= FEWEST_A_REPLY * len(replies)


def _answers(reply: str | None, labels: Mapping[str, str]) -> dict[str, str]:
    given = {**({REPLY: reply} if reply else {}), **labels}
    return {name: told for name, value in given.items() if (told := value.strip())}


def _context(before: Sequence[tuple[str, str]], shown: Mapping[str, Any]) -> str:
    lines = [f"{role}: {text}" for role, text in before]
    told = (f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in shown.items())
    return "\n".join([*sorted(told), *lines])


def _apart(saw_more: bool, flagged: bool, source: str | None) -> str | None:
    return "saw_more" if saw_more else "flagged" if flagged else "suggested" if source == "suggested" else None
