"""The app as a process of its own, for tests that talk to it as its users do."""

from __future__ import annotations

import csv
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import engineio
import socketio
from pydantic import BaseModel, ValidationError

from tests.preloaded import Fork
from wizard.live.payloads import DOWN, UP
from wizard.live.payloads.parts import Done, Nothing, Refused
from wizard.session import Session
from wizard.store.database import reading
from wizard.store.log import read_session

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 20
PATIENCE_SECONDS = 60
"""What is worked out beside the app stands back: a busy machine may have little left for it."""
PLAIN = (sys.executable, "-m", "wizard")


@dataclass
class Server:
    """`python -m wizard serve` over a folder. Restarting keeps the folder and the port.

    With a `command` (`PLAIN`, or a tracer before it) it is a program started anew, else a fork of one that is loaded.
    """

    sessions: Path
    environ: dict[str, str] = field(default_factory=dict)
    port: int = 0
    command: tuple[str, ...] | None = None
    process: subprocess.Popen[str] | Fork | None = None
    url: str = ""
    invite: str = ""
    owner_link: str = ""
    started_in: float = 0.0
    output: list[str] = field(default_factory=list)

    def start(self) -> Server:
        began = time.monotonic()
        environ = {**os.environ, **self.environ, "PYTHONUNBUFFERED": "1"}
        arguments = ["--sessions", str(self.sessions), "serve", "--port", str(self.port)]
        if self.command is None:
            self.process = Fork(arguments, environ)
        else:
            self.process = subprocess.Popen(
                [*self.command, *arguments],
                cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self.process, ready), daemon=True).start()
        if not ready.wait(START_SECONDS) or self.process.poll() is not None:
            if self.process.poll() is None:
                self.kill()  # or it would come up beside whatever is tried next
            raise RuntimeError("the server didn't start:\n" + "".join(self.output))
        self.started_in = time.monotonic() - began
        return self

    def _listen(self, process: subprocess.Popen[str] | Fork, ready: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.output.append(line)
                if found := re.match(r"\s+Participants\s+(http://[^/]+:(\d+))/c/(\w+)", line):
                    self.url, self.port, self.invite = found[1], int(found[2]), found[3]
                if found := re.match(r"\s+You\s+(http\S+)", line):
                    self.owner_link = found[1]
                if "Stop with Ctrl-C" in line:
                    ready.set()
        ready.set()

    @property
    def participant_link(self) -> str:
        return f"{self.url}/c/{self.invite}"

    @property
    def database(self) -> Path:
        return self.sessions / "log.db"

    def kill(self) -> None:
        """SIGKILL: nothing gets the chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def restart(self) -> Server:
        self.stop()
        return self.start()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def seat(self, link: str | None = None) -> str:
        """Sign in by a one-time link, the owner's if none is given; the secret that the cookie holds."""
        visitor = Visitor(self.url)
        status, _ = visitor.get((link or self.owner_link).removeprefix(self.url))
        assert status == 200, status
        return visitor.cookies["seat"]

    def invite_person(self, owner: str, name: str, seat: str, study: str | None = None) -> str:
        """The one-time link for somebody, as an owner gets it from the People page: to one study, or to all."""
        visitor = Visitor(self.url, {"seat": owner})
        given = {"name": name, "seat": seat, **({"studies": study} if study else {})}
        _, page = visitor.post("/studio/people", given)
        found = re.search(rf"{re.escape(self.url)}/studio/in/[\w-]+", page)
        assert found, page
        return found[0]

    def participant(self, key: str) -> Client:
        return Client(self, "/chat", {"invite": self.invite, "key": key})

    def wizard(self, seat: str) -> Client:
        return Client(self, "/desk", {"key": seat})


def closed_up(page: str) -> str:
    """A page without the space around its tags, which is how its template is laid out."""
    return re.sub(r"\s*(<[^<>]*>)\s*", r"\1", page)


class Visitor:
    """A browser without scripts: keeps cookies, follows redirects."""

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._given = cookies or {}
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    @property
    def cookies(self) -> dict[str, str]:
        return {**self._given, **{each.name: each.value or "" for each in self.jar}}

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str | list[str]], **headers: str) -> tuple[int, str]:
        data = urllib.parse.urlencode(form, doseq=True).encode()
        return self.request("POST", path, data, {"Origin": self.url, **headers})

    def post_json(self, path: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is answered to a JSON object with one."""
        body, headers = json.dumps(given).encode(), {"Origin": self.url, "Content-Type": "application/json"}
        answer: dict[str, Any] = json.loads(self.request("POST", path, body, headers)[1])
        return answer

    def request(
        self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, data, method=method)
        for name, value in (headers or {}).items():
            request.add_header(name.replace("_", "-"), value)
        if self._given:
            request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self._given.items()))
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def kept(server: Server, session: str) -> Session:
    """A session as the log of that server has it on the disk."""
    with reading(server.sessions) as db:
        found = read_session(db, session)
    assert found is not None
    return found


def exported(server: Server, study: str, out: Path) -> tuple[list[dict[str, str]], list[list[dict[str, str]]]]:
    """What comes out of a study with nothing redacted: the rows of csv, and of openai each conversation's messages."""
    for format in ("csv", "openai"):
        words = ["--sessions", str(server.sessions), "export", study, "--to", format, "--out", str(out)]
        made = Fork([*words, "--no-redact"], dict(os.environ))
        with made.stdout as stdout:
            said = stdout.read()
        assert made.wait() == 0, said
    with (out / f"{study}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = (out / f"{study}.openai.jsonl").read_text(encoding="utf-8").splitlines()
    return rows, [json.loads(line)["messages"][1:] for line in lines]


def soon(holds: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether that comes to hold, looked at again and again for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


class InOrder(engineio.Client):
    """Hands over what comes in the order in which it came; the stock client gives each packet a thread of its own."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._hands_over = ThreadPoolExecutor(1)

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **how: Any) -> Any:
        if run_async:
            return self._hands_over.submit(super()._trigger_event, event, *args, **how)
        return super()._trigger_event(event, *args, **how)


class Socket(socketio.Client):
    """A client that hears one event after the other."""

    def _engineio_client_class(self) -> type[engineio.Client]:
        return InOrder


class Client:
    """A socket in one namespace. `heard` is every event that came down, as (name, payload).

    All that comes down is held against the schema that the docs print of it.
    """

    def __init__(
        self, server: Server, namespace: str, auth: Mapping[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.unlike: list[str] = []
        self._server, self._namespace, self._auth, self._headers = server, namespace, auth, headers or {}
        self._client = Socket(reconnection=False)
        self._client.on("*", self._hear, namespace=namespace)

    def _hear(self, event: str, payload: Any) -> None:
        self.heard.append((event, payload))
        self._hold(DOWN[self._namespace][event], event, payload)

    def _hold(self, schema: type[BaseModel], event: str, payload: Any) -> None:
        try:
            schema.model_validate_json(json.dumps(payload), strict=True)
        except ValidationError as error:
            self.unlike.append(f"{event}: {error}")

    def connect(self) -> Client:
        self._client.connect(
            self._server.url,
            headers=self._headers,
            namespaces=[self._namespace],
            auth=self._auth,
            transports=["websocket"],
            wait_timeout=10,
        )
        return self

    def call(self, event: str, payload: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.call(event, payload or {}, namespace=self._namespace, timeout=10)
        _, done = UP[self._namespace].get(event, (Nothing, Done))
        self._hold(done if answer["ok"] else Refused, event, answer)
        return answer

    def wait_for(self, event: str, seconds: float = 10.0, **like: Any) -> Any:
        """The payload of the first such event that came or comes, with these values in it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name, payload in list(self.heard):
                if name == event and all(payload.get(key) == value for key, value in like.items()):
                    return payload
            time.sleep(0.01)
        raise AssertionError(f"no {event} {json.dumps(like)} came; heard {self.heard}")

    def disconnect(self) -> None:
        self._client.disconnect()

    def __enter__(self) -> Client:
        return self.connect()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.disconnect()
        assert kind or not self.unlike, self.unlike


class Listening(Client):
    """A client that keeps all that comes down its line, answers included."""

    def connect(self) -> Listening:
        self.wire: list[str] = []
        transport = self._client.eio
        receive = transport._receive_packet

        def keep(packet: Any) -> Any:
            self.wire.append(str(packet.data))
            return receive(packet)

        transport._receive_packet = keep
        super().connect()
        return self
