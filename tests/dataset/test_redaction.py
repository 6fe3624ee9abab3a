"""Personal data leaves no session: every text is looked at, the same value is the same word, nothing else changes."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import (
    asked,
    assistant,
    ended,
    finished,
    labelled,
    noted,
    released,
    reply,
    second_opinion,
    session,
    stopped,
    user,
)
from wizard.dataset.redaction.redacting import Redaction
from wizard.dataset.redaction.span import KINDS
from wizard.session import Session
from wizard.values import Bubble, Card, Offered, Row

REDACTION = Redaction()
MAIL, PHONE = "anna.berg@example.com", "+49 170 1234567"


def redacted(text: str, asked: str | None = None) -> str:
    told = session(*([assistant(asked)] if asked else []), user(text))
    return REDACTION.session(told)[0].messages[-1].text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to anna.berg@example.com, please", "write to [EMAIL_1], please"),
        ("anna dot berg at example dot com", "[EMAIL_1]"),
        ("call me on 020 7946 0958", "call me on [PHONE_1]"),
        ("my card is 4111 1111 1111 1111", "my card is [CARD_1]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN_1]"),
        ("my SSN is 536-22-8726", "my SSN is [ID_1]"),
        ("it was 203.0.113.77 that logged in", "it was [IP_1] that logged in"),
        ("see https://shop.example/reset?token=9f8e7d6c5b4a39281706", "see [URL_1]"),
        ("My name is Anna Berg.", "My name is [NAME_1]."),
        ("I live at 12 Baker Street, London NW1 6XE", "I live at [ADDRESS_1]"),
        ("Ich wohne in der Lindenstraße 5, 10969 Berlin", "Ich wohne in der [ADDRESS_1]"),
    ],
)
def test_each_kind(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "my order is 1234567890 and it cost $1,249.99",
        "on 2026-01-02 at 03:04, flight LH 1234",
        "version 10.4.12.1 of the app",
        "https://bank.example/faq/lost-card",
        "it's [PHONE_1] as I said",
        "I am happy with that, thank you",
        "My name is not on the card",
        "",
    ],
)
def test_what_is_nobodys_stays_and_so_does_the_session(text: str) -> None:
    told = session(user(text or "hm"), reply("Fine."), released())
    again, spans = REDACTION.session(told)
    assert again is told
    assert spans == []


def test_the_same_value_is_the_same_word_however_it_is_written() -> None:
    told = session(
        user("I'm at 0170 1234567, or 0170/1234567. My name is Anna Berg."),
        reply("Thank you, Anna. I call 01701234567, then +44 20 7946 0958."),
        released(),
    )
    again, _ = REDACTION.session(told)
    assert [said.text for said in again.messages] == [
        "I'm at [PHONE_1], or [PHONE_1]. My name is [NAME_1].",
        "Thank you, [NAME_1]. I call [PHONE_1], then [PHONE_2].",
    ]
    assert again.exchanges[0].reply.text == again.messages[1].text


def test_a_name_and_its_parts_are_one_person_unless_two_have_the_part() -> None:
    told = session(user("I'm Anna, and Mr Berg is my father. My name is Anna Berg."), reply("Dear Anna, hello."))
    assert (
        REDACTION.session(told)[0].messages[0].text
        == "I'm [NAME_1], and Mr [NAME_1] is my father. My name is [NAME_1]."
    )
    told = session(user("My name is Anna Berg. My name is Tom Berg. I know Mr Berg."))
    again = REDACTION.session(told)[0].messages[0].text
    assert again == "My name is [NAME_1]. My name is [NAME_2]. I know Mr [NAME_3]."


def test_a_part_of_a_name_in_small_letters_is_a_word() -> None:
    again, _ = REDACTION.session(session(user("My name is Rose Field. A rose in the field. Rose!")))
    assert again.messages[0].text == "My name is [NAME_1]. A rose in the field. [NAME_1]!"


def test_an_answer_to_what_asks_for_it() -> None:
    assert redacted("Anna Berg", "What's your name, please?") == "[NAME_1]"
    assert redacted("Lost card", "What's your problem, please?") == "Lost card"


def test_the_persona_is_nobody() -> None:
    told = session(assistant("Hi, I'm Penny."), user("Hi Penny, I'm Anna"))
    again, _ = Redaction(nobodys=frozenset({"Penny"})).session(told)
    assert [said.text for said in again.messages] == ["Hi, I'm Penny.", "Hi Penny, I'm [NAME_1]"]


def test_only_what_is_asked_for() -> None:
    told = session(user(f"{MAIL} or {PHONE}"))
    again, spans = Redaction(kinds=frozenset({"phone"})).session(told)
    assert again.messages[0].text == f"{MAIL} or [PHONE_1]"
    assert [span.kind for span in spans] == ["phone"]


def test_a_recogniser_finds_more_names() -> None:
    def capitals(text: str) -> Iterator[tuple[int, int]]:
        if (at := text.find("Zaphod")) >= 0:
            yield at, at + len("Zaphod")

    told = session(user("then Zaphod came in"))
    assert REDACTION.session(told)[0] is told
    assert Redaction(recogniser=capitals).session(told)[0].messages[0].text == "then [NAME_1] came in"


def everywhere(canary: str) -> Session:
    """A session that has the canary in every text that there is."""
    card = Card(title=canary, rows=(Row(name="Mail", value=canary),))
    bubbles = (Bubble(text=f"It is {canary}", buttons=(canary,), card=card), Bubble(text=canary))
    told = session(
        asked(mood=3, mail=canary, said=f"it is {canary}", several=(canary, "none")),
        user(f"it is {canary}"),
        reply(
            json.dumps({"mail": canary, "deep": [{"x": canary}]}),
            bubbles=bubbles,
            shown={"who": {"deep": [canary]}},
            form={"mail": canary},
            missing=canary,
            labels={"free": canary},
            offered=(Offered(kind="canned", key="k", text=canary),),
        ),
        released(),
        released(),
        user("and more"),
        reply(f"so it is {canary}, all of it"),
        released(rate=10.0),
        stopped(20),
        second_opinion(1, canary, free=canary),
        labelled(1, free=canary),
        noted(canary, 1),
        noted(canary),
        ended(),
        asked("after", why=canary),
    )
    told.started = told.started.model_copy(
        update={"alias": canary, "fields": {"locale": canary}, "imported": f"{canary}.jsonl"}
    )
    return told


@pytest.mark.parametrize("canary", [MAIL, PHONE, "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"])
def test_it_is_nowhere(canary: str) -> None:
    told = everywhere(canary)
    assert repr(told).count(canary) >= 20
    again, spans = REDACTION.session(told)
    for piece in (canary, canary[:12], canary[-7:]):
        assert piece not in repr(again)
    assert canary not in repr(spans)
    assert json.loads(again.exchanges[0].reply.text or "")["deep"][0]["x"].endswith("_1]")
    assert again.started.alias == told.id
    assert again.asked_before is not None
    assert again.asked_before.answers["mood"] == 3


def test_what_a_recorded_file_is_called_does_not_leave() -> None:
    """Somebody's name in it, as in `zaphod_beeblebrox.csv`, is one that nothing tells for one."""
    files = []
    for name, said in (("zaphod_beeblebrox.csv", "Hello"), ("zaphod_beeblebrox.csv", MAIL), ("bob.csv", "Hello")):
        told = session(user(said), reply("Good morning."))
        imported = replace(told, started=told.started.model_copy(update={"imported": name}))
        files.append(REDACTION.session(imported)[0].started.imported or "")
    assert all(re.fullmatch("file-[0-9a-f]{12}", file) for file in files)
    assert files[0] == files[1] != files[2], "and yet they are told apart"


def test_a_field_that_is_called_so_is_one_wholly() -> None:
    told = session(
        user("hi"),
        reply(
            '{"surname": "o\'hara-smythe", "amount": 12}',
            shown={"customerName": "zoë", "plan": "gold", "phone": 4711},
            form={"surname": None},
        ),
    )
    again, spans = REDACTION.session(told)
    assert again.exchanges[0].reply.text == '{"surname": "[NAME_1]", "amount": 12}'
    assert again.exchanges[0].reply.shown == {"customerName": "[NAME_2]", "plan": "gold", "phone": "[PHONE_1]"}
    assert {span.where for span in spans} == {
        "exchange 1, reply surname",
        "exchange 1, shown customerName",
        "exchange 1, shown phone",
    }


def test_what_was_stopped_in_the_middle_of_a_number_keeps_no_half_of_it() -> None:
    told = session(user("who?"), reply(f"Ring {PHONE} now."), released(rate=10.0), stopped(14))
    assert told.messages[1].text == "Ring +49 170 1"
    again, _ = REDACTION.session(told)
    assert again.messages[1].text == "Ring "
    whole = again.messages[1].whole
    assert whole is not None
    assert whole.text == "Ring [PHONE_1] now."


def test_a_span_tells_where_and_hides_what() -> None:
    _, [span] = REDACTION.session(session(user(f"mail {MAIL}!")))
    assert (span.where, span.start, span.end, span.kind, span.pseudonym) == ("message 1", 5, 26, "email", "[EMAIL_1]")
    assert span.text == MAIL
    assert MAIL not in repr(span)


def test_it_travels() -> None:
    again = pickle.loads(pickle.dumps(REDACTION))
    assert again == REDACTION
    assert again.session(everywhere(MAIL))[0] == REDACTION.session(everywhere(MAIL))[0]


pieces = st.sampled_from(
    [
        MAIL,
        PHONE,
        "4111111111111111",
        "Anna Berg",
        "my name is",
        "Mr",
        "Rue",
        "12",
        "[NAME_1]",
        "\n",
        " ",
        "{",
        '"',
        ":",
    ]
)
texts = st.lists(pieces | st.text(max_size=12), max_size=8).map(" ".join).filter(lambda text: "\0" not in text)


@given(texts, texts)
@settings(max_examples=150, deadline=None)
def test_any_text_is_taken_and_twice_is_once(asked: str, text: str) -> None:
    told = session(assistant(asked), user(text), reply(text), released(rate=9.0), finished())
    once, _ = REDACTION.session(told)
    twice, spans = REDACTION.session(once)
    assert [said.text for said in twice.messages] == [said.text for said in once.messages], spans


@given(st.dictionaries(st.sampled_from(["name", "a", "tel", "x y"]), texts | st.integers() | st.booleans() | st.none()))
@settings(max_examples=80, deadline=None)
def test_a_form_stays_one(values: dict[str, object]) -> None:
    told = session(user("hi"), reply(json.dumps(values)))
    again, _ = REDACTION.session(told)
    assert json.loads(again.exchanges[0].reply.text or "").keys() == values.keys()


def test_kinds_are_those_of_the_pseudonyms() -> None:
    assert set(KINDS) == {"email", "phone", "card", "iban", "id", "url", "ip", "name", "address"}
