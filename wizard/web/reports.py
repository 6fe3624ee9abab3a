"""Reports that are made beside the app, one after the other, and kept in memory until somebody wants a newer one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Literal

from wizard import loop
from wizard.web.verbs import beside, heard

LIVE_SECONDS = 60.0
"""While sessions run a report is made anew this often at the most."""
GROWN = 0.05
"""And when so much of it is new at least."""


@dataclass
class Report:
    """A report as it is made, of a study that had so many exchanges; `erasures` there were before.

    `others` has its page and what is said in brief in the studio's other languages. `drafts` are replies of the simple
    model, by the exchange in whose place: the exchange whose reply it is. A native thread writes it, the loop reads.
    """

    exchanges: int
    erasures: int
    began: float = field(default_factory=monotonic)
    state: Literal["running", "done", "failed"] = "running"
    page: str = ""
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    brief: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    doing: str | None = None
    done: int | None = None
    of: int | None = None

    def facts(self, exchanges: int) -> dict[str, Any]:
        """As pages ask for it, where the study has so many exchanges by now."""
        told = {
            "state": self.state,
            "doing": self.doing,
            "done": self.done,
            "of": self.of,
            "says": self.says,
            **self.brief,
        }
        return {**told, "newer": max(0, exchanges - self.exchanges)}


class Reports:
    """The last report of each study and label."""

    def __init__(self, sessions: Path) -> None:
        self._sessions = sessions
        self._kept: dict[tuple[str, str | None], Report] = {}
        self._turn = Lock()

    def make(self, study: str, label: str | None, exchanges: int, erasures: int) -> Report:
        """Begin one; one that is being made goes on."""
        kept = self._kept.get((study, label))
        if kept is not None and kept.state == "running":
            return kept
        before = kept.brief if kept is not None and kept.erasures == erasures else {}
        report = self._kept[study, label] = Report(exchanges, erasures, brief=before)
        loop.native_thread(lambda: self._run(study, label, report), name="report")
        return report

    def access(self, study: str, label: str | None, exchanges: int, erasures: int) -> Report:
        """The last one, begun where there is none, or where somebody was erased since."""
        kept = self._kept.get((study, label))
        if kept is None or (kept.erasures != erasures and kept.state != "running"):
            return self.make(study, label, exchanges, erasures)
        return kept

    def current(self, study: str, exchanges: int, erasures: int) -> Report:
        """The last one, made anew where enough has come in since."""
        kept = self.access(study, None, exchanges, erasures)
        grown = exchanges - kept.exchanges > GROWN * kept.exchanges
        if kept.state != "running" and grown and monotonic() - kept.began > LIVE_SECONDS:
            return self.make(study, None, exchanges, erasures)
        return kept

    def _run(self, study: str, label: str | None, report: Report) -> None:
        with self._turn:
            process = beside(self._sessions, "report", study, "--part", *(["--label", label] if label else []))
            said: dict[str, Any] = {}
            for line in heard(process):
                if isinstance(line, str):
                    report.says = line[-500:]
                    continue
                said = line
                report.doing, report.done, report.of = (said.get(key) for key in ("doing", "done", "of"))
            if process.wait() or "page" not in said:
                report.state = "failed"
                return
            report.page, report.drafts, report.others = said.pop("page"), said.pop("drafts"), said.pop("others")
            report.brief, report.says, report.state = said, "", "done"
