"""What another process has used, as Linux says it under /proc ("proc(5)")."""

import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.errors import BadInput

_OWN, _WITH_ENDED_CHILDREN = slice(11, 13), slice(11, 15)
"""Fields of ``stat`` after the program's name: user and system time, and the same of children."""


class UsageUnknown(BadInput):
    """The system does not say it, or the process has ended."""


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """What a process has used since its start."""

    cpu_seconds: float
    """Of all its threads, in the program and in the kernel; counted in hundredths as a rule."""
    peak_bytes: int
    """The most that was resident at once."""
    resident_bytes: int
    """What is resident now."""


def require_proc() -> None:
    """Check that this system has what is read here.

    Raises:
        UsageUnknown: it has not.
    """
    if not sys.platform.startswith("linux"):
        raise UsageUnknown("CPU and memory of a process are read under /proc: run this on Linux")


def only_child(parent: int) -> int:
    """Give the process that is a process' only child.

    Raises:
        UsageUnknown: it has none, or several.
    """
    try:
        [child] = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return int(child)
    except (OSError, ValueError):
        raise UsageUnknown(f"process {parent} has ended, or has not one child") from None


def usage_of(process: int) -> ProcessUsage:
    """Ask what a process has used so far.

    Raises:
        UsageUnknown: it has ended.
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        raise UsageUnknown(f"process {process} has ended") from None
    memory = dict(re.findall(r"^(VmHWM|VmRSS):\s+(\d+) kB$", status, re.MULTILINE))
    if not memory:
        raise UsageUnknown(f"process {process} has ended")
    return ProcessUsage(
        cpu_seconds=_seconds(stat, _OWN),
        peak_bytes=int(memory["VmHWM"]) * 1024,
        resident_bytes=int(memory["VmRSS"]) * 1024,
    )


def family_cpu_seconds(parent: int) -> float:
    """Give the CPU of a process and its children, those included that have ended.

    So the time of a server that serves each session by a child of its own, as PostgreSQL does.

    Raises:
        UsageUnknown: the parent has ended.
    """
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        own = Path(f"/proc/{parent}/stat").read_text()
    except OSError:
        raise UsageUnknown(f"process {parent} has ended") from None
    living = 0.0
    for child in children:
        with suppress(OSError):  # it has ended meanwhile; the parent has its time from now on
            living += _seconds(Path(f"/proc/{child}/stat").read_text(), _OWN)
    return living + _seconds(own, _WITH_ENDED_CHILDREN)


def _seconds(stat: str, fields: slice) -> float:
    ticks = stat.rpartition(")")[2].split()[fields]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
