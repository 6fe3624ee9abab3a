"""Who has which seat in which study: given, changed and taken, it holds at once, on open sockets too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import AT_ONCE, served
from tests.live.test_invites import is_in, refused, within_a_second
from tests.served import Client, Server, Visitor, soon
from wizard.store.database import connect
from wizard.store.rights import find_team_link

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


def test_a_sign_in_that_has_come_to_its_end_is_one_on_open_sockets_too(tmp_path: Path) -> None:
    running = served(tmp_path, AT_ONCE)
    running.environ["CURTAIN_SEAT_DAYS"] = str(2 / 86_400)
    with running as server:
        seat = server.seat()
        desk = desk_of(server, seat).connect()
        assert desk.call("inbox")["ok"]
        assert soon(lambda: not is_in(desk))
        assert refused(desk_of(server, seat))


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


def team_link(owner: Visitor, study: str, **given: str) -> str:
    """The newest link for the team of that study, made on its page."""
    _, page = owner.post(f"/studio/study/{study}/team", {"seat": "wizard", **given})
    return re.findall(r"/studio/join/[\w-]+", page)[-1]


def test_wizards_in_the_next_room_come_by_one_link_and_go_with_it(server: Server, owner: Visitor) -> None:
    link = team_link(owner, "another", team_most="2")
    one, two, three = (Visitor(server.url) for _ in range(3))
    assert "What colleagues call you" in one.get(link)[1]
    assert 'id="problem"' in one.post(link, {"name": " "})[1]
    assert one.post(link, {"name": "Uno"})[0] == 200
    assert "called Uno already" in two.post(link, {"name": "Uno"})[1]
    assert two.post(link, {"name": "Due"})[0] == 200
    nothing = three.get("/nonsense")
    assert three.get(link) == three.post(link, {"name": "Tre"}) == nothing
    assert one.get("/studio/replies/another")[0] == 200
    assert one.get("/studio/replies/at-once")[0] == 404
    assert "can come in by it again" not in owner.get("/studio/people")[1], "it is used up"
    desks = [desk_of(server, each.cookies["seat"]).connect() for each in (one, two)]
    other = desk_of(server, owner.cookies["seat"]).connect()
    owner.post(link.replace("join", "team") + "/revoke", {})
    assert within_a_second(lambda: not any(map(is_in, desks)))
    assert all(refused(desk_of(server, each.cookies["seat"])) for each in (one, two))
    assert one.get("/studio") == two.get(link) == nothing
    assert is_in(other)
    other.disconnect()


def test_who_is_signed_in_comes_by_a_team_link_as_themselves_and_loses_nothing(server: Server, owner: Visitor) -> None:
    link = team_link(owner, "another")
    colleague = Visitor(server.url, {"seat": invited(server, owner, "Carl", "owner", "at-once")})
    assert "Go in as Carl" in colleague.get(link)[1]
    assert "can come in by it again" in owner.get("/studio/people")[1]
    assert colleague.post(link, {})[0] == 200
    assert colleague.get("/studio/replies/another")[0] == 200
    assert owner.post(link, {})[0] == 200
    owner.post(link.replace("join", "team") + "/revoke", {})
    assert colleague.get("/studio/replies/another")[0] == 404
    assert colleague.get("/studio/study/at-once")[0] == 200
    assert owner.get("/studio/study/another")[0] == 200


def test_whose_seat_was_taken_back_comes_again_by_no_link_that_was_there_then(server: Server, owner: Visitor) -> None:
    link = team_link(owner, "another")
    carl = Visitor(server.url, {"seat": invited(server, owner, "Carl", "owner", "at-once")})
    dora = Visitor(server.url)
    assert carl.post(link, {})[0] == dora.post(link, {"name": "Dora"})[0] == 200
    for name in ("Carl", "Dora"):
        owner.post(rights_of(owner, name), {"study:another": ""})
    nothing = carl.get("/nonsense")
    for each, name in ((carl, ""), (dora, "Dorothea")):  # one has a seat elsewhere, the other none at all
        assert each.get(link) == each.post(link, {"name": name}) == nothing
        assert each.get("/studio/replies/another")[0] == 404
    assert Visitor(server.url).get(link)[0] == 200
    newer = team_link(owner, "another")
    assert newer != link
    assert "Go in as Dora" in dora.get(newer)[1], "it was made for whoever it is given to"
    assert dora.post(newer, {})[0] == 200
    assert dora.get("/studio/replies/another")[0] == 200


def test_a_team_link_ends_with_its_time_and_is_one_study_owners_to_make(server: Server, owner: Visitor) -> None:
    theirs = Visitor(server.url, {"seat": invited(server, owner, "Olga", "owner", "another")})
    assert theirs.post("/studio/study/at-once/team", {"seat": "wizard"})[0] == 404
    link = team_link(theirs, "another", seat="owner")
    db = connect(server.sessions, lock_wait=5)
    assert find_team_link(db, link.rpartition("/")[2]).seat == "wizard"
    db.execute("UPDATE team_links SET until = '2026-01-01T00:00:00.000Z'")
    db.conn.commit()
    db.close()
    assert Visitor(server.url).get(link)[0] == 404


def test_nothing_is_offered_that_is_not_there_for_an_owner_of_one_study(server: Server, owner: Visitor) -> None:
    theirs = Visitor(server.url, {"seat": invited(server, owner, "Oda", "owner", "another")})
    addresses = set(re.findall(r'href="(/studio/[^"#]*)"', theirs.get("/studio/studies")[1]))
    assert "/studio/study/another" in addresses
    assert {address: theirs.get(address)[0] for address in addresses} == dict.fromkeys(addresses, 200)
    assert "/studio/studies/new" in owner.get("/studio/studies")[1]


def test_who_has_a_link_that_opens_on_this_computer_alone_is_told(server: Server, owner: Visitor) -> None:
    def told(page: str) -> int:
        return page.count("Links open on this computer alone.")

    pages = ("/studio", "/studio/data", "/studio/study/at-once/links", "/studio/study/at-once/wall")
    assert "data-here-only" in owner.get("/studio")[1]
    assert [told(owner.get(page)[1]) > 0 for page in pages[1:]] == [True] * 3
    elsewhere = [owner.get(page, Host="192.0.2.7:8000")[1] for page in pages]
    assert ["192.0.2.7:8000" in page for page in elsewhere] == [True] * 4
    assert [page for page in elsewhere if told(page) or "data-here-only" in page] == []
    assert told(owner.post("/studio/people", {"name": "Nadja", "seat": "wizard"})[1]) == 1
