"""Killed in the middle of erasing somebody, whenever that is: they are there and can be erased, or they are gone."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from pathlib import Path

from tests.dataset.crowd import PERSON, crowd, others, traces
from tests.faults.dying import erase, erase_until
from tests.served import Server
from wizard.store.backups import backups_in
from wizard.store.database import sqlite3

KILLS = 25
NEVER = 0


def test_whenever_it_is_killed_it_comes_to_its_end_when_it_is_told_again(tmp_path: Path, long_run: bool) -> None:
    whole = crowd(tmp_path / "whole")
    before = {file.name: others(file) for file in [whole / "log.db", *backups_in(whole)]}
    ticks = erase_until(copy_of(whole), PERSON, NEVER)
    assert ticks > KILLS
    half_done = 0
    for kill in range(1, ticks, 1 if long_run else ticks // KILLS):
        folder = copy_of(whole)
        erase_until(folder, PERSON, kill)
        half_done += 0 < len({name for name in traces(folder) if name.endswith(".db")}) < len(before)
        again = erase(folder, PERSON)
        assert again.exit_code == 0 or "nobody of the id" in again.stderr, (kill, again.output)
        assert traces(folder) == {}, kill
        assert {file.name: others(file) for file in [folder / "log.db", *backups_in(folder)]} == before, kill
    assert half_done > 1, "it was killed in the middle"


def test_a_server_that_starts_after_a_kill_does_what_was_left(tmp_path: Path) -> None:
    whole = crowd(tmp_path / "whole")
    ticks = erase_until(copy_of(whole), PERSON, NEVER)
    for kill in range(ticks, 0, -1):
        folder = copy_of(whole)
        erase_until(folder, PERSON, kill)
        if traces(folder):
            break
    assert is_out_of_the_log(folder)
    with Server(folder):
        until = time.monotonic() + 10
        while traces(folder) and time.monotonic() < until:
            time.sleep(0.05)
        assert traces(folder) == {}


def copy_of(whole: Path) -> Path:
    folder = whole.with_name("killed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    return folder


def is_out_of_the_log(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "log.db")) as db:
        return db.execute("SELECT 1 FROM heads WHERE participant = ?", [PERSON]).fetchone() is None
