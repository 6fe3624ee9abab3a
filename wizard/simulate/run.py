"""A simulation from start to end: a server, the actors, and the comparison."""

from __future__ import annotations

import secrets
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from socketio.exceptions import ConnectionError

from wizard.simulate.check import Compared, compare
from wizard.simulate.plan import CannotPlay, Script, study_to_play
from wizard.simulate.play import Stage, Tally, Wizard
from wizard.store.accounts import access_or_make_account, make_sign_in_link, participant_of, use_sign_in_link
from wizard.store.database import reading
from wizard.store.heads import latest_session
from wizard.store.invites import invite_code
from wizard.store.server import running_at
from wizard.store.writing import writing

START_SECONDS = 30.0


@dataclass(frozen=True)
class Simulated:
    """What came of a simulation. Latencies are in milliseconds; None where nothing was measured."""

    study: str
    sessions: int
    tally: Tally
    compared: Compared
    seconds: float

    @property
    def good(self) -> bool:
        return self.compared.same and not self.tally.stuck

    def facts(self) -> dict[str, Any]:
        """The summary as one JSON object."""
        differences = [*self.tally.stuck, *self.compared.differences]
        counts = {name: count for name, count in asdict(self.compared).items() if name != "differences"}
        return {
            "study": self.study,
            "sessions": self.sessions,
            "sent": self.tally.sent,
            "acknowledged": self.tally.acknowledged,
            "answered": self.tally.answered,
            **counts,
            "send_to_desk_ms": _spread(self.tally.send_to_desk),
            "reply_to_participant_ms": _spread(self.tally.reply_to_participant),
            "seconds": round(self.seconds, 1),
            "differences": differences,
        }


def simulate(
    folder: Path, study: str, scripts: list[Script], rate: float | None, progress: Callable[[int, int], None]
) -> Simulated:
    """Play these scripts under the study, on the server of this folder; on one of its own where none runs.

    Raises:
        CannotPlay: the study doesn't take a reply or label of the file, or no server could be started.
    """
    secrets_of_wizards = {}
    with writing(folder) as db:
        version = study_to_play(db, study, scripts)
        invite = invite_code(db, version.study.study)
        for name in sorted({script.wizard for script in scripts}):
            account = access_or_make_account(db, name, "wizard")
            token = make_sign_in_link(db, account, hours=1)
            secrets_of_wizards[name] = use_sign_in_link(db, token, days=1) or ""
    keys = [f"{secrets.token_hex(12)}-{number}" for number in range(len(scripts))]
    with server_of(folder) as url:
        over = threading.Event()
        wizards = {name: Wizard(url, key, over) for name, key in secrets_of_wizards.items()}
        try:
            for wizard in wizards.values():
                wizard.connect()
        except ConnectionError as error:
            raise CannotPlay(f"The server at {url} can't be reached: {error}.") from None
        survey = version.study.survey
        answers = survey.fewest("before") if survey.before else None
        stage = Stage(url, invite, wizards, lambda key: _session_of(folder, study, key), rate, over, answers)
        began = time.monotonic()
        sessions = stage.play(scripts, keys, progress)
        seconds = time.monotonic() - began
        for wizard in wizards.values():
            wizard.disconnect()
    with reading(folder) as reader:
        compared = compare(reader, version.study, scripts, keys, sessions)
    return Simulated(study, len(scripts), stage.tally, compared, seconds)


@contextmanager
def server_of(folder: Path, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of the server that serves this folder, for as long as it is needed.

    One that has to be started gets `environ`, this process's own if None.

    Raises:
        CannotPlay: it didn't start.
    """
    url = running_at(folder)
    if url:
        yield url
        return
    command = [sys.executable, "-m", "wizard", "--sessions", str(folder), "serve", "--host", "127.0.0.1", "--port", "0"]
    with TemporaryFile("w+") as said, _ended_as_by_ctrl_c():
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True)
        try:
            url = _await(folder, process)
            if url is None:
                said.seek(0)
                raise CannotPlay(f"The server didn't start. {said.read().strip()}")
            yield url
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Whoever is told to end, as by a closed terminal, ends what they have begun first: no server stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = [each for name in ("SIGTERM", "SIGHUP") if (each := getattr(signal, name, None))]
    ends = [each for each in ends if signal.getsignal(each) == signal.SIG_DFL]  # nohup ignores one
    for each in ends:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in ends:
            signal.signal(each, signal.SIG_DFL)


def _await(folder: Path, process: subprocess.Popen[bytes]) -> str | None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        url = running_at(folder)
        if url:
            return url
        time.sleep(0.05)
    return None


def _session_of(folder: Path, study: str, key: str) -> str:
    with reading(folder) as reader:
        session = latest_session(reader, study, participant_of(key))
    assert session is not None, "a participant who is connected has a session"
    return session


def _spread(seconds: Sequence[float]) -> dict[str, float] | None:
    if len(seconds) < 2:
        return None
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49] * 1000, 1), "p99": round(cuts[98] * 1000, 1), "n": len(seconds)}
