"""What each seat may see."""

from __future__ import annotations

import pytest

from tests.builders import AT, assistant, ended, finished, released, reply, retried, session, started, stopped, user
from wizard.fold import fold
from wizard.observation import for_model, for_participant, of_exchange
from wizard.study import Study
from wizard.values import Bubble

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


def test_a_form_stands_as_the_turn_before_left_it() -> None:
    rides = Study.model_validate(
        {"study": "s", "title": "S", "reply": {"kind": "form", "fields": [{"name": "to"}, {"name": "at"}]}}
    )
    told = [user("to the zoo"), reply('{"to": "Zoo"}'), released(), user("hm"), reply(None), user("at nine")]
    assert for_model(rides, session(*told)).form == {"to": "Zoo"}, "nothing was filled in between"
    assert for_model(rides, session(*told), upto=1).form == {}, "what then was answered wasn't there yet"
    assert for_model(study(), session(*told)).form is None


@pytest.mark.parametrize("upto", [0, 5, -1])
def test_there_is_no_observation_of_what_was_not_said(upto: int) -> None:
    with pytest.raises(ValueError, match=str(upto)):
        for_model(study(), session(*TOLD), upto)


def test_a_participant_sees_numbers_roles_texts_and_times_only() -> None:
    seen = for_participant(session(*TOLD), after=2)
    assert [(message["n"], message["text"]) for message in seen] == [(3, "1"), (4, "two")]
    assert all(set(message) == {"n", "role", "text", "at"} for message in seen)


def test_the_participant_waits_from_asking_to_the_first_word_and_between_the_bubbles_of_a_reply() -> None:
    two = {"bubbles": (Bubble(text="a"), Bubble(text="b"))}
    assert not session(assistant("Hi!")).owes
    assert session(user("one")).owes
    assert session(user("one"), reply("1")).owes
    assert not session(user("one"), reply("1"), released()).owes
    assert not session(user("one"), reply("1"), released(10.0)).owes
    assert session(user("one"), reply("a\n\nb", **two), released()).owes
    assert not session(user("one"), reply("a\n\nb", **two), released(), released()).owes
    assert not session(user("one"), ended()).owes


def test_an_answer_to_the_first_of_two_messages_leaves_the_second_owed() -> None:
    told = [user("one"), user("two"), reply("1", upto=1), released()]
    assert session(*told).owes
    assert not session(*told, reply("2"), released()).owes


def test_a_message_that_is_still_coming_is_not_the_participants_yet_but_the_models() -> None:
    told = session(user("one"), reply("first second"), released(10.0))
    assert [each["text"] for each in for_participant(told)] == ["one"]
    assert for_model(study(), told).turns()[-1]["content"] == "first second"
    assert [each["text"] for each in for_participant(session(user("one"), reply("1"), released(9.0), finished()))] == [
        "one",
        "1",
    ]


def test_an_answer_that_was_stopped_is_what_was_let_through_of_it() -> None:
    told = session(user("one"), reply("first second"), released(10.0), stopped(6), user("and?"))
    assert for_participant(told, 1)[0] == {"n": 2, "role": "assistant", "text": "first ", "at": AT, "stopped": True}
    assert [each["content"] for each in for_model(study(), told).turns()] == ["one", "first ", "and?"]


def test_what_was_answered_before_a_stop_was_answered_from_the_whole() -> None:
    told = session(user("one"), user("two"), reply("first second", upto=1), released(10.0), reply("2"), stopped(6))
    assert [each.text for each in told.seen_by(told.exchanges[1])] == ["one", "two", "first second"]
    assert [of_exchange(told, each).hash() for each in told.exchanges] == [
        each.reply.observation for each in told.exchanges
    ]


def test_whoever_asks_again_is_answered_from_what_was_there_before_the_stopped_answer() -> None:
    told = session(user("one"), reply("first second"), released(10.0), stopped(6), retried())
    assert for_model(study(), told).turns() == [{"role": "user", "content": "one"}]
    assert for_model(study(), told).upto == 1
    answered = session(
        user("one"), reply("first"), released(9.0), stopped(2), retried(), reply("1", upto=1), released()
    )
    assert [each["text"] for each in for_participant(answered)] == ["one", "fi", "1"]
    assert [each["content"] for each in for_model(study(), answered).turns()] == ["one", "fi", "1"]
