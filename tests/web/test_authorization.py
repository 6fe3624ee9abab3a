"""Who may do what: every route and every socket event, for every seat, and for what is theirs, another's, nobody's.

The tables below are the decision; a route or an event without a row fails the first tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import socketio

from tests.conftest import AT_ONCE, served
from tests.served import Client, Server, Socket, Visitor
from wizard import create_app
from wizard.live.payloads import UP
from wizard.settings import Settings

OF_THE_STUDY = ("its analyst", "its wizard", "its owner")
OF_ANOTHER = ("analyst of another", "wizard of another", "owner of another")
SEATS = ("nobody", "participant", "analyst", "wizard", "owner", *OF_THE_STUDY, *OF_ANOTHER)
TEAM = ("analyst", "wizard", "owner", *OF_THE_STUDY, *OF_ANOTHER)
EVERYBODY = SEATS
ANOTHER = "study: another\ntitle: Another\n"

ROUTES: dict[str, dict[str, tuple[str, ...]]] = {
    # method and rule: {a path of it: who is let in}. To everybody else it is the 404. Who has a seat has it for every
    # study; who is let in as such is let in to a path of a study with the same seat in that study alone, and to one of
    # no study with that seat in any, but for `EVERYWHERE`.
    "GET /c/<code>": {"/c/INVITE": EVERYBODY, "/c/nonsense22": ()},
    "GET /c/<code>/mine": {"/c/INVITE/mine": EVERYBODY, "/c/INVITE/mine?file=": EVERYBODY, "/c/nonsense22/mine": ()},
    "POST /c/<code>/mine": {"/c/INVITE/mine": EVERYBODY, "/c/nonsense22/mine": ()},
    "GET /static/<path:name>": {
        "/static/shared/page.css": EVERYBODY,
        "/static/vendor/preact.js": EVERYBODY,
        "/static/desk/main.js": TEAM,
        "/static/studio/main.js": TEAM,
        "/static/vendor/nonsense.js": (),
        "/static/../app.py": (),
        "/static/chat/../desk/main.js": (),
        "/static/shared/%2e%2e/desk/main.js": (),
    },
    "GET /static/chat/after/<language>.json": {
        "/static/chat/after/de.json": EVERYBODY,
        "/static/chat/after/nonsense.json": (),
    },
    "POST /studio/language": {"/studio/language": TEAM},
    "GET /": {"/": TEAM},
    "GET /studio": {"/studio": TEAM},
    "GET /studio/in/<token>": {"/studio/in/nonsense": ()},
    "GET /studio/data": {"/studio/data": ("analyst", "owner")},
    "POST /studio/data/<study>/<format>": {
        "/studio/data/at-once/csv": ("analyst", "owner"),
        "/studio/data/nonsense/csv": (),
        "/studio/data/at-once/nonsense": (),
    },
    "GET /studio/data/<study>/redaction": {
        "/studio/data/at-once/redaction": ("analyst", "owner"),
        "/studio/data/nonsense/redaction": (),
    },
    "GET /studio/report/<study>": {
        "/studio/report/at-once": ("analyst", "owner"),
        "/studio/report/nonsense": (),
    },
    "GET /studio/report/<study>/now": {
        "/studio/report/at-once/now": ("analyst", "owner"),
        "/studio/report/nonsense/now": (),
    },
    "POST /studio/report/<study>": {
        "/studio/report/at-once": ("analyst", "owner"),
        "/studio/report/nonsense": (),
    },
    "GET /studio/studies": {"/studio/studies": ("owner",)},
    "GET /studio/studies/new": {"/studio/studies/new": ("owner",)},
    "POST /studio/studies/open": {"/studio/studies/open": ("owner",)},
    "POST /studio/studies/look": {"/studio/studies/look": ("owner",)},
    "POST /studio/studies/save": {"/studio/studies/save": ("owner",)},
    "GET /studio/study/<study>": {"/studio/study/at-once": ("owner",), "/studio/study/nonsense": ()},
    "GET /studio/study/<study>/versions": {
        "/studio/study/at-once/versions": ("analyst", "owner"),
        "/studio/study/nonsense/versions": (),
    },
    "GET /studio/study/<study>/file": {"/studio/study/at-once/file": ("owner",), "/studio/study/nonsense/file": ()},
    "POST /studio/study/<study>/archive": {
        "/studio/study/at-once/archive": ("owner",),
        "/studio/study/nonsense/archive": (),
    },
    "POST /studio/study/<study>/try": {
        "/studio/study/at-once/try": ("owner", "wizard"),
        "/studio/study/nonsense/try": (),
    },
    "GET /studio/study/<study>/links": {"/studio/study/at-once/links": ("owner",), "/studio/study/nonsense/links": ()},
    "POST /studio/study/<study>/links": {"/studio/study/at-once/links": ("owner",), "/studio/study/nonsense/links": ()},
    "POST /studio/links/<code>/revoke": {"/studio/links/nonsense/revoke": ()},
    "POST /studio/people/<account>/out": {"/studio/people/nonsense/out": ()},
    "POST /studio/study/<study>/team": {"/studio/study/at-once/team": ("owner",), "/studio/study/nonsense/team": ()},
    "POST /studio/team/<code>/revoke": {"/studio/team/nonsense/revoke": ()},
    "GET /studio/sso/<word>": {"/studio/sso/nonsense": ()},
    "GET /studio/join/<code>": {"/studio/join/nonsense": ()},
    "POST /studio/join/<code>": {"/studio/join/nonsense": ()},
    "POST /studio/people/<account>/rights": {"/studio/people/nonsense/rights": ()},
    "GET /studio/study/<study>/live": {"/studio/study/at-once/live": ("owner",), "/studio/study/nonsense/live": ()},
    "GET /studio/study/<study>/live/now": {
        "/studio/study/at-once/live/now": ("owner",),
        "/studio/study/nonsense/live/now": (),
    },
    "POST /studio/study/<study>/window": {
        "/studio/study/at-once/window": ("owner",),
        "/studio/study/nonsense/window": (),
    },
    "POST /studio/study/<study>/doors": {"/studio/study/at-once/doors": ("owner",), "/studio/study/nonsense/doors": ()},
    "POST /studio/study/<study>/pause": {"/studio/study/at-once/pause": ("owner",), "/studio/study/nonsense/pause": ()},
    "POST /studio/study/<study>/end": {"/studio/study/at-once/end": (), "/studio/study/nonsense/end": ()},
    "GET /studio/study/<study>/end": {"/studio/study/at-once/end": ("owner",), "/studio/study/nonsense/end": ()},
    "POST /studio/study/<study>/costs": {"/studio/study/at-once/costs": ("owner",), "/studio/study/nonsense/costs": ()},
    "POST /studio/study/<study>/end/all": {
        "/studio/study/at-once/end/all": ("owner",),
        "/studio/study/nonsense/end/all": (),
    },
    "GET /studio/study/<study>/everybody": {
        "/studio/study/at-once/everybody": ("owner",),
        "/studio/study/nonsense/everybody": (),
    },
    "POST /studio/study/<study>/everybody": {"/studio/study/nonsense/everybody": ()},
    "GET /studio/study/<study>/watch/<session>": {"/studio/study/at-once/watch/nonsense": ()},
    "GET /studio/study/<study>/watch/<session>/now": {"/studio/study/at-once/watch/nonsense/now": ()},
    "POST /studio/study/<study>/watch/<session>": {"/studio/study/at-once/watch/nonsense": ()},
    "GET /studio/study/<study>/wall": {"/studio/study/at-once/wall": ("owner",), "/studio/study/nonsense/wall": ()},
    "GET /studio/study/<study>/wall/now": {
        "/studio/study/at-once/wall/now": ("owner",),
        "/studio/study/nonsense/wall/now": (),
    },
    "GET /studio/trail": {"/studio/trail": ("owner",), "/studio/trail?study=nonsense&by=x&skip=x": ("owner",)},
    "GET /studio/replies": {"/studio/replies": ("owner", "wizard")},
    "GET /studio/replies/<study>": {
        "/studio/replies/at-once": ("owner", "wizard"),
        "/studio/replies/nonsense": (),
    },
    "GET /studio/replies/<study>/now": {
        "/studio/replies/at-once/now": ("owner", "wizard"),
        "/studio/replies/nonsense/now": (),
    },
    "POST /studio/replies/<study>": {
        "/studio/replies/at-once": ("owner", "wizard"),
        "/studio/replies/nonsense": (),
    },
    "GET /studio/exports/<id>": {"/studio/exports/nonsense": ()},
    "GET /studio/exports/<id>/file": {"/studio/exports/nonsense/file": ()},
    "POST /studio/exports/<id>/stop": {"/studio/exports/nonsense/stop": ()},
    "GET /studio/people": {"/studio/people": ("owner",)},
    "POST /studio/people": {"/studio/people": ("owner",)},
    "POST /studio/participants/erase": {"/studio/participants/erase": ("owner",)},
    "POST /studio/out": {"/studio/out": TEAM},
}

EVERYWHERE = {"GET /studio/studies/new", "POST /studio/studies/open", "POST /studio/studies/save"}
"""What is nobody's who has a seat in some studies only: a new study."""
OF_AT_ONCE = {"POST /studio/participants/erase"}
"""What names the study in its form."""

EVENTS: dict[str, dict[str, tuple[str, str, str]]] = {
    # event: the answer where it is one's own, where a colleague has it, where there is none ("ok" or a code).
    # A participant's conversation comes from their secret: there is no way to name another's.
    "/chat": {
        "send": ("ok", "–", "–"),
        "agree": ("ok", "–", "–"),
        "answer": ("order", "–", "–"),
        "sync": ("ok", "–", "–"),
        "end": ("ok", "–", "–"),
        "restart": ("ok", "–", "–"),
        "stop": ("ok", "–", "–"),
        "retry": ("ok", "–", "–"),
        "guess": ("ok", "–", "–"),
        "withdraw": ("ok", "–", "–"),
    },
    "/desk": {
        "inbox": ("ok", "–", "–"),
        "away": ("ok", "–", "–"),
        "preview": ("ok", "–", "–"),
        "search": ("ok", "–", "–"),
        "next_opinion": ("ok", "–", "–"),
        "opinion": ("missing", "missing", "missing"),
        "skip_opinion": ("ok", "ok", "missing"),
        "hand_over": ("ok", "ok", "missing"),
        "draft": ("ok", "claimed", "missing"),
        "document": ("missing", "missing", "missing"),
        "check": ("ok", "claimed", "missing"),
        "look": ("ok", "ok", "missing"),
        "flag": ("ok", "ok", "missing"),
        "save_canned": ("ok", "–", "–"),
        "remove_canned": ("ok", "–", "–"),
        "claim": ("ok", "claimed", "missing"),
        "label": ("ok", "ok", "missing"),
        "note": ("ok", "ok", "missing"),
        "reply": ("ok", "claimed", "missing"),
        "unclaim": ("ok", "ok", "missing"),
        "end": ("ok", "claimed", "missing"),
    },
}


@dataclass
class House:
    """A server with one of each seat, and what it says where nothing is."""

    server: Server
    cookies: dict[str, dict[str, str]]
    nothing: tuple[int, str]

    def answer(self, seat: str, route: str, path: str) -> tuple[int, str]:
        """What whoever has that seat is told there."""
        visitor = Visitor(self.server.url, self.cookies[seat])
        path = path.replace("INVITE", self.server.invite)
        if route.startswith("GET"):
            return visitor.get(path)
        form = {"name": f"New {seat}", "seat": "wizard", "studies": ["at-once", "another"], "study": "at-once"}
        return visitor.post(path, form)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with served(tmp_path_factory.mktemp("house"), AT_ONCE) as server:
        owner = server.seat()
        cookies = {"nobody": {}, "participant": {"visit": "a-secret-of-their-own"}, "owner": {"seat": owner}}
        for seat in ("analyst", "wizard"):
            cookies[seat] = {"seat": server.seat(server.invite_person(owner, seat.title(), seat))}
        made = Visitor(server.url, cookies["owner"]).post_json("/studio/studies/save", {"source": ANOTHER})
        assert made["study"] == "another"
        for name in OF_THE_STUDY + OF_ANOTHER:
            seat = next(each for each in ("analyst", "wizard", "owner") if each in name)
            study = "at-once" if name in OF_THE_STUDY else "another"
            cookies[name] = {"seat": server.seat(server.invite_person(owner, name, seat, study))}
        nothing = Visitor(server.url).get("/nonsense")
        assert nothing[0] == 404
        yield House(server, cookies, nothing)


def may(seat: str, route: str, path: str, allowed: tuple[str, ...]) -> bool:
    """Whether the tables let this one in."""
    if seat in OF_THE_STUDY + OF_ANOTHER and seat not in allowed:
        everywhere = next(each for each in ("analyst", "wizard", "owner") if each in seat)
        elsewhere = seat in OF_ANOTHER and ("at-once" in path or route in OF_AT_ONCE)
        return everywhere in allowed and route not in EVERYWHERE and not elsewhere
    return seat in allowed


def test_every_route_has_a_row(tmp_path: Path) -> None:
    app = create_app(Settings(sessions=tmp_path))
    routes = {
        f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD"}
    }
    assert routes == set(ROUTES)


def test_every_event_has_a_row() -> None:
    assert {namespace: set(events) for namespace, events in EVENTS.items()} == {
        namespace: set(events) for namespace, events in UP.items()
    }


@pytest.mark.parametrize(
    ("route", "path", "allowed"),
    [
        pytest.param(route, path, allowed, id=f"{route.split()[0]} {path}")
        for route, paths in sorted(ROUTES.items())
        for path, allowed in paths.items()
        if route != "POST /studio/out"
    ],
)
def test_a_route_lets_in_whom_its_row_says(house: House, route: str, path: str, allowed: tuple[str, ...]) -> None:
    answers = {seat: house.answer(seat, route, path) for seat in SEATS}
    let_in = {seat for seat in SEATS if may(seat, route, path, allowed)}
    assert {seat for seat, (status, _) in answers.items() if status == 200} == let_in
    refused = {seat: answer for seat, answer in answers.items() if seat not in let_in}
    assert refused == dict.fromkeys(refused, house.nothing)


@pytest.mark.parametrize("seat", SEATS)
def test_only_who_is_signed_in_signs_out(house: House, seat: str) -> None:
    server = house.server
    if seat in ("analyst", "wizard", "owner"):
        owner = house.cookies["owner"]["seat"]
        secret = server.seat(server.invite_person(owner, f"Leaving {seat}", seat))
        visitor = Visitor(server.url, {"seat": secret})
        assert visitor.get("/studio")[0] == 200
        assert visitor.post("/studio/out", {})[0] == 200
        assert Visitor(server.url, {"seat": secret}).get("/studio")[0] == 404
    elif seat not in TEAM:
        assert Visitor(server.url, house.cookies[seat]).post("/studio/out", {})[0] == 404


@pytest.mark.parametrize("seat", SEATS)
def test_the_desk_is_a_namespace_that_is_not_there_but_for_wizards_and_owners(house: House, seat: str) -> None:
    secret = house.cookies[seat].get("seat", house.cookies[seat].get("visit", "nothing-at-all-here"))
    answers = "wizard" in seat or "owner" in seat
    assert (refusal(house.server, "/desk", secret) is None) == answers
    if not answers:
        assert refusal(house.server, "/desk", secret) == refusal(house.server, "/nonsense", secret)


def refusal(server: Server, namespace: str, secret: str) -> object:
    """What the server says to whoever connects there with that secret; None where it lets them in."""
    said: list[object] = []
    client = Socket(reconnection=False)
    client.on("connect_error", said.append, namespace=namespace)
    try:
        client.connect(server.url, namespaces=[namespace], auth={"key": secret}, transports=["websocket"])
    except socketio.exceptions.ConnectionError:
        assert said
        return said[0]
    finally:
        client.disconnect()
    return None


@pytest.mark.parametrize("event", EVENTS["/desk"])
def test_an_event_at_the_desk_answers_as_its_row_says(house: House, event: str) -> None:
    server = house.server
    mine, theirs, missing = EVENTS["/desk"][event]
    owner, wizard = house.cookies["owner"]["seat"], house.cookies["wizard"]["seat"]
    for number, (wanted, holder) in enumerate([(mine, "mine"), (theirs, "theirs"), (missing, "missing")]):
        if wanted == "–":
            continue
        with (
            server.participant(f"key-of-{event}-{number}-long") as chat,
            server.wizard(owner) as desk,
            server.wizard(wizard) as colleague,
        ):
            session = exchange_of(chat, desk if holder != "theirs" else colleague)
            given = payload(event, session if holder != "missing" else "0" * 20, colleague.call("inbox")["account"])
            answer = desk.call(event, given)
            assert ("ok" if answer["ok"] else answer["error"]["code"]) == wanted, (holder, answer)
            assert any(each.call("end", {"session": session})["ok"] for each in (desk, colleague))


def exchange_of(chat: Client, holder: Client, which: int = 0) -> str:
    """A conversation that the holder has, with one exchange and a message that waits."""
    chat.call("send", {"id": "m1", "text": "one"})
    session: str = holder.call("inbox")["sessions"][which]["session"]
    assert holder.call("reply", {"session": session, "id": "r1", "text": "1"})["ok"]
    chat.wait_for("message", role="assistant")
    chat.call("send", {"id": "m2", "text": "two"})
    return session


def payload(event: str, session: str, to: str) -> dict[str, object]:
    more: dict[str, dict[str, object]] = {
        "reply": {"id": "r2", "text": "2"},
        "label": {"exchange": 1, "labels": {"intent": "lost"}},
        "note": {"text": "odd"},
        "opinion": {"exchange": 1, "id": "o1", "text": "one"},
        "skip_opinion": {"exchange": 1},
        "hand_over": {"to": to},
        "check": {"text": "brb"},
        "draft": {"revision": 1, "draft": {"text": "tw"}},
        "document": {"name": "not-granted.md"},
        "flag": {"exchange": 1, "not_for_training": True},
    }
    of_no_session: dict[str, dict[str, object]] = {
        "inbox": {},
        "away": {"on": False},
        "preview": {"text": "*hi*"},
        "search": {"text": "one"},
        "next_opinion": {},
        "save_canned": {"study": "at-once", "key": "hello", "text": "Hello"},
        "remove_canned": {"study": "at-once", "key": "hello"},
    }
    return of_no_session[event] if event in of_no_session else {"session": session, **more.get(event, {})}


@pytest.mark.parametrize("event", EVENTS["/chat"])
def test_an_event_of_a_participant_is_about_their_own_conversation(house: House, event: str) -> None:
    given: dict[str, dict[str, object]] = {"send": {"id": "m1", "text": "mine"}, "sync": {"after": 0}}
    given["answer"] = {"when": "after", "answers": {}}
    with (
        house.server.participant(f"mine-{event}-0123456789") as mine,
        house.server.participant(f"other-{event}-012345") as other,
    ):
        other.call("send", {"id": "o1", "text": "theirs"})
        if event in ("restart", "guess"):
            mine.call("end")
        answer = mine.call(event, given.get(event))
        wanted = EVENTS["/chat"][event][0]
        assert answer["ok"] if wanted == "ok" else answer["error"]["code"] == wanted
        assert [each["text"] for each in other.call("sync", {"after": 0})["messages"]] == ["theirs"]
        refused = mine.call(event, {**given.get(event, {}), "session": "0" * 20})
        assert refused["error"]["code"] == "invalid"


def test_a_sign_in_link_works_once(house: House) -> None:
    link = house.server.invite_person(house.cookies["owner"]["seat"], "Once", "wizard").removeprefix(house.server.url)
    assert Visitor(house.server.url).request("HEAD", link)[0] == 404
    assert Visitor(house.server.url).get(link, Sec_Purpose="prefetch")[0] == 404
    first, second = Visitor(house.server.url), Visitor(house.server.url)
    assert first.get(link)[0] == 200
    assert second.get(link)[0] == 404
    assert "seat" not in second.cookies


def test_an_expired_sign_in_link_is_no_link(tmp_path: Path) -> None:
    running = served(tmp_path, AT_ONCE)
    running.environ["CURTAIN_SIGN_IN_HOURS"] = "1e-9"
    with running as server:
        assert Visitor(server.url).get(server.owner_link.removeprefix(server.url))[0] == 404


def test_signing_in_makes_a_new_secret_whatever_cookie_was_there(house: House) -> None:
    link = house.server.invite_person(house.cookies["owner"]["seat"], "Fixed", "wizard")
    visitor = Visitor(house.server.url, {"seat": "a-secret-that-somebody-planted"})
    visitor.get(link.removeprefix(house.server.url))
    assert visitor.cookies["seat"] != "a-secret-that-somebody-planted"
    assert Visitor(house.server.url, {"seat": "a-secret-that-somebody-planted"}).get("/studio")[0] == 404


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_a_change_from_another_origin_is_refused(house: House, origin: str) -> None:
    visitor = Visitor(house.server.url, house.cookies["owner"])
    given = {"name": "Mallory", "seat": "owner"}
    assert visitor.post("/studio/people", given, Origin=origin)[0] == 404
    assert "Mallory" not in visitor.get("/studio/people")[1]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_socket_from_another_origin_is_refused(house: House, transport: str) -> None:
    visitor = Visitor(house.server.url, house.cookies["owner"])
    path = f"/socket.io/?EIO=4&transport={transport}"
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": "x" * 22 + "==",
        "Sec_WebSocket_Version": "13",
    }
    more = upgrade if transport == "websocket" else {}
    assert visitor.get(path, Origin="http://elsewhere.example", **more)[0] == 400
    if transport == "polling":
        assert visitor.get(path, Origin=house.server.url)[0] == 200


def test_behind_a_proxy_with_https_sockets_may_come_from_there(tmp_path: Path) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    with served(tmp_path, AT_ONCE) as server:
        safe = server.url.replace("http:", "https:")
        assert Visitor(server.url).get(path, Origin=safe)[0] == 400
        server.environ["CURTAIN_URL"] = safe
        server.restart()
        answers = {
            origin: Visitor(server.url).get(path, Origin=origin)[0] for origin in (safe, server.url, "https://a.b")
        }
        assert answers == {safe: 200, server.url: 200, "https://a.b": 400}


@pytest.mark.parametrize("days", ["0", "-5", "999999999999"])
def test_what_is_older_than_no_time_at_all_is_not_erased(house: House, days: str) -> None:
    owner = Visitor(house.server.url, house.cookies["owner"])
    asked = {"study": "at-once", "older_than": "36500"}
    assert owner.post("/studio/participants/erase", asked)[0] == 200
    assert owner.post("/studio/participants/erase", {**asked, "older_than": days})[0] == 404


def test_every_answer_carries_the_policy(house: House) -> None:
    import urllib.request

    for path in (f"/c/{house.server.invite}", "/static/shared/page.css"):
        with urllib.request.urlopen(house.server.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                assert "HttpOnly" in cookie
                assert "SameSite=Lax" in cookie


def test_a_script_carries_what_says_something_about_it(house: House) -> None:
    import urllib.request

    with urllib.request.urlopen(house.server.url + "/static/chat/main.js") as answer:
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Permissions-Policy"] is None


def test_an_event_at_the_desk_knows_nothing_of_a_study_that_is_not_theirs(house: House) -> None:
    server = house.server
    with (
        server.participant("somebody-of-at-once-012345") as chat,
        server.wizard(house.cookies["owner"]["seat"]) as holder,
        server.wizard(house.cookies["wizard of another"]["seat"]) as desk,
    ):
        session = exchange_of(chat, holder, -1)
        account = holder.call("inbox")["account"]
        for event in EVENTS["/desk"]:
            real, made_up = (desk.call(event, payload(event, which, account)) for which in (session, "0" * 20))
            assert real == made_up, event
        inbox = desk.call("inbox")
        assert (inbox["sessions"], inbox["waiting"], inbox["opinions"]) == ([], 0, 0)
        assert {each["name"] for each in inbox["colleagues"]} == {"Owner", "wizard of another"}
        given = {"text": "", "study": "at-once"}
        assert desk.call("search", given) == desk.call("search", given | {"study": "nonsense"}) | {
            "error": desk.call("search", given)["error"]
        }
        chat.call("send", {"id": "m3", "text": "three"})
        holder.wait_for("observation", session=session)
        holder.call("end", {"session": session})
        holder.wait_for("ended", session=session)
        assert desk.call("search", {"text": "one"})["found"] == []
        assert {name for name, _ in desk.heard} <= {"colleagues", "opinions"}
        assert desk.call("claim", {"session": session})["error"]["code"] == "missing"


def test_a_study_is_saved_by_who_owns_it(house: House) -> None:
    given = {"source": AT_ONCE, "study": "at-once", "version": 1}
    for seat in SEATS:
        visitor = Visitor(house.server.url, house.cookies[seat])
        if seat in ("owner", "its owner"):
            assert visitor.post_json("/studio/studies/save", given)["version"] == 1
        else:
            headers = {"Origin": house.server.url, "Content-Type": "application/json"}
            assert visitor.request("POST", "/studio/studies/save", json.dumps(given).encode(), headers) == house.nothing


def test_lists_have_only_what_is_theirs(house: House) -> None:
    for seat, pages in {
        "owner of another": ("/studio", "/studio/studies", "/studio/data", "/studio/replies", "/studio/trail"),
        "wizard of another": ("/studio", "/studio/replies"),
        "analyst of another": ("/studio/data",),
    }.items():
        for path in pages:
            page = Visitor(house.server.url, house.cookies[seat]).get(path)[1]
            assert "at-once" not in page, (seat, path)
            assert "At once" not in page, (seat, path)


def test_an_owner_of_one_study_gives_nothing_of_another(house: House) -> None:
    url = house.server.url
    theirs = Visitor(url, house.cookies["owner of another"])
    _, page = theirs.post("/studio/people", {"name": "Escalated", "seat": "owner", "studies": "at-once"})
    assert "Choose a study." in page
    for known in ("Owner", "Wizard", "its wizard"):
        _, page = theirs.post("/studio/people", {"name": known, "seat": "wizard", "studies": "another"})
        assert "/studio/in/" not in page
        assert f"Somebody is called {known} already." in page
    _, page = Visitor(url, house.cookies["owner"]).get("/studio/people")
    wizard = re.search(r"its wizard</strong>.*?/studio/people/(\w+)/rights", page, re.DOTALL)
    assert wizard is not None
    assert theirs.post(f"/studio/people/{wizard[1]}/rights", {"study:another": "owner"})[0] == 404
    assert theirs.post(f"/studio/people/{wizard[1]}/out", {})[0] == 404
