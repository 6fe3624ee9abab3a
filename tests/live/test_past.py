"""A conversation after the fact, over real sockets: what a look marks, and labels as they were and are."""

from __future__ import annotations

from tests.served import Server

KEY = "a-key-of-my-own-making"


def test_a_look_only_if_it_is_over_marks_nothing_of_what_is_not(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.wizard(at_once.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        desk.call("reply", {"session": session, "id": "r1", "text": "hi"})

        refused = desk.call("look", {"session": session, "if_over": True})
        assert refused["error"]["code"] == "open"
        assert not desk.call("claim", {"session": session})["observation"]["saw_more"]

        chat.call("end")
        [exchange] = desk.call("look", {"session": session, "if_over": True})["whole"]["exchanges"]
        assert (exchange["text"], exchange["saw_more"]) == ("hi", False)


def test_a_look_that_was_agreed_to_may_be_had_again(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.wizard(at_once.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        desk.call("claim", {"session": session})
        assert desk.call("look", {"session": session})["ok"]
        assert desk.call("look", {"session": session, "if_over": True})["ok"]


def test_labels_stand_as_they_were_given_and_as_they_are(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.wizard(at_once.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        desk.call("reply", {"session": session, "id": "r1", "text": "hi", "labels": {"intent": "lost"}})
        assert desk.call("label", {"session": session, "exchange": 1, "labels": {"intent": "other"}})["ok"]
        [exchange] = desk.call("look", {"session": session})["whole"]["exchanges"]
        assert (exchange["given"], exchange["labels"]) == ({"intent": "lost"}, {"intent": "other"})
        [correction] = exchange["corrections"]
        assert (correction["labels"], correction["by"]) == ({"intent": "other"}, "Owner")
