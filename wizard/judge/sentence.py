"""The sentence: the result in words that need no statistics."""

from __future__ import annotations

from wizard.judge.enough import FEWEST
from wizard.judge.result import Phrase, Result
from wizard.judge.wording import AGREED, NOW, hundred

RARE, OFTEN = 0.005, 0.2
FEW = ": too few to say how often a simple model would be right."


def sentence_of(result: Result) -> tuple[Phrase, ...]:
    """What would happen with a hundred new messages, each number with the figure that it is; where that can't be said,
    no other number stands in its place.
    """
    now = result.now
    if now is None or result.exchanges < FEWEST:
        there = "1 exchange" if result.exchanges == 1 else f"{result.exchanges:,} exchanges"
        return Phrase(there, "exchanges"), Phrase(FEW)
    whole = f"fill in all {len(result.fields)} fields" if len(result.fields) > 1 else "answer"
    told: list[Phrase | str] = [f"Of 100 new messages, a simple model would {whole} as your wizard did about "]
    told += [Phrase(f"{hundred(now.value)} times", NOW), " "]
    told += [Phrase(f"({hundred(now.low)} to {hundred(now.high)})", NOW), "."]
    people = result.agreement
    if people is not None and people.share is not None:
        agreed = Phrase(f"{hundred(people.share.value)} times", AGREED)
        if people.stand_in:
            told += [" Messages that are nearly the same were answered alike ", agreed, " in 100."]
        else:
            told += [" Two people agreed ", agreed, "."]
    if result.commonest is not None:
        commonest = Phrase(str(hundred(result.commonest.value)), "commonest")
        told += [" Always giving the commonest answer: ", commonest, "."]
    if result.unseen is not None and result.unseen.value >= RARE:
        often = result.unseen.value > OFTEN
        new = (
            f"{hundred(result.unseen.value)} of 100 messages"
            if often
            else f"1 message in {round(1 / result.unseen.value)}"
        )
        told += [" About ", Phrase(new, "unseen"), " are" if often else " is", " of a kind you haven’t seen."]
    return tuple(each if isinstance(each, Phrase) else Phrase(each) for each in told)
