"""Who did what, at a crowd: page by page, nothing twice and nothing left out, whatever happens meanwhile."""

from __future__ import annotations

import time

from sqlite_utils import Database

from tests.builders import stored, user
from wizard.events import Started
from wizard.head import listed_as
from wizard.store.accounts import access_or_make_account, make_sign_in_link, sign_out_everywhere, use_sign_in_link
from wizard.store.acts import record_act
from wizard.store.erasure import erase_sessions
from wizard.store.invites import make_invite, revoke
from wizard.store.log import immediately, now
from wizard.store.rights import change_rights, make_team_link
from wizard.store.trail import PAGE, trail


def test_two_thousand_steps_are_read_page_by_page(db: Database) -> None:
    with immediately(db):
        for number in range(2_000):
            record_act(db, f"account-{number % 2}", f"did {number:04}", "one" if number % 4 else "two")
    upto, began = now(), time.monotonic()
    read: list[str] = []
    while page := trail(db, upto=upto, skip=len(read)):
        assert len(page) <= PAGE
        read += [step.did for step in page]
        record_act(db, "account-0", "did something meanwhile")
        time.sleep(0.002)
    assert sorted(read) == [f"did {number:04}" for number in range(2_000)]
    assert time.monotonic() - began < 5
    assert {step.actor for step in trail(db, by="account-1")} == {"account-1"}
    assert {step.study for step in trail(db, ["two"])} == {"two"}
    assert trail(db, []) == []


def test_sign_ins_links_and_rights_are_on_it_with_who_did_it(db: Database) -> None:
    owner, ada = access_or_make_account(db, "Owner", "owner"), access_or_make_account(db, "Ada", "wizard")
    use_sign_in_link(db, make_sign_in_link(db, ada, hours=1, by=owner.account), days=1)
    change_rights(db, ada, {"one": "analyst"}, owner.account)
    revoke(db, make_invite(db, "one", name="Tuesday", by=owner.account), by=owner.account)
    make_team_link(db, "one", "wizard", owner.account, most=3, hours=1)
    sign_out_everywhere(db, ada.account, by=owner.account)
    told = {(step.actor, step.did, step.study) for step in trail(db)}
    assert told == {
        (owner.account, "made a sign-in link for Ada", ""),
        (ada.account, "signed in", ""),
        (owner.account, "gave Ada the analyst’s seat", "one"),
        (owner.account, "made a link, “Tuesday”", "one"),
        (owner.account, "took a link back, “Tuesday”", "one"),
        (owner.account, "made a link for wizards", "one"),
        (owner.account, "took Ada’s seat back", ""),
    }


def test_a_trial_that_was_erased_is_told_with_its_study(db: Database) -> None:
    begun = Started(study="one", version=1, participant="p1", alias="Try-out", trial=True)
    stored(db, user("hi"), begun=begun)
    erase_sessions(db, listed_as("one", trial=True), ["s1"], "withdrawn")
    assert [(step.did, step.study) for step in trail(db, ["one"])] == [("erased 1 conversation (withdrawn)", "one")]
