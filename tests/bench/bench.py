"""What `bin/bench` does: everything that is measured, one after the other, and how it compares."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import exports, large, reports, targets
from tests.bench.load import percentile
from tests.bench.measure import Result, conversations, held, inbox_and_opening, ms
from tests.bench.targets import Curtain, Relay
from tests.served import ROOT
from wizard.store.database import sqlite_version

EVENTS = 1_000_000
EXCHANGES = 1_000_000
MANY = 1_000
OPEN_CONVERSATIONS = (10, 100, MANY)
PARTS = ("held", "slow", "open", "large", "export", "report")
USUAL = PARTS[:3]
WANTED = {
    "durable / bare": 1.5,
    "slow disk: durable / commit": 10,
    "p50 of 1000 conversations, ms": 5,
    "p99 of 1000 conversations, ms": 20,
    "large: up in, s": 5,
    "large: inbox, ms": 200,
    "large: opening a session, ms": 200,
    "export: openai / s": 25_000,
    "export: huggingface / s": 12_500,
    "export: first byte, s": 1,
    "export: memory, MB": 300,
    "report: p99, times that without": 1.2,
}
"""What is asked of the figures: at least, where it is a ratio; else below."""


@dataclass(frozen=True)
class Plan:
    """What to measure, and for how long: each run at one rate, how many of them, each number of conversations."""

    parts: tuple[str, ...]
    seconds: float
    probes: int
    open_conversations: tuple[int, ...]
    open_seconds: float
    events: int
    exchanges: int


def main() -> None:
    """Measure, and print a JSON line for each result."""
    plan = read_arguments(sys.argv[1:])
    parent = ROOT / "sessions"  # on the disk where logs are
    parent.mkdir(exist_ok=True)
    began = time.monotonic()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        say({"what": "machine", **machine(Path(folder))})
        targets.pin_load()
        for result in measured(plan, Path(folder)):
            say(result)
            results[result["what"]] = result
    say({"what": "summary", **compared(results), "took_s": round(time.monotonic() - began)})


def read_arguments(given: list[str]) -> Plan:
    """The plan that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=f"How fast Curtain is here, as JSON lines. {__doc__}"
    )
    parser.add_argument("--quick", action="store_true", help="a rough look in about a minute, instead of five")
    parser.add_argument("--seconds", type=float, help="length of each run at one rate (4; 1 with --quick)")
    parser.add_argument(
        "--large", action="store_true", help=f"also over a log of {EVENTS:,} events, and exports: ten minutes more"
    )
    parser.add_argument("--events", type=int, default=EVENTS, help="how many events that log has")
    parser.add_argument("--exchanges", type=int, default=EXCHANGES, help="how many exchanges the exports have")
    parser.add_argument(
        "--open", type=int, nargs="+", default=OPEN_CONVERSATIONS, help="how many conversations are open"
    )
    parser.add_argument("--only", choices=PARTS, help="only this part")
    said = parser.parse_args(given)
    seconds = said.seconds or (1.0 if said.quick else 4.0)
    return Plan(
        parts=(said.only,) if said.only else PARTS if said.large else USUAL,
        seconds=seconds,
        probes=4 if said.quick else 6,
        open_conversations=tuple(said.open),
        open_seconds=3 * seconds,
        events=said.events,
        exchanges=said.exchanges,
    )


def measured(plan: Plan, folder: Path) -> Iterator[Result]:
    """The results, as they come."""
    if "held" in plan.parts:
        for name, target in trio(folder / "held"):
            with target:
                yield {"what": f"held: {name}", **held(target, plan.seconds, plan.probes)}
    if "slow" in plan.parts:
        yield from on_a_slow_disk(plan, folder)
    if "open" in plan.parts:
        for name, target in trio(folder / "open", relays=("bare",)):
            with target:
                for count in plan.open_conversations:
                    yield {"what": f"{count} conversations: {name}", **conversations(target, count, plan.open_seconds)}
    if "large" in plan.parts:
        yield from over_a_large_log(plan, folder / "large")
    if "export" in plan.parts:
        yield from exports.exported(folder / "export", plan.exchanges)
    if "report" in plan.parts:
        yield from reports.beside_a_report(folder / "report", plan.open_seconds)


def trio(
    folder: Path, relays: tuple[str, ...] = ("bare", "commit"), *, slow_disk: bool = False
) -> Iterator[tuple[str, Any]]:
    """Curtain and the relays it is compared with, by name, over a new folder."""
    folder.mkdir()
    yield "durable", Curtain(folder / "sessions", slow_disk=slow_disk)
    for name in relays:
        yield name, Relay(folder / "messages.db" if name == "commit" else None, slow_disk=slow_disk)


def on_a_slow_disk(plan: Plan, folder: Path) -> Iterator[Result]:
    """What is held where every sync takes 5 ms longer."""
    if not targets.can_slow_the_disk():
        yield {"what": "slow disk", "value": None, "why": "not measured here: it takes strace, and leave to trace"}
        return
    for what, slow_disk in (("one sync", False), ("slow disk: one sync", True)):
        took = targets.sync_seconds(folder, slow_disk=slow_disk)
        yield {"what": what, "p50": ms(percentile(took, 50)), "max": ms(took[-1]), "unit": "ms", "n": len(took)}
    for name, target in trio(folder / "slow", relays=("commit",), slow_disk=True):
        with target:
            yield {"what": f"slow disk: held: {name}", **held(target, plan.seconds, plan.probes)}


def over_a_large_log(plan: Plan, folder: Path) -> Iterator[Result]:
    """Curtain over a log with a million events in it."""
    curtain = Curtain(folder)
    began = time.monotonic()
    events = large.build(folder, plan.events)
    size = sum(each.stat().st_size for each in folder.iterdir()) / 1e6
    yield {
        "what": "large: the log",
        "value": events,
        "unit": "events",
        "MB": round(size),
        "built_in_s": round(time.monotonic() - began),
    }
    with curtain:
        yield {"what": "large: up in", "value": round(curtain.started_in, 2), "unit": "s", "n": 1}
        yield from inbox_and_opening(curtain, large.some_open_sessions(folder, 200))
        yield {"what": f"large: {MANY} conversations: durable", **conversations(curtain, MANY, plan.open_seconds)}
        yield {"what": "large: held: durable", **held(curtain, plan.seconds, plan.probes)}


def compared(results: dict[str, Result]) -> Result:
    """The ratios and bounds that the figures are for, and which of them are met."""

    def of(what: str, key: str = "value") -> float | None:
        return results.get(what, {}).get(key)

    def ratio(one: str, other: str) -> float | None:
        above, below = of(one), of(other)
        return round(above / below, 2) if above is not None and below else None

    many = f"{MANY} conversations: durable"
    figures = {
        "durable / bare": ratio("held: durable", "held: bare"),
        "commit / bare": ratio("held: commit", "held: bare"),
        "slow disk: durable / commit": ratio("slow disk: held: durable", "slow disk: held: commit"),
        "p50 of 1000 conversations, ms": of(many, "p50"),
        "p99 of 1000 conversations, ms": of(many, "p99"),
        "large: durable / bare": ratio("large: held: durable", "held: bare"),
        "large: p50 of 1000 conversations, ms": of(f"large: {many}", "p50"),
        "large: p99 of 1000 conversations, ms": of(f"large: {many}", "p99"),
        "large: up in, s": of("large: up in"),
        "large: inbox, ms": of("large: inbox", "max"),
        "large: opening a session, ms": of("large: opening a session", "max"),
        "export: openai / s": of("export: openai"),
        "export: huggingface / s": of("export: huggingface"),
        "export: first byte, s": worst(results, "first_byte_s"),
        "export: memory, MB": worst(results, "most_MB"),
        "report: p99, times that without": of("beside a report"),
    }
    figures = {name: value for name, value in figures.items() if value is not None}
    met = {name: meets(name, value) for name, value in figures.items() if wanted(name) is not None}
    return {**figures, "met": met}


def worst(results: dict[str, Result], key: str) -> float | None:
    """The greatest of these figures of all exports; None where there was no export."""
    return max(
        (each[key] for what, each in results.items() if what.startswith("export: ") and key in each), default=None
    )


def wanted(name: str) -> float | None:
    """What is asked of that figure; the same over a large log."""
    return WANTED.get(name, WANTED.get(name.removeprefix("large: ")))


def meets(name: str, value: float) -> bool:
    """Whether a figure is what is asked of it."""
    bound = wanted(name)
    assert bound is not None
    return value >= bound if " / " in name else value < bound


def machine(folder: Path) -> Result:
    """What the figures were measured on."""
    cores = targets.cores()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": processor(),
        "cores": os.cpu_count(),
        "pinned": {"server": cores[0], "load": cores[1]} if cores else "no: this system can't, or has one core",
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": ".".join(map(str, sqlite_version())),
    }


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def say(result: Result) -> None:
    """Print a result as one line."""
    print(json.dumps(result), flush=True)
