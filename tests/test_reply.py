"""What a reply may be, and what the participant sees of it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.reply import MOST_BUBBLES, BadReply, Reply, fill
from wizard.values import Bubble, Card

CHOICE = Reply.model_validate(
    {
        "kind": "choice",
        "options": ["lost", {"name": "other", "say": "I only help with cards.", "buttons": ["Lost"]}],
    }
)
FORM = Reply.model_validate(
    {
        "kind": "form",
        "fields": [
            {"name": "from", "required": True},
            {"name": "seats", "kind": "integer"},
            {"name": "price", "kind": "number"},
            {"name": "day", "kind": "date"},
            {"name": "at", "kind": "time"},
            {"name": "shared", "kind": "yes_no"},
            {"name": "size", "kind": "choice", "options": ["small", "large"]},
        ],
    }
)


def form(**values: object) -> str:
    return json.dumps(values)


def test_a_text_is_its_own_bubble() -> None:
    assert Reply().read("Blocked.") == ("Blocked.", ())


def test_several_bubbles_are_one_reply() -> None:
    written, bubbles = Reply().read("One.", ["Two.", "Three."], ["Yes", "No"])
    assert written == "One.\n\nTwo.\n\nThree."
    assert [bubble.text for bubble in bubbles] == ["One.", "Two.", "Three."]
    assert [bubble.buttons for bubble in bubbles] == [(), (), ("Yes", "No")]


def test_a_choice_is_its_class_and_the_participant_sees_what_the_persona_says() -> None:
    assert CHOICE.read("lost") == ("lost", ())
    assert CHOICE.read("other") == ("other", (Bubble(text="I only help with cards.", buttons=("Lost",)),))


def test_a_form_is_kept_as_typed_values_in_the_order_of_its_fields() -> None:
    given = form(shared="Yes", seats="3", price=12.5, at="09:05", day="2026-03-01", **{"from": "Craig"})
    written, [bubble] = FORM.read(given)
    assert json.loads(written) == {
        "from": "Craig", "seats": 3, "price": 12.5, "day": "2026-03-01", "at": "09:05", "shared": True,
    }  # fmt: skip
    assert list(json.loads(written)) == ["from", "seats", "price", "day", "at", "shared"]
    assert bubble.card is not None
    assert [(row.name, row.value) for row in bubble.card.rows][:2] == [("from", "Craig"), ("seats", "3")]


def test_a_form_is_said_as_the_study_says() -> None:
    said = Reply.model_validate({**FORM.model_dump(), "say": "A ride from {{from}} for {{ seats }}, {{size}}."})
    _, [bubble] = said.read(form(**{"from": "Craig"}))
    assert bubble == Bubble(text="A ride from Craig for –, –.")


def test_what_is_as_long_or_as_much_as_it_may_be_is_taken() -> None:
    assert Reply(max_chars=4).read("four")[0] == "four"
    written, _ = FORM.read(form(seats=2**53, **{"from": "Craig"}))
    assert json.loads(written)["seats"] == 2**53


def test_a_form_that_was_read_reads_the_same_again() -> None:
    written, _ = FORM.read(form(seats="3.0", **{"from": " Craig "}))
    assert FORM.read(written)[0] == written


@pytest.mark.parametrize(
    ("reply", "text", "reason"),
    [
        (Reply(), " \n", "The reply is empty."),
        (Reply(max_chars=3), "four", "The reply has 4 characters; this study takes 3."),
        (CHOICE, "stolen", "The reply must be one of: lost, other."),
        (CHOICE, "", "The reply is empty."),
        (FORM, "", "The form is empty."),
        (FORM, "Craig", "The reply must be a JSON object with the form's fields."),
        (FORM, "[" * 100_000, "The reply must be a JSON object with the form's fields."),
        (FORM, "[1]", "The reply must be a JSON object with the form's fields."),
        (FORM, form(), "Field “from” is required."),
        (FORM, form(**{"from": "  "}), "Field “from” is required."),
        (FORM, form(wherefrom="x"), "This form has no field “wherefrom”."),
        (FORM, form(**{"from": 3}), "Field “from” must be a text."),
        (FORM, form(seats="three", **{"from": "x"}), "Field “seats” must be a whole number, as 4."),
        (FORM, form(seats=3.5, **{"from": "x"}), "Field “seats” must be a whole number, as 4."),
        (FORM, form(seats=True, **{"from": "x"}), "Field “seats” must be a whole number, as 4."),
        (FORM, form(seats="9" * 400, **{"from": "x"}), "Field “seats” must be a whole number, as 4."),
        (FORM, '{"from": "x", "price": 1e999}', "Field “price” must be a number, as 12.50."),
        (FORM, '{"from": "x", "price": NaN}', "Field “price” must be a number, as 12.50."),
        (FORM, form(day="1 March", **{"from": "x"}), "Field “day” must be a date, as 2026-03-01."),
        (FORM, form(at="25:00", **{"from": "x"}), "Field “at” must be a time, as 14:30."),
        (FORM, form(shared="maybe", **{"from": "x"}), "Field “shared” must be yes or no."),
        (FORM, form(size="huge", **{"from": "x"}), "Field “size” must be one of: small, large."),
        (FORM, form(size=["small"], **{"from": "x"}), "Field “size” must be one of: small, large."),
    ],
)  # fmt: skip
def test_a_bad_reply_is_refused_with_the_reason(reply: Reply, text: str, reason: str) -> None:
    with pytest.raises(BadReply) as refusal:
        reply.read(text)
    assert str(refusal.value) == reason


def test_bubbles_are_neither_empty_nor_too_many() -> None:
    with pytest.raises(BadReply, match="empty"):
        Reply().read("One.", [" "])
    with pytest.raises(BadReply, match="10 are the most"):
        Reply().read("One.", ["more"] * MOST_BUBBLES)


def test_what_stands_under_a_choice_or_a_form_is_the_studys_to_say() -> None:
    for reply, text in ((CHOICE, "lost"), (FORM, form(**{"from": "x"}))):
        for more in ({"more": ["x"]}, {"buttons": ["x"]}, {"card": Card(title="x")}):
            with pytest.raises(BadReply, match="the study's to say"):
                reply.read(text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"kind": "choice", "options": ["one"]}, "two different options"),
        ({"kind": "choice", "options": ["one", "two", "one"]}, "one stands twice"),
        ({"kind": "form"}, "needs fields"),
        ({"kind": "form", "fields": [{"name": "a"}, {"name": "a"}]}, "a stands twice"),
        ({"kind": "form", "fields": [{"name": "a"}], "say": "{{b}}"}, "no field b"),
        ({"kind": "text", "say": "x"}, "go with kind: form"),
        ({"kind": "text", "options": ["a", "b"]}, "go with kind: choice"),
        ({"kind": "choice", "options": ["a", "b"], "quick_replies": True}, "go with kind: text"),
        ({"kind": "form", "fields": [{"name": "a", "kind": "choice"}]}, "a choice needs options"),
    ],
)
def test_a_study_that_makes_no_sense_of_its_replies_is_refused(given: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Reply.model_validate(given)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_any_value_in_any_field_is_read_or_refused(value: object) -> None:
    for field in FORM.fields:
        with suppress(BadReply):
            kept = field.read(value)
            assert field.read(kept) == kept


def test_canned_texts_are_filled_with_what_is_known() -> None:
    filled = fill("Hi {{ participant.alias }}, {{amount}} is booked.", {"participant.alias": "Guest 7"})
    assert filled == "Hi Guest 7, {{amount}} is booked."
