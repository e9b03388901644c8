"""The messages of one subscription that nobody holds, and their order.

Without ordering this is a queue. With ordering each key has a lane, of which only the first message
stands in the queue.
"""

from collections.abc import Callable, Iterator

from tools.emulator.message import Delivery, Message
from tools.emulator.ordering import Lane
from tools.emulator.redelivery_queue import RedeliveryQueue

Fits = Callable[[Delivery], bool]
"""Whether who asks has room for one more delivery."""


class Backlog:
    """Gives what may be delivered next, and takes back what failed.

    A delivery that was given must be settled or put back.
    """

    def __init__(self, *, ordering: bool) -> None:
        self._ordering = ordering
        self._queue = RedeliveryQueue()
        self._lanes: dict[str, Lane] = {}

    def __len__(self) -> int:
        """How much is ready; of each ordering key the first alone counts."""
        return len(self._queue)

    def enter(self, delivery: Delivery, now: int) -> None:
        """Put a delivery behind all that are there."""
        key = delivery.message.ordering_key
        if not (key and self._ordering):
            self._queue.add(delivery, now)
            return
        lane = self._lanes.setdefault(key, Lane())
        lane.waiting.append(delivery)
        if lane.idle and len(lane.waiting) == 1:
            self._queue.add(delivery, now)

    def next_batch(self, fits: Fits) -> Iterator[Delivery]:
        """Give the next message, then those of its key that may follow it, while they fit."""
        first = self._queue.oldest()
        if first is None or not fits(first):
            return
        self._queue.take()
        lane = self._lane(first)
        if lane is None:
            yield first
            return
        yield lane.send()
        while lane.waiting and fits(lane.waiting[0]):
            yield lane.send()

    def in_order(self, delivery: Delivery) -> bool:
        """Whether all earlier messages of the ordering key are settled."""
        lane = self._lane(delivery)
        return lane is None or lane.first_unsettled() is delivery

    def settle(self, delivery: Delivery, now: int) -> list[Message]:
        """Settle a delivery, and give the messages that can never come again."""
        lane = self._lane(delivery)
        if lane is None:
            return [delivery.message]
        return self._close_batch(lane, lane.settle(delivery), now)

    def put_back(self, delivery: Delivery, now: int) -> tuple[list[Delivery], list[Message]]:
        """Put back a delivery, and all later ones of its key in front of the key's lane.

        Returns:
            The later ones that somebody still holds, whose leases are to end, and the messages
            that can never come again.
        """
        lane = self._lane(delivery)
        if lane is None:
            self._queue.add(delivery, now)
            return [], []
        held, closed = lane.call_back(delivery)
        return held, self._close_batch(lane, closed, now)

    def wake(self, now: int) -> None:
        """Make ready what has backed off long enough."""
        self._queue.wake(now)

    def next_due(self) -> int | None:
        """When the next back-off is over; None when nothing backs off."""
        return self._queue.next_due()

    def waiting(self) -> Iterator[Delivery]:
        """Look at all that wait, some of them twice."""
        yield from self._queue.everything()
        for lane in self._lanes.values():
            yield from lane.waiting

    def drop_before(self, time: int, now: int) -> None:
        """Drop what is ready and was published before ``time``; the next of its key follows."""
        while (first := self._queue.oldest()) and _kept_since(first) < time:
            self._queue.take()
            lane = self._lane(first)
            if lane is not None:
                self._close_batch(lane, lane.settle(lane.send()), now)

    def withdraw(self) -> tuple[list[Delivery], list[Message]]:
        """Empty the backlog.

        Returns:
            The deliveries that waited, some of them twice, and the messages that are settled though
            their batch was open. What somebody holds is in neither.
        """
        waiting, settled = self._queue.take_all(), []
        for lane in self._lanes.values():
            waiting += lane.waiting
            settled += [delivery.message for delivery in lane.settled()]
        self._lanes.clear()
        return waiting, settled

    def _lane(self, delivery: Delivery) -> Lane | None:
        return self._lanes.get(delivery.message.ordering_key)

    def _close_batch(self, lane: Lane, closed: list[Delivery], now: int) -> list[Message]:
        """Once nothing of a key is outstanding: queue the next one, or forget the key."""
        if lane.idle and lane.waiting:
            self._queue.add(lane.waiting[0], now)
        elif lane.idle:
            del self._lanes[closed[-1].message.ordering_key]
        return [delivery.message for delivery in closed]


def _kept_since(delivery: Delivery) -> int:
    """From when on the retention counts."""
    return delivery.restored or delivery.message.publish_time
