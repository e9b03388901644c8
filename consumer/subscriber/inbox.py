"""Where the streams put deliveries, and where the worker takes them as batches."""

import queue
from collections.abc import Callable

from consumer.subscriber.delivery import Delivery


class Inbox:
    """A queue that many streams fill and one reader empties, a batch at a time.

    A batch ends at ``max_events``, before it exceeds ``max_bytes`` (a larger message is a batch of
    its own), or ``linger`` seconds after its first message, whichever is first.
    """

    def __init__(
        self, *, max_events: int, max_bytes: int, linger: float, clock: Callable[[], float]
    ) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._linger = linger
        self._clock = clock
        self._queue: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._carried: Delivery | None = None

    def put(self, delivery: Delivery) -> None:
        """Add a delivery; any thread."""
        self._queue.put(delivery)

    def take(self, timeout: float) -> list[Delivery]:
        """Give the next batch; empty when nothing came in ``timeout`` seconds. One reader only."""
        first = self._next(timeout)
        if first is None:
            return []
        batch, size = [first], first.size
        until = self._clock() + self._linger
        while len(batch) < self._max_events:
            delivery = self._next(max(0.0, until - self._clock()))
            if delivery is None:
                break
            if size + delivery.size > self._max_bytes:
                self._carried = delivery
                break
            batch.append(delivery)
            size += delivery.size
        return batch

    def _next(self, timeout: float) -> Delivery | None:
        if self._carried is not None:
            carried, self._carried = self._carried, None
            return carried
        try:
            return self._queue.get(timeout=timeout) if timeout > 0 else self._queue.get_nowait()
        except queue.Empty:
            return None
