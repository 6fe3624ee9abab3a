"""A result as HTML: a part of a page, or a file that stands by itself."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wizard.judge.picture import picture_of
from wizard.judge.result import Result

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ("shared/tokens.css", "shared/base.css", "desk/pages.css", "desk/report.css")
FROM_ELSEWHERE = re.compile(r"^@import .*$|^.*url\(.*$", re.MULTILINE)
"""Lines of a sheet that name another file, which a file that stands by itself hasn't."""


def part_of_page(result: Result, place: str | None) -> str:
    """What the report says, for a page; `place` is where exchanges open, None where they can't."""
    return (
        _templates().get_template("studio/_report.html").render(result=result, picture=picture_of(result), place=place)
    )


def whole_file(result: Result, title: str) -> str:
    """The report as one file that needs nothing else."""
    sheets = "\n".join((ROOT / "static" / sheet).read_text(encoding="utf-8") for sheet in SHEETS)
    look = FROM_ELSEWHERE.sub("", sheets)
    return (
        _templates()
        .get_template("report_file.html")
        .render(result=result, picture=picture_of(result), place=None, title=title, look=look)
    )


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
