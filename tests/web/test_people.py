"""Who has which seat in which study: given, changed and taken, it holds at once, on open sockets too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import AT_ONCE, served
from tests.live.test_invites import is_in, refused, within_a_second
from tests.served import Client, Server, Visitor

ANOTHER = "study: another\ntitle: Another\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("people"), AT_ONCE) as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: Server) -> Visitor:
    owner = Visitor(server.url, {"seat": server.seat()})
    assert owner.post_json("/studio/studies/save", {"source": ANOTHER})["study"] == "another"
    return owner


def invited(server: Server, owner: Visitor, name: str, seat: str, study: str | None = None) -> str:
    return server.seat(server.invite_person(owner.cookies["seat"], name, seat, study))


def rights_of(owner: Visitor, name: str) -> str:
    """Where that person's rights are changed."""
    found = re.search(
        rf"<strong>{name}</strong>.*?(/studio/people/\w+/rights)", owner.get("/studio/people")[1], re.DOTALL
    )
    assert found
    return found[1]


def desk_of(server: Server, seat: str) -> Client:
    return Client(server, "/desk", {"key": seat})


def test_a_seat_in_one_study_becomes_one_in_another_within_a_second(server: Server, owner: Visitor) -> None:
    seat = invited(server, owner, "Wanda", "wizard", "at-once")
    with server.participant("somebody-for-wanda-01") as chat, server.wizard(owner.cookies["seat"]) as colleague:
        chat.call("send", {"id": "a", "text": "hi"})
        desk = desk_of(server, seat).connect()
        session = desk.call("inbox")["sessions"][-1]["session"]
        assert desk.call("claim", {"session": session})["ok"]
        colleague.wait_for("claimed", session=session, by="Wanda")
        owner.post(rights_of(owner, "Wanda"), {"everywhere": "", "study:at-once": "", "study:another": "wizard"})
        assert within_a_second(lambda: not is_in(desk))
        assert colleague.wait_for("claimed", seconds=1, session=session, by=None)
        with desk_of(server, seat) as again:
            assert again.call("inbox")["sessions"] == []
            assert again.call("claim", {"session": session})["error"]["code"] == "missing"
        colleague.call("end", {"session": session})


def test_who_has_no_seat_left_is_out_and_stays_out(server: Server, owner: Visitor) -> None:
    seat = invited(server, owner, "Otto", "owner", "at-once")
    visitor = Visitor(server.url, {"seat": seat})
    assert visitor.get("/studio/study/at-once/live/now")[0] == 200
    desk = desk_of(server, seat).connect()
    owner.post(rights_of(owner, "Otto"), {"everywhere": "", "study:at-once": ""})
    assert within_a_second(lambda: not is_in(desk))
    assert refused(desk_of(server, seat))
    for path in ("/studio/study/at-once/live/now", "/studio", "/static/desk/main.js"):
        assert visitor.get(path) == Visitor(server.url).get("/nonsense")
    owner.post(rights_of(owner, "Otto"), {"everywhere": "", "study:at-once": "analyst"})
    assert visitor.get("/studio/data")[0] == 200
    assert visitor.get("/studio/study/at-once")[0] == 404


def test_a_seat_everywhere_becomes_one_in_some_studies(server: Server, owner: Visitor) -> None:
    seat = invited(server, owner, "Ada", "analyst")
    visitor = Visitor(server.url, {"seat": seat})
    assert "At once" in visitor.get("/studio/data")[1]
    owner.post(rights_of(owner, "Ada"), {"everywhere": "", "study:another": "wizard"})
    assert visitor.get("/studio/data")[0] == 404
    assert visitor.get("/studio/replies/another")[0] == 200
    assert visitor.get("/studio/replies/at-once")[0] == 404
    owner.post(rights_of(owner, "Ada"), {"everywhere": "owner"})
    assert visitor.get("/studio/study/at-once")[0] == 200


def test_nothing_is_handed_or_dealt_to_who_has_no_right_to_it(server: Server, owner: Visitor) -> None:
    seat = invited(server, owner, "Zoe", "wizard", "another")
    with (
        server.participant("somebody-to-hand-over") as chat,
        server.wizard(owner.cookies["seat"]) as desk,
        desk_of(server, seat) as other,
    ):
        chat.call("send", {"id": "a", "text": "hi"})
        session = desk.call("inbox")["sessions"][-1]["session"]
        assert desk.call("claim", {"session": session})["ok"]
        to = other.call("inbox")["account"]
        assert "Zoe" in [each["name"] for each in desk.call("inbox")["colleagues"]]
        assert desk.call("hand_over", {"session": session, "to": to})["error"]["code"] == "missing"
        owner.post(rights_of(owner, "Zoe"), {"everywhere": "", "study:at-once": "wizard"})
        with desk_of(server, seat):
            assert within_a_second(lambda: bool(desk.call("hand_over", {"session": session, "to": to})["ok"]))


def test_whoever_starts_the_server_owns_it(tmp_path: Path) -> None:
    with served(tmp_path, AT_ONCE) as server:
        owner = Visitor(server.url, {"seat": server.seat()})
        second = Visitor(server.url, {"seat": invited(server, owner, "Second", "owner")})
        second.post(rights_of(second, "Owner"), {"everywhere": ""})
        assert owner.get("/studio")[0] == 404
        server.restart()
        assert Visitor(server.url, {"seat": server.seat()}).get("/studio/people")[0] == 200
