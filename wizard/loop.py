"""The event loop: start work on it, wait on it, cross over to it from a native thread, serve on it.

The only module that imports eventlet. Nothing is monkey-patched: what blocks (the disk) runs
on native threads of its own, and everything else is a greenlet that gives way while it waits.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import signal
import socket
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, Generic, TypeVar

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # no names are looked up here, and it takes 0.2 s to load
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that eventlet is in bug-fix mode is known, and said in docs/decisions
    import eventlet
    import eventlet.debug
    import eventlet.wsgi
    from eventlet import getcurrent, hubs, patcher, tpool
    from eventlet.semaphore import Semaphore as Lock
    from eventlet.websocket import RFC6455WebSocket as WebSocket

from wizard.background import LAST_IN_LINE

atexit.unregister(tpool.killall)  # who stops the program doesn't wait for what is read apart just then

__all__ = [
    "Bridge",
    "Lock",
    "Result",
    "WebSocket",
    "by_turns",
    "in_thread",
    "later",
    "listen",
    "native_thread",
    "serve",
    "side_by_side",
    "sleep",
    "spawn",
    "stop_by_signal",
]

T = TypeVar("T")
One = TypeVar("One")

sleep = eventlet.sleep

BACKLOG = 1024
DRAIN_BYTES = 4096
TURN_SECONDS = 0.01
LAST_SECONDS = 2.0
"""How long a request may still take when the server is told to stop."""
REQUEST_SECONDS = 60
"""How long a client may take over a request before it loses its place."""

log = logging.getLogger("wizard")


def spawn(work: Callable[..., Any], *given: Any) -> None:
    """Start `work` on the loop. What it raises is logged, for nobody waits for it."""
    later(0, work, *given)


def later(seconds: float, work: Callable[..., Any], *given: Any) -> None:
    """Start `work` on the loop after so many seconds. What it raises is logged."""
    eventlet.spawn_after(seconds, _logged, work, *given)


def _logged(work: Callable[..., Any], *given: Any) -> None:
    try:
        work(*given)
    except Exception:
        log.exception("background work failed: %s", getattr(work, "__qualname__", work))


def side_by_side(work: Callable[[One], T], those: Iterable[One], most: int) -> list[T]:
    """What `work` returns for each of those, with so many of them on the way at once: they share what they wait for."""
    return list(eventlet.GreenPool(most).imap(work, those))


def by_turns(those: Iterable[One], seconds: float = TURN_SECONDS) -> Iterator[One]:
    """Each of those; where it takes longer than so many seconds, others have their turn in between."""
    turn_ends = monotonic() + seconds
    for each in those:
        if monotonic() > turn_ends:
            sleep(0)
            turn_ends = monotonic() + seconds
        yield each


def in_thread(work: Callable[..., T], *given: Any) -> T:
    """Run `work` on a native thread while the loop goes on, and return what it returns."""
    result: T = tpool.execute(work, *given)
    return result


def native_thread(work: Callable[[], None], name: str, *, stand_back: bool = False) -> Any:
    """Start `work` on a native thread that ends with the process, whether or not threading is patched.

    Where the system can, one that stands back has the processor only when nobody else wants it. It must hold no
    lock that others wait for.
    """
    threads = patcher.original("threading")

    def standing_back() -> None:
        if sys.platform == "linux":  # elsewhere niceness is the whole process'
            os.setpriority(os.PRIO_PROCESS, threads.get_native_id(), LAST_IN_LINE)
        work()

    thread = threads.Thread(target=standing_back if stand_back else work, name=name, daemon=True)
    thread.start()
    return thread


class Result(Generic[T]):
    """Something that one greenlet waits for. Set it on the loop, once."""

    def __init__(self) -> None:
        self._there = False
        self._value: Any = None
        self._error: BaseException | None = None
        self._waiter: Any = None

    def wait(self) -> T:
        """What was set; what failed is raised here."""
        if not self._there:
            self._waiter = getcurrent()
            try:
                hubs.get_hub().switch()
            finally:
                self._waiter = None
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[no-any-return]

    def set(self, value: T) -> None:
        """Let the waiter have this."""
        self._value = value
        self._wake()

    def fail(self, error: BaseException) -> None:
        """Let this be raised where it is waited for."""
        self._error = error
        self._wake()

    def _wake(self) -> None:
        """Let the waiter go on. Called by the loop itself, as over a `Bridge`, that is at once, without the
        timer and the turn of the loop that eventlet's own event takes: the waiter comes back here to wait."""
        self._there = True
        hub = hubs.get_hub()
        if self._waiter is None:
            return
        if getcurrent() is hub.greenlet:
            _logged(self._waiter.switch)  # what a waiter dies of is not for the others that are set after it
        else:
            hub.schedule_call_global(0, self._waiter.switch)


def stop_by_signal(first: Callable[[], None]) -> None:
    """Let Ctrl-C and the system's wish to stop do this `first`, and then end `serve`, which is called next, with
    KeyboardInterrupt.

    Left alone, Python raises it in whatever runs at that moment, and the socket libraries' `except:` swallow it.
    """
    main, bridge = getcurrent(), Bridge()

    def stop(*_: object) -> None:
        bridge.call(first)
        bridge.call(lambda: main.throw(KeyboardInterrupt))

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


class Bridge:
    """Lets native threads hand calls to the loop, in order. The loop itself makes them, so they can't wait.

    A socket pair wakes the loop. It reads, then clears the flag, then drains the calls; in any other
    order a call that arrives in between would sleep until the next one.
    """

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._awake = False
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        hub = hubs.get_hub()
        hub.add(hub.READ, self._reader.fileno(), self._carry, self._carry, None)

    def call(self, work: Callable[[], None]) -> None:
        """Run `work` on the loop soon. For native threads."""
        self._calls.append(work)
        if not self._awake:
            self._awake = True
            with suppress(BlockingIOError):  # the pair is full of earlier wake-ups, which will do
                self._writer.send(b"!")

    def _carry(self, _: object) -> None:
        self._reader.recv(DRAIN_BYTES)
        self._awake = False
        while self._calls:
            _logged(self._calls.popleft())


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that nobody else listens on. TCP_NODELAY: without it small frames wait 40 ms for an
    acknowledgement. eventlet would share the port with whoever asks in the same way, and the kernel deal the
    connections out between the two.

    Raises:
        OSError: the address is taken or isn't this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = eventlet.listen((host, port), family=family, backlog=BACKLOG, reuse_port=False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener  # type: ignore[no-any-return]


def serve(listener: socket.socket, app: Callable[..., Any], *, max_sockets: int) -> None:
    """Serve a WSGI app until the process is told to stop.

    The collector is told that what stands after start-up stays: its full passes over it were pauses of
    39 ms at 200 sockets.
    """
    raise_file_limit(max_sockets)
    sys.setswitchinterval(0.001)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    eventlet.debug.hub_exceptions(False)  # a hung-up client is no news; spawn() logs what is
    eventlet.wsgi.server(
        listener,
        app,
        protocol=TerseHttp,
        custom_pool=Requests(max_sockets),
        log_output=False,
        debug=False,
        keepalive=75,
        socket_timeout=REQUEST_SECONDS,
        url_length_limit=8192,
    )


class Requests(eventlet.GreenPool):  # type: ignore[misc]
    """What is being answered. Whoever stops the server waits for that, but not for long."""

    def waitall(self) -> None:
        """Wait for all of them, or until some have had enough time."""
        with eventlet.Timeout(LAST_SECONDS, exception=False):
            super().waitall()


class TerseHttp(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
    """What isn't a request gets a 400, and a short line in the log; the default repeats it whole in both."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what couldn't be read as a request."""
        log.warning("bad request: not HTTP/1.1")
        self.wfile.write(b"HTTP/1.0 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        self.close_connection = True


def raise_file_limit(wanted: int) -> None:
    """As many open files as there may be sockets, as far as the system lets this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = wanted + 200
    if soft < room:
        resource.setrlimit(resource.RLIMIT_NOFILE, (room if hard == resource.RLIM_INFINITY else min(room, hard), hard))
