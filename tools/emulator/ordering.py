"""Ordering keys: at any time one batch of a key's messages is outstanding.

"Order messages" in the Pub/Sub documentation: only one batch of messages can be outstanding for an
ordering key at a time, and when a message is redelivered, so is every later message of its key,
even an acknowledged one.
"""

from collections import deque

from tools.emulator.message import Delivery


class Lane:
    """The messages of one ordering key.

    The first of ``waiting`` stands in the subscription's backlog for the whole lane, and only while
    the lane is ``idle``: no batch is outstanding.
    """

    __slots__ = ("_batch", "_first", "_unsettled", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self._batch: list[Delivery] = []
        self._unsettled = 0
        self._first = 0

    @property
    def idle(self) -> bool:
        """Whether nothing of this key is outstanding."""
        return self._unsettled == 0

    def send(self) -> Delivery:
        """Move the first waiting message into the outstanding batch."""
        delivery = self.waiting.popleft()
        self._batch.append(delivery)
        self._unsettled += 1
        return delivery

    def settled(self) -> list[Delivery]:
        """The messages of the outstanding batch that are acknowledged already."""
        return [delivery for delivery in self._batch if delivery.settled]

    def first_unsettled(self) -> Delivery | None:
        """The earliest message of the outstanding batch that is not acknowledged."""
        # What is called back is never before it, so that it only moves on.
        while self._first < len(self._batch) and self._batch[self._first].settled:
            self._first += 1
        return self._batch[self._first] if self._first < len(self._batch) else None

    def settle(self, delivery: Delivery) -> list[Delivery]:
        """Settle a message; give the whole batch once all of it is settled, until then nothing."""
        delivery.settled = True
        self._unsettled -= 1
        return self._close() if self.idle else []

    def call_back(self, delivery: Delivery) -> tuple[list[Delivery], list[Delivery]]:
        """Put a failed message and all later ones of its batch back in front of the lane.

        Returns:
            The later ones that somebody still holds, whose leases are to end, and the earlier ones
            of the batch where those are now all settled.
        """
        position = self._batch.index(delivery)
        returned = self._batch[position:]
        del self._batch[position:]
        held = [later for later in returned if not later.settled]
        self._unsettled -= len(held)
        for later in returned:
            later.settled = False
        self.waiting.extendleft(reversed(returned))
        return held[1:], self._close() if self.idle else []

    def _close(self) -> list[Delivery]:
        closed, self._batch, self._first = self._batch, [], 0
        return closed
