"""What to do next, and what the next exchange would help most."""

from __future__ import annotations

from math import sqrt

from wizard.judge.enough import FEWEST, FEWEST_OF_A_KIND
from wizard.judge.people import ENOUGH_PAIRS, Agreement
from wizard.judge.result import Phrase, Result
from wizard.judge.verdict import Findings, Verdict
from wizard.judge.wording import AGREED, NAMED, NOW, hundred, short

FIRST_OF_ALL = {
    Verdict.PEOPLE_CANT_EITHER: "show what would settle it",
    Verdict.LABELS_INCONSISTENT: "agree on what the labels mean",
}
BETTER = {
    Verdict.NO_PATTERN: "find out whether what was shown holds the answer",
    Verdict.LEVELLING_OFF: "show the model more, or ask for less",
    Verdict.PEOPLE_CAN_MODEL_CANT: "try a larger model",
}
"""What helps where messages don’t."""


def next_steps(result: Result, found: Findings) -> tuple[str, ...]:
    """What to do, cheapest first."""
    people = found.agreement
    steps: list[str] = []
    match result.verdict:
        case Verdict.LEARNABLE:
            steps.append("Export the dataset and train; hold a part back to check on.")
        case Verdict.NOT_YET | Verdict.STILL_CLIMBING:
            steps.append(f"Collect more: look again at {2 * result.exchanges:,} exchanges.")
        case Verdict.LEVELLING_OFF if not found.curve_is_plain:
            steps.append("Show the model more, or ask for less, before you collect more.")
        case Verdict.LEVELLING_OFF:
            steps.append("Don’t collect more of the same. Try what a larger model does, or show the model more.")
        case Verdict.PEOPLE_CAN_MODEL_CANT:
            steps.append("Don’t collect more of the same. Try a larger model: people show that the answer is there.")
        case Verdict.NO_PATTERN:
            steps.append("Ask whether what is shown holds the answer at all; have a teammate answer some blind.")
        case Verdict.PEOPLE_CANT_EITHER if found.people_cannot_answer:
            steps.append("Show the model, and so the wizard, what was missing; then collect anew.")
        case Verdict.PEOPLE_CANT_EITHER:
            steps.append("Look at what people fell out over: show what would settle it, or say what the labels mean.")
            steps += _merging(people, found.bar)
        case Verdict.LABELS_INCONSISTENT:
            steps.append("Agree on what the labels mean, with the confused ones side by side, and label again.")
            steps += _merging(people, found.bar)
        case Verdict.NOT_ENOUGH:
            lacking = max(FEWEST - found.exchanges, 0)
            more = lacking or result.exchanges
            steps.append("Collect 1 more exchange." if more == 1 else f"Collect {more:,} more exchanges.")
    if people.pairs < ENOUGH_PAIRS or people.stand_in:
        steps.append(f"Ask for second opinions on {ENOUGH_PAIRS} exchanges or more: it shows what is possible at all.")
    return tuple(steps)


def _merging(people: Agreement, bar: float) -> list[str]:
    if not people.confused or people.merged is None:
        return []
    one, other, _ = people.confused[0]
    would = f"people would agree {hundred(people.merged.value)} times in 100"
    if sqrt(people.merged.high) < bar:
        return [f"Making “{short(one)}” and “{short(other)}” one kind isn’t enough: {would}."]
    return [f"Or make “{short(one)}” and “{short(other)}” one kind: {would}."]


def most_helpful(result: Result) -> Phrase:
    """What the next exchange would help most, for where nothing else is said of what to do."""
    if result.exchanges < FEWEST:
        return Phrase(f"Any exchange helps: from {FEWEST} on something can be said.")
    people = result.agreement
    if result.verdict in FIRST_OF_ALL:
        return Phrase(f"More of the same helps little: first {FIRST_OF_ALL[result.verdict]}.")
    asked = people is not None and people.pairs >= ENOUGH_PAIRS and not people.stand_in
    if not asked and result.verdict is not Verdict.NOT_YET:
        there = 0 if people is None or people.stand_in else people.pairs
        there_are = "are none" if not there else "is one" if there == 1 else f"are {there}"
        return Phrase(
            f"A second opinion helps most: there {there_are}, and {ENOUGH_PAIRS} show what is possible at all.",
            AGREED if there else None,
        )
    if result.verdict in BETTER:
        return Phrase(f"More of the same won’t do: {BETTER[result.verdict]}.")
    return _messages_that_help(result)


def wanted(result: Result) -> Phrase | None:
    """Which messages would help most; None where the steps say all, as any would help, or none of the same."""
    if result.exchanges < FEWEST or result.verdict in FIRST_OF_ALL or result.verdict in BETTER:
        return None
    return _messages_that_help(result)


def _messages_that_help(result: Result) -> Phrase:
    fields = sorted((each for each in result.fields if each.now), key=lambda each: each.now.value if each.now else 1.0)
    if fields:
        name = (fields[0].label or "").partition(".")[2]
        return Phrase(
            f"Messages that ask for “{short(name)}” help most: it is the field that is wrong most often.", NOW
        )
    kinds = result.details.kinds if result.details else ()
    rare = sorted(
        (each for each in kinds if len(each.ids) < FEWEST_OF_A_KIND), key=lambda each: (len(each.ids), each.name)
    )
    if rare:
        named = ", ".join(f"“{short(each.name)}”" for each in rare[:NAMED])
        return Phrase(f"Messages of kinds of which there are hardly any help most: {named}.", "kinds")
    missed = sorted((each for each in kinds if each.missed), key=lambda each: (-len(each.missed), each.name))
    if missed:
        named = ", ".join(
            f"“{short(each.name)}” ({len(each.missed)} of {len(each.ids)} missed)" for each in missed[:NAMED]
        )
        return Phrase(f"Messages of the kinds that are missed most often help most: {named}.", "kinds")
    return Phrase("New kinds of messages help most: all that there are were answered right.")
