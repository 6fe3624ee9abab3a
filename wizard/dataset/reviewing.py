"""`python -m wizard review`: what an export would take out, before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from wizard.dataset.exporting import redaction_for
from wizard.dataset.redaction.span import KINDS
from wizard.settings import Settings
from wizard.store.database import reading
from wizard.store.heads import count_sessions
from wizard.terminal import as_json, counted, say

if TYPE_CHECKING:
    from wizard.dataset.redaction.review import Review


@click.command("review")
@click.argument("name", metavar="STUDY")
@click.option("--names", metavar="MODULE:CALLABLE", help="A recogniser of names, as `export` takes it.")
@click.option(
    "--sessions", "most", type=click.IntRange(min=1), default=1_000, show_default=True, help="Sessions to read."
)
@as_json
@click.pass_obj
def review_command(settings: Settings, name: str, names: str | None, most: int, as_json: bool) -> None:
    """Show what `export` would take out of STUDY, with the words around it: personal data, so look who looks on."""
    from wizard.dataset.redaction.review import review

    with reading(settings.sessions) as db:
        found = review(db, name, redaction_for(db, name, names), most)
        of = count_sessions(db, name)
    say({**asdict(found), "of": of}, as_json, "\n".join(_in_words(found, of)))


def _in_words(found: Review, of: int) -> Iterator[str]:
    for kind, count in found.counts.items():
        yield f"{KINDS[kind]}: {count:,}"
        for span in (each for each in found.spans if each.kind == kind):
            around = f"{span.before}«{span.text}»{span.after}".replace("\n", " ")
            yield f"  {span.alias}, {span.where}: {around} → {span.pseudonym}"
    if not found.counts:
        yield "Nothing personal was found."
    yield f"{counted(found.sessions, 'session')} of {of:,} read."
