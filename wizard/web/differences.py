"""Two texts word for word."""

from __future__ import annotations

from difflib import SequenceMatcher


def differences(old: str, new: str) -> list[tuple[str, list[tuple[bool, str]]]]:
    """Both texts as lines, each `same`, `gone` or `come`, with the words of a changed line that are other (True)."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[tuple[str, list[tuple[bool, str]]]] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [("same", [(False, line)]) for line in before[a:b]]
            continue
        gone, come = "\n".join(before[a:b]), "\n".join(after[c:d])
        lines += [("gone", line) for line in _words(gone, come)] if a < b else []
        lines += [("come", line) for line in _words(come, gone)] if c < d else []
    return lines


def _words(text: str, other: str) -> list[list[tuple[bool, str]]]:
    """The lines of a text as pieces, with those that the other doesn't have marked."""
    lines: list[list[tuple[bool, str]]] = [[]]
    one, two = _split(text), _split(other)
    for what, a, b, _, _ in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        for word in one[a:b]:
            if word == "\n":
                lines.append([])
            else:
                lines[-1].append((what != "equal", word))
    return lines


def _split(text: str) -> list[str]:
    words: list[str] = []
    for at, line in enumerate(text.split("\n")):
        words += ["\n"] if at else []
        words += [each for part in line.split(" ") for each in (part, " ")][:-1]
    return words
