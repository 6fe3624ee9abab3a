"""What is told of an example: every column once, with its kind, its unit and its meaning. Formats write these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wizard.dataset.examples import Example
from wizard.events import Answered, account_of
from wizard.exchange import Correction, Note, Opined, Rating
from wizard.observation import under
from wizard.values import Part

Kind = Literal["text", "time", "count", "seconds", "yes_no", "messages", "list", "texts", "json", "range"]
"""`list` is of objects, `texts` an object of names and texts, `json` any JSON, `range` a list of two counts."""

UNITS: Mapping[Kind, str] = {
    "text": "–",
    "time": "UTC, ISO 8601",
    "count": "count",
    "seconds": "seconds",
    "yes_no": "`true`, `false`",
    "messages": "JSON",
    "list": "JSON",
    "texts": "JSON",
    "json": "JSON",
    "range": "JSON",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, what kind of value it has, what it means, and how it is read from an example."""

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Example], Any]


def _parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json", exclude_none=True) for part in parts]


def _messages(each: Example) -> list[dict[str, Any]]:
    return [
        {"role": said.role, "content": said.text, **under(said.bubble)}
        if said.bubble
        else {"role": said.role, "content": said.text}
        for said in each.seen
    ]


def _bubbles(each: Example) -> list[dict[str, Any]]:
    return [bubble.model_dump(mode="json", exclude_defaults=True) for bubble in each.exchange.reply.bubbles]


def who(actor: str) -> str:
    """Whoever acted, as the log names them, without what they act as."""
    return account_of(actor) or actor


def _correction(each: Correction) -> dict[str, Any]:
    return {"wizard": who(each.actor), "at": each.at, "labels": dict(each.labels)}


def _note(each: Note) -> dict[str, Any]:
    return {"wizard": who(each.actor), "at": each.at, "text": each.text}


def _opinion(each: Opined) -> dict[str, Any]:
    told = each.opinion.model_dump(mode="json", exclude_none=True, exclude={"exchange", "text"})
    reply = {} if each.opinion.text is None else {"reply": each.opinion.text}
    return {"wizard": told.pop("wizard"), "at": each.at, **reply, **told}


def answers_of(each: Answered | None) -> dict[str, Any] | None:
    """What was answered as JSON has it; None where nobody was asked."""
    return None if each is None else each.model_dump(mode="json")["answers"]


def _rating(each: Rating) -> dict[str, Any]:
    told = each.rated.model_dump(mode="json", exclude_none=True, exclude={"exchange"})
    return {"wizard": told.pop("wizard"), "at": each.at, **told}


COLUMNS: tuple[Column, ...] = (
    Column("id", "text", "names the exchange for ever: `<session>-<exchange>`", lambda each: each.id),
    Column("study", "text", "the study's slug", lambda each: each.session.started.study),
    Column("version", "count", "the version of the study that the session began under", lambda each: each.session.started.version),
    Column("session", "text", "the conversation", lambda each: each.session.id),
    Column("exchange", "count", "the number of the exchange in its session, from 1", lambda each: each.exchange.number),
    Column("seq", "range", "the first and the last event of the log that the exchange came from: from the participant's message to the last that was said of it", lambda each: list(each.seq)),
    Column("participant", "text", "the same for the same person in the study; says nothing about who they are", lambda each: each.session.started.participant),
    Column("alias", "text", "what the conversation is called at the desk; of imported ones, its name in the file", lambda each: each.session.started.alias),
    Column("scenario", "text", "the scenario that the participant was given; empty if none", lambda each: each.session.started.scenario),
    Column("at", "time", "when the reply was sent by the wizard (of imported rows: their `at`, or when they were imported)", lambda each: each.exchange.at),
    Column("asked_at", "time", "when the participant last asked before it was written", lambda each: each.exchange.asked_at),
    Column("observation", "messages", "the messages that the model would be given, a list of `{\"role\", \"content\"}`, with `buttons` and `card` where they stood under one", _messages),
    Column("shown", "json", "the fields that the study grants, as they were then", lambda each: dict(each.exchange.reply.shown)),
    Column("documents", "list", "the documents that the study grants, a list of `{\"name\", \"sha256\"}`, the SHA-256 of the text as it was then, if it was stored; empty if none", lambda each: _parts(each.exchange.reply.documents)),
    Column("form", "json", "where replies are forms, the values that the last turn left, `{}` before the first; else empty", lambda each: each.exchange.reply.form),
    Column("message", "text", "what the participant said since the exchange before, as far as the observation has it, lines joined", lambda each: each.message),
    Column("reply", "text", "the reply as the model would give it; empty where an imported row has labels only", lambda each: each.reply),
    Column("bubbles", "list", "the reply as the participant was to see it, where that is more than its text: a list of `{\"text\", \"buttons\", \"card\"}`", _bubbles),
    Column("released", "text", "what the participant was shown of it, its bubbles joined by an empty line: cut where they stopped it, an option's `say` where it has one; empty if nothing was let through", lambda each: each.released),
    Column("released_at", "time", "when its first bubble was let through to the participant; empty if it never was", lambda each: each.exchange.released_at),
    Column("finished_at", "time", "when the last word of it was let through, or it was stopped; empty before that", lambda each: each.exchange.finished_at),
    Column("stopped", "yes_no", "the participant stopped it while it came", lambda each: each.exchange.stopped),
    Column("wizard", "text", "who answered: the same for the same person, no name (of imported rows: as their file says, or `unknown`)", lambda each: each.wizard),
    Column("seconds", "seconds", "from the observation on the screen to the reply, as the desk measured it", lambda each: each.exchange.reply.seconds),
    Column("first_key", "seconds", "from the observation on the screen to the first key of the reply", lambda each: each.exchange.reply.first_key),
    Column("keystrokes", "count", "how many keys were pressed for it, as the desk counted them", lambda each: each.exchange.reply.keystrokes),
    Column("source", "text", "`typed`, `canned`, `suggested`, or `edited`: one of those two, changed (of imported rows that don't say it: `typed`)", lambda each: each.exchange.reply.source),
    Column("offered", "list", "what the desk offered and the wizard took, a list of `{\"kind\", \"key\", \"text\"}`, `text` as it was put into the box; empty if nothing", lambda each: _parts(each.exchange.reply.offered)),
    Column("evidence", "list", "passages of documents that were open or copied for this reply, a list of `{\"document\", \"passage\", \"how\"}`, counted from 1; empty if none", lambda each: _parts(each.exchange.reply.evidence)),
    Column("could_answer", "text", "could the wizard answer from what was shown: `yes`, `guessed` or `no`", lambda each: each.exchange.reply.could_answer),
    Column("missing", "text", "what was missing, in the wizard's words", lambda each: each.exchange.reply.missing),
    Column("saw_more", "yes_no", "whoever answered knew more than the observation: they, or somebody before them in this conversation, had looked further or been told more", lambda each: each.exchange.reply.saw_more),
    Column("whispers", "list", "what an observer told whoever answered since the exchange before, never the model: a list of `{\"wizard\", \"at\", \"text\"}`, `wizard` the observer; empty if nothing", lambda each: [_note(one) for one in each.exchange.whispers]),
    Column("labels", "texts", "the labels as they stand now, corrections included", lambda each: dict(each.labels)),
    Column("labels_given", "texts", "the labels as they were given with the reply", lambda each: dict(each.exchange.reply.labels)),
    Column("corrections", "list", "labels that were set or taken away (null) afterwards, in order: a list of `{\"wizard\", \"at\", \"labels\"}`; empty if none", lambda each: [_correction(one) for one in each.exchange.corrections]),
    Column("not_for_training", "yes_no", "the exchange is flagged so, as it stands now", lambda each: each.exchange.not_for_training),
    Column("notes", "list", "private notes of the team on this exchange, a list of `{\"wizard\", \"at\", \"text\"}`; empty if none", lambda each: [_note(one) for one in each.exchange.notes]),
    Column("second_opinions", "list", "what others answered to the same observation, blind: a list of `{\"wizard\", \"at\", \"reply\", \"labels\", \"could_answer\", \"missing\", \"seconds\", \"first_key\", \"keystrokes\"}`; empty if none", lambda each: [_opinion(one) for one in each.exchange.second_opinions]),
    Column("ratings", "list", "whether others would send a reply here, asked blind: a list of `{\"wizard\", \"at\", \"would_send\", \"opinion\", \"reply_of\"}`: of the reply that was given; or with `opinion`, of the second opinion of that number; or with `reply_of`, of the simple model's reply, which was another exchange's: the SHA-256 of that one's id, its first 16 digits; empty if none", lambda each: [_rating(one) for one in each.exchange.ratings]),
    Column("consented_at", "time", "when the participant agreed to take part; empty where the study didn't ask", lambda each: each.session.consented_at),
    Column("answers_before", "json", "what the participant answered to the study's questions before the conversation, an object of the questions' names: a step of a scale, a text, or a list of options; empty if they weren't asked", lambda each: answers_of(each.session.asked_before)),
    Column("answers_after", "json", "the same of the questions after it; empty if they weren't asked, or haven't answered", lambda each: answers_of(each.session.asked_after)),
    Column("believed", "text", "what the participant thought had answered them, asked after the end: `program`, `person`, `unsure`; empty if they weren't asked or wouldn't say", lambda each: each.session.guessed and each.session.guessed.answered_by),
    Column("confidence", "count", "how sure they were of that, from 1, a guess, to 5, certain", lambda each: each.session.guessed and each.session.guessed.confidence),
    Column("imported", "text", "the file that it was imported from, as a keyed hash where personal data is taken out; empty if it happened here", lambda each: each.session.started.imported),
)  # fmt: skip
"""In the order in which files have them; after them comes `split`."""

SPLIT = "split"
SPLIT_MEANING = "`train`, `validation` or `test`, by participant; the same for ever"
