"""Reads scripts as far as texts go: what `_` and `ngettext` are called with, what stands in html`…`, other strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "\0"
WORD = re.compile(r"[A-Za-z_$][\w$]*")
REGEX = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'")
SKIPPED = re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.DOTALL)
MARKS = ("_", "ngettext")


@dataclass(frozen=True)
class Call:
    """A marked text, with its plural if it has one."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Html:
    """What stands in html`…`, with `HOLE` for every value."""

    text: str


@dataclass(frozen=True)
class Plain:
    """A string, or a template with `HOLE` for every value, that isn't marked. `after` is the code before it."""

    text: str
    after: str


Piece = Call | Html | Plain


def scan(source: str) -> list[Piece]:
    """Every piece of text in a script."""
    pieces: list[Piece] = []
    _code(source, 0, pieces, inside=False)
    return pieces


def _code(source: str, at: int, pieces: list[Piece], *, inside: bool) -> int:
    """Read code up to its end, or `inside` a template up to the brace that closes it; where that is."""
    depth, before, marked = 0, "", 0
    while at < len(source):
        if skipped := SKIPPED.match(source, at):
            at = skipped.end()
        elif (word := WORD.match(source, at)) is not None:
            at = word.end()
            call = re.compile(r"\(\s*").match(source, at)
            if word[0] in MARKS and call and before != "function":
                texts = _strings(source, call.end())
                if texts:
                    pieces.append(Call(texts[: 1 if word[0] == "_" else 2]))
                    marked = call.end()
            before = word[0]
        elif (string := STRING.match(source, at)) is not None:
            if not (marked and _is_argument(source, marked, at)):
                pieces.append(Plain(_value(string[0]), before))
            at, before = string.end(), "string"
        elif source[at] == "`":
            parts: list[str] = []
            name, at = before, at + 1
            while source[at] != "`":
                if source.startswith("${", at):
                    at = _code(source, at + 2, pieces, inside=True) + 1
                    parts.append(HOLE)
                else:
                    size = 2 if source[at] == "\\" else 1
                    parts.append(source[at : at + size])
                    at += size
            pieces.append(Html("".join(parts)) if name == "html" else Plain("".join(parts), name))
            at, before = at + 1, "template"
        elif (
            source[at] == "/"
            and (before == "" or before in "(,=:[!&|?{};+return=>")
            and (regex := REGEX.match(source, at))
        ):
            at, before = regex.end(), "regex"
        else:
            if source[at] == "{":
                depth += 1
            if source[at] == "}":
                if inside and depth == 0:
                    return at
                depth -= 1
            before, at = source[at], at + 1
    return at


def _strings(source: str, at: int) -> tuple[str, ...]:
    texts = []
    while string := STRING.match(source, at):
        texts.append(_value(string[0]))
        comma = re.compile(r"\s*,\s*").match(source, string.end())
        if not comma:
            break
        at = comma.end()
    return tuple(texts)


def _is_argument(source: str, start: int, at: int) -> bool:
    """Whether nothing but strings and commas stands between the two."""
    return not STRING.sub("", source[start:at]).strip(", \n")


def _value(string: str) -> str:
    inner = string[1:-1]
    if string[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    return str(json.loads(f'"{inner}"', strict=False)) if re.fullmatch(r'(?:[^\\]|\\["\\/bfnrtu])*', inner) else inner


ATTRIBUTE = re.compile(
    r"""\b(title|aria-label|placeholder|alt|aria-description|legend|says|any|label)=(?:"([^"]*)"|'([^']*)')"""
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
INSIDE_TAG = re.compile(r"<[^<>]*>")


def unmarked_in_html(html: str) -> Iterator[str]:
    """What people would read of this HTML as it stands."""
    whole = re.sub(r"<kbd>[^<]*</kbd>", "", html.replace("=>", "="))
    for tag in INSIDE_TAG.findall(whole):
        for _, one, other in ATTRIBUTE.findall(tag):
            if LETTERS.search((one or other).replace(HOLE, "")):
                yield one or other
    for text in re.split(r"<(?:/?[\w!\0][^<>]*|/)>", whole):
        said = re.sub(r"&\w+;", "", text.replace(HOLE, " ")).strip()
        if LETTERS.search(said):
            yield said
