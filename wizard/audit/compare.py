"""What differs in kind between a conversation that a person answered and the same one answered by a program.

Normalised away, and nothing else: times, numbers of bytes, ids and secrets of the same form, what the clock
says in words, how many `words` frames a message comes in, and how long the dots last, which is the timing's to judge.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from wizard.audit.findings import Finding
from wizard.audit.frames import ReadFrame, heard
from wizard.audit.recording import BY_CHANCE, Answered, Recording

FREE_HEADERS = {"date", "sec-websocket-accept", "content-length", "last-modified"}
"""Compared by their form alone: each is another one every time."""
UNCHANGED = 304
FREE_QUERY = {"sid", "t"}
FREE_ATTRIBUTES = {"datetime", "title", "style", "data-text", "value"}
FREE_KEYS = {"text", "html", "at", "n", "keep", "sid", "task", "say", "busy", "debriefing", "name", "value", "title"}
"""Of payloads: here the kind of a value counts, everywhere else the value too."""
UNORDERED = {"thinking", "state"}
"""Events that come when the clock says so; what they say in which order is looked at by itself."""
WAITING = {".say", ".busy", ".state.busy"}
"""What is said to whoever waits long: whether it comes to that is the timing's to judge, and when, the protocol's."""
SOMETIMES = {"ping", "close", "receipt of withdraw"}
"""Frames that come every so many seconds, or that the page may be too quick to wait for: it is closing the line."""
TIMES = re.compile(r"just now|\d+ min ago|yesterday|\d+ (hours?|days?) ago")
EXPIRES = re.compile(r"Expires=[^;]+")
PORT = re.compile(r"//127\.0\.0\.1:\d+")
SHOWN = 5


def compare(person: Sequence[Recording], program: Sequence[Recording]) -> list[Finding]:
    """Every difference of kind between the same acts of both; one finding of level `good` where there is none.

    Kinds are held against each other over all acts: whoever waits longer in one sees in it what the other sees later.
    """
    found: list[Finding] = []
    for what, kinds in KINDS.items():
        found += _differences(what, chain.from_iterable(map(kinds, person)), chain.from_iterable(map(kinds, program)))
    for one, other in zip(person, program, strict=True):
        found += _orders(one, other)
    if found:
        return found
    answers, frames = sum(len(each.answers) for each in person), sum(len(each.frames) for each in person)
    elements, steps = len(set().union(*(each.elements for each in person))), sum(len(each.steps) for each in person)
    says = (
        f"no difference of kind in {steps} steps, {answers} answers, {frames} frames and {elements} kinds of elements"
    )
    return [Finding("good", "person and program", says)]


def _differences(what: str, person: Iterable[str], program: Iterable[str]) -> Iterator[Finding]:
    one, other = set(person), set(program)
    for who, only in (("person", one - other), ("program", other - one)):
        for each in sorted(only)[:SHOWN]:
            yield Finding("leak", what, f"only where a {who} answers: {each}", do="make it the same for both")
        if len(only) > SHOWN:
            yield Finding("leak", what, f"and {len(only) - SHOWN} more only where a {who} answers")


def _answers(recording: Recording) -> Iterator[str]:
    for each in recording.answers:
        yield f"{_address(each.url)} answered with {200 if each.status == UNCHANGED else each.status}"


def _headers(recording: Recording) -> Iterator[str]:
    for each in _whole(recording):
        for name, value in each.headers:
            yield f"{_address(each.url)} ({each.status}): {name}: {_header(name, value)}"


def _bodies(recording: Recording) -> Iterator[str]:
    for each in _whole(recording):
        if each.body and "/socket.io/" not in each.url:
            yield f"{_address(each.url)} ({each.status}): other bytes, {hashlib.sha256(each.body).hexdigest()[:12]}"


def _whole(recording: Recording) -> list[Answered]:
    """The answers that came whole: a browser asks for what it has already whenever it likes."""
    return [each for each in recording.answers if each.status != UNCHANGED]


def _address(url: str) -> str:
    parts = urlsplit(url)
    query = "&".join(
        f"{name}={form_of(value) if name in FREE_QUERY else value}" for name, value in parse_qsl(parts.query)
    )
    return parts.path + (f"?{query}" if query else "")


def _header(name: str, value: str) -> str:
    if name == "set-cookie":
        secret, _, attributes = value.partition(";")
        return f"{secret.split('=')[0]}={form_of(secret.partition('=')[2])};{EXPIRES.sub('Expires=…', attributes)}"
    return form_of(value) if name in FREE_HEADERS else value


def form_of(value: str) -> str:
    """What an opaque value looks like: how long it is and of which characters."""
    if value.isdigit():
        return "a number"
    kinds = [(r"[0-9a-f]+", "hex"), (r"[A-Za-z0-9_-]+", "characters of URLs"), (r"[A-Za-z0-9+/=]+", "base64")]
    for pattern, kind in kinds:
        if re.fullmatch(pattern, value):
            return f"{len(value)} {kind}"
    return "text"


def _payloads(recording: Recording) -> Iterator[str]:
    for each in heard(recording):
        if each.name in SOMETIMES:
            continue
        for path in _paths(each.payload, ""):
            if path.partition(" ")[0] not in WAITING:
                yield f"{each.name}{path}"


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path}[]")
    else:
        last = path.rpartition(".")[2].removesuffix("[]")
        free = last in FREE_KEYS or not path
        yield f"{path} is {type(value).__name__}" if free else f"{path} is {value!r}"


def _elements(recording: Recording) -> Iterator[str]:
    for tag, attributes in recording.elements:
        told = " ".join(name if name in FREE_ATTRIBUTES else f'{name}="{value}"' for name, value in attributes)
        yield f"<{tag} {told}>" if told else f"<{tag}>"


def _heard_names(recording: Recording) -> Iterator[str]:
    """What a screen reader is given. Texts are compared where they stand in elements, as bytes of frames."""
    for picture in recording.pictures:
        for role, name in picture.heard:
            if role not in ("StaticText", "InlineTextBox"):
                yield f"{picture.step}: {role} {TIMES.sub('‹time›', name)!r}"


def _titles(recording: Recording) -> Iterator[str]:
    return (f"{picture.step}: {picture.title!r}" for picture in recording.pictures)


def _storage(recording: Recording) -> Iterator[str]:
    for kind, values in recording.storage.items():
        for key in values:
            yield f"{kind} storage: {':'.join(_part(part) for part in key.split(':'))}"


def _part(part: str) -> str:
    return f"‹{form_of(part)}›" if re.fullmatch(r"[0-9a-f]{16,}", part) else part


def _cookies(recording: Recording) -> Iterator[str]:
    for cookie in recording.cookies:
        rest = {name: value for name, value in cookie.items() if name not in ("value", "expires", "domain")}
        yield f"{rest}, {form_of(str(cookie['value']))}, {'kept' if cookie['expires'] > 0 else 'for this visit'}"


def _console(recording: Recording) -> Iterator[str]:
    return (PORT.sub("//…", line) for line in recording.console)


KINDS: dict[str, Callable[[Recording], Iterator[str]]] = {
    "addresses": _answers,
    "headers": _headers,
    "bytes": _bodies,
    "payloads": _payloads,
    "elements": _elements,
    "what a screen reader hears": _heard_names,
    "titles": _titles,
    "storage": _storage,
    "cookies": _cookies,
    "the console": _console,
}


def _orders(person: Recording, program: Recording) -> Iterator[Finding]:
    """Whether the same things came in the same order, step by step."""
    one, other = _by_step(heard(person)), _by_step(heard(program))
    for step in one:
        if step in other and step != BY_CHANCE and one[step] != other[step]:
            says = f"in “{step}” a person's is {', '.join(one[step])}; a program's is {', '.join(other[step])}"
            yield Finding("leak", "order of frames", says, do="let the pacing alone decide what comes when")


def _by_step(frames: list[ReadFrame]) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = defaultdict(list)
    for each in frames:
        came = steps[each.step]
        if each.name not in UNORDERED | SOMETIMES and not (each.name == "words" and came[-1:] == ["words"]):
            came.append(each.name)
    return steps
