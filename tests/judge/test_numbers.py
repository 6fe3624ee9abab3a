"""Every number of a report leads to the exchanges that it came from, whichever parts the report has."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.judge.asked import KINDS, asked
from tests.judge.test_beside import forms, replies
from wizard.judge.cases import REPLY, Case, Opinion, Rated
from wizard.judge.judging import judge
from wizard.judge.writing import part_of_page

NO_FIGURE = re.compile(
    r"Of 100 new messages|of 100\b|bar \d+ in 100|\d+ in 100|in 100\b|and 20 show|on 20 exchanges|p, of 1|\(of 1\)"
    r"|under 0|1 doubles, −1 halves|hold 0|again at [\d,]+ exchanges|Collect [\d,]+ more|all \d+ fields|^0$"
)
"""Words of the page itself that are written with figures, and what somebody wants, not what was found."""
VOID = {"input", "br", "img", "line", "rect", "polygon", "polyline", "circle", "path"}
ROWS = {"tr", "li", "details"}


class Numbers(HTMLParser):
    """Reads a page: what opens exchanges, and each text with a number that stands where nothing opens any."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[dict[str, object]] = []
        self.loose: list[tuple[str, str | None]] = []
        self.opening: set[str] = set()
        self.parts: set[str] = set()
        self.numbers = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in VOID:
            return
        self.within.append({"tag": tag, "leads": told.get("href"), "id": told.get("id"), "texts": [], "opens": False})
        if tag == "details" and told.get("id"):
            self.parts.add(str(told["id"]))
        if tag == "a" and str(told.get("href")).startswith("/studio#x/"):
            for each in self.within:
                each["opens"] = True

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.within.pop()
        assert closed["tag"] == tag
        texts = closed["texts"]
        assert isinstance(texts, list)
        if closed["opens"] and closed["id"]:
            self.opening.add(str(closed["id"]))
        if closed["opens"] and tag in ROWS and str(closed["id"]) not in self.parts:
            return
        if not self.within:
            self.loose += texts
        else:
            held = self.within[-1]["texts"]
            assert isinstance(held, list)
            held += texts

    def handle_data(self, data: str) -> None:
        if not self.within or any(each["tag"] in ("svg", "h2", "th") for each in self.within):
            return
        if any(str(each["leads"]).startswith("/studio#x/") for each in self.within):
            return
        if re.search(r"\d", NO_FIGURE.sub("", data)):
            self.numbers += 1
            lead = next((str(each["leads"]) for each in self.within if each["leads"]), None)
            held = self.within[-1]["texts"]
            assert isinstance(held, list)
            held.append((data.strip(), lead))

    @property
    def without_exchanges(self) -> list[str]:
        return [text for text, lead in self.loose if lead is None or lead.removeprefix("#") not in self.opening]


def labelled() -> list[Case]:
    """Two versions, three wizards, second opinions, labels that are wrong, something missing now and then."""
    rng, told = random.Random(5), []
    for at, case in enumerate(asked(240)):
        right = case.answers["intent"]
        given = right if rng.random() < 0.95 else rng.choice(sorted(KINDS))
        second = Opinion({"intent": right if rng.random() < 0.9 else rng.choice(sorted(KINDS))}, "cy")
        missing = {"could_answer": "no", "missing": "the date"} if at % 9 == 0 else {"could_answer": "yes"}
        when = {
            "at": f"2026-11-02T10:{at // 60:02d}:{at % 60:02d}Z",
            "version": 1 + (at >= 120),
            "seconds": 3.0 + at % 7,
        }
        apart = "saw_more" if at % 50 == 0 else "flagged" if at % 50 == 1 else "suggested" if at % 50 == 2 else None
        told.append(
            replace(
                case,
                id=f"{case.session}-1",
                answers={"intent": given} if at % 60 else {},
                opinions=(second,),
                wizard=("ada", "bob")[at % 3 == 0],
                apart=apart,
                **missing,
                **when,
            )
        )
    return told


def free_text() -> list[Case]:
    """Replies that colleagues were asked about, a person's and the model's."""
    return [
        replace(
            case,
            id=f"{case.session}-1",
            answers={REPLY: f"{case.answers[REPLY]} {at}"},
            ratings=(Rated(at % 3 > 0, of_model=False), Rated(at % 2 > 0, of_model=True)),
        )
        for at, case in enumerate(replies(60))
    ]


@pytest.mark.parametrize(
    ("cases", "parts"),
    [
        (labelled(), {"figures", "curve", "missing", "confused", "kinds", "again", "novelty", "versions"}),
        (forms(150, wrong_days=0.4), {"figures", "curve", "fields"}),
        (free_text(), {"figures", "curve", "replies", "kinds"}),
    ],
    ids=["a label", "forms", "free text"],
)
def test_every_number_opens_exchanges(cases: list[Case], parts: set[str]) -> None:
    page = Numbers()
    page.feed(f"<main>{part_of_page(judge(cases), '/studio')}</main>")
    assert parts <= page.parts
    assert page.numbers > 20
    assert page.without_exchanges == []


@pytest.mark.parametrize(
    "loose", ["<p>About 5 of them.</p>", "<table><tr><td>12</td></tr></table>", '<a href="#from-nowhere">7 times</a>']
)
def test_a_number_that_opens_nothing_is_seen(loose: str) -> None:
    page = Numbers()
    page.feed(f'<main><ul><li>3 <a href="/studio#x/s/1">s-1</a></li></ul>{loose}</main>')
    assert len(page.without_exchanges) == 1
