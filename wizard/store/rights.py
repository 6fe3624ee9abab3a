"""Which seats somebody has in which studies, and the links by which several of the team come to one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from wizard.store.accounts import TOKEN_BYTES, Account, SeatName, find_account, take_seat
from wizard.store.acts import record_act
from wizard.store.log import immediately, now, written

Changes = Mapping[str, SeatName | None]
"""The seat that somebody is to have in each of some studies; None for none."""


class NameTaken(ValueError):
    """Somebody else is called so: which of `name` and `known_as` it is."""


def new_account(
    db: Database, name: str, seat: SeatName, rights: Mapping[str, SeatName] | None, known_as: str | None, by: str
) -> Account:
    """Somebody new, with a seat for every study, or with these.

    Raises:
        NameTaken: by the name, or at the identity provider.
    """
    with immediately(db):
        account = _insert(db, name, seat, everywhere=rights is None, known_as=known_as)
        for study, each in (rights or {}).items():
            _give(db, account, study, each)
            record_act(db, by, f"gave {name} the {each}’s seat", study)
        if rights is None:
            record_act(db, by, f"gave {name} the {seat}’s seat everywhere")
        found = find_account(db, account)
    assert found is not None
    return found


def know_as(db: Database, account: Account, known_as: str, by: str) -> None:
    """From now on they are known so at the identity provider.

    Raises:
        NameTaken: somebody else is.
    """
    if known_as == account.known_as:
        return
    with immediately(db):
        if db.conn.execute("SELECT 1 FROM accounts WHERE known_as = ?", [known_as]).fetchone():
            raise NameTaken("known_as")
        query = "UPDATE accounts SET known_as = ?, subject = NULL WHERE account = ?"
        db.conn.execute(query, [known_as, account.account])
        record_act(db, by, f"let {account.name} in by single sign-on")


def change_everywhere(db: Database, account: Account, seat: SeatName | None, by: str) -> None:
    """Give somebody this seat in every study; with None, in none but those that they have a right to."""
    if seat == (account.seat if account.everywhere else None):
        return
    with immediately(db):
        db.conn.execute(
            "UPDATE accounts SET everywhere = ?, seat = coalesce(?, seat) WHERE account = ?",
            [seat is not None, seat, account.account],
        )
        record_act(
            db,
            by,
            f"gave {account.name} the {seat}’s seat everywhere" if seat else f"took {account.name}’s seat everywhere",
        )


def change_rights(db: Database, account: Account, changes: Changes, by: str) -> None:
    """Give and take seats in some studies, and leave the others."""
    with immediately(db):
        for study, seat in changes.items():
            if (account.rights or {}).get(study) == seat:
                continue
            if seat is None:
                db.conn.execute("DELETE FROM rights WHERE account = ? AND study = ?", [account.account, study])
                record_act(db, by, f"took {account.name}’s seat back", study)
            else:
                _give(db, account.account, study, seat)
                record_act(db, by, f"gave {account.name} the {seat}’s seat", study)


@dataclass(frozen=True, slots=True)
class TeamLink:
    """A link by which so many (`most`) may come to a seat in one study, until then (UTC, ISO 8601)."""

    code: str
    study: str
    seat: Literal["wizard", "analyst"]
    at: str
    most: int
    until: str
    revoked_at: str | None = None
    came: int = 0

    @property
    def open(self) -> bool:
        """Whether anybody new gets in by it."""
        return self.revoked_at is None and self.until > now() and self.came < self.most


def make_team_link(
    db: Database, study: str, seat: Literal["wizard", "analyst"], by: str, *, most: int, hours: float
) -> str:
    """A new link, by its code."""
    code = secrets.token_urlsafe(TOKEN_BYTES)
    until = written(datetime.now(UTC) + timedelta(hours=hours))
    row = [code, study, seat, now(), most, until, None]
    with immediately(db):
        db.conn.execute("INSERT INTO team_links VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        record_act(db, by, f"made a link for {seat}s", study)
    return code


def find_team_link(db: Database, code: str) -> TeamLink | None:
    """The link of that code."""
    row = db.conn.execute(f"{SELECT_LINKS} WHERE t.code = ?", [code]).fetchone()
    return TeamLink(*row) if row else None


def team_links(db: Database, study: str) -> list[TeamLink]:
    """The links of that study that aren't taken back, the newest last."""
    rows = db.conn.execute(f"{SELECT_LINKS} WHERE t.study = ? AND t.revoked_at IS NULL ORDER BY t.at, t.code", [study])
    return [TeamLink(*row) for row in rows.fetchall()]


def revoke_team_link(db: Database, link: TeamLink, by: str) -> list[str]:
    """Take a link back, and the seats that it gave; the accounts that had them."""
    with immediately(db):
        db.conn.execute("UPDATE team_links SET revoked_at = coalesce(revoked_at, ?) WHERE code = ?", [now(), link.code])
        gone = db.conn.execute("DELETE FROM rights WHERE came_by = ? RETURNING account", [link.code]).fetchall()
        record_act(db, by, f"took a link for {link.seat}s back", link.study)
    return [row[0] for row in gone]


def lets_in(db: Database, link: TeamLink, who: Account) -> bool:
    """Whether that link is one for them: it isn't where their seat was taken back since it was made."""
    taken = db.conn.execute(
        "SELECT 1 FROM acts WHERE at >= ? AND study IN (?, '') AND did IN (?, ?)",
        [link.at, link.study, f"took {who.name}’s seat back", f"took {who.name}’s seat everywhere"],
    )
    return link.open and taken.fetchone() is None


def join_by(db: Database, code: str, who: Account | str, *, days: float) -> str | None:
    """Come by that link, as somebody who is signed in or under a new name; the secret of the sign-in of the latter.

    Raises:
        LookupError: nobody gets in by it any more.
        NameTaken: somebody else is called so.
    """
    with immediately(db):
        link = find_team_link(db, code)
        if link is None or not (lets_in(db, link, who) if isinstance(who, Account) else link.open):
            raise LookupError("Nobody gets in by this link any more.")
        account = who.account if isinstance(who, Account) else _insert(db, who, link.seat, everywhere=False)
        _give(db, account, link.study, link.seat, came_by=code)
        record_act(db, account, f"came by a link for {link.seat}s", link.study)
        return None if isinstance(who, Account) else take_seat(db, account, days=days)


SELECT_LINKS = """
SELECT t.code, t.study, t.seat, t.at, t.most, t.until, t.revoked_at,
       (SELECT count(*) FROM rights r WHERE r.came_by = t.code) FROM team_links t
"""


def _insert(db: Database, name: str, seat: SeatName, *, everywhere: bool, known_as: str | None = None) -> str:
    taken = db.conn.execute("SELECT name FROM accounts WHERE name = ? OR known_as = ?", [name, known_as]).fetchone()
    if taken:
        raise NameTaken("name" if taken[0] == name else "known_as")
    account = secrets.token_hex(6)
    db.conn.execute(
        "INSERT INTO accounts (account, name, seat, at, everywhere, known_as) VALUES (?, ?, ?, ?, ?, ?)",
        [account, name, seat, now(), everywhere, known_as],
    )
    return account


def _give(db: Database, account: str, study: str, seat: SeatName, came_by: str | None = None) -> None:
    db.conn.execute("INSERT OR REPLACE INTO rights VALUES (?, ?, ?, ?)", [account, study, seat, came_by])
