"""The owner's word that a participant is to be erased, while the app runs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from wizard.store.erasure import ERASED
from wizard.web.parts import curtain
from wizard.web.seats import only_for

pages = Blueprint("erasing", __name__)


@pages.post("/studio/participants/erase")
@only_for("owner")
def erase() -> dict[str, Any]:
    """How much was erased: nothing where there is nobody of that id in that study."""
    study, participant = request.form.get("study", ""), request.form.get("participant", "")
    erased = curtain().chat.forget(study, participant, ERASED)
    return {"sessions": len(erased.sessions), "exchanges": erased.exchanges}
