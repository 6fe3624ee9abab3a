"""When a study lets anybody new in, by plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from wizard.store.acts import record_act
from wizard.store.log import now, together


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when: UTC, as the log writes times; at once, and without an end, where there is none."""

    opens: str | None = None
    closes: str | None = None

    def shut(self, at: str) -> Literal["soon", "over"] | None:
        """Why it is closed at that time; None where it is open."""
        if self.opens is not None and at < self.opens:
            return "soon"
        return "over" if self.closes is not None and at >= self.closes else None


def plan_window(db: Database, study: str, actor: str, window: Window) -> None:
    """Let nobody new in but then."""
    with together(db):
        db.conn.execute(
            "INSERT OR REPLACE INTO study_windows VALUES (?, ?, ?, ?, ?)",
            [study, now(), actor, window.opens, window.closes],
        )
        record_act(db, actor, "planned when it is open", study)


def window_of(db: Database, study: str) -> Window:
    """When it is open."""
    row = db.conn.execute("SELECT opens, closes FROM study_windows WHERE study = ?", [study]).fetchone()
    return Window(*row) if row else Window()
