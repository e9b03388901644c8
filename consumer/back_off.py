"""How long to wait before each new try of something that failed."""

import random
from collections.abc import Iterator

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 10.0


def back_off(random_: random.Random) -> Iterator[float]:
    """Seconds to wait before each new try: doubling, with jitter, so that workers spread out.

    "Equal Jitter" of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
    """
    longest = FIRST_SECONDS
    while True:
        yield longest * random_.uniform(0.5, 1)
        longest = min(longest * 2, LONGEST_SECONDS)
