"""Cases of a made-up task that is easy to learn: what is asked for is named in the message."""

from __future__ import annotations

import random

from wizard.judge.cases import Case

KINDS = {
    "lost": ["I lost my {}", "my {} is gone", "somebody stole the {} I had", "can't find my {} anywhere"],
    "charge": ["why was I charged for the {}", "there is a fee on my {}", "what did the {} cost me", "refund my {}"],
    "hours": ["when do you open the {}", "is the {} open on Sunday", "opening hours of the {}", "the {} closes when"],
}
THINGS = [
    "card",
    "purse",
    "phone",
    "key",
    "ticket",
    "bag",
    "coat",
    "watch",
    "branch",
    "desk",
    "counter",
    "parcel",
    "order",
    "letter",
    "shop",
    "book",
]
WHERE = [
    "today",
    "yesterday",
    "in Rome",
    "on the train",
    "at the beach",
    "last week",
    "near home",
    "at work",
    "in the park",
    "by the lake",
]
ENDS = ["please", "thanks", "now", "hello"]


def asked(n: int, seed: int = 0) -> list[Case]:
    """So many cases, each a session."""
    rng = random.Random(seed)
    texts: dict[str, str] = {}
    while len(texts) < n:
        kind = rng.choice(sorted(KINDS))
        said = rng.choice(KINDS[kind]).format(rng.choice(THINGS))
        texts[f"{said} {rng.choice(WHERE)} {rng.choice(ENDS)}"] = kind
    return [Case(f"e{at}", f"s{at}", "", text, {"intent": kind}) for at, (text, kind) in enumerate(texts.items())]
