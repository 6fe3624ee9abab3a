"""`python -m wizard simulate`: the verb's options, its words and its exit code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wizard.settings import Settings
from wizard.simulate.plan import CannotPlay, read_scripts
from wizard.simulate.run import simulate
from wizard.terminal import as_json, counted, progress_bar, read_text, say, stop

SHOWN_DIFFERENCES = 10


@click.command("simulate")
@click.argument("name", metavar="STUDY")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Conversations, as import rows.",
)
@click.option("--sessions", "most", type=click.IntRange(min=1), help="Play only the first so many conversations.")
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), help="Messages a second, instead of the recorded pace."
)
@as_json
@click.pass_obj
def simulate_command(
    settings: Settings, name: str, file: Path, most: int | None, rate: float | None, as_json: bool
) -> None:
    """Play recorded conversations through real sockets, and hold the log against what was sent.

    The study is made, with the labels found, if there is none. Uses the server that serves this log, or
    starts one for as long as it takes.
    """
    try:
        scripts = read_scripts(read_text(file).split("\n"), file.name, most)
        with progress_bar("playing", "conversations") as progress:
            done = simulate(settings.sessions, name, scripts, rate, progress)
    except CannotPlay as error:
        stop(str(error))
    facts = done.facts()
    words = (
        f"{counted(facts['sessions'], 'conversation')} in {facts['seconds']} s: "
        f"{counted(facts['sent'], 'message')} sent, {facts['acknowledged']} acknowledged, "
        f"{facts['answered']} answered; {facts['lost']} lost, "
        f"{facts['duplicated']} duplicated, {facts['reordered']} reordered, "
        f"{facts['wrong_labels']} with other labels.\n"
        f"Send to desk: {_latency(facts['send_to_desk_ms'])}. "
        f"Reply to participant: {_latency(facts['reply_to_participant_ms'])}."
    )
    say(facts, as_json, "\n".join([words, *facts["differences"][:SHOWN_DIFFERENCES]]))
    sys.exit(0 if done.good else 1)


def _latency(spread: dict[str, float] | None) -> str:
    return f"p50 {spread['p50']} ms, p99 {spread['p99']} ms" if spread else "not measured"
