"""The parts of the docs that come from the code. `python -m tests.docs` writes them anew; a test compares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pydantic.json_schema import models_json_schema

from wizard.cli import main
from wizard.dataset.columns import COLUMNS, SPLIT, SPLIT_MEANING, UNITS
from wizard.dataset.redaction.span import KINDS
from wizard.dataset.rows import Row
from wizard.live.payloads import DOWN, UP
from wizard.live.payloads.chat import ChatAuth
from wizard.live.payloads.parts import CODES, Payload, Refused
from wizard.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
KEYS = DOCS.parent / "static" / "desk" / "keys.js"
KEY_ROW = re.compile(r'^  \{ (?:about: _\("([^"]*)"\)|key: "([^"]*)", does: _\("([^"]*)"\))', re.MULTILINE)
BLOCK = re.compile(r"(<!-- from the code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def events() -> str:
    """Every event, with its payload and its acknowledgement."""
    lines = []
    for namespace in UP:
        lines += [f"### `{namespace}`, up", "", "| event | payload | acknowledgement |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {_named(given)} | {_named(done)} |" for name, (given, done) in UP[namespace].items()]
        lines += ["", f"### `{namespace}`, down", "", "| event | payload |", "| --- | --- |"]
        lines += [f"| `{name}` | {_named(payload)} |" for name, payload in DOWN[namespace].items()]
        lines += [""]
    return "\n".join(lines)


def codes() -> str:
    """Every code of a refusal."""
    lines = ["| `code` | what it says |", "| --- | --- |", *(f"| `{code}` | {says} |" for code, says in CODES.items())]
    return "\n".join(lines)


def schemas() -> str:
    """A JSON Schema for every payload."""
    ups = [each for events in UP.values() for pair in events.values() for each in pair]
    downs = [payload for events in DOWN.values() for payload in events.values()]
    models: list[type[Payload]] = list(dict.fromkeys([ChatAuth, *ups, *downs, Refused]))
    _, whole = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    blocks = []
    for name, schema in sorted(whole["$defs"].items()):
        blocks.append(
            f"#### {name}\n\n```json\n{json.dumps(_without_titles(schema), indent=2, ensure_ascii=False)}\n```\n"
        )
    return "\n".join(blocks)


def settings() -> str:
    """Every setting."""
    lines = ["| setting | default | what it is for |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{PREFIX}{name.upper()}` | `{field.default or '–'}` | {field.description} |")
    return "\n".join(lines)


def commands() -> str:
    """The help of every verb."""
    blocks: list[str] = []

    def add(command: click.Command, words: list[str]) -> None:
        context = click.Context(command, info_name=" ".join(words), terminal_width=100, **main.context_settings)
        blocks.append(f"### `{' '.join(words)}`\n\n```text\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                if verb := command.get_command(context, name):
                    add(verb, [*words, name])

    add(main, ["python -m wizard"])
    return "\n".join(blocks)


def keys() -> str:
    """Every key of the desk, as its own sheet has them."""
    lines = []
    for about, key, does in KEY_ROW.findall(KEYS.read_text(encoding="utf-8")):
        if about:
            lines += ["", f"**{about}**", "", "| key | does |", "| --- | --- |"]
        else:
            lines.append(f"| `{key}` | {does} |")
    return "\n".join(lines).strip()


def columns() -> str:
    """Every column of the dataset."""
    lines = ["| column | unit | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{each.name}` | {UNITS[each.kind]} | {each.meaning} |" for each in COLUMNS]
    return "\n".join([*lines, f"| `{SPLIT}` | – | {SPLIT_MEANING} |"])


def import_keys() -> str:
    """Every key of an import row, first those that anyone's may have, then those of this program's own."""
    lines = ["| key | meaning |", "| --- | --- |"]
    for name, field in Row.model_fields.items():
        if name == "study":
            lines += ["", "And those that `export --to jsonl` adds:", "", "| key | meaning |", "| --- | --- |"]
        lines.append(f"| `{name}` | {field.description} |")
    return "\n".join(lines)


def redaction() -> str:
    """Every kind of personal data, and what it is of."""
    lines = ["| kind | stands there as | of |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| `{kind}` | `[{kind.upper()}_1]` | {of} |" for kind, of in KINDS.items())])


PARTS: dict[str, Callable[[], str]] = {
    "events": events,
    "codes": codes,
    "schemas": schemas,
    "settings": settings,
    "commands": commands,
    "keys": keys,
    "columns": columns,
    "import_keys": import_keys,
    "redaction": redaction,
}


def fresh(page: str) -> str:
    """The page with every block that comes from the code as the code says it now."""
    return BLOCK.sub(lambda found: f"{found[1]}{PARTS[found[2]]().rstrip()}\n{found[3]}", page)


def pages() -> list[Path]:
    """The pages that have such blocks."""
    return [page for page in sorted(DOCS.glob("*.md")) if BLOCK.search(page.read_text(encoding="utf-8"))]


def _named(model: type[Payload]) -> str:
    return f"[{model.__name__}](#{model.__name__.lower()})"


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _without_titles(value) for key, value in schema.items() if key != "title" or isinstance(value, dict)
        }
    if isinstance(schema, list):
        return [_without_titles(value) for value in schema]
    return schema


if __name__ == "__main__":
    for page in pages():
        page.write_text(fresh(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote {page.name}")
