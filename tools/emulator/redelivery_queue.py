"""A queue of deliveries, some of which first wait for their back-off to end."""

import heapq
from collections import deque

from tools.emulator.message import Delivery


class RedeliveryQueue:
    """A queue of what is ready and a heap of what backs off; O(1) and O(log n) a message."""

    def __init__(self) -> None:
        self._ready: deque[Delivery] = deque()
        self._delayed: list[tuple[int, int, Delivery]] = []

    def __len__(self) -> int:
        return len(self._ready)

    def add(self, delivery: Delivery, now: int) -> None:
        """Queue a delivery, behind the others, for when its back-off is over."""
        if delivery.not_before <= now:
            self._ready.append(delivery)
        else:
            due = (delivery.not_before, delivery.message.number, delivery)
            heapq.heappush(self._delayed, due)

    def wake(self, now: int) -> None:
        """Make ready what has backed off long enough."""
        while self._delayed and self._delayed[0][0] <= now:
            self._ready.append(heapq.heappop(self._delayed)[2])

    def next_due(self) -> int | None:
        """When the next back-off is over; None when nothing backs off."""
        return self._delayed[0][0] if self._delayed else None

    def oldest(self) -> Delivery | None:
        """Look at the delivery that is first in the queue."""
        return self._ready[0] if self._ready else None

    def take(self) -> Delivery:
        """Take the delivery that is first in the queue."""
        return self._ready.popleft()

    def everything(self) -> list[Delivery]:
        """Look at all that is ready and all that backs off."""
        return [*self._ready, *(due[2] for due in self._delayed)]

    def take_all(self) -> list[Delivery]:
        """Empty queue and heap."""
        everything = self.everything()
        self._ready.clear()
        self._delayed.clear()
        return everything
