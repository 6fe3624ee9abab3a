"""The docs say what the code does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from tests.builders import reply, user
from tests.dataset.logs import log
from tests.docs import DOCS, fresh, pages
from wizard.cli import main
from wizard.dataset.export import export
from wizard.judge.verdict import Verdict
from wizard.live.chat import Chat
from wizard.live.desk import Desk
from wizard.live.payloads import DOWN, UP
from wizard.live.payloads.parts import CODES
from wizard.store.database import connect, connect_to_read, reading

ROOT = DOCS.parent
CODE = [*sorted((ROOT / "wizard").rglob("*.py")), ROOT / "app.py"]


@pytest.mark.parametrize("doc", pages(), ids=lambda doc: doc.name)
def test_what_comes_from_the_code_is_what_the_code_says(doc: Path) -> None:
    written = doc.read_text(encoding="utf-8")
    assert fresh(written) == written, "run: python -m tests.docs"


def test_both_protocols_are_in_the_docs() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    assert {Chat.namespace, Desk.namespace} == set(UP) == set(DOWN)
    for events in (*UP.values(), *DOWN.values()):
        assert all(f"| `{name}` |" in page for name in events)


def test_every_code_of_a_refusal_is_in_the_docs() -> None:
    said = {
        code
        for path in CODE
        for code in re.findall(r'(?:NotAllowed|refusal)\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert len(said) > 8
    assert said == set(CODES)


@pytest.mark.parametrize("doc", sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")]), ids=lambda doc: doc.name)
def test_links_lead_somewhere(doc: Path) -> None:
    for link in re.findall(r"\]\((?!https?://)([^)]+)\)", doc.read_text(encoding="utf-8")):
        file, _, heading = link.partition("#")
        to = doc.parent / file if file else doc
        assert to.exists(), f"{doc.name} links to {link}"
        assert not heading or heading in headings(to), f"{doc.name} links to {link}"


def headings(doc: Path) -> set[str]:
    """What links call the headings of that page."""
    text = re.sub(r"```.*?```", "", doc.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = (re.sub(r"[^\w\- ]", "", each.lower()) for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    return {each.replace(" ", "-") for each in found}


def test_what_the_docs_ask_of_the_data_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = (user("gone"), reply("Blocked.", labels={"intent": "lost"}, could_answer="yes"))
    export(log(tmp_path / "sessions", {"a" * 20: answered}), "card-help", "datasette", tmp_path)
    page = (DOCS / "dataset.md").read_text(encoding="utf-8")
    of_the_file, of_the_log = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    assert Database(tmp_path / "card-help.db").execute(of_the_file).fetchall() == [("gone", "lost", None)]
    assert connect_to_read(tmp_path / "sessions").execute(of_the_log).fetchall() == [("gone", "Blocked.", "lost")]
    monkeypatch.chdir(tmp_path)
    [in_python] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    known: dict[str, Any] = {}
    exec(in_python, known)
    assert list(known["frame"]["label_intent"]) == ["lost"]


def test_the_backup_that_the_docs_make_is_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DOCS / "operating.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^\.venv/bin/python (-c .*VACUUM.*)$", page, re.MULTILINE)
    sessions = log(tmp_path / "sessions", {"a" * 20: (user("gone"),)})
    with closing(connect(sessions, lock_wait=1)) as beside:
        beside.execute("SELECT count(*) FROM events").fetchone()
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        subprocess.run([sys.executable, *shlex.split(command)], cwd=tmp_path, check=True)
    (tmp_path / "restored").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "restored" / "log.db")
    with reading(sessions) as was, reading(tmp_path / "restored") as restored:
        events = "SELECT * FROM events"
        assert restored.execute(events).fetchall() == was.execute(events).fetchall() != []


def test_what_a_report_says_as_json_is_in_the_docs(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"messages": [{"role": "user", "content": "hi"}], "reply": "Hello"}\n')
    rows = str(tmp_path / "rows.jsonl")
    words = ["--sessions", str(tmp_path), "report", "--file", rows, "--against", rows, "--more", rows, "--json"]
    told = json.loads(CliRunner().invoke(main, words).stdout)
    assert len(told) > 12
    page = (DOCS / "verdict.md").read_text(encoding="utf-8").partition("### As JSON")[2]
    named = {*told, *told["accuracy"], *told["people"], *told["signal"]}
    assert [name for name in named if f"`{name}`" not in page] == []
    assert [each for each in Verdict if f"`{each}`" not in page] == []


def test_eventlet_is_named_in_one_place() -> None:
    named = {
        path.relative_to(ROOT).as_posix()
        for path in CODE
        if re.search(r"^\s*(import|from) eventlet", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named == {"wizard/loop.py"}


def test_what_the_readme_takes_home_does_not_get_into_a_commit() -> None:
    folders = re.findall(r"--out (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(folders) > 1
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert [each for each in folders if f"/{each}/" not in ignored] == []
