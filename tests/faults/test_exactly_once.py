"""Whatever a client does about its sends, each is in the conversation once, and its number never changes."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.builders import ANN, AT, BOB
from tests.conftest import AT_ONCE, served
from tests.faults.raw import Socket, participant
from tests.logged import may_come_next
from tests.served import Server
from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Body,
    Claimed,
    Draft,
    Ended,
    Finished,
    Flagged,
    Guessed,
    HandedOver,
    Labelled,
    Looked,
    Message,
    Noted,
    Released,
    Replied,
    Retried,
    Started,
    Stopped,
    Unclaimed,
)
from wizard.fold import apply
from wizard.head import head
from wizard.session import NotAllowed, Session
from wizard.store.accounts import participant_of
from wizard.store.database import connect
from wizard.store.doctor import examine
from wizard.store.heads import heads_where
from wizard.store.log import AlreadyWritten, Append, read_session, stamp, write
from wizard.store.schema import bring_up_to_date
from wizard.values import Bubble

UNBOUNDED = {"CURTAIN_MESSAGES_PER_SECOND": "100000", "CURTAIN_MESSAGE_BURST": "100000"}
WORDS = st.sampled_from(
    ["hello", "my card is gone", "ünïcödé", "😀 \u200f‮", "a" * 4_000, "line\nbreak", "' OR 1=1 --", "\ud7ff\ue000"]
)
FEW = st.integers(2, 5)
PICK = st.integers(0, 10_000)


class Sends(RuleBasedStateMachine):
    """One participant of a real server: sends, retries, breaks off, comes back, and kills the server.

    Whether what was broken off had arrived depends on the moment. Hypothesis wants the same choices to be open
    every time, so rules that have nothing to act on return, instead of standing behind a precondition.
    """

    server: Server
    counts: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        Sends.counts["examples"] += 1
        self.key = f"participant-of-example-{Sends.counts['examples']}"
        self.socket: Socket | None = None
        self.known: dict[str, tuple[int, str, str]] = {}
        """What was acknowledged: number, text and time by id."""
        self.unsure: dict[str, set[str]] = {}
        """What was sent and not acknowledged: the texts that may stand under each id."""
        self.made = 0

    # what a client does

    @rule(words=WORDS)
    def send(self, words: str) -> None:
        id, text = self._new(words)
        self._expect(id, self._call(id, text), text)

    @rule(words=WORDS, few=FEW)
    def send_several_without_waiting(self, words: str, few: int) -> None:
        """The ids fall while the numbers rise: order is that of sending."""
        new = [self._new(words) for _ in range(few)][::-1]
        socket = self._connected()
        fired = [(id, text, socket.fire("send", {"id": id, "text": text})) for id, text in new]
        numbers = []
        for id, text, number in reversed(fired):
            self._expect(id, socket.answer(number), text)
            numbers.append(self.known[id][0])
        assert numbers == sorted(numbers, reverse=True)

    @rule(words=WORDS)
    def send_on_another_device_at_the_same_time(self, words: str) -> None:
        (here, text_here), (there, text_there) = self._new(words), self._new(words)
        socket = self._connected()
        with participant(self.server, self.key) as other:
            first = socket.fire("send", {"id": here, "text": text_here})
            second = other.fire("send", {"id": there, "text": text_there})
            self._expect(there, other.answer(second), text_there)
            self._expect(here, socket.answer(first), text_here)

    @rule(words=WORDS, few=FEW)
    def send_and_break_off(self, words: str, few: int) -> None:
        """The acknowledgements are dropped: nobody can say whether it arrived."""
        socket = self._connected()
        for id, text in [self._new(words) for _ in range(few)]:
            socket.fire("send", {"id": id, "text": text})
            self.unsure[id] = {text}
        socket.hang_up()
        self.socket = None
        Sends.counts["broken off"] += 1

    @rule(which=PICK)
    def retry_what_was_acknowledged(self, which: int) -> None:
        if not self.known:
            return
        id = self._pick(self.known, which)
        number, text, at = self.known[id]
        assert self._call(id, text) == {"ok": True, "n": number, "at": at}

    @rule(which=PICK)
    def retry_what_was_not_acknowledged(self, which: int) -> None:
        if not self.unsure:
            return
        id = self._pick(self.unsure, which)
        texts = self.unsure[id]
        text = min(texts)
        answer = self._call(id, text)
        if len(texts) > 1 and not answer["ok"]:
            assert answer["error"]["code"] == "id_reused"
            texts.remove(text)
            return
        self._expect(id, answer, text)
        Sends.counts["retried"] += 1

    @rule(which=PICK)
    def retry_with_another_text(self, which: int) -> None:
        if not self.known:
            return
        id = self._pick(self.known, which)
        answer = self._call(id, self.known[id][1] + " or so")
        assert answer["ok"] is False
        assert (answer["error"]["code"], answer["error"]["retry"]) == ("id_reused", False)

    @rule(which=PICK)
    def retry_what_was_not_acknowledged_with_another_text(self, which: int) -> None:
        """Either the first text is there, and this is refused; or it never came, and this one stands."""
        if not self.unsure:
            return
        id = self._pick(self.unsure, which)
        text = f"{min(self.unsure[id])} or else"
        answer = self._call(id, text)
        if answer["ok"]:
            self._expect(id, answer, text)
        else:
            assert answer["error"]["code"] == "id_reused"

    @rule()
    def reconnect(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        self._connected()

    @rule(after=st.integers(0, 40))
    def catch_up(self, after: int) -> None:
        """What was sent before a break may still arrive in between, but comes after all that is there."""
        everything, some, later = self._sync(0), self._sync(after), self._sync(0)
        assert some[: max(0, len(everything) - after)] == everything[after:]
        assert some == later[after : after + len(some)]

    @rule(dice=st.integers(0, 5), words=WORDS)
    def kill(self, dice: int, words: str) -> None:
        """Now and then, with something on the way."""
        if dice == 0:
            self._kill(words)

    def _kill(self, words: str) -> None:
        id, text = self._new(words)
        self._connected().fire("send", {"id": id, "text": text})
        self.unsure[id] = {text}
        self.server.kill()
        self._drop()
        self.server.start()
        Sends.counts["killed"] += 1

    # what always holds

    @invariant()
    def the_conversation_is_what_was_acknowledged_and_perhaps_what_was_not(self) -> None:
        messages = self._sync(0)
        assert [each["n"] for each in messages] == list(range(1, len(messages) + 1))
        texts = [each["text"] for each in messages]
        assert len(set(texts)) == len(texts), "something is there twice"
        for number, text, at in self.known.values():
            assert (texts[number - 1], messages[number - 1]["at"]) == (text, at)
        others = set(texts) - {text for _, text, _ in self.known.values()}
        assert others <= {text for texts in self.unsure.values() for text in texts}
        assert len(others) <= len(self.unsure)

    def teardown(self) -> None:
        try:
            while self.unsure:
                self.retry_what_was_not_acknowledged(0)
            messages = self._sync(0)
            assert len(messages) == len(self.known)
            self._expect_log()
        finally:
            self._drop()

    def _expect_log(self) -> None:
        with contextlib.closing(sqlite3.connect(self.server.database)) as db:
            rows = db.execute(
                "SELECT client_id, body ->> '$.n', body ->> '$.text', at FROM events JOIN heads USING (session) "
                "WHERE participant = ? AND kind = 'message' ORDER BY seq",
                [participant_of(self.key)],
            ).fetchall()
        assert rows == sorted(((id, *each) for id, each in self.known.items()), key=lambda row: row[1])
        Sends.counts["messages"] += len(rows)

    # how it does it

    def _new(self, words: str) -> tuple[str, str]:
        self.made += 1
        return f"id-{1_000 - self.made}", f"{self.made}: {words}"

    @staticmethod
    def _pick(among: dict[str, Any], which: int) -> str:
        return sorted(among)[which % len(among)]

    def _connected(self) -> Socket:
        if self.socket is None:
            self.socket = participant(self.server, self.key)
        return self.socket

    def _drop(self) -> None:
        if self.socket is not None:
            self.socket.hang_up()
            self.socket = None

    def _call(self, id: str, text: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._connected().call("send", {"id": id, "text": text})
        return answer

    def _sync(self, after: int) -> list[dict[str, Any]]:
        answer = self._connected().call("sync", {"after": after})
        assert answer["ok"], answer
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    def _expect(self, id: str, answer: dict[str, Any], text: str) -> None:
        assert answer["ok"], answer
        self.unsure.pop(id, None)
        assert id not in self.known
        assert answer["n"] not in [number for number, _, _ in self.known.values()]
        self.known[id] = (answer["n"], text, answer["at"])


def test_every_send_is_in_the_conversation_exactly_once(tmp_path: Path, long_run: bool) -> None:
    Sends.counts = dict.fromkeys(["examples", "killed", "broken off", "retried", "messages"], 0)
    Sends.server = served(tmp_path, AT_ONCE)
    Sends.server.environ |= UNBOUNDED
    how = settings(
        max_examples=300 if long_run else 8,
        stateful_step_count=40 if long_run else 20,
        derandomize=not long_run,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with Sends.server:
        run_state_machine_as_test(Sends, settings=how)
        assert [each for each in examine(Sends.server.sessions) if each.state == "bad" and each.what != "disk"] == []
    print(f"\n{Sends.counts}")
    assert Sends.counts["examples"] >= how.max_examples * 0.9
    assert min(Sends.counts.values()) > 0, Sends.counts


class Log(RuleBasedStateMachine):
    """The pure core and the store, with no sockets between: what was applied is what is read."""

    counts: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = connect(Path(self.folder.name), lock_wait=1)
        bring_up_to_date(self.db, Path(self.folder.name))
        self.sessions: dict[str, Session] = {}
        self.ids = 0

    @rule(alias=st.sampled_from(["Guest 1", "é", "x" * 200]))
    def start(self, alias: str) -> None:
        id = f"s{len(self.sessions) + 1}"
        body = Started(study="card-help", version=1, participant=f"p{id}", alias=alias)
        self._append(id, [Draft(SYSTEM, body, at=AT)])

    @precondition(lambda self: self.sessions)
    @rule(which=PICK, words=WORDS, several=st.integers(1, 3))
    def say(self, which: int, words: str, several: int) -> None:
        session = self._session(which)
        n = len(session.messages)
        bodies = [Message(n=n + at, role="user", text=words) for at in range(1, several + 1)]
        self._append(session.id, [Draft(PARTICIPANT, body, self._id(), AT) for body in bodies])

    @precondition(lambda self: self.sessions)
    @rule(which=PICK, by=st.sampled_from([ANN, BOB]), words=WORDS, kind=PICK)
    def act(self, which: int, by: str, words: str, kind: int) -> None:
        """Anything at all, whether or not it may come next."""
        session = self._session(which)
        exchange, bubble = session.unreleased[0] if session.unreleased else (1, 1)
        bodies: list[Body] = [
            Claimed(),
            Unclaimed(),
            HandedOver(to=BOB if by == ANN else ANN, note=words),
            Looked(at="session"),
            Replied(
                exchange=len(session.exchanges) + 1, text=words, first=1, upto=max(1, len(session.messages)),
                observation="0" * 64, labels={"intent": words}, bubbles=(Bubble(text=words),) * (kind % 3),
            ),
            Released(
                n=len(session.messages) + 1, exchange=exchange, bubble=bubble, rate=20.0 if kind % 2 else None
            ),
            Finished(n=max(1, len(session.messages))),
            Stopped(n=max(1, len(session.messages)), chars=kind % 3),
            Retried(),
            Guessed(answered_by="person", confidence=1 + kind % 5),
            Flagged(exchange=max(1, len(session.exchanges)), not_for_training=bool(kind % 2)),
            Labelled(exchange=max(1, len(session.exchanges)), labels={"intent": words if kind % 2 else None}),
            Noted(text=words, exchange=len(session.exchanges) or None),
            Message(n=len(session.messages) + 1 + kind % 2, role="assistant", text=words),
            Ended(reason="wizard"),
        ]  # fmt: skip
        weights = [3, 2, 1, 1, 6, 6, 3, 3, 2, 1, 1, 3, 2, 2, 1]
        chosen = [body for body, weight in zip(bodies, weights, strict=True) for _ in range(weight)]
        self._append(session.id, [Draft(by, chosen[kind % len(chosen)], self._id(), AT)])

    @precondition(lambda self: any(session.receipts for session in self.sessions.values()))
    @rule(which=PICK, words=WORDS, beside=st.booleans())
    def write_an_id_again(self, which: int, words: str, beside: bool) -> None:
        """The log refuses it, with all that is in the same commit."""
        session = self._with_receipts(which)
        actor, id = sorted(session.receipts)[which % len(session.receipts)]
        again = Append(session.id, (Draft(actor, Noted(text=words), id, AT),), head(session))
        appends = [again]
        if beside:
            innocent = "s-innocent"
            body = Started(study="card-help", version=1, participant="p", alias="Guest")
            begun = apply(None, stamp(innocent, [Draft(SYSTEM, body, at=AT)], 1)[0])
            appends.insert(0, Append(innocent, (Draft(SYSTEM, body, at=AT),), head(begun)))
        before = self._count()
        with pytest.raises(AlreadyWritten):
            write(self.db, appends)
        assert self._count() == before
        assert read_session(self.db, "s-innocent") is None
        Log.counts["refused"] += 1

    @precondition(lambda self: len(self.sessions) > 1)
    @rule(words=WORDS)
    def write_to_all_sessions_in_one_commit(self, words: str) -> None:
        appends, after = [], {}
        for session in self.sessions.values():
            draft = Draft(ANN, Noted(text=words), self._id(), AT)
            after[session.id] = apply(session, stamp(session.id, [draft], 0)[0])
            appends.append(Append(session.id, (draft,), head(after[session.id])))
        firsts = write(self.db, appends)
        assert firsts == list(range(firsts[0], firsts[0] + len(appends)))
        for append, first in zip(appends, firsts, strict=True):
            [event] = stamp(append.session, append.drafts, first)
            self.sessions[append.session] = apply(self.sessions[append.session], event)

    @invariant()
    def the_fold_of_what_is_read_is_what_was_applied(self) -> None:
        for id, session in self.sessions.items():
            assert read_session(self.db, id) == session
            assert list(heads_where(self.db, "session = ?", [id])) == [head(session)]

    def teardown(self) -> None:
        try:
            whole = [
                each
                for each in examine(Path(self.folder.name))
                if each.what in ("integrity", "sessions", "lists", "schema")
            ]
            assert {each.state for each in whole} == {"good"}, whole
            Log.counts["events"] += self._count()
        finally:
            self.db.close()
            self.folder.cleanup()

    def _append(self, id: str, drafts: list[Draft]) -> None:
        before = self.sessions.get(id)
        after = before
        try:
            for event in stamp(id, drafts, 0):
                allowed = type(event.body) in may_come_next(after)
                after = apply(after, event)
                assert allowed, f"{event.kind} was applied, though it may not come next"
        except NotAllowed:
            Log.counts["not allowed"] += 1
            return
        assert after is not None
        [first] = write(self.db, [Append(id, tuple(drafts), head(after))])
        for event in stamp(id, drafts, first):
            before = apply(before, event)
        assert before is not None
        self.sessions[id] = before

    def _session(self, which: int) -> Session:
        return list(self.sessions.values())[which % len(self.sessions)]

    def _with_receipts(self, which: int) -> Session:
        those = [session for session in self.sessions.values() if session.receipts]
        return those[which % len(those)]

    def _id(self) -> str:
        self.ids += 1
        return f"c{self.ids}"

    def _count(self) -> int:
        return int(self.db.conn.execute("SELECT count(*) FROM events").fetchone()[0])


def test_what_is_read_from_the_log_is_what_was_applied(long_run: bool) -> None:
    Log.counts = dict.fromkeys(["events", "refused", "not allowed"], 0)
    how = settings(
        max_examples=3_000 if long_run else 50,
        stateful_step_count=30,
        derandomize=not long_run,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Log, settings=how)
    print(f"\n{Log.counts}")
    assert Log.counts["events"] > how.max_examples * 5
    assert min(Log.counts.values()) > 10, Log.counts
