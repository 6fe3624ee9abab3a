"""The protocol's page is enough to write a client."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.served import Server

CLIENT = Path(__file__).with_name("stranger.py")


def test_a_client_written_from_the_page_alone_talks_both_sides(at_once: Server) -> None:
    run = subprocess.run(
        [sys.executable, str(CLIENT), at_once.url, at_once.invite, at_once.seat()],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "It is blocked.",
        "1 user: my card is gone / 2 user: since yesterday / 3 assistant: It is blocked.",
    ]


def test_it_is_short_and_knows_nothing_of_the_inside() -> None:
    source = CLIENT.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }
    assert imported <= {"socketio"} | set(sys.stdlib_module_names)
