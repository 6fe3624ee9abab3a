"""Nothing that reaches the participant's browser tells that a person answers: the audit, under several studies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.served import ROOT
from wizard.audit.words import Piece, Search, authors_words
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study
from wizard.study_file import read_study
from wizard.telltale import telltales
from wizard.web.app import demo

CHOICE = """
study: what-next
title: What next
persona: {name: Otto}
reply:
  kind: choice
  options:
    - {name: lost, say: "Your card is blocked. A new one comes by post.", buttons: [Thanks, "And my old one?"]}
    - charge
    - name: other
      say: "I can tell you about your card and about payments. Say what you would like to know, and I will look."
pacing: {first: 0.2-0.4, chars_per_second: 40, still: {after: 3, say: One moment…}, busy: {after: 60, again: 12}}
labels:
  - {name: sure, options: ["yes", "no"], required: true}
limits: {messages: 1, participants: 1}
language: ar
consent: What you write may be read by a human.
survey:
  before:
    - {name: mood, question: How are you?}
    - {name: age, kind: choice, question: Are you 18?, options: ["no", "yes"], screens_out: ["no"], required: true}
  after: [{name: again, question: Would you ask again?, required: true}, {name: why, kind: text, question: Why?}]
ask_what_answered: true
debriefing: "A person may have answered you. **Ask us** if you want to know more."
"""
FORM = """
study: where-to
title: Where to
persona: {name: Ride, greeting: Where do you want to go?}
reply:
  kind: form
  fields:
    - {name: to, required: true}
    - {name: when, kind: time}
    - {name: seats, kind: integer}
pacing: {first: 0.5, still: null, busy: {after: 60, say: Try again later., again: 12}}
"""


def options(long_run: bool) -> tuple[str, ...]:
    return () if long_run else ("--exchanges", "2", "--probes", "100")


def audited(sessions: Path, study: str, *options: str, tree: Path = ROOT) -> tuple[int, dict[str, Any]]:
    """The exit code and the findings of the command."""
    command = [sys.executable, "-m", "wizard", "--sessions", str(sessions), "audit", study, "--json", *options]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("log") / "sessions"
    db = connect(folder, lock_wait=1)
    bring_up_to_date(db, folder)
    save_study(db, demo("card-help.yaml"), "owner", {"cards.md": demo("cards.md")})
    for source in (CHOICE, FORM):
        save_study(db, source, "owner")
    db.close()
    return folder


def test_the_demo_study_has_no_leak(sessions: Path, long_run: bool) -> None:
    before = {path: path.read_bytes() for path in sessions.iterdir()}
    code, found = audited(sessions, "card-help", *options(long_run))
    assert [each for each in found["findings"] if each["level"] == "leak"] == []
    assert code == 0
    assert {"person and program", "telling words", "doors"} <= {each["what"] for each in found["findings"]}
    assert {path: path.read_bytes() for path in before} == before, "the log stays as it is"


@pytest.mark.parametrize(("study", "warned"), [("what-next", ["the word “human”"]), ("where-to", [])])
def test_studies_of_other_kinds_have_no_leak(sessions: Path, study: str, warned: list[str], long_run: bool) -> None:
    code, found = audited(sessions, study, *options(long_run), "--only", "talk", "--only", "silence", "--only", "words")
    assert [each for each in found["findings"] if each["level"] == "leak"] == []
    assert [each["what"] for each in found["findings"] if each["level"] == "warning"] == warned, "what they agree to"
    assert code == 0


def test_without_a_browser_it_says_what_to_do(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURTAIN_CHROMIUM", "/nowhere/chromium")
    command = [sys.executable, "-m", "wizard", "--sessions", str(sessions), "audit", "card-help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "CURTAIN_CHROMIUM names /nowhere/chromium" in done.stderr


def test_the_search_finds_parts_of_identifiers_and_spares_the_webs_own_words() -> None:
    def words(text: str) -> list[str]:
        return [word for word, _, _ in telltales(text)]

    assert words("isWizardTyping = draft_id") == ["wizard", "draft"]
    assert words("{'oz': 1, isOz, ozKey, OZ_KEY}") == ["oz", "oz", "oz", "oz"]
    assert words("a dozen ozone") == []
    assert words("&#119;izard") == ["wizard"]
    assert words('<div aria-label="Send" aria-labelledby="x"></label>') == []
    assert words("Vary: User-Agent") == []
    assert words("an agent") == ["agent"]


def test_the_authors_own_words_are_spared_where_participants_read_them_and_nowhere_else() -> None:
    study = read_study("study: s\ntitle: S\npersona: {name: Human Help}\n")
    assert authors_words(study) == {"human": ["persona"]}
    search = Search({"a1b2c3": "an account's id"}, ("desk-in-a-secret",), frozenset(authors_words(study)))
    read = Piece("the page", "Human Help", may_be_authors=True)
    assert search.through([read, Piece("a header", "x: desk-in-a-secret")]) == []
    [asset] = search.through([Piece("an asset", "Human Help")])
    assert asset.what == "the word “human”"
    [canary] = search.through([Piece("an ETag", '"xA1B2C3"', opaque=True)])
    assert canary.what == "an account's id"
