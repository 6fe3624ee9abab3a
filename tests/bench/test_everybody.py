"""A message to everybody in a crowd on real sockets, and a pause: all have it soon, and a desk beside them goes on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.bench import targets
from tests.bench.load import Crowd, Line, perf_counter
from tests.bench.targets import Curtain
from tests.served import Visitor

pytestmark = pytest.mark.alone

PACING = "pacing: {first: 0-1, chars_per_second: 120}\n"
TEXT = "We close at **five** today. "
SOON_SECONDS, BESIDE_SECONDS = 8.0, 0.5
"""How long it may take to say it to 2,000, and a desk beside that may wait. It took 1.2 and 0.13."""
PAUSE_SECONDS = 0.1
"""How long a desk may wait while 2,000 are paused. It waited 0.04; 0.13 where all had their turn in one go."""


class Ears(Crowd):
    """A crowd that counts how many messages of the persona's came to whom."""

    def __init__(self, *given: Any) -> None:
        self.told: dict[Line, int] = {}
        super().__init__(*given)

    def _hear_participant(self, line: Line, frame: bytes) -> None:
        if frame.startswith(b'42/chat,["message"') and b'"assistant"' in frame:
            self.told[line] = self.told.get(line, 0) + 1
        super()._hear_participant(line, frame)


def test_a_crowd_is_told_once_and_soon_and_nobody_stalls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_run: bool
) -> None:
    participants, text = (2_000, TEXT * 40) if long_run else (60, TEXT * 4)
    monkeypatch.setattr(targets, "STUDY", targets.STUDY + PACING)
    monkeypatch.setattr(targets, "Crowd", Ears)
    with Curtain(tmp_path / "sessions") as curtain:
        owner = Visitor(curtain.url, {"seat": curtain.owner()})
        with curtain.crowd(participants) as crowd:
            assert isinstance(crowd, Ears)
            took: list[float] = []
            post = threading.Thread(target=announce, args=(owner, text.strip(), took))
            post.start()
            waits, began = [], perf_counter()
            while len(crowd.told) < participants and perf_counter() - began < 60:
                waits.append(crowd.call(0, "away", {"on": False})[0])
                crowd.listen(0.01)
            post.join()
            crowd.listen(0.3)
            assert list(crowd.told.values()) == [1] * participants
    assert took[0] < SOON_SECONDS
    assert max(waits) < BESIDE_SECONDS


def test_a_crowd_is_paused_and_goes_on_and_nobody_stalls(tmp_path: Path, long_run: bool) -> None:
    if not long_run:
        pytest.skip("it takes a crowd: --long")
    with Curtain(tmp_path / "sessions") as curtain:
        owner = Visitor(curtain.url, {"seat": curtain.owner()})
        with curtain.crowd(2_000) as crowd:
            crowd.everybody_once()
            for paused in ("yes", "no"):
                post = threading.Thread(target=owner.post, args=("/studio/study/bench/pause", {"paused": paused}))
                post.start()
                waits = []
                while post.is_alive():
                    waits.append(crowd.call(0, "away", {"on": False})[0])
                    crowd.listen(0.01)
                assert max(waits) < PAUSE_SECONDS


def announce(owner: Visitor, text: str, took: list[float]) -> None:
    """Say it, and how long that took."""
    began = perf_counter()
    form: dict[str, Any] = {"text": text, "id": "once", "send": "yes"}
    assert owner.post("/studio/study/bench/everybody", form)[0] == 200
    took.append(perf_counter() - began)
