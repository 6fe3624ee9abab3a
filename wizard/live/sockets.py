"""Sockets and their events: who is let in, what may be sent, how fast, and that everything is answered."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

import socketio
from pydantic import ValidationError
from pydantic_core import to_json

from wizard import loop
from wizard.language import catalogue
from wizard.live import wire
from wizard.live.limits import Bucket
from wizard.live.payloads import UP
from wizard.live.payloads.parts import Nothing, Payload
from wizard.reply import BadReply
from wizard.schema_errors import in_plain_words
from wizard.session import NotAllowed
from wizard.settings import Settings
from wizard.store.database import LogUnavailable
from wizard.study import ENGLISH

Who = TypeVar("Who")
P = TypeVar("P", bound=Payload)
Answer = dict[str, Any]

REFUSED = "Unable to connect"
"""What python-socketio says of a namespace that isn't there; a refusal says the same."""
NOT_SAVED = "It can't be saved right now. Try again in a moment."
TELL_WHY_EVERY_SECONDS = 5.0

log = logging.getLogger("wizard.wire")


@dataclass(eq=False, slots=True)
class Connection(Generic[Who]):
    """One socket of somebody, in one namespace. `who` comes from the token, never from a payload; `language` is what
    refusals are said in.
    """

    server: socketio.Server
    sid: str
    eio_sid: str
    namespace: str
    who: Who
    bucket: Bucket
    language: str = ENGLISH

    def send(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event down this socket; nothing happens if it is gone."""
        wire.send(self.server, self.eio_sid, self.namespace, event, dict(payload))

    def close(self) -> None:
        """Disconnect this socket."""
        self.server.disconnect(self.sid, namespace=self.namespace)


@dataclass(frozen=True, slots=True)
class On(Generic[Who, P]):
    """An event that a namespace takes: the schema of its payload, and what answers it."""

    payload: type[P]
    answer: Callable[[Connection[Who], P], Answer]


def answered_by(seat: Any, *parts: Any) -> dict[str, On[Any, Any]]:
    """Every event of this seat's namespace, answered by its method of that name, or by one of its parts'."""

    def method(name: str) -> Callable[..., Answer]:
        owner = next(each for each in (seat, *parts) if hasattr(type(each), name))
        return getattr(owner, name)  # type: ignore[no-any-return]

    return {name: On(payload, method(name)) for name, (payload, _) in UP[seat.namespace].items()}


class Seat(Protocol[Who]):
    """A namespace: who gets in, and what they may send."""

    namespace: str

    @property
    def events(self) -> Mapping[str, On[Any, Any]]: ...
    def admit(self, environ: Mapping[str, Any], auth: Any) -> Who | None: ...
    def speaks(self, environ: Mapping[str, Any]) -> str: ...
    def entered(self, connection: Connection[Who]) -> None: ...
    def left(self, connection: Connection[Who]) -> None: ...


@dataclass
class Sockets:
    """All connections of this process, and the rules that hold for every one of them."""

    server: socketio.Server
    settings: Settings
    seats: dict[str, Seat[Any]] = field(default_factory=dict)
    connections: dict[str, Connection[Any]] = field(default_factory=dict)
    told_why_at: float = -math.inf

    def __post_init__(self) -> None:
        wire.install(self.server, self._receive)
        self.server.on("connect", self._refuse, namespace="*")

    def add(self, seat: Seat[Any]) -> None:
        """Open this seat's namespace."""
        self.seats[seat.namespace] = seat
        self.server.on("connect", self._connect(seat), namespace=seat.namespace)
        self.server.on("disconnect", self._disconnect(seat), namespace=seat.namespace)

    def _connect(self, seat: Seat[Any]) -> Callable[..., None]:
        def connect(sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
            try:
                who = seat.admit(environ, auth)
            except LogUnavailable as error:
                self._log_why(str(error))
                who = None
            if who is None:
                self._refuse()
            eio_sid = self.server.manager.eio_sid_from_sid(sid, seat.namespace)
            bucket = Bucket(self.settings.messages_per_second, self.settings.message_burst)
            language = seat.speaks(environ)
            connection = Connection(self.server, sid, eio_sid, seat.namespace, who, bucket, language)
            self.connections[sid] = connection
            loop.spawn(enter, connection)

        def enter(connection: Connection[Any]) -> None:
            """In the loop's next turn: only then is the socket told that it is connected."""
            if connection.sid in self.connections:
                seat.entered(connection)

        return connect

    def _disconnect(self, seat: Seat[Any]) -> Callable[..., None]:
        def disconnect(sid: str, reason: Any = None) -> None:
            connection = self.connections.pop(sid, None)
            if connection is not None:
                seat.left(connection)

        return disconnect

    def _log_why(self, reason: str) -> None:
        """Tell whoever runs this why nothing can be saved: not the client, and not for every message."""
        at = monotonic()
        if at - self.told_why_at > TELL_WHY_EVERY_SECONDS:
            self.told_why_at = at
            log.error("nothing can be saved: %s", reason)

    @staticmethod
    def _refuse(*_: Any) -> None:
        raise socketio.exceptions.ConnectionRefusedError(REFUSED)

    def _receive(self, sid: str, namespace: str, data: Any) -> Answer:
        """The answer to one event. Whatever is in it, there is one."""
        connection = self.connections.get(sid)
        if connection is None:
            return refusal("closed", "This connection is closed.")
        answer = self._answer(connection, namespace, data)
        if connection.language != ENGLISH and not answer["ok"]:
            error = answer["error"]
            return refusal(
                error["code"], catalogue("studio", connection.language).say(error["message"]), retry=error["retry"]
            )
        return answer

    def _answer(self, connection: Connection[Any], namespace: str, data: Any) -> Answer:
        if data is wire.NOT_JSON:
            return refusal("invalid", "An event is a JSON list: its name, then one object.")
        if not isinstance(data, list) or not data or len(data) > 2 or not isinstance(data[0], str):
            log.warning("bad frame: an event is a list of its name and one object")
            return refusal("invalid", "An event is a JSON list: its name, then one object.")
        if not connection.bucket.take():
            return refusal("slow_down", "Too many messages at once. Wait a moment and try again.", retry=True)
        on = self.seats[namespace].events.get(data[0])
        if on is None:
            log.warning("bad frame: unknown event on %s", namespace)
            return refusal(
                "unknown_event", f"There is no such event here; there is: {', '.join(self.seats[namespace].events)}."
            )
        try:
            payload = on.payload.model_validate(_given(on, data))
            return on.answer(connection, payload)
        except ValidationError as error:
            log.warning("bad frame: %s %s", data[0], first_problem(error))
            return refusal("invalid", first_problem(error))
        except BadReply as error:
            return refusal("invalid", str(error))
        except NotAllowed as error:
            return refusal(error.code, str(error))
        except LogUnavailable as error:
            self._log_why(str(error))
            return refusal("unavailable", NOT_SAVED, retry=True)
        except Exception:
            log.exception("an event failed: %s on %s", data[0], namespace)
            return refusal("internal", "Something went wrong here; it was not saved. Try again.", retry=True)


def _given(on: On[Any, Any], data: list[Any]) -> Any:
    if len(data) == 2:
        return data[1] if data[1] is not None or not issubclass(on.payload, Nothing) else {}
    return {}


def refusal(code: str, message: str, *, retry: bool = False) -> Answer:
    """The one shape of an error. With `retry`, the same thing may be sent again with the same id."""
    return {"ok": False, "error": {"code": code, "message": message, "retry": retry}}


def first_problem(error: ValidationError) -> str:
    """The first thing that a schema found wrong, as `text: is empty`."""
    problem = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(wire.one_line(step) for step in problem["loc"]) or "payload"
    return f"{where}: {in_plain_words(problem)}"


def broadcast(connections: Iterable[Connection[Any]], event: str, payload: Mapping[str, Any]) -> None:
    """Send the same event down all of these."""
    for connection in list(connections):
        connection.send(event, payload)


class StrictJson:
    """JSON as this program takes it from sockets: no NaN, and deep nesting is an error like any other."""

    @staticmethod
    def loads(text: str) -> Any:
        """The value; ValueError for anything that isn't JSON."""
        try:
            return _decode(text)
        except RecursionError:
            raise ValueError("nested too deep") from None

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Compact JSON."""
        return to_json(value).decode()


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} isn't JSON")


_decode = json.JSONDecoder(parse_constant=_no_constant).decode
