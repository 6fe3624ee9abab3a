"""The assistant's Markdown as HTML that is safe to put into a page."""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).enable(
    ["table", "strikethrough", "linkify"]
)


class Passage(NamedTuple):
    """A piece of a document: as HTML to read, as text to search. `level` is 1 to 6 for a heading, else 0."""

    html: str
    text: str
    level: int


@lru_cache(maxsize=4096)
def to_html(text: str) -> str:
    """Rendered, then cleaned: HTML in the text stays text, links open outside and tell nothing of where from."""
    return _clean(_parser.render(text))


def to_text(text: str) -> str:
    """The same in one line, without marks, for where there is room for words alone."""
    words = nh3.clean(_parser.render(text).replace("<br", " <br"), tags=set(), clean_content_tags=set())
    return " ".join(unescape(words).split())


def passages(text: str) -> list[Passage]:
    """The blocks of a Markdown document, in order: its headings, paragraphs, lists, tables."""
    lines = text.splitlines()
    found = []
    for token in _parser.parse(text):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            source = "\n".join(lines[slice(*token.map)])
            level = int(token.tag[1]) if token.type == "heading_open" else 0
            found.append(Passage(to_html(source), source, level))
    return found


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
