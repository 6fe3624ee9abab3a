"""What a participant is asked before they can write, and after the end: the study's consent and its questions."""

from __future__ import annotations

from typing import Any, Literal

from wizard.live.sessions import Live
from wizard.session import NotAllowed
from wizard.survey import Question
from wizard.values import When


def awaits(live: Live) -> Literal["consent", "survey"] | None:
    """What comes first; None where nothing is left of it."""
    study, session = live.study, live.session
    if study.consent and session.consented_at is None:
        return "consent"
    return "survey" if study.survey.before and session.asked_before is None else None


def expect_ready(live: Live) -> None:
    """
    Raises:
        NotAllowed: something comes first.
    """
    match awaits(live):
        case "consent":
            raise NotAllowed("consent", "Agree to take part first.")
        case "survey":
            raise NotAllowed("survey", "Answer the questions first.")


def asks_after(live: Live) -> bool:
    """Whether the questions for after the end are still to be answered. Who has said nothing isn't asked."""
    session = live.session
    return bool(live.study.survey.after and session.has_spoken and session.ended and session.asked_after is None)


def questions(live: Live, when: When) -> dict[str, Any]:
    """The questions of that time as `/chat` carries them: nothing of who would be screened out by them."""
    return {"when": when, "questions": [_question_as_json(each) for each in live.study.survey.asked(when)]}


def _question_as_json(question: Question) -> dict[str, Any]:
    return question.model_dump(mode="json", exclude={"screens_out"})
