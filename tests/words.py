"""Every text that people read, collected from where it stands. `python -m tests.words` brings the catalogues up to
date: what is new stands in them with nothing beside it, and what is gone is gone. A test compares.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from babel.messages import pofile
from babel.messages.catalog import Catalog
from jinja2.ext import babel_extract

from tests.scripts import Call, scan
from wizard import schema_errors, study_file
from wizard.dataset.redaction.span import KINDS, PLACES
from wizard.judge.verdict import Verdict
from wizard.language import BY_DEFAULT, LOCALE, STUDIO_LANGUAGES
from wizard.live.sockets import NOT_SAVED
from wizard.store.trail import STEPS
from wizard.study import ENGLISH, LANGUAGES
from wizard.web.exports import formats
from wizard.web.inviting import PANELS
from wizard.web.participant import CLOSED
from wizard.web.seats import SEAT_NAMES
from wizard.web.study_form import SECTIONS, Field
from wizard.web.study_parcel import TEMPLATES

ROOT = Path(__file__).resolve().parents[1]
PARTICIPANTS = (
    "templates/chat/",
    "templates/not_found.html",
    "static/chat/",
    "wizard/web/participant.py",
    "wizard/language.py",
)
MARKED = {
    "phrase": 0, "BadReply": 0, "NotAllowed": 1, "refusal": 1, "Problem": 0, "BadLink": 1, "Hint": 3,
    "LogUnavailable": 0, "BadPerson": 1, "Need": 0, "remember": 0, "record_act": 2,
}  # fmt: skip
"""Calls that take a text for people, and where in them it stands."""
OF_A_STUDY = ("wizard/study.py", "wizard/reply.py", "wizard/survey.py", "wizard/pacing.py")
"""What is raised here is told in a study's form, beside its field."""
NOT_SHOWN = ("wizard/audit/", "wizard/simulate/", "wizard/dataset/", "wizard/cli.py", "wizard/live/chat.py")
"""What the command line alone says may stay English."""


@dataclass
class Text:
    """A text to translate: with its plural, if it has one, and the files that it stands in."""

    plural: str | None = None
    files: set[str] = field(default_factory=set)


Texts = dict[str, dict[str, Text]]
"""By domain and by the text."""


def collect() -> Texts:
    """Every marked text of the program."""
    texts: Texts = {"chat": {}, "studio": {}}
    for file, msgid, plural in (*_of_python(), *_of_templates(), *_of_scripts(), *_of_tables(), *_of_prose()):
        text = texts["chat" if file.startswith(PARTICIPANTS) else "studio"].setdefault(msgid, Text())
        text.plural = text.plural or plural
        text.files.add(file)
    return texts


Found = Iterator[tuple[str, str, str | None]]


def _of_python() -> Found:
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        file = str(path.relative_to(ROOT))
        if file.startswith(NOT_SHOWN):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in MARKED and len(node.args) > MARKED[name]:
                    yield from ((file, msgid, None) for msgid in _said_by(node.args[MARKED[name]]))
                elif name == "ValueError" and file in OF_A_STUDY:
                    yield from ((file, _of_its_field(msgid), None) for msgid in _said_by(node.args[0]))


def _of_its_field(msgid: str) -> str:
    """Without the field that it begins with, as it is told there."""
    return _numbered(re.sub(r"\{\d\}", "{}", re.sub(r"^(\w+|\{0\}): ", "", msgid)))


SPOKEN = tuple(f"wizard/judge/{name}.py" for name in ("sentence", "reasons", "advice", "judging"))
"""Where every piece of prose is said to people."""


def _of_prose() -> Found:
    for file in SPOKEN:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        docs = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            whole = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and node not in inside | docs)
            for text in _said_by(node) if whole else ():
                if re.search(r"[^\W\d_]{2,}.* |^ .*[^\W\d_]{2,}", text) and "accuracy." not in text:
                    yield file, re.sub(r"\{\w+\}", lambda gap: "{0}" if gap[0] == "{count}" else gap[0], text), None


def _said_by(node: ast.expr) -> list[str]:
    """The texts that an expression may be, with numbers for what is only known later."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*_said_by(one), *_said_by(other)]
        case ast.JoinedStr(values=parts):
            gap = count()
            return [
                "".join(str(each.value) if isinstance(each, ast.Constant) else f"{{{next(gap)}}}" for each in parts)
            ]
    return []


def _of_templates() -> Found:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        options = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
        with path.open("rb") as file:
            for _, function, said, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), options):
                one, *more = [said] if isinstance(said, str) else [each for each in said if each]
                yield str(path.relative_to(ROOT)), one, more[0] if function == "ngettext" else None


def _of_scripts() -> Found:
    for path in sorted((ROOT / "static").rglob("*.js")):
        for each in scan(path.read_text(encoding="utf-8")):
            if isinstance(each, Call):
                yield str(path.relative_to(ROOT)), each.texts[0], each.texts[1] if len(each.texts) > 1 else None


def _of_tables() -> Found:
    tables = {
        "wizard/web/participant.py": [text for both in CLOSED.values() for text in both],
        "wizard/language.py": BY_DEFAULT,
        "wizard/web/study_form.py": [
            text for each in SECTIONS for text in (each.title, each.help, *_of_fields(each.fields))
        ],
        "wizard/web/inviting.py": [PANELS[""], PANELS["other"]],
        "wizard/web/study_parcel.py": [text for both in TEMPLATES.values() for text in both],
        "wizard/web/seats.py": [*SEAT_NAMES, *(seat.capitalize() for seat in SEAT_NAMES)],
        "wizard/judge/verdict.py": [each.words.capitalize() for each in Verdict],
        "wizard/judge/picture.py": ["your bar, {0}", "near-duplicates agree", "commonest answer"],
        "wizard/judge/wording.py": SHORT_PHRASES,
        "wizard/judge/believed.py": PACINGS,
        "wizard/reply.py": WANTED,
        "wizard/live/sockets.py": [NOT_SAVED],
        "wizard/schema_errors.py": [re.sub(r"\{\w+\}", "{}", each) for each in schema_errors.SAID.values()],
        "wizard/study_file.py": [
            *study_file.SAID.values(),
            *study_file.OF_A_PATTERN.values(),
            *study_file.OF_YAML.values(),
        ],
        "wizard/store/trail.py": _steps(),
        "wizard/dataset/export.py": [each.summary for each in formats().values()],
        "wizard/dataset/redaction/span.py": [*KINDS.values(), *PLACES],
    }
    for file, said in tables.items():
        for text in said:
            if text:
                yield file, _numbered(text), None


def _numbered(text: str) -> str:
    """With a number in each gap that has no name."""
    gap = count()
    return re.sub(r"\{\}", lambda _: f"{{{next(gap)}}}", text)


PACINGS = [
    f"{first}{rate}{cover}"
    for first in ("first word after {} s", "first word after {} to {} s", "at once")
    for rate in ("", ", {} characters a second")
    for cover in ("", ", covered for {} to {} s")
]
SHORT_PHRASES = [
    "{0} times", "once", "{0} ({1} to {2})", "1 exchange", "{0} exchanges", "1 example", "{0} examples",
    "1 session", "{0} sessions", "1 kind", "{0} kinds", "{0} % sure",
]  # fmt: skip
WANTED = ["a whole number, as 4", "a number, as 12.50", "a date, as 2026-03-01", "a time, as 14:30"]


def _steps() -> list[str]:
    """What the trail says that somebody did, which SQL puts together."""
    made = re.findall(r"(?:THEN|ELSE|actor,) '([^'|]+)'", STEPS)
    return [
        *(each for each in made if not each.endswith(" ")),
        "saved version {0}",
        "exported {0} exchanges as {1}",
        "erased {0} conversations ({1})",
    ]


def _of_fields(fields: Iterable[Field]) -> Iterator[str]:
    for each in fields:
        yield from (each.title, each.help, each.of, *(words for _, words in each.options if each.name != "language"))
        yield from _of_fields(each.fields)


def wanted() -> dict[Path, str]:
    """The domain of every catalogue that there is to be."""
    domains = {"chat": [each for each in LANGUAGES if each != ENGLISH], "studio": [*STUDIO_LANGUAGES][1:]}
    return {
        LOCALE / language / "LC_MESSAGES" / f"{domain}.po": domain
        for domain, languages in domains.items()
        for language in languages
    }


def read(path: Path) -> Catalog:
    """A catalogue as Babel reads it."""
    with path.open(encoding="utf-8") as file:
        return pofile.read_po(file, locale=path.parents[1].name)


def write(path: Path, texts: dict[str, Text]) -> None:
    """Bring that catalogue up to date; it is made where there is none."""
    there = read(path) if path.is_file() else Catalog(locale=path.parents[1].name)
    fresh = Catalog(locale=there.locale, project="Curtain", fuzzy=False)
    for msgid, text in sorted(texts.items()):
        id: Any = (msgid, text.plural) if text.plural else msgid
        known = there.get(msgid)
        string = known.string if known else ""
        if text.plural and isinstance(string, str):
            string = ("",) * fresh.num_plurals
        entry = fresh.add(id, string, locations=[(file, 0) for file in sorted(text.files)])
        entry.flags.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    made = io.BytesIO()
    pofile.write_po(made, fresh, width=110, sort_output=True, include_lineno=False, omit_header=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {there.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {fresh.plural_forms}\\n"\n\n'
    )
    path.write_text(head + made.getvalue().decode().strip() + "\n", encoding="utf-8")


def main() -> None:
    texts = collect()
    for path, domain in wanted().items():
        write(path, texts[domain])
        missing = [each for each in read(path) if each.id and not all(_strings(each.string))]
        print(f"{path.relative_to(ROOT)}: {len(texts[domain])} texts, {len(missing)} to translate")


def _strings(string: Any) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    main()
