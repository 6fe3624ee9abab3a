"""Exports that run beside the app, say how far they are, and wait to be fetched."""

from __future__ import annotations

import logging
import secrets
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from wizard import loop
from wizard.language import phrase
from wizard.store.exports import EXPORTS
from wizard.terminal import counted
from wizard.web.verbs import beside, heard

if TYPE_CHECKING:
    from wizard.dataset.export import Format

OURS = "page-"
"""How the folders of its exports begin; others may have put theirs beside them."""
KEPT_SECONDS = 3_600.0
MOST = 20

log = logging.getLogger("wizard")


@dataclass
class Running:
    """An export as it goes. A native thread writes what it says of itself, the loop reads."""

    study: str
    format: str
    out: Path
    began: float
    by: str
    state: Literal["running", "done", "failed", "stopped"] = "running"
    process: subprocess.Popen[str] | None = None
    doing: str = "writing"
    done: int = 0
    of: int | None = None
    says: str = ""
    file: Path | None = None

    def facts(self) -> dict[str, Any]:
        """How far it is, as JSON for the page."""
        return {"state": self.state, "doing": self.doing, "done": self.done, "of": self.of, "says": self.says}


class Exports:
    """The exports that the page started. Their files are thrown away after an hour, and at a start."""

    def __init__(self, sessions: Path) -> None:
        self._sessions, self._folder = sessions, sessions / EXPORTS
        self._running: dict[str, Running] = {}
        for left in self._folder.glob(f"{OURS}*"):
            shutil.rmtree(left, ignore_errors=True)

    def start(self, study: str, format: str, by: str, *, redact: bool) -> str:
        """Begin one for that account; its id."""
        self._forget_the_old()
        id = secrets.token_hex(10)
        running = Running(study, format, self._folder / f"{OURS}{id}", monotonic(), by)
        self._running[id] = running
        loop.native_thread(lambda: self._run_or_fail(running, redact=redact), name="export")
        return id

    def access(self, id: str) -> Running | None:
        """The export of that id."""
        return self._running.get(id)

    def last(self, study: str, by: str) -> str | None:
        """The id of the one that this account began last, of that study, unless it came to nothing."""
        those = [id for id, each in self._running.items() if (each.study, each.by) == (study, by)]
        return those[-1] if those and self._running[those[-1]].state in ("running", "done") else None

    def stop(self, running: Running) -> None:
        """Write no more of it. What is written by then goes."""
        if running.state == "running":
            running.state = "stopped"
            if running.process is not None:
                running.process.kill()

    def _run_or_fail(self, running: Running, *, redact: bool) -> None:
        try:
            self._run(running, redact=redact)
        except OSError as error:  # nobody waits for a thread: who asks is told
            shutil.rmtree(running.out, ignore_errors=True)
            running.says, running.state = phrase(f"It couldn’t be written: {error.strerror}."), "failed"
        except Exception:
            log.exception("an export failed")
            shutil.rmtree(running.out, ignore_errors=True)
            running.state = "failed"

    def _run(self, running: Running, *, redact: bool) -> None:
        command = ["export", running.study, "--to", running.format, "--out", str(running.out), "--workers", "1"]
        command += ["--ticks", "--json", "--redact" if redact else "--no-redact"]
        process = running.process = beside(self._sessions, *command)
        if running.state == "stopped":  # before there was a process
            process.kill()
        said: dict[str, Any] = {}
        for line in heard(process):
            if isinstance(line, str):
                running.says = line
                continue
            said = line
            for name in ("doing", "done", "of"):
                setattr(running, name, said.get(name, getattr(running, name)))
        failed = bool(process.wait())
        if running.state == "stopped":
            shutil.rmtree(running.out, ignore_errors=True)
            running.says = ""
            return
        if failed:
            running.state = "failed"
            return
        files = [Path(file) for file in said["files"]]
        running.file = files[0] if len(files) == 1 else _packed(running, files)
        examples, sessions = counted(said["examples"], "example"), counted(said["sessions"], "session")
        running.says, running.state = phrase(f"{examples} of {sessions}."), "done"

    def _forget_the_old(self) -> None:
        over = [id for id, each in self._running.items() if each.state != "running"]
        old = [id for id in over if monotonic() - self._running[id].began > KEPT_SECONDS]
        for id in {*old, *over[: max(0, len(over) - MOST)]}:
            shutil.rmtree(self._running.pop(id).out, ignore_errors=True)


def formats() -> dict[str, Format]:
    """Every format by its name. They are loaded when somebody first asks: a start doesn't wait for them."""
    from wizard.dataset.export import FORMATS

    return FORMATS


def _packed(running: Running, files: list[Path]) -> Path:
    """Several files as one, which has no time of its own: the same files are the same bytes."""
    path = running.out / f"{running.study}.{running.format}.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(running.out).as_posix())
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with file.open("rb") as whole, packed.open(entry, "w", force_zip64=True) as packing:
                shutil.copyfileobj(whole, packing)
    return path
