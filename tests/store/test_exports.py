"""The book of exports, and the key that decides who is on which side of a split."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from sqlite_utils import Database

from wizard.store.database import connect
from wizard.store.exports import exports_that_held, record_export
from wizard.store.schema import bring_up_to_date, steps
from wizard.store.studies import NoStudy, save_study, split_key

STUDY = "study: {name}\ntitle: A study\n"


def test_an_export_held_whoever_came_before_it_in_its_study(db: Database) -> None:
    facts = {"sessions": 3, "examples": 7, "options": {"redact": True, "split": None}}
    first = record_export(db, "a", "jsonl", "/out/one", upto=10, **facts)  # type: ignore[arg-type]
    second = record_export(db, "a", "openai", "/out/zwei ü", upto=20, **facts)  # type: ignore[arg-type]
    record_export(db, "b", "jsonl", "/out/b", upto=30, **facts)  # type: ignore[arg-type]
    assert exports_that_held(db, "a", 10) == [first, second]
    assert exports_that_held(db, "a", 11) == [second]
    assert exports_that_held(db, "a", 21) == []


def test_a_study_has_a_key_of_its_own_from_its_first_version_and_for_ever(db: Database) -> None:
    for name in ("a", "b"):
        save_study(db, STUDY.format(name=name), "owner")
    key = split_key(db, "a")
    assert len(key) == 32
    assert int(key, 16)
    assert key != split_key(db, "b")
    save_study(db, STUDY.format(name="a") + "bar: 90\n", "owner")
    assert split_key(db, "a") == key
    with pytest.raises(NoStudy):
        split_key(db, "c")


def test_two_copies_of_an_older_log_come_to_the_same_keys(tmp_path: Path) -> None:
    older = connect(tmp_path / "one", lock_wait=0.1)
    steps.apply(older, stop_before="006_dataset")
    for study in ("a", "b"):
        for version in (1, 2):
            row = [study, version, f"2026-01-0{version}T00:00:00.000Z", "owner", STUDY.format(name=study)]
            older.conn.execute("INSERT INTO study_versions VALUES (?, ?, ?, ?, ?)", row)
        older.conn.execute("INSERT INTO invites VALUES (?, ?, '2026')", [f"code-{study}", study])
    older.conn.commit()
    older.close()
    copytree(tmp_path / "one", tmp_path / "two")
    keys = []
    for folder in ("one", "two"):
        upgraded = connect(tmp_path / folder, lock_wait=0.1)
        bring_up_to_date(upgraded, tmp_path / folder)
        keys.append([split_key(upgraded, study) for study in ("a", "b")])
        upgraded.close()
    assert keys[0] == keys[1]
    assert keys[0][0] != keys[0][1]
    assert {len(key) for key in keys[0]} == {32}
