"""A study as YAML: how its file is read and written, and changed so that what its author wrote around it stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import StringIO
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from wizard.reply import FIELD_NAME
from wizard.schema_errors import in_plain_words
from wizard.study import FILE_NAME, SLUG, BadStudy, Problem, Study

WIDTH = 100
KEPT = 64
"""Texts whose study is remembered: whoever comes in, at whatever seat, wants the same few."""
NAMES = ("id", "key", "name")
"""What tells one item of a list from another, where items have such a field."""
NOT_A_FIELD = re.compile(r"^(function|tuple|literal)|\[|^(int|constrained)")
LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
"""What ends a line in YAML, and isn't written with an escape but in quotes."""
FLUSH = re.compile(r"^- ", re.MULTILINE)
OF_A_FIELD = re.compile(r"(\w+): (.+)", re.DOTALL)
SAID = {
    "extra_forbidden": "this field isn't known; check its spelling",
    "missing": "this field is required",
    "string_too_short": "this can't be empty",
    "too_short": "this can't be empty",
}
OF_A_PATTERN = {
    f"^{SLUG}$": "must begin with a small letter or a digit, and have these, - and _ only, 63 at most",
    FIELD_NAME: "must begin with a letter, and have letters, digits, - and _ only, 63 at most",
    FILE_NAME: "must be the name of a file beside the study's",
}
NOT_A_PLAIN_TEXT = "a text that begins with such a sign must be in quotes"
NOT_CLOSED = "a quote or a bracket is opened and not closed"
OF_YAML = {
    "mapping values are not allowed": "a text with a colon in it must be in quotes, and fields of one part must begin"
    " equally far in",
    r"character '\t'": "this must be indented with spaces, not with a tab",
    "cannot start any token": NOT_A_PLAIN_TEXT,
    "undefined alias": NOT_A_PLAIN_TEXT,
    "expected the node content": NOT_CLOSED,
    "unexpected end of stream": NOT_CLOSED,
    "could not find expected ':'": "a field is a name, a colon and a value, as `title: Card helper`",
    "duplicate key": "a field stands here twice",
}
"""What is commonly wrong with a file, by what its reader calls it."""


@lru_cache(KEPT)
def read_study(source: str) -> Study:
    """The study that a YAML text describes. The first reading of a large one takes a tenth of a second and more.

    Raises:
        BadStudy: with each thing that is wrong, and its line number in the text.
    """
    tree = _tree(source)
    try:
        return Study.model_validate(_plain(tree))
    except ValidationError as error:
        raise BadStudy(_problem(each, tree) for each in error.errors()) from None


def write_study(study: Study) -> str:
    """The study as YAML, in the order of its fields, without what is at its default."""
    return _dump(_node(study))


def study_of(fields: Mapping[str, Any]) -> Study:
    """The study that these fields describe, as a form has them.

    Raises:
        BadStudy: with each thing that is wrong, and its field.
    """
    try:
        return Study.model_validate(fields)
    except ValidationError as error:
        raise BadStudy(_problem(each) for each in error.errors()) from None


def fields_of(study: Study) -> dict[str, Any]:
    """All fields of the study as JSON, for a form: `study_of` makes the same study of them."""
    return study.model_dump(mode="json")


def rewritten(source: str, study: Study) -> str:
    """The text with the study's values in place of its own.

    What is the same stays as it is written, comments and all; the text itself where nothing differs.

    Raises:
        BadStudy: the text is no study.
    """
    was = read_study(source)
    if was == study:
        return source
    tree = _tree(source)
    _rewrite(tree, was, study)
    text = _dump(tree, flush=FLUSH.search(source) is not None)
    try:
        kept = read_study(text) == study
    except BadStudy:
        kept = False
    return text if kept else write_study(study)  # a text with anchors may not say what it is made to say


def _tree(source: str) -> Any:
    try:
        tree = _yaml().load(StringIO(source))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        said = next((said for called, said in OF_YAML.items() if called in str(error.problem)), None)
        raise BadStudy([Problem(said or f"not YAML: {error.problem}", line=mark.line + 1 if mark else 1)]) from None
    except (YAMLError, ValueError) as error:
        raise BadStudy([Problem(f"not YAML: {str(error).splitlines()[0]}")]) from None
    if not isinstance(tree, Mapping):
        raise BadStudy([Problem("a study is a list of fields, as `title: Card helper`", line=1)])
    return tree


def _dump(tree: Any, *, flush: bool = False) -> str:
    """The tree as text, lists indented, or `flush` with the key that they belong to."""
    yaml, out = _yaml(), StringIO()
    yaml.indent(mapping=2, sequence=2 if flush else 4, offset=0 if flush else 2)
    yaml.dump(tree, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.width = WIDTH
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    return yaml


def _node(value: Any) -> Any:
    """A value as a file has it: of a part of a study what isn't at its default."""
    if isinstance(value, BaseModel):
        return _node(value.model_dump(mode="json", exclude_defaults=True))
    if isinstance(value, dict):
        return {key: _node(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_node(each) for each in value]
    if isinstance(value, str) and LINE_ENDS.search(value):
        return DoubleQuotedScalarString(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _rewrite(tree: CommentedMap, was: BaseModel, will: BaseModel) -> None:
    """Bring what differs between these two into the mapping that says the first."""
    told = _node(will)
    order = list(type(will).model_fields)
    for at, name in enumerate(order):
        before, after = getattr(was, name), getattr(will, name)
        if before == after:
            continue
        if name not in told:
            tree.pop(name, None)
        elif name in tree and isinstance(tree[name], CommentedMap) and _are_parts(before, after):
            _rewrite(tree[name], before, after)
        elif name in tree and isinstance(tree[name], CommentedSeq) and isinstance(after, list):
            _rewrite_list(tree[name], before, after)
        elif name in tree:
            tree[name] = told[name]
        else:
            behind = [key for key in tree if key in order[at:]]
            tree.insert(list(tree).index(behind[0]) if behind else len(tree), name, told[name])


def _rewrite_list(tree: CommentedSeq, was: Sequence[Any], will: Sequence[Any]) -> None:
    """Bring what differs between two lists into the sequence that says the first; an item of both keeps its node."""
    standing = [_name(each) for each in was]
    for name in [each for each in standing if each not in map(_name, will)]:
        del tree[standing.index(name)]
        standing.remove(name)
    items = {_name(each): each for each in was}
    for at, each in enumerate(will):
        name = _name(each)
        if name not in standing[at:]:
            tree.insert(at, _node(each))
            standing.insert(at, name)
            continue
        if standing.index(name, at) != at:
            tree.insert(at, tree.pop(standing.index(name, at)))
            standing.insert(at, standing.pop(standing.index(name, at)))
        if items[name] != each:
            if isinstance(tree[at], CommentedMap) and _are_parts(items[name], each):
                _rewrite(tree[at], items[name], each)
            else:
                tree[at] = _node(each)


def _name(item: Any) -> Any:
    """What an item of a list is called: by the field that names it, or it is its own name."""
    named = (getattr(item, name) for name in NAMES if hasattr(item, name))
    return next(named, item)


def _are_parts(one: Any, other: Any) -> bool:
    return isinstance(one, BaseModel) and isinstance(other, BaseModel)


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _problem(error: Any, tree: Any = None) -> Problem:
    """One thing that is wrong, with its field; and its line, where it stands in a file."""
    message = (
        SAID.get(error["type"]) or OF_A_PATTERN.get(error.get("ctx", {}).get("pattern", "")) or in_plain_words(error)
    )
    steps = list(error["loc"])
    if named := OF_A_FIELD.match(message):  # of the part as a whole, but about one field of it
        steps, message = [*steps, named[1]], named[2]
    field = ".".join(str(step) for step in steps if not NOT_A_FIELD.match(str(step)))
    line, node = 1, tree
    for step in steps:
        try:
            marks = node.lc.data[step]
            line, node = marks[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return Problem(message, field, None if tree is None else line)
