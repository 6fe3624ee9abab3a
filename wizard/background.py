"""How work beside the app stands back: conversations come first."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

LAST_IN_LINE = 19
TURN_NANOSECONDS = 100_000
"""The shortest that the kernel takes. Until a turn ends it lets nobody in, however far ahead in line, and a turn
is 1.4 ms otherwise, or twice that on many processors: as long as a message takes.
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
    """Have this process, or that one, take a processor only for moments, and last, and leave the first one alone where
    there are two. What the system doesn't know of that is left out: Linux takes shorter turns from 6.12 on.
    """
    if sys.platform != "linux" or os.getpriority(os.PRIO_PROCESS, process) == LAST_IN_LINE:
        return
    os.setpriority(os.PRIO_PROCESS, process, LAST_IN_LINE)
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process, others or [first])
    if call := CALLS.get(platform.machine()):
        turns = Attributes(ctypes.sizeof(Attributes), nice=LAST_IN_LINE, runtime=TURN_NANOSECONDS)
        ctypes.CDLL(None).syscall(call, process, ctypes.byref(turns), 0)
