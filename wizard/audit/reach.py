"""What else a participant can get hold of without being anybody: assets, source maps, refusals, error pages."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import socketio
from flask import Flask

from wizard.audit.pieces import linked_maps, pieces_of_answer
from wizard.audit.recording import Answered
from wizard.audit.theatre import Theatre
from wizard.audit.words import Piece
from wizard.settings import ROOT
from wizard.store.database import LogUnavailable
from wizard.values import TEXT_LIMIT
from wizard.web import security
from wizard.web.app import LARGEST_BODY, LARGEST_FRAME
from wizard.web.assets import FROM_PACKAGES, STATIC

SECONDS = 10.0
CUSTOMARY = (
    "/favicon.ico",
    "/robots.txt",
    "/manifest.webmanifest",
    "/sw.js",
    "/sitemap.xml",
    "/.well-known/security.txt",
)
"""Addresses that browsers and people try."""
ELSEWHERE = "192.0.2.1"
Request = tuple[str, str, bytes, dict[str, str]]


class Caller:
    """Asks the theatre's server one thing after the other, on one connection, as nobody in particular."""

    def __init__(self, theatre: Theatre) -> None:
        self._url = theatre.url
        self._line = http.client.HTTPConnection(urlsplit(theatre.url).netloc, timeout=SECONDS)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None) -> Answered:
        """What came back; a connection that was closed is opened again."""
        for again in (True, False):
            try:
                self._line.request(method, path, body or None, headers or {})
                answer = self._line.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, OSError):
                self._line.close()
                if not again:
                    raise
        lines = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answered(self._url + path, answer.status, lines, content)

    def close(self) -> None:
        self._line.close()


def everything_reachable(theatre: Theatre) -> list[Answered]:
    """Every file that is handed to whoever asks, and every page that says no."""
    caller = Caller(theatre)
    paths = [f"/static/{path.relative_to(STATIC).as_posix()}" for path in sorted(STATIC.rglob("*")) if path.is_file()]
    paths += [f"/static/{name}" for name in FROM_PACKAGES]
    found = [caller.ask(path) for path in (*paths, *CUSTOMARY)]
    found = [each for each in found if each.status == 200]
    maps = {address for each in found for address in linked_maps(each)}
    found += [caller.ask(urlsplit(address).path) for address in sorted(maps)]
    for method, path, body, headers in _requests(theatre):
        with suppress(http.client.HTTPException, OSError):
            found.append(caller.ask(path, method, body, headers))
    caller.close()
    return [*found, *_errors_that_cannot_be_provoked()]


def _requests(theatre: Theatre) -> Iterator[Request]:
    link = urlsplit(theatre.link).path
    own = {"Origin": theatre.url}
    yield "GET", link, b"", {}
    yield "GET", "/nonsense", b"", {}
    yield "GET", "/c/nonsense", b"", {}
    yield "GET", f"/{'long' * 300}", b"", {}
    yield "GET", "/%00", b"", {}
    for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        yield method, link, b"", own
    yield "POST", link, b"text=hello", {"Origin": "http://elsewhere.example"}
    yield "POST", link, b"x" * (LARGEST_BODY + 1), own
    yield "GET", link, b"", {"Cookie": "visit=; seat=nonsense"}
    for query in ("", "?EIO=3&transport=polling", "?EIO=4&transport=nonsense", "?EIO=4&transport=polling&sid=nonsense"):
        yield "GET", f"/socket.io/{query}", b"", {}
    yield "POST", "/socket.io/?EIO=4&transport=polling", b"x" * (LARGEST_FRAME + 1), own
    yield "GET", "/socket.io/?EIO=4&transport=polling", b"", {"Origin": "http://elsewhere.example"}
    yield "GET", "/socket.io/?EIO=4&transport=websocket", b"", {"Connection": "Upgrade", "Upgrade": "websocket"}


def _errors_that_cannot_be_provoked() -> list[Answered]:
    """Pages of the same code, made to fail here: a failure, a log that can't be written, too much at once."""
    app = Flask("pages", template_folder=str(ROOT / "templates"))
    app.config.update(MAX_CONTENT_LENGTH=10, PROPAGATE_EXCEPTIONS=False)
    app.logger.disabled = True
    security.guard(app)

    @app.get("/500")
    def fail() -> str:
        raise RuntimeError

    @app.get("/503")
    def unavailable() -> str:
        raise LogUnavailable("no log")

    @app.post("/413")
    def large() -> str:
        from flask import request

        return str(request.form)

    client = app.test_client()
    from_elsewhere = {"REMOTE_ADDR": ELSEWHERE}
    answers = [client.get("/500"), client.get("/503"), client.post("/413", data={"text": "x" * 11})]
    flood = (client.get("/429", environ_base=from_elsewhere) for _ in range(security.REQUEST_BURST * 2))
    answers += [next((each for each in flood if each.status_code == 429), answers[0])]
    return [
        Answered(f"http://here/{each.status_code}", each.status_code, _headers(each), each.get_data())
        for each in answers
    ]


def _headers(answer: Any) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in answer.headers]


def refusals(theatre: Theatre) -> list[Piece]:
    """What the socket says to a client that does everything wrong."""
    client = socketio.SimpleClient()
    client.connect(
        theatre.url,
        namespace="/chat",
        auth={"invite": theatre.invite, "key": "a-key-that-was-made-for-this"},
        transports=["websocket"],
        wait_timeout=int(SECONDS),
    )
    tries: list[tuple[str, Any]] = [
        ("send", {"id": "m1", "text": "hello"}),
        ("send", {"id": "m1", "text": "another"}),
        ("send", {"id": "m2", "text": " "}),
        ("send", {"id": "m3", "text": "x" * (TEXT_LIMIT + 1)}),
        ("send", {"id": "", "nonsense": 1}),
        ("sync", {"after": -1}),
        ("stop", {"nonsense": 1}),
        ("retry", {}),
        ("answer", {"when": "before", "answers": {"nonsense": 1}}),
        ("answer", {"when": "after", "answers": {}}),
        ("guess", {"answered_by": "nonsense"}),
        ("guess", {"answered_by": "unsure"}),
        ("restart", {}),
        ("nonsense", {}),
        ("end", {}),
        ("send", {"id": "m4", "text": "late"}),
    ]
    pieces = []
    for event, payload in tries:
        pieces.append(Piece("refusals of the socket", str(client.call(event, payload, timeout=int(SECONDS)))))
    client.disconnect()
    return pieces


def pieces_of_all(answers: list[Answered]) -> Iterator[Piece]:
    """All of these, taken apart."""
    for each in answers:
        yield from pieces_of_answer(each)
