"""What no client should send: frames and requests, made by category from a seeded source."""
# ruff: noqa: E501 - a list of what is wrong reads better wide than one to a line

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

FRAME_LIMIT = 100_000
"""Bytes, as docs/protocol.md says."""
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


@dataclass(frozen=True)
class Frame:
    """Bytes for a socket.

    `number` is of the answer that is due; `ends` says that the connection must end, `leaves` that it leaves
    the namespace.
    """

    raw: bytes
    number: int | None = None
    ends: bool = False
    leaves: bool = False


@dataclass(frozen=True)
class Request:
    """Bytes for a new connection. `silent` if they make no request that could be answered."""

    raw: bytes
    silent: bool = False


@dataclass(frozen=True)
class At:
    """Where frames go: the namespace, an event with required fields, and a good payload of it."""

    namespace: str
    event: str
    payload: dict[str, Any]


CHAT = At("/chat", "send", {"id": "bad", "text": "hello"})
DESK = At("/desk", "reply", {"session": "s1", "id": "bad", "text": "hello", "labels": {"intent": "lost"}})

MakesFrame = Callable[[Random, At, int], Frame]
MakesRequest = Callable[[Random, str], Request]


def websocket_frame(
    payload: bytes, opcode: int = TEXT, *, first: int | None = None, length: int | None = None
) -> bytes:
    """A masked frame; `first` and `length` replace its first byte and the length that it claims."""
    claimed = len(payload) if length is None else length
    head = bytes([0x80 | opcode if first is None else first])
    if claimed < 126:
        head += bytes([0x80 | claimed])
    elif claimed < 65_536:
        head += bytes([0x80 | 126]) + struct.pack("!H", claimed)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", claimed)
    mask = os.urandom(4)
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")
    return head + mask + masked


def _text(text: str) -> bytes:
    return websocket_frame(text.encode("utf-8", "surrogatepass"))


def _event(at: At, number: int, rest: str) -> Frame:
    return Frame(_text(f"42{at.namespace},{number}{rest}"), number)


def _with_payload(at: At, number: int, payload: str) -> Frame:
    return _event(at, number, f'["{at.event}",{payload}]')


def _with_field(at: At, number: int, name: str, value: str) -> Frame:
    """The good payload with one field said otherwise, as bare JSON."""
    fields = {key: json.dumps(each) for key, each in at.payload.items()} | {name: value}
    return _with_payload(at, number, "{" + ",".join(f"{json.dumps(key)}:{each}" for key, each in fields.items()) + "}")


def _deep(rng: Random, most: int) -> str:
    depth = rng.choice([400, 990, 1_100, 5_000, most])
    depth = min(depth, most)
    opening, closing = rng.choice([("[", "]"), ('{"":', "}")])
    depth = min(depth, most * 2 // (len(opening) + len(closing)))
    return opening * depth + "1" + closing * depth


SURROGATES = [r"\ud800", r"\udfff\ud800", r"a\udc00b", r"\ud83d"]
NOT_A_TEXT = [
    "null",
    "5",
    "true",
    "[]",
    "{}",
    "[[]]",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    '""',
    '"  "',
    r'"\u0000"',
    '["x"]',
]
NOT_A_PAYLOAD = ["5", "true", '"x"', "[]", "[{}]", "1e999", "0.1", "null", '""', "false", "[1,2]"]
NOT_A_LIST = [
    "",
    "null",
    "true",
    "{}",
    '"send"',
    '{"0":"send"}',
    "[]",
    "[null]",
    "[5,{}]",
    "[[]]",
    '[{},"send"]',
    "[true,{}]",
]
RESERVED = ["connect", "disconnect", "message", "connect_error", "*", "error", "ping", "", "__class__", "admit", "left"]


def wrong_payload(rng: Random, at: At, number: int) -> Frame:
    return _with_payload(at, number, rng.choice(NOT_A_PAYLOAD))


def wrong_field(rng: Random, at: At, number: int) -> Frame:
    return _with_field(at, number, rng.choice(["id", "text"]), rng.choice(NOT_A_TEXT))


def unknown_field(rng: Random, at: At, number: int) -> Frame:
    name = rng.choice(["x", "", "a\nb\nc\nd", "\x1b[31m", "ok", "__proto__", "x" * 5_000, "é" * 300, "\u2028", "at\0"])
    return _with_field(at, number, name, "1")


def surrogate_in_a_field(rng: Random, at: At, number: int) -> Frame:
    return _with_field(at, number, rng.choice(["id", "text"]), f'"{rng.choice(SURROGATES)}"')


def surrogate_in_a_name(rng: Random, at: At, number: int) -> Frame:
    return _with_payload(at, number, f'{{"{rng.choice(SURROGATES)}":1}}')


def wrong_label(rng: Random, at: At, number: int) -> Frame:
    name = rng.choice([*SURROGATES, r"\u0000", r"a\nb\nc\nd", "", "x" * 3_000, r"\u001b[2J"])
    value = rng.choice(["5", "{}", "[]", f'"{rng.choice(SURROGATES)}"', r'"\u0000"', "1e999", "NaN", '"nothing-known"'])
    return _with_field(at, number, "labels", f'{{"{name}":{value}}}')


def not_a_number(rng: Random, at: At, number: int) -> Frame:
    value = rng.choice(
        ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 4_000, "9" * 6_000, "-1", "0.5", '"1"', "true"]
    )
    if at.namespace == "/chat":
        return _event(at, number, f'["sync",{{"after":{value.replace("1" * 4_000, "-7")}}}]')
    return _with_field(
        at, number, rng.choice(["upto", "seconds"]), value if value not in ("0.5", '"1"', "true") else "-2"
    )


def deep_json(rng: Random, at: At, number: int) -> Frame:
    deep = _deep(rng, 45_000)
    return rng.choice([_with_payload, lambda a, n, d: _with_field(a, n, "text", d), _event])(at, number, deep)


def too_long_a_text(rng: Random, at: At, number: int) -> Frame:
    return _with_field(
        at, number, rng.choice(["text", "id"]), '"' + rng.choice("xé") * rng.randint(16_000, 45_000) + '"'
    )


def unknown_event(rng: Random, at: At, number: int) -> Frame:
    name = rng.choice([*RESERVED, "x" * rng.randint(1, 50_000), "Send", "send ", "a\nb", rng.choice(SURROGATES)])
    quoted = json.dumps(name) if name not in SURROGATES else f'"{name}"'
    return _event(at, number, f"[{quoted},{json.dumps(at.payload)}]")


def not_an_event(rng: Random, at: At, number: int) -> Frame:
    return _event(at, number, rng.choice(NOT_A_LIST))


def too_many_arguments(rng: Random, at: At, number: int) -> Frame:
    return _event(at, number, json.dumps([at.event, *[at.payload] * rng.choice([0, 2, 3, 500])]))


def broken_json(rng: Random, at: At, number: int) -> Frame:
    whole = json.dumps([at.event, at.payload])
    cut = rng.randint(1, len(whole) - 1)
    return _event(
        at, number, rng.choice([whole[:cut], whole + "]", whole.replace('"', "'"), whole + "\0", "[" + whole, "[,"])
    )


def promised_attachments(rng: Random, at: At, number: int) -> Frame:
    promised = rng.choice(["0", "1", "2", "9", "1000", "999999999"])
    payload = rng.choice(['{"_placeholder":true,"num":0}', '{"id":"x","text":{"_placeholder":true,"num":-1}}', "{}"])
    return Frame(_text(f'45{promised}-{at.namespace},{number}["{at.event}",{payload}]'), number)


def long_number(rng: Random, at: At, number: int) -> Frame:
    long = int(f"{rng.randint(1, 9)}{number:05}{'7' * rng.randint(15, 90)}")
    return Frame(_text(f'42{at.namespace},{long}["nothing",{{}}]'), long)


def bad_number(rng: Random, at: At, number: int) -> Frame:
    bad = rng.choice(["9" * 101, "9" * 5_000, "-1", "1.5", "²", "٣", "+1", "0x10", " 1"])
    return Frame(_text(f"42{at.namespace},{bad}{json.dumps(['nothing', at.payload])}"))


def another_namespace(rng: Random, at: At, number: int) -> Frame:
    elsewhere = rng.choice(
        ["/nope", "/", "/admin", "/" + "n" * 50_000, "/chat\0", "/chat/../desk", "/*", "/ch\nat", "/?", "/chat2?x=1 "]
    )
    return Frame(
        _text(rng.choice(["42{},{}{}", "40{},{}{}", "41{},", "451-{},{}{}"]).format(elsewhere, number, '["send",{}]'))
    )


def default_namespace(rng: Random, at: At, number: int) -> Frame:
    return Frame(
        _text(rng.choice(['42["send",{}]', f'42{number}["send",{{}}]', "40", "41", '40{"invite":1}', "42", "4"]))
    )


def wrong_packet(rng: Random, at: At, number: int) -> Frame:
    kind = rng.choice(["43", "44", "46", "461-", "47", "48", "49", "4x", "4-", "4é", "4٣"])
    return Frame(_text(f"{kind}{at.namespace},{number}{rng.choice(['[]', '{}', '', 'x' * 40_000])}"))


def engine_json(rng: Random, at: At, number: int) -> Frame:
    whole = rng.choice(
        ["{}", "[]", '{"a":"' + "x" * 40_000 + '"}', "true", "null", "-1", "-0", '["2"]', '"2"', '"x"', "1e5", "[[]]"]
    )
    return Frame(_text("4" + rng.choice([whole, _deep(rng, 45_000)])))


def wrong_engine_packet(rng: Random, at: At, number: int) -> Frame:
    return Frame(
        _text(
            rng.choice(
                ["0", "2probe", "2x", "3", "5", "6", "7", "8", "9", "", " ", "x", "٣", "b", "bAAAA", "b*", "😀", "\0"]
            )
        )
    )


def connect_again(rng: Random, at: At, number: int) -> Frame:
    auth = rng.choice(
        [
            "{}",
            "[]",
            "5",
            '""',
            '{"invite":5}',
            '{"key":[]}',
            '{"key":"\\ud800"}',
            _deep(rng, 40_000),
            '{"a":1e999}',
            "{",
        ]
    )
    return Frame(_text(f"40{at.namespace},{auth}"))


def leave(rng: Random, at: At, number: int) -> Frame:
    return Frame(_text(rng.choice([f"41{at.namespace},", f"41{at.namespace}", "1"])), leaves=True)


def binary(rng: Random, at: At, number: int) -> Frame:
    return Frame(websocket_frame(rng.randbytes(rng.randint(0, 500)), BINARY), ends=True)


def text_as_binary(rng: Random, at: At, number: int) -> Frame:
    return Frame(websocket_frame(f'42{at.namespace},{number}["{at.event}",{{}}]'.encode(), BINARY), ends=True)


def not_utf8(rng: Random, at: At, number: int) -> Frame:
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82"])
    return Frame(
        websocket_frame(f'42{at.namespace},{number}["{at.event}",{{"text":"'.encode() + bad + b'"}]'), ends=True
    )


def protocol_error(rng: Random, at: At, number: int) -> Frame:
    kind = rng.randrange(8)
    if kind == 0:  # not masked
        return Frame(b"\x81\x024x", ends=True)
    if kind == 1:  # reserved bits
        return Frame(websocket_frame(b"4x", first=rng.choice([0xC1, 0xE1, 0xD1, 0xF1])), ends=True)
    if kind == 2:  # opcodes that aren't
        return Frame(websocket_frame(b"4x", rng.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])), ends=True)
    if kind == 3:  # a control frame in parts
        return Frame(websocket_frame(b"x", first=rng.choice([CLOSE, PING])), ends=True)
    if kind == 4:  # a control frame that is too long
        return Frame(websocket_frame(b"x" * 300, PING), ends=True)
    if kind == 5:  # goes on with what never began
        return Frame(websocket_frame(b"x", 0), ends=True)
    if kind == 6:  # begins anew in the middle
        return Frame(websocket_frame(b"4x", first=TEXT) + websocket_frame(b"4x"), ends=True)
    return Frame(
        websocket_frame(rng.choice([b"\x03", b"\x00\x00", b"\x03\xef\xff", b"\xff\xff", b""]), CLOSE), ends=True
    )


def too_large(rng: Random, at: At, number: int) -> Frame:
    kind = rng.randrange(3)
    if kind == 0:  # JSON 200,000 deep
        deep = "[" * 200_000 + "]" * 200_000
        return Frame(_text(f'42{at.namespace},{number}["{at.event}",{deep}]'), ends=True)
    if kind == 1:  # claims more than there will ever be
        return Frame(
            websocket_frame(b"4x", length=rng.choice([FRAME_LIMIT + 1, 2**31, 2**63 - 1, 2**64 - 1])), ends=True
        )
    part = b"x" * 60_000  # small parts of something endless
    return Frame(websocket_frame(b"42", first=TEXT) + websocket_frame(part, first=0) * 3, ends=True)


FRAMES: dict[MakesFrame, int] = {
    wrong_payload: 4, wrong_field: 6, unknown_field: 4, surrogate_in_a_field: 4, surrogate_in_a_name: 3, not_a_number: 4,
    deep_json: 3, too_long_a_text: 2, unknown_event: 5, not_an_event: 5, too_many_arguments: 3, broken_json: 5,
    promised_attachments: 4, long_number: 2, wrong_label: 4, bad_number: 3, another_namespace: 3, default_namespace: 2,
    wrong_packet: 3, engine_json: 3, wrong_engine_packet: 3, connect_again: 3, leave: 2, binary: 2, text_as_binary: 1,
    not_utf8: 2, protocol_error: 4, too_large: 1,
}  # fmt: skip
"""Each category, and its share."""
ONLY_DESK = {wrong_label}


# HTTP


def _request(line: str | bytes, *headers: str | bytes, body: bytes = b"", host: bool = True) -> bytes:
    first = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
    lines = [first, *([b"Host: 127.0.0.1"] if host else []), b"Connection: close"]
    lines += [each if isinstance(each, bytes) else each.encode("utf-8", "surrogatepass") for each in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _post(
    path: str, seat: str, body: bytes, *headers: str | bytes, kind: str = "application/x-www-form-urlencoded"
) -> bytes:
    own = (f"Cookie: seat={seat}", "Origin: http://127.0.0.1", f"Content-Type: {kind}", f"Content-Length: {len(body)}")
    return _request(f"POST {path} HTTP/1.1", *own, *headers, body=body)


PAGES = [
    "/",
    "/studio",
    "/studio/people",
    "/studio/data",
    "/static/shared/base.css",
    "/c/abcdefghjk",
    "/nonsense",
]


def odd_method(rng: Random, seat: str) -> Request:
    method = rng.choice(
        [
            "BREW",
            "get",
            "TRACE",
            "CONNECT",
            "OPTIONS",
            "PATCH",
            "PUT",
            "DELETE",
            "X" * 3_000,
            "PRI",
            "GÉT",
            "G\0ET",
            "-",
        ]
    )
    return Request(_request(f"{method} {rng.choice([*PAGES, '/socket.io/?EIO=4'])} HTTP/1.1", f"Cookie: seat={seat}"))


def odd_request_line(rng: Random, seat: str) -> Request:
    lines = ["GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 x", "GET / HTTP/9.9", "GET / HTTP/x", "GET / HTTP/1.99999999999", "GET / http/1.1",
             "GET * HTTP/1.1", "GET http://evil.example/studio HTTP/1.1", "GET / HTTP/-1.0", "GET /\x0b HTTP/1.1", "/ GET HTTP/1.1", "GET ? HTTP/1.1",
             "GET / HTTP/2.0", "GET # HTTP/1.1", "GET //[ HTTP/1.1", "GET http://[ HTTP/1.1"]  # fmt: skip
    return Request(_request(rng.choice(lines)), silent=True)


def huge_headers(rng: Random, seat: str) -> Request:
    headers = rng.choice([
        ["X: " + "x" * 9_000], ["X" * 9_000 + ": x"], [f"X-{at}: " + "x" * 4_000 for at in range(20)],
        [f"X-{at}: y" for at in range(150)], ["Cookie: seat=" + "x" * 7_000], ["Cookie: " + "a=b; " * 1_200],
    ])  # fmt: skip
    return Request(_request("GET /studio HTTP/1.1", *headers))


def odd_header(rng: Random, seat: str) -> Request:
    header = rng.choice([b"no colon", b": no name", b"X\0: y", b"X: \0", b"X: \xff\xfe", b" folded: x", b"X:\ty", b"X Y: z", b"Expect: 100-continue",
                          b"Expect: nonsense", b"Range: bytes=abc", b"Range: bytes=9-1,-,5-", b"If-None-Match: \"", b"If-Modified-Since: yesterday",
                          b"Accept-Encoding: ;;q=x,gzip;q=z", b"Upgrade: websocket", b"Accept-Language: " + b"\xff" * 50, b"Content-Type: \0",
                          b"X-Forwarded-For: \xff", b"Sec-Purpose: prefetch\0", b"If-Range: x"])  # fmt: skip
    return Request(_request(f"GET {rng.choice(PAGES)} HTTP/1.1", header, f"Cookie: seat={seat}"))


def odd_host(rng: Random, seat: str) -> Request:
    host = rng.choice(
        [
            "",
            "[",
            "]",
            "a b",
            "é",
            "user@host",
            "h" * 5_000,
            "x:99999999",
            "x:y",
            "..",
            "a..b",
            "\0",
            "[::1",
            "http://x/",
            "x/y?z#",
        ]
    )
    line = f"{rng.choice(['GET', 'POST'])} {rng.choice(PAGES)} HTTP/1.1"
    headers = [f"Host: {host}"] if host != "." else []
    return Request(_request(line, *headers, f"Origin: http://{host}", f"Cookie: seat={seat}", host=False))


def odd_cookie(rng: Random, seat: str) -> Request:
    cookie = rng.choice([b"seat=\xff\xfe", b"seat=\xed\xa0\x80", b"seat=\"\\355\\240\\200\"", b"seat=;;;===", b"=", b"seat", b"visit=\0; seat=\0",
                          b"seat=\"", b"; ; ;", b"seat=%00", b"visit=" + b"\xf0\x9f\x98\x80" * 500, b"session=.eJw", b"$Version=1; seat=x"])  # fmt: skip
    return Request(_request(f"GET {rng.choice(PAGES)} HTTP/1.1", b"Cookie: " + cookie))


def odd_length(rng: Random, seat: str) -> Request:
    length = rng.choice(
        [
            "-1",
            "abc",
            "1e3",
            "99999999999999999999",
            "5, 6",
            "+5",
            "0x10",
            "٣",
            "1_0",
            "",
            " ",
            "5\0",
            "1" * 5_000,
            "1000001",
            "-0",
        ]
    )
    path = rng.choice(["/studio/people", "/nonsense", "/socket.io/?EIO=4&transport=polling&sid=x"])
    headers = [f"Content-Length: {length}", "Origin: http://127.0.0.1", f"Cookie: seat={seat}"]
    headers += rng.choice([[], ["Content-Length: 7"], ["Transfer-Encoding: chunked"]])
    return Request(_request(f"POST {path} HTTP/1.1", *headers, body=b"name=Ann"))


def odd_chunks(rng: Random, seat: str) -> Request:
    body = rng.choice(
        [
            b"zz\r\nxx\r\n",
            b"-5\r\nhello\r\n",
            b"5\r\nhel",
            b"ffffffffffffffff\r\nx",
            b"",
            b"0\r\n",
            b"5;x\r\nhello\r\n0\r\n\r\n",
            b"\xff\r\n",
        ]
    )
    path = rng.choice(["/studio/people", "/nonsense", "/" + "n" * 7_000])
    kept = _request(
        f"POST {path} HTTP/1.1",
        "Transfer-Encoding: chunked",
        "Origin: http://127.0.0.1",
        f"Cookie: seat={seat}",
        body=body,
    )
    return Request(rng.choice([kept, kept.replace(b"Connection: close", b"Connection: keep-alive")]))


def odd_path(rng: Random, seat: str) -> Request:
    path = rng.choice(["/static/../../etc/passwd", "/static/..%2f..%2fetc%2fpasswd", "/static/chat/../../wizard/cli.py", "/static/chat/%2e%2e/%2e%2e/app.py",
                        "/static/chat/%00.js", "/static/chat/x%00/../a.js", "/static/shared/" + "a" * 5_000 + ".js", "/static//etc/passwd",
                        "/static/vendor/..\\..\\x.js", "/static/chat/" + "a/" * 2_000 + "x.css", "/static/vendor/socket.io.js/x.js", "/static/chat/",
                        "//", "//static", "//evil.example/studio", "/c//x", "/studio//data", "/studio/", "/%", "/%zz", "/c/%ff", "/c/%c0%af", "/%u1234",
                        "/c/%00", "/c/" + "x" * 7_000, "/studio/in/%ED%A0%80", "/studio/in/%00", "/studio/data/%00/csv", "/studio/data/x/..",
                        "/studio/data/%ff/%fe", "/studio/data/at-once/%00", "/c/\xff", "/static/shared/base.css%0d%0aX:y", "/?" + "a=b&" * 1_500,
                        "/x" * 3_900, "/c/%F0%9F%98%80", "/studio?\0", "/socket.io", "/socket.io/..", "/studio/data/con/csv"])  # fmt: skip
    return Request(_request(f"GET {path} HTTP/1.1", *rng.choice([[], [f"Cookie: seat={seat}"]])), silent="\0" in path)


def huge_url(rng: Random, seat: str) -> Request:
    return Request(_request(f"GET /{'x' * rng.choice([8_185, 8_192, 9_000, 70_000])} HTTP/1.1"))


def odd_body(rng: Random, seat: str) -> Request:
    urlencoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
    body, kind = rng.choice([
        (b"name=" + b"x" * 1_500_000, urlencoded), (b"a=b&" * 100_000, urlencoded), (b"name=%ED%A0%80&seat=owner", urlencoded),
        (b"name=%00&seat=owner", urlencoded), (b"name=\xff\xfe&seat=\xff", urlencoded), (b"name=x&seat=%00", urlencoded),
        (b"name=" + b"%0a" * 5_000, urlencoded), (b"--x\r\nnonsense", multipart), (b"--x--", multipart + "; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAnn", multipart + "; boundary=x"),
        (b"--x\r\n\r\n" * 20_000, multipart + "; boundary=x"), (b"{" * 50_000, "application/json"), (b"x", multipart + "; boundary=" + "b" * 900),
        (b"name=A&seat=wizard", urlencoded + "; charset=nonsense"), (b"\0" * 100, "\0"), (b"name&seat&=&==&;", urlencoded),
    ])  # fmt: skip
    return Request(_post(rng.choice(["/studio/people", "/studio/people", "/studio/out/x", "/"]), seat, body, kind=kind))


def wrong_origin(rng: Random, seat: str) -> Request:
    origin = rng.choice(["http://evil.example", "null", "http://[", "http://[::1", "", "x", "http://127.0.0.1:1", "http://" + "x" * 5_000,
                          "http://é", "//", "http://\u2100", "http://127.0.0.1@evil.example", "\0", "http://[v1.x]", "http://]"])  # fmt: skip
    if rng.random() < 0.5:
        return Request(
            _request("GET /socket.io/?EIO=4&transport=polling HTTP/1.1", f"Origin: {origin}", f"Cookie: seat={seat}")
        )
    body = b"name=Ann&seat=owner"
    headers = [f"Origin: {origin}", f"Cookie: seat={seat}", f"Content-Length: {len(body)}"]
    return Request(_request("POST /studio/people HTTP/1.1", *headers, body=body))


def odd_handshake(rng: Random, seat: str) -> Request:
    query = rng.choice(["EIO=3&transport=polling", "EIO=x", "", "EIO=4&transport=ftp", "EIO=4&transport=polling&sid=%00", "EIO=4&sid=" + "x" * 5_000,
                         "EIO=4&transport=polling&j=x", "EIO=4&transport=websocket", "transport=%ff", "EIO=4&EIO=5", "a;b;c", "EIO=4&transport=polling&j=-1"])  # fmt: skip
    return Request(
        _request(
            f"{rng.choice(['GET', 'POST', 'PUT', 'OPTIONS'])} /socket.io/?{query} HTTP/1.1", f"Cookie: seat={seat}"
        )
    )


def odd_upgrade(rng: Random, seat: str) -> Request:
    upgrade = rng.choice([
        [], ["Sec-WebSocket-Version: 99"], ["Sec-WebSocket-Version: 13"], ["Sec-WebSocket-Version: x", "Sec-WebSocket-Key: x"],
        ["Origin: http://127.0.0.1"], ["Origin: http://127.0.0.1", "Sec-WebSocket-Key1: 1 2", "Sec-WebSocket-Key2: 3"],
        ["Sec-WebSocket-Key1: 12 3", "Sec-WebSocket-Key2: 4 5"], ["Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: \xff\xff"],
        ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=x"],
        ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: x"],
    ])  # fmt: skip
    line = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1"
    raw = _request(line, "Upgrade: websocket", *upgrade).replace(b"Connection: close", b"Connection: Upgrade")
    return Request(raw + rng.choice([b"", b"\0\0\0\0", b"\xff\xff\xff", b"12345678\x00x\xff"]))


def no_request(rng: Random, seat: str) -> Request:
    hello = bytes.fromhex("1603010200010001fc0303") + rng.randbytes(500)
    cut = _request("GET /studio HTTP/1.1", f"Cookie: seat={seat}")
    half = cut[: rng.randint(1, len(cut) - 5)]
    promise = _request(
        "POST /studio/people HTTP/1.1",
        "Content-Length: 500000",
        "Origin: http://127.0.0.1",
        f"Cookie: seat={seat}",
        body=b"name=",
    )
    return Request(
        rng.choice([hello, half, promise, rng.randbytes(800), b"\r\n\r\n\r\n", b"\0" * 300, b"", b"x" * 9_000]),
        silent=True,
    )


REQUESTS: dict[MakesRequest, int] = {
    odd_method: 3, odd_request_line: 4, huge_headers: 3, odd_header: 4, odd_host: 4, odd_cookie: 4, odd_length: 4, odd_chunks: 3,
    odd_path: 8, huge_url: 1, odd_body: 3, wrong_origin: 4, odd_handshake: 3, odd_upgrade: 3, no_request: 3,
}  # fmt: skip
"""Each category, and its share."""


def polling_body(rng: Random) -> bytes:
    """Garbage for the polling transport of a session that exists."""
    return rng.choice([
        b"", b"\xff\xfe", b"4", b"42", b"x", b"\x1e", b"\x1e" * 50, b"d=", b"d=42", b"dd=4", b"b", b"b!!!", b"bAAAA", b"b" + base64.b64encode(b"2[]"),
        b"7", b"5", b"6", b"0", b"2", b"4" + b"[" * 40_000, b"42/chat,1" + b"[" * 90_000, b"x" * 100_001, b"4{}", b"42/chat,1[" + b"\xed\xa0\x80" + b"]",
        b'42/chat,1["send",{}]' + b"\x1e" + b'42/chat,2["x"]', b"40/chat,{}", b"41/chat", b"49", b"4-1", b'451-/chat,1["send",{}]', b"3" * 2_000,
    ])  # fmt: skip


INSTEAD_OF_AN_UPGRADE = [
    b"", b"\xff\xff", websocket_frame(b"x"), websocket_frame(b"\xff"), websocket_frame(b"2"), websocket_frame(b"\0", BINARY),
    websocket_frame(b"", CLOSE), websocket_frame(b"x" * 99_999), websocket_frame(b"2probe") + websocket_frame(b"\xff"),
    websocket_frame(b"2probe") + websocket_frame(b"x" * 200_000), websocket_frame(b"2probe") + websocket_frame(b"4" + b"[" * 50_000),
    websocket_frame(b"2probe") + websocket_frame(b"5") + websocket_frame(b"\xff", BINARY),
]  # fmt: skip
"""What comes over a polling session's new websocket."""
