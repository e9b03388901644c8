"""A backlog in ten equal parts: how long the worker took for each, and what it held after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.bench.process_usage import ProcessUsage
from tools.bench.watch import BacklogWatch
from tools.emulator.server import Backlog

TENTHS = 10
_EXACT = 0.001
"""Seconds that are taken for the least that can be told apart."""


@dataclass(frozen=True, slots=True)
class Tenth:
    """What one part took."""

    events: int
    """Acknowledged in it; a batch is counted where it ends."""
    seconds: float
    cpu_seconds: float
    resident_bytes: int
    """At its end."""

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / max(self.seconds, _EXACT)

    @property
    def cpu_microseconds(self) -> float:
        """CPU of the worker's process, an event."""
        return 1e6 * self.cpu_seconds / max(self.events, 1)


def tenths(watch: BacklogWatch, usage: Callable[[], ProcessUsage]) -> Iterator[Tenth]:
    """Watch a backlog go, from its first delivery on.

    Args:
        watch: looks at the backlog, of which nothing is delivered yet.
        usage: asks what the worker's process has used.

    Raises:
        NoProgress: nothing moved for a minute.
    """
    left = sum(watch.first_delivery())
    started, used = watch.clock(), usage()
    for number in range(1, TENTHS + 1):
        before, left = left, sum(watch.until(_at_most(watch.events, number)))
        now, after = watch.clock(), usage()
        cpu_seconds = after.cpu_seconds - used.cpu_seconds
        yield Tenth(before - left, now - started, cpu_seconds, after.resident_bytes)
        started, used = now, after


def _at_most(events: int, number: int) -> Callable[[Backlog], bool]:
    """Whether so many tenths are acknowledged."""
    rest = events - events * number // TENTHS
    return lambda left: sum(left) <= rest
