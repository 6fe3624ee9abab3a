"""The docs say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import DOCS, fresh, pages
from wizard.live.chat import Chat
from wizard.live.desk import Desk
from wizard.live.payloads import DOWN, UP
from wizard.live.payloads.parts import CODES

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
    for link in re.findall(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)", doc.read_text(encoding="utf-8")):
        assert (doc.parent / link).exists(), f"{doc.name} links to {link}"


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
