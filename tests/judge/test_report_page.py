"""The report as a page: every number opens the exchanges that it came from, and what people wrote stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.judge.asked import asked
from wizard.cli import main
from wizard.judge.cases import Case
from wizard.judge.judging import judge
from wizard.judge.picture import picture_of
from wizard.judge.result import Result
from wizard.judge.writing import part_of_page, whole_file

LINK = re.compile(r'<a href="/studio#x/([^/"]*)/([^"]*)">([^<]*)</a>')
OPENED = re.compile(r"<summary>([^<]*)</summary>\s*<span>(.*?)</span>", re.DOTALL)
COUNTED = re.compile(r"([\d,]+)$")


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [replace(case, id=f"{case.session}-1", seconds=3.0, missing="the date") for case in asked(240)]


@pytest.fixture(scope="module")
def result(cases: list[Case]) -> Result:
    return judge(cases)


def test_every_number_opens_as_many_exchanges_as_it_says_and_each_is_one_of_them(
    cases: list[Case], result: Result
) -> None:
    page = part_of_page(result, "/studio")
    opened = OPENED.findall(page)
    assert len(opened) >= 10
    known = {case.id for case in cases}
    for words, links in opened:
        ids = [id for *_, id in LINK.findall(links)]
        more = re.search(r"and ([\d,]+) more", links)
        said = COUNTED.search(words)
        assert said is not None
        assert int(said[1].replace(",", "")) == len(ids) + (int(more[1].replace(",", "")) if more else 0)
        assert set(ids) <= known
        assert all(f"{session}-{number}" == id for session, number, id in LINK.findall(links))


def test_every_figure_of_the_table_has_evidence(result: Result) -> None:
    shown = re.findall(r'<th scope="row">([^<]*)</th>\s*<td>(\d+)</td>.*?</tr>', part_of_page(result, None), re.DOTALL)
    assert len(shown) >= 5
    for name in ("accuracy.now", "accuracy.at_2n", "accuracy.at_4n", "commonest"):
        assert result.evidence[name]


def test_the_picture_has_what_was_measured_and_what_lies_ahead(result: Result) -> None:
    picture = picture_of(result)
    assert picture is not None
    across = [each.x for each in (*picture.points, *picture.ahead)]
    assert across == sorted(across)
    assert all(0 <= each.y <= picture.bottom for each in (*picture.points, *picture.ahead))
    assert {line.about for line in picture.lines} >= {"bar", "commonest"}
    assert result.details is not None
    assert result.now is not None
    assert result.details.points[-1].right == pytest.approx(result.now.value, abs=0.08)


def test_what_people_wrote_stays_text() -> None:
    bad = "<script>alert(1)</script>"
    nasty = [Case(str(n), f"s{n}", "", f"say {n}", {"x": bad if n % 2 else "b"}, missing="<b>all") for n in range(20)]
    page = part_of_page(judge(nasty), "/studio")
    assert "<script" not in page
    assert "&lt;b&gt;all" in page


def test_nothing_to_judge_is_a_page_too() -> None:
    page = part_of_page(judge([]), "/studio")
    assert "Not enough to say" in page
    assert "<svg" not in page


def test_a_file_stands_by_itself(result: Result, tmp_path: Path) -> None:
    page = whole_file(result, "rides")
    assert "<svg" in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    assert "url(" not in page
    assert "@import" not in page


def test_the_verb_writes_it(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"messages": [{"role": "user", "content": "hi"}], "labels": {"a": "b"}}\n', encoding="utf-8")
    words = ["--sessions", str(tmp_path / "s"), "report", "--file", str(rows), "--html"]
    done = CliRunner().invoke(main, [*words, str(tmp_path / "r.html")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Not enough to say" in (tmp_path / "r.html").read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, [*words, str(tmp_path / "none" / "r.html")], catch_exceptions=False)
    assert refused.exit_code == 1
    assert "can't be written" in refused.output
