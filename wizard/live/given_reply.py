"""A reply as a wizard gave it, and the event that the log keeps of it."""

from __future__ import annotations

from wizard.events import Replied
from wizard.live.payloads.desk import Reply
from wizard.live.sessions import Live
from wizard.observation import for_model
from wizard.session import NotAllowed, Session


class GivenReply:
    """A reply as it was given, which its study takes."""

    def __init__(self, live: Live, given: Reply) -> None:
        """
        Raises:
            BadReply: the study doesn't take it.
        """
        self._live, self._given = live, given
        self._text, self._bubbles = live.study.read_reply(given.text, given.more, given.buttons, given.card)

    def event(self, session: Session, actor: str) -> Replied:
        """The event, with the observation that it answers.

        Raises:
            NotAllowed: it answers a message that hasn't been said, or something else was on the screen.
        """
        given = self._given
        try:
            seen = for_model(self._live.study, session, given.upto, self._live.documents)
        except ValueError as error:
            raise NotAllowed("invalid", f"upto: {error}.") from None
        if given.observation not in (None, seen.hash()):
            raise NotAllowed("invalid", "observation: it isn't what the model would have been given there.")
        return Replied(
            exchange=len(session.exchanges) + 1,
            text=self._text,
            first=seen.first,
            upto=seen.upto,
            shown=dict(seen.shown),
            observation=seen.hash(),
            source=given.source,
            could_answer=given.could_answer,
            missing=given.missing,
            labels=given.labels,
            seconds=given.seconds,
            bubbles=self._bubbles,
            documents=seen.documents,
            form=None if seen.form is None else dict(seen.form),
            first_key=given.first_key,
            keystrokes=given.keystrokes,
            offered=tuple(given.offered),
            evidence=tuple(given.evidence),
            saw_more=session.knows_more(actor),
        )

    def is_in(self, stored: Replied) -> bool:
        """Whether that event is this reply: what was said and what was said of it, whatever the clock says."""
        given = self._given
        return (
            stored.text,
            stored.bubbles,
            stored.labels,
            stored.source,
            stored.could_answer,
            stored.missing,
        ) == (self._text, self._bubbles, given.labels, given.source, given.could_answer, given.missing)
