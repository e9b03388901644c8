"""Who holds what until when: the outstanding messages of one subscription."""

import heapq
from collections.abc import KeysView

from tools.emulator.message import Delivery

SLACK = 1_024
"""Deadlines that may outlive their lease before the heap is rebuilt."""


class Leases:
    """Deliveries by ack id, and their deadlines in a heap.

    A deadline that was moved or whose lease has ended stays in the heap until it is on top or the
    heap is mostly such leftovers; so every operation is O(log n), amortised, and an acknowledged
    message is freed at once.
    """

    def __init__(self) -> None:
        self._held: dict[str, Delivery] = {}
        self._until: dict[str, int] = {}
        self._deadlines: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, ack_id: str) -> bool:
        return ack_id in self._held

    def grant(self, delivery: Delivery, ack_id: str, deadline: int) -> None:
        """Lease a delivery under a new ack id until ``deadline`` (nanoseconds)."""
        delivery.ack_id = ack_id
        self._held[ack_id] = delivery
        self.extend(ack_id, deadline)

    def extend(self, ack_id: str, deadline: int) -> None:
        """Move the deadline of a lease, to later or to earlier."""
        self._until[ack_id] = deadline
        heapq.heappush(self._deadlines, (deadline, ack_id))
        if len(self._deadlines) > 2 * len(self._held) + SLACK:
            self._deadlines = [(until, held) for held, until in self._until.items()]
            heapq.heapify(self._deadlines)

    def __getitem__(self, ack_id: str) -> Delivery:
        return self._held[ack_id]

    def ack_ids(self) -> KeysView[str]:
        """The ack ids that hold something; what comes and goes shows in it."""
        return self._held.keys()

    def end(self, ack_id: str) -> Delivery:
        """End a lease and give its delivery back."""
        delivery = self._held.pop(ack_id)
        del self._until[ack_id]
        delivery.ack_id = ""
        if delivery.holder is not None:
            delivery.holder.release(len(delivery.message.payload))
            delivery.holder = None
        return delivery

    def next_deadline(self) -> int | None:
        """When the next lease expires; None when nothing is outstanding."""
        deadlines, until = self._deadlines, self._until
        while deadlines and until.get(deadlines[0][1]) != deadlines[0][0]:
            heapq.heappop(deadlines)
        return deadlines[0][0] if deadlines else None

    def first_expired(self, now: int) -> str | None:
        """The ack id of a lease that has expired; None when there is none."""
        deadline = self.next_deadline()
        return None if deadline is None or deadline > now else self._deadlines[0][1]

    def deliveries(self) -> list[Delivery]:
        """All that is held."""
        return list(self._held.values())

    def end_all(self) -> list[Delivery]:
        """End every lease and give the deliveries back."""
        ended = [self.end(ack_id) for ack_id in list(self._held)]
        self._deadlines.clear()
        return ended
