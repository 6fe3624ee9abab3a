"""The three kinds of reply, from the study's file to the export, over real sockets."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import served
from tests.served import Client, Server, exported
from wizard.live.atdesk import study_for_desk
from wizard.live.markdown import to_text
from wizard.study_file import read_study

KEY = "a-key-of-my-own-making"
HEADING = """
study: rides
title: Rides
labels: [{name: intent, kind: choice, options: [book, other]}]
"""
TEXT = """
reply: {kind: text, max_chars: 60, quick_replies: true}
"""
CHOICE = """
reply:
  kind: choice
  options:
    - other
    - name: ask_place
      say: "**Where** from?"
      buttons: [Airport, Hotel]
      card: {title: Your ride, rows: [{name: From, value: "?"}]}
"""
FORM = """
reply:
  kind: form
  fields:
    - {name: from, required: true}
    - {name: seats, kind: integer}
  say: "A ride from {{from}}, {{seats}} seats."
"""
FORM_WITHOUT_WORDS = FORM.replace('  say: "A ride from {{from}}, {{seats}} seats."\n', "")
SCENARIOS = """
scenarios:
  - {id: airport, text: Get to the airport.}
  - {id: hotel, text: Get to your hotel.}
  - {id: zoo, text: Get to the zoo.}
"""
ASKED = "I need a ride"

Serve = Callable[[str], Server]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves a study that goes on like this."""
    running: list[Server] = []

    def start(more: str) -> Server:
        running.append(served(tmp_path, HEADING + more).start())
        return running[-1]

    yield start
    for each in running:
        each.stop()


def asked(chat: Client, desk: Client) -> str:
    """The conversation, once the participant has asked for something and the wizard has taken it."""
    assert chat.call("send", {"id": "m1", "text": ASKED})["ok"]
    session: str = desk.call("inbox")["sessions"][0]["session"]
    assert desk.call("claim", {"session": session})["ok"]
    return session


def answered(server: Server, **reply: Any) -> dict[str, Any]:
    """The message that comes of this reply, as the participant gets it."""
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        given = {"session": asked(chat, desk), "id": "r1", "labels": {"intent": "book"}, **reply}
        answer = desk.call("reply", given)
        assert answer["ok"], answer
        message: dict[str, Any] = chat.wait_for("message", role="assistant")
        assert chat.call("sync", {"after": 1})["messages"] == [message]
        return {name: value for name, value in message.items() if name not in ("n", "role", "at")}


def turns(*contents: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[at % 2], "content": content} for at, content in enumerate(contents)]


def test_a_text_with_buttons_and_a_card(serve: Serve) -> None:
    server = serve(TEXT)
    card = {"title": "Ride", "rows": [{"name": "From", "value": "Airport"}]}
    message = answered(server, text="*Where* to?", buttons=["Zoo", "Hotel"], card=card, source="canned", keystrokes=3)
    assert message == {
        "text": "*Where* to?", "html": "<p><em>Where</em> to?</p>\n", "buttons": ["Zoo", "Hotel"], "card": card,
    }  # fmt: skip
    [row], conversations = exported(server, "rides", server.sessions / "out")
    assert (row["reply"], row["source"], row["keystrokes"], row["label_intent"]) == (
        "*Where* to?",
        "canned",
        "3",
        "book",
    )
    assert conversations == [turns(ASKED, "*Where* to?")]


def test_a_choice_is_seen_as_the_persona_says_it_and_kept_as_its_class(serve: Serve) -> None:
    server = serve(CHOICE)
    message = answered(server, text="ask_place")
    assert message["text"] == "**Where** from?"
    assert "<strong>Where</strong>" in message["html"]
    assert message["buttons"] == ["Airport", "Hotel"]
    assert message["card"] == {"title": "Your ride", "rows": [{"name": "From", "value": "?"}]}
    [row], conversations = exported(server, "rides", server.sessions / "out")
    assert row["reply"] == "ask_place"
    assert conversations == [turns(ASKED, "ask_place")]


def test_the_desk_reads_an_answer_to_choose_without_marks() -> None:
    assert study_for_desk(read_study(HEADING + CHOICE))["reply"]["says"] == {"ask_place": "Where from?"}
    assert to_text("1. **Stop** the <b>&amp;</b>\n2. car  ☎") == "Stop the <b>&</b> car ☎"


def test_a_choice_without_words_is_seen_as_its_name(serve: Serve) -> None:
    assert answered(serve(CHOICE), text="other")["text"] == "other"


def test_a_form_is_seen_in_words_and_kept_as_its_values(serve: Serve) -> None:
    server = serve(FORM)
    assert answered(server, text='{"seats": "4", "from": "Craig"}')["text"] == "A ride from Craig, 4 seats."
    [row], conversations = exported(server, "rides", server.sessions / "out")
    assert (row["reply"], row["form"]) == ('{"from": "Craig", "seats": 4}', "{}")
    assert conversations == [turns(ASKED, '{"from": "Craig", "seats": 4}')]


def test_a_form_without_words_is_a_card(serve: Serve) -> None:
    message = answered(serve(FORM_WITHOUT_WORDS), text='{"from": "Craig", "seats": 4}')
    assert message["card"] == {"rows": [{"name": "from", "value": "Craig"}, {"name": "seats", "value": "4"}]}


def test_the_next_turn_begins_with_what_the_form_held(serve: Serve) -> None:
    server = serve(FORM)
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        desk.call("reply", {"session": session, "id": "r1", "text": '{"from": "Craig"}'})
        chat.wait_for("message", role="assistant")
        chat.call("send", {"id": "m2", "text": "four of us"})
        assert desk.call("claim", {"session": session})["observation"]["form"] == {"from": "Craig"}
        desk.call("reply", {"session": session, "id": "r2", "text": '{"from": "Craig", "seats": 4}'})
    rows, _ = exported(server, "rides", server.sessions / "out")
    assert [row["form"] for row in rows] == ["{}", '{"from": "Craig"}']


@pytest.mark.parametrize(
    ("study", "reply", "reason"),
    [
        (TEXT, {"text": "x" * 61}, "The reply has 61 characters; this study takes 60."),
        (TEXT, {"text": "x" * 30, "more": ["y" * 29]}, "The reply has 61 characters; this study takes 60."),
        (TEXT, {"text": "x", "more": ["y"] * 10}, "more: must have at most 9"),
        (TEXT, {"text": "x", "buttons": ["y"] * 9}, "buttons: must have at most 8"),
        (TEXT, {"text": " \n"}, "text: is empty"),
        (CHOICE, {"text": "ask_plaice"}, "The reply must be one of: other, ask_place."),
        (CHOICE, {"text": "other", "more": ["and more"]}, "This study's replies are one bubble"),
        (FORM, {"text": '{"from": "Craig", "seats": "four"}'}, "Field “seats” must be a whole number, as 4."),
        (FORM, {"text": '{"seats": 4}'}, "Field “from” is required."),
        (FORM, {"text": '{"to": "Craig"}'}, "This form has no field “to”."),
        (FORM, {"text": "Craig"}, "The reply must be a JSON object with the form's fields."),
    ],
)
def test_what_the_study_does_not_take_is_refused_with_the_reason(
    serve: Serve, study: str, reply: dict[str, Any], reason: str
) -> None:
    server = serve(study)
    good = {TEXT: "Where to?", CHOICE: "other", FORM: '{"from": "Craig"}'}[study]
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        draft = {"text": reply["text"]}
        assert desk.call("draft", {"session": session, "revision": 1, "draft": draft})["ok"]
        refused = desk.call("reply", {"session": session, "id": "r1", **reply})
        assert refused["error"]["code"] == "invalid"
        assert reason in refused["error"]["message"]
        assert not refused["error"]["retry"]
        assert desk.call("claim", {"session": session})["draft"]["text"] == reply["text"]
        assert len(chat.call("sync", {"after": 0})["messages"]) == 1
        assert desk.call("reply", {"session": session, "id": "r1", "text": good})["ok"]


def texts(chat: Client) -> list[tuple[int, str]]:
    return [(each["n"], each["text"]) for each in chat.call("sync", {"after": 1})["messages"]]


def test_several_bubbles_are_a_message_each_and_one_reply(serve: Serve) -> None:
    server = serve(TEXT)
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        reply = {
            "session": asked(chat, desk),
            "id": "r1",
            "text": "One.",
            "more": ["Two.", "Three."],
            "buttons": ["Go"],
        }
        assert desk.call("reply", reply)["ok"]
        last = chat.wait_for("message", text="Three.")
        assert texts(chat) == [(2, "One."), (3, "Two."), (4, "Three.")]
        assert [each.get("buttons") for each in chat.call("sync", {"after": 1})["messages"]] == [None, None, ["Go"]]
        assert last["n"] == 4
    [row], conversations = exported(server, "rides", server.sessions / "out")
    assert row["reply"] == "One.\n\nTwo.\n\nThree."
    assert conversations == [turns(ASKED, "One.\n\nTwo.\n\nThree.")]


def test_bubbles_come_in_order_and_once_after_a_kill_between_them(serve: Serve) -> None:
    server = serve(TEXT + "pacing: {first: 0.6}\n")
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        reply = {"session": asked(chat, desk), "id": "r1", "text": "One.", "more": ["Two.", "Three."]}
        assert desk.call("reply", reply)["ok"]
        chat.wait_for("message", text="One.")
        server.kill()
    server.start()
    with server.participant(KEY) as chat:
        before = texts(chat)
        assert before[0] == (2, "One.")
        assert len(before) < 3
        chat.wait_for("message", text="Three.")
        time.sleep(1)
        assert texts(chat) == [(2, "One."), (3, "Two."), (4, "Three.")]


def test_a_reply_that_is_not_for_training_and_what_came_of_it_are_not_in_openai(serve: Serve) -> None:
    server = serve(TEXT)
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        desk.call("reply", {"session": session, "id": "r1", "text": "Where to?"})
        for turn, text in ((2, "Zoo."), (3, "Yes.")):
            chat.wait_for("message", n=2 * turn - 2)
            chat.call("send", {"id": f"m{turn}", "text": text})
            desk.call("reply", {"session": session, "id": f"r{turn}", "text": f"Answer {turn}."})
        chat.wait_for("message", n=6)
        assert desk.call("flag", {"session": session, "exchange": 2, "not_for_training": True})["ok"]
        rows, conversations = exported(server, "rides", server.sessions / "out")
        assert [row["not_for_training"] for row in rows] == ["false", "true", "false"]
        assert conversations == [turns(ASKED, "Where to?")]
        assert desk.call("flag", {"session": session, "exchange": 2, "not_for_training": False})["ok"]
        assert len(exported(server, "rides", server.sessions / "out")[1][0]) == 6


def task(server: Server, number: int) -> str | None:
    """What that participant is asked to do."""
    with server.participant(f"the-key-of-participant-{number}") as chat:
        told = chat.call("sync", {"after": 0})["state"]["task"]
        assert chat.wait_for("state")["task"] == told
        return str(told)


def test_scenarios_are_dealt_evenly_also_after_a_kill(serve: Serve) -> None:
    server = serve(SCENARIOS)
    first = [task(server, number) for number in range(4)]
    assert first == ["Get to the airport.", "Get to your hotel.", "Get to the zoo.", "Get to the airport."]
    assert task(server, 1) == "Get to your hotel."  # whoever comes back has their own
    server.kill()
    server.start()
    rest = [task(server, number) for number in range(4, 9)]
    assert Counter([*first, *rest]) == dict.fromkeys(first, 3)


def test_a_new_conversation_is_dealt_anew(serve: Serve) -> None:
    server = serve(SCENARIOS)
    with server.participant(KEY) as chat:
        assert chat.wait_for("state", open=True)["task"] == "Get to the airport."
        assert chat.call("end")["ok"]
        assert chat.wait_for("state", open=False)["task"] == "Get to the airport."
        assert chat.call("restart")["ok"]
        assert chat.call("sync", {"after": 0})["state"] == {"open": True, "task": "Get to your hotel."}


def test_without_scenarios_there_is_no_task(at_once: Server) -> None:
    with at_once.participant(KEY) as chat:
        assert chat.call("sync", {"after": 0})["state"] == {"open": True}
