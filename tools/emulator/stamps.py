"""Numbers and publish times of messages."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from tools.emulator.clock import MICROSECOND, Clock


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the server adds to a message when it is published; time in nanoseconds."""

    number: int
    publish_time: int


class Stamps:
    """The source of message numbers and publish times.

    Numbers begin at the clock's microseconds, so that no id comes twice even where the emulator
    was started anew and a database still remembers the old ids.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(clock() // MICROSECOND)
        self._last_publish_time = 0

    def number(self) -> int:
        """Give a number that was never given before."""
        return next(self._numbers)

    def take(self, count: int) -> Iterator[Stamp]:
        """Number ``count`` messages and give them a time, never an earlier one than before.

        The time is whole microseconds, which is what Python's datetime can carry to a seek.
        """
        now = self._clock()
        self._last_publish_time = max(now - now % MICROSECOND, self._last_publish_time)
        for _ in range(count):
            yield Stamp(next(self._numbers), self._last_publish_time)
