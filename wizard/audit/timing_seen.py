"""What there is to see of one answer's timing at the participant's socket, as figures a classifier can learn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import Any, Literal

Since = Literal["sent", "asked"]
NEVER = -1.0

FEATURES = {
    "first": "how long its first word takes",
    "gap": "how long it is from words to words",
    "gap_sd": "how evenly its words come",
    "rate": "how many characters a second come",
    "bubbles": "how long it is from bubble to bubble",
    "dots": "how soon the dots come",
    "dots_off": "how long before the first word the dots go",
    "dots_last": "when the dots come for the last time",
    "ons": "how often the dots come",
    "offs": "how often the dots go",
    "still": "when it says that it still works",
    "stills": "how often it says that it still works",
    "busy": "when it says that it is busy",
    "busies": "how often it says that it is busy",
    "after": "what comes of dots after its first word",
}
"""Each figure, as what it says of an answer."""


@dataclass(slots=True)
class TimedAnswer:
    """One answer as it reached the participant. All times are in seconds of one clock.

    `asked` is when their message was on the disk, `sent` when the answer was, and `due` when that was to be.

    `marks` are the dots and what is said in the place of an answer, `words` what came of its text, as (when, how many
    characters), and `bubbles` when each bubble was whole.
    """

    asked: float
    sent: float = 0.0
    due: float = 0.0
    marks: list[tuple[float, str]] = field(default_factory=list)
    words: list[tuple[float, int]] = field(default_factory=list)
    bubbles: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)

    def hear(self, event: str, payload: Mapping[str, Any], at: float) -> None:
        """Take down what came: an event of `/chat`."""
        if event == "thinking":
            self.marks.append((at, "off" if not payload["on"] else "still" if payload.get("say") else "on"))
        elif event == "state":
            self.marks.append((at, "busy" if payload.get("busy") else "free"))
        elif event == "words":
            self._begin(at)
            self.words.append((at, len(payload["text"])))
        elif event == "message" and payload["role"] == "assistant":
            self._begin(at)
            self.bubbles.append(at)

    def _begin(self, at: float) -> None:
        if len(self.firsts) == len(self.bubbles):
            self.firsts.append(at)

    def features(self, since: Since, haste: float = 1.0) -> list[float]:
        """The figures of `FEATURES`, in that order, in the study's seconds."""
        first = self.firsts[0]
        before = [(at, mark) for at, mark in self.marks if at <= first]
        gaps = [later - at for (at, _), (later, _) in zip(self.words, self.words[1:], strict=False)]
        over = self.words[-1][0] - self.words[0][0] if len(self.words) > 1 else 0.0
        between = [begun - whole for whole, begun in zip(self.bubbles, self.firsts[1:], strict=False)]

        def when(mark: str, which: int = 0) -> float:
            times = [at for at, each in self.marks if each == mark]
            return (times[which] - self.asked) * haste if times else NEVER

        def count(mark: str) -> float:
            return sum(each == mark for _, each in self.marks)

        offs = [at for at, mark in before if mark == "off"]
        return [
            (first - (self.sent if since == "sent" else self.asked)) * haste,
            fmean(gaps) * haste if gaps else 0.0,
            pstdev(gaps) * haste if gaps else 0.0,
            sum(chars for _, chars in self.words[1:]) / (over * haste) if over > 0 else 0.0,
            fmean(between) * haste if between else 0.0,
            when("on"),
            (first - offs[-1]) * haste if offs else NEVER,
            when("on", -1),
            count("on"),
            count("off"),
            when("still"),
            count("still"),
            when("busy"),
            count("busy"),
            float(len(self.marks) - len(before)),
        ]


def jitter(seen: Iterable[TimedAnswer]) -> float:
    """How unevenly this machine and the pipes bring what is the same every time, in its own seconds.

    From asking to the dots; the middle nine tenths of what was measured lie so far apart.
    """
    delays = sorted(next(at for at, mark in each.marks if mark == "on") - each.asked for each in seen if _dots(each))
    return delays[int(0.95 * (len(delays) - 1))] - delays[int(0.05 * (len(delays) - 1))] if delays else 0.0


def _dots(seen: TimedAnswer) -> bool:
    return any(mark == "on" for _, mark in seen.marks)
