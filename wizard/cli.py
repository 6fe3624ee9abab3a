"""The command line: `python -m wizard …`, the same verbs for people and scripts.

Every verb exits 0 when all is well, 1 when it found something wrong, 2 when it was called wrongly.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import asdict
from errno import ENOSPC
from pathlib import Path
from pkgutil import resolve_name
from shlex import quote
from typing import Any

import click

from wizard import __version__
from wizard.dataset.redaction.recogniser import NoRecogniser
from wizard.judge.believed import believed, respondents
from wizard.settings import BadSetting, Settings, misspelt
from wizard.store import doctor as doctoring
from wizard.store.database import LogUnavailable, NoLog, connect_to_read, log_path, sqlite3
from wizard.store.heads import count_sessions
from wizard.store.invites import invite_code
from wizard.store.schema import NewerLog
from wizard.store.studies import NoStudy, access_study, save_study, study_names
from wizard.store.writing import writing
from wizard.study import LONGEST_SLUG, BadStudy
from wizard.study_file import read_study, rewritten
from wizard.terminal import as_json, counted, read_beside, read_text, say, say_beside, stop, write_whole

VERBS = {
    "audit": "wizard.audit.command:audit",
    "erase": "wizard.dataset.erasing:erase",
    "export": "wizard.dataset.exporting:export_command",
    "import": "wizard.dataset.importing:import_command",
    "report": "wizard.judge.reporting:report_command",
    "review": "wizard.dataset.reviewing:review_command",
    "simulate": "wizard.simulate.command:simulate_command",
}
"""Verbs with a module of their own, which is loaded when they are called: no verb waits for what the others need."""

TEMPLATE = """\
study: my-study
title: My study
persona:
  name: Assistant
  greeting: "Hello! How can I help?"
model_sees: {history: all}
labels:
  - {name: kind, kind: choice, options: [question, other]}
bar: 80
"""
NOT_BESIDE = "The study grants {name}, which isn't beside {file}: put it there and save the study again."


class Verbs(click.Group):
    """Loads a verb when it is asked for, and turns errors that people can mend into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *VERBS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in VERBS and cmd_name not in self.commands:
            self.add_command(resolve_name(VERBS[cmd_name]))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (BadStudy, NoStudy, NoLog, NewerLog, LogUnavailable) as error:
            stop(str(error))
        except sqlite3.DatabaseError as error:
            log = log_path(ctx.obj.sessions)
            stop(f"{log} can't be read or written: {error}. `python -m wizard doctor` says what is wrong with it.")
        except OSError as error:
            if error.filename is None and error.errno == ENOSPC:
                sys.stdout = None  # or Python tries once more, and says so in its own words
                stop(f"What this says can't be written: {error.strerror}.")
            if error.filename is None:
                raise
            stop(f"{error.filename} can't be read or written: {error.strerror}.")
        except NoRecogniser as error:
            stop(str(error), 2)
        except UnicodeEncodeError as error:
            spelt = error.object.encode(errors="backslashreplace").decode()
            stop(f"“{spelt}” isn’t text in UTF-8. Write it anew.", 2)
        except BadSetting as error:
            raise click.UsageError(str(error)) from None


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="Curtain")
@click.option(
    "--sessions", type=click.Path(file_okay=False, path_type=Path), help="Folder of the log, instead of sessions/."
)
@click.pass_context
def main(ctx: click.Context, sessions: Path | None) -> None:
    """Curtain: a hidden person plays the model, and the log says whether a model could."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # whoever closed it
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as stderr: no terminal has all
    for told in misspelt(os.environ).values():
        say_beside(told)
    ctx.obj = Settings.from_environment(os.environ, sessions=sessions)


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--lan", is_flag=True, help="Let phones and laptops on the same network in.")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None, lan: bool) -> None:
    """Start the app, and print the participant's link and your sign-in link."""
    from wizard.web.serving import CannotServe
    from wizard.web.serving import serve as serving

    given = {"host": host or ("0.0.0.0" if lan else None), "port": port, "sessions": settings.sessions}
    try:
        serving(Settings.from_environment(os.environ, **given))
    except CannotServe as error:
        stop(str(error))


@main.group()
def study() -> None:
    """Make, check and look at studies."""


@study.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--save", is_flag=True, help="Keep an existing FILE as the newest version of its study.")
@as_json
@click.pass_obj
def study_new(settings: Settings, file: Path, save: bool, as_json: bool) -> None:
    """Write a study to start from into FILE; with --save, keep FILE as the study's newest version."""
    if save:
        _keep_study(settings, file, as_json)
    else:
        _begin_study(file, as_json)


def _begin_study(file: Path, as_json: bool) -> None:
    if file.exists():
        stop(f"{file} is there already. Choose another name, or keep it as a study with --save.")
    title = re.sub(r"[\s_-]+", " ", file.stem.encode(errors="ignore").decode()).strip()[:200] or "Study"
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG] or "study"
    named = {"study": slug, "title": title[:1].upper() + title[1:]}
    begun = rewritten(TEMPLATE, read_study(TEMPLATE).model_copy(update=named))
    write_whole(file, begun.encode())
    then = f"python -m wizard study new {quote(str(file))} --save"
    say({"file": str(file)}, as_json, f"Wrote {file}. Change it, then: {then}")


def _keep_study(settings: Settings, file: Path, as_json: bool) -> None:
    if not file.exists():
        raise click.BadParameter(f"File '{file}' does not exist.", param_hint="'FILE'")
    source = read_text(file)
    granted = read_study(source).model_sees.documents
    with writing(settings.sessions) as db:
        kept = save_study(db, source, "owner", read_beside(file, granted))
        invite = invite_code(db, kept.study.study)
    missing = [name for name in granted if name not in kept.documents]
    facts = {
        "study": kept.study.study,
        "version": kept.version,
        "invite": invite,
        "documents": sorted(kept.documents),
        "missing": missing,
    }
    said = f"Kept {kept.study.study} as version {kept.version}. Participants: /c/{invite}"
    say(facts, as_json, "\n".join([said, *(NOT_BESIDE.format(name=name, file=file) for name in missing)]))


@study.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def study_check(file: Path, as_json: bool) -> None:
    """Say whether FILE is a study that can be used, and what is wrong with it line by line."""
    try:
        found = read_study(read_text(file))
    except BadStudy as error:
        problems = [str(each) for each in error.problems]
        say({"ok": False, "problems": problems}, as_json, "\n".join(f"{file}, {each}" for each in problems))
        sys.exit(1)
    beside = read_beside(file, found.model_sees.documents)
    missing = [name for name in found.model_sees.documents if name not in beside]
    said = [f"{file} is fine: {found.title} ({found.study})."]
    said += [NOT_BESIDE.format(name=name, file=file) for name in missing]
    say({"ok": True, "study": found.study, "missing": missing}, as_json, "\n".join(said))


@study.command("list")
@as_json
@click.pass_obj
def study_list(settings: Settings, as_json: bool) -> None:
    """List the studies, with how many sessions each has."""
    db = connect_to_read(settings.sessions)
    facts: list[dict[str, Any]] = [
        {
            "study": name,
            "title": version.study.title,
            "version": version.version,
            "sessions": count_sessions(db, name),
            "invite": invite_code(db, name),
            "believed": believed(respondents(db, name))[0].facts(),
        }
        for name, version in ((name, access_study(db, name)) for name in study_names(db))
    ]
    lines = [f"{each['study']:<24} {counted(each['sessions'], 'session'):>15}   {each['title']}" for each in facts]
    say({"studies": facts}, as_json, "\n".join(lines))


@study.command("show")
@click.argument("name")
@click.option("--version", type=int, help="An older version than the newest.")
@as_json
@click.pass_obj
def study_show(settings: Settings, name: str, version: int | None, as_json: bool) -> None:
    """Print study NAME as YAML."""
    found = access_study(connect_to_read(settings.sessions), name, version)
    facts = {"version": found.version, "at": found.at, **found.study.model_dump(mode="json")}
    say(facts, as_json, found.source.rstrip())


@main.command()
@as_json
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Check the log and what it stands on, and say what to do about what is wrong."""
    findings = doctoring.examine(settings.sessions)
    marks = {"good": "✓", "note": "·", "bad": "✗"}
    lines = [
        f"{marks[each.state]} {each.what}: {each.says}" + (f" → {each.do}" if each.do else "") for each in findings
    ]
    wrong = any(each.state == "bad" for each in findings)
    say({"ok": not wrong, "findings": [asdict(each) for each in findings]}, as_json, "\n".join(lines))
    sys.exit(1 if wrong else 0)
