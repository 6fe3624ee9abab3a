"""What the log has of a participant, as they may see it: what they saw and said, and nothing of how it was answered."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from wizard.events import Answered, Consented, Event, Guessed
from wizard.fold import fold
from wizard.observation import for_participant
from wizard.store.erasure import sessions_of_participant
from wizard.store.log import events_of_sessions
from wizard.store.studies import access_study
from wizard.study import Study


def mine(db: Database, study: str, participant: str) -> list[dict[str, Any]]:
    """All that a participant has in that study, a conversation each, the oldest first. `study` is as lists have it."""
    found = [list(events) for events in events_of_sessions(db, sessions_of_participant(db, study, participant))]
    return [_conversation(db, events) for events in sorted(found, key=lambda events: events[0].seq)]


def _conversation(db: Database, events: list[Event]) -> dict[str, Any]:
    session = fold(events)
    assert session is not None
    started = session.started
    version = access_study(db, started.study, started.version).study
    dealt = version.scenario(started.scenario)
    agreed = guess = None
    for event in events:
        if isinstance(event.body, Consented):
            agreed = {"at": event.at, "text": event.body.text}
        elif isinstance(event.body, Guessed):
            guess = {"at": event.at, **event.body.model_dump(mode="json")}
    return {
        "began": session.started_at,
        "ended": session.ended_at,
        "name": started.alias,
        "about": dict(started.fields),
        "task": dealt.text if dealt else None,
        "agreed": agreed,
        "messages": [
            {name: value for name, value in each.items() if name not in ("n", "stopped")}
            for each in for_participant(session)
        ],
        "answers": [answer for each in events for answer in _answers(version, each)],
        "guess": guess,
    }


def _answers(study: Study, event: Event) -> list[dict[str, Any]]:
    """What was answered to questions before or after it, with the questions as they were asked."""
    if not isinstance(event.body, Answered):
        return []
    asked = {each.name: each.question for each in (*study.survey.before, *study.survey.after)}
    return [
        {"at": event.at, "question": asked.get(name, name), "answer": answer}
        for name, answer in event.body.answers.items()
    ]
