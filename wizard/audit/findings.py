"""What an audit finds: what leaks, what to think about, what was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["leak", "warning", "note", "good"]

HEADINGS: dict[Level, str] = {
    "leak": "Leaks",
    "warning": "To think about",
    "note": "Not looked at",
    "good": "Looked at",
}
MARKS: dict[Level, str] = {"leak": "✗", "warning": "!", "note": "·", "good": "✓"}
SHOWN = 20
"""Of one level; all of them are in the JSON."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: `what` it is about, what it `says`, `where` it stands and what to `do` about it."""

    level: Level
    what: str
    says: str
    where: str = ""
    do: str = ""


def leaks(findings: Iterable[Finding]) -> list[Finding]:
    """Those that a participant could tell a person by."""
    return [each for each in findings if each.level == "leak"]


def in_words(findings: Iterable[Finding]) -> str:
    """All findings for a person to read, the leaks first."""
    by_level: dict[Level, list[Finding]] = {level: [] for level in HEADINGS}
    for each in findings:
        by_level[each.level].append(each)
    return "\n\n".join(_group(level, found) for level, found in by_level.items() if found)


def _group(level: Level, found: list[Finding]) -> str:
    lines = [HEADINGS[level]]
    for each in found[:SHOWN]:
        lines.append(f"  {MARKS[level]} {each.what}: {each.says}" + (f"  [{each.where}]" if each.where else ""))
        if each.do:
            lines.append(f"      → {each.do}")
    if len(found) > SHOWN:
        lines.append(f"  … and {len(found) - SHOWN} more; --json has them all.")
    return "\n".join(lines)
