"""What comes in goes out the same: every key of every row of the public data sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.logged import import_rows
from tests.recordings import NOT_THERE, RECORDINGS, recording
from wizard.dataset.export import export
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=NOT_THERE)
@pytest.mark.parametrize("name", ["star_bank_fraud_report", "star_ride_book", "circa", "banking77", "snips"])
def test_a_public_data_set_comes_out_as_it_came_in(tmp_path: Path, name: str) -> None:
    lines = recording(name).read_text(encoding="utf-8").splitlines()
    db = connect(tmp_path / "sessions", lock_wait=1)
    bring_up_to_date(db, tmp_path / "sessions")
    import_rows(db, "public", lines, name)
    db.close()
    [file] = export(tmp_path / "sessions", "public", "jsonl", tmp_path / "out").files
    came_out = {row["id"]: row for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
    came_in = {row["id"]: row for row in map(json.loads, lines)}
    assert len(came_out) == len(came_in) == len(lines)
    for id, row in came_in.items():
        told = {key: came_out[id].get(key) for key in row}
        assert told == expected(row, came_out[id]), id


def expected(row: dict[str, Any], out: dict[str, Any]) -> dict[str, Any]:
    """The row as it comes out: times as ISO 8601, second opinions with when they were given."""
    wanted = dict(row)
    if "at" in row:
        wanted["at"] = datetime.fromtimestamp(row["at"], UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if "second_opinions" in row:
        wanted["second_opinions"] = [{**each, "at": out["at"]} for each in row["second_opinions"]]
    return wanted
