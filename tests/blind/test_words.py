"""Nothing that reaches the participant's browser tells that a person answers: not in a word, nor a part of one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.served import ROOT, Server, Visitor

FORBIDDEN = re.compile(
    r"wizard|human|operator|annotator|agent|desk|studio|canned|draft|label|woz|curtain|(?<![a-z])oz(?![a-z])",
    re.IGNORECASE,
)
WEB = re.compile(r"aria-label(ledby)?|<label\b|</label>|user-agent", re.IGNORECASE)
"""The web's own vocabulary."""

OURS = sorted(
    path
    for folder in ("static/chat", "static/shared", "templates/chat")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
)


def told(text: str) -> list[str]:
    return FORBIDDEN.findall(WEB.sub("", text))


def test_the_search_finds_what_it_is_for() -> None:
    assert told("isWizardTyping") == ["Wizard"]
    assert told("{'oz': 1}") == ["oz"]
    assert told("a dozen") == []
    assert told('<div aria-label="Send">') == []


@pytest.mark.parametrize("path", [*OURS, ROOT / "templates/not_found.html"], ids=lambda path: path.name)
def test_no_file_of_ours_that_reaches_the_participant_tells(path: Path) -> None:
    assert told(path.name) == []
    assert told(path.read_text(encoding="utf-8")) == []


def test_no_page_error_or_event_tells(server: Server) -> None:
    visitor = Visitor(server.url)
    seen = [visitor.get(path)[1] for path in (f"/c/{server.invite}", "/c/nonsense22", "/studio", "/socket.io/?EIO=3")]
    seen.append(visitor.post("/c/x", {"a": "b" * 2_000})[1])
    with server.participant("a-key-of-my-own-making") as chat, server.wizard(server.seat()) as desk:
        answers = [
            chat.call("send", {"id": "m1", "text": "hello"}),
            chat.call("send", {"id": "m1", "text": "another"}),
            chat.call("send", {"id": "m2", "text": " "}),
            chat.call("send", {"nonsense": 1}),
            chat.call("nonsense"),
            chat.call("restart"),
            chat.call("sync", {"after": 0}),
        ]
        [row] = desk.call("inbox")["sessions"]
        labels = {"intent": "other"}
        desk.call(
            "reply", {"session": row["session"], "id": "r1", "text": "hi", "labels": labels, "could_answer": "no"}
        )
        chat.wait_for("message", role="assistant", text="hi")
        desk.call("end", {"session": row["session"]})
        chat.wait_for("state", open=False)
        answers.append(chat.call("send", {"id": "m3", "text": "late"}))
        seen += [str(answer) for answer in answers] + [str(event) for event in chat.heard]
    assert [words for words in map(told, seen) if words] == []


def test_what_is_not_theirs_is_what_is_not_there(server: Server) -> None:
    visitor = Visitor(server.url)
    nothing = visitor.get("/nonsense")
    assert nothing[0] == 404
    paths = ["/", "/studio", "/studio/", "/studio/data", "/studio/people", "/studio/in/x", "/static/desk/main.js"]
    paths += ["/static/desk/nonsense.js", "//studio", "/STUDIO", "/studio?x=1", "/c/nonsense22", "/c/"]
    assert {path: visitor.get(path) for path in paths} == dict.fromkeys(paths, nothing)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert visitor.request(method, "/studio", b"", {"Origin": server.url}) == nothing
