"""The dataset from Python, with no server running."""

from __future__ import annotations

from pathlib import Path

import pytest

import wizard
from tests.builders import reply, user
from tests.dataset.logs import EVERYTHING, NASTY, log, talk
from wizard.dataset.columns import COLUMNS
from wizard.store.database import NoLog, connect
from wizard.store.schema import steps
from wizard.store.studies import NoStudy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return log(tmp_path / "sessions", {"e" * 20: EVERYTHING, "a" * 20: talk("gone", "Blocked.", "other")})


def test_exchanges_are_typed_objects(folder: Path) -> None:
    opened = wizard.open(folder)
    assert opened.studies == ["card-help"]
    exchanges = opened.study("card-help").exchanges()
    first, *_, last = exchanges
    assert len(exchanges) == 4
    assert (first.id, first.message, first.reply) == ("e" * 20 + "-1", f"{NASTY}\nand more", "One.\n\nTwo.")
    assert (dict(first.labels), first.exchange.reply.could_answer) == ({"intent": "charge"}, "guessed")
    assert (last.reply, dict(last.labels)) == ("Blocked.", {"intent": "other"})
    assert all(each.seq[0] <= each.seq[1] for each in exchanges)
    assert repr(opened.study("card-help")) == f"<study card-help, version 1, in {folder}>", (
        "short, in a notebook's cell"
    )
    assert len(repr(exchanges)) < 60 + len(str(folder))


def test_a_frame_has_every_column(folder: Path) -> None:
    frame = wizard.open(str(folder)).study("card-help").exchanges().to_pandas()
    assert list(frame.columns) == [*(each.name for each in COLUMNS), "split", "label_intent", "label_why"]
    assert frame["reply"].tolist() == ["One.\n\nTwo.", "This is long.", "Short.", "Blocked."]
    assert str(frame["at"].dtype).startswith("datetime64")
    assert frame["seconds"].tolist()[0] == 12.5
    quiet = log(folder.parent / "quiet", {"a" * 20: (user("hi"), reply("Hello"))})
    empty = wizard.open(quiet).study("card-help").exchanges().to_pandas()
    kinds = [each.name for each in COLUMNS if each.kind in ("time", "count", "seconds", "yes_no")]
    assert frame[kinds].dtypes.tolist() == empty[kinds].dtypes.tolist(), "of a column without values too"
    assert (str(empty["keystrokes"].dtype), str(empty["first_key"].dtype)) == ("Int64", "float64")
    assert frame["saw_more"].tolist() == [False, True, False, False]


def test_where_an_exchange_came_from_in_the_log(folder: Path) -> None:
    db = connect(folder, lock_wait=1)
    kinds = dict(db.conn.execute("SELECT seq, kind FROM events").fetchall())
    db.close()
    first, second, third, _ = wizard.open(folder).study("card-help").exchanges()
    assert [kinds[seq] for seq in first.seq] == ["message", "noted"]
    assert [kinds[seq] for seq in second.seq] == ["message", "stopped"]
    assert [kinds[seq] for seq in third.seq] == ["retried", "flagged"]


def test_what_isnt_there_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(NoLog):
        wizard.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(NoStudy):
        wizard.open(folder).study("nothing")


def test_an_older_log_is_brought_up_to_date(tmp_path: Path) -> None:
    db = connect(tmp_path, lock_wait=1)
    steps.apply(db, stop_before="006_dataset")
    db.close()
    assert wizard.open(tmp_path).studies == []
