"""What the export `jsonl` says of a log comes in again as the events that it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.builders import (
    Step,
    ended,
    finished,
    labelled,
    released,
    reply,
    stopped,
    user,
)
from tests.dataset.logs import EVERYTHING, STUDY, log
from tests.dataset.making import allowed, distinct, talks
from wizard.dataset.columns import COLUMNS
from wizard.dataset.export import export
from wizard.dataset.incoming import Imported, bring_in
from wizard.dataset.rows import Row
from wizard.dataset.sources import read_file, recognise
from wizard.store.doctor import examine
from wizard.store.studies import save_study
from wizard.store.writing import writing

GIVEN_ANEW = {"study", "version", "exchange", "seq", "participant", "alias", "split", "imported"}


def out(sessions: Path, format: str = "jsonl") -> Path:
    return export(sessions, "card-help", format, sessions.parent / f"{sessions.name}-out").files[0]


def come_in(sessions: Path, file: Path, study: str = STUDY) -> Imported:
    with writing(sessions) as db:
        save_study(db, study, "system")
        return bring_in(db, "card-help", read_file(file, recognise(file, {}), {}), file.name)


def told(file: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    return [{key: value for key, value in row.items() if key not in GIVEN_ANEW} for row in rows]


ANY_LABELS = STUDY.replace("options: [lost, charge, other]", "kind: text")


def comes_out_again(tmp_path: Path, *talks: Sequence[Step], by: str = "jsonl") -> list[dict[str, Any]]:
    first = log(tmp_path / "first", {f"{at:020x}": steps for at, steps in enumerate(talks)})
    result = come_in(tmp_path / "second", out(first, by), ANY_LABELS)
    assert result.bad == []
    expected = told(out(first))
    assert [full(row, by) for row in told(out(tmp_path / "second"))] == [full(row, by) for row in expected]
    assert all(each.state != "bad" for each in examine(tmp_path / "second"))
    return expected


def full(row: dict[str, Any], by: str) -> dict[str, Any]:
    """What a format can say of a row: in a table, an empty text is nothing."""
    return {key: value for key, value in row.items() if value != "" or by != "csv"}


def test_a_session_in_which_everything_happens_comes_out_as_it_went_in(tmp_path: Path) -> None:
    rows = comes_out_again(tmp_path, EVERYTHING)
    given = {key for row in rows for key in row}
    assert given >= set(Row.model_fields) - GIVEN_ANEW - {"form", "documents"} | {"documents"}


LATE = (
    user("one"),
    user("two"),
    reply("to the first", upto=1),
    released(),
    reply("to the second"),
    released(9.0),
    stopped(3),
    user("three"),
    reply("a\n\nb", bubbles=[{"text": "a"}, {"text": "b"}]),
    released(),
    user("four, between"),
    released(),
    reply("to the fourth"),
    released(),
    ended(),
)
CUT_AFTER_IT_WAS_SEEN = (
    *(user("one"), user("two"), reply("to the first", upto=1), released(9.0), reply("to the second"), stopped(2)),
    *(released(), user("three"), reply("last"), released(), ended()),
)
WINDOW = (
    *(user("hi"), reply("hello", first=1), released(), user("hi"), reply("hello", first=3), released()),
    *(user("and"), user("more"), reply("yes", first=5), released(), labelled(2, why="said twice"), ended()),
)


@pytest.mark.parametrize("talk", [LATE, CUT_AFTER_IT_WAS_SEEN, WINDOW])
def test_where_a_reply_stood_is_found_from_what_was_seen_later(tmp_path: Path, talk: Sequence[Step]) -> None:
    comes_out_again(tmp_path, talk)


def test_what_came_in_twice_over_is_still_the_same(tmp_path: Path) -> None:
    comes_out_again(tmp_path, EVERYTHING, LATE)
    come_in(tmp_path / "third", out(tmp_path / "second"))
    whole = [json.loads(line) for line in out(tmp_path / "third").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in whole] == [
        json.loads(line)["id"] for line in (tmp_path / "first-out" / "card-help.jsonl").read_text().splitlines()
    ]
    assert len({row["session"] for row in whole}) == 2


def test_every_key_of_the_export_is_one_that_a_row_may_have() -> None:
    exported = {column.name for column in COLUMNS} - {"observation", "message"} | {"messages", "split"}
    assert set(Row.model_fields) == exported


@pytest.mark.parametrize("by", ["jsonl", "csv"])
def test_any_session_comes_out_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, by: str, long_run: bool) -> None:
    """But for an answer that was still coming when the log was exported: it has come."""

    @settings(max_examples=500 if long_run else 40, deadline=None)
    @given(talks())
    def comes_back(talk: list[Step]) -> None:
        steps = allowed(distinct([*talk, finished()]))
        comes_out_again(tmp_path_factory.mktemp("any"), steps, by=by)

    comes_back()
