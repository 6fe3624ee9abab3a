"""The team's doors: to whoever isn't let in they are what isn't there, byte for byte and in the same time."""

from __future__ import annotations

import http.client
import json
import re
import socket
import statistics
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from time import perf_counter
from urllib.parse import urlsplit

import websocket

from wizard.audit.findings import Finding
from wizard.audit.theatre import Theatre

SECONDS = 10
CLOSE_MS = 5.0
"""Medians further apart than this could be told over a network."""
NOWHERE, NOBODY = "/nonsense", "/nonsense"
PATHS = (
    "/studio",
    "/studio/",
    "/studio?x=1",
    "/STUDIO",
    "//studio",
    "/studio/data",
    "/studio/people",
    "/studio/nonsense",
    "/studio/in/nonsense",
    "/static/desk/main.js",
    "/static/desk/desk.css",
    "/static/desk/nonsense.js",
    "/static/desk/",
    "/static/chat/../desk/main.js",
    "/static/shared/%2e%2e/desk/main.js",
    "/static/studio/main.js",
    "/",
    "/v1",
    "/v1/models",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
COOKIES = ("", "seat=nonsense")
TIMED = ("/studio", "/studio/in/nonsense", "/static/desk/main.js")
NAMESPACE = "/desk"
AUTHS = ("", '{"key":"nonsense"}', '{"invite":"nonsense"}')
DATE = re.compile(rb"\r\nDate: [^\r]*", re.IGNORECASE)

Progress = Callable[[int, int], None]


def try_doors(theatre: Theatre, probes: int, progress: Progress) -> list[Finding]:
    """Hold every door against nonsense: its bytes, and the median time of so many probes each."""
    found = [*_pages(theatre), *_namespaces(theatre)]
    timed = _times(theatre, probes, progress)
    found += [each for each in timed if each.level == "leak"]
    if found:
        return found
    tried = len(PATHS) * len(METHODS) * len(COOKIES)
    says = f"{tried} requests to the team's pages and assets, and to {NAMESPACE}, get what nonsense gets, byte for byte"
    return [Finding("good", "doors", says), *timed]


def _pages(theatre: Theatre) -> Iterator[Finding]:
    for method in METHODS:
        for cookie in COOKIES:
            nothing = _bytes(theatre, method, NOWHERE, cookie)
            for path in PATHS:
                something = _bytes(theatre, method, path, cookie)
                if something != nothing:
                    yield Finding(
                        "leak",
                        "a door",
                        f"{method} {path} isn't what {NOWHERE} is: {_difference(something, nothing)}",
                        where=path,
                        do="answer with the one 404",
                    )


def _bytes(theatre: Theatre, method: str, path: str, cookie: str) -> bytes:
    """A whole answer as it stands on the wire, but for its date."""
    place = urlsplit(theatre.url)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {place.netloc}", f"Origin: {theatre.url}", "Content-Length: 0"]
    lines += ["Connection: close", *([f"Cookie: {cookie}"] if cookie else [])]
    with socket.create_connection((place.hostname, place.port), timeout=SECONDS) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return DATE.sub(b"", b"".join(iter(lambda: line.recv(65_536), b"")))


def _difference(something: bytes, nothing: bytes) -> str:
    one, other = something.split(b"\r\n"), nothing.split(b"\r\n")
    first = next((pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]), (one[-1], other[-1]))
    return " instead of ".join(f"“{each.decode('latin-1')[:80]}”" for each in first)


def _namespaces(theatre: Theatre) -> Iterator[Finding]:
    for said in (_over_websocket, _over_polling):
        for auth in AUTHS:
            something, nothing = (said(theatre, name, auth).replace(name, "…") for name in (NAMESPACE, NOBODY))
            if something != nothing:
                says = f"connecting with {auth or 'nothing'} is told “{something}”, where nonsense is told “{nothing}”"
                yield Finding("leak", "a door", says, where=NAMESPACE, do="refuse it as what isn't there is refused")


def _over_websocket(theatre: Theatre, namespace: str, auth: str) -> str:
    line = _socket(theatre)
    try:
        return _refused(line, namespace, auth)
    finally:
        line.close()


def _over_polling(theatre: Theatre, namespace: str, auth: str) -> str:
    base = f"{theatre.url}/socket.io/?EIO=4&transport=polling"
    with urllib.request.urlopen(base, timeout=SECONDS) as opened:
        session = json.loads(opened.read()[1:])["sid"]
    connect = urllib.request.Request(f"{base}&sid={session}", f"40{namespace},{auth}".encode())
    with (
        urllib.request.urlopen(connect, timeout=SECONDS) as sent,
        urllib.request.urlopen(f"{base}&sid={session}", timeout=SECONDS) as got,
    ):
        return f"{sent.read().decode()} {got.read().decode()}"


def _socket(theatre: Theatre) -> websocket.WebSocket:
    place = urlsplit(theatre.url).netloc
    line = websocket.create_connection(f"ws://{place}/socket.io/?EIO=4&transport=websocket", timeout=SECONDS)
    line.recv()
    return line


def _refused(line: websocket.WebSocket, namespace: str, auth: str = "") -> str:
    """What a connection to a namespace is told."""
    line.send(f"40{namespace},{auth}")
    while (said := str(line.recv())) == "2":  # a ping
        line.send("3")
    return said


@dataclass
class Probe:
    """A door that is tried again and again on a connection of its own."""

    name: str
    once: Callable[[], object]
    close: Callable[[], None]
    seconds: list[float]

    def time(self) -> None:
        """Try it once more."""
        began = perf_counter()
        self.once()
        self.seconds.append(perf_counter() - began)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000


def _times(theatre: Theatre, probes: int, progress: Progress) -> list[Finding]:
    """The doors and nonsense in turn, so that whatever else the machine does falls on all of them alike."""
    pages = [_page(theatre, path) for path in (NOWHERE, *TIMED)]
    names = [_name(theatre, name) for name in (NOBODY, NAMESPACE)]
    try:
        for at in range(probes):
            for probe in chain(pages, names):
                probe.time()
            progress(at + 1, probes)
    finally:
        for probe in chain(pages, names):
            probe.close()
    return [_held(probe, nothing, probes) for nothing, *others in (pages, names) for probe in others]


def _held(probe: Probe, nothing: Probe, probes: int) -> Finding:
    apart = probe.median_ms - nothing.median_ms
    figures = (
        f"{probe.name} takes {probe.median_ms:.2f} ms, nonsense {nothing.median_ms:.2f} ms: "
        f"{abs(apart):.2f} ms apart (medians of {probes:,} probes each, interleaved)"
    )
    if abs(apart) > CLOSE_MS:
        return Finding("leak", "a door's time", figures, where=probe.name, do="do nothing for it that nonsense doesn't")
    return Finding("good", "a door's time", figures)


def _page(theatre: Theatre, path: str) -> Probe:
    line = http.client.HTTPConnection(urlsplit(theatre.url).netloc, timeout=SECONDS)

    def once() -> None:
        line.request("GET", path)
        line.getresponse().read()

    return Probe(path, once, line.close, [])


def _name(theatre: Theatre, namespace: str) -> Probe:
    line = _socket(theatre)
    return Probe(f"namespace {namespace}", lambda: _refused(line, namespace), line.close, [])
