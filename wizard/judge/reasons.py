"""Why a verdict is what it is."""

from __future__ import annotations

from wizard.judge.cases import MOST as DRAWN
from wizard.judge.cases import REPLY
from wizard.judge.enough import FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND
from wizard.judge.ground import Ground
from wizard.judge.people import ENOUGH_PAIRS, Agreement, Answerable
from wizard.judge.result import Phrase, Result
from wizard.judge.verdict import QUITE_SURE, Findings, Verdict
from wizard.judge.wording import AGREED, AT_4N, NAMED, NOW, between, hundred, short
from wizard.shares import Share

MOST_SURE = 99
"""Per cent: of nothing that a sample tells can one be surer."""
DOUBTED = {
    "saw_more": "Set aside because the wizard had looked further than the model could: {count}.",
    "flagged": "Set aside because they are flagged as not to be trained on: {count}.",
    "suggested": "Set aside because a suggestion was taken as it was: {count}.",
    "unlabelled": "Without such a label, and not counted: {count}.",
}
NO_REPLY = "Without a reply, and not counted: {count}."


def reasons(result: Result, found: Findings, ground: Ground) -> tuple[Phrase, ...]:
    """Why the verdict is what it is, most important first, and what should be known with it."""
    return (*_why(result, found), *_beside(result, found, ground))


def _why(result: Result, found: Findings) -> list[Phrase]:
    people, able = found.agreement, found.answerable
    match result.verdict:
        case Verdict.LEARNABLE:
            return [Phrase(f"A simple model reaches {result.bar} in 100 already, {_sure(found.now)}.", NOW)]
        case Verdict.NOT_YET:
            ahead = "but with four times as many exchanges it would be"
            return [Phrase(f"A simple model isn’t at {result.bar} in 100 yet, {ahead}, {_sure(found.at_4n)}.", AT_4N)]
        case Verdict.STILL_CLIMBING if found.at_4n >= QUITE_SURE:
            there = f"and with four times as many it would get to {result.bar} in 100, {_sure(found.at_4n)}"
            now = Phrase(f"Whether it is at {result.bar} in 100 already can’t be said.", NOW)
            return [Phrase(f"More exchanges still make it better, {there}.", AT_4N), now]
        case Verdict.STILL_CLIMBING:
            gets = f"whether it gets to {result.bar} in 100 can’t be said"
            return [Phrase(f"More exchanges still make it better, but {gets}.", AT_4N)]
        case Verdict.LEVELLING_OFF | Verdict.PEOPLE_CAN_MODEL_CANT:
            gets = f"a simple model would hardly get to {result.bar} in 100"
            told = [Phrase(f"Even with four times as many exchanges {gets}.", AT_4N)]
            if found.still_gets_better:
                told.append(Phrase("More exchanges still make it better, but not by enough.", AT_4N))
            if result.verdict is Verdict.LEVELLING_OFF and not found.curve_is_plain:
                beyond = "What many more than that would do can’t be said: few are of the same kind."
                told.append(Phrase(beyond, "exchanges"))
            if people.share is not None and result.verdict is Verdict.PEOPLE_CAN_MODEL_CANT:
                told.append(Phrase(f"People do: two of them agreed {between(people.share)} times in 100.", AGREED))
            return told
        case Verdict.NO_PATTERN:
            dealt = "than if the answers had been dealt out at random"
            return [Phrase(f"A simple model does no better {dealt} (p = {result.p:.2f}).", "signal.p")]
        case Verdict.PEOPLE_CANT_EITHER if found.people_cannot_answer and able.share is not None:
            return _cannot_answer(result, found, able, able.share)
        case Verdict.PEOPLE_CANT_EITHER | Verdict.LABELS_INCONSISTENT if people.share is not None:
            return _disagree(result, people, people.share)
    return _not_enough(result, found)


def _cannot_answer(result: Result, found: Findings, able: Answerable, share: Share) -> list[Phrase]:
    could = f"The wizards could answer from what was shown only {between(share)} times in 100."
    told = [Phrase(could, "people.answerable")]
    if able.missing:
        named = ", ".join(f"{what} ({count})" for what, count, _ in able.missing[:NAMED])
        told.append(Phrase(f"What was missing: {named}.", "people.missing"))
    if result.now is not None and result.now.value >= found.bar:
        anyway = "A simple model learns what they answered all the same: guesses, or what they knew from elsewhere."
        told.append(Phrase(anyway, NOW))
    return told


def _disagree(result: Result, people: Agreement, share: Share) -> list[Phrase]:
    who = "Messages that are nearly the same were answered alike" if people.stand_in else "Two people agreed"
    told = [Phrase(f"{who} only {between(share)} times in 100, {_then(result, people)}.", AGREED)]
    if people.confused:
        one, other, cases = people.confused[0]
        often = "once" if len(cases) == 1 else f"{len(cases):,} times"
        words = f"Most often confused: “{short(one)}” and “{short(other)}” ({often})."
        told.append(Phrase(words, "people.confused"))
    return told


def _not_enough(result: Result, found: Findings) -> list[Phrase]:
    if found.exchanges < FEWEST:
        there = "There is 1 exchange" if found.exchanges == 1 else f"There are {found.exchanges} exchanges"
        if found.exchanges < result.exchanges:
            there = f"Of {result.exchanges:,} exchanges only {found.exchanges} aren’t copies of others"
        return [Phrase(f"{there}; under {FEWEST} nothing can be said.", "exchanges")]
    if found.too_few_kinds:
        return [
            Phrase(f"Fewer than {FEWEST_KINDS} kinds of answers have {FEWEST_OF_A_KIND} examples each.", "exchanges")
        ]
    if found.too_few:
        return [
            Phrase("All of it is one conversation, or asks the same: there is none to try a model on.", "exchanges")
        ]
    both = f"with a model that is good enough for {result.bar} in 100, and with one that isn’t"
    return [Phrase(f"What was seen fits {both}.", NOW)]


def _beside(result: Result, found: Findings, ground: Ground) -> list[Phrase]:
    told = []
    people = found.agreement
    if people.share is not None and people.pairs >= ENOUGH_PAIRS and not found.people_disagree:
        low, high = people.share.low, people.ceiling
        if low < found.bar <= high and not people.stand_in:
            best = f"the best that any model could do lies between {hundred(low)} and {hundred(high)} in 100"
            told.append(Phrase(f"Agreement between people is borderline for this bar: {best}.", AGREED))
    if people.stand_in and people.share is not None:
        stand_in = "There are no second opinions; messages that are nearly the same stand in for them."
        told.append(Phrase(stand_in, AGREED))
    if not found.beats and result.now is not None:
        told.append(Phrase("It isn’t clearly better than always giving the commonest answer.", "commonest"))
    if result.fields and result.now is not None:
        weakest = min(result.fields, key=lambda field: field.now.value if field.now else 1.0)
        if weakest.now is not None:
            name = (weakest.label or "").partition(".")[2]
            told.append(
                Phrase(
                    f"A form is right where all its fields are. The weakest is “{name}”: {between(weakest.now)}.", NOW
                )
            )
    if result.replies is not None and result.replies.kinds:
        sorts = "1 kind" if result.replies.kinds == 1 else f"{result.replies.kinds:,} kinds"
        told.append(
            Phrase(
                f"Replies are free text. They were sorted into {sorts} by what they mean, and a "
                "model is right where its reply would be of the same kind.",
                "exchanges",
            )
        )
    for why, words in DOUBTED.items():
        if why in ground.aside:
            words = NO_REPLY if (why, result.label) == ("unlabelled", REPLY) else words
            told.append(Phrase(words.format(count=f"{len(ground.aside[why]):,}"), f"aside.{why}"))
    if result.of is not None and result.of > DRAWN:
        told.append(Phrase(f"Of {result.of:,} exchanges about {DRAWN:,} were judged, drawn by lot.", "exchanges"))
    if result.words_alone:
        told.append(Phrase("Judged on words alone: the sentence model isn’t installed."))
    return told


def _sure(chance: float) -> str:
    return f"{min(int(100 * chance), MOST_SURE)} % sure"


def _then(result: Result, people: Agreement) -> str:
    """What follows for a model, where two people hardly agree."""
    if result.now is not None and result.now.value > people.ceiling:
        return "so what can be learned here is what this wizard does, and another would do otherwise"
    if people.stand_in:
        return f"so no model can be right more than about {hundred(people.ceiling)} times"
    return (
        f"so no model can be right more than about {hundred(people.ceiling)} times: it is held against one person’s "
        "slips, two people against those of both"
    )
