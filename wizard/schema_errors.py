"""What a schema finds wrong with a value, in plain words for whoever wrote it."""

from __future__ import annotations

from typing import Any

SAID = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be fields, each with its value",
    "extra_forbidden": "isn't known",
    "finite_number": "must be a number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "missing": "is required",
    "model_type": "must be fields, each with its value",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "must be a text",
    "string_unicode": "has half of a character, which can't be stored",
    "too_long": "must have at most {max_length}",
    "tuple_type": "must be a list",
}


def in_plain_words(error: Any) -> str:
    """What one of pydantic's errors says, in plain words where it has some."""
    told = SAID.get(error["type"])
    if told is None:
        return str(error["msg"]).removeprefix("Value error, ")
    bounds = {name: f"{each:g}" if isinstance(each, float) else each for name, each in error.get("ctx", {}).items()}
    return told.format(**bounds)
