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


class BacklogWatch:
    """Looks at a backlog until something is reached, and gives up where nothing moves.

    Args:
        events: how many messages the backlog has.
        backlog: asks the server what is not acknowledged.
        pause: waits a moment between two looks, and raises where there is no point in waiting.
        clock: seconds.
    """

    def __init__(
        self,
        events: int,
        *,
        backlog: Callable[[], Backlog],
        pause: Callable[[], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.events = events
        self.clock = clock
        self._left = Backlog(events, 0)
        self._backlog = backlog
        self._pause = pause

    def until(self, reached: Callable[[Backlog], bool]) -> Backlog:
        """Look on until ``reached`` says yes; give what is left then.

        Raises:
            NoProgress: nothing moved for :data:`IDLE_SECONDS`.
        """
        moved_at = self.clock()
        while not reached(self._left):
            if self.clock() - moved_at > IDLE_SECONDS:
                raise NoProgress(
                    f"nothing moved for {IDLE_SECONDS:.0f} s: {self._left.outstanding} of "
                    f"{self.events} messages are held, {self._left.ready} were not delivered"
                )
            self._pause()
            before, self._left = self._left, self._backlog()
            moved_at = self.clock() if self._left != before else moved_at
        return self._left

    def first_delivery(self) -> Backlog:
        """Look on until a message is delivered; give what is left then."""
        return self.until(lambda left: left.ready < self.events)


def watched(
    watch: BacklogWatch,
    *,
    usage: Callable[[], ProcessUsage],
    database_cpu: Callable[[], float],
    begun: Callable[[Backlog], bool] | None = None,
) -> Measured:
    """Watch a consumer work through a backlog.

    Args:
        watch: looks at the backlog, of which nothing is delivered yet.
        usage: asks what the consumer's process has used; called at the start and at the end alone.
        database_cpu: seconds of CPU that the database has used; called as ``usage`` is.
        begun: whether the clock is to start; by default it does with the first delivery.

    Raises:
        NoProgress: nothing moved for :data:`IDLE_SECONDS`.
    """
    first = watch.until(begun) if begun else watch.first_delivery()
    started, used, served = watch.clock(), usage(), database_cpu()
    watch.until(lambda left: sum(left) == 0)
    seconds, after, served_after = watch.clock() - started, usage(), database_cpu()
    return Measured(
        events=max(1, sum(first)),
        seconds=seconds,
        cpu_seconds=after.cpu_seconds - used.cpu_seconds,
        database_cpu_seconds=served_after - served,
        peak_bytes=after.peak_bytes,
    )
