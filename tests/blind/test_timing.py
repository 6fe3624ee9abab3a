"""That a leak in the timing is found where there is one, and none where there isn't; on answers that are made up."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from wizard.audit.timing import Look, Measured, cover_needed, findings, haste_for, in_time
from wizard.audit.timing_classifier import Sample, Separation, auc, separation, separation_again
from wizard.audit.timing_person import FEWEST, STAR, Recorded, seconds_of_log, seconds_of_rows
from wizard.audit.timing_play import OF_EACH, Played, dealt
from wizard.audit.timing_seen import FEATURES, Since, TimedAnswer, jitter
from wizard.pacing import Pacing, first_word, let_through, phases
from wizard.simulate.plan import CannotPlay
from wizard.simulate.play import Stuck
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date

PACING = Pacing(first=(2, 6), chars_per_second=60)
COVERED = Pacing(first=(1, 3), chars_per_second=60, cover=(120, 150), busy=None)
TEXTS = ("Of course.", "I can help you with that. Could you tell me your full name, please?", "One moment, please.")
TYPED_PER_SECOND = 5
TICK = 0.12
UNEVEN = 0.02
"""The deviation of what a machine brings, in seconds."""
ANSWERS = 200


@dataclass(frozen=True)
class Leak:
    """What goes wrong where a person answers: seconds per second of typing, and the like."""

    keyboard: float = 0.0
    dots_sooner: float = 0.0
    slower_words: float = 0.0
    dots_again: float = 0.0


def answer(pacing: Pacing, seconds: float, rng: random.Random, leak: Leak | None = None) -> TimedAnswer:
    """One answer as the study's pacing would bring it; a person's if something leaks."""
    leak = leak or Leak()
    text = rng.choice(TEXTS)

    def comes(at: float) -> float:
        return at + abs(rng.gauss(0, UNEVEN))

    typing = min(len(text) / TYPED_PER_SECOND, seconds * 0.7)
    delay = first_word(pacing, text, str(rng.random()), seconds) + leak.keyboard * typing
    seen, first = TimedAnswer(0.0, seconds), seconds + delay
    for at, sees in phases(pacing):
        if 0 < at < first:
            say = {"say": "Still at it"} if sees == "still" else {}
            sooner = leak.dots_sooner if sees == "dots" else 0.0
            seen.hear("thinking", {"on": True, **say}, comes(at - sooner))
    if rng.random() < leak.dots_again:
        seen.hear("thinking", {"on": False}, comes(first - 0.3))
        seen.hear("thinking", {"on": True}, comes(first - 0.2))
    begun = comes(first)
    seen.hear("thinking", {"on": False}, begun)
    rate, shown, at = pacing.chars_per_second, 0, 0.0
    while rate and shown < len(text):
        chars = let_through(text, rate * (1 - leak.slower_words), at)
        if chars > shown:
            seen.hear("words", {"text": text[shown:chars]}, begun if not shown else comes(first + at))
        shown, at = chars, at + TICK
    seen.hear("message", {"role": "assistant"}, begun + at)
    return seen


def answers(pacing: Pacing, since: Since, seed: int, leak: Leak | None = None, quick: bool = False) -> Sample:
    """So many answers of a person, and as many of a program that is as slow, or is quick."""
    rng = random.Random(seed)
    rows = []
    for group, hand in enumerate(dealt(STAR.deal(ANSWERS))):
        for seconds in hand:
            programs = rng.choice((0.0, rng.uniform(0.5, 2))) if quick else seconds
            rows.append((answer(pacing, seconds, rng, leak).features(since), True, group))
            rows.append((answer(pacing, programs, rng).features(since), False, group))
    return Sample.of(rows)


@pytest.mark.parametrize(
    ("leak", "shows"),
    [
        (Leak(keyboard=0.2), "first"),
        (Leak(keyboard=0.1), "first"),
        (Leak(dots_sooner=0.1), "dots"),
        (Leak(dots_sooner=0.02), "dots"),
        (Leak(slower_words=0.1), None),
        (Leak(dots_again=0.2), None),
    ],
)
def test_a_leak_is_found_though_both_took_as_long(leak: Leak, shows: str | None) -> None:
    sample = answers(PACING, "sent", 1, leak)
    again = separation_again(sample, answers(PACING, "sent", 2, leak))
    assert separation(sample).found
    assert again.found
    if shows:
        assert list(FEATURES)[again.best] in (shows, "dots_last")


@pytest.mark.parametrize(
    ("persons", "programs", "area"),
    [([3, 4], [1, 2], 1), ([1, 2], [3, 4], 0), ([1, 4], [2, 3], 0.5), ([2, 3], [2, 1], 0.875), ([1], [], 0.5)],
)
def test_the_area_is_how_often_a_persons_is_above_a_programs(
    persons: list[float], programs: list[float], area: float
) -> None:
    person = np.array([True] * len(persons) + [False] * len(programs))
    assert auc(np.array(persons + programs, float), person) == area


def test_a_greater_leak_is_told_more_surely() -> None:
    grades = [separation(answers(PACING, "sent", 3, Leak(keyboard=share))).auc for share in (0.0, 0.1, 0.3, 1.0)]
    assert grades == sorted(grades)
    assert grades[-1] > 0.85


def test_where_nothing_leaks_hardly_any_alarm_is_given(long_run: bool) -> None:
    runs = 400 if long_run else 20
    looks = [answers(PACING, "sent", seed) for seed in range(runs)]
    first = [seed for seed, sample in enumerate(looks) if separation(sample).in_doubt]
    both = [seed for seed in first if separation_again(looks[seed], answers(PACING, "sent", runs + seed)).found]
    assert 0 < len(first) <= runs / 5, "one look alone would give too many"
    assert len(both) <= runs / 200


def test_the_wait_tells_unless_it_is_covered() -> None:
    assert separation(answers(PACING, "asked", 4, quick=True)).auc > 0.9
    covered = separation_again(answers(COVERED, "asked", 4, quick=True), answers(COVERED, "asked", 5, quick=True))
    assert covered.auc <= 0.55
    too_short = Pacing(first=(1, 3), chars_per_second=60, cover=(20, 25), busy=None)
    assert separation(answers(too_short, "asked", 4, quick=True)).found


def test_the_figures_say_what_was_seen() -> None:
    seen = TimedAnswer(10.0, 12.0)
    for event, payload, at in [
        ("state", {"open": True}, 10.1),
        ("thinking", {"on": True}, 10.4),
        ("thinking", {"on": True, "say": "Still"}, 11.0),
        ("thinking", {"on": False}, 13.0),
        ("words", {"text": "One "}, 13.5),
        ("words", {"text": "two"}, 14.0),
        ("message", {"role": "assistant"}, 14.0),
        ("message", {"role": "user"}, 14.5),
        ("message", {"role": "assistant"}, 15.0),
    ]:
        seen.hear(event, payload, at)
    figures = dict(zip(FEATURES, seen.features("sent", haste=2), strict=True))
    assert figures["first"] == pytest.approx(3)
    assert dict(zip(FEATURES, seen.features("asked", haste=2), strict=True))["first"] == pytest.approx(7)
    assert figures["gap"] == pytest.approx(1)
    assert figures["rate"] == pytest.approx(3)
    assert figures["bubbles"] == pytest.approx(2)
    assert figures["dots"] == pytest.approx(0.8)
    assert figures["dots_off"] == pytest.approx(1)
    assert (figures["ons"], figures["offs"], figures["stills"], figures["busies"]) == (1, 1, 1, 0)
    assert figures["still"] == pytest.approx(2)
    assert figures["busy"] == -1


def test_what_comes_in_one_piece_has_no_pace() -> None:
    seen = TimedAnswer(0.0, 1.0)
    seen.hear("words", {"text": "One"}, 2.0)
    seen.hear("message", {"role": "assistant"}, 2.0)
    figures = dict(zip(FEATURES, seen.features("sent"), strict=True))
    assert (figures["first"], figures["rate"], figures["gap"], figures["gap_sd"]) == (1, 0, 0, 0)


def test_a_machine_is_as_uneven_as_the_middle_of_its_dots_are_apart() -> None:
    def dots(after: float) -> TimedAnswer:
        seen = TimedAnswer(5.0)
        seen.hear("thinking", {"on": False}, 5.0)
        seen.hear("thinking", {"on": True}, 5.0 + after)
        return seen

    ones = [dots(after) for after in (0.1, *[0.4 + at / 100 for at in range(19)], 9.0)]
    assert jitter([*ones, TimedAnswer(1.0)]) == pytest.approx(0.18), (
        "neither the soonest nor the latest, nor who saw none"
    )
    assert jitter([]) == 0


def test_seconds_are_dealt_as_they_were_recorded() -> None:
    seconds = STAR.deal(ANSWERS)
    assert seconds == sorted(seconds)
    assert seconds[ANSWERS // 2] == pytest.approx(STAR.within(0.5), abs=0.5)
    hands = dealt(seconds)
    assert sorted(each for hand in hands for each in hand) == seconds
    assert {len(hand) for hand in hands} <= {OF_EACH, OF_EACH - 1}
    assert Recorded.of("three", [3, 1, 2]).deal(3) == [1, 2, 3]


def test_a_file_says_how_long_its_wizards_took_or_that_it_doesnt() -> None:
    row = {"messages": [{"role": "user", "content": "hi"}], "reply": "hello"}
    timed = [json.dumps({**row, "seconds": each}) for each in range(1, FEWEST + 1)]
    recorded = seconds_of_rows(timed, "rows.jsonl")
    assert recorded.within(0.5) == pytest.approx(100.5)
    assert "200 answers of rows.jsonl" in recorded.source
    with pytest.raises(ValueError, match="199 rows say how many"):
        seconds_of_rows([*timed[1:], json.dumps(row)], "rows.jsonl")
    with pytest.raises(ValueError, match=r"rows.jsonl, line 1: not JSON"):
        seconds_of_rows(["nonsense"], "rows.jsonl")


def test_a_log_without_answers_says_nothing_of_its_wizards(tmp_path: Path) -> None:
    db = connect(tmp_path, lock_wait=1)
    bring_up_to_date(db, tmp_path)
    assert seconds_of_log(db, "any") is None
    db.close()


@pytest.mark.parametrize(("slow_down_to", "played"), [(50, [50]), (12.5, [50, 25, 12.5]), (1, [50, 25, 12.5, 6.25, 5])])
def test_what_this_machine_is_too_slow_for_is_played_slower(slow_down_to: float, played: list[float]) -> None:
    hastes = []

    def look(haste: float) -> Look:
        hastes.append(haste)
        if haste > 40 > slow_down_to:
            raise Stuck("nobody answered")
        return looked(haste, late=3 if haste <= slow_down_to else 200)

    assert in_time(COVERED, 50, look).haste == played[-1]
    assert hastes == played


def test_a_wait_that_no_cover_could_hide_need_not_be_in_time() -> None:
    assert in_time(PACING, 50, lambda haste: looked(haste, late=200)).haste == 50


def test_what_never_comes_at_whatever_haste_is_said() -> None:
    def look(haste: float) -> Look:
        raise Stuck("an answer never came")

    with pytest.raises(CannotPlay, match="an answer never came"):
        in_time(PACING, 50, look)


def test_only_what_was_to_be_sent_within_the_cover_is_overtaken() -> None:
    assert looked(50, late=0).overtaken(120) == 0
    assert looked(50, late=200).overtaken(120) == pytest.approx(0.98, abs=0.01)
    assert looked(50, late=3).overtaken(120) == pytest.approx(0.005, abs=0.005)


def looked(haste: float, late: float) -> Look:
    """What a machine brought that was so many of the study's seconds late."""
    seen = [TimedAnswer(0.0, (each + late) / haste, each / haste) for each in STAR.deal(ANSWERS)]
    return Look(haste, [Played("person", 1, seen)])


def made(auc: float, low: float) -> Separation:
    return Separation(auc, low, auc + 0.05, ANSWERS)


def found(
    pacing: Pacing, sent: Separation | None = None, asked: Separation | None = None, jitter: float = 0.1
) -> Iterator[tuple[str, str, str]]:
    measured = Measured(sent or made(0.5, 0.45), asked or made(0.98, 0.96), 40, jitter)
    for each in findings(pacing, STAR, measured):
        yield each.level, f"{each.what}: {each.says}", each.do


def test_what_follows_the_keyboard_is_a_leak() -> None:
    (level, says, _), _ = found(PACING, sent=made(0.7, 0.66))
    assert level == "leak"
    assert "how an answer comes tells who gave it" in says
    assert "AUC 0.70 (0.66 to 0.75)" in says
    assert "how long its first word takes" in says


def test_a_machine_too_busy_to_measure_with_says_so() -> None:
    (level, says, do), _ = found(PACING, jitter=2.5)
    assert level == "warning"
    assert "2.5 s of the study's time" in says
    assert "while nothing else runs" in do


def test_with_pacing_off_it_is_said_plainly_what_leaks() -> None:
    (level, _, _), (other, says, do) = found(Pacing())
    assert (level, other) == ("good", "leak")
    assert "An answer stands there whole in the very moment in which it was sent" in says
    assert "more than 24 s" in says
    for field in ("pacing.first", "pacing.chars_per_second", "pacing.cover: 115-140"):
        assert field in do


def test_a_wait_that_nothing_covers_is_warned_about() -> None:
    _, (level, says, do) = found(PACING)
    assert level == "warning"
    assert "0.98" in says
    assert "pacing.cover: 115-140" in do


def test_a_cover_that_is_too_short_is_a_leak_that_says_what_would_do() -> None:
    _, (level, says, do) = found(Pacing(cover=(20, 25)), asked=made(0.8, 0.77))
    assert level == "leak"
    assert "Only 42 in 100 recorded answers came within 20 s" in says
    assert "pacing.cover: 115-140" in do
    _, (level, says, _) = found(COVERED, asked=made(0.51, 0.47))
    assert level == "good"
    assert "97 in 100 recorded answers came within 120 s" in says


def test_a_cover_beyond_busy_is_warned_about() -> None:
    _, _, (level, says, do) = found(Pacing(cover=(120, 150)), asked=made(0.51, 0.47))
    assert level == "warning"
    assert "after 120 s" in says
    assert "above 150" in do


def test_a_cover_is_as_long_as_nearly_all_answers_took() -> None:
    low, high = cover_needed(STAR)
    assert STAR.share_within(low) >= 0.97
    assert high > low


def test_haste_is_what_the_longest_conversation_needs_within_bounds() -> None:
    assert haste_for(PACING, [10.0] * 3) == 6
    assert haste_for(PACING, [1.0] * 3) == 5
    assert haste_for(Pacing(cover=(500, 600)), [1.0] * 3) == 50
