"""The clock: from the first message that a consumer is given to the last that it acknowledges."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.process_usage import ProcessUsage
from tools.emulator.server import Backlog
from tools.errors import BadInput

IDLE_SECONDS = 60.0
"""How long a consumer may take to its first message, and then from one ack to the next."""
_EXACT = 0.001
"""Seconds that are taken for the least that can be told apart."""


class NoProgress(BadInput):
    """A consumer neither receives nor acknowledges, or loses messages."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a consumer took."""

    events: int
    """Acknowledged between the two moments."""
    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float
    """Of the database's server, all its sessions together."""
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / max(self.seconds, _EXACT)

    @property
    def cpu_microseconds(self) -> float:
        """CPU of the consumer's process, an event."""
        return 1e6 * self.cpu_seconds / self.events

    @property
    def database_microseconds(self) -> float:
        """CPU of the database's server, an event."""
        return 1e6 * self.database_cpu_seconds / self.events


def watched(
    events: int,
    *,
    backlog: Callable[[], Backlog],
    usage: Callable[[], ProcessUsage],
    database_cpu: Callable[[], float],
    pause: Callable[[], None],
    clock: Callable[[], float] = time.perf_counter,
) -> Measured:
    """Watch a consumer work through a backlog.

    Args:
        events: how many messages the backlog has.
        backlog: asks the server what is not acknowledged.
        usage: asks what the consumer's process has used; called at the start and at the end alone.
        database_cpu: seconds of CPU that the database has used; called as ``usage`` is.
        pause: waits a moment between two looks, and raises where there is no point in waiting.
        clock: seconds.

    Raises:
        NoProgress: nothing moved for :data:`IDLE_SECONDS`.
    """

    def until(reached: Callable[[Backlog], bool], left: Backlog) -> Backlog:
        moved_at = clock()
        while not reached(left):
            if clock() - moved_at > IDLE_SECONDS:
                raise NoProgress(
                    f"nothing moved for {IDLE_SECONDS:.0f} s: {left.outstanding} of {events} "
                    f"messages are held, {left.ready} were not delivered"
                )
            pause()
            before, left = left, backlog()
            moved_at = clock() if left != before else moved_at
        return left

    first = until(lambda left: left.ready < events, Backlog(events, 0))
    started, used, served = clock(), usage(), database_cpu()
    until(lambda left: sum(left) == 0, first)
    seconds, after, served_after = clock() - started, usage(), database_cpu()
    return Measured(
        events=max(1, sum(first)),
        seconds=seconds,
        cpu_seconds=after.cpu_seconds - used.cpu_seconds,
        database_cpu_seconds=served_after - served,
        peak_bytes=after.peak_bytes,
    )
