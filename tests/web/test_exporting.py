"""What the page packs for somebody to take home, and what it says meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import AT_ONCE, served
from tests.served import Server, Visitor, soon
from wizard.web import exports
from wizard.web.exports import Exports, Running, _packed
from wizard.web.studio import FEW


def test_several_files_are_one_with_the_same_bytes_whenever_it_is_packed(tmp_path: Path) -> None:
    made = []
    for at, seconds in enumerate((1_000_000_000, 1_700_000_000)):
        out = tmp_path / str(at)
        (out / "data").mkdir(parents=True)
        files = [out / "data" / "train.parquet", out / "README.md"]
        for file in files:
            file.write_text(file.name)
            os.utime(file, (seconds, seconds))
        files[at].chmod(0o600)
        made.append(_packed(Running("help", "huggingface", out, 0.0, "ann"), files))
    with ZipFile(made[0]) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            "data/train.parquet": b"train.parquet",
            "README.md": b"README.md",
        }
    assert made[0].read_bytes() == made[1].read_bytes()


def test_who_presses_before_the_pages_script_came_is_back_on_the_page_and_told_how_far_it_is(at_once: Server) -> None:
    owner = Visitor(at_once.url, {"seat": at_once.seat()})
    with at_once.participant("a-participant-of-this-test") as chat:
        chat.call("send", {"id": "m", "text": "hi"})
    begun = json.loads(owner.post("/studio/data/at-once/csv", {})[1])
    assert set(begun) == {"progress", "stop", "file"}
    _, page = owner.post("/studio/data/at-once/jsonl", {}, Sec_Fetch_Mode="navigate")
    assert "<h1>Data</h1>" in page
    assert "data-began=" in page


def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *said: object, ends: int = 0) -> Running:
    """An export whose process said this, after it is over."""
    code = f"import sys; print({chr(10).join(map(json.dumps, said))!r}); sys.exit({ends})"
    made = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    monkeypatch.setattr(exports, "beside", lambda *_: made)
    those = Exports(tmp_path)
    found = those.access(those.start("help", "huggingface", "ann", redact=True))
    assert found is not None
    assert soon(lambda: found.state != "running")
    return found


def test_who_asks_is_told_what_is_done_by_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judging = {"doing": "judging", "done": 3, "of": 40, "things": "steps"}
    told = running(tmp_path, monkeypatch, {"doing": "writing", "done": 9, "of": 9}, judging, ends=1).facts()
    assert told == {"state": "failed", "doing": "judging", "done": 3, "of": 40, "says": ""}


def test_what_cannot_be_packed_is_told_and_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [str(tmp_path / name) for name in ("gone.parquet", "README.md")]
    told = running(tmp_path, monkeypatch, {"files": files, "examples": 1, "sessions": 1}).facts()
    assert (told["state"], told["says"]) == ("failed", "It couldn’t be written: No such file or directory.")


def test_with_many_studies_what_each_can_be_downloaded_as_is_folded(tmp_path: Path) -> None:
    with served(tmp_path, AT_ONCE) as server:
        with server.participant("who-says-something-here") as chat:
            chat.call("send", {"id": "a", "text": "hi"})
        owner = Visitor(server.url, {"seat": server.seat()})
        for number in range(FEW + 1):
            folded = '<details class="taking-home">' in owner.get("/studio/data")[1]
            assert folded == (number + 1 > FEW)
            owner.post_json("/studio/studies/save", {"source": f"study: more-{number}\ntitle: More {number}\n"})
