"""Where the streams put deliveries, and where the worker takes them as batches."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection

from consumer.subscriber.delivery import Delivery


class Inbox:
    """A queue that many streams fill and one reader empties, a batch at a time.

    A batch ends at ``max_events`` or before it exceeds ``max_bytes`` (a larger message is a batch
    of its own). One that is not full is given once ``linger`` seconds are over since the batch
    before it was given: so what comes after a pause, such as a lone event, never waits, and under
    load batches do not become many and small.
    """

    def __init__(
        self,
        *,
        max_events: int,
        max_bytes: int,
        linger: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._linger = linger
        self._clock = clock
        self._waiting: deque[Delivery] = deque()
        self._bytes = 0
        self._given_at = -linger
        self._changed = threading.Condition()

    def put(self, deliveries: Collection[Delivery]) -> None:
        """Add deliveries; any thread."""
        with self._changed:
            was_empty = not self._waiting
            self._waiting.extend(deliveries)
            self._bytes += sum(each.size for each in deliveries)
            if was_empty or self._fills_a_batch():
                self._changed.notify()

    def remove(self, gone: Collection[Delivery]) -> None:
        """Forget those of these deliveries that wait here; any thread."""
        with self._changed:
            self._waiting = deque(each for each in self._waiting if each not in gone)
            self._bytes = sum(each.size for each in self._waiting)

    def take(self, timeout: float) -> list[Delivery]:
        """Give the next batch; empty when nothing came in ``timeout`` seconds. One reader only."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._waiting), timeout):
                return []
            lingering = self._given_at + self._linger - self._clock()
            if lingering > 0:
                self._changed.wait_for(self._fills_a_batch, lingering)
            self._given_at = self._clock()
            return self._next_batch()

    def _fills_a_batch(self) -> bool:
        return len(self._waiting) >= self._max_events or self._bytes >= self._max_bytes

    def _next_batch(self) -> list[Delivery]:
        batch: list[Delivery] = []
        size = 0
        while self._waiting and len(batch) < self._max_events:
            size += self._waiting[0].size
            if batch and size > self._max_bytes:
                break
            batch.append(self._waiting.popleft())
            self._bytes -= batch[-1].size
        return batch
