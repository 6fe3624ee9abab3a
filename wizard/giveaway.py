"""What in a reply would give a person away: advice for whoever wrote it, and nothing more. A false alarm costs more
than a miss, for whoever is warned in vain stops reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Literal

from spellchecker import SpellChecker

Kind = Literal["chat", "smiley", "typo", "twice", "style"]

AGREE = 2
"""Earlier messages that must all be alike before another manner is unlike them."""
ENGLISH = 0.7
"""The share of known words from which a conversation is taken for English."""
COMMON = 2_000
"""How often the right word stands in the dictionary's own corpus, for a wrong one to be taken for it."""
SHORTER = 8
"""So many times shorter than the usual message is another manner."""

CHAT = re.compile(
    r"(?<![\w'/.@-])(?:"
    r"brb|afk|bbl|lol|lmao|rofl|omg|wtf|idk|imo|imho|tbh|ngl|btw|thx|pls|plz|(?-i:u|ur)|"
    r"gonna|wanna|gotta|lemme|gimme|dunno|hmm+|umm+|uhh+|ugh|oops|whoops|yup|yep|nope|haha+|hehe+|"
    r"(?:(?<=^)|(?<=[.!?,] ))(?:hold on|(?:just )?(?:one|a) (?:sec|second|min|minute|moment)(?: please)?(?=[ .,!…]*$))|"
    r"(?:give me|gimme|just|wait) (?:a|one) (?:sec|second|min|minute|moment)|"
    r"hang on|bear with me|(?:i'll )?be right back|back in a (?:sec|minute|moment)|"
    r"(?:let me |i'll |i will )?(?:ask|check with|talk to) (?:a|my|the) (?:colleague|manager|supervisor|boss|team)s?|"
    r"(?:i'm|i am|still) typing|(?:sorry,? |i )was (?:just )?away|stepped away|"
    r"(?:i'm|i am) (?:a |only )?human|(?:i'm|i am) a real person"
    r")(?![\w'/@-]|\.\w)",
    re.IGNORECASE | re.MULTILINE,
)
SMILEY = re.compile(
    r"(?<!\S)(?:[:;=][-'o^]?[)(DPpOo/|*]+|[xX]D+|<3|\^_?\^|[-o]_[-o])(?=$|[\s.,!?])"
    r"|[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\U0001F1E6-\U0001F1FF]\ufe0f?"
)
TWICE = re.compile(r"(?<![\w'-])([a-z]{2,})[ \t]+\1(?![\w'-])", re.IGNORECASE)
MAY_STAND_TWICE = {
    "had", "that", "bye", "no", "so", "very", "really", "many", "long", "far", "much", "there", "ha", "hello", "in",
    "on",
}  # fmt: skip
NOT_PROSE = re.compile(
    r"```.*?(?:```|$)|`[^`\n]{0,300}`|\[[^\]\n]{0,300}\]\([^)\s]{0,300}\)|\{\{[^}\n]{0,100}\}\}", re.DOTALL
)
"""Code, links, variables: nothing in them is misspelt."""
ADDRESS = frozenset("@/\\_#&")
"""Whatever has one of these in it is an address or a name, and not prose either."""
LONGEST_WORD = 30
WORD = re.compile(r"(?<![\w'’.-])[a-z]+(?:['’][a-z]+)?(?![\w'’-]|\.\w)")
ANY_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
OTHERWISE_SPELT = (
    ("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"), ("ll", "l"), ("ogue", "og"), ("ence", "ense"),
    ("mme", "m"), ("ae", "e"),
)  # fmt: skip
"""British, where the dictionary is American."""
NEWER_WORDS = {
    "app", "apps", "blog", "login", "logins", "lookup", "online", "inbox", "signup", "smartphone", "webpage", "website",
    "wifi", "yep", "fave", "chatbot",
}  # fmt: skip
ENDS = re.compile(r"[.!?…:;)\]”\"'*_`>]\s*$")
LIST_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Hint:
    """What would give a person away: of which kind, from which character to which, and in words."""

    kind: Kind
    start: int
    end: int
    says: str


def look(text: str, before: Sequence[str], known: Collection[str] = ()) -> list[Hint]:
    """Everything in this text that would give a person away, in its order.

    `before` is what the persona has said already, or stands ready to be said: how it writes. `known` are the words,
    in small letters, that are right here, whatever a dictionary says.
    """
    found = [*_chat(text, before), *_smileys(text, before), *_twice(text), *_style(text, before)]
    taken = [range(each.start, each.end) for each in found if each.kind != "style"]
    typos = [each for each in _typos(text, before, known) if not any(each.start in span for span in taken)]
    return sorted([*found, *typos], key=lambda each: (each.start, each.end))


def words_of(*texts: str) -> frozenset[str]:
    """Every word of these texts, in small letters."""
    return frozenset(word.lower().replace("’", "'") for text in texts for word in ANY_WORD.findall(text))


def _chat(text: str, before: Sequence[str]) -> Iterator[Hint]:
    said = {found[0].lower() for one in before for found in CHAT.finditer(one)}
    for each in CHAT.finditer(_prose(text)):
        if each[0].lower() not in said:
            yield Hint("chat", each.start(), each.end(), f"“{each[0]}” is how people write in a chat.")


def _smileys(text: str, before: Sequence[str]) -> Iterator[Hint]:
    if not any(SMILEY.search(each) for each in before):
        for each in SMILEY.finditer(_prose(text)):
            yield Hint("smiley", each.start(), each.end(), f"“{each[0]}”: no message before has a smiley.")


def _twice(text: str) -> Iterator[Hint]:
    for each in TWICE.finditer(_prose(text)):
        if each[1].lower() not in MAY_STAND_TWICE:
            yield Hint("twice", each.start(), each.end(), f"“{each[0]}”: the word stands there twice.")


def _typos(text: str, before: Sequence[str], known: Collection[str]) -> Iterator[Hint]:
    if not _is_english(text, before):
        return
    here = words_of(*before)
    for each in WORD.finditer(_prose(text)):
        word = each[0].replace("’", "'")
        if word not in known and word not in here and (meant := _meant(word)):
            yield Hint("typo", each.start(), each.end(), f"“{each[0]}”: is “{meant}” meant?")


@cache
def _dictionary() -> SpellChecker:
    """Takes a third of a second and 20 MB: only once, and only where something is looked at."""
    return SpellChecker(distance=1)


def _is_word(word: str) -> bool:
    words = _dictionary().word_frequency
    if word in NEWER_WORDS or word in words or word.removesuffix("'s") in words:
        return True
    return any(british in word and word.replace(british, american) in words for british, american in OTHERWISE_SPELT)


def _meant(word: str) -> str | None:
    """The word that one letter away is right, where this one isn't; of a short one only where two letters changed
    places.
    """
    if not 3 <= len(word) <= LONGEST_WORD or _is_word(word):
        return None
    spelling = _dictionary()
    near = spelling.known(spelling.edit_distance_1(word)) - {word}
    if len(word) == 3:
        near = {each for each in near if sorted(each) == sorted(word)}
    if word.endswith("s"):
        near.discard(word[:-1])  # the plural of a word, or a name's
    best = max(near, key=lambda each: (spelling.word_frequency[each], each), default=None)
    return best if best and spelling.word_frequency[best] >= COMMON else None


def _is_english(text: str, before: Sequence[str]) -> bool:
    words = [each.lower().replace("’", "'") for each in ANY_WORD.findall("\n".join([*before[-10:], _prose(text)]))]
    return bool(words) and sum(map(_is_word, words)) >= ENGLISH * len(words)


def _style(text: str, before: Sequence[str]) -> Iterator[Hint]:
    stripped = text.strip()
    earlier = [each.strip() for each in before if each.strip()]
    if not stripped or len(earlier) < AGREE:
        return
    start, end = text.find(stripped), text.find(stripped) + len(stripped)
    if stripped[0].islower() and all(each[0].isupper() for each in earlier) and not _is_address(stripped.split()[0]):
        yield Hint("style", start, start + 1, "It begins with a small letter; no message before did.")
    if _lacks_an_end(stripped) and all(ENDS.search(each) for each in earlier):
        yield Hint("style", end - 1, end, "It ends without a full stop; no message before did.")
    for each in re.finditer(r"!!+|\?\?+|[!?]*(?:!\?|\?!)[!?]*", text):
        if not any(re.search(r"[!?]{2}", one) for one in earlier):
            yield Hint("style", each.start(), each.end(), f"“{each[0]}” stands in no message before.")
    letters = [each for each in stripped if each.isalpha()]
    if len(letters) > 6 and " " in stripped and all(each.isupper() for each in letters):
        if not any(each.isupper() for each in earlier):
            yield Hint("style", start, end, "It is in capitals; no message before was.")
    elif (
        len(stripped) < 10
        and not ENDS.search(stripped)
        and len(stripped) * SHORTER < min(median(map(len, earlier)), 4 * min(map(len, earlier)))
    ):
        yield Hint("style", start, end, "It is much shorter than every message before.")


def _is_address(word: str) -> bool:
    return bool(NOT_PROSE.match(word)) or not ADDRESS.isdisjoint(word) or "." in word.rstrip(".")


def _lacks_an_end(text: str) -> bool:
    """Of a sentence: what ends in a list, a number, code or an address has none."""
    last = text.splitlines()[-1]
    words = last.split()
    return text[-1].isalpha() and len(words) > 1 and not LIST_ITEM.match(last) and not _is_address(words[-1])


def _prose(text: str) -> str:
    """The same text with blanks where code and addresses stand."""
    text = NOT_PROSE.sub(lambda found: " " * len(found[0]), text)
    return re.sub(r"\S+", lambda found: found[0] if ADDRESS.isdisjoint(found[0]) else " " * len(found[0]), text)
