"""Search over all sessions, as the desk asks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AT_ONCE, served
from tests.served import ROOT, Client, Server

KEYS = ["the-key-of-somebody", "the-key-of-another"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, AT_ONCE) as running:
        yield running


def answered(desk: Client, chat: Client, text: str, reply: str, **more: Any) -> dict[str, Any]:
    """Somebody asks and is answered, and that is all; the session and the exchange."""
    sent = chat.call("send", {"id": f"m-{len(text)}-{len(reply)}", "text": text})
    assert sent["ok"], sent
    [row] = [each for each in desk.call("inbox")["sessions"] if each["waiting_since"]]
    assert desk.call("claim", {"session": row["session"]})["ok"]
    done = desk.call("reply", {"session": row["session"], "id": f"r-{len(text)}-{len(reply)}", "text": reply, **more})
    assert done["ok"], done
    assert desk.call("end", {"session": row["session"]})["ok"]
    return {"session": row["session"], "exchange": done["exchange"]}


def found(desk: Client, **query: Any) -> list[str]:
    answer = desk.call("search", query)
    assert answer["ok"], answer
    assert answer["behind"] == 0
    return [each["text"] for each in answer["found"]]


def test_what_was_just_said_is_found_by_every_filter(server: Server) -> None:
    owner = server.seat()
    ann = server.seat(server.invite_person(owner, "Ann", "wizard"))
    with (
        server.wizard(owner) as first, server.wizard(ann) as second,
        server.participant(KEYS[0]) as chat, server.participant(KEYS[1]) as other,
    ):  # fmt: skip
        assert found(first) == []
        lost = answered(first, chat, "my café card is gone", "Blocked.", labels={"intent": "lost"}, could_answer="yes")
        answered(
            *(second, other, "charged twice in Lisbon", "Let me see."),
            **{"labels": {"intent": "charge"}, "could_answer": "no", "missing": " The Balance"},
        )
        anns = second.call("inbox")["account"]

        assert found(first) == ["Let me see.", "Blocked."]
        assert found(first, text="CAFE gone") == found(first, text="blocked card") == ["Blocked."]
        assert found(first, text="lis") == found(first, label={"name": "intent", "value": "charge"}) == ["Let me see."]
        assert found(first, could_answer="no") == found(first, wizard=anns) == ["Let me see."]
        assert found(first, missing="the balance") == ["Let me see."]
        [at] = [each["at"] for each in first.call("search", {"could_answer": "yes"})["found"]]
        assert found(first, since=at, until=at) == ["Blocked."]
        assert found(first, since=at[:16], until=at[:16], could_answer="yes") == ["Blocked."]
        assert first.call("search", {"since": f"{at[:13]}h"})["error"]["code"] == "invalid"
        assert found(first, study="at-once", since="2020-01-01") == ["Let me see.", "Blocked."]
        assert found(first, until="2020-01-01") == found(first, study="another") == []
        assert found(first, text="card", could_answer="no") == []

        assert second.call("label", {**lost, "labels": {"intent": "other"}})["ok"]
        assert second.call("flag", {**lost, "not_for_training": True})["ok"]
        assert found(first, label={"name": "intent", "value": "lost"}) == []
        assert found(first, label={"name": "intent", "value": "other"}) == ["Blocked."]
        assert found(first, not_for_training=True) == ["Blocked."]
        [hit] = first.call("search", {"text": "café"})["found"]
        assert (hit["session"], hit["exchange"], hit["labels"]) == (lost["session"], 1, {"intent": "other"})
        assert (hit["message"], hit["by"], hit["alias"]) == (
            "my café card is gone",
            first.call("inbox")["me"],
            "Guest 1",
        )


def test_what_the_command_line_imported_while_the_app_runs_is_found_page_by_page(
    server: Server, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        "".join(
            json.dumps({"id": str(n), "messages": [{"role": "user", "content": f"ask {n}"}], "reply": f"say {n}"})
            + "\n"
            for n in range(120)
        )
    )
    command = [sys.executable, "-m", "wizard", "--sessions", str(server.sessions), "import", "recorded", str(rows)]
    with server.wizard(server.seat()) as desk:
        assert found(desk) == []
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        texts: list[str] = []
        query: dict[str, Any] = {"study": "recorded", "text": "ask"}
        while True:
            answer = desk.call("search", query)
            texts += [each["text"] for each in answer["found"]]
            if answer["before"] is None:
                break
            query["before"] = answer["before"]
        assert texts == [f"say {n}" for n in reversed(range(120))]


def test_the_index_can_be_deleted_while_the_app_runs_and_is_made_again(server: Server) -> None:
    owner = server.seat()
    with server.wizard(owner) as desk, server.participant(KEYS[0]) as chat:
        answered(desk, chat, "my card is gone", "Blocked.")
        assert found(desk, text="card") == ["Blocked."]
        for file in server.sessions.glob("index.db*"):
            file.unlink()
        assert found(desk, text="card") == ["Blocked."]
        assert (server.sessions / "index.db").exists()
    server.stop()
    (server.sessions / "index.db").write_bytes(b"nonsense" * 5_000)
    server.start()
    with server.wizard(owner) as desk:
        assert found(desk, text="card") == ["Blocked."]


@pytest.mark.parametrize("text", ['"', "a OR (b", "*", "'; DROP TABLE events;--", "🙈", "卡", "x" * 500])
def test_whatever_is_typed_is_a_search(at_once: Server, text: str) -> None:
    with at_once.wizard(at_once.seat()) as desk:
        assert found(desk, text=text) == []
