"""When workers are done with their events: a moment after the last ack they have counted them."""

import time
from collections.abc import Callable, Sequence

from tools.demo.worker_process import counts_of
from tools.errors import BadInput

COUNT_SECONDS = 10.0
"""How long workers may take to count what they have acknowledged."""


class WrongResult(BadInput):
    """A consumer did not do the job, so that its figures say nothing."""


def pages_once_settled(
    metrics: Sequence[Callable[[], str]], events: int, pause: Callable[[], None]
) -> list[str]:
    """Give each worker's page of metrics, once all together have counted so many events.

    Args:
        metrics: asks each of the workers for its page.
        events: how many they have received since their start.
        pause: waits a moment between two looks, and raises where there is no point in waiting.

    Raises:
        WrongResult: events were given back, or some acknowledged twice.
    """
    deadline = time.monotonic() + COUNT_SECONDS
    while True:
        pages = [ask() for ask in metrics]
        counts = [counts_of(page) for page in pages]
        settled = sum(one.settled for one in counts)
        if settled >= events or time.monotonic() > deadline:
            break
        pause()
    if settled != events or any(one.retried or one.already_settled for one in counts):
        raise WrongResult(f"of {events} events the workers count {', '.join(map(str, counts))}")
    return pages
