"""A server that is told to stop, while something is made beside it."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.served import PLAIN, Server, Visitor, soon

WANTED = {
    "review": "/studio/data/card-help/redaction",
    "report": "/studio/report/card-help",
    "export": "/studio/data/card-help/openai",
}
SOON_SECONDS = 5.0


def beside(server: Server, verb: str) -> list[int]:
    """The processes that the server has at that verb."""
    assert server.process is not None
    threads = Path(f"/proc/{server.process.pid}/task").iterdir()
    children = [child for each in threads for child in (each / "children").read_text().split()]
    return [int(each) for each in children if f"\0{verb}\0" in Path(f"/proc/{each}/cmdline").read_text()]


@pytest.mark.parametrize("verb", WANTED)
def test_what_is_made_beside_a_server_ends_with_it_and_whoever_stops_it_is_told(tmp_path: Path, verb: str) -> None:
    with Server(tmp_path, command=PLAIN) as server, ThreadPoolExecutor(1) as somebody:
        owner = Visitor(server.url, {"seat": server.seat()})
        wants = partial(owner.get, WANTED[verb]) if verb == "review" else partial(owner.post, WANTED[verb], {})
        somebody.submit(wants)
        assert soon(lambda: beside(server, verb))
        [made] = beside(server, verb)
        os.kill(made, signal.SIGSTOP)  # or it may be done before the server is told
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < SOON_SECONDS
        assert soon(lambda: not Path(f"/proc/{made}").exists())
    assert soon(lambda: f"Stopped with it: {verb}.\n" in server.output), server.output
