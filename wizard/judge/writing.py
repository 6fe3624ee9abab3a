"""A result as HTML, a part of a page or a file that stands by itself, and its picture as a PNG."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wizard.judge.cases import REPLY
from wizard.judge.picture import picture_of, pictures_of
from wizard.judge.result import Result
from wizard.judge.wording import hundred
from wizard.language import EXTENSION, catalogue, teach
from wizard.settings import ROOT
from wizard.shares import Share
from wizard.study import ENGLISH

SHEETS = ("shared/tokens.css", "shared/base.css", "studio/pages.css", "studio/tables.css", "studio/report.css")
FROM_ELSEWHERE = re.compile(r"^@import .*$|^.*url\(.*$", re.MULTILINE)
"""Lines of a sheet that name another file, which a file that stands by itself hasn't."""
ON_PAPER = """
svg { background: #ffffff; font: 13px sans-serif; }
text { fill: #5a6264; } .bar { stroke: #b3261e; } text.bar { fill: #b3261e; stroke: none; }
.grid { stroke: #dfe3e4; } .line { stroke: #5a6264; stroke-dasharray: 4 4; } .line.bar { stroke: #b3261e; }
.line.agreement { stroke: #19703f; } text.agreement { fill: #19703f; } .band.agreement { fill: #e3f5e9; }
.band.ahead { fill: #0e7490; fill-opacity: 0.2; } .curve { fill: none; stroke: #0e7490; stroke-width: 2; }
.curve.ahead { stroke-dasharray: 2 4; } .dot { fill: #0e7490; }
"""
"""The picture's look where there are no tokens: they are in a colour space that only browsers know."""
TIMES_LARGER = 2
WRITTEN = {"people.missing", "people.confused"}
"""Reasons that name what people wrote."""


def part_of_page(result: Result, place: str | None, language: str = ENGLISH) -> str:
    """What the report says, for a page; `place` is where exchanges open, None where they can't."""
    template = _templates(language).get_template("studio/report/_report.html")
    return template.render(result=result, pictures=pictures_of(result), place=place)


def whole_file(part: str, title: str) -> str:
    """That part as one file that needs nothing else."""
    sheets = "\n".join((ROOT / "static" / sheet).read_text(encoding="utf-8") for sheet in SHEETS)
    look = FROM_ELSEWHERE.sub("", sheets)
    return _templates().get_template("report_file.html").render(part=part, title=title, look=look)


def as_markdown(result: Result) -> str:
    """What a card says: no word that somebody wrote, as a card leaves the house with a dataset that may be redacted."""
    about = "the replies" if result.label == REPLY else f"the label {result.label}" if result.label else "nothing"
    figures = (
        ("a simple model is right now", result.now, "accuracy.now"),
        ("… with four times as many exchanges", result.at_4n, "accuracy.at_4n"),
        (_agree(result), result.agreement.share if result.agreement else None, "people.agreement"),
        ("a person could answer from what was shown", _able(result), "people.answerable"),
    )
    rows = [(words, share, len(result.evidence.get(name, ()))) for words, share, name in figures]
    rows.append(("the commonest answer would be right", result.commonest, result.exchanges))
    lines = [
        f"{result.sentence}",
        "",
        f"**{result.verdict.words.capitalize()}**: the verdict on {about}, at a bar of {result.bar} in 100.",
        *(each.words for each in result.why if each.figure not in WRITTEN),
        "",
        "| of 100 | about | between | exchanges |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {words} | {_cells(share)} | {count:,} |" for words, share, count in rows),
    ]
    return "\n".join(lines)


def _agree(result: Result) -> str:
    stand_in = result.agreement is not None and result.agreement.stand_in
    return "messages that are nearly the same are answered alike" if stand_in else "two people agree"


def _able(result: Result) -> Share | None:
    return result.answerable.share if result.answerable else None


def _cells(share: Share | None) -> str:
    if share is None:
        return "– | too few to say"
    return f"{hundred(share.value)} | {hundred(share.low)} to {hundred(share.high)}"


def as_svg(result: Result) -> str | None:
    """The learning curve by itself; None where there is none to draw."""
    picture = picture_of(result)
    if picture is None:
        return None
    drawn = _templates().get_template("studio/report/_picture.html").make_module().drawn  # type: ignore[attr-defined]
    return str(drawn(picture, linked=False, look=ON_PAPER)).strip()


def as_png(svg: str) -> bytes:
    """A picture that every program shows, with letters that come with it."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, scale=TIMES_LARGER)
    return png


@cache
def _templates(language: str = ENGLISH) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[EXTENSION],
    )
    teach(environment, lambda: catalogue("studio", language))
    return environment
