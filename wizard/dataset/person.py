"""A participant who is to be erased: where they are, and what came of it, as facts and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wizard.store.backups import Unreadable
from wizard.store.erasure import Held
from wizard.store.exports import KeptExport
from wizard.terminal import counted

STILL_READ = "Somebody reads the log: until they are done, what was there is still in its file log.db-wal."
IN_GAPS = "Some of it may be in gaps of log.db until the app writes that anew: once nothing was said for a minute."


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, where they are: in studies, in backups, and in what was exported."""

    participant: str
    held: list[Held]
    sessions: list[str]
    exports: list[KeptExport]

    def facts(self) -> dict[str, Any]:
        """The same as one JSON object."""
        held = [{"study": each.study, "sessions": each.sessions, "exchanges": each.exchanges} for each in self.held]
        return {"participant": self.participant, "studies": held, "exports": [asdict(each) for each in self.exports]}

    def in_words(self) -> str:
        """What there is of them, as somebody wants to know before it goes."""
        if not self.held:
            return f"{self.participant} is out of the log, but has {counted(len(self.sessions), 'session')} in backups"
        counts = [
            f"{counted(each.sessions, 'session')} with {counted(each.exchanges, 'exchange')} in {each.study}"
            for each in self.held
        ]
        return f"{self.participant} has {' and '.join(counts)}"


@dataclass(frozen=True, slots=True)
class Gone:
    """What came of it. `elsewhere` are files that still have something of them, exports below `sessions/` apart."""

    person: Person
    clean: bool
    in_gaps: bool
    unreadable: list[Unreadable]
    exported: list[Path]
    elsewhere: list[Path]

    @property
    def good(self) -> bool:
        return self.clean and not self.in_gaps and not self.unreadable and not self.elsewhere

    def facts(self) -> dict[str, Any]:
        """The same as one JSON object."""
        return {
            **self.person.facts(),
            "clean": self.clean and not self.in_gaps,
            "exported": [str(path) for path in self.exported],
            "unreadable": [{"file": str(each.file), "why": each.why} for each in self.unreadable],
            "elsewhere": [str(path) for path in self.elsewhere],
        }

    def in_words(self) -> str:
        lines = [f"Erased. {self.person.in_words().replace(' has ', ' had ', 1)}."]
        if not self.clean:
            lines.append(STILL_READ)
        if self.in_gaps:
            lines.append(IN_GAPS)
        lines += [not_cleaned(each) for each in self.unreadable]
        lines += [f"{path} still has something of them. Delete it." for path in self.elsewhere]
        if self.person.exports or self.exported:
            lines.append("These exports held them. Delete them wherever they went, and export anew:")
            lines += [f"  {each.at[:16]}  {each.study} as {each.format}: {each.place}" for each in self.person.exports]
            lines += [f"  {path}" for path in self.exported]
        return "\n".join(lines)


def not_cleaned(backup: Unreadable) -> str:
    """What is said of a backup that may still hold what was erased."""
    return f"{backup.file} can't be cleaned: {backup.why}. Delete it, or mend it, and erase again."
