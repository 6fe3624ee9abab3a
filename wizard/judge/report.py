"""A report: what a result says, in every form in which it is asked for; kept by what it was made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from wizard.judge.cases import Case
from wizard.judge.result import Result, figure
from wizard.judge.versions import Version
from wizard.judge.writing import as_markdown, as_svg, part_of_page
from wizard.language import LOCALE, STUDIO_LANGUAGES, catalogue
from wizard.settings import ROOT
from wizard.study import ENGLISH

FOLDER = "reports"
MOST = 50
STUDIO = "/studio"
JUDGE = Path(__file__).parent
PAGE = ROOT / "templates" / "studio" / "report"


@dataclass(frozen=True)
class Report:
    """A result as a JSON object, as a part of the studio's page and of a file (`alone`), as SVG, and for a `card`.

    `verdict` is what it is called, `helps` what the next exchange would help most. `drafts` are what the simple model
    would reply, as `Replies` has them; `tried_on` so many rows it was held against, and `versions` what it and people
    did under each.
    """

    facts: dict[str, Any]
    part: str
    alone: str
    picture: str | None
    card: str
    verdict: str
    helps: str
    others: dict[str, dict[str, str]]
    drafts: dict[str, str]
    tried_on: int | None
    versions: list[dict[str, Any]]

    @property
    def brief(self) -> dict[str, Any]:
        """What stands beside a study while its sessions run."""
        told = {"sentence": self.facts["sentence"], "verdict": self.verdict.capitalize(), "helps": self.helps}
        return {**told, "versions": self.versions}


def report_of(result: Result) -> Report:
    """All forms of a result."""
    return Report(
        facts=result.facts(),
        part=part_of_page(result, STUDIO),
        alone=part_of_page(result, None),
        picture=as_svg(result),
        card=as_markdown(result),
        verdict=result.verdict.words,
        helps=result.helps.words,
        others={language: in_other_words(result, language) for language in STUDIO_LANGUAGES if language != ENGLISH},
        drafts=dict(result.replies.drafts) if result.replies else {},
        tried_on=result.tried_on,
        versions=[_version(each) for each in result.versions],
    )


def in_other_words(result: Result, language: str) -> dict[str, str]:
    """The page, and what stands beside a study, in another language of the studio."""
    say = catalogue("studio", language).say
    return {
        "page": part_of_page(result, STUDIO, language),
        "sentence": "".join(say(each.words) for each in result.phrases),
        "verdict": say(result.verdict.words.capitalize()),
        "helps": say(result.helps.words),
    }


def _version(each: Version) -> dict[str, Any]:
    """How often a simple model is right under that version, and two people agree; null where it can't be said."""
    agree = None if each.agreement.stand_in else figure(each.agreement.share)
    told = {"version": each.number, "exchanges": len(each.ids), "pairs": each.agreement.pairs}
    return {**told, "accuracy": figure(each.now), "better": figure(each.better), "agreement": agree}


def name_of(cases: Sequence[Case], *asked: object) -> str:
    """Names what was judged and how: other cases, another bar or another program give another name."""
    digest = blake2b(digest_size=16)
    for source in sorted([*JUDGE.glob("*.py"), *PAGE.glob("*.html"), *LOCALE.glob("*/*/studio.po")]):
        digest.update(source.read_bytes())
    digest.update(repr(asked).encode(errors="replace"))
    for case in sorted(cases, key=lambda case: case.id):
        digest.update(repr(case).encode(errors="replace"))
    return digest.hexdigest()


def kept(cache: Path, name: str, make: Callable[[], Report]) -> Report:
    """What is kept under that name, or else is made and kept; the oldest are thrown away."""
    file = cache / FOLDER / f"{name}.json"
    try:
        report = Report(**json.loads(file.read_text(encoding="utf-8")))
        file.touch()
    except (OSError, ValueError, TypeError):
        report = make()
        with suppress(OSError):  # on a disk that is full or read-only it is made anew each time
            _keep(file, report)
    return report


def _keep(file: Path, report: Report) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")
    new.replace(file)
    by_age = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in by_age[MOST:]:
        old.unlink(missing_ok=True)
