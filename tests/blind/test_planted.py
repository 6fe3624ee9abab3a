"""The audit finds what it is for: leaks are planted in a copy of the code, and the command run from there.

Leaks that don't get in each other's way share a copy, and each must be found for itself; with --long each has its own.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.blind.test_audit import audited
from tests.served import ROOT

MAP = base64.b64encode(json.dumps({"version": 3, "sources": ["wizard/desk.ts"], "mappings": ""}).encode()).decode()
TALK = ("--only", "talk", "--exchanges", "1")
WORDS = ("--only", "words")
DOORS = ("--only", "doors", "--probes", "10")
TIMING = ("--only", "timing")

NEW = ""
"""In the place of what is replaced: the file isn't there yet."""


@dataclass(frozen=True)
class Plant:
    """A leak: what is changed where, as (file, old, new), which part of the audit is to find it, and what it says.

    One that `spoils` the conversation would hide others in it.
    """

    name: str
    changes: tuple[tuple[str, str, str], ...]
    part: tuple[str, ...]
    says: str
    spoils: bool = False


AUDIENCE, PAGE = "wizard/live/audience.py", "wizard/web/participant.py"
MESSAGE = '                    broadcast(sockets, "message", rendered(for_participant(session, n - 1)[0]))\n'
ENDED = "                case Ended():\n                    broadcast("
DOTS_ON_CLAIM = '                case Claimed():\n                    broadcast(sockets, "thinking", {"on": True})\n'
REFUSED = '            if account is None or not account.sits(*seats, study=named.get("study")):\n                '
RENDERED = "def rendered(message: dict[str, Any]) -> dict[str, Any]:\n"
GAP = '    message = {**message, "n": message["n"] + (message["role"] != "user")}\n'
COOKIE = "    if not secret:\n"
EVENTS = "from wizard.events import "
RELEASES = "            delay = max(delay, first - self.clock.since(sent))\n"

PLANTS = [
    Plant(
        "an event name",
        ((AUDIENCE, MESSAGE, MESSAGE + '                    broadcast(sockets, "operator_done", {})\n'),),
        TALK,
        "the protocol has no such event",
    ),
    Plant(
        "a header",
        (("wizard/web/security.py", "HEADERS = {\n", 'HEADERS = {\n    "X-Answered-By": "human",\n'),),
        WORDS,
        "the word “human”",
    ),
    Plant(
        "a class name",
        (("static/chat/view.js", 'class="thread"', 'class="thread agentWrites"'),),
        WORDS,
        "the word “agent”",
    ),
    Plant(
        "a gap in numbering",
        ((AUDIENCE, RENDERED, RENDERED + GAP),),
        TALK,
        "numbering",
        spoils=True,
    ),
    Plant(
        "a cookie",
        ((PAGE, COOKIE, '    response.set_cookie("desk_hint", "1")\n' + COOKIE),),
        WORDS,
        "the word “desk”",
    ),
    Plant(
        "a 403 for a 404",
        (("wizard/web/seats.py", REFUSED + "return not_found()", REFUSED + "return Response('', 403)"),),
        DOORS,
        "403",
    ),
    Plant(
        "dots on claim",
        (
            (AUDIENCE, EVENTS, EVENTS + "Claimed, "),
            (AUDIENCE, ENDED, DOTS_ON_CLAIM + ENDED),
        ),
        TALK,
        "“dots” came after “dots”",
    ),
    Plant(
        "an asset under a telling name",
        (
            ("static/chat/woz.css", NEW, "body { margin: 0 }\n"),
            ("templates/chat/index.html", "</head>", '<link rel="stylesheet" href="/static/chat/woz.css">\n</head>'),
        ),
        WORDS,
        "the word “woz”",
    ),
    Plant(
        "a timing that follows the keyboard",
        (
            (
                "wizard/live/pacing.py",
                RELEASES,
                RELEASES + "            delay += 0.2 * (exchange.reply.keystrokes or 0) / 5\n",
            ),
        ),
        TIMING,
        "timing from the send on",
    ),
    Plant(
        "an ETag with an author's id",
        (
            (
                PAGE,
                COOKIE,
                '    authors = curtain().reader.query("SELECT actor FROM study_versions")\n'
                '    response.set_etag(next(iter(authors))["actor"])\n' + COOKIE,
            ),
        ),
        WORDS,
        "an account's id",
    ),
    Plant(
        "a source map",
        (
            (
                "static/chat/times.js",
                "// Times as people say them.\n",
                f"// Times as people say them.\n//# sourceMappingURL=data:application/json;base64,{MAP}\n",
            ),
        ),
        WORDS,
        "source map",
    ),
    Plant(
        "a stray key in a payload",
        ((AUDIENCE, RENDERED, RENDERED + '    message = {**message, "via": "typed"}\n'),),
        TALK,
        "via: isn't known",
    ),
]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes copies of what runs; the packages stay where they are."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp("".join(each if each.isalnum() else "-" for each in name))
        for part in ("wizard", "static", "templates"):
            shutil.copytree(ROOT / part, folder / part)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        return folder

    return make


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with the demo study."""
    folder: Path = tmp_path_factory.mktemp("log") / "sessions"
    subprocess.run(
        [sys.executable, "-c", f"from wizard.web.app import prepare; from wizard.settings import Settings; "
         f"prepare(Settings(sessions={str(folder)!r}))"], cwd=ROOT, check=True,
    )  # fmt: skip
    return folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "plants" not in metafunc.fixturenames:
        return
    together: dict[tuple[str, ...], list[Plant]] = {}
    for plant in PLANTS:
        apart = metafunc.config.getoption("--long") or plant.spoils
        together.setdefault((plant.name,) if apart else plant.part, []).append(plant)
    names = [", ".join(plant.name for plant in plants) for plants in together.values()]
    metafunc.parametrize("plants", together.values(), ids=names)


def test_every_planted_leak_is_found(plants: list[Plant], copies: Callable[[str], Path], sessions: Path) -> None:
    tree = copies(plants[0].name)
    for file, old, new in (change for plant in plants for change in plant.changes):
        path = tree / file
        text = "" if old == NEW else path.read_text(encoding="utf-8")
        assert old in text, f"{file} has changed: plant this leak where it belongs now"
        path.write_text(new if old == NEW else text.replace(old, new, 1), encoding="utf-8")
    code, found = audited(sessions, "card-help", *plants[0].part, tree=tree)
    assert code == 1, found
    for plant in plants:
        assert [each for each in leaks(found) if plant.says in each], (plant.name, found)


def test_the_copy_without_a_plant_is_clean(copies: Callable[[str], Path], sessions: Path) -> None:
    code, found = audited(sessions, "card-help", *WORDS, *DOORS, tree=copies("control"))
    assert leaks(found) == []
    assert code == 0


def leaks(found: dict[str, Any]) -> list[str]:
    """What leaks, each in one line."""
    return [
        f"{each['what']}: {each['says']} [{each['where']}]" for each in found["findings"] if each["level"] == "leak"
    ]
