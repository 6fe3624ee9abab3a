"""The two linked views over real sockets."""

from __future__ import annotations

import time

from tests.served import Server

KEY = "a-key-of-my-own-making"


def test_what_is_sent_reaches_the_desk_and_the_reply_comes_back(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.wizard(at_once.seat()) as desk:
        sent = chat.call("send", {"id": "m1", "text": "my card is gone"})
        assert sent["ok"]
        assert sent["n"] == 1

        [row] = desk.call("inbox")["sessions"]
        claim = desk.call("claim", {"session": row["session"]})
        assert claim["observation"]["messages"] == [{"role": "user", "text": "my card is gone"}]

        answer = desk.call("reply", {"session": row["session"], "id": "r1", "text": "Blocked.", "could_answer": "yes"})
        assert answer["ok"]
        message = chat.wait_for("message", role="assistant")
        assert (message["n"], message["text"]) == (2, "Blocked.")


def test_a_retried_send_is_one_message(at_once: Server) -> None:
    with at_once.participant(KEY) as chat:
        first = chat.call("send", {"id": "m1", "text": "hello"})
        again = chat.call("send", {"id": "m1", "text": "hello"})
        assert again == first
        assert len(chat.call("sync", {"after": 0})["messages"]) == 1


def test_the_same_id_with_another_text_is_refused(at_once: Server) -> None:
    with at_once.participant(KEY) as chat:
        chat.call("send", {"id": "m1", "text": "hello"})
        answer = chat.call("send", {"id": "m1", "text": "goodbye"})
        assert answer["error"]["code"] == "id_reused"
        assert [each["text"] for each in chat.call("sync", {"after": 0})["messages"]] == ["hello"]


def test_a_reconnect_with_the_same_key_comes_back_to_the_same_conversation(at_once: Server) -> None:
    with at_once.participant(KEY) as chat:
        chat.call("send", {"id": "m1", "text": "one"})
    with at_once.participant(KEY) as chat:
        chat.call("send", {"id": "m2", "text": "two"})
        assert [each["n"] for each in chat.call("sync", {"after": 0})["messages"]] == [1, 2]


def test_another_key_is_another_conversation(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.participant("another-key-altogether") as other:
        chat.call("send", {"id": "m1", "text": "mine"})
        assert other.call("sync", {"after": 0})["messages"] == []


def test_the_second_wizard_is_told_who_has_it(at_once: Server) -> None:
    owner = at_once.seat()
    ann = at_once.seat(at_once.invite_person(owner, "Ann", "wizard"))
    bob = at_once.seat(at_once.invite_person(owner, "Bob", "wizard"))
    with at_once.participant(KEY) as chat, at_once.wizard(ann) as first, at_once.wizard(bob) as second:
        chat.call("send", {"id": "m1", "text": "hello"})
        [row] = first.call("inbox")["sessions"]
        assert first.call("claim", {"session": row["session"]})["ok"]
        refused = second.call("claim", {"session": row["session"]})
        assert refused["error"] == {"code": "claimed", "message": "Ann has this conversation.", "retry": False}
        refused = second.call("reply", {"session": row["session"], "id": "r1", "text": "mine"})
        assert refused["error"]["code"] == "claimed"
        assert first.call("reply", {"session": row["session"], "id": "r1", "text": "mine"})["ok"]


def test_a_message_is_answered_once(at_once: Server) -> None:
    with at_once.participant(KEY) as chat, at_once.wizard(at_once.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        first = desk.call("reply", {"session": session, "id": "r1", "text": "hi"})
        assert desk.call("reply", {"session": session, "id": "r1", "text": "hi"}) == first
        again = desk.call("reply", {"session": session, "id": "r2", "text": "hi again"})
        assert again["error"]["code"] == "answered"


def test_what_is_over_takes_no_more_messages_and_can_begin_anew(at_once: Server) -> None:
    with at_once.participant(KEY) as chat:
        chat.call("send", {"id": "m1", "text": "hello"})
        assert chat.call("restart")["error"]["code"] == "open"
        assert chat.call("end")["ok"]
        assert chat.wait_for("state", open=False) == {"open": False, "reason": "ended"}
        assert chat.call("send", {"id": "m2", "text": "more"})["error"]["code"] == "ended"
        assert chat.call("restart")["ok"]
        assert chat.call("sync", {"after": 0})["messages"] == []
        assert chat.call("send", {"id": "m1", "text": "anew"})["n"] == 1


def test_replies_that_were_not_let_through_before_a_kill_are_let_through_after(server: Server) -> None:
    server.environ["CURTAIN_HASTE"] = "0.1"  # so that the kill comes first, however slow this machine is
    server.restart()
    owner = server.seat()
    with server.participant(KEY) as chat, server.wizard(owner) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        reply = {"session": session, "id": "r1", "text": "hi", "labels": {"intent": "other"}}
        assert desk.call("reply", reply)["ok"]
        assert len(chat.call("sync", {"after": 0})["messages"]) == 2
        server.kill()
    server.environ["CURTAIN_HASTE"] = "1"
    server.start()
    with server.participant(KEY) as chat:
        until = time.monotonic() + 10
        while len(messages := chat.call("sync", {"after": 2})["messages"]) < 1 and time.monotonic() < until:
            time.sleep(0.05)
        assert [(each["n"], each["text"]) for each in messages] == [(3, "hi")]


def test_a_wizard_who_does_not_come_back_frees_the_conversation(at_once: Server) -> None:
    at_once.environ["CURTAIN_CLAIM_GRACE"] = "0.3"
    at_once.restart()
    owner = at_once.seat()
    ann = at_once.seat(at_once.invite_person(owner, "Ann", "wizard"))
    with at_once.participant(KEY) as chat, at_once.wizard(owner) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        with at_once.wizard(ann) as gone:
            assert gone.call("claim", {"session": session})["ok"]
            assert desk.call("claim", {"session": session})["error"]["code"] == "claimed"
        desk.wait_for("claimed", session=session, by=None)
        assert desk.call("claim", {"session": session})["ok"]
