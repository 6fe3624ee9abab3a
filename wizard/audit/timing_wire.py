"""Many lean sockets on one thread, which takes the time of whatever comes the moment it is there.

`simulate`'s actors have three threads each; so many of them would be what is measured.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import websocket

from wizard.simulate.play import ANSWER_SECONDS, Stuck

Hear = Callable[[str, dict[str, Any], float], None]


class Wire:
    """A socket in one namespace. `hear`, if given, is called with whatever comes down: the event, its payload, when."""

    def __init__(self, url: str, namespace: str, auth: dict[str, str], hear: Hear | None = None) -> None:
        self._namespace, self._hear = namespace, hear
        self._calls: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._socket = websocket.create_connection(
            f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket",
            timeout=ANSWER_SECONDS,
            sockopt=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),
            skip_utf8_validation=True,
        )
        self._socket.send(f"40{namespace},{json.dumps(auth)}")
        while not (text := str(self._socket.recv())).startswith("40"):
            if text.startswith("44"):
                raise Stuck(f"{namespace} lets nobody in")
        asyncio.get_running_loop().add_reader(self._socket, self._arrived)

    async def call(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send, and return the acknowledgement.

        Raises:
            Stuck: none came.
        """
        number = str(len(self._calls))
        self._calls[number] = answer = asyncio.get_running_loop().create_future()
        try:
            self._socket.send(f"42{self._namespace},{number}{json.dumps([event, payload])}")
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except (TimeoutError, websocket.WebSocketException, OSError):
            raise Stuck(f"{event} was never acknowledged") from None

    def close(self) -> None:
        if self._socket.sock is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close(timeout=0)

    def _arrived(self) -> None:
        at = time.time()
        try:
            text = str(self._socket.recv())
        except (websocket.WebSocketException, OSError):
            self.close()  # whoever waits for something is told that it never came
            return
        if text == "2":
            self._socket.send("3")
            return
        head, _, body = text.partition(",")
        if head == f"43{self._namespace}":
            number, _, values = body.partition("[")
            if not (answer := self._calls[number]).done():  # else it came too late for whoever had called
                answer.set_result(json.loads(f"[{values}")[0])
        elif self._hear and head == f"42{self._namespace}":
            event, payload = json.loads(body)
            self._hear(event, payload, at)
