"""What recorded conversations come in as: one file per format, each with `read(file, columns)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from wizard.dataset.reading import BadRow
from wizard.dataset.rows import Row
from wizard.dataset.sources._json import CannotRead, first_records, opening

__all__ = ["SOURCES", "CannotRead", "read_file", "recognise"]

SOURCES: Mapping[str, str] = {
    "rows": "import rows, as `docs/dataset.md` has them: also what `export --to jsonl` writes",
    "openai": "OpenAI's chat fine-tuning, `messages` with their roles; or preference pairs",
    "sharegpt": "ShareGPT, `conversations` of human and gpt",
    "csv": "a table with a row of headings: comma, semicolon or tab",
}
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
TABLE_ENDINGS = (".csv", ".tsv")
OF_JSON = "A file of JSON has an object on each line, or all of them in one array."
OF_COLUMNS = "What has columns of other names comes in as a table (CSV), where --map says what each means."
UNCLEAR = "It isn't clear what {file} is: {why}. Say it with --from {names}."


def read_file(file: Path, format: str, columns: Mapping[str, str]) -> Iterator[tuple[int, Row] | BadRow]:
    """The rows of a file, each with its line, or what is wrong with that line; `columns` says what a table's mean.

    Raises:
        CannotRead: it isn't such a file at all; the message says why.
    """
    source: Any = import_module(f"{__name__}.{format}")
    found: Iterator[tuple[int, Row] | BadRow] = source.read(file, columns)
    return found


def recognise(file: Path, columns: Mapping[str, str]) -> str:
    """Which format the file has, by what stands in it.

    Raises:
        CannotRead: it isn't clear.
    """
    if columns or file.suffix.lower() in TABLE_ENDINGS:
        return "csv"
    begins = opening(file)
    if not begins:
        return "rows"
    if begins[0] not in "{[" and file.suffix.lower() not in JSON_ENDINGS:
        return _as_a_table(file)
    read, bad = first_records(file)
    for record in read:
        if found := _recognised(record):
            return found
    if bad and not read:
        raise CannotRead(f"{file}, line {bad[0].line}: {bad[0].reason}. {OF_JSON}")
    why = "none of its first lines has `messages`, `conversations` or `input`"
    raise CannotRead(f"{_unclear(file, why)} {OF_COLUMNS}")


def _recognised(record: Any) -> str | None:
    if not isinstance(record, Mapping):
        return None
    if "conversations" in record or "items" in record:
        return "sharegpt"
    if "preferred_output" in record:
        return "openai"
    messages = record.get("messages")
    if not isinstance(messages, list):
        return None
    if record.keys() <= {"messages", "tools", "functions", "parallel_tool_calls"} and messages:
        roles = [each.get("role") for each in messages if isinstance(each, Mapping)]
        if record.keys() != {"messages"} or roles[-1:] == ["assistant"] or set(roles) - {"user", "assistant"}:
            return "openai"
    return "rows"


def _as_a_table(file: Path) -> str:
    from wizard.dataset.sources.csv import headings, known

    names = headings(file)
    if any(known(name) for name in names):
        return "csv"
    raise CannotRead(
        _unclear(file, "it isn't JSON, and no column of it has a name that is known; --map says what a column means")
    )


def _unclear(file: Path, why: str) -> str:
    return UNCLEAR.format(file=file, why=why, names="|".join(SOURCES))
