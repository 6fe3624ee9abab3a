"""Servers as forks of a process that has loaded the program once: each is up in a tenth of the time, and no less real.

What is measured, traced or killed at its start is started as its users start it: `Server(command=…)`.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.reduction import DupFd

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["wizard.cli", "wizard.web.serving", "wizard.web.app", "tests.compiled", __name__])


class Fork:
    """A process that runs `python -m wizard` with these arguments; as much of `subprocess.Popen` as is used here."""

    def __init__(self, arguments: list[str], environ: dict[str, str]) -> None:
        here, there = os.pipe()
        self._process = FORKS.Process(target=_run, args=(arguments, environ, DupFd(there)), daemon=True)
        self._process.start()
        os.close(there)
        assert self._process.pid is not None
        self.pid: int = self._process.pid
        self.stdout = os.fdopen(here, encoding="utf-8")

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"{self.pid} still runs after {timeout} s")
        return self._process.exitcode

    def send_signal(self, signal: int) -> None:
        os.kill(self.pid, signal)

    def terminate(self) -> None:
        self._process.terminate()


def _run(arguments: list[str], environ: dict[str, str], out: DupFd) -> None:
    from wizard.cli import main

    descriptor = out.detach()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    os.environ.clear()
    os.environ.update(environ)
    main(arguments, prog_name="python -m wizard")
