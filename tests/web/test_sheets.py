"""Stylesheets: on a page, a name of one sheet is no other's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import ROOT

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r'@import url\("([^"]+)"\)')
INDENTED = re.compile(r"^[ }].*\n", re.MULTILINE)
"""What stands in a rule, and rules within others: under which circumstances a name looks otherwise."""


def sheets(path: Path) -> Iterator[tuple[str, str]]:
    """This sheet and all that it imports, as name and text."""
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for url in IMPORT.findall(text):
        yield from sheets(ROOT / url[1:] if url.startswith("/") else path.parent / url)
    yield path.name, text


@pytest.mark.parametrize("template", ["studio/desk.html", "studio/base.html", "chat/index.html", "not_found.html"])
def test_each_name_is_laid_out_in_one_sheet_of_a_page(template: str) -> None:
    where: defaultdict[str, set[str]] = defaultdict(set)
    page = (ROOT / "templates" / template).read_text(encoding="utf-8")
    for link in re.findall(r'rel="stylesheet" href="/(static/[^"]+)"', page):
        for name, text in sheets(ROOT / link):
            for selector in re.findall(r"^(\.[\w-]+)(?: \{|,)$", INDENTED.sub("", text), re.MULTILINE):
                where[selector].add(name)
    assert len(where) > 3
    assert {selector: names for selector, names in where.items() if len(names) > 1} == {}
