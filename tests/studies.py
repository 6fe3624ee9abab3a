"""Studies of any kind, for Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from wizard.study import Study

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
LINES = st.text(LETTERS, min_size=1, max_size=12)
WORDS = st.sampled_from(
    ["no", "null", "1e3", "2026-01-01", "~", "- x", "a: b", "# c", "'", "{x}", "é ü", " x ", "a\nb\n"]
)
TEXTS = st.text(LETTERS, max_size=30) | WORDS
WAITS = st.floats(0, 600, width=16) | st.integers(0, 600)
SPANS = st.tuples(WAITS, WAITS).map(sorted).map(tuple)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


def named(name: st.SearchStrategy[str], by: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Up to four things, each with a name of its own."""
    things = st.fixed_dictionaries({by: name}, optional=fields)
    return st.lists(things, max_size=4, unique_by=lambda thing: thing[by])


OPTIONS = named(LINES, "name", say=TEXTS, buttons=st.lists(LINES, max_size=3))


def _question(fields: dict[str, Any]) -> dict[str, Any]:
    """With what its kind needs, and nothing else."""
    of_its_kind = {"scale": {"low", "high", "low_means", "high_means"}, "text": set()}
    chosen = {"options", "several", "screens_out"}
    kept = {"name", "question", "kind", "required"} | of_its_kind.get(fields["kind"], chosen)
    given = {name: value for name, value in fields.items() if name in kept}
    if fields["kind"] == "choice" and given.pop("screens_out", False):
        given["screens_out"] = given["options"][:1]
    return given


QUESTION = st.fixed_dictionaries(
    {"name": NAMES, "question": LINES, "kind": st.sampled_from(["scale", "choice", "text"]),
     "options": st.lists(LINES, min_size=2, max_size=4, unique=True)},
    optional={"low": st.integers(0, 1), "high": st.integers(2, 10), "low_means": TEXTS, "high_means": TEXTS,
              "several": st.booleans(), "screens_out": st.booleans(), "required": st.booleans()},
).map(_question)  # fmt: skip
QUESTIONS = st.lists(QUESTION, max_size=3, unique_by=lambda question: question["name"])
AFTER = QUESTIONS.map(lambda those: [{k: v for k, v in each.items() if k != "screens_out"} for each in those])
LABELS = named(NAMES, "name", options=st.lists(LINES, min_size=1, max_size=4), required=st.booleans())
REPLIES = st.one_of(
    some(max_chars=st.integers(1, 8_000), quick_replies=st.booleans()),
    st.fixed_dictionaries({"kind": st.just("choice"), "options": OPTIONS}),
    st.fixed_dictionaries(
        {"kind": st.just("form"), "fields": named(NAMES, "name", kind=st.sampled_from(["text", "date", "yes_no"]))}
    ),
)
COUNTS = st.none() | st.integers(1, 99)
SCENARIOS = named(SLUGS, "id", text=TEXTS, count=COUNTS).filter(lambda those: all("text" in each for each in those))
FIELDS = st.fixed_dictionaries(
    {"study": SLUGS, "title": LINES | WORDS},
    optional={
        "persona": some(name=LINES, greeting=TEXTS),
        "consent": TEXTS,
        "survey": some(before=QUESTIONS, after=AFTER),
        "welcome": TEXTS,
        "scenarios": SCENARIOS,
        "model_sees": some(history=st.just("all") | st.integers(1, 99), participant=st.lists(LINES, max_size=3)),
        "reply": REPLIES,
        "pacing": some(first=SPANS, chars_per_second=st.none() | st.integers(1, 99), cover=st.none() | SPANS,
                       still=st.none() | some(after=st.integers(1, 600), say=LINES), busy=st.none()),
        "labels": LABELS,
        "canned": named(SLUGS, "key", text=LINES).filter(lambda those: all("text" in each for each in those)),
        "desk": some(assign=st.sampled_from(["pull", "round_robin"]), limit=st.none() | st.integers(1, 9)),
        "retention": some(days=st.none() | st.integers(1, 999)),
        "limits": some(minutes=st.none() | st.floats(0.5, 99), messages=st.none() | st.integers(1, 99),
                       participants=st.none() | st.integers(1, 99)),
        "ask_what_answered": st.booleans(),
        "debriefing": TEXTS,
        "second_opinions": st.floats(0, 1),
        "bar": st.integers(1, 100),
    },
)  # fmt: skip


def _study(fields: dict[str, Any]) -> Study | None:
    try:
        return Study.model_validate(fields)
    except ValidationError:
        return None


STUDIES = FIELDS.map(_study).filter(bool)
