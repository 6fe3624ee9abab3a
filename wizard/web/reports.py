"""Reports that are made beside the app, one after the other, and kept in memory until somebody wants a newer one."""

from __future__ import annotations

import logging
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
"""A report is made anew once its study has grown by this share at the least."""
UNSEEN_SECONDS = 30.0
"""What only stands on a page is judged as long as somebody has it before them, who asks for it every few seconds."""

log = logging.getLogger("wizard")

Key = tuple[str, str | None]
"""A study, and the label that is judged."""


@dataclass
class ReportJob:
    """A report as it is made, of a study that had so many exchanges; `erasures` there were before.

    `others` has its page and what is said in brief in the studio's other languages. `drafts` are replies of the simple
    model, by the exchange in whose place: the exchange whose reply it is. It `waits` for its turn at first, which comes
    sooner where it is `wanted`, by somebody who has nothing else on the page; it was last asked for when it was `seen`.
    A native thread writes it, the loop reads.
    """

    exchanges: int
    erasures: int
    began: float = field(default_factory=monotonic)
    state: Literal["running", "done", "failed"] = "running"
    waits: bool = True
    wanted: bool = False
    seen: float = field(default_factory=monotonic)
    page: str = ""
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    brief: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    doing: str | None = None
    done: int | None = None
    of: int | None = None

    def facts(self, exchanges: int) -> dict[str, Any]:
        """How far it is and what it says in brief, as JSON for pages; the study has so many exchanges by now."""
        told = {
            "state": self.state,
            "waits": self.waits,
            "doing": self.doing,
            "done": self.done,
            "of": self.of,
            "says": self.says,
            **self.brief,
        }
        return {**told, "newer": max(0, exchanges - self.exchanges)}


class Reports:
    """The last report of each study and label. One is made at a time."""

    def __init__(self, sessions: Path) -> None:
        self._sessions = sessions
        self._kept: dict[Key, ReportJob] = {}
        self._waiting: dict[Key, ReportJob | None] = {}  # and what was kept before, should nobody look at it any more
        self._working = False
        self._lock = Lock()

    def make(self, study: str, label: str | None, exchanges: int, erasures: int) -> ReportJob:
        """Begin one that somebody wants; one that is being made goes on."""
        with self._lock:
            return self._want(self._make((study, label), exchanges, erasures))

    def access(self, study: str, label: str | None, exchanges: int, erasures: int) -> ReportJob:
        """The last one, which somebody wants; begun where there is none, or where somebody was erased since."""
        with self._lock:
            return self._want(self._access((study, label), exchanges, erasures))

    def current(self, study: str, exchanges: int, erasures: int) -> ReportJob:
        """The last one, for a page with other things on it; made anew where enough has come in since."""
        with self._lock:
            kept = self._access((study, None), exchanges, erasures)
            kept.seen = monotonic()
            grown = exchanges - kept.exchanges > GROWN * kept.exchanges
            if kept.state != "running" and grown and monotonic() - kept.began > LIVE_SECONDS:
                return self._make((study, None), exchanges, erasures)
            return kept

    def _access(self, key: Key, exchanges: int, erasures: int) -> ReportJob:
        kept = self._kept.get(key)
        if kept is None or (kept.erasures != erasures and kept.state != "running"):
            return self._make(key, exchanges, erasures)
        return kept

    def _make(self, key: Key, exchanges: int, erasures: int) -> ReportJob:
        kept = self._kept.get(key)
        if kept is not None and kept.state == "running":
            return kept
        last = kept if kept is not None and kept.erasures == erasures else None
        report = self._kept[key] = ReportJob(exchanges, erasures, waits=self._working, brief=last.brief if last else {})
        self._waiting[key] = last
        if not self._working:
            self._working = True
            loop.native_thread(self._work, name="report")
        return report

    def _want(self, report: ReportJob) -> ReportJob:
        report.wanted, report.seen = True, monotonic()
        return report

    def _work(self) -> None:
        while turn := self._next():
            try:
                self._run(*turn)
            except OSError as error:  # nobody waits for a thread, and others wait for their turn
                turn[1].says, turn[1].state = str(error.strerror), "failed"
            except Exception:
                log.exception("a report failed")
                turn[1].state = "failed"

    def _next(self) -> tuple[Key, ReportJob] | None:
        """Whose turn it is: who is wanted, before all others."""
        with self._lock:
            self._forget_the_unseen()
            if not self._waiting:
                self._working = False
                return None
            key = min(self._waiting, key=lambda each: not self._kept[each].wanted)
            del self._waiting[key]
            report = self._kept[key]
            report.waits = False
            return key, report

    def _forget_the_unseen(self) -> None:
        for key, last in list(self._waiting.items()):
            report = self._kept[key]
            if report.wanted or monotonic() - report.seen < UNSEEN_SECONDS:
                continue
            del self._waiting[key], self._kept[key]
            if last is not None:
                self._kept[key] = last

    def _run(self, key: Key, report: ReportJob) -> None:
        study, label = key
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
