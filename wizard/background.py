"""How work beside the app stands back: conversations come first."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress
from pathlib import Path

LAST_IN_LINE = 19
"""The niceness of what stands back: none is higher."""
IN_LINE = "CURTAIN_IN_LINE"
"""Where this is set, nothing stands back. The tests set it: side by side they leave no processor idle, and what stands
back behind all of them has hardly ever a turn.
"""
TURN_NANOSECONDS = 20_000_000
"""A long one. The kernel only looks up from a turn at its clock's next tick, up to 4 ms later, unless somebody wakes
who wants a shorter one, and that is everybody then.
"""
CALLS = {"x86_64": 314, "aarch64": 274}
"""The number of `sched_setattr(2)`, which the C library doesn't know by name."""


class Attributes(ctypes.Structure):
    """What `sched_setattr(2)` takes, `struct sched_attr` of Linux 3.14."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime", ctypes.c_uint64),
        ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    )


def stand_back(process: int = 0) -> None:
    """Have this process, or that one, give way at once to whoever else wants a processor, and leave the first one
    alone where there are two.

    What the system doesn't know of that is left out: Linux heeds the length of turns from 6.12 on.
    """
    if sys.platform != "linux" or IN_LINE in os.environ:
        return
    if os.getpriority(os.PRIO_PROCESS, process) == LAST_IN_LINE:
        return
    os.setpriority(os.PRIO_PROCESS, process, LAST_IN_LINE)
    if os.getsid(process) == (process or os.getpid()):
        with suppress(OSError):  # nice counts within a session, between two of them only this does
            Path(f"/proc/{process or os.getpid()}/autogroup").write_text(str(LAST_IN_LINE))
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process, others or [first])
    if call := CALLS.get(platform.machine()):
        turns = Attributes(ctypes.sizeof(Attributes), nice=LAST_IN_LINE, runtime=TURN_NANOSECONDS)
        ctypes.CDLL(None).syscall(call, process, ctypes.byref(turns), 0)
