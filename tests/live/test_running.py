"""A study while it runs: it is watched, whispered into, paused, spoken to as a whole, and ended."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import served
from tests.served import Client, Server, Visitor, soon
from wizard import loop
from wizard.live.everybody import Everybody
from wizard.session import Session
from wizard.store.database import connect_to_read
from wizard.store.log import read_session

STUDY = """
study: talk
title: Talk
persona: {name: Penny}
model_sees: {history: 2}
pacing: {first: 0.2, busy: {after: 60, say: I can’t answer right now.}}
labels:
  - {name: intent, kind: choice, options: [lost, charge, other]}
second_opinions: 1
"""
NEUTRAL = "I can’t answer right now."
CANARY = "canary-of-a-whisper"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as server:
        yield server


class Owner(Visitor):
    """The owner's browser, on the pages of the study."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.url, {"seat": server.seat()})

    def at(self, path: str) -> str:
        status, page = self.get(f"/studio/study/talk/{path}")
        assert status == 200, (status, page)
        return page

    def does(self, path: str, **form: str) -> str:
        status, page = self.post(f"/studio/study/talk/{path}", form)
        assert status == 200, (status, page)
        return page

    def whispers(self, session: str, text: str) -> str:
        return self.does(f"watch/{session}", text=text, id=text)


def wizard(server: Server, stack: ExitStack, owner: Owner, name: str = "Wanda") -> Client:
    link = server.invite_person(owner.cookies["seat"], name, "wizard")
    return stack.enter_context(server.wizard(server.seat(link)))


def guest(server: Server, stack: ExitStack, number: int = 1) -> Client:
    return stack.enter_context(server.participant(f"the-key-of-guest-{number}"))


def taken(desk: Client, at: int = 0) -> str:
    """The session of a conversation that this desk takes."""
    session = str(desk.call("inbox")["sessions"][at]["session"])
    assert desk.call("claim", {"session": session})["ok"]
    return session


def stored(server: Server, session: str) -> Session:
    found = read_session(connect_to_read(server.sessions), session)
    assert found is not None
    return found


def stands(chat: Client) -> dict[str, Any]:
    return next((payload for event, payload in reversed(chat.heard) if event == "state"), {})


def said_to(chat: Client) -> list[str]:
    return [payload["text"] for event, payload in chat.heard if event == "message" and payload["role"] == "assistant"]


def test_an_observer_sees_both_sides_and_nothing_is_marked_but_their_own_blindness(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        desk, chat = wizard(server, stack, owner), guest(server, stack)
        for number in range(3):
            chat.call("send", {"id": f"m{number}", "text": f"message {number}"})
        session = taken(desk)
        chat.heard.clear()
        desk.heard.clear()
        page = owner.at(f"watch/{session}")
        participant, before = page.split('id="watch-desk"')
        assert all(f"message {number}" in participant for number in range(3))
        assert "message 0" not in before
        assert "The last 2 of 3 messages" in before
        draft = {"text": "I am wri", "upto": 3}
        assert desk.call("draft", {"session": session, "revision": 1, "draft": draft})["ok"]
        assert "I am wri" in owner.at(f"watch/{session}/now")
        assert desk.call("reply", {"session": session, "id": "r1", "text": "Blocked.", "labels": {"intent": "lost"}})[
            "ok"
        ]
        assert soon(lambda: "Blocked." in owner.at(f"watch/{session}/now").split('id="watch-desk"')[0])
        chat.call("end")
        assert "watch" not in json.dumps(chat.heard)

        told = stored(server, session)
        assert [each.reply.saw_more for each in told.exchanges] == [False]
        assert len(told.watched) == 1
        [(_, trail)] = [Visitor(server.url, owner.cookies).get("/studio/trail")]
        assert trail.count("watched it as it went") == 1
        third = stack.enter_context(
            server.wizard(server.seat(server.invite_person(owner.cookies["seat"], "Tom", "wizard")))
        )
        own = stack.enter_context(server.wizard(owner.cookies["seat"]))
        assert own.call("next_opinion")["opinion"] is None
        assert third.call("next_opinion")["opinion"]["session"] == session


def test_whoever_answers_is_told_who_watches_and_when_they_have_left(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        own = stack.enter_context(server.wizard(owner.cookies["seat"])).call("inbox")["me"]
        desk, bystander, chat = wizard(server, stack, owner), wizard(server, stack, owner, "Bob"), guest(server, stack)
        chat.call("send", {"id": "m", "text": "hi"})
        session = taken(desk)
        assert desk.call("claim", {"session": session})["watched_by"] == []
        owner.at(f"watch/{session}")
        assert desk.wait_for("watched", session=session)["by"] == [own]
        assert desk.call("claim", {"session": session})["watched_by"] == [own]
        assert desk.wait_for("watched", by=[])
        assert "watched" not in [event for event, _ in [*chat.heard, *bystander.heard]]


def test_nobody_watches_unseen_by_the_log_nor_what_they_answer_themselves(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        chat, own = guest(server, stack), stack.enter_context(server.wizard(owner.cookies["seat"]))
        chat.call("send", {"id": "m", "text": "a secret"})
        session = str(own.call("inbox")["sessions"][0]["session"])
        assert owner.get(f"/studio/study/talk/watch/{session}/now")[0] == 404
        assert owner.request("HEAD", f"/studio/study/talk/watch/{session}")[0] == 404
        assert not stored(server, session).watched
        own.call("claim", {"session": session})
        page = owner.at(f"watch/{session}")
        assert "You answer this conversation yourself." in page
        assert "a secret" not in page
        assert owner.get(f"/studio/study/other/watch/{session}")[0] == 404


def test_a_whisper_reaches_the_desk_alone_and_marks_the_answers_from_then_on(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        desk, chat = wizard(server, stack, owner), guest(server, stack)
        chat.call("send", {"id": "m", "text": "my card is gone"})
        session = str(desk.call("inbox")["sessions"][0]["session"])
        assert "Nobody has this conversation now" in owner.whispers(session, "to nobody")
        desk.call("claim", {"session": session})
        desk.call("reply", {"session": session, "id": "r1", "text": "one"})
        chat.call("send", {"id": "m2", "text": "and now?"})
        assert "and mark the answers" in owner.at(f"watch/{session}")
        chat.heard.clear()
        for _ in range(2):  # a form that is sent twice
            owner.whispers(session, CANARY)
        told = desk.wait_for("whispered", seconds=1)["whispers"]
        assert [each["text"] for each in told] == [CANARY]
        assert desk.wait_for("observation", saw_more=True)
        assert [each["text"] for each in desk.call("claim", {"session": session})["whispers"]] == [CANARY]
        desk.call("reply", {"session": session, "id": "r2", "text": "two"})
        assert desk.wait_for("whispered", whispers=[])
        assert desk.call("claim", {"session": session})["whispers"] == []
        chat.wait_for("message", text="two")
        assert CANARY not in json.dumps(chat.heard)
        chat.call("end")
        whole = desk.call("look", {"session": session})["whole"]
        assert [(each["saw_more"], len(each["whispers"])) for each in whole["exchanges"]] == [(False, 0), (True, 1)]
    assert [each.reply.saw_more for each in stored(server, session).exchanges] == [False, True]


def test_a_pause_tells_participants_a_neutral_word_and_loses_nothing(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        desk, chat, idle = wizard(server, stack, owner), guest(server, stack), guest(server, stack, 2)
        chat.call("send", {"id": "m", "text": "hi"})
        session = taken(desk)
        assert chat.wait_for("thinking", on=True)
        assert "Go on" in owner.does("pause", paused="yes")
        assert chat.wait_for("state", busy=NEUTRAL, seconds=4)
        assert desk.wait_for("observation", participant=desk_paused(desk))["participant"]["paused"]
        assert desk.call("reply", {"session": session, "id": "r", "text": "while it stood"})["ok"]
        idle.call("send", {"id": "m", "text": "is anybody there?"})
        assert idle.wait_for("state", busy=NEUTRAL, seconds=4)
        assert Visitor(server.url).get(f"/c/{server.invite}")[1].count("Not open right now")
        assert said_to(chat) == []
        server.restart()
    with ExitStack() as stack:
        owner, chat = Owner(server), guest(server, stack)
        time.sleep(0.5)
        assert said_to(chat) == []
        chat.heard.clear()
        owner.does("pause", paused="no")
        assert chat.wait_for("message", text="while it stood")
        assert "busy" not in stands(chat)
        assert "paused it" in owner.get("/studio/trail")[1]
        assert "pause" not in json.dumps(chat.heard).lower()


def desk_paused(desk: Client) -> Any:
    """What a desk was told of its participant last, once that is that the study is paused."""
    assert soon(lambda: any(_pauses(payload) for event, payload in desk.heard if event == "observation"))
    return next(payload["participant"] for event, payload in desk.heard if event == "observation" and _pauses(payload))


def _pauses(observation: dict[str, Any]) -> bool:
    return bool(observation["participant"] and observation["participant"]["paused"])


def test_a_message_to_everybody_is_said_by_the_persona_and_is_no_exchange(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        people = [guest(server, stack, number) for number in range(3)]
        desk = wizard(server, stack, owner)
        people[0].call("send", {"id": "m", "text": "hi"})
        people[2].call("end")
        assert "1 more conversation is open." in owner.at("live")
        session = taken(desk)
        preview = owner.does("everybody", text="We close at **five**.", id="one")
        assert "Send to 2 conversations" in preview
        assert "<strong>five</strong>" in preview
        assert all(said_to(each) == [] for each in people)
        for _ in range(2):
            owner.does("everybody", text="We close at **five**.", id="one", send="yes")
        for each in people[:2]:
            message = each.wait_for("message", text="We close at **five**.")
            assert set(message) == {"n", "role", "text", "at", "html"}
        assert said_to(people[0]) == ["We close at **five**."]
        assert said_to(people[2]) == []
        observed = desk.wait_for("observation", sending=[], upto=2)
        assert [turn["text"] for turn in observed["messages"]] == ["hi", "We close at **five**."]
        assert observed["waiting"]
        desk.call("reply", {"session": session, "id": "r", "text": "Hello."})
        assert people[0].wait_for("message", text="Hello.")["n"] == 3
    told = stored(server, session)
    assert [each.reply.text for each in told.exchanges] == ["Hello."]
    db = connect_to_read(server.sessions)
    rows = db.conn.execute("SELECT n, text FROM messages WHERE session = ? ORDER BY n", [session]).fetchall()
    assert rows == [(1, "hi"), (2, "We close at **five**."), (3, "Hello.")]


def test_a_message_to_everybody_is_looked_at_as_a_reply_is_and_for_words_that_tell(server: Server) -> None:
    owner = Owner(server)
    clean = owner.does("everybody", text="We close at five.", id="one")
    assert "give a person away" not in clean
    looked = owner.does("everybody", text="Hold on, the wizards are closing erly.", id="one")
    assert "“wizards” tells that somebody answers." in looked
    assert "“Hold on” is how people write in a chat." in looked
    assert "“erly”: is “early” meant?" in looked
    assert "Send to" in looked or "No conversation is open" in looked  # it is advice, and no more


def test_who_is_open_is_read_from_the_log_with_turns_for_others_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    class Read:
        def access(self, session: str) -> Any:
            time.sleep(0.02)
            taken.append(session)
            return SimpleNamespace(session=SimpleNamespace(id=session))

    everybody = Everybody(Path(), Read(), None, None, None)  # type: ignore[arg-type]
    monkeypatch.setattr(everybody, "all", lambda study: ["a", "b", "c", "d"])
    monkeypatch.setattr(everybody, "_hears", lambda live: True)
    loop.spawn(taken.append, "somebody else")
    assert everybody.talking("talk") == ["a", "b", "c", "d"]
    assert taken.index("somebody else") < 3


def test_all_are_ended_once_one_has_seen_how_many(server: Server) -> None:
    with ExitStack() as stack:
        owner = Owner(server)
        people = [guest(server, stack, number) for number in range(3)]
        people[0].call("send", {"id": "m", "text": "hi"})
        assert soon(lambda: "End all 3" in owner.at("end"))
        owner.does("end/all")
        for each in people:
            assert each.wait_for("state", open=False)
