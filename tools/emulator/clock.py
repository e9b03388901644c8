"""Time, as the rules see it: whole nanoseconds since the epoch, from a clock that is passed in."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives the time now, in nanoseconds since the epoch (UTC)."""

MICROSECOND = 1_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

system_clock: Clock = time.time_ns
