"""The result in words that need no statistics: what would happen, why the verdict is what it is, what to do next."""

from __future__ import annotations

from wizard.judge.ground import Ground
from wizard.judge.people import ENOUGH_PAIRS, Agreement
from wizard.judge.result import Result
from wizard.judge.verdict import FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND, Findings, Verdict
from wizard.shares import Share

NAMED = 3
"""So many things of a sort are named; the report has the rest."""
RARE = 0.005
MOST_SURE = 99
"""Per cent: of nothing that a sample tells can one be surer."""
DOUBTED = {
    "saw_more": "{count} were set aside because the wizard had looked further than the model could.",
    "suggested": "{count} were set aside because a suggestion was taken as it was.",
    "unlabelled": "{count} have no such label and don’t count.",
}


def sentence_of(result: Result) -> str:
    """What would happen with a hundred new messages."""
    parts = []
    if result.now is not None:
        times = _hundred(result.now.value)
        parts.append(
            f"Of 100 new messages, a simple model would answer as your wizard did about {times} times "
            f"({_hundred(result.now.low)} to {_hundred(result.now.high)})."
        )
    else:
        parts.append(f"{result.exchanges} exchanges are too few to say how often a simple model would be right.")
    people = result.agreement
    if people is not None and people.share is not None:
        who = "Messages that are nearly the same were answered alike" if people.stand_in else "Two people agreed"
        parts.append(f"{who} {_hundred(people.share.value)} times" + (" in 100." if people.stand_in else "."))
    if result.commonest is not None:
        parts.append(f"Always giving the commonest answer: {_hundred(result.commonest.value)}.")
    if result.unseen is not None and result.unseen.value >= RARE:
        parts.append(f"About 1 message in {round(1 / result.unseen.value)} is of a kind you haven’t seen.")
    return " ".join(parts)


def reasons(result: Result, found: Findings, ground: Ground) -> tuple[str, ...]:
    """Why the verdict is what it is, most important first, and what should be known with it."""
    return (*_why(result, found, ground), *_beside(result, found, ground))


def _why(result: Result, found: Findings, ground: Ground) -> list[str]:
    people, able = found.agreement, found.answerable
    match result.verdict:
        case Verdict.LEARNABLE:
            return [f"A simple model reaches {result.bar} in 100 already, {_sure(found.now)}."]
        case Verdict.NOT_YET:
            return [
                f"A simple model isn’t at {result.bar} in 100 yet, but with four times as many exchanges it would be, "
                f"{_sure(found.at_4n)}."
            ]
        case Verdict.STILL_CLIMBING:
            return [f"More exchanges still make it better, but whether it gets to {result.bar} in 100 can’t be said."]
        case Verdict.LEVELLING_OFF | Verdict.PEOPLE_CAN_MODEL_CANT:
            told = [f"Even with four times as many exchanges a simple model would hardly get to {result.bar} in 100."]
            if people.share is not None and result.verdict is Verdict.PEOPLE_CAN_MODEL_CANT:
                told.append(f"People do: two of them agreed {_range(people.share)} times in 100.")
            return told
        case Verdict.NO_PATTERN:
            return ["A simple model does no better than if the answers had been dealt out at random."]
        case Verdict.PEOPLE_CANT_EITHER if found.people_cannot_answer and able.share is not None:
            told = [f"The wizards could answer from what was shown only {_range(able.share)} times in 100."]
            if able.missing:
                named = ", ".join(f"{what} ({count})" for what, count, _ in able.missing[:NAMED])
                told.append(f"What was missing: {named}.")
            return told
        case Verdict.PEOPLE_CANT_EITHER | Verdict.LABELS_INCONSISTENT if people.share is not None:
            told = [
                f"Two people agreed only {_range(people.share)} times in 100, so no model can be right more than about "
                f"{_hundred(people.ceiling)} times."
            ]
            if people.confused:
                one, other, cases = people.confused[0]
                told.append(f"Most often confused: “{one}” and “{other}” ({len(cases)} times).")
            return told
    return _not_enough(result, found, ground)


def _not_enough(result: Result, found: Findings, ground: Ground) -> list[str]:
    if found.exchanges < FEWEST:
        return [f"There are {found.exchanges} exchanges; under {FEWEST} nothing can be said."]
    if found.too_few:
        return [f"Fewer than {FEWEST_KINDS} kinds of answers have {FEWEST_OF_A_KIND} examples each."]
    return [
        f"What was seen fits with a model that is good enough for {result.bar} in 100, and with one that isn’t.",
    ]


def _beside(result: Result, found: Findings, ground: Ground) -> list[str]:
    told = []
    people = found.agreement
    if people.share is not None and people.pairs >= ENOUGH_PAIRS and not found.people_disagree:
        low, high = people.share.low, people.ceiling
        if low < found.bar <= high and not people.stand_in:
            told.append(
                f"Agreement between people is borderline for this bar: the best that any model could do lies between "
                f"{_hundred(low)} and {_hundred(high)} in 100."
            )
    if people.stand_in and people.share is not None:
        told.append("There are no second opinions; messages that are nearly the same stand in for them.")
    if not found.beats and found.now is not None and result.now is not None:
        told.append("It isn’t clearly better than always giving the commonest answer.")
    for why, words in DOUBTED.items():
        if why in ground.aside:
            told.append(words.format(count=len(ground.aside[why])))
    if result.words_alone:
        told.append("Judged on words alone: the sentence model isn’t installed.")
    return told


def next_steps(result: Result, found: Findings, ground: Ground) -> tuple[str, ...]:
    """What to do, cheapest first."""
    people = found.agreement
    steps: list[str] = []
    match result.verdict:
        case Verdict.LEARNABLE:
            steps.append("Export the dataset and train; hold a part back to check on.")
        case Verdict.NOT_YET | Verdict.STILL_CLIMBING:
            steps.append(f"Collect more: look again at {2 * result.exchanges:,} exchanges.")
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
            steps += _merging(people)
        case Verdict.LABELS_INCONSISTENT:
            steps.append("Agree on what the labels mean, with the confused ones side by side, and label again.")
            steps += _merging(people)
        case Verdict.NOT_ENOUGH:
            short = max(FEWEST - found.exchanges, 0)
            steps.append(f"Collect {short or result.exchanges} more exchanges.")
    if people.pairs < ENOUGH_PAIRS or people.stand_in:
        steps.append(f"Ask for second opinions on {ENOUGH_PAIRS} exchanges or more: it shows what is possible at all.")
    return tuple(steps)


def _merging(people: Agreement) -> list[str]:
    if not people.confused or people.merged is None:
        return []
    one, other, _ = people.confused[0]
    return [f"Or make “{one}” and “{other}” one kind: people would agree {_hundred(people.merged.value)} times in 100."]


def _hundred(share: float) -> int:
    return round(100 * share)


def _sure(chance: float) -> str:
    return f"{min(int(100 * chance), MOST_SURE)} % sure"


def _range(share: Share) -> str:
    return f"{_hundred(share.value)} ({_hundred(share.low)} to {_hundred(share.high)})"
