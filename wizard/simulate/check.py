"""Whether what the server stored is what was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from wizard.reply import BadReply
from wizard.session import Session
from wizard.simulate.plan import Script
from wizard.store.log import read_session
from wizard.study import Study


@dataclass
class Compared:
    """Messages and replies, held against the log."""

    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    wrong_labels: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not (self.lost or self.duplicated or self.reordered or self.wrong_labels)


def compare(
    db: Database, study: Study, scripts: Sequence[Script], keys: Sequence[str], sessions: Mapping[str, str]
) -> Compared:
    """Hold every script against the session that it became under this study."""
    result = Compared()
    for script, key in zip(scripts, keys, strict=True):
        stored = read_session(db, sessions[key]) if key in sessions else None
        _compare(result, study, script, stored)
    return result


def _compare(result: Compared, study: Study, script: Script, stored: Session | None) -> None:
    said = [each.text for each in stored.messages if each.role == "user"] if stored else []
    replies = [each.reply.text or "" for each in stored.exchanges] if stored else []
    shown = [each.text for each in stored.messages if each.exchange is not None] if stored else []
    _hold(result, script.key, "messages", script.said, said)
    kept, seen = _as_told(study, script.replies)
    _hold(result, script.key, "replies", kept, replies)
    _hold(result, script.key, "released replies", seen, shown)
    labels = [dict(each.labels) for each in stored.exchanges] if stored else []
    wrong = sum(wanted != got for wanted, got in zip(script.labels, labels, strict=False))
    if wrong:
        result.wrong_labels += wrong
        result.differences.append(f"{script.key}: {wrong} exchanges have other labels than were sent")


def _as_told(study: Study, replies: Sequence[str]) -> tuple[list[str], list[str]]:
    """The texts of these replies as the log is to have them, and the bubbles that the participant is to see of them."""
    kept, seen = [], []
    for reply in replies:
        try:
            text, bubbles = study.read_reply(reply)
        except BadReply:  # nobody was answered with it, as is told
            text, bubbles = reply, ()
        kept.append(text)
        seen += [bubble.text for bubble in bubbles] or [text]
    return kept, seen


def _hold(result: Compared, key: str, what: str, wanted: list[str], got: list[str]) -> None:
    lost = (Counter(wanted) - Counter(got)).total()
    more = (Counter(got) - Counter(wanted)).total()
    result.lost += lost
    result.duplicated += more
    if lost or more:
        result.differences.append(f"{key}: of {len(wanted)} {what}, {lost} are missing and {more} are too many")
    elif wanted != got:
        result.reordered += sum(one != other for one, other in zip(wanted, got, strict=True))
        result.differences.append(f"{key}: {what} stand in another order")
