"""Where texts stand in a session: every one that could leave with it, for something to be done with each in turn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from wizard.events import Answered, Replied, SecondOpinion
from wizard.exchange import Correction, Exchange, Note, Opined, Said
from wizard.session import Session
from wizard.values import Bubble

FIELDS = {
    "email": "email e-mail mail correo courriel",
    "phone": "phone telephone tel telefon téléphone teléfono mobile mobil handy cell fax whatsapp",
    "card": "card_number cardnumber credit_card pan kartennummer",
    "iban": "iban",
    "id": "ssn passport nino nhs dni nie nif nir bsn steuer_id tax_id national_id id_number pesel codice_fiscale",
    "ip": "ip ip_address",
    "name": (
        "name full_name fullname first_name firstname last_name lastname surname given_name family_name middle_name "
        "customer_name account_holder cardholder contact_person nachname vorname nom prénom nombre apellidos "
        "cognome nome naam"
    ),
    "address": (
        "address street postal_address adresse anschrift straße strasse dirección indirizzo adres postcode zip plz"
    ),
}
"""What fields are called whose whole value is of a kind."""
KIND_OF = {name: kind for kind, names in FIELDS.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Place:
    """A text where it stands. `asked` is what was said before it, `kind` what all of it is, where its name says so."""

    where: str
    text: str
    asked: str = ""
    kind: str | None = None


Change = Callable[[Place], str]
"""What is done with each text: gives the one that stands there afterwards."""


def texts_of(session: Session) -> Iterator[str]:
    """Every text of the session, as fast as they can be had; some of them twice, and fields with their names."""
    started = session.started
    yield started.alias
    yield from started.fields.values()
    for asked in _asked(session):
        yield asked.model_dump_json(include={"answers"})
    for said in session.messages:
        yield said.text if said.whole is None else said.whole.text
        if said.bubble:
            yield said.bubble.model_dump_json()
    for exchange in session.exchanges:
        reply = exchange.reply
        if reply.text and (reply.bubbles or reply.text[0] == "{" or exchange.released is None):
            yield reply.text
        if reply.missing:
            yield reply.missing
        if reply.labels:
            yield from reply.labels.values()
        if reply.shown or reply.form or reply.bubbles or reply.offered:
            yield reply.model_dump_json(include={"shown", "form", "bubbles", "offered"})
        for correction in exchange.corrections:
            yield from filter(None, correction.labels.values())
        for note in (*exchange.whispers, *exchange.notes):
            yield note.text
        for opined in exchange.second_opinions:
            yield from filter(None, (opined.opinion.text, opined.opinion.missing, *opined.opinion.labels.values()))
    for note in session.notes:
        yield note.text


def has_named_fields(session: Session) -> bool:
    """Whether a field is there whose name says that all of it is personal."""
    if any(map(kind_of, (*session.started.fields, *(name for asked in _asked(session) for name in asked.answers)))):
        return True
    for exchange in session.exchanges:
        reply = exchange.reply
        if (reply.shown or reply.form) and any(map(kind_of, (*_names_in(reply.shown), *_names_in(reply.form)))):
            return True
        for text in (reply.text, *(opined.opinion.text for opined in exchange.second_opinions)):
            if text and text[0] == "{" and any(map(kind_of, _names_in(_as_form(text)))):
                return True
    return False


def _asked(session: Session) -> list[Answered]:
    return [each for each in (session.asked_before, session.asked_after) if each is not None]


def _answers(asked: Answered | None, change: Change) -> Answered | None:
    """A step of a scale is nothing personal, and stays a number."""
    if asked is None:
        return None
    answers: dict[str, Any] = dict(asked.answers)
    texts = {name: answer for name, answer in answers.items() if not isinstance(answer, int)}
    for name, answer in _values(f"asked {asked.when}", texts, change).items():
        answers[name] = tuple(answer) if isinstance(answer, list) else answer
    return asked.model_copy(update={"answers": answers})


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            if isinstance(each, Mapping | list):
                yield from _names_in(each)


@lru_cache(1_000)
def kind_of(field: str) -> str | None:
    """The kind that a field of this name has wholly: `customerPhone`, `contact_email` and `e-mail` have one."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", "_", field))
    folded = "_".join(words).casefold()
    if folded in KIND_OF:
        return KIND_OF[folded]
    if folded.replace("_", "") in ("email", "phonenumber"):
        return "email" if folded.startswith("e") else "phone"
    ends = [kind for word in (words[-1], words[0]) if (kind := KIND_OF.get(word.casefold()))] if words else []
    return next((kind for kind in ends if kind in ("email", "phone", "iban")), None)


def rewritten(session: Session, change: Change) -> Session:
    """The session with every text as `change` has it, which is called in the order in which they stand there."""
    started = session.started
    alias = change(Place("alias", started.alias))
    begun = started.model_copy(
        update={
            "alias": alias if alias == started.alias else session.id,  # it names the conversation: no other has it
            "fields": _values("field", started.fields, change),
        }
    )
    told: Any = {
        "asked_before": _answers(session.asked_before, change),
        "asked_after": _answers(session.asked_after, change),
    }
    messages = tuple(_messages(session.messages, change))
    exchanges = tuple(_exchange(each, session, change) for each in session.exchanges)
    notes = tuple(_notes("session", session.notes, change))
    nothing_left: Any = {"handed_over": None, "whispers": (), "unspoken": (), "receipts": {}}
    return replace(session, started=begun, messages=messages, exchanges=exchanges, notes=notes, **told, **nothing_left)


def _messages(messages: Iterable[Said], change: Change) -> Iterator[Said]:
    before = ""
    for said in messages:
        where = f"message {said.n}"
        if said.whole is None:
            text = change(Place(where, said.text, before))
            yield said._replace(text=text, bubble=said.bubble and _bubble(where, said.bubble, change, text))
        else:
            whole = change(Place(where, said.whole.text, before))
            under = said.whole.bubble and _bubble(where, said.whole.bubble, change, whole)
            cut = change(Place(f"{where}, as it was stopped", said.text, before))
            yield said._replace(text=_begin_alike(cut, whole), whole=said.whole._replace(text=whole, bubble=under))
        before = said.text


def _begin_alike(cut: str, whole: str) -> str:
    """As much as both begin with: what was stopped in the middle of a number must not keep the half of it."""
    return cut[: next((at for at, pair in enumerate(zip(cut, whole, strict=False)) if pair[0] != pair[1]), len(whole))]


def _exchange(exchange: Exchange, session: Session, change: Change) -> Exchange:
    where = f"exchange {exchange.number}"
    asked = session.messages[exchange.reply.upto - 1].text
    labels = {name: change(Place(f"{where}, label {name}", value)) for name, value in exchange.labels.items()}
    return exchange._replace(
        reply=_reply(where, exchange.reply, asked, change),
        labels=labels,
        notes=tuple(_notes(where, exchange.notes, change)),
        whispers=tuple(_notes(where, exchange.whispers, change, "told to the wizard")),
        corrections=tuple(_corrections(where, exchange.corrections, change)),
        second_opinions=tuple(
            Opined(_opinion(where, each.opinion, asked, change), each.at) for each in exchange.second_opinions
        ),
    )


def _reply(where: str, reply: Replied, asked: str, change: Change) -> Replied:
    return reply.model_copy(
        update={
            "text": reply.text and _answer(where, reply.text, asked, change),
            "bubbles": tuple(
                _bubble(where, each, change, change(Place(f"{where}, bubble", each.text))) for each in reply.bubbles
            ),
            "shown": _values(f"{where}, shown", reply.shown, change),
            "form": reply.form and _values(f"{where}, form", reply.form, change),
            "missing": reply.missing and change(Place(f"{where}, missing", reply.missing)),
            "labels": _values(f"{where}, label", reply.labels, change, named=False),
            "offered": tuple(
                each.model_copy(update={"text": change(Place(f"{where}, offered", each.text))})
                for each in reply.offered
            ),
        }
    )


def _opinion(where: str, opinion: SecondOpinion, asked: str, change: Change) -> SecondOpinion:
    where = f"{where}, second opinion"
    return opinion.model_copy(
        update={
            "text": opinion.text and _answer(where, opinion.text, asked, change),
            "labels": _values(f"{where}, label", opinion.labels, change, named=False),
            "missing": opinion.missing and change(Place(f"{where}, missing", opinion.missing)),
        }
    )


def _answer(where: str, text: str, asked: str, change: Change) -> str:
    """A reply; of a form, inside its values, so that it stays one."""
    form = _as_form(text)
    if form is None:
        return change(Place(f"{where}, reply", text, asked))
    values = _values(f"{where}, reply", form, change)
    return text if values == form else json.dumps(values, ensure_ascii=False)


def _as_form(text: str) -> dict[str, Any] | None:
    if not (text.startswith("{") and text.rstrip().endswith("}")):
        return None
    try:
        form = json.loads(text)
    except ValueError:
        return None
    return form if isinstance(form, dict) else None


def _values(where: str, values: Mapping[str, Any], change: Change, *, named: bool = True) -> dict[str, Any]:
    return {
        change(Place(f"{where}, a name", name)) if named else name: _value(
            f"{where} {name}", value, kind_of(name) if named else None, change
        )
        for name, value in values.items()
    }


def _value(where: str, value: Any, kind: str | None, change: Change) -> Any:
    """A value of JSON, however deep; a number is looked at as it is written."""
    match value:
        case str():
            return change(Place(where, value, kind=kind))
        case bool() | None:
            return value
        case int() | float():
            told = change(Place(where, str(value), kind=kind))
            return value if told == str(value) else told
        case Mapping():
            return {
                change(Place(f"{where}, a name", name)): _value(f"{where}.{name}", each, kind_of(name) or kind, change)
                for name, each in value.items()
            }
        case list() | tuple():
            return [_value(where, each, kind, change) for each in value]
    return value


def _bubble(where: str, bubble: Bubble, change: Change, text: str) -> Bubble:
    """The bubble with this text, and with what stands under it as `change` has it."""
    card = bubble.card and bubble.card.model_copy(
        update={
            "title": change(Place(f"{where}, card", bubble.card.title)),
            "rows": tuple(
                row.model_copy(
                    update={
                        "name": change(Place(f"{where}, card", row.name)),
                        "value": change(Place(f"{where}, card {row.name}", row.value, kind=kind_of(row.name))),
                    }
                )
                for row in bubble.card.rows
            ),
        }
    )
    buttons = tuple(change(Place(f"{where}, button", each)) for each in bubble.buttons)
    return bubble.model_copy(update={"text": text, "card": card, "buttons": buttons})


def _corrections(where: str, corrections: Iterable[Correction], change: Change) -> Iterator[Correction]:
    for each in corrections:
        labels = {
            name: value and change(Place(f"{where}, corrected {name}", value)) for name, value in each.labels.items()
        }
        yield each._replace(labels=labels)


def _notes(where: str, notes: Iterable[Note], change: Change, called: str = "note") -> Iterator[Note]:
    for note in notes:
        yield note._replace(text=change(Place(f"{where}, {called}", note.text)))
