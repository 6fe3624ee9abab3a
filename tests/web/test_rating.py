"""“Would you send this?”, asked of second opinions too: blind, of whoever wrote none of the replies, in pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import served
from tests.logged import import_rows
from tests.served import Server, Visitor, soon
from wizard.dataset.export import export
from wizard.store.accounts import access_or_make_account
from wizard.store.database import connect

STUDY = "study: help\ntitle: Help\nreply: {kind: text}\n"
OWN, SECOND = "the reply of ann {}", "the opinion of bob {}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("rating"), STUDY) as server:
        db = connect(server.sessions, lock_wait=5)
        ann, bob = (access_or_make_account(db, name, "wizard").account for name in ("ann", "bob"))
        rows = [row(at, ann, bob, SECOND.format(at)) for at in range(4)]
        rows.append(row(4, ann, bob, f"{OWN.format(4)}\n"))
        import_rows(db, "help", map(json.dumps, rows), "rows.jsonl")
        db.close()
        yield server


def row(at: int, ann: str, bob: str, second: str) -> dict[str, Any]:
    return {
        "session": str(at),
        "messages": [{"role": "user", "content": f"question {at}"}],
        "reply": OWN.format(at),
        "wizard": ann,
        "second_opinions": [{"wizard": bob, "reply": second}],
    }


@pytest.fixture(scope="module")
def owner(server: Server) -> str:
    return server.seat()


class Colleague:
    """A wizard who is asked, and answers."""

    def __init__(self, server: Server, owner: str, name: str) -> None:
        self._visitor = Visitor(server.url, {"seat": server.seat(server.invite_person(owner, name, "wizard"))})

    @property
    def page(self) -> str:
        return self._visitor.get("/studio/replies/help")[1]

    def asked(self) -> dict[str, str]:
        """The number of the question, the reply, and what the page sends back."""
        page = self.page
        fields = dict(re.findall(r'name="(exchange|reply)" value="([^"]*)"', page))
        [at], [shown] = re.findall(r"question (\d)", page), re.findall(r"the (?:reply|opinion) of \w+ \d", page)
        return {"at": at, "shown": shown, **fields}

    def says(self, word: str, asked: dict[str, str]) -> None:
        form = {"exchange": asked["exchange"], "reply": asked["reply"], "would_send": word}
        assert self._visitor.post("/studio/replies/help", form)[0] == 200


def pairs(server: Server, out: Path) -> list[list[str]]:
    [file] = export(server.sessions, "help", "openai-preference", out).files
    made = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [[each[side][0]["content"] for side in ("preferred_output", "non_preferred_output")] for each in made]


def test_two_colleagues_judge_both_replies_and_make_a_pair(server: Server, owner: str, tmp_path: Path) -> None:
    ann, bob, cy, dan, eve = (Colleague(server, owner, name) for name in ("ann", "bob", "cy", "dan", "eve"))
    assert "The reply" in cy.page, "while the simple model learns"
    assert not [who for who in (ann, bob) if "The reply" in who.page], "they wrote one of the two"
    first = cy.asked()
    form = cy.page.partition("<form")[2].partition("</form>")[0].replace(first["shown"], "")
    assert not re.search(r"opinion|reply_of|ann|bob", form)
    cy.says("yes", first)
    assert pairs(server, tmp_path / "1") == []
    second = dan.asked()
    assert second["at"] == first["at"], "what was begun comes first"
    assert {first["shown"], second["shown"]} == {OWN.format(first["at"]), SECOND.format(first["at"])}
    dan.says("no", second)
    assert pairs(server, tmp_path / "2") == [[first["shown"], second["shown"]]]
    asked = []
    while "The reply" in eve.page:
        asked.append(eve.asked()["at"])
        eve.says("yes", eve.asked())
    assert sorted(asked) == ["0", "1", "2", "3"], "the opinion on the last one says the same as its reply"


def test_what_was_shown_is_judged_or_nothing_is(server: Server, owner: str, tmp_path: Path) -> None:
    fay = Colleague(server, owner, "fay")
    asked, before = fay.asked(), ratings(server, tmp_path / "before")
    fay.says("yes", {**asked, "reply": "0" * 16})
    fay.says("maybe", asked)
    assert ratings(server, tmp_path / "refused") == before
    fay.says("yes", asked)
    fay.says("no", asked)
    [told] = [each for each in ratings(server, tmp_path / "after") if each not in before]
    assert (told["would_send"], "opinion" in told) == (True, asked["shown"] == SECOND.format(asked["at"]))


def test_where_there_are_labels_alone_nobody_is_asked_to_judge_replies(tmp_path: Path) -> None:
    study = "study: kinds\ntitle: Which kind?\nlabels: [{name: kind, options: [a, b]}, {name: mood, options: [a, b]}]\n"
    with served(tmp_path, study) as server:
        db = connect(server.sessions, lock_wait=5)
        rows = [{"messages": [{"role": "user", "content": f"say {at}"}], "labels": {"kind": "a"}} for at in range(3)]
        import_rows(db, "kinds", map(json.dumps, rows), "rows.jsonl")
        visitor = Visitor(server.url, {"seat": server.seat()})
        assert "There is nothing to judge yet" in visitor.get("/studio/replies")[1]

        def judged(label: str) -> str:
            page = visitor.get(f"/studio/report/kinds?label={label}")[1]
            return page if "data-verdict" in page or "It couldn’t be judged" in page else ""

        assert soon(lambda: judged("mood"), 60)
        assert "Without such a label, and not counted: 3." in judged("mood")
        assert "the replies" not in judged("mood"), "there are none that could be chosen to be judged"
        assert soon(lambda: "There is nothing to ask yet" in visitor.get("/studio/replies/kinds")[1], 60)
        import_rows(db, "kinds", [json.dumps({**rows[0], "reply": "yes"})], "more.jsonl")
        db.close()
        assert "Which kind?" in visitor.get("/studio/replies")[1]
        assert "the replies" in judged("mood")


def ratings(server: Server, out: Path) -> list[dict[str, Any]]:
    [file] = export(server.sessions, "help", "jsonl", out).files
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [each for row in rows for each in row.get("ratings", [])]
