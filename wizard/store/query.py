"""What can be asked of the index, and the SQL that asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from wizard.store.findable import fold, pairs
from wizard.store.heads import OF_STUDIES, listed


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; all that is given must hold. `wizard` is an account, `since` and `until` are days or moments,
    `missing` is as it is counted.

    `text` is words in any order, each anywhere in what was asked or answered; what stands in quotes is one word.
    `studies` are those that whoever asks may see; None for all.
    """

    text: str = ""
    study: str | None = None
    label: tuple[str, str] | None = None
    could_answer: str | None = None
    missing: str | None = None
    wizard: str | None = None
    since: str | None = None
    until: str | None = None
    not_for_training: bool | None = None
    saw_more: bool | None = None
    before: int | None = None
    studies: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An exchange that was found. `seq` is its place in the log, `message` what was asked, `text` the reply."""

    seq: int
    session: str
    exchange: int
    study: str
    alias: str
    at: str
    wizard: str
    message: str
    text: str | None
    labels: dict[str, str]
    could_answer: str | None
    not_for_training: bool
    saw_more: bool


DUE = """
e.drawn AND NOT e.not_for_training AND NOT e.opinions AND e.wizard <> :me
AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.session = e.session AND s.account = :me)
AND NOT EXISTS (SELECT 1 FROM opinions o
                WHERE o.session = e.session AND o.account = :me AND o.exchange >= e.exchange)
"""
"""What wants a second opinion of account `me`. A later observation of the same conversation shows this answer."""

MAY_BE_READ = """
(EXISTS (SELECT 1 FROM over o WHERE o.session = e.session)
 OR EXISTS (SELECT 1 FROM looked l WHERE l.session = e.session AND l.account = :me))
"""
"""While a conversation goes on, nobody sees more of it than the model would, but who looked, which was marked."""

SELECT = """
SELECT e.seq, e.session, e.exchange, e.study, e.alias, e.at, e.wizard, w.asked, w.text,
       (SELECT json_group_object(name, value) FROM (SELECT name, value FROM labels
        WHERE seq = e.seq AND value IS NOT NULL ORDER BY name)),
       e.could_answer, e.not_for_training, e.saw_more
"""
FILTERS = {
    "study": "e.study = :study",
    "could_answer": "e.could_answer = :could_answer",
    "missing": "e.missing = :missing",
    "wizard": "e.wizard = :wizard",
    "since": "e.at >= :since",
    "until": "substr(e.at, 1, length(:until)) <= :until",
    "not_for_training": "e.not_for_training = :not_for_training",
    "saw_more": "e.saw_more = :saw_more",
    "before": "e.seq < :before",
}
LABELLED = "EXISTS (SELECT 1 FROM labels WHERE seq = e.seq AND name = :label AND value = :value)"
MOST_WORDS, MOST_THREES = 30, 40


def statement_for(query: Query) -> tuple[str, dict[str, Any]]:
    """The statement that finds what is asked for, and what is given with it.

    Where there are words of three letters, the trigrams of all words narrow the search down; whether the words stand
    there is for `instr` to say, which also finds a word of one sign.
    """
    named: dict[str, Any] = {name: value for name in FILTERS if (value := getattr(query, name)) is not None}
    wheres = ["w.seq = e.seq", f"NOT ({DUE})", MAY_BE_READ, *(FILTERS[name] for name in named)]
    if query.studies is not None:
        wheres.append(OF_STUDIES)
        named["studies"] = listed(query.studies)
    words = _words(query.text)
    for at, word in enumerate(words):
        named[f"word{at}"] = word
        wheres.append(f"instr(w.folded, :word{at})")
    if query.label is not None:
        named["label"], named["value"] = query.label
    source, newest = "exchanges e", "e.seq"
    if threes := list(dict.fromkeys(three for word in words for three in _threes(word))):
        named["threes"] = " AND ".join(f'"{three}"' for three in threes[:MOST_THREES])
        source, newest = "threes t CROSS JOIN exchanges e", "t.rowid"
        wheres += ["t.threes MATCH :threes", *([LABELLED] if query.label else [])]
    elif query.label is not None:
        source, newest = "labels l CROSS JOIN exchanges e", "l.seq"
        wheres += ["l.name = :label", "l.value = :value"]
    wheres.append(f"e.seq = {newest}")
    if query.before is not None:
        wheres.append(f"{newest} < :before")
    statement = (
        f"{SELECT} FROM {source} CROSS JOIN said w WHERE {' AND '.join(wheres)} ORDER BY {newest} DESC LIMIT :most"
    )
    return statement, named


def _words(text: str) -> list[str]:
    """What is looked for, folded: words, and whatever stood in quotes."""
    found = re.findall(r'"([^"]*)"|([^\s"]+)', text.replace("\0", " "))
    folded = (fold(quoted or bare).replace('"', "") for quoted, bare in found)
    return [word for word in folded if word][:MOST_WORDS]


def _threes(word: str) -> Iterator[str]:
    """Trigrams that cover a word; a neighbour's two letters in common would narrow nothing down."""
    if len(word) >= 3:
        yield from (word[at : at + 3] for at in range(0, len(word) - 2, 3))
        yield word[-3:]
    else:
        yield from pairs(word)


def hit(row: tuple[Any, ...]) -> Hit:
    """A row of that statement."""
    *what, labels, could_answer, not_for_training, saw_more = row
    return Hit(*what, json.loads(labels), could_answer, bool(not_for_training), bool(saw_more))  # type: ignore[call-arg]
