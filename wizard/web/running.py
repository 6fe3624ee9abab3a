"""The live page of a study: who waits, who talks, who answers, how it goes, and what needs a decision first."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from wizard import loop
from wizard.events import wizard_actor
from wizard.judge.enough import FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND
from wizard.session import NotAllowed
from wizard.shares import share
from wizard.store.database import connect_to_read
from wizard.store.figures import Figures, figures_of
from wizard.store.studies import NoStudy, access_study, close_doors, doors_are_closed
from wizard.study import Study
from wizard.web.parts import curtain
from wizard.web.seats import only_for, signed_in
from wizard.web.security import not_found

pages = Blueprint("running", __name__)
BARS, BAR_MINUTES = 24, 5
FEW_COULD = 0.5
LONG_SECONDS = 60.0


@pages.get("/studio/study/<study>/live")
@only_for("owner")
def live(study: str) -> Response | str:
    """The page. What it shows is asked for again every two seconds."""
    told = _told(study)
    return render_template("studio/live.html", me=signed_in(), **told) if told else not_found()


@pages.get("/studio/study/<study>/live/now")
@only_for("owner")
def now(study: str) -> Response | str:
    """What stands on it now."""
    told = _told(study)
    return render_template("studio/_live.html", **told) if told else not_found()


@pages.post("/studio/study/<study>/doors")
@only_for("owner")
def doors(study: str) -> Response:
    """Let nobody new in for now, or let them in again."""
    me = signed_in()
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    assert me is not None
    closed = request.form.get("closed") == "yes"
    curtain().writer.run(lambda db: close_doors(db, study, me.account, closed=closed))
    return redirect(url_for("running.live", study=study), 303)  # type: ignore[return-value]


@pages.post("/studio/study/<study>/pause")
@only_for("owner")
def pause(study: str) -> Response:
    """Let nothing through for now, or go on."""
    me = signed_in()
    try:
        access_study(curtain().reader, study)
    except NoStudy:
        return not_found()
    assert me is not None
    curtain().pauses.put(study, me.account, on=request.form.get("paused") == "yes")
    return redirect(url_for("running.live", study=study), 303)  # type: ignore[return-value]


@pages.post("/studio/study/<study>/end")
@only_for("owner")
def end(study: str) -> Response:
    """End one conversation."""
    me = signed_in()
    wanted = request.form.get("session", "")
    assert me is not None
    if wanted not in curtain().everybody.all(study):
        return not_found()
    with suppress(NotAllowed):  # it was erased, or came to its end in the meantime
        curtain().desk.stop(wanted, wizard_actor(me.account))
    return redirect(url_for("running.live", study=study), 303)  # type: ignore[return-value]


def _told(name: str) -> dict[str, Any] | None:
    reader = curtain().reader
    try:
        study = access_study(reader, name).study
    except NoStudy:
        return None
    found = loop.in_thread(_figures, curtain().settings.sessions, name)
    here = curtain().desk.colleagues()
    moment = datetime.now(UTC)
    active = [
        {
            "head": each,
            "by": curtain().desk.name(each.claimed_by),
            "waited": _waited(each.waiting_since, moment),
        }
        for each in found.active
    ]
    closed, paused = doors_are_closed(reader, name), curtain().pauses.holds(name)
    could = found.could.total()
    return {
        "study": study,
        "figures": found,
        "active": active,
        "here": here,
        "closed": closed,
        "paused": paused,
        "answerable": share(found.could["yes"], could) if could else None,
        "labels": [(label.name, found.labels.get(label.name, Counter())) for label in study.labels if label.options],
        "needs": _needs(study, found),
        "first": _first(study, found, active, here, closed=closed, paused=paused),
        "bars": _bars(found.times, moment),
        "minutes": BAR_MINUTES,
    }


def _figures(sessions: Path, study: str) -> Figures:
    db = connect_to_read(sessions)
    try:
        return figures_of(db, study)
    finally:
        db.close()


def _waited(since: str | None, moment: datetime) -> float | None:
    return max(0.0, (moment - datetime.fromisoformat(since)).total_seconds()) if since else None


def _first(
    study: Study,
    found: Figures,
    active: list[dict[str, Any]],
    here: list[dict[str, Any]],
    *,
    closed: bool,
    paused: bool,
) -> list[str]:
    """What needs a decision, the most urgent first."""
    waiting = [each for each in active if each["waited"] is not None]
    at_it = [each for each in here if not each["away"]]
    longest = max((each["waited"] for each in waiting), default=0.0)
    said = []
    if paused:
        said.append(
            "The study is paused: nothing is let through and nobody new gets in. What is sent waits until it goes on."
        )
    elif waiting and not at_it:
        said.append(f"{_people(len(waiting))} and no wizard is here. Sit down at the desk, or close the doors.")
    elif longest > max(LONG_SECONDS, study.desk.red):
        said.append(f"{_people(len(waiting))}, the longest for {longest:.0f} seconds. Another wizard would help.")
    could = found.could.total()
    if could >= FEWEST and found.could["yes"] < FEW_COULD * could:
        most = f" Missing most often: {found.missing[0][0]}." if found.missing else ""
        said.append(f"Only {found.could['yes']} of {could} could be answered from what is shown.{most}")
    if closed and not paused:
        said.append("The doors are closed: nobody new gets in.")
    return said


def _people(count: int) -> str:
    return "One participant waits" if count == 1 else f"{count} participants wait"


def _needs(study: Study, found: Figures) -> str:
    """What the verdict needs before it says anything."""
    if found.exchanges < FEWEST:
        return f"The verdict needs {FEWEST - found.exchanges} more answers before it says anything."
    label = next((each.name for each in study.labels if each.options), None)
    kinds = sum(count >= FEWEST_OF_A_KIND for count in found.labels.get(label or "", Counter()).values())
    if label and found.labels and kinds < FEWEST_KINDS:
        return f"The verdict needs {FEWEST_KINDS} values of “{label}” with {FEWEST_OF_A_KIND} answers each."
    return "There is enough for a first verdict."


def _bars(times: tuple[str, ...], moment: datetime) -> list[int]:
    """How many answers were given in each of the last spans of time, the oldest first."""
    bars = [0] * BARS
    span = timedelta(minutes=BAR_MINUTES)
    for at in times:
        ago = int((moment - datetime.fromisoformat(at)) / span)
        if ago >= BARS:
            break
        bars[BARS - 1 - max(0, ago)] += 1
    return bars
