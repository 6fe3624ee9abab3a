"""Erasing what a study has kept for as long as it says, while the app runs: told first, looked for once a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wizard import loop
from wizard.store.apart import read_apart
from wizard.store.database import LogUnavailable
from wizard.store.log import written
from wizard.store.retention import Going, announce, by_person, due, plan
from wizard.store.writer import Writer

FIRST_SECONDS, DAY_SECONDS, RETRY_SECONDS = 1.0, 86_400.0, 60.0

Retire = Callable[[str, Mapping[str, Sequence[str]], str], Any]
"""Erases these sessions of a study, told by participant, where nothing was said since that time."""


class Retention:
    """Looks at a start and once a day what goes."""

    def __init__(self, folder: Path, writer: Writer, retire: Retire) -> None:
        self._folder, self._writer, self._retire = folder, writer, retire

    def take_up(self) -> None:
        """Look soon, and every day from then on."""
        loop.later(FIRST_SECONDS, self._look_daily)

    def look(self, moment: datetime) -> int:
        """Tell what goes, and erase what was told of and goes by that moment: how many conversations those were.

        Raises:
            LogUnavailable: the log can't be written right now.
        """
        plans = read_apart(self._folder, plan, moment)
        self._writer.run(lambda db: announce(db, plans))
        found = read_apart(self._folder, due, moment)
        self.erase(found, moment)
        return len(found)

    def erase(self, found: Sequence[Going], moment: datetime) -> None:
        """Erase these, as if their participants had taken them back; but for where something was said since then."""
        for study, those in by_person(found).items():
            self._retire(study, those, written(moment))

    def _look_daily(self) -> None:
        seconds = DAY_SECONDS
        try:
            self.look(datetime.now(UTC))
        except LogUnavailable:
            seconds = RETRY_SECONDS
        finally:
            loop.later(seconds, self._look_daily)
