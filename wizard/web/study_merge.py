"""Two people changed the same version of a study: what both made of it, in one (a three-way merge)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Merged(NamedTuple):
    """The fields of both in one; those that were `taken` from them, and those in which both `differ`.

    Names have the names of the parts that they are in before them, as `persona.name`.
    """

    fields: dict[str, Any]
    taken: list[str]
    differ: list[str]


def merged(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Where only they changed a field, theirs, else mine; parts are merged field by field."""
    both = Merged({}, [], [])
    for name, was in base.items():
        one, other = mine.get(name), theirs.get(name)
        both.fields[name] = one
        if other in (was, one):
            continue
        if one == was:
            both.fields[name] = other
            both.taken.append(name)
        elif isinstance(was, Mapping) and isinstance(one, Mapping) and isinstance(other, Mapping):
            part = merged(was, one, other)
            both.fields[name] = part.fields
            both.taken.extend(f"{name}.{each}" for each in part.taken)
            both.differ.extend(f"{name}.{each}" for each in part.differ)
        else:
            both.differ.append(name)
    return both
