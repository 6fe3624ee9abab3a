"""The report as a page: every number opens the exchanges that it came from, and what people wrote stays text."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.judge.asked import KINDS, asked
from wizard.cli import main
from wizard.judge.cases import Case, Opinion
from wizard.judge.judging import judge
from wizard.judge.picture import WIDE, picture_of
from wizard.judge.result import Result
from wizard.judge.verdict import Verdict
from wizard.judge.writing import as_png, as_svg, part_of_page, whole_file

LINK = re.compile(r'<a href="/studio#x/([^/"]*)/([^"]*)">([^<]*)</a>')
OPENED = re.compile(r"<summary>([^<]*)</summary>\s*<span[^>]*>(.*?)</span>", re.DOTALL)
LETTERS_PX = 10
COUNTED = re.compile(r"([\d,]+)$")


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Two versions, three wizards, second opinions, some labels wrong, something missing now and then."""
    rng = random.Random(5)
    told = []
    for at, case in enumerate(asked(240)):
        right = case.answers["intent"]
        given = right if rng.random() < 0.95 else rng.choice(sorted(KINDS))
        second = Opinion({"intent": right if rng.random() < 0.9 else rng.choice(sorted(KINDS))}, "cy")
        told.append(
            replace(
                case,
                id=f"{case.session}-1",
                answers={"intent": given},
                opinions=(second,) if at % 2 else (),
                wizard=("ada", "bob")[at % 3 == 0],
                seconds=3.0 + at % 7,
                could_answer="no" if at % 9 == 0 else "yes",
                missing="the date" if at % 9 == 0 else None,
                at=f"2026-11-02T10:{at // 60:02d}:{at % 60:02d}Z",
                version=1 + (at >= 120),
                apart="saw_more" if at % 50 == 0 else None,
            )
        )
    return told


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


def test_every_number_of_the_tables_stands_in_a_row_that_opens_exchanges(result: Result) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", part_of_page(result, "/studio"), re.DOTALL)
    counted = 0
    for row in rows:
        for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL):
            if re.search(r"\d", cell) and re.sub(r"<[^>]*>", "", cell).strip() != "0":
                counted += 1
                assert LINK.search(row), row
    assert counted > 60


def test_every_number_of_the_sentence_and_of_the_reasons_leads_to_exchanges(result: Result) -> None:
    page = part_of_page(result, "/studio")
    numbered = [each for each in (*result.phrases, *result.why) if re.search(r"\d", each.words.replace("Of 100", ""))]
    assert len(numbered) >= 5
    assert all(result.evidence[each.figure or ""] for each in numbered)
    assert all(f"#from-{each.figure}" in page for each in numbered)


def test_what_looks_mislabelled_is_shown_and_opens(cases: list[Case], result: Result) -> None:
    known = {case.id: case for case in cases}
    assert 3 <= len(result.look_again) <= 10
    for doubt in result.look_again:
        assert known[doubt.id].answers["intent"] == doubt.given != doubt.instead
    assert {doubt.id for doubt in result.look_again}.isdisjoint(doubt.id for doubt in result.hardest)
    page = part_of_page(result, "/studio")
    assert all(f">{doubt.id}</a>" in page for doubt in (*result.look_again, *result.hardest))


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


@pytest.mark.parametrize("above", [0.0, 0.01, 0.025, 0.05, 0.1])
def test_no_line_of_the_picture_runs_through_words(result: Result, above: float) -> None:
    assert result.agreement is not None
    assert result.agreement.share is not None
    assert result.commonest is not None
    commonest = replace(result.commonest, value=result.agreement.share.value + above)
    picture = picture_of(replace(result, commonest=commonest))
    assert picture is not None
    assert {line.about for line in picture.lines} == {"bar", "agreement", "commonest"}
    through = [(line.words, other.words) for line in picture.lines for other in picture.lines
               if line.at - LETTERS_PX < other.y < line.at]  # fmt: skip
    assert through == []


def test_what_people_wrote_stays_text() -> None:
    bad = "<script>alert(1)</script>"
    nasty = [Case(str(n), f"s{n}", "", f"say {n}", {"x": bad if n % 2 else "b"}, missing="<b>all") for n in range(20)]
    page = part_of_page(judge(nasty), "/studio")
    assert "<script" not in page
    assert "&lt;b&gt;all" in page


@pytest.mark.parametrize(
    ("missing", "verdict", "said", "helps"),
    [
        (None, Verdict.LEARNABLE, "second opinion", True),
        ("the date", Verdict.PEOPLE_CANT_EITHER, "what was missing", False),
    ],
)
def test_what_to_do_is_said_once(missing: str | None, verdict: Verdict, said: str, helps: bool) -> None:
    could = {"could_answer": "no", "missing": missing} if missing else {}
    result = judge([replace(case, **could) for case in asked(240)], bar=60)
    assert result.verdict == verdict
    assert sum(said in step for step in result.next) == 1
    page = part_of_page(result, None)
    assert ("help most" in page) is helps
    assert result.helps.words not in page, "a line that stands alone elsewhere says it again"


def test_of_many_pairs_of_people_those_are_told_of_whom_something_can_be_said(result: Result) -> None:
    known = result.pairs[0]
    assert known.agreed
    unknown = [replace(known, one=f"zoe{n}", agreed=None) for n in range(30)]
    told = part_of_page(replace(result, pairs=(known, *unknown)), None)
    assert f"{known.one} and {known.other}" in told
    assert "zoe" not in told
    assert part_of_page(replace(result, pairs=tuple(unknown)), None).count("zoe") == 5, "or a few, where nothing can be"


def test_one_long_conversation_shows_whether_new_kinds_came_in_it() -> None:
    page = part_of_page(judge([replace(each, session="s", at=f"{at:03d}") for at, each in enumerate(asked(60))]), None)
    assert "New kinds of answers over time" in page
    assert "What will be new" not in page, "there is no other conversation to tell it by"


def test_nothing_to_judge_is_a_page_too() -> None:
    page = part_of_page(judge([]), "/studio")
    assert "Not enough to say" in page
    assert "<svg" not in page


def test_a_file_stands_by_itself(result: Result, tmp_path: Path) -> None:
    page = whole_file(part_of_page(result, None), "rides")
    assert "<svg" in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "url(" not in page
    assert "@import" not in page


def test_the_verb_writes_it(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"messages": [{"role": "user", "content": "hi"}], "labels": {"a": "b"}}\n', encoding="utf-8")
    words = ["--sessions", str(tmp_path / "s"), "report", "--file", str(rows), "--html"]
    done = CliRunner().invoke(main, [*words, str(tmp_path / "r.html")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Not enough to say" in (tmp_path / "r.html").read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, [*words, str(rows / "r.html")], catch_exceptions=False)
    assert refused.exit_code == 1
    assert "can't be written" in refused.output


def test_the_picture_is_written_as_a_png_too(result: Result) -> None:
    svg = as_svg(result)
    assert svg is not None
    assert svg.startswith("<svg")
    assert "<a " not in svg
    png = as_png(svg)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 2 * WIDE
