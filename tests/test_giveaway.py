"""What in a reply would give a person away, and above all what wouldn't."""

from __future__ import annotations

import time

import pytest

from wizard.giveaway import look, words_of

BEFORE = ["Hi, I'm Penny. What's happening with your card?", "I have blocked your card.", "Which payment is it?"]


def kinds(text: str, before: list[str] = BEFORE, known: str = "") -> list[str]:
    return [each.kind for each in look(text, before, words_of(known))]


@pytest.mark.parametrize(
    "text",
    [
        "Your card is blocked, brb.",
        "Hang on. I have blocked your card.",
        "One sec!",
        "Let me check with a colleague.",
        "I'm typing as fast as I can.",
        "Sorry, was away. Your card is blocked.",
        "Can u tell me which payment it is?",
    ],
)
def test_what_people_write_in_a_chat(text: str) -> None:
    assert kinds(text) == ["chat"]


@pytest.mark.parametrize(
    "text",
    [
        "It takes one minute.",
        "There is a hold on your card.",
        "Payments from the U.S. take longer.",
        "I asked the bank about your card.",
        "Your `pls_retry` code is in https://lol.example/brb now.",
        "1) Open the app. 2) Choose the card (the one at 8).",
        "The colour of your favourite card was cancelled; I organised a new one.",
        "Log in with the app, and look up the chargeback on www.example.com/teh.",
        "Dear Wlodzimierz, your reference is QZX-frmm-1.",
        "The price is 4.50 EUR. Anything else?",
        "Your new card:\n- comes by post\n- costs nothing",
        "I'm sorry that that happened.",
        "Ok.",
        "Yes, Barclays.",
        "",
        "   ",
    ],
)
def test_what_a_model_could_have_written(text: str) -> None:
    assert look(text, BEFORE) == []


def test_a_typo_says_what_is_meant_and_where() -> None:
    [hint] = look("I have blokced your card.", BEFORE)
    assert (hint.kind, hint.says) == ("typo", "“blokced”: is “blocked” meant?")
    assert "I have blokced your card."[hint.start : hint.end] == "blokced"


def test_words_that_stand_in_the_conversation_are_right() -> None:
    assert kinds("Is your flor open?") == ["typo"]
    assert kinds("Is your flor open?", known="A flor is a kind of yeast.") == []
    assert kinds("Is your flor open?", [*BEFORE, "About your flor: is it new?"]) == []


def test_only_english_is_looked_through_for_typos() -> None:
    german = ["Guten Tag, was kann ich tun?", "Welche Zahlung ist es?"]
    assert kinds("Ich habe die karte gesperrt, und teh neue kommt mit der post.", german) == []
    assert kinds("我已经冻结了您的卡。", ["您好。", "哪一笔付款？"]) == []


def test_a_smiley_only_where_there_was_none() -> None:
    assert kinds("Your card is blocked. :)") == ["smiley"]
    assert kinds("Your card is blocked. 🙂") == ["smiley"]
    assert kinds("Your card is blocked. 🙂", [*BEFORE, "Welcome! 🎉"]) == []


def test_a_word_that_stands_there_twice() -> None:
    assert kinds("I have blocked the the card.") == ["twice"]


@pytest.mark.parametrize(
    "text", ["your card is blocked.", "Your card is blocked", "Your card is blocked!!", "YOUR CARD IS BLOCKED.", "ok"]
)
def test_a_manner_unlike_that_of_at_least_two_messages_before(text: str) -> None:
    assert set(kinds(text)) == {"style"}
    assert kinds(text, BEFORE[:1]) == []
    assert kinds(text, ["hi, what's up", *BEFORE, "NO WAY!!", "ok", "no"]) == []


def test_it_comes_in_the_order_of_the_text() -> None:
    hints = look("brb, the the card is blokced", BEFORE)
    assert [each.start for each in hints] == sorted(each.start for each in hints)
    assert [each.kind for each in hints] == ["style", "chat", "twice", "typo", "style"]


@pytest.mark.parametrize(
    "piece", ["a", "@", "!?", "```", "`", "[ ", "[a](", "{{", "one sec ", "teh ", ":) ", "a a ", ". "]
)
def test_the_longest_text_takes_no_time(piece: str) -> None:
    look("", BEFORE)
    began = time.perf_counter()
    look((piece * 15_000)[:15_000], BEFORE)
    assert time.perf_counter() - began < 2
