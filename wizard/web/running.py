"""The live page of a study: who waits, who talks, who answers, how it goes, and what needs a decision first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlite_utils import Database

from wizard.judge.enough import FEWEST, FEWEST_OF_A_KIND
from wizard.language import phrase
from wizard.session import NotAllowed
from wizard.shares import share
from wizard.store.costs import Rates, rates_of, set_rates
from wizard.store.figures import Figures, figures_of
from wizard.store.log import now as log_time
from wizard.store.reaching import Reached, reached
from wizard.store.studies import access_study, close_doors, doors_are_closed
from wizard.store.window import window_of
from wizard.study import Study
from wizard.web.deciding import Situation, first, needs
from wizard.web.parts import curtain, read_apart, render_by_turns
from wizard.web.progress import Bars, Picture, bars_of, could_picture, seconds_picture
from wizard.web.redirects import on_to
from wizard.web.seats import me, my_actor, only_for
from wizard.web.security import not_found

pages = Blueprint("running", __name__)
LARGEST_AMOUNT, LONGEST_CURRENCY = 1e6, 8


@pages.get("/studio/study/<study>/live")
@only_for("owner")
def live(study: str) -> str:
    """The page. What it shows is asked for again every two seconds."""
    return render_by_turns("studio/live.html", me=me(), **_page_of(study))


@pages.get("/studio/study/<study>/live/now")
@only_for("owner")
def now(study: str) -> str:
    """What stands on it now."""
    return render_by_turns("studio/_live.html", **_page_of(study))


@pages.post("/studio/study/<study>/doors")
@only_for("owner")
def doors(study: str) -> Response:
    """Let nobody new in for now, or let them in again."""
    access_study(curtain().reader, study)
    by, closed = me().account, request.form.get("closed") == "yes"
    curtain().writer.run(lambda db: close_doors(db, study, by, closed=closed))
    return on_to("running.live", study=study)


@pages.post("/studio/study/<study>/pause")
@only_for("owner")
def pause(study: str) -> Response:
    """Let nothing through for now, or go on."""
    access_study(curtain().reader, study)
    curtain().pauses.put(study, me().account, on=request.form.get("paused") == "yes")
    return on_to("running.live", study=study)


@pages.post("/studio/study/<study>/end")
@only_for("owner")
def end(study: str) -> Response:
    """End one conversation."""
    wanted = request.form.get("session", "")
    if wanted not in curtain().everybody.all(study):
        return not_found()
    with suppress(NotAllowed):  # it was erased, or came to its end in the meantime
        curtain().desk.stop(wanted, my_actor())
    return on_to("running.live", study=study)


@pages.post("/studio/study/<study>/costs")
@only_for("owner")
def costs(study: str) -> Response | str:
    """Say what an hour of a wizard costs, and what a participant is paid."""
    access_study(curtain().reader, study)
    given = {name: request.form.get(name, "").strip() for name in ("hour", "participant", "currency")}
    rates = _rates(given)
    if rates is None:
        problem = phrase(
            f"Write two amounts, such as 30 and 2.50, and a currency of up to {LONGEST_CURRENCY} characters."
        )
        return render_by_turns("studio/live.html", me=me(), **_page_of(study), given=given, problem=problem)
    by = me().account
    curtain().writer.run(lambda db: set_rates(db, study, by, rates))
    return on_to("running.live", study=study, kept="yes")


def _rates(given: Mapping[str, str]) -> Rates | None:
    """What was written in the form; None where that is no amount of anything."""
    try:
        hour, participant = (float(given[name].replace(",", ".") or 0) for name in ("hour", "participant"))
    except ValueError:
        return None
    currency = given["currency"]
    fits = all(0 <= each <= LARGEST_AMOUNT for each in (hour, participant))
    named = 0 < len(currency) <= LONGEST_CURRENCY and currency.isprintable()
    return Rates(hour, participant, currency) if fits and named else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the log says of a study at a moment, and how it is drawn."""

    figures: Figures
    far: Reached
    bars: Bars
    could: Picture | None
    seconds: Picture | None


def _snapshot(db: Database, study: Study, moment: datetime) -> Snapshot:
    """For a native thread: of thousands of answers it takes as long as some chats have time for."""
    found = figures_of(db, study.study)
    drawn = bars_of(found.answers, moment), could_picture(found.answers), seconds_picture(found.answers)
    return Snapshot(found, reached(db, study), *drawn)


def _page_of(name: str) -> dict[str, Any]:
    """What the live page says of the study of that name."""
    reader, moment = curtain().reader, datetime.now(UTC)
    study = access_study(reader, name).study
    seen = read_apart(_snapshot, study, moment)
    found = seen.figures
    here = curtain().desk.shift.colleagues(name)
    active: list[dict[str, Any]] = [
        {
            "head": each,
            "by": curtain().desk.shift.name(each.claimed_by),
            "waited": each.waiting_since and _waited(each.waiting_since, moment),
        }
        for each in found.active
    ]
    situation = _situation(study, found, seen.far, here, moment)
    could = found.could.total()
    return {
        "study": study,
        "figures": found,
        "far": seen.far,
        "active": active,
        "here": here,
        "now": situation,
        "rates": rates_of(reader, name),
        "longest_currency": LONGEST_CURRENCY,
        "answerable": share(found.could["yes"], could) if could else None,
        "labels": [(label.name, found.labels.get(label.name, Counter())) for label in study.labels if label.options],
        "enough": {"answers": FEWEST, "of_a_kind": FEWEST_OF_A_KIND},
        "needs": needs(found.exchanges, study.labels, found.labels),
        "first": first(situation),
        "bars": seen.bars,
        "could_picture": seen.could,
        "seconds_picture": seen.seconds,
    }


def _situation(
    study: Study, found: Figures, far: Reached, here: Sequence[Mapping[str, Any]], moment: datetime
) -> Situation:
    reader, name, told = curtain().reader, study.study, study.pacing.busy
    return Situation(
        waits=[_waited(each, moment) for each in found.waiting],
        in_line=curtain().everybody.in_line(name),
        here=sum(not each["away"] for each in here),
        open=found.open,
        paused=curtain().pauses.holds(name),
        closed=doors_are_closed(reader, name),
        window=window_of(reader, name).shut(log_time()),
        complete="scenarios" if far.all_scenarios else "participants" if far.is_full else None,
        red=study.desk.red,
        told=told.after if told else None,
        answers=len(found.answers),
        could=found.could,
        missing=found.missing[0][0] if found.missing else None,
        saw_more=found.saw_more,
        labels={
            label.name: found.labels[label.name]
            for label in study.labels
            if label.options and label.name in found.labels
        },
    )


def _waited(since: str, moment: datetime) -> float:
    return max(0.0, (moment - datetime.fromisoformat(since)).total_seconds())
