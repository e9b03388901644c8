"""Things one after another at a steady rate."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Pace:
    """Lets things pass at a rate; whoever is late is let pass until the rate is reached again."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Begin with the first thing that comes.

        Args:
            rate: things a second; None for no limit.
            clock: seconds that never go back.
            sleep: waits so many seconds.
        """
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._start: float | None = None
        self._passed = 0

    def wait(self) -> None:
        """Wait until the next thing may pass: thing k not before k / rate after the first."""
        if self._rate is None:
            return
        if self._start is None:
            self._start = self._clock()
        ahead = self._start + self._passed / self._rate - self._clock()
        if ahead > 0:
            self._sleep(ahead)
        self._passed += 1


def paced(
    items: Iterable[T],
    rate: float | None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[T]:
    """Give items as :class:`Pace` lets them pass."""
    pace = Pace(rate, clock=clock, sleep=sleep)
    for item in items:
        pace.wait()
        yield item
