"""A shift of several wizards over real sockets: who has what, whose turn it is, what is kept for whom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.builders import stored, user
from tests.conftest import served
from tests.served import Client, Server, Visitor, soon
from wizard.events import Started
from wizard.store.studies import save_study
from wizard.store.writing import writing

STUDY = """
study: shift
title: Shift
labels:
  - {name: intent, kind: choice, options: [lost, charge, other]}
model_sees: {documents: [faq.md, gone.md]}
canned:
  - {key: hello, text: "Hello {{participant.alias}}."}
"""
PASSED_ON = 100
HURRIED = {"CURTAIN_MESSAGES_PER_SECOND": "100000", "CURTAIN_MESSAGE_BURST": "100000"}
FAQ = "# Cards\n\nCall us.\n\n- lost\n- stolen\n"


class House:
    """A server, and wizards who sit down by name."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self._stack = server, stack
        self.owner = server.seat()

    def wizard(self, name: str) -> Client:
        secret = self.server.seat(self.server.invite_person(self.owner, name, "wizard"))
        return self._stack.enter_context(self.server.wizard(secret))

    def participant(self, number: int = 1) -> Client:
        return self._stack.enter_context(self.server.participant(f"key-of-participant-{number}"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, STUDY) as opened:
        yield opened


@contextmanager
def open_house(folder: Path, study: str, **environ: str) -> Iterator[House]:
    running = served(folder, study, {"faq.md": FAQ})
    running.environ.update(environ)
    with running as server, ExitStack() as stack:
        yield House(server, stack)


def waiting(desk: Client) -> list[str]:
    return [row["session"] for row in desk.call("inbox")["sessions"] if row["waiting_since"]]


def account(desk: Client) -> str:
    return str(desk.call("inbox")["account"])


def test_a_draft_is_found_by_the_colleague_who_takes_over(house: House) -> None:
    ann, bob, chat = house.wizard("Ann"), house.wizard("Bob"), house.participant()
    chat.call("send", {"id": "m1", "text": "hello"})
    [session] = waiting(ann)
    ann.call("claim", {"session": session})
    draft = {"text": "I have bl", "labels": {"intent": "lost"}, "upto": 1, "keystrokes": 9}
    assert ann.call("draft", {"session": session, "revision": 3, "draft": draft})["revision"] == 3
    assert ann.call("hand_over", {"session": session, "to": account(bob), "note": "knows cards"})["ok"]
    told = bob.wait_for("claimed", session=session, mine=True)
    assert told["handed_over"] == {"by": "Ann", "note": "knows cards"}
    claim = bob.call("claim", {"session": session})
    assert claim["handed_over"] == {"by": "Ann", "note": "knows cards"}
    assert (claim["revision"], claim["draft"]["text"], claim["draft"]["labels"]) == (3, "I have bl", {"intent": "lost"})
    assert ann.call("draft", {"session": session, "revision": 4, "draft": draft})["error"]["code"] == "claimed"


def test_of_two_drafts_the_one_with_the_higher_revision_is_kept(house: House) -> None:
    ann, chat = house.wizard("Ann"), house.participant()
    chat.call("send", {"id": "m1", "text": "hello"})
    [session] = waiting(ann)
    ann.call("claim", {"session": session})
    ann.call("draft", {"session": session, "revision": 5, "draft": {"text": "newer"}})
    answer = ann.call("draft", {"session": session, "revision": 4, "draft": {"text": "older"}})
    assert (answer["ok"], answer["revision"], answer["draft"]["text"]) == (True, 5, "newer")
    ann.call("draft", {"session": session, "revision": 6, "draft": None})
    assert ann.call("claim", {"session": session})["draft"] is None


def test_a_draft_outlives_a_kill_and_ends_with_its_reply(house: House) -> None:
    server, chat = house.server, house.participant()
    chat.call("send", {"id": "m1", "text": "hello"})
    with server.wizard(house.owner) as desk:
        [session] = waiting(desk)
        desk.call("claim", {"session": session})
        desk.call("draft", {"session": session, "revision": 1, "draft": {"text": "half a", "upto": 1}})
        server.kill()
    server.start()
    with server.wizard(house.owner) as desk:
        assert desk.call("claim", {"session": session})["draft"]["text"] == "half a"
        assert desk.call("reply", {"session": session, "id": "r1", "text": "half a loaf", "upto": 1})["ok"]
        assert desk.call("claim", {"session": session})["draft"] is None


def test_nobody_gets_more_than_the_study_lets_one_person_have(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {limit: 2}\n") as house:
        ann, bob = house.wizard("Ann"), house.wizard("Bob")
        for number in range(3):
            house.participant(number).call("send", {"id": "m1", "text": "hello"})
        first, second, third = waiting(ann)
        assert ann.call("claim", {"session": first})["ok"]
        assert ann.call("claim", {"session": second})["ok"]
        refused = ann.call("claim", {"session": third})
        assert refused["error"]["code"] == "limit"
        assert "2 conversations" in refused["error"]["message"]
        assert ann.call("reply", {"session": third, "id": "r1", "text": "x"})["error"]["code"] == "limit"
        assert bob.call("claim", {"session": third})["ok"]
        assert bob.call("hand_over", {"session": third, "to": account(ann)})["error"]["code"] == "limit"
        assert ann.call("unclaim", {"session": first})["ok"]
        assert bob.call("hand_over", {"session": third, "to": account(ann)})["ok"]


def test_only_a_colleague_who_is_here_can_be_handed_something(house: House) -> None:
    ann, bob, chat = house.wizard("Ann"), house.wizard("Bob"), house.participant()
    to = account(bob)
    chat.call("send", {"id": "m1", "text": "hello"})
    [session] = waiting(ann)
    assert ann.call("hand_over", {"session": session, "to": to})["error"]["code"] == "claimed"
    ann.call("claim", {"session": session})
    bob.call("away", {"on": True})
    assert ann.call("hand_over", {"session": session, "to": to})["error"]["code"] == "missing"
    bob.call("away", {"on": False})
    bob.disconnect()
    assert soon(lambda: to not in [each["account"] for each in ann.call("inbox")["colleagues"]])
    assert ann.call("hand_over", {"session": session, "to": to})["error"]["code"] == "missing"


def test_colleagues_are_told_who_is_here(house: House) -> None:
    ann = house.wizard("Ann")
    bob = house.wizard("Bob")
    assert [each["name"] for each in ann.call("inbox")["colleagues"]] == ["Ann", "Bob"]
    bob.call("away", {"on": True})

    def away() -> bool:
        return any({"account": account(bob), "name": "Bob", "away": True, "holds": 0} in payload["colleagues"]
                   for name, payload in ann.heard if name == "colleagues")  # fmt: skip

    assert soon(away)


def test_in_turn_each_gets_the_next_but_whoever_is_away_or_passed_it_on(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin, limit: 3}\n") as house:
        ann, bob, cid = house.wizard("Ann"), house.wizard("Bob"), house.wizard("Cid")
        cid.call("away", {"on": True})
        for number in range(4):
            house.participant(number).call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: holds(ann) == 2 and holds(bob) == 2), (holds(ann), holds(bob))
        assert holds(cid) == 0
        mine = next(row["session"] for row in ann.call("inbox")["sessions"] if row["mine"])
        ann.call("unclaim", {"session": mine})
        assert soon(lambda: holds(bob) == 3)
        another = next(
            row["session"] for row in bob.call("inbox")["sessions"] if row["mine"] and row["session"] != mine
        )
        bob.call("unclaim", {"session": another})
        assert soon(lambda: holds(ann) == 2)
        house.participant(5).call("send", {"id": "m1", "text": "hello"})
        house.participant(6).call("send", {"id": "m1", "text": "hello"})
        house.participant(7).call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: holds(ann) == 3 and holds(bob) == 3)
        cid.call("away", {"on": False})
        assert soon(lambda: holds(cid) == 1)


def test_in_a_pause_nothing_is_handed_out_and_after_it_everything(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin}\n") as house:
        ann, owner = house.wizard("Ann"), Visitor(house.server.url, {"seat": house.owner})
        people = [house.participant(number) for number in range(2)]
        assert "Go on" in owner.post("/studio/study/shift/pause", {"paused": "yes"})[1]
        for each in people:
            each.call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: len(waiting(ann)) == 2)
        assert not soon(lambda: holds(ann) > 0, 0.5)
        owner.post("/studio/study/shift/pause", {"paused": "no"})
        assert soon(lambda: holds(ann) == 2)


def test_many_who_wait_elsewhere_keep_nobody_from_being_handed_out(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin, limit: 1}\n") as house:
        with writing(house.server.sessions) as db:
            save_study(db, "study: crowd\ntitle: Crowd\n", "system")
            crowd(db, "crowd", PASSED_ON)
        ann = house.wizard("Ann")
        house.participant(1).call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: holds(ann) == 1)
        house.participant(2).call("send", {"id": "m1", "text": "hello"})
        first = next(row["session"] for row in ann.call("inbox")["sessions"] if row["mine"])
        ann.call("unclaim", {"session": first})
        assert soon(lambda: holds(ann) == 1)


def crowd(db: Database, study: str, many: int) -> None:
    """So many conversations of that study in which somebody waits."""
    for number in range(many):
        begun = Started(study=study, version=1, participant=f"p{number}", alias="Guest")
        stored(db, user("hi"), id=f"{study}{number}", begun=begun)


def test_whoever_passes_on_all_that_waited_longest_is_handed_the_rest(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin, limit: 1}\n", **HURRIED) as house:
        with writing(house.server.sessions) as db:
            crowd(db, "shift", PASSED_ON + 2)
        ann, passed_on = house.wizard("Ann"), set[str]()
        for _ in range(PASSED_ON + 1):
            mine = ann.wait_for("claimed", mine=True)["session"]
            ann.heard.clear()
            assert mine not in passed_on
            assert ann.call("unclaim", {"session": mine})["ok"]
            passed_on.add(mine)
        assert ann.wait_for("claimed", mine=True)["session"] not in passed_on


def test_many_who_wait_under_a_version_that_isnt_handed_out_keep_nobody_from_it(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY) as house:
        with writing(house.server.sessions) as db:
            crowd(db, "shift", PASSED_ON)
            save_study(db, STUDY + "desk: {assign: round_robin}\n", "system", {"faq.md": FAQ})
        ann = house.wizard("Ann")
        ann.call("away", {"on": True})
        house.participant(1).call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: len(waiting(ann)) == PASSED_ON + 1)
        ann.call("away", {"on": False})
        assert soon(lambda: holds(ann) == 1)


def test_a_study_of_which_everybody_has_enough_keeps_no_other_from_being_handed_out(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin}\n") as house:
        with writing(house.server.sessions) as db:
            save_study(db, "study: crowd\ntitle: Crowd\ndesk: {assign: round_robin, limit: 1}\n", "system")
            crowd(db, "crowd", PASSED_ON + 1)
            crowd(db, "shift", 1)
        ann = house.wizard("Ann")
        assert soon(lambda: holds(ann) == 2)


def test_however_many_wait_they_are_all_handed_out(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin}\n") as house:
        with writing(house.server.sessions) as db:
            crowd(db, "shift", PASSED_ON + 20)
        ann = house.wizard("Ann")
        assert soon(lambda: holds(ann) == PASSED_ON + 20)


def test_however_many_write_at_once_nobody_is_handed_more_than_they_may_have(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin, limit: 2}\n") as house:
        ann, people = house.wizard("Ann"), [house.participant(number) for number in range(16)]
        with ThreadPoolExecutor(len(people)) as at_once:
            sent = list(at_once.map(lambda each: each.call("send", {"id": "m1", "text": "hello"})["ok"], people))
        assert all(sent)
        assert soon(lambda: len(waiting(ann)) == len(people) and holds(ann) >= 2)
        assert holds(ann) == 2


def test_whoever_was_gone_for_too_long_is_handed_what_they_lost_by_it(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin}\n", CURTAIN_CLAIM_GRACE="0.1") as house:
        ann, bob = house.wizard("Ann"), house.wizard("Bob")
        bob.call("away", {"on": True})
        house.participant(1).call("send", {"id": "m1", "text": "hello"})
        assert soon(lambda: holds(ann) == 1)
        ann.disconnect()
        assert soon(lambda: [row["claimed_by"] for row in bob.call("inbox")["sessions"]] == [None])
        ann.heard.clear()
        ann.connect().wait_for("claimed", mine=True)


def test_whoever_was_away_when_the_line_broke_comes_back_away_unless_they_are_here_elsewhere(tmp_path: Path) -> None:
    with open_house(tmp_path, STUDY + "desk: {assign: round_robin}\n") as house:
        was_away = Client(house.server, "/desk", {"key": house.owner, "away": True})
        house.participant(1).call("send", {"id": "m1", "text": "hello"})
        with was_away:
            assert was_away.call("inbox")["away"]
            assert not soon(lambda: holds(was_away) > 0, 0.5)
            assert was_away.call("away", {"on": False})["ok"]
            assert was_away.wait_for("claimed", mine=True)["assigned"]
        with house.server.wizard(house.owner), was_away:
            assert not was_away.call("inbox")["away"]


def holds(desk: Client) -> int:
    return sum(row["mine"] for row in desk.call("inbox")["sessions"])


def test_a_document_comes_passage_by_passage(house: House) -> None:
    ann, chat = house.wizard("Ann"), house.participant()
    chat.call("send", {"id": "m1", "text": "hello"})
    [session] = waiting(ann)
    assert ann.call("claim", {"session": session})["observation"]["documents"] == ["faq.md", "gone.md"]
    passages = ann.call("document", {"session": session, "name": "faq.md"})["passages"]
    assert [(each["text"], each["level"]) for each in passages] == [
        ("# Cards", 1),
        ("Call us.", 0),
        ("- lost\n- stolen", 0),
    ]
    assert passages[2]["html"].startswith("<ul>")
    assert ann.call("document", {"session": session, "name": "gone.md"})["passages"] is None
    assert ann.call("document", {"session": session, "name": "secret.md"})["error"]["code"] == "missing"


def test_canned_replies_are_the_studys_everybodys_and_ones_own(house: House) -> None:
    ann, bob, chat = house.wizard("Ann"), house.wizard("Bob"), house.participant()
    chat.call("send", {"id": "m1", "text": "hello"})
    [session] = waiting(ann)
    claim = ann.call("claim", {"session": session})
    assert [(each["key"], each["set"]) for each in claim["canned"]] == [("hello", "study")]
    assert claim["variables"]["participant.alias"] == "Guest 1"
    assert (
        ann.call("save_canned", {"study": "shift", "text": "I have blocked your card."})["key"] == "i-have-blocked-your"
    )
    assert (
        ann.call("save_canned", {"study": "shift", "text": "I have blocked your card!"})["key"]
        == "i-have-blocked-your-2"
    )
    assert ann.call("save_canned", {"study": "shift", "key": "bye", "text": "Bye.", "shared": True})["key"] == "bye"
    told = bob.wait_for("canned", study="shift")
    assert [(each["key"], each["set"]) for each in told["canned"]] == [("hello", "study"), ("bye", "shared")]
    mine = ann.call("claim", {"session": session})["canned"]
    assert [(each["key"], each["set"]) for each in mine] == [
        ("hello", "study"), ("bye", "shared"), ("i-have-blocked-your", "mine"), ("i-have-blocked-your-2", "mine"),
    ]  # fmt: skip
    assert ann.call("remove_canned", {"study": "shift", "key": "i-have-blocked-your"})["ok"]
    assert len(ann.call("claim", {"session": session})["canned"]) == 3
    assert ann.call("save_canned", {"study": "nowhere", "text": "x"})["error"]["code"] == "missing"


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[House]:
    """A house where a connection may send as fast as it can."""
    with open_house(tmp_path, STUDY, **HURRIED) as opened:
        yield opened


def test_two_wizards_who_race_never_both_answer_and_no_draft_is_lost(hurried: House, long_run: bool) -> None:
    rounds, house = 500 if long_run else 100, hurried
    ann, bob = house.wizard("Ann"), house.wizard("Bob")
    chats = [house.participant(number) for number in range(20)]
    both = ThreadPoolExecutor(2)
    claimed = answered = 0
    for round in range(rounds // len(chats)):
        for chat in chats:
            assert chat.call("send", {"id": f"m{round}", "text": f"{round}"})["ok"]
        sessions = waiting(ann)
        assert len(sessions) == len(chats)
        for session in sessions:
            racers = (ann, bob)
            claims = list(both.map(lambda desk, session=session: desk.call("claim", {"session": session}), racers))
            assert sorted(each["ok"] for each in claims) == [False, True]
            claimed += 1
            winner = racers[[each["ok"] for each in claims].index(True)]
            draft = {"session": session, "revision": round + 1, "draft": {"text": f"of {round}", "upto": None}}
            assert winner.call("draft", draft)["ok"]
            assert winner.call("unclaim", {"session": session})["ok"]
            given = {"session": session, "id": f"r{round}", "text": f"answer {round}"}
            replies = list(both.map(lambda desk, given=given: desk.call("reply", given), racers))
            assert sorted(each["ok"] for each in replies) == [False, True]
            loser = replies[[each["ok"] for each in replies].index(False)]
            assert loser["error"]["code"] in ("claimed", "answered")
            answered += 1
            holder = racers[[each["ok"] for each in replies].index(True)]
            assert holder.call("claim", {"session": session})["draft"]["text"] == f"of {round}"
            assert holder.call("unclaim", {"session": session})["ok"]
    assert (claimed, answered) == (rounds, rounds)
    for chat in chats:
        chat.wait_for("message", text=f"answer {round}")
        told = [each["text"] for each in chat.call("sync", {"after": 0})["messages"] if each["role"] == "assistant"]
        assert told == [f"answer {round}" for round in range(rounds // len(chats))]
