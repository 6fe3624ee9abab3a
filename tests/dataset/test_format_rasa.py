"""A Rasa project's data, by the rules of its published schemas and readers: what they take, and make of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from ruamel.yaml import YAML

from tests.builders import assistant, flagged, labelled, released, reply, user
from tests.dataset.kinds import PUBLIC, every_kind, exchanges, public
from tests.dataset.logs import log, talk
from wizard.dataset.export import export
from wizard.dataset.formats._rasa_words import RESERVED, Names, plain

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^\w+$")]
Utterance = Annotated[str, StringConstraints(pattern=r"^utter_\w+$")]
Value = str | int | float | bool


class Part(BaseModel):
    """As Rasa's schemas: nothing that isn't named, and no text where another type is asked for, or the other way."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Intent(Part):
    intent: Name
    examples: Text


class Nlu(Part):
    version: Literal["3.1"]
    nlu: list[Intent]


class User(Part):
    user: Text | None = None
    intent: Name | None = None


class Bot(Part):
    bot: Text


class Action(Part):
    action: Utterance


class SlotWasSet(Part):
    slot_was_set: Annotated[list[dict[Name, Value]], Field(min_length=1)]


class Story(Part):
    story: Text
    steps: Annotated[list[User | Bot | Action | SlotWasSet], Field(min_length=1)]


class Stories(Part):
    version: Literal["3.1"]
    stories: list[Story]


class Response(Part):
    text: str


class Mapping(Part):
    type: Literal["custom"]


class Slot(Part):
    type: Literal["text", "float", "bool", "categorical"]
    mappings: Annotated[list[Mapping], Field(min_length=1)]
    values: list[str] | None = None


class Domain(Part):
    version: Literal["3.1"]
    intents: list[Name] = []
    slots: dict[Name, Slot] = {}
    responses: dict[
        Annotated[str, StringConstraints(pattern=r"^utter_\w+$")], Annotated[list[Response], Field(min_length=1)]
    ]


ENTITY = re.compile(r"\[[^\]]+?\](\([^:)]+?(:[^)]+)?\)|\{[^}]+?\}|\[.*?\])")
"""What Rasa's readers take for an entity in a text."""
FILLED = re.compile(r"{([^\n{}]+?)}")


class Project(BaseModel):
    """What Rasa has of the folder: examples by intent, steps by story, and its domain."""

    examples: dict[str, list[str]]
    stories: dict[str, list[Any]]
    domain: Domain

    def answers(self, response: str, slots: dict[str, Value] | None = None) -> list[str]:
        """What a bot would say, as Rasa fills a response's text."""
        texts = [each.text for each in self.domain.responses[response]]
        return [FILLED.sub(r"{0[\1]}", text).format(slots or {}) if slots else text.format() for text in texts]


def read(folder: Path) -> Project:
    def load(name: str) -> Any:
        return YAML(typ="safe", pure=True).load((folder / name).read_text(encoding="utf-8"))

    nlu = TypeAdapter(Nlu).validate_python(load("data/nlu.yml"))
    stories = TypeAdapter(Stories).validate_python(load("data/stories.yml")).stories
    domain = TypeAdapter(Domain).validate_python(load("domain.yml"))
    examples: dict[str, list[str]] = {}
    for each in nlu.nlu:
        assert each.intent not in examples
        lines = each.examples.splitlines()
        assert all(line.startswith("- ") for line in lines), "any other line is passed over"
        examples[each.intent] = [line[1:].strip("\n\r ") for line in lines]
    steps = [step for each in stories for step in each.steps]
    said = [text for texts in examples.values() for text in texts] + [
        each.user for each in steps if isinstance(each, User) and each.user
    ]
    assert not any(ENTITY.search(text) or text.startswith("/") for text in said)
    intents = set(examples) | {each.intent for each in steps if isinstance(each, User) and each.intent}
    assert intents == set(domain.intents)
    assert not intents & {"restart", "back", "session_start", "nlu_fallback"}
    assert {each.action for each in steps if isinstance(each, Action)} == set(domain.responses)
    for step in steps:
        if isinstance(step, SlotWasSet):
            assert all(name in domain.slots for each in step.slot_was_set for name in each)
    assert len({each.story for each in stories}) == len(stories)
    return Project(examples=examples, stories={each.story: each.steps for each in stories}, domain=domain)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return every_kind(tmp_path_factory.mktemp("logs"))


def made(sessions: Path, out: Path, study: str = "card-help") -> Project:
    done = export(sessions, study, "rasa", out)
    assert [str(file.relative_to(out)) for file in done.files] == ["data/nlu.yml", "data/stories.yml", "domain.yml"]
    return read(out)


def test_texts_are_examples_of_their_intents_and_responses_of_their_answers(
    logs: dict[str, Path], tmp_path: Path
) -> None:
    told = made(logs["text"], tmp_path)
    assert told.examples == {
        "lost": ["gone  since today", "🙂🙃"],
        "charge": [
            'He said: "it\'s gone"… - [x] (intent) # 名前 🙂 \\ {"a": 1} | café =1+1 and more',
            "and then",
            "only a label",
        ],
        "other": ["restart yes: no # - [a] {b}", "hi"],
    }
    assert told.answers("utter_lost") == ["“Sure”, {name}. \\n", "A"]
    assert told.answers("utter_other") == ["- null\n: ~"]
    assert told.answers("utter_charge") == ["One.\n\nTwo."]


def test_a_story_is_the_conversation_up_to_what_cannot_be_learnt(logs: dict[str, Path], tmp_path: Path) -> None:
    told = made(logs["text"], tmp_path)
    assert told.stories["d" * 20] == [User(user="🙂🙃", intent="lost"), Action(action="utter_lost")]
    assert told.stories["c" * 20] == [User(user="two"), Bot(bot="first"), User(user="at once"), Bot(bot="second")]
    assert [type(step) for step in told.stories["e" * 20]] == [User, Action]
    assert set(told.stories) == {each * 20 for each in "eabcd"}


def test_a_class_is_the_intent_where_there_is_no_label_and_names_stay_apart(
    logs: dict[str, Path], tmp_path: Path
) -> None:
    told = made(logs["choice"], tmp_path)
    assert list(told.examples) == ["card_lost", "no", "card_lost_2", "restart_2"]
    assert told.answers("utter_card_lost") == ["{You} lost it."]
    assert told.answers("utter_card_lost_2") == ["card lost"]
    assert told.stories["b" * 20] == [
        User(user="same letters", intent="card_lost_2"),
        Action(action="utter_card_lost_2"),
        User(user="again", intent="restart_2"),
        Action(action="utter_restart_2"),
    ]


def test_a_form_fills_slots_and_is_said_with_them(logs: dict[str, Path], tmp_path: Path) -> None:
    told = made(logs["form"], tmp_path)
    assert {name: slot.type for name, slot in told.domain.slots.items()} == {
        "from": "text", "seats": "float", "on": "text", "again": "bool", "class": "categorical",
    }  # fmt: skip
    assert told.domain.slots["class"].values == ["1", "2: cheap"]
    first, slots, action, second, more, _ = told.stories["a" * 20]
    assert (first, second) == (User(user="from here: 名前", intent="a_ride"), User(user="tomorrow", intent="none"))
    assert slots.slot_was_set == [{"from": 'here: "名前"'}, {"seats": 2}]
    assert more.slot_was_set == [{"from": "x"}, {"on": "2026-03-01"}, {"again": True}, {"class": "2: cheap"}]
    assert told.answers(action.action, {"from": "Bern", "seats": 2}) == ["From Bern, {seats: 2}"]


def test_what_is_flagged_teaches_no_intent_either(tmp_path: Path) -> None:
    sessions = log(tmp_path / "sessions", {"a": (*talk("gone", "Blocked.")[:-1], flagged(1)), "b": talk("here", "Ah.")})
    told = made(sessions, tmp_path / "out")
    assert (told.examples, list(told.stories)) == ({"lost": ["here"]}, ["b"])


def test_an_older_versions_value_has_a_name_of_its_own(tmp_path: Path) -> None:
    steps = (user("hi"), reply("a"), released(), labelled(1, intent="lost!"))
    told = made(log(tmp_path / "sessions", {"a": steps, "b": talk("gone", "b")}), tmp_path / "out")
    [mine, other] = told.examples
    assert mine == "lost"
    assert re.fullmatch(r"lost_[0-9a-f]{8}", other)


def test_a_study_in_which_nothing_was_answered_is_a_project_all_the_same(tmp_path: Path) -> None:
    told = made(log(tmp_path / "sessions", {"a": (assistant("Hi!"), user("hello?"))}), tmp_path / "out")
    assert (told.examples, told.stories, told.domain.responses) == ({}, {}, {})


def test_names_are_safe_and_differ_and_texts_are_only_texts() -> None:
    values = ["yes", "a b", "a-b", "a_b", "a_b_2", "", "!", "/x", "Ärger", "restart", "名前"]
    names = [Names(values).of(value) for value in values]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\w+", name) and name not in RESERVED for name in names)
    assert plain("/ /a\x85b\u2028[x][y]{z}(w)\ufeff \n") == "a b [x] [y] {z}(w)"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_data_is_there_text_for_text(tmp_path: Path, name: str) -> None:
    sessions, study = public(tmp_path / "sessions", name), name.replace("_", "-")
    told = made(sessions, tmp_path / "out", study)
    [label] = exchanges(sessions, study)[0].labels
    examples: dict[str, list[str]] = {}
    answers: dict[str, set[str]] = {}
    for each in exchanges(sessions, study):
        examples.setdefault(each.labels[label], []).append(plain(each.message.replace("\n", " ")))
        if each.reply is not None:
            answers.setdefault(f"utter_{each.labels[label]}", set()).add(each.reply)
    assert {name: sorted(texts) for name, texts in told.examples.items()} == {
        re.sub(r"\W+", "_", value).strip("_"): sorted(texts) for value, texts in examples.items()
    }
    assert {name: set(told.answers(name)) for name in told.domain.responses} == answers
