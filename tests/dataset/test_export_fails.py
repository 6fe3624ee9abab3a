"""An export that can't be written says so in a sentence, leaves nothing half done, and nobody behind."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from tests.dataset.logs import log, talk
from tests.served import ROOT, soon
from wizard.cli import main

SMALL, LARGE = 64_000, 2_000
"""Bytes: more than what SQLite writes beside a log that is read, and so many of a text that nothing makes smaller."""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = Random(1)
    talks = {f"{at:020x}": talk(noise(rng), noise(rng)) for at in range(80)}
    return log(tmp_path_factory.mktemp("log") / "sessions", talks)


@pytest.fixture(autouse=True)
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards without a verdict, which takes seconds."""
    monkeypatch.setattr("wizard.dataset.exporting.verdict_in_card", lambda *_: None)


def noise(rng: Random) -> str:
    """Words of letters alone, which are nobody's number."""
    return " ".join("".join(rng.choices("bcdfghjklmnpqrstvwxz", k=9)) for _ in range(LARGE // 10))


def run(sessions: Path, format: str, out: Path) -> Result:
    arguments = ["--sessions", str(sessions), "export", "card-help", "--to", format, "--out", str(out)]
    return CliRunner().invoke(main, arguments)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("format", ["csv", "convokit", "datasette", "huggingface", "kit", "rasa"])
def test_a_disk_that_is_full_is_told_and_what_was_there_before_is_as_it_was(
    sessions: Path, tmp_path: Path, format: str
) -> None:
    assert run(sessions, format, tmp_path / "out").exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    with no_file_longer_than(SMALL):
        for folder in ("out", "new"):
            result = run(sessions, format, tmp_path / folder)
            assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.exception
            assert "Nothing was exported" in result.stderr
            assert str(tmp_path / folder) in result.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_told(sessions: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run(sessions, "csv", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path / 'file' / 'out'} can't be written: Not a directory. Nothing was exported.\n"


def test_a_format_that_finds_nothing_says_so(sessions: Path, tmp_path: Path) -> None:
    result = run(sessions, "openai-preference", tmp_path)
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (
        0,
        ["Nothing in the log is what openai-preference takes; `docs/dataset.md` says what is."],
    )


def test_what_others_have_in_the_folder_stays_and_an_older_exports_shards_go(sessions: Path, tmp_path: Path) -> None:
    theirs = [tmp_path / "data" / name for name in ("rules.yml", "mine.parquet", "notes.jsonl")]
    old = tmp_path / "data" / "aside-00000-of-00001.parquet"
    old.parent.mkdir()
    for file in (*theirs, old):
        file.write_text("before")
    for format in ("rasa", "huggingface"):
        assert run(sessions, format, tmp_path).exit_code == 0
    assert all(file.read_text() == "before" for file in theirs)
    assert not old.exists(), "it may hold somebody who has been erased since, and would be read with the others"


HELPED = """
import sys, time
from pathlib import Path
from wizard.dataset import pieces
from wizard.dataset.export import export
pieces.ALONE_EXCHANGES, pieces.PIECE_SESSIONS = 1, 10
export(Path(sys.argv[1]), "card-help", "jsonl", Path(sys.argv[2]), workers=2, progress=lambda done: time.sleep(60))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc")
def test_helpers_go_with_who_is_killed_and_the_next_export_starts_anew(sessions: Path, tmp_path: Path) -> None:
    code = HELPED.replace("time.sleep(60)", "done > 10 and time.sleep(60)")
    process = subprocess.Popen([sys.executable, "-c", code, str(sessions), str(tmp_path / "out")], cwd=ROOT)
    assert soon(lambda: len(children(process.pid)) >= 2, 30), "one that helps, and one that looks after what they share"
    helpers = children(process.pid)
    process.kill()
    process.wait()
    assert soon(lambda: not any(Path(f"/proc/{each}").exists() for each in helpers), 30)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".card-help.jsonl.part"]
    assert run(sessions, "jsonl", tmp_path / "out").exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["card-help.jsonl"]


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
