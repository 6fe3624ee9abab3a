"""Who may sit at which seat: accounts, one-time sign-in links, and the sign-ins they turn into."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from wizard.store.acts import record_act
from wizard.store.log import immediately, now, written

SeatName = Literal["owner", "wizard", "analyst"]
COOKIE = "seat"
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the team. `name` is what colleagues see; participants never do.

    Their `seat` is for every study, unless there are `rights`: then they have the seats that these say, each for one
    study. At an identity provider they are `known_as` that. The sign-in that they were found by ends at `until`.
    """

    account: str
    name: str
    seat: SeatName
    rights: Mapping[str, SeatName] | None = None
    known_as: str | None = None
    until: str | None = field(default=None, compare=False)

    @property
    def everywhere(self) -> bool:
        """Whether their seat is for every study."""
        return self.rights is None

    def seat_in(self, study: str) -> SeatName | None:
        """Their seat in that study."""
        return self.seat if self.rights is None else self.rights.get(study)

    def sits(self, *seats: SeatName, study: str | None = None) -> bool:
        """Whether they have one of these seats: in that study, or in any."""
        if study is not None:
            return self.seat_in(study) in seats
        return self.studies_as(*seats) != frozenset()

    def studies_as(self, *seats: SeatName) -> frozenset[str] | None:
        """The studies where they have one of these seats; None where that is every one."""
        if self.rights is None:
            return None if self.seat in seats else frozenset()
        return frozenset(study for study, seat in self.rights.items() if seat in seats)


COLUMNS = """
a.account, a.name, a.seat, CASE WHEN NOT a.everywhere
THEN (SELECT json_group_object(r.study, r.seat) FROM rights r WHERE r.account = a.account) END, a.known_as
"""


def access_or_make_account(db: Database, name: str, seat: SeatName) -> Account:
    """The account of that name, made with that seat if there is none yet."""
    with immediately(db):
        found = account_named(db, name)
        if found is not None:
            return found
        account = Account(secrets.token_hex(6), name, seat)
        db.table("accounts").insert({"account": account.account, "name": name, "seat": seat, "at": now()})
    return account


def account_named(db: Database, name: str) -> Account | None:
    """Whoever is called so."""
    row = db.conn.execute(f"SELECT {COLUMNS} FROM accounts a WHERE a.name = ?", [name]).fetchone()
    return _account(row) if row else None


def find_account(db: Database, account: str) -> Account | None:
    """The account of that id."""
    row = db.conn.execute(f"SELECT {COLUMNS} FROM accounts a WHERE a.account = ?", [account]).fetchone()
    return _account(row) if row else None


def all_accounts(db: Database) -> list[Account]:
    """Everybody of the team, by name."""
    return [_account(row) for row in db.conn.execute(f"SELECT {COLUMNS} FROM accounts a ORDER BY a.name").fetchall()]


def account_names(db: Database) -> dict[str, str]:
    """Each account's name."""
    return {account.account: account.name for account in all_accounts(db)}


def make_sign_in_link(db: Database, account: Account, *, hours: float, by: str = "") -> str:
    """A token that signs this account in, once, within so many hours. Account `by` asked for it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with immediately(db):
        db.table("sign_in_links").insert(
            {"hash": _hash(token), "account": account.account, "expires_at": _in(hours=hours), "used_at": None}
        )
        record_act(db, by, f"made a sign-in link for {account.name}")
    return token


def can_sign_in(db: Database, token: str) -> bool:
    """Whether that token would sign somebody in now."""
    query = "SELECT 1 FROM sign_in_links WHERE hash = ? AND used_at IS NULL AND expires_at > ?"
    return db.conn.execute(query, [_hash(token), now()]).fetchone() is not None


def use_sign_in_link(db: Database, token: str, *, days: float) -> str | None:
    """Turn a token into a sign-in, and return the secret for its cookie; None if it is used, expired or wrong."""
    with immediately(db):
        used = db.conn.execute(
            """
            UPDATE sign_in_links SET used_at = ?
            WHERE hash = ? AND used_at IS NULL AND expires_at > ? RETURNING account
            """,
            [now(), _hash(token), now()],
        ).fetchone()
        return take_seat(db, used[0], days=days) if used else None


def take_seat(db: Database, account: str, *, days: float) -> str:
    """A new sign-in of that account, in the transaction that is open: the secret for its cookie."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    db.conn.execute("DELETE FROM seats WHERE expires_at <= ?", [now()])
    db.conn.execute("INSERT INTO seats VALUES (?, ?, ?)", [_hash(secret), account, _in(days=days)])
    record_act(db, account, "signed in")
    return secret


def take_known_seat(db: Database, subject: str, known_as: Collection[str | None], *, days: float) -> str | None:
    """A new sign-in of whoever is that subject at the identity provider: the secret for its cookie.

    At first they are found by what they were invited as, one of `known_as`; from then on by the subject alone, for an
    address may become somebody else's. None where nobody was invited so, or has no seat left.
    """
    names = json.dumps([each for each in known_as if each])
    with immediately(db):
        db.conn.execute(
            """
            UPDATE accounts SET subject = :subject
            WHERE subject IS NULL AND known_as IN (SELECT value FROM json_each(:names))
                AND NOT EXISTS (SELECT 1 FROM accounts WHERE subject = :subject)
            """,
            {"subject": subject, "names": names},
        )
        row = db.conn.execute(f"SELECT {COLUMNS} FROM accounts a WHERE a.subject = ?", [subject]).fetchone()
        account = _account(row) if row else None
        return take_seat(db, account.account, days=days) if account and account.rights != {} else None


def seat_of(db: Database, secret: str) -> Account | None:
    """Who is signed in with that cookie, or None. Nobody is who has no seat in any study."""
    account = whose(db, secret)
    return account if account and account.rights != {} else None


def whose(db: Database, secret: str) -> Account | None:
    """Whose sign-in that cookie is, even if they have no seat left."""
    row = db.conn.execute(
        f"""
        SELECT {COLUMNS}, s.expires_at FROM seats s JOIN accounts a ON a.account = s.account
        WHERE s.hash = ? AND s.expires_at > ?
        """,
        [_hash(secret), now()],
    ).fetchone()
    return _account(row) if row else None


def sign_out(db: Database, secret: str) -> None:
    """End that sign-in."""
    with immediately(db):
        gone = db.conn.execute("DELETE FROM seats WHERE hash = ? RETURNING account", [_hash(secret)]).fetchone()
        if gone:
            record_act(db, gone[0], "signed out")


def sign_out_everywhere(db: Database, account: str, *, by: str) -> None:
    """End every sign-in of that account, and take back the links that were made for it, as account `by` wants. Nobody
    is known by it at an identity provider any more.
    """
    with immediately(db):
        db.conn.execute("DELETE FROM seats WHERE account = ?", [account])
        db.conn.execute("DELETE FROM sign_in_links WHERE account = ?", [account])
        query = "UPDATE accounts SET known_as = NULL, subject = NULL WHERE account = ? RETURNING name"
        name = db.conn.execute(query, [account]).fetchone()[0]
        record_act(db, by, f"took {name}’s seat back")


def participant_of(secret: str) -> str:
    """The id of the participant who holds that secret: the same for the same person, and no way back."""
    return _hash(secret)[:24]


def new_secret() -> str:
    """A secret for a participant's cookie: of digits that no word can be read into by chance."""
    return secrets.token_hex(TOKEN_BYTES)


def app_secret(db: Database) -> str:
    """The installation's secret, made at first start."""
    with immediately(db):
        db.conn.execute("INSERT OR IGNORE INTO secrets VALUES ('app', ?)", [secrets.token_hex(32)])
    return str(db.conn.execute("SELECT value FROM secrets WHERE name = 'app'").fetchone()[0])


def _account(row: Sequence[Any]) -> Account:
    account, name, seat, rights, *rest = row
    return Account(account, name, seat, None if rights is None else json.loads(rights), *rest)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _in(*, hours: float = 0, days: float = 0) -> str:
    return written(datetime.now(UTC) + timedelta(hours=hours, days=days))
