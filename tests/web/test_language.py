"""Pages speak a language: the study's to participants, each colleague's own in the studio."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import served
from tests.served import Client, Server, Visitor

ARABIC = """
study: bitaqa
title: Cards
language: ar
persona: {greeting: مرحبًا}
ask_what_answered: true
"""


STRANGE = "{study: a, title: '', bar: 101, pacing: {first: 6-2}, colour: red}"
TWICE = "{study: a, title: A, scenarios: [{id: lost, text: a}, {id: lost, text: b}]}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("language"), ARABIC) as server:
        yield server


@pytest.fixture(scope="module")
def seat(server: Server) -> str:
    return server.seat()


def language_of(page: str) -> str:
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found[1]


def words_of(page: str) -> dict[str, list[str]]:
    found = re.search(r'id="page-words">(.*?)</script>', page)
    words: dict[str, list[str]] = json.loads(found[1]) if found else {}
    return words


def test_the_participants_page_speaks_the_studys_language_from_its_side(server: Server) -> None:
    status, page = Visitor(server.url).get(f"/c/{server.invite}", Accept_Language="de")
    assert status == 200
    assert '<html lang="ar" dir="rtl">' in page
    assert words_of(page)["Send"] == ["إرسال"]
    assert 'data-persona="المساعد"' in page  # which stands there by default


def test_what_is_said_after_the_end_is_not_on_the_page_before(server: Server) -> None:
    _, page = Visitor(server.url).get(f"/c/{server.invite}")
    status, after = Visitor(server.url).get("/static/chat/after/ar.json")
    assert status == 200
    assert json.loads(after)["A person"] == ["إنسان"]
    assert "A person" not in words_of(page)
    assert "إنسان" not in page


def test_what_is_kept_of_somebody_is_told_from_its_side_and_in_their_words(tmp_path: Path) -> None:
    study = ARABIC.replace("persona: {", "persona: {name: Penny, ") + "model_sees: {participant: [locale]}\n"
    with served(tmp_path, study) as server:
        secret = "somebody-who-asks-01"
        auth = {"invite": server.invite, "key": secret}
        with Client(server, "/chat", auth, {"Accept-Language": "ar-EG"}) as chat:
            assert chat.call("send", {"id": "m1", "text": "hi"})["ok"]
        _, page = Visitor(server.url, {"visit": secret}).get(f"/c/{server.invite}/mine")
    assert "ar-EG" in page
    assert "<bdi>Penny</bdi>:" in page  # or the date after it would be read from the name's side
    assert "<dt>اللغة</dt>" in page
    assert "locale" not in page


def test_what_stands_in_the_place_of_an_answer_by_default_is_in_the_studys_language(server: Server, seat: str) -> None:
    with server.participant("somebody-who-waits-01") as chat:
        chat.call("send", {"id": "m1", "text": "hi"})
        with server.wizard(seat) as desk:
            session = desk.call("inbox")["sessions"][0]["session"]
            assert desk.call("claim", {"session": session})["ok"]
            seen = desk.wait_for("observation", session=session)
    said = [each["says"] for each in seen["participant"]["phases"]]
    assert "لا يزال العمل جاريًا…" in said


def test_the_studio_speaks_what_the_browser_asks_for_until_one_chooses(server: Server, seat: str) -> None:
    visitor = Visitor(server.url, {"seat": seat})
    assert language_of(visitor.get("/studio/data")[1]) == "en"
    asked, page = visitor.get("/studio/data", Accept_Language="fr;q=0.9, de-AT;q=0.8")
    assert (asked, language_of(page)) == (200, "de")
    assert "<h1>Daten</h1>" in page
    assert words_of(page)["Send reply"] == ["Antwort senden"]
    chosen = Visitor(server.url, {"seat": seat, "language": "en"})
    assert language_of(chosen.get("/studio/data", Accept_Language="de")[1]) == "en"


def test_choosing_a_language_goes_back_to_the_page_and_is_kept(server: Server, seat: str) -> None:
    visitor = Visitor(server.url, {"seat": seat})
    status, page = visitor.post("/studio/language", {"language": "de"}, Referer=f"{server.url}/studio/studies")
    assert status == 200
    assert "Studien" in page or "Studies" in page
    assert visitor.cookies["language"] == "de"
    nonsense = Visitor(server.url, {"seat": seat})
    nonsense.post("/studio/language", {"language": "xx"}, Referer="https://example.org/elsewhere")
    assert "language" not in nonsense.cookies


def test_a_refusal_at_the_desk_is_in_the_language_of_whoever_sits_there(server: Server, seat: str) -> None:
    def refused(**headers: str) -> str:
        with Client(server, "/desk", {"key": seat}, headers) as desk:
            answer = desk.call("claim", {"session": "nonsense"})
        assert answer["error"]["code"] == "missing"
        message: str = answer["error"]["message"]
        return message

    assert refused() == "There is no such conversation."
    assert refused(Cookie="language=de") == "So ein Gespräch gibt es nicht."


def test_what_would_give_a_person_away_is_told_in_that_language(server: Server, seat: str) -> None:
    with server.participant("somebody-who-reads-01") as chat:
        chat.call("send", {"id": "m1", "text": "hi"})
        with Client(server, "/desk", {"key": seat}, {"Cookie": "language=de"}) as desk:
            session = desk.call("inbox")["sessions"][-1]["session"]
            assert desk.call("claim", {"session": session})["ok"]
            [hint] = desk.call("check", {"session": session, "text": "brb"})["hints"]
    assert hint["says"] == "„brb“ schreiben Menschen im Chat."


def test_what_is_wrong_in_a_form_is_told_in_the_pages_language(server: Server, seat: str) -> None:
    visitor = Visitor(server.url, {"seat": seat, "language": "de"})
    _, page = visitor.post("/studio/people", {"name": "", "seat": "wizard"})
    assert "Geben Sie einen Namen mit 1 bis 60 Zeichen an." in page
    _, form = visitor.get("/studio/studies/new")
    assert "Was Teilnehmenden begegnet" in form
    told = visitor.post_json("/studio/studies/look", {"source": STRANGE})["problems"]
    assert [(each["field"], each["message"]) for each in told] == [
        ("title", "das darf nicht leer sein"),
        ("pacing.first", "die kürzere Zeit kommt zuerst, etwa 2-6"),
        ("bar", "muss 100 oder weniger sein"),
        ("colour", "dieses Feld gibt es nicht; prüfen Sie, wie es geschrieben ist"),
    ]
    told = visitor.post_json("/studio/studies/look", {"source": TWICE})["problems"]
    assert [(each["field"], each["message"]) for each in told] == [("scenarios", "lost steht doppelt da")]
