"""Asked to stop: from then on nothing new is taken, and what is held has until a deadline."""

import signal
from collections.abc import Callable
from types import FrameType


class StopSignal:
    """Set once, from a signal handler or any thread, and read everywhere.

    It is one plain attribute, without a lock, because a signal handler may run while its own
    thread holds one.
    """

    def __init__(self, *, drain_seconds: float, clock: Callable[[], float]) -> None:
        self._drain_seconds = drain_seconds
        self._clock = clock
        self._requested_at: float | None = None

    def request(self) -> None:
        """Ask to stop; asking again changes nothing."""
        if self._requested_at is None:
            self._requested_at = self._clock()

    @property
    def requested(self) -> bool:
        """Whether somebody asked."""
        return self._requested_at is not None

    @property
    def expired(self) -> bool:
        """Whether the time to finish is over: what is still held is to be given back."""
        at = self._requested_at
        return at is not None and self._clock() - at >= self._drain_seconds


def stop_on_signals(stop: StopSignal) -> None:
    """SIGTERM is Kubernetes', SIGINT is Ctrl-C; as process 1 neither has a default."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.request()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
