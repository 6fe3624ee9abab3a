"""The index is a function of the log, finds what stands there, and survives whatever happens to its file."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.builders import (
    BOB,
    Step,
    assistant,
    claimed,
    drafts,
    ended,
    flagged,
    handed_over,
    labelled,
    looked,
    noted,
    released,
    reply,
    second_opinion,
    session,
    stored,
    unclaimed,
    user,
)
from wizard.head import head
from wizard.store import intake
from wizard.store.database import connect, sqlite3
from wizard.store.doctor import examine
from wizard.store.index import FILE_NAME, Hit, Index, Query, throw_away
from wizard.store.log import Append, write
from wizard.store.schema import bring_up_to_date

TABLES = ("taken_in", "waiting", "exchanges", "said", "labels", "seen", "looked", "over", "opinions")
Find = Callable[..., list[str | None]]


@pytest.fixture
def log(db: Database) -> Database:
    """An empty log."""
    return db


@pytest.fixture
def index(tmp_path: Path, log: Database) -> Iterator[Index]:
    """Its index, by which every exchange is drawn."""
    made = Index(tmp_path, lambda *_: True)
    yield made
    made.close()


@pytest.fixture
def find(index: Index) -> Find:
    """The replies that a query finds, for somebody who has no part in anything."""

    def found(text: str = "", me: str = "ann", **more: object) -> list[str | None]:
        assert index.catch_up() == 0
        return [hit.text for hit in index.search(Query(text, **more), me, 50)]  # type: ignore[arg-type]

    return found


def keep(log: Database, *steps: Step, id: str = "s1", goes_on: bool = False) -> None:
    """Write the session that goes like this, and is over then."""
    if not goes_on and session(*steps, id=id).ended is None:
        steps = (*steps, ended())
    stored(log, *steps, id=id)


BUSY = (
    user("first"), user("and more"), claimed(), reply("one", labels={"intent": "lost", "mood": "calm"}),
    released(), user("second"), looked(BOB), reply("two", labels={"intent": "charge"}, could_answer="no"),
    labelled(1, intent="other", mood=None), flagged(2), released(), user("third"), handed_over("wizard:cy"),
    second_opinion(1, "mine", by="wizard:dan"), reply("three", by="wizard:cy", saw_more=True),
    labelled(1, mood="angry"), noted("hm", 1), flagged(2, False), flagged(3), unclaimed("wizard:cy"),
    released(), user("never answered"), ended(), labelled(3, intent="lost"),
)  # fmt: skip


def whole(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the index of this folder holds."""
    db = sqlite3.connect(folder / FILE_NAME)
    try:
        tables = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=str) for name in TABLES}
        db.execute("INSERT INTO threes (threes) VALUES ('integrity-check')")
        found = db.execute('SELECT rowid FROM threes WHERE threes MATCH \'"one" OR "two" OR "thr"\'').fetchall()
        return {**tables, "found": found}
    finally:
        db.close()


def test_an_exchange_is_found_by_what_was_asked_and_by_what_was_answered(log: Database, index: Index) -> None:
    keep(log, user("My card"), user("is gone"), claimed(), reply("Blocked.", labels={"intent": "lost"}), released())
    assert index.catch_up() == 0
    for text in ("card", "BLOCK", "gone blocked", "is gone", '"is gone"', "lock"):
        [hit] = index.search(Query(text), "bob", 50) or index.search(Query(text), "ann", 50)
        assert hit == Hit(
            seq=5, session="s1", exchange=1, study="card-help", alias="Guest 1", at="2026-01-02T03:04:05.000Z",
            wizard="ann", message="My card\nis gone", text="Blocked.", labels={"intent": "lost"}, could_answer=None,
            not_for_training=False, saw_more=False,
        )  # fmt: skip
    assert not index.search(Query("lost"), "ann", 50)
    assert not index.search(Query('"gone card"'), "ann", 50)


def test_while_a_conversation_goes_on_only_who_looked_into_it_finds_it(log: Database, find: Find) -> None:
    keep(log, user("my card"), claimed(), reply("Blocked."), looked(BOB), user("and now?"), goes_on=True)
    assert find("card", me="bob") == ["Blocked."]
    assert find("card", me="ann") == find("card", me="cy") == []
    keep(log, user("my card"), reply("Gone."), released(), looked(BOB, at="scenario"), goes_on=True, id="s2")
    assert find("gone", me="bob") == []
    keep(log, user("my card"), reply("Over."), released(), id="s3")
    assert find("over", me="ann") == ["Over."]


def test_what_was_asked_is_what_the_exchange_answers(log: Database, index: Index) -> None:
    keep(
        log, assistant("welcome"), user("a"), claimed(), user("b"), reply("one", upto=2), user("c"), released(),
        reply("two"), released(), user("d"), user("e"), reply("three"), user("f"),
    )  # fmt: skip
    assert index.catch_up() == 0
    asked = {hit.text: hit.message for hit in index.search(Query(), "ann", 50)}
    assert asked == {"one": "a", "two": "b\nc", "three": "d\ne"}


def test_labels_and_flags_are_as_they_stand_now(log: Database, find: Find) -> None:
    keep(log, *BUSY)
    assert find() == ["three", "two", "one"]
    assert find(label=("intent", "other")) == ["one"]
    assert find(label=("intent", "charge")) == ["two"]
    assert find(label=("intent", "lost")) == ["three"]
    assert find("first", label=("intent", "other")) == ["one"]
    assert find("first", label=("intent", "lost")) == []
    assert find(label=("mood", "angry")) == ["one"]
    assert find(label=("mood", "calm")) == []
    assert find(not_for_training=True) == ["three"]
    assert find(not_for_training=False) == ["two", "one"]
    assert find(saw_more=True) == ["three"]
    assert find(could_answer="no") == ["two"]
    assert find(wizard="cy") == ["three"]
    assert find(study="card-help", since="2026-01-02", until="2026-01-02") == ["three", "two", "one"]
    assert find(since="2026-01-03") == find(until="2026-01-01") == find(study="another") == []
    assert find("never") == []


def test_a_long_list_goes_on_where_it_ended(log: Database, index: Index) -> None:
    keep(
        log,
        user("m0"),
        claimed(),
        reply("r0"),
        *(step for at in range(1, 30) for step in (user(f"m{at}"), reply(f"r{at}"))),
    )
    assert index.catch_up() == 0
    for text in ("", "m", "r1"):
        at_once = index.search(Query(text), "ann", 50)
        pages, before = [], None
        while page := index.search(Query(text, before=before), "ann", 7):
            pages += page
            before = page[-1].seq
        assert pages == at_once
        assert [hit.seq for hit in pages] == sorted((hit.seq for hit in pages), reverse=True)


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ("Crème brûlée à Zürich", ["creme", "BRÛL", "zurich", "à", "rulee"]),
        ("我的银行卡丢了", ["银行卡", "银行", "卡", "丢了 我的"]),
        ("カードを無くしました", ["カード", "ｶｰﾄﾞ", "無"]),
        ("카드를 잃어버렸어요", ["카드", "잃어버"]),
        ("คุณทำบัตรหาย", ["บัตร"]),
        ("It costs 5€ 🙈👍🏽", ["🙈", "5€", "👍"]),
        ("Straße ﬁne", ["strasse", "STRASSE", "fine"]),
        ("don't 100% C++ (a OR b) AND NOT x:y*", ["don't", "100%", "c++", "(a", "OR b)", "NOT", "x:y*", "'"]),
        ("a line\nand\tanother", ['"line and another"', "line\nand"]),
    ],
)
def test_words_of_any_script_are_found_however_they_are_typed(
    log: Database, find: Find, said: str, texts: list[str]
) -> None:
    keep(log, user(said), claimed(), reply("yes"), id="s1")
    keep(log, user("something else altogether"), claimed(), reply("no"), id="s2")
    for text in texts:
        assert "yes" in find(text), text
        assert find(text) == ["yes"] or text in ("à", "NOT", "OR b)"), text


HOSTILE = ['"', '""', "'", "''; DROP TABLE said;--", "*", "a*", "NEAR(a b)", "a AND", "OR", "NOT", "-", "^", "{}", "()",
           "folded:x", ":me", "?", "%", "_", "\\", "\0", "abc\0def", "\ud800", "a" * 500, "ab " * 160, "𝕳" * 500,
           '" " "', 'x"y"z', "＂abc＂", "\n", "́", "\u200d", "abc\"def"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_an_error(log: Database, find: Find, text: str, caplog: pytest.LogCaptureFixture) -> None:
    keep(log, user("my card is gone"), claimed(), reply("blocked"))
    find(text)
    find(text, label=("intent", text.replace("\ud800", "")))
    assert not caplog.records
    assert find("card") == ["blocked"]


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=60))
def test_a_text_finds_itself(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = text.replace("\0", "")
    folder = tmp_path_factory.mktemp("text")
    log = connect(folder, lock_wait=1)
    bring_up_to_date(log, folder)
    keep(log, user(text), claimed(), reply("yes"))
    index = Index(folder, lambda *_: False)
    assert index.catch_up() == 0
    assert [hit.text for hit in index.search(Query(text), "ann", 5)] == ["yes"]
    index.close()
    log.close()


@pytest.mark.parametrize("at_once", [1, 2, 3, 5, 7, 11])
def test_taken_in_bit_by_bit_is_the_same_as_made_anew(
    log: Database, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two conversations whose events lie between one another's, in batches of every size."""
    rng = random.Random(at_once)
    left = {name: drafts(*BUSY, id=name) for name in ("s1", "s2")}
    heads = {name: head(session(*BUSY, id=name)) for name in left}
    index = Index(tmp_path, lambda *which: which[3] % 2 == 1)
    monkeypatch.setattr(intake, "BATCH_EVENTS", at_once)
    while any(left.values()):
        name = rng.choice([name for name in left if left[name]])
        write(log, [Append(name, (left[name].pop(0),), heads[name])])
        if rng.random() < 0.4:
            assert index.catch_up() == 0
    assert index.catch_up() == 0
    bit_by_bit = whole(tmp_path)
    assert len(bit_by_bit["exchanges"]) == len(bit_by_bit["found"]) == 6
    throw_away(tmp_path)
    monkeypatch.setattr(intake, "BATCH_EVENTS", 1_000)
    assert index.catch_up() == 0
    assert whole(tmp_path) == bit_by_bit
    assert bit_by_bit["waiting"] == []
    index.close()


def test_due_is_what_was_drawn_and_nobody_has_judged_for_whoever_does_not_know_it(log: Database, index: Index) -> None:
    keep(log, *BUSY)
    index.catch_up()
    for me in ("ann", "bob", "cy"):
        assert index.next_due(me, set()) is None, me
        assert index.count_due(me, set()) == 0, me
        assert [hit.text for hit in index.search(Query(), me, 9)] == ["three", "two", "one"], me
    assert index.next_due("eve", set()) == ("s1", 2)
    assert index.count_due("eve", set()) == 1
    assert index.count_due("eve", {("s1", 2), ("s1", 3), ("other", 1)}) == 0
    assert index.next_due("eve", {("s1", 2)}) is None
    assert [hit.text for hit in index.search(Query(), "eve", 9)] == ["three", "one"]
    assert index.search(Query("second"), "eve", 9) == []
    assert index.next_due("dan", set()) == ("s1", 2)


def test_whoever_judged_a_later_observation_has_seen_the_earlier_answer(log: Database, index: Index) -> None:
    keep(
        log, user("a"), claimed(), reply("one"), released(), user("b"), reply("two"), released(), user("c"),
        reply("three"), second_opinion(2, by=BOB),
    )  # fmt: skip
    index.catch_up()
    assert index.next_due("bob", set()) == ("s1", 3)
    assert index.next_due("eve", set()) == ("s1", 1)


def test_a_second_opinion_or_a_flag_takes_it_from_the_queue(log: Database, index: Index) -> None:
    steps: list[Step] = [user("a"), claimed(), reply("one"), released(), user("b"), reply("two")]
    keep(log, *steps)
    index.catch_up()
    assert index.count_due("bob", set()) == 2
    more = [*steps, second_opinion(1), flagged(2)]
    now = head(session(*more))
    write(log, [Append("s1", tuple(drafts(*more)[-2:]), now)])
    index.catch_up()
    assert index.count_due("bob", set()) == index.count_due("eve", set()) == 0
    again = [*more, flagged(2, False)]
    write(log, [Append("s1", tuple(drafts(*again)[-1:]), now)])
    index.catch_up()
    assert index.count_due("eve", set()) == 1
    assert index.next_due("eve", set()) == ("s1", 2)


def test_only_what_is_drawn_is_due(log: Database, tmp_path: Path) -> None:
    asked: list[tuple[str, int, str, int]] = []

    def draws(*which: object) -> bool:
        asked.append(which)  # type: ignore[arg-type]
        return False

    keep(log, *BUSY)
    index = Index(tmp_path, draws)
    index.catch_up()
    index.catch_up()
    assert asked == [("card-help", 1, "s1", 1), ("card-help", 1, "s1", 2), ("card-help", 1, "s1", 3)]
    assert index.count_due("eve", set()) == 0
    index.close()


@pytest.mark.parametrize("harm", ["delete", "nonsense", "cut", "empty", "version", "tables", "pages"])
@pytest.mark.parametrize("when", ["closed", "open"])
def test_whatever_happens_to_its_file_it_is_made_anew(log: Database, tmp_path: Path, harm: str, when: str) -> None:
    for at in range(40):
        keep(log, *BUSY, id=f"s{at}")
    index = Index(tmp_path, lambda *_: True)
    assert index.catch_up() == 0
    before = index.search(Query("first"), "ann", 50)
    assert len(before) == 40
    if when == "closed":
        index.close()
    file = tmp_path / FILE_NAME
    match harm:
        case "delete":
            throw_away(tmp_path)
        case "nonsense":
            throw_away(tmp_path)
            file.write_bytes(b"this is no database" * 1000)
        case "cut" if when == "closed":
            file.write_bytes(file.read_bytes()[:20_000])
        case "empty" if when == "closed":
            file.write_bytes(b"")
        case "pages" if when == "closed":
            content = file.read_bytes()
            file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        case "version" | "tables":
            db = sqlite3.connect(file)
            db.execute("PRAGMA user_version = 99" if harm == "version" else "DROP TABLE said")
            db.commit()
            db.close()
        case _:
            pytest.skip("no program does that to a file that another has open")
    assert index.catch_up() == 0
    assert index.search(Query("first"), "ann", 50) == before
    assert index.count_due("eve", set()) == 40
    index.close()


def test_a_folder_without_rights_is_told_and_the_next_time_it_goes_on(
    log: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keep(log, user("first"), reply("one"), released(), ended())

    def refused(folder: Path) -> None:
        raise PermissionError("not yours")

    index = Index(tmp_path, lambda *_: True)
    with monkeypatch.context() as patched:
        patched.setattr("wizard.store.index.throw_away", refused)
        index.catch_up()
    assert "not yours" in caplog.text
    assert index.catch_up() == 0
    assert len(index.search(Query("first"), "ann", 50)) == 1
    index.close()


def test_many_can_use_it_at_once(log: Database, tmp_path: Path) -> None:
    index = Index(tmp_path, lambda *_: True)
    failed: list[str] = []

    def use(me: str) -> None:
        for _ in range(30):
            index.catch_up()
            hits = index.search(Query("first"), me, 100)
            due = index.count_due(me, set())
            if len({hit.session for hit in hits}) != len(hits) or (due and index.next_due(me, set()) is None):
                failed.append(me)

    threads = [threading.Thread(target=use, args=[me]) for me in ("ann", "bob", "eve", "fay")]
    for each in threads:
        each.start()
    for at in range(40):
        keep(log, *BUSY, id=f"s{at}")
        if at == 20:
            throw_away(tmp_path)
    for each in threads:
        each.join()
    assert failed == []
    assert index.catch_up() == 0
    taken_in = whole(tmp_path)
    index.close()
    throw_away(tmp_path)
    index = Index(tmp_path, lambda *_: True)
    assert index.catch_up() == 0
    assert whole(tmp_path) == taken_in
    assert index.count_due("eve", set()) == 40
    index.close()


def test_what_fails_for_long_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = Index(tmp_path / "nowhere", lambda *_: True)
    for _ in range(3):
        index.catch_up()
    assert len(caplog.records) == 1


def test_another_log_has_another_index(log: Database, tmp_path: Path) -> None:
    keep(log, *BUSY)
    index = Index(tmp_path, lambda *_: True)
    assert index.catch_up() == 0
    index.close()
    for name in ("events", "heads"):
        log.conn.execute(f"DELETE FROM {name}")
    log.conn.commit()
    keep(log, user("anew"), claimed(), reply("yes"), id="s9")
    index = Index(tmp_path, lambda *_: True)
    assert index.catch_up() == 0
    assert [hit.text for hit in index.search(Query(), "ann", 9)] == ["yes"]
    index.close()


def test_without_a_log_there_is_nothing_to_find(tmp_path: Path) -> None:
    index = Index(tmp_path / "nowhere", lambda *_: True)
    assert index.catch_up() == 0
    assert index.search(Query("x"), "ann", 9) == []
    assert index.next_due("ann", set()) is None
    assert index.count_due("ann", set()) == 0


def test_the_doctor_says_how_far_it_is(log: Database, tmp_path: Path, index: Index) -> None:
    def says() -> str:
        return next(each.says for each in examine(tmp_path) if each.what == "search")

    assert says() == "there is no index yet"
    keep(log, user("a"), claimed(), reply("b"))
    index.catch_up()
    assert says() == "every event of the log can be found"
    keep(log, user("a"), id="s2", goes_on=True)
    assert says() == "2 events can't be found yet"
