"""When a study is open, by plan: set on the page of its links, told to whoever comes too early."""

from __future__ import annotations

from flask import Blueprint, Response

from wizard.language import phrase
from wizard.store.window import Window, plan_window
from wizard.web.inviting import BadLink, beside_its_field, moment
from wizard.web.parts import curtain
from wizard.web.redirects import on_to
from wizard.web.seats import me, only_for

pages = Blueprint("planning", __name__)


@pages.post("/studio/study/<study>/window")
@only_for("owner")
@beside_its_field
def window(study: str) -> Response:
    """Let nobody new in but from then until then."""
    planned, by = _given(), me().account
    curtain().writer.run(lambda db: plan_window(db, study, by, planned))
    return on_to("inviting.links", study=study, kept="yes")


def _given() -> Window:
    """What was filled in.

    Raises:
        BadLink: it can't be so.
    """
    opens, closes = moment("opens"), moment("closes")
    if opens is not None and closes is not None and closes <= opens:
        raise BadLink("closes", phrase("It has to close after it opens."))
    return Window(opens, closes)
