"""What was recorded elsewhere is given to a new wizard, who answers it blind, and goes on where nobody answered."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from tests.conftest import served
from wizard.cli import main
from wizard.dataset.export import export

STUDY = "study: help\ntitle: Help\nsecond_opinions: 1\n"
ROWS = [
    {"session": "1", "messages": [{"role": "user", "content": "it's gone"}], "reply": "Which card?", "wizard": "old"},
    {"session": "1", "messages": [{"role": "user", "content": "the blue one"}]},
    {"session": "2", "messages": [{"role": "user", "content": "hi"}], "reply": "Hello", "wizard": "old"},
]


def test_an_imported_conversation_is_replayed_to_a_new_wizard_and_continued(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    with served(tmp_path, STUDY) as server, server.wizard(server.seat()) as desk:
        assert desk.call("inbox")["sessions"] == []
        given = ["--sessions", str(server.sessions), "import", "help", str(file), "--open", "--json"]
        come, again = (json.loads(CliRunner().invoke(main, given).stdout) for _ in range(2))
        assert (come["sessions"], come["exchanges"], again["sessions"], again["there_already"]) == (2, 2, 0, 2)

        opinion = desk.call("next_opinion")["opinion"]
        assert [each["text"] for each in opinion["observation"]["messages"]] == ["it's gone"]
        mine = {"session": opinion["session"], "exchange": 1, "id": "o1", "text": "Whose card?", "labels": {}}
        assert desk.call("opinion", mine)["ok"]

        [waits] = desk.call("inbox")["sessions"]
        assert waits["alias"] == "1"
        desk.call("claim", {"session": waits["session"]})
        assert desk.call("reply", {"session": waits["session"], "id": "r1", "text": "Blocked."})["ok"]
        third = CliRunner().invoke(main, given)
        assert json.loads(third.stdout)["there_already"] == 2, "what was continued is left as it is"

        [made] = export(server.sessions, "help", "jsonl", tmp_path / "out").files
        rows = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
        told = [
            (row["alias"], row["reply"], [each["reply"] for each in row.get("second_opinions", [])]) for row in rows
        ]
        assert told == [("1", "Which card?", ["Whose card?"]), ("1", "Blocked.", []), ("2", "Hello", [])]
        seen = [[each["content"] for each in row["messages"]] for row in rows]
        assert seen[1] == ["it's gone", "Which card?", "the blue one"]
