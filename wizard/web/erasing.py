"""The owner's word that a participant is to be erased, while the app runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from wizard.store.erasure import ERASED
from wizard.store.retention import older_than
from wizard.study import MOST_DAYS
from wizard.web.parts import curtain, read_apart
from wizard.web.seats import me, only_for, remember
from wizard.web.security import not_found

pages = Blueprint("erasing", __name__)


@pages.post("/studio/participants/erase")
@only_for("owner")
def erase() -> Response | dict[str, Any]:
    """How much was erased: nothing where there is nobody of that id in that study."""
    study, participant = request.form.get("study", ""), request.form.get("participant", "")
    days = request.form.get("older_than", type=int)
    if not me().sits("owner", study=study) or not (days is None or 1 <= days <= MOST_DAYS):
        return not_found()
    if days is not None:
        moment = datetime.now(UTC)
        old = read_apart(older_than, study, moment - timedelta(days=days))
        curtain().retention.erase(old, moment)
        remember(f"had what is older than {days} days erased", study)
        return {"sessions": len(old)}
    erased = curtain().eraser.forget(study, participant, ERASED)
    if erased.sessions:
        remember("had a participant erased", study)
    return {"sessions": len(erased.sessions), "exchanges": erased.exchanges}
