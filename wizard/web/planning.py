"""When a study is open, by plan: set on the page of its links, told to whoever comes too early."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request, url_for

from wizard.language import phrase
from wizard.store.studies import NoStudy, access_study
from wizard.store.window import Window, plan_window
from wizard.web.inviting import BadLink, show_links
from wizard.web.parts import curtain
from wizard.web.seats import me, only_for
from wizard.web.security import not_found

pages = Blueprint("planning", __name__)


@pages.post("/studio/study/<study>/window")
@only_for("owner")
def window(study: str) -> Response | str:
    """Let nobody new in but from then until then."""
    try:
        access_study(curtain().reader, study)
        planned = _given()
    except NoStudy:
        return not_found()
    except BadLink as error:
        field, words = error.args
        return show_links(study, wrong={field: words})
    by = me().account
    curtain().writer.run(lambda db: plan_window(db, study, by, planned))
    return redirect(url_for("inviting.links", study=study, _anchor="window"), 303)  # type: ignore[return-value]


def _given() -> Window:
    """What was filled in.

    Raises:
        BadLink: it can't be so.
    """
    opens, closes = _moment("opens"), _moment("closes")
    if opens is not None and closes is not None and closes <= opens:
        raise BadLink("closes", phrase("It has to close after it opens."))
    return Window(opens, closes)


def _moment(field: str) -> str | None:
    """A moment as the log writes it. What names no zone is UTC; the page's script sends it so."""
    typed = request.form.get(field, "").strip()
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
        moment = (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLink(field, phrase("Give a day and a time, as 2026-12-01T18:00, or nothing.")) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
