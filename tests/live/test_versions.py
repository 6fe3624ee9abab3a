"""What the model sees is changed in the middle of a run: conversations keep their version, and the report has both."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import served
from tests.judge.asked import asked
from tests.logged import import_rows
from tests.served import ROOT, Client, Server, Visitor, closed_up
from wizard.store.database import connect

STUDY = "study: asks\ntitle: Asks\nlabels: [{name: intent, options: [lost, charge, hours]}]\n"
NARROW = f"{STUDY}model_sees: {{history: 1}}\n"


def sees(desk: Client, session: str) -> int:
    """How many messages stand in that conversation's observation."""
    return len(desk.call("claim", {"session": session})["observation"]["messages"])


def waiting(desk: Client) -> dict[str, str]:
    return {each["alias"]: each["session"] for each in desk.call("inbox")["sessions"]}


def save(server: Server, owner: str, version: int, source: str) -> int:
    data = json.dumps({"study": "asks", "version": version, "source": source}).encode()
    headers = {"Content-Type": "application/json", "Origin": server.url}
    _, answer = Visitor(server.url, {"seat": owner}).request("POST", "/studio/studies/save", data, headers)
    return int(json.loads(answer)["version"])


def rows(first: int, many: int) -> list[str]:
    return [
        json.dumps({"session": f"v{first}-{each.session}", "messages": [{"role": "user", "content": each.message}],
                    "labels": each.answers})
        for each in asked(first + many)[first:]
    ]  # fmt: skip


def test_conversations_keep_their_version_and_the_report_compares_both(tmp_path: Path) -> None:
    with served(tmp_path, STUDY) as server:
        owner = server.seat()
        db = connect(server.sessions, lock_wait=5)
        import_rows(db, "asks", rows(0, 60), "old.jsonl")
        looked = Visitor(server.url, {"seat": owner})
        assert "Compare" not in looked.get("/studio/study/asks/versions")[1]  # there is but one
        with server.participant("who-came-before-it") as before, Client(server, "/desk", {"key": owner}) as desk:
            before.call("send", {"id": "a", "text": "one"})
            assert save(server, owner, 1, NARROW) == 2
            before.call("send", {"id": "b", "text": "two"})
            with server.participant("who-came-after-it") as after:
                for id in ("a", "b"):
                    after.call("send", {"id": id, "text": id})
                found = waiting(desk)
                assert [sees(desk, session) for _, session in sorted(found.items())] == [2, 1]
        import_rows(db, "asks", rows(60, 60), "new.jsonl")
        db.close()
        until = time.monotonic() + 120
        while "being worked out" in (page := looked.get("/studio/study/asks/versions?old=1&new=2")[1]):
            assert 'data-judging="/studio/report/asks/now"' in page  # by which it comes anew by itself
            assert time.monotonic() < until
            time.sleep(0.5)
        assert "Compare" in page
        assert "data-judging" not in page
        figures = page[page.index("Both in figures") : page.index("</table>", page.index("Both in figures"))]
        figures = closed_up(figures)
        row = dict(re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', figures, re.DOTALL))
        assert re.findall(r"<summary>(\d+)</summary>", row["Exchanges"]) == ["60", "60"]
        opened = set(re.findall(r'href="/studio#x/([^/]+)/1"', row["Exchanges"]))
        assert len(opened) == 120
        again = re.findall(r'href="/studio#x/([^/]+)/1"', row["… in which something was answered"])
        assert set(again) == opened
        assert re.findall(r"<td>(.*?)</td>", row["Seconds (median)"], re.DOTALL) == ["not enough", "not enough"]
        assert len(re.findall(r">\d+ \(\d+ to \d+, of 60\)</a>", row["A simple model is right, of 100"])) == 2
        command = [sys.executable, "-m", "wizard", "--sessions", str(server.sessions), "report", "asks", "--html"]
        subprocess.run([*command, str(tmp_path / "r.html")], cwd=ROOT, check=True, capture_output=True, timeout=120)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    table = page[page.index("Version by version") :]
    assert "Against the one before" in table
    assert [row in table for row in ('<th scope="row">1</th>', '<th scope="row">2</th>')] == [True, True]
