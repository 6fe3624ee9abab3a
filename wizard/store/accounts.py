"""Who may sit at which seat: accounts, one-time sign-in links, and the sign-ins they turn into."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from wizard.store.log import immediately, now

SeatName = Literal["owner", "wizard", "analyst"]
COOKIE = "seat"
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the team. `name` is what colleagues see; participants never do."""

    account: str
    name: str
    seat: SeatName


def access_or_make_account(db: Database, name: str, seat: SeatName) -> Account:
    """The account of that name, made with that seat if there is none yet."""
    with immediately(db):
        row = db.conn.execute("SELECT account, name, seat FROM accounts WHERE name = ?", [name]).fetchone()
        if row is not None:
            return Account(*row)
        account = Account(secrets.token_hex(6), name, seat)
        db.table("accounts").insert({"account": account.account, "name": name, "seat": seat, "at": now()})
    return account


def all_accounts(db: Database) -> list[Account]:
    """Everybody of the team, by name."""
    return [Account(*row) for row in db.conn.execute("SELECT account, name, seat FROM accounts ORDER BY name")]


def account_names(db: Database) -> dict[str, str]:
    """Each account's name."""
    return {account.account: account.name for account in all_accounts(db)}


def make_sign_in_link(db: Database, account: Account, *, hours: float) -> str:
    """A token that signs this account in, once, within so many hours."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with immediately(db):
        db.table("sign_in_links").insert(
            {"hash": _hash(token), "account": account.account, "expires_at": _in(hours=hours), "used_at": None}
        )
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
        if used is None:
            return None
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        db.conn.execute("DELETE FROM seats WHERE expires_at <= ?", [now()])
        db.table("seats").insert({"hash": _hash(secret), "account": used[0], "expires_at": _in(days=days)})
    return secret


def seat_of(db: Database, secret: str) -> Account | None:
    """Who is signed in with that cookie, or None."""
    row = db.conn.execute(
        """
        SELECT account, name, seat FROM seats JOIN accounts USING (account)
        WHERE hash = ? AND expires_at > ?
        """,
        [_hash(secret), now()],
    ).fetchone()
    return Account(*row) if row else None


def sign_out(db: Database, secret: str) -> None:
    """End that sign-in."""
    with immediately(db):
        db.conn.execute("DELETE FROM seats WHERE hash = ?", [_hash(secret)])


def sign_out_everywhere(db: Database, account: str) -> None:
    """End every sign-in of that account, and take back the links that were made for it."""
    with immediately(db):
        db.conn.execute("DELETE FROM seats WHERE account = ?", [account])
        db.conn.execute("DELETE FROM sign_in_links WHERE account = ?", [account])


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


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _in(*, hours: float = 0, days: float = 0) -> str:
    when = datetime.now(UTC) + timedelta(hours=hours, days=days)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
