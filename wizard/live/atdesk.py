"""What the desk is shown: the observation, what the study asks, the canned replies."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from wizard.exchange import Said
from wizard.language import in_its_language, says_meanwhile
from wizard.live.markdown import to_html, to_text
from wizard.live.pacing import Releases, text_of
from wizard.live.sessions import Live
from wizard.observation import Observation, for_model, known_of, under
from wizard.pacing import cycle, phases
from wizard.session import Session
from wizard.store.canned import KeptCanned, read_canned
from wizard.study import Canned, Study
from wizard.values import Card


def observation(live: Live, releases: Releases) -> dict[str, Any]:
    """What the model would see now, as `/desk` carries it."""
    session = live.session
    seen = for_model(live.study, session, documents=live.documents) if session.messages else None
    return {
        **(carried(session.id, seen) if seen else nothing_yet(session.id)),
        "waiting": session.waiting_since is not None,
        "sending": [*(text_of(session, which) for which in session.unreleased), *session.unspoken],
        "saw_more": session.knows_more(session.claimed_by or ""),
        "participant": None if session.ended else participant(live, releases),
    }


def participant(live: Live, releases: Releases) -> dict[str, Any]:
    """What the participant sees now besides the messages, in seconds as they pass for whoever looks on."""
    session, haste = live.session, releases.clock.haste
    pacing, held = releases.pauses.pacing(live), releases.pauses.held(live)
    says = says_meanwhile(live.study, pacing)
    steps = [{"at": at / haste, "sees": sees, "says": says.get(sees)} for at, sees in phases(pacing)]
    due, whole = releases.due_in(session.id), cycle(pacing)
    last = session.messages[-1] if session.messages else None
    if session.begun and not held:
        steps, whole = [{"at": 0.0, "sees": "dots", "says": None}], None
    coming = None
    if session.streaming is not None and last:
        rate = session.streaming * haste
        coming = {"chars": releases.chars(session), "length": len(last.text), "rate": rate}
    return {
        "waited": releases.clock.since(session.asked_at) / haste if session.owes else None,
        "phases": steps if session.owes else [],
        "cycle": whole and whole / haste,
        "first_word": None if due is None else due / haste,
        "coming": coming,
        "stopped": last is not None and last.whole is not None,
        "again": session.asks_again,
        "paused": held,
    }


def carried(session: str, seen: Observation) -> dict[str, Any]:
    """An observation as `/desk` carries it, with nothing of what came of it."""
    return {
        "session": session,
        "upto": seen.upto,
        "hash": seen.hash(),
        "messages": [turn(said) for said in seen.messages],
        "shown": dict(seen.shown),
        "documents": [each.name for each in seen.documents],
        "form": None if seen.form is None else dict(seen.form),
        "waiting": True,
        "sending": [],
        "saw_more": False,
        "participant": None,
    }


def nothing_yet(session: str) -> dict[str, Any]:
    """The same before the first message."""
    return {"session": session, "upto": None, "hash": None, "messages": [], "shown": {}, "documents": [], "form": None}


def turn(said: Said) -> dict[str, Any]:
    """A message as the desk shows it."""
    shown: dict[str, Any] = {"role": said.role, "text": said.text, **under(said.bubble)}
    return {**shown, "html": to_html(said.text)} if said.role == "assistant" else shown


def study_for_desk(study: Study) -> dict[str, Any]:
    """What the desk needs of a study to take an answer."""
    reply = study.reply
    return {
        "study": study.study,
        "title": study.title,
        "persona": in_its_language(study, study.persona.name),
        "history": study.model_sees.history,
        "reply": {
            "kind": reply.kind,
            "max_chars": reply.max_chars,
            "quick_replies": reply.quick_replies,
            "options": [option.name for option in reply.options],
            "says": {option.name: to_text(option.say) for option in reply.options if option.say},
            "fields": [each.model_dump(mode="json") for each in reply.fields],
            "say": reply.say,
        },
        "labels": [label.model_dump(mode="json") for label in study.labels],
        "scenarios": bool(study.scenarios),
    }


def variables(study: Study, session: Session) -> dict[str, str]:
    """What canned replies may name, from what the model would be given."""
    known = known_of(session)
    return {
        "participant.alias": session.started.alias,
        "persona.name": in_its_language(study, study.persona.name),
        **{f"participant.{name}": known[name] for name in study.granted_fields(known)},
    }


def canned_for(reader: Database, study: Study, account: str) -> list[dict[str, Any]]:
    """The study's own canned replies, then the shared ones, then those of this account."""
    kept = sorted(read_canned(reader, study.study, account), key=lambda each: not each.shared)
    return [
        *(_canned(each, each.card, "study") for each in study.canned),
        *(_canned(each, None, "shared" if each.shared else "mine") for each in kept),
    ]


def _canned(reply: Canned | KeptCanned, card: Card | None, of: str) -> dict[str, Any]:
    shown = card.model_dump(mode="json") if card else None
    return {"key": reply.key, "text": reply.text, "buttons": list(reply.buttons), "card": shown, "set": of}
