"""What each seat may see."""

from __future__ import annotations

import pytest

from tests.builders import assistant, ended, released, reply, session, started, user
from wizard.observation import for_model, for_participant, thinking
from wizard.session import fold
from wizard.study import Study

TOLD = [assistant("Hi!"), user("one"), reply("1"), released(), user("two")]


def study(**model_sees: object) -> Study:
    return Study.model_validate({"study": "s", "title": "S", "model_sees": model_sees})


def test_the_model_sees_the_last_messages_and_no_more() -> None:
    seen = for_model(study(history=2), session(*TOLD))
    assert seen.turns() == [{"role": "assistant", "content": "1"}, {"role": "user", "content": "two"}]
    assert (seen.first, seen.upto) == (3, 4)


def test_the_model_sees_all_where_the_study_says_so() -> None:
    assert [said.text for said in for_model(study(), session(*TOLD)).messages] == ["Hi!", "one", "1", "two"]


def test_the_observation_of_then_is_not_changed_by_what_came_after() -> None:
    then = for_model(study(history=2), session(*TOLD[:2]))
    now = for_model(study(history=2), session(*TOLD), upto=2)
    assert then == now
    assert then.hash() == now.hash()


def test_a_reply_that_is_not_released_is_not_seen() -> None:
    assert for_model(study(), session(user("one"), reply("1"))).turns() == [{"role": "user", "content": "one"}]


def test_only_granted_fields_are_seen() -> None:
    told = session(user("one"))
    with_fields = fold_with(locale="de", age="41")
    assert for_model(study(), told).shown == {}
    assert for_model(study(participant=["locale"]), with_fields).shown == {"locale": "de"}
    assert for_model(study(participant=["shoe_size"]), with_fields).shown == {}


def fold_with(**fields: str):  # type: ignore[no-untyped-def]
    from tests.builders import event
    from wizard.events import Message

    begun = started(**fields)(None)
    told = fold([event(begun.body, begun.actor), event(Message(n=1, role="user", text="one"))])
    assert told is not None
    return told


def test_the_hash_is_of_all_that_is_shown() -> None:
    told = session(*TOLD)
    hashes = {
        for_model(study(), told).hash(),
        for_model(study(history=2), told).hash(),
        for_model(study(documents=["faq.md"]), told).hash(),
        for_model(study(), told, upto=2).hash(),
    }
    assert len(hashes) == 4


@pytest.mark.parametrize("upto", [0, 5, -1])
def test_there_is_no_observation_of_what_was_not_said(upto: int) -> None:
    with pytest.raises(ValueError, match=str(upto)):
        for_model(study(), session(*TOLD), upto)


def test_a_participant_sees_numbers_roles_texts_and_times_only() -> None:
    seen = for_participant(session(*TOLD), after=2)
    assert [(message["n"], message["text"]) for message in seen] == [(3, "1"), (4, "two")]
    assert all(set(message) == {"n", "role", "text", "at"} for message in seen)


def test_the_dots_follow_the_participants_own_messages_and_releases_alone() -> None:
    assert not thinking(session(assistant("Hi!")))
    assert thinking(session(user("one")))
    assert thinking(session(user("one"), reply("1")))
    assert not thinking(session(user("one"), reply("1"), released()))
    assert not thinking(session(user("one"), ended()))
