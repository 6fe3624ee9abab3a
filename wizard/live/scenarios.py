"""Which scenario a new session is given: each of the study's as often as the others, as long as it is wanted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from wizard.store.apart import read_apart
from wizard.store.heads import scenarios_dealt
from wizard.store.reaching import reached
from wizard.store.studies import Version


class Scenarios:
    """How often each scenario of a study's version was dealt: counted once from the log, then kept in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dealt: dict[tuple[str, int], Counter[str]] = {}

    def deal(self, version: Version) -> str | None:
        """The scenario dealt least often so far, the first in the study's order of several; None where it has none.

        Where they have counts, one that isn't reached yet, counted over all versions; whoever asks, asks alone.
        """
        if version.study.counts:
            scenarios = read_apart(self._folder, reached, version.study).scenarios
            wanted = {id: count for id, count, of in scenarios if of is None or count < of}
            return min(wanted, key=wanted.__getitem__, default=None)
        ids = [scenario.id for scenario in version.study.scenarios]
        if not ids:
            return None
        dealt = self._of(version)
        chosen = min(ids, key=lambda id: dealt[id])
        dealt[chosen] += 1
        return chosen

    def take_back(self, version: Version, scenario: str | None) -> None:
        """No session began with it after all."""
        if scenario is not None and not version.study.counts:
            self._of(version)[scenario] -= 1

    def _of(self, version: Version) -> Counter[str]:
        key = (version.study.study, version.version)
        if key not in self._dealt:
            counted = Counter(read_apart(self._folder, scenarios_dealt, *key))
            self._dealt.setdefault(key, counted)  # who came meanwhile counted the same, and may have dealt since
        return self._dealt[key]
