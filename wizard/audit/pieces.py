"""A recording, taken apart into what words can be searched for in."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from wizard.audit.findings import Finding
from wizard.audit.frames import heard
from wizard.audit.recording import Answered, Recording
from wizard.audit.words import Piece
from wizard.web.assets import FROM_PACKAGES, PACKAGES

VENDOR = "/static/"
SOURCE_MAP = re.compile(r"[#@]\s*sourceMappingURL=([^\s'\"*]+)")
AUTHORS_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "href", "content", "value"}
OPAQUE_HEADERS = {"sec-websocket-accept"}


def pieces_of(recording: Recording) -> Iterator[Piece]:
    """Everything of a recording, down to each payload's keys."""
    for each in recording.answers:
        yield from pieces_of_answer(each)
    for said in heard(recording):
        yield Piece(f"event {said.name}", said.event)
        yield from _payload(f"payload of {said.name}", said.payload)
    for tag, attributes in recording.elements:
        if tag == "#comment":
            yield Piece("a comment in the page", attributes[0][1])
            continue
        yield Piece("elements of the page", f"<{tag}>")
        for name, value in attributes:
            authors = name in AUTHORS_ATTRIBUTES or name.startswith("data-")
            yield Piece("elements of the page", f" {name}=")
            yield Piece(f"attribute {name} of <{tag}>", value, may_be_authors=authors)
    for picture in recording.pictures:
        yield Piece("the page's title", picture.title, may_be_authors=True)
        yield Piece("the page", picture.html, may_be_authors=True)
        for role, name in picture.heard:
            yield Piece("what a screen reader hears", f" {role} ")
            yield Piece("what a screen reader hears", name, may_be_authors=True)
    for kind, values in recording.storage.items():
        for key, value in values.items():
            yield Piece(f"{kind} storage", key)
            yield Piece(f"{kind} storage, under {key}", value, may_be_authors=True)
    for cookie in recording.cookies:
        yield Piece("cookies", cookie["name"])
        yield Piece(f"cookie {cookie['name']}", str(cookie["value"]), opaque=True)
    for line in recording.console:
        yield Piece("the console", line)


def pieces_of_answer(answer: Answered) -> Iterator[Piece]:
    """An answer over HTTP: its address, its headers, and its body, unless that is a package's file as it came."""
    path = urlsplit(answer.url).path
    where = f"{path} ({answer.status})"
    yield Piece("addresses", answer.url)
    for name, value in answer.headers:
        yield Piece(f"headers of {where}", f"{name}: ")
        yield Piece(f"header {name} of {where}", value, opaque=name in OPAQUE_HEADERS)
    if answer.body and not is_packages(path, answer.body):
        text = answer.body.decode("utf-8", "replace")
        yield Piece(where, text, may_be_authors=not path.startswith(VENDOR) and answer.status == 200)
        for inline in inline_maps(text):
            yield Piece(f"source map in {where}", inline)


def is_packages(path: str, body: bytes) -> bool:
    """Whether this is a third party's file, byte for byte as its package has it."""
    named = FROM_PACKAGES.get(path.removeprefix(VENDOR))
    return named is not None and (PACKAGES / named).read_bytes() == body


def changed_packages(answers: list[Answered]) -> Iterator[Finding]:
    """Third-party files that aren't as their packages have them."""
    for path, body in sorted({(urlsplit(each.url).path, each.body) for each in answers if each.body}):
        if path.removeprefix(VENDOR) in FROM_PACKAGES and not is_packages(path, body):
            yield Finding("leak", "a third party's file", "it isn't as its package has it", path, "serve it as it came")


def inline_maps(text: str) -> Iterator[str]:
    """Source maps that stand in a file itself."""
    for found in SOURCE_MAP.finditer(text):
        scheme, _, rest = found[1].partition(":")
        if scheme == "data":
            content = rest.partition(",")[2]
            yield base64.b64decode(content + "==").decode("utf-8", "replace") if ";base64" in rest else unquote(content)


def linked_maps(answer: Answered) -> Iterator[str]:
    """Addresses of the source maps that a file names, in itself or in a header."""
    named = [value for name, value in answer.headers if name in ("sourcemap", "x-sourcemap")]
    if answer.body:
        named += [found[1] for found in SOURCE_MAP.finditer(answer.body.decode("utf-8", "replace"))]
    for each in named:
        if not each.startswith("data:"):
            yield urljoin(answer.url, each)


def _payload(where: str, value: Any) -> Iterator[Piece]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield Piece(where, f" {key} ")
            yield from [Piece(where, str(inner), opaque=True)] if key == "sid" else _payload(where, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _payload(where, inner)
    elif isinstance(value, str):
        yield Piece(where, value, may_be_authors=True)
