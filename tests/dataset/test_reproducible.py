"""The same log and the same command give the same bytes, whatever machine it is."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dataset.logs import EVERYTHING, log, talk
from tests.served import ROOT
from wizard.dataset import pieces
from wizard.dataset.export import FORMATS, export
from wizard.dataset.prompt import prompt
from wizard.dataset.subject import subject_of
from wizard.store.database import connect_to_read

HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
ELSEWHERE = {
    **{"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "4711", "HOME": "/nowhere", "USER": "somebody"},
    **{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
"""A locale that is on every machine and differs in all that it can: its letters are ASCII."""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = {f"{at:020x}": talk(f"question {at * 7919}", f"answer {at}") for at in range(300)}
    return log(tmp_path_factory.mktemp("log") / "sessions", {**people, "e" * 20: EVERYTHING})


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


RUN = """
import json, locale, os, sys, time
from pathlib import Path
from wizard.dataset.export import FORMATS, export
umask = os.umask(0)
os.umask(umask)
print(json.dumps([locale.getencoding(), time.tzname[0], hash("a"), os.getcwd(), umask]))
for format in FORMATS:
    export(Path(sys.argv[1]), "card-help", format, Path(sys.argv[2]) / format)
"""


def test_another_machines_settings_change_no_byte(sessions: Path, tmp_path: Path) -> None:
    said = []
    for name, settings, where in (("here", HERE, ROOT), ("elsewhere", ELSEWHERE, tmp_path)):
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
        command = [sys.executable, "-c", RUN, sessions, tmp_path / name]
        umask = 0o022 if where == ROOT else 0o077
        done = subprocess.run(command, cwd=where, env=environ, umask=umask, check=True, capture_output=True)
        said.append(json.loads(done.stdout))
    assert not [one for one, other in zip(*said, strict=True) if one == other], "another encoding, zone, seed, place"
    here, elsewhere = bytes_of(tmp_path / "here"), bytes_of(tmp_path / "elsewhere")
    assert len({path.split("/")[0] for path in here}) == len(FORMATS)
    assert here == elsewhere


@pytest.mark.parametrize("format", FORMATS)
def test_how_much_is_done_at_once_changes_no_byte(
    sessions: Path, tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(sessions, "card-help", format, tmp_path / "whole")
    monkeypatch.setattr(pieces, "PIECE_SESSIONS", 7)
    export(sessions, "card-help", format, tmp_path / "pieces")
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path / "pieces")


@pytest.mark.parametrize("format", ["jsonl", "openai", "huggingface"])
def test_how_many_work_on_it_changes_no_byte(
    sessions: Path, tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(sessions, "card-help", format, tmp_path / "one")
    monkeypatch.setattr(pieces, "ALONE_EXCHANGES", 1)
    monkeypatch.setattr(pieces, "PIECE_SESSIONS", 200)
    done = export(sessions, "card-help", format, tmp_path / "three", workers=3)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "three")
    assert done.sessions == 301


def test_what_is_said_during_an_export_is_not_in_it(sessions: Path) -> None:
    db = connect_to_read(sessions)
    subject = subject_of(db, "card-help")
    assert subject.upto == db.execute("SELECT max(seq) FROM events").fetchone()[0]
    assert prompt(subject.study) == "You are Penny. Card helper."
    db.close()
