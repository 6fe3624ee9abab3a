"""What helps a wizard write: drafts that are kept, previews, documents, canned replies."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError
from sqlite_utils import Database

from wizard import loop
from wizard.giveaway import look, words_of
from wizard.language import catalogue
from wizard.live import atdesk
from wizard.live.markdown import passages, to_html
from wizard.live.payloads.writing import Begun, Check, KeepDraft, OpenDocument, Preview, RemoveCanned, SaveCanned
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import Shift, actor_of
from wizard.live.sockets import Answer, Connection, broadcast
from wizard.observation import known_of
from wizard.session import NotAllowed, Session
from wizard.store.accounts import Account
from wizard.store.canned import SHARED, remove_canned, save_canned
from wizard.store.drafts import KeptDraft, keep_draft, read_draft
from wizard.store.studies import NoStudy, access_study, document_text
from wizard.store.writer import Writer
from wizard.study_file import write_study


class Writing:
    """The events of `/desk` around a reply that is being made."""

    def __init__(self, sessions: Sessions, reader: Database, writer: Writer, shift: Shift) -> None:
        self._sessions, self._reader, self._writer, self._shift = sessions, reader, writer, shift
        self._documents: dict[str, list[dict[str, Any]]] = {}
        self._words: dict[tuple[str, int], frozenset[str]] = {}

    def kept(self, session: Session) -> dict[str, Any]:
        """This session's draft, as `/desk` carries it. None of what was sent, unless that is asked for again."""
        kept = _carried(read_draft(self._reader, session.id))
        draft = kept["draft"]
        if draft and draft["upto"] is not None and draft["upto"] <= session.answered and not session.asks_again:
            return {**kept, "draft": None}
        return kept

    def draft(self, connection: Connection[Account], given: KeepDraft) -> Answer:
        """Keep what is being written, and show it to one's other tabs."""
        actor = actor_of(connection)
        self._shift.expect_mine(self._sessions.access(given.session).session, actor)
        body = None if given.draft is None else given.draft.model_dump_json(exclude_defaults=True)
        draft = KeptDraft(given.revision, body)
        kept = self._writer.run(lambda db: keep_draft(db, given.session, actor, draft))
        if kept == draft:
            others = [each for each in self._shift.sockets(actor) if each is not connection]
            broadcast(others, "draft", {"session": given.session, **_carried(kept)})
        return {"ok": True, **_carried(kept)}

    def preview(self, connection: Connection[Account], given: Preview) -> Answer:
        """How this will look to the participant."""
        return {"ok": True, "html": to_html(given.text)}

    def check(self, connection: Connection[Account], given: Check) -> Answer:
        """What in this would give a person away: how the persona writes is known from what it has said, and from the
        replies that stand ready.
        """
        live = self._sessions.access(given.session)
        self._shift.expect_mine(live.session, actor_of(connection))
        study, session = live.study, live.session
        canned = [each["text"] for each in atdesk.canned_for(self._reader, study, connection.who.account)]
        said = [each.text for each in session.messages if each.role == "assistant"]
        asked = [each.text for each in session.messages if each.role == "user"]
        here = self._words_of_study(live) | words_of(*asked, *known_of(session).values())
        say = catalogue("studio", connection.language).say
        hints = loop.in_thread(look, given.text, [*said, *canned], here)
        return {"ok": True, "hints": [{**asdict(each), "says": say(each.says)} for each in hints]}

    def document(self, connection: Connection[Account], given: OpenDocument) -> Answer:
        """A document that the study grants, passage by passage."""
        live = self._sessions.access(given.session)
        if given.name not in live.study.model_sees.documents:
            raise NotAllowed("missing", f"This study grants no document “{given.name}”.")
        sha256 = live.documents.get(given.name)
        return {"ok": True, "name": given.name, "passages": self._passages(sha256) if sha256 else None}

    def save_canned(self, connection: Connection[Account], given: SaveCanned) -> Answer:
        """Keep a canned reply, for oneself or for all."""
        owner = SHARED if given.shared else connection.who.account
        taken = [each["key"] for each in self._canned(given.study, connection)]
        key = self._writer.run(
            lambda db: save_canned(db, given.study, owner, given.key, given.text, given.buttons, taken)
        )
        self._tell(given.study, connection, given.shared)
        return {"ok": True, "key": key}

    def remove_canned(self, connection: Connection[Account], given: RemoveCanned) -> Answer:
        """Take one away. That it is gone already is no error."""
        owner = SHARED if given.shared else connection.who.account
        self._canned(given.study, connection)
        self._writer.run(lambda db: remove_canned(db, given.study, owner, given.key))
        self._tell(given.study, connection, given.shared)
        return {"ok": True}

    def _tell(self, study: str, connection: Connection[Account], shared: bool) -> None:
        for each in self._shift.everybody(study) if shared else self._shift.sockets(actor_of(connection)):
            each.send("canned", {"study": study, "canned": self._canned(study, each)})

    def _canned(self, study: str, connection: Connection[Account]) -> list[dict[str, Any]]:
        try:
            version = access_study(self._reader, study)
        except NoStudy as error:
            raise NotAllowed("missing", str(error)) from None
        return atdesk.canned_for(self._reader, version.study, connection.who.account)

    def _words_of_study(self, live: Live) -> frozenset[str]:
        """The words of this version of a study and of its documents."""
        version = (live.session.started.study, live.session.started.version)
        if version not in self._words:
            documents = [document_text(self._reader, sha256) for sha256 in live.documents.values()]
            self._words[version] = loop.in_thread(lambda: words_of(write_study(live.study), *documents))
        return self._words[version]

    def _passages(self, sha256: str) -> list[dict[str, Any]]:
        if sha256 not in self._documents:
            text = document_text(self._reader, sha256)
            self._documents[sha256] = loop.in_thread(lambda: [each._asdict() for each in passages(text)])
        return self._documents[sha256]


def _carried(kept: KeptDraft) -> dict[str, Any]:
    """A draft as `/desk` carries it. One that this version can't read is as good as none."""
    draft = None
    if kept.body is not None:
        with suppress(ValidationError):
            draft = Begun.model_validate_json(kept.body).model_dump(mode="json")
    return {"revision": kept.revision, "draft": draft}
