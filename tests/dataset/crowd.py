"""A log with one person in it who must be nowhere once they are erased, among others to whom nothing may happen."""

from __future__ import annotations

import random
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tests.builders import (
    ANN,
    BOB,
    announced,
    assistant,
    claimed,
    consented,
    ended,
    events,
    flagged,
    guessed,
    handed_over,
    labelled,
    looked,
    noted,
    rated,
    released,
    reply,
    retried,
    second_opinion,
    spoken,
    stopped,
    user,
    watched,
    whispered,
)
from wizard.events import Draft, Event, Started
from wizard.fold import fold
from wizard.head import head
from wizard.store.database import connect, sqlite3
from wizard.store.drafts import KeptDraft, keep_draft
from wizard.store.log import Append, write
from wizard.store.schema import BACKUPS, bring_up_to_date, steps
from wizard.store.studies import save_study
from wizard.values import Card

CANARY = "quxotic-canary"
PERSON = "c0ffee5ca1ab1eca11edbeef"
SESSIONS = ("ca0a5e551000000000a1", "ca0a5e551000000000a2")
OTHERS = 30
STUDY = "study: quiet\ntitle: Quiet\nlabels: [{name: intent, kind: text}]\n"
SEED = 7


def crowd(folder: Path) -> Path:
    """A log that was brought up to date twice, so that two backups hold the person too; and a copy by hand."""
    older = folder.with_name("older")
    db = connect(older, lock_wait=1)
    steps.apply(db, stop_before="003_views_for_people")
    talk(db, with_drafts=False)
    (folder / BACKUPS).mkdir(parents=True)
    db.conn.execute("VACUUM INTO ?", [str(folder / BACKUPS / "log-before-003_views_for_people-20260101T000000Z.db")])
    db.close()
    db = connect(folder, lock_wait=1)
    db.conn.execute("PRAGMA secure_delete=OFF")  # as it was before that step
    steps.apply(db, stop_before="006_dataset")
    talk(db, with_drafts=True)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (folder / BACKUPS / "by-hand.db").write_bytes((folder / "log.db").read_bytes())
    db.conn.execute("PRAGMA secure_delete=ON")
    assert bring_up_to_date(db, folder) is not None
    save_study(db, STUDY, "owner")
    db.conn.execute("ANALYZE")
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()
    return folder


def talk(db: Database, *, with_drafts: bool) -> None:
    """Everybody at once, an event of one after an event of another, as it comes in life."""
    rng = random.Random(SEED)
    going = {session: told_by(session) for session in SESSIONS}
    going |= {session: told_by(session) for session in (f"{rng.getrandbits(80):020x}" for _ in range(OTHERS))}
    turns = [session for session, told in going.items() for _ in told]
    rng.shuffle(turns)
    done: dict[str, int] = dict.fromkeys(going, 0)
    for session in turns:
        told, at = going[session], done[session]
        done[session] += 1
        event, now = told[at], fold(told[: at + 1])
        assert now is not None
        draft = Draft(event.actor, event.body, event.client_id, event.at)
        write(db, [Append(session, (draft,), head(now))])
        if with_drafts and at % 4 == 0:
            text = f"{mark(session)} draft " * rng.choice([1, 10, 800])
            keep_draft(db, session, "wizard:ann", KeptDraft(at + 1, text))


def told_by(session: str) -> list[Event]:
    """What happens in that session."""
    say = mark(session)
    bubbles = [{"text": f"{say} is", "buttons": [f"{say} yes"]}, {"text": f"{say} answered", "card": card(say)}]
    answer = reply(
        f"{say} is answered",
        id=f"{say}-r1",
        bubbles=bubbles,
        labels={"intent": f"{say} first"},
        missing=f"{say} missed",
        shown={"plan": say, say: "a field of that name"},
        form={"from": say},
        source="edited",
        offered=[{"kind": "canned", "key": "k", "text": f"{say} canned"}],
    )
    told = [consented(f"{say} agrees"), assistant(f"{say} is welcome"), user(f"{say} asks " * 300, f"{say}-m1")]
    told += [announced(f"{say} is told"), spoken(), claimed(BOB), watched(), whispered(f"{say} whispered")]
    told += [handed_over(ANN, BOB, f"{say} handed over"), answer, released(9.0), stopped(3), retried()]
    told += [labelled(1, intent=f"{say} label"), noted(f"{say} note", 1), noted(f"{say} note on all")]
    told += [second_opinion(1, f"{say} opinion", intent=f"{say} too"), rated(1, opinion=1), rated(1, False)]
    told += [flagged(1), looked(), user(f"{say} goes on"), ended(), guessed("person", 4)]
    begun = Started(
        study="quiet",
        version=1,
        participant=person(session),
        alias=say,
        fields={"locale": say},
        scenario="lost",
        imported=f"{say}.jsonl",
    )
    return events(*told, id=session, begun=begun)


def card(say: str) -> Card:
    return Card.model_validate({"title": f"{say} card", "rows": [{"name": say, "value": f"{say} row"}]})


def mark(session: str) -> str:
    """What stands in every text of that session."""
    return f"{CANARY}-{session}" if session in SESSIONS else f"somebody-{session}"


def person(session: str) -> str:
    return PERSON if session in SESSIONS else f"{session}beef"


def traces(folder: Path) -> dict[str, int]:
    """How often something of the person stands in each file below the folder, as raw bytes."""
    signs = [each.encode() for each in (CANARY, PERSON, *SESSIONS)]
    found = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # one that was made beside the app, and has gone
            content = path.read_bytes()
            found[str(path.relative_to(folder))] = sum(content.count(sign) for sign in signs)
    return {name: count for name, count in found.items() if count}


def others(file: Path) -> list[list[tuple[Any, ...]]]:
    """Every row of everybody else."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        tables = [
            table
            for table in ("events", "heads", "drafts")
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone()
        ]
        where = f"WHERE session NOT IN {SESSIONS!r} ORDER BY 1, 2"
        return [db.execute(f"SELECT * FROM {table} {where}").fetchall() for table in tables]
