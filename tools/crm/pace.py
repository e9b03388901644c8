"""Things one after another at a steady rate."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def paced(
    items: Iterable[T],
    rate: float | None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[T]:
    """Give item k not before k / ``rate`` seconds after the first.

    Whoever takes them late is given the next ones at once until the rate is reached again.

    Args:
        items: what to give.
        rate: items a second; None for no limit.
        clock: seconds that never go back.
        sleep: waits so many seconds.
    """
    if rate is None:
        yield from items
        return
    start = clock()
    for number, item in enumerate(items):
        ahead = start + number / rate - clock()
        if ahead > 0:
            sleep(ahead)
        yield item
