"""Words that would tell that a person answers, searched for in everything that a participant can get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.audit.findings import Finding
from wizard.study import Study
from wizard.telltale import telltales


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a participant can get: `where` it is, and its text.

    What the study's author wrote may stand in it where that `may_be_authors`. An opaque one is no words: only
    what is known of the team is searched for in it.
    """

    where: str
    text: str
    may_be_authors: bool = False
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: words, and `canaries`, things known of the team, by what they are.

    `secrets` are opaque values that were made for the participant, and `authors` the telling words of the study.
    """

    canaries: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    authors: frozenset[str] = frozenset()

    def through(self, pieces: Iterable[Piece]) -> list[Finding]:
        """What tells, each telling thing once for every place."""
        found: dict[tuple[str, str], Finding] = {}
        for piece in pieces:
            for finding in self._in(piece):
                found.setdefault((finding.what, finding.where), finding)
        return list(found.values())

    def _in(self, piece: Piece) -> Iterator[Finding]:
        for canary, what in self.canaries.items():
            if canary.lower() in piece.text.lower():
                yield Finding("leak", what, f"“{canary}” is in it", piece.where, "send nothing of the team's")
        if piece.opaque:
            return
        text = piece.text
        for secret in self.secrets:
            text = text.replace(secret, "…")
        for each in telltales(text):
            if not (piece.may_be_authors and each.word in self.authors):
                what, says = f"the word “{each.forbidden}”", f"it is in “{each.around}”"
                yield Finding("leak", what, says, piece.where, "call it otherwise")


def authors_words(study: Study) -> dict[str, list[str]]:
    """The telling words of what the study's author wrote for participants, each with the fields that it is in."""
    found: dict[str, list[str]] = {}
    for field, text in authors_texts(study):
        for each in telltales(text):
            found.setdefault(each.word, []).append(field)
    return found


def authors_texts(study: Study) -> Iterator[tuple[str, str]]:
    """What participants read of a study, by the field that it is in."""
    shown = {
        "title": study.title,
        "persona": study.persona,
        "welcome": study.welcome,
        "consent": study.consent,
        "survey": [study.survey.before, study.survey.after],
        "scenarios": [each.text for each in study.scenarios],
        "reply": [study.reply.options, study.reply.say, [each.name for each in study.reply.fields]],
        "pacing": [study.pacing.still, study.pacing.busy],
        "canned": [[each.text, each.buttons, each.card] for each in study.canned],
        "debriefing": study.debriefing,
    }
    for field, value in shown.items():
        for text in _strings(value):
            yield field, text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from _strings(getattr(value, name))
