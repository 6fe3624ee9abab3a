"""What events make of a session, and which may come next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    ANN,
    AT,
    BOB,
    Step,
    announced,
    assistant,
    claimed,
    ended,
    event,
    events,
    finished,
    flagged,
    guessed,
    handed_over,
    labelled,
    looked,
    noted,
    released,
    reply,
    retried,
    second_opinion,
    session,
    spoken,
    started,
    stopped,
    unclaimed,
    user,
    watched,
    whispered,
)
from tests.logged import may_come_next
from wizard.events import Body, Claimed, Ended, Guessed, Message, Noted, Released, Replied, Retried, Started
from wizard.fold import apply, fold
from wizard.head import head
from wizard.session import NotAllowed
from wizard.values import Bubble


def refused(*steps: Step) -> str:
    """The code with which the last of these steps is refused."""
    before = session(*steps[:-1])
    draft = steps[-1](before)
    with pytest.raises(NotAllowed) as refusal:
        apply(before, event(draft.body, draft.actor, draft.client_id))
    return refusal.value.code


def test_a_conversation_is_its_messages_in_order() -> None:
    told = session(assistant("Hi, I'm Penny."), user("it's gone"), reply("Blocked."), released(), user("thanks"))
    assert [(said.n, said.role, said.text) for said in told.messages] == [
        (1, "assistant", "Hi, I'm Penny."),
        (2, "user", "it's gone"),
        (3, "assistant", "Blocked."),
        (4, "user", "thanks"),
    ]


def test_a_reply_is_not_a_message_before_it_is_released() -> None:
    before = session(user("hi"), reply("hello"))
    assert [said.text for said in before.messages] == ["hi"]
    assert before.unreleased == ((1, 1),)
    after = session(user("hi"), reply("hello"), released())
    assert [said.text for said in after.messages] == ["hi", "hello"]
    assert after.exchanges[0].released == 2
    assert after.unreleased == ()


def test_it_waits_from_the_first_message_that_nobody_answered() -> None:
    assert session().waiting_since is None
    assert session(assistant("Hi!")).waiting_since is None
    first, *_ = (said.at for said in session(user("one"), user("two")).messages)
    assert session(user("one"), user("two")).waiting_since == first
    assert session(user("one"), reply("1")).waiting_since is None
    assert session(user("one"), ended()).waiting_since is None


def test_a_message_that_came_after_what_the_wizard_saw_still_waits() -> None:
    told = session(user("one"), user("two"), reply("to one", upto=1))
    assert told.answered == 1
    assert told.waiting_since is not None
    assert session(user("one"), user("two"), reply("to one", upto=1), reply("to two")).waiting_since is None


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([user("hi"), reply("a"), reply("b")], "answered"),
        ([user("hi"), reply("a"), released(), reply("b")], "answered"),
        ([assistant("Hi!"), reply("unasked")], "answered"),
        ([user("hi"), reply("to what?", upto=7)], "invalid"),
        ([user("hi"), user("ho"), reply("a", upto=1), reply("again", upto=1)], "answered"),
        ([user("hi"), reply("a", exchange=2)], "gap"),
        ([claimed(ANN), claimed(BOB)], "claimed"),
        ([claimed(ANN), unclaimed(BOB)], "claimed"),
        ([claimed(ANN), user("hi"), reply("mine", by=BOB)], "claimed"),
        ([ended(), user("too late")], "ended"),
        ([ended(), ended()], "ended"),
        ([user("hi"), reply("a"), ended(), claimed()], "ended"),
        ([user("hi"), labelled(1, intent="lost")], "missing"),
        ([user("hi"), reply("a"), labelled(2, intent="lost")], "missing"),
        ([user("hi"), noted("why?", exchange=1)], "missing"),
        ([started()], "order"),
    ],
)
def test_what_cannot_come_next_is_refused(steps: list[Step], code: str) -> None:
    assert refused(*steps) == code


def test_numbers_have_no_gap() -> None:
    with pytest.raises(NotAllowed, match="Message 3 can't follow message 1"):
        apply(session(user("one")), event(Message(n=3, role="user", text="three")))


def test_replies_are_released_in_the_order_in_which_they_were_written() -> None:
    before = session(user("one"), reply("1"), user("two"), reply("2"))
    with pytest.raises(NotAllowed) as refusal:
        apply(before, event(Released(n=3, exchange=2)))
    assert refusal.value.code == "order"


def test_nothing_comes_before_the_beginning() -> None:
    with pytest.raises(NotAllowed):
        fold([event(Message(n=1, role="user", text="hi"))])
    assert fold([]) is None


def test_labels_are_corrected_and_taken_away_and_the_first_ones_stay_known() -> None:
    told = session(user("hi"), reply("a", labels={"intent": "lost", "tone": "calm"}))
    told_later = session(
        user("hi"),
        reply("a", labels={"intent": "lost", "tone": "calm"}),
        ended(),
        labelled(1, intent="charge", tone=None),
    )
    assert dict(told.exchanges[0].labels) == {"intent": "lost", "tone": "calm"}
    assert dict(told_later.exchanges[0].labels) == {"intent": "charge"}
    assert told_later.exchanges[0].reply.labels == {"intent": "lost", "tone": "calm"}


def test_notes_stand_on_the_session_or_on_an_exchange() -> None:
    told = session(user("hi"), reply("a"), noted("odd"), noted("very odd", exchange=1))
    assert [note.text for note in told.notes] == ["odd"]
    assert [(note.text, note.actor) for note in told.exchanges[0].notes] == [("very odd", ANN)]


def test_an_end_frees_the_claim() -> None:
    assert session(claimed(), ended()).claimed_by is None


def test_what_may_come_next_is_what_apply_takes() -> None:
    """`may_come_next` and `apply` are two answers to one question."""
    assert may_come_next(None) == {Started}
    waiting = session(user("hi"))
    assert {Replied, Claimed, Message, Ended, Noted} <= may_come_next(waiting)
    assert Replied not in may_come_next(session(assistant("Hi!")))
    assert Released in may_come_next(session(user("hi"), reply("a")))
    assert not may_come_next(session(ended())) & {Message, Replied, Released, Claimed, Ended}


def test_the_head_says_what_lists_show() -> None:
    row = head(session(assistant("Hi!"), user("one"), claimed(), reply("1"), user("two")))
    assert (row.messages, row.exchanges, row.unreleased, row.claimed_by) == (3, 1, 1, ANN)
    assert row.waiting_since is not None
    assert row.ended is None


STEPS: list[Step] = [
    user("hi"),
    reply("a"),
    reply("b", by=BOB),
    released(),
    claimed(ANN),
    claimed(BOB),
    unclaimed(ANN),
    labelled(1, intent="lost"),
    noted("odd"),
    watched(),
    whispered("ask for the number"),
    announced("Back in a minute."),
    spoken(),
    spoken(9.0),
    finished(),
    stopped(4),
    ended(),
]


@given(st.lists(st.sampled_from(STEPS), max_size=30))
def test_folding_all_is_folding_what_was_and_then_the_rest(steps: list[Step]) -> None:
    """The strongest test there is for a log: old state and new events make what all events make."""
    told = events()
    now = fold(told)
    for step in steps:
        try:
            draft = step(now)
            after = apply(now, event(draft.body, draft.actor, seq=len(told) + 1))
        except (NotAllowed, IndexError, ValueError):
            continue
        told.append(event(draft.body, draft.actor, seq=len(told) + 1))
        now = after
        assert fold(told) == now
        assert [said.n for said in now.messages] == list(range(1, len(now.messages) + 1))


def test_every_kind_of_event_is_known_by_its_name() -> None:
    assert set(Body.kinds) == {
        "started", "message", "claimed", "unclaimed", "handed_over", "looked", "replied", "released", "labelled",
        "flagged", "noted", "second_opinion", "ended", "finished", "stopped", "retried", "guessed", "rated",
        "consented", "let_in", "watched", "whispered", "announced", "spoken", "answered",
    }  # fmt: skip


def test_a_session_is_never_changed_in_place() -> None:
    before = session(user("hi"))
    copy = replace(before)
    apply(before, event(Message(n=2, role="user", text="more")))
    assert before == copy


def bubbles(*texts: str) -> dict[str, tuple[Bubble, ...]]:
    return {"bubbles": tuple(Bubble(text=text) for text in texts)}


def test_several_bubbles_are_messages_of_one_exchange_let_through_in_order() -> None:
    answered = [user("hi"), reply("one\n\ntwo", **bubbles("one", "two"))]
    assert session(*answered).unreleased == ((1, 1), (1, 2))
    half = session(*answered, released())
    assert (half.unreleased, half.exchanges[0].released) == (((1, 2),), 2)
    whole = session(*answered, released(), released())
    assert [(said.text, said.exchange) for said in whole.messages] == [("hi", None), ("one", 1), ("two", 1)]
    assert (whole.unreleased, whole.exchanges[0].released) == ((), 2)


def test_what_stands_under_a_bubble_comes_with_its_message() -> None:
    under = Bubble(text="Which?", buttons=("This", "That"))
    told = session(user("hi"), reply("Which?", bubbles=(under,)), released())
    assert told.messages[-1].bubble == under
    assert session(user("hi"), reply("Which?", **bubbles("Which?")), released()).messages[-1].bubble is None


def test_a_handed_over_session_is_the_colleagues_with_the_word_that_came_with_it() -> None:
    told = session(user("hi"), claimed(ANN), handed_over(BOB, by=ANN, note="wants a refund"))
    assert told.claimed_by == BOB
    assert told.handed_over is not None
    assert (told.handed_over.text, told.handed_over.actor) == ("wants a refund", ANN)
    assert told.held_by == {ANN, BOB}
    assert session(user("hi"), claimed(ANN), handed_over(BOB), unclaimed(BOB)).handed_over is None


def test_only_who_has_a_session_hands_it_over() -> None:
    assert refused(user("hi"), handed_over(BOB)) == "claimed"
    assert refused(user("hi"), claimed(BOB), handed_over(ANN, by=ANN)) == "claimed"
    assert refused(user("hi"), claimed(ANN), ended(), handed_over(BOB)) == "ended"


def test_whoever_looked_further_and_whoever_has_it_after_them_knows_more() -> None:
    before = session(user("hi"), claimed(ANN))
    assert not before.knows_more(ANN)
    after = session(user("hi"), claimed(ANN), looked(ANN))
    assert after.knows_more(ANN)
    assert session(user("hi"), claimed(ANN), looked(ANN), unclaimed(ANN), claimed(BOB)).knows_more(BOB)


def test_a_look_of_somebody_else_marks_their_own_answers_alone() -> None:
    told = session(user("hi"), claimed(ANN), looked(BOB))
    assert not told.knows_more(ANN)
    assert told.knows_more(BOB)
    later = session(
        user("hi"), claimed(ANN), looked(BOB), unclaimed(ANN), claimed(BOB), reply("x", by=BOB, saw_more=True)
    )
    assert later.knows_more(ANN)


def test_a_look_after_the_end_marks_nothing_but_is_remembered() -> None:
    told = session(user("hi"), reply("hello"), released(), ended(), looked(BOB))
    assert not told.saw_more
    assert told.looked == {BOB}


def test_labels_are_corrected_and_who_and_when_stays() -> None:
    told = session(user("hi"), reply("x", labels={"intent": "lost"}), labelled(1, by=BOB, intent="charge", mood="calm"))
    [exchange] = told.exchanges
    assert exchange.labels == {"intent": "charge", "mood": "calm"}
    assert exchange.reply.labels == {"intent": "lost"}
    assert [(each.actor, dict(each.labels)) for each in exchange.corrections] == [
        (BOB, {"intent": "charge", "mood": "calm"})
    ]


def test_an_exchange_is_taken_out_of_training_and_back_in() -> None:
    answered = [user("hi"), reply("x"), ended()]
    assert session(*answered, flagged(1)).exchanges[0].not_for_training
    assert not session(*answered, flagged(1), flagged(1, False)).exchanges[0].not_for_training
    assert refused(*answered, flagged(2)) == "missing"
    assert refused(user("hi"), flagged(1)) == "missing"


def test_a_second_opinion_stands_beside_the_first() -> None:
    told = session(user("hi"), reply("x"), ended(), second_opinion(1, "y", by=BOB, intent="lost"))
    [opinion] = told.exchanges[0].second_opinions
    assert (opinion.opinion.wizard, opinion.opinion.text, opinion.opinion.labels) == ("bob", "y", {"intent": "lost"})


COMING: list[Step] = [user("hi"), reply("first second"), released(10.0)]


def test_an_answer_comes_word_by_word_to_its_end() -> None:
    coming = session(*COMING)
    assert (coming.streaming, coming.begun) == (10.0, True)
    assert head(coming).unreleased == 1
    assert not may_come_next(coming) & {Message, Ended, Released, Retried}
    whole = session(*COMING, finished())
    assert (whole.streaming, whole.begun, head(whole).unreleased) == (None, False, 0)
    assert refused(*COMING, user("early")) == "order"
    assert refused(*COMING, finished(), finished()) == "order"


def test_a_stop_cuts_the_answer_and_takes_its_other_bubbles() -> None:
    two = {"bubbles": (Bubble(text="first second"), Bubble(text="third"))}
    told = session(user("hi"), reply("x", **two), released(10.0), stopped(6))
    assert [said.text for said in told.messages] == ["hi", "first "]
    assert (told.unreleased, told.streaming, told.waiting_since) == ((), None, None)
    assert told.exchanges[0].reply.seen_as[0].text == "first second"
    between = session(user("hi"), reply("x", **two), released(), stopped(12))
    assert [said.text for said in between.messages] == ["hi", "first second"]
    assert between.unreleased == ()
    assert refused(*COMING, stopped(13)) == "invalid"
    assert refused(*COMING, finished(), stopped(3)) == "order"


def test_what_was_said_between_two_bubbles_stays_whole_when_the_answer_is_stopped() -> None:
    two = {"bubbles": [{"text": "Let me see."}, {"text": "It is open."}]}
    between = (user("hi"), reply("x", **two), released(), user("never mind"))
    told = session(*between, stopped(len("Let me see.")))
    assert [said.text for said in told.messages] == ["hi", "Let me see.", "never mind"]
    assert refused(*between, stopped(3)) == "invalid"
    assert told.exchanges[0].stopped
    assert not told.unreleased
    assert told.waiting_since


def test_who_stopped_an_answer_may_ask_again_and_waits_then() -> None:
    told = session(*COMING, stopped(6), retried())
    assert told.waiting_since == AT
    assert told.owes
    assert session(*COMING, stopped(6), retried(), reply("again", upto=1)).waiting_since is None
    assert refused(*COMING, finished(), retried()) == "order"
    assert refused(assistant("Hi!"), retried()) == "order"


def test_who_waits_may_ask_again_and_waits_since_they_asked_first() -> None:
    told = session(user("hi"), retried(), retried())
    assert told.waiting_since == AT
    assert session(user("hi"), retried(), reply("hello"), released()).waiting_since is None


def test_what_the_participant_thinks_is_asked_once_and_after_the_end() -> None:
    assert session(ended(), guessed("person", 4)).guessed == Guessed(answered_by="person", confidence=4)
    assert refused(user("hi"), guessed()) == "order"
    assert refused(ended(), guessed(), guessed()) == "ended"


def test_watching_marks_nothing_but_what_the_observer_would_answer() -> None:
    seen = session(user("hi"), claimed(ANN), watched(BOB))
    assert (seen.saw_more, seen.knows_more(ANN), seen.knows_more(BOB)) == (False, False, True)


def test_what_is_answered_after_a_whisper_was_known_by_more_than_the_model() -> None:
    told = session(user("hi"), reply("a"), user("and?"), claimed(ANN), whispered("it is a test"))
    assert [note.text for note in told.whispers] == ["it is a test"]
    assert told.knows_more(ANN)
    answered = session(user("hi"), reply("a"), user("and?"), claimed(ANN), whispered("it is a test"), reply("b"))
    assert answered.whispers == ()
    assert [[note.text for note in each.whispers] for each in answered.exchanges] == [[], ["it is a test"]]
    assert refused(user("hi"), ended(), whispered("too late")) == "ended"


def test_what_the_team_says_is_a_message_and_no_exchange_and_answers_nothing() -> None:
    before = session(user("hi"), announced("Back soon."))
    assert (before.unspoken, len(before.messages), head(before).unreleased) == (("Back soon.",), 1, 1)
    assert before.waiting_since is not None
    coming = session(user("hi"), announced("Back soon."), spoken(9.0))
    assert (coming.messages[-1].role, coming.streaming, coming.owes) == ("assistant", 9.0, False)
    after = session(user("hi"), announced("Back soon."), spoken(9.0), finished())
    assert [(said.role, said.text, said.exchange) for said in after.messages] == [
        ("user", "hi", None),
        ("assistant", "Back soon.", None),
    ]
    assert (after.exchanges, after.unspoken, after.owes, after.may_retry) == ((), (), True, True)
    assert after.waiting_since == before.waiting_since
    assert refused(user("hi"), announced("one"), reply("a"), spoken()) == "order"


def test_what_the_team_says_can_be_stopped_and_comes_whole_when_asked_for_again() -> None:
    cut = session(announced("Back soon."), spoken(9.0), stopped(4))
    assert (cut.messages[-1].text, cut.cut_short, cut.may_retry) == ("Back", "Back soon.", False)
    again = session(announced("Back soon."), spoken(9.0), stopped(4), announced("Back soon."))
    assert again.cut_short is None
