"""Everything that reaches a participant's browser, recorded through the DevTools protocol."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as BrowserError

WORLD = "beside"
"""The page's scripts can't see what looks on from a world of its own."""
BY_CHANCE = "by chance"
"""The step of what doesn't happen in every play, and in no certain order: a stop that came too late."""
WATCHER = """
(() => {
  const seen = new Set();
  const note = (node) => {
    if (node.nodeType === 8) seen.add(JSON.stringify(["#comment", [["", node.data]]]));
    if (node.nodeType !== 1) return;
    seen.add(JSON.stringify([node.localName, [...node.attributes].map(({ name, value }) => [name, value]).sort()]));
    for (const child of node.childNodes) note(child);
  };
  const watch = (records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") note(target.cloneNode(false));
      addedNodes.forEach(note);
    }
  };
  new MutationObserver(watch).observe(document, { subtree: true, childList: true, attributes: true });
  globalThis.everSeen = () => `[${[...seen]}]`;
})()
"""
STORAGE = "JSON.stringify({local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie})"

Element = tuple[str, tuple[tuple[str, str], ...]]
"""A tag with its attributes; a comment is `#comment`."""


@dataclass(slots=True)
class Answered:
    """What came back for a request over HTTP. Headers are as sent, one line each."""

    url: str
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A text of a websocket. `step` is what the participant was doing, `at` a clock that only grows, in seconds."""

    step: str
    line: str
    down: bool
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Picture:
    """How the page stood after a step."""

    step: str
    title: str
    html: str
    heard: list[tuple[str, str]]


@dataclass(slots=True)
class Recording:
    """One play, as its participant's browser has it. `secrets` are opaque values that were made for them alone."""

    who: str
    answers: list[Answered] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    elements: set[Element] = field(default_factory=set)
    storage: dict[str, dict[str, str]] = field(default_factory=lambda: {"local": {}, "session": {}})
    cookies: list[dict[str, Any]] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    stuck: str = ""

    @property
    def secrets(self) -> list[str]:
        return [str(cookie["value"]) for cookie in self.cookies]

    def rename(self, step: str, name: str) -> None:
        """Call a step otherwise, once it turned out what it was."""
        self.frames = [replace(each, step=name) if each.step == step else each for each in self.frames]
        self.pictures = [replace(each, step=name) if each.step == step else each for each in self.pictures]


class Recorder:
    """Looks on while a page is used."""

    def __init__(self, who: str, page: Page, devtools: CDPSession) -> None:
        self.recording = Recording(who)
        self._page, self._devtools = page, devtools
        self._step = "opening"
        self._requests: dict[str, Answered] = {}
        self._headers: dict[str, dict[str, Any]] = {}
        self._whole: list[str] = []
        self._beside: int | None = None

    async def start(self) -> None:
        """Look on from now."""
        on = self._devtools.on
        on("Network.requestWillBeSent", self._asked)
        on("Network.responseReceived", self._answered)
        on("Network.responseReceivedExtraInfo", self._headers_came)
        on("Network.loadingFinished", lambda given: self._whole.append(given["requestId"]))
        on("Network.webSocketCreated", self._opened)
        on("Network.webSocketHandshakeResponseReceived", self._shook_hands)
        on("Network.webSocketFrameReceived", lambda given: self._frame(given, down=True))
        on("Network.webSocketFrameSent", lambda given: self._frame(given, down=False))
        on("Runtime.consoleAPICalled", self._said)
        on("Runtime.exceptionThrown", lambda given: self._console(json.dumps(given["exceptionDetails"])))
        on("Runtime.executionContextCreated", self._world_made)
        on("Log.entryAdded", lambda given: self._console(given["entry"]["text"]))
        for domain in ("Network", "Runtime", "Log", "Page", "Accessibility", "DOM"):
            await self._devtools.send(f"{domain}.enable")
        await self._devtools.send(
            "Page.addScriptToEvaluateOnNewDocument", {"source": WATCHER, "worldName": WORLD, "runImmediately": True}
        )

    def step(self, name: str) -> None:
        """What is recorded from now on belongs to this step."""
        self._step = name
        self.recording.steps.append(name)

    async def look(self) -> None:
        """Take in how the page stands, and what has come in whole. Has to be done before a page is left."""
        await self._take_bodies()
        await self._take_elements()
        heard = await self._devtools.send("Accessibility.getFullAXTree")
        nodes = [each for each in heard["nodes"] if not each.get("ignored")]
        self.recording.pictures.append(
            Picture(
                self._step,
                await self._page.title(),
                await self._page.content(),
                [(_value(each, "role"), _value(each, "name")) for each in nodes],
            )
        )
        stored = json.loads(await self._page.evaluate(STORAGE))
        for kind in ("local", "session"):
            self.recording.storage[kind].update(stored[kind])
        self.recording.cookies = [dict(each) for each in await self._page.context.cookies()]

    def _asked(self, given: dict[str, Any]) -> None:
        if "redirectResponse" in given:
            self._keep(given["requestId"], given["redirectResponse"])
        self._requests[given["requestId"]] = Answered(given["request"]["url"])

    def _opened(self, given: dict[str, Any]) -> None:
        self._requests[given["requestId"]] = Answered(given["url"])

    def _answered(self, given: dict[str, Any]) -> None:
        self._keep(given["requestId"], given["response"])

    def _keep(self, request: str, response: dict[str, Any]) -> None:
        answer = self._requests.setdefault(request, Answered(response["url"]))
        headers = self._headers.pop(request, None) or response
        answer.status = headers.get("statusCode", response["status"])
        answer.headers = _lines(headers["headers"])
        self.recording.answers.append(answer)

    def _headers_came(self, given: dict[str, Any]) -> None:
        """The headers as they were on the wire, cookies among them; they come before or after the rest."""
        answer = self._requests.get(given["requestId"])
        if answer is not None and answer.status:
            answer.status, answer.headers = given["statusCode"], _lines(given["headers"])
        else:
            self._headers[given["requestId"]] = given

    def _shook_hands(self, given: dict[str, Any]) -> None:
        answer = self._requests[given["requestId"]]
        answer.status, answer.headers = given["response"]["status"], _lines(given["response"]["headers"])
        self.recording.answers.append(answer)

    def _frame(self, given: dict[str, Any], *, down: bool) -> None:
        text = given["response"]["payloadData"]
        self.recording.frames.append(Frame(self._step, given["requestId"], down, text, monotonic()))

    def _said(self, given: dict[str, Any]) -> None:
        self._console(" ".join(str(each.get("value", each.get("description", ""))) for each in given["args"]))

    def _console(self, text: str) -> None:
        self.recording.console.append(text)

    def _world_made(self, given: dict[str, Any]) -> None:
        if given["context"]["name"] == WORLD:
            self._beside = given["context"]["id"]

    async def _take_bodies(self) -> None:
        whole, self._whole = self._whole, []
        for request in whole:
            answer = self._requests.get(request)
            if answer is None or answer.body is not None:
                continue
            with suppress(BrowserError):  # a redirect has none, and what was revalidated may have none
                got = await self._devtools.send("Network.getResponseBody", {"requestId": request})
                answer.body = base64.b64decode(got["body"]) if got["base64Encoded"] else got["body"].encode()

    async def _take_elements(self) -> None:
        given = {"expression": "everSeen()", "contextId": self._beside, "returnByValue": True}
        got = await self._devtools.send("Runtime.evaluate", given)
        for tag, attributes in json.loads(got["result"]["value"]):
            self.recording.elements.add((tag, tuple((name, value) for name, value in attributes)))


def _lines(headers: dict[str, str]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, values in headers.items() for value in values.split("\n")]


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))
