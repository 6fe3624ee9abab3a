"""Reports that are made beside the app, and kept in memory until somebody wants a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wizard import loop
from wizard.web.exports import beside


@dataclass
class Report:
    """A report as it is made, of a study as its log stood at `upto`; `erasures` there were before. A native thread
    writes it, the loop reads.
    """

    upto: int
    erasures: int
    state: Literal["running", "done", "failed"] = "running"
    page: str = ""
    says: str = ""
    newer: int = 0


class Reports:
    """The last report of each study."""

    def __init__(self, sessions: Path) -> None:
        self._sessions = sessions
        self._kept: dict[str, Report] = {}

    def make(self, study: str, upto: int, erasures: int) -> Report:
        """Begin one; one that is being made goes on."""
        kept = self._kept.get(study)
        if kept is not None and kept.state == "running":
            return kept
        report = self._kept[study] = Report(upto, erasures)
        loop.native_thread(lambda: self._run(study, report), name="report")
        return report

    def access(self, study: str, upto: int, erasures: int) -> Report:
        """The last one, begun where there is none, or where somebody was erased since."""
        kept = self._kept.get(study)
        if kept is None or (kept.erasures != erasures and kept.state != "running"):
            return self.make(study, upto, erasures)
        kept.newer = upto - kept.upto
        return kept

    def _run(self, study: str, report: Report) -> None:
        process = beside(self._sessions, "report", study, "--part")
        said, _ = process.communicate()
        if process.returncode:
            report.says, report.state = said.strip()[-500:], "failed"
        else:
            report.page, report.state = said, "done"
