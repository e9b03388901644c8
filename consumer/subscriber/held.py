"""What was received and has no verdict yet, over all streams."""

import threading
from collections.abc import Callable, Sequence

import structlog

from consumer.subscriber.delivery import Deliver, Delivery
from consumer.subscriber.limits import FlowLimits
from consumer.subscriber.ordered_keys import OrderedKeys
from consumer.subscriber.verdicts import Verdicts

log = structlog.get_logger(__name__)


class Held:
    """Keeps account of deliveries from their arrival to their verdict; any thread."""

    def __init__(self, limits: FlowLimits, verdicts: Verdicts, deliver: Deliver) -> None:
        self._limits = limits
        self._verdicts = verdicts
        self._deliver = deliver
        self._held: set[Delivery] = set()
        self._bytes = 0
        self._keys = OrderedKeys()
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._waiting = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._held)

    def receive(self, deliveries: Sequence[Delivery]) -> None:
        """Hold what came and hand it on; after the end it is given back at once."""
        with self._lock:
            if not self._closed:
                self._held.update(deliveries)
                self._bytes += sum(each.size for each in deliveries)
                # Handed on under the lock, so that what came first is first also in the inbox.
                self._deliver(self._keys.admit(deliveries))
                return
        for each in deliveries:
            self._verdicts.give_back(each.ack_id)

    def acknowledge(self, delivery: Delivery) -> None:
        """Its verdict, unless it has one: it is done with."""
        if self._settled(delivery, self._next_of_its_key):
            self._verdicts.acknowledge(delivery.ack_id)

    def give_back(self, delivery: Delivery) -> None:
        """Its verdict, unless it has one: it shall come again, and what is behind its key too."""
        if self._settled(delivery, self._give_back_behind):
            self._verdicts.give_back(delivery.ack_id)

    def expire(self, deliveries: Sequence[Delivery]) -> None:
        """Forget what is held beyond its lease: it comes again, and must not be here twice.

        Otherwise an outage that is longer than a lease fills the inbox without a bound.
        """
        gone = [each for each in deliveries if self._settled(each, self._give_back_behind)]
        if gone:
            log.warning("leases_ended", messages=len(gone))

    def wait_for_room(self, timeout: float) -> bool:
        """Wait until there is room for more; False when there is none in ``timeout`` seconds."""
        with self._room:
            self._waiting += 1
            try:
                return self._room.wait_for(self._has_room, timeout)
            finally:
                self._waiting -= 1

    def all(self) -> list[Delivery]:
        """Give everything that has no verdict."""
        with self._lock:
            return list(self._held)

    def release(self) -> None:
        """Give back everything that has no verdict, and whatever still comes."""
        with self._lock:
            self._closed = True
        for delivery in self.all():
            self.give_back(delivery)

    def _has_room(self) -> bool:
        return len(self._held) < self._limits.max_messages and self._bytes < self._limits.max_bytes

    def _settled(self, delivery: Delivery, then: Callable[[Delivery], None]) -> bool:
        """Take it out; False where it has its verdict already."""
        with self._lock:
            if delivery not in self._held:
                return False
            self._take_out(delivery)
            if delivery.message.ordering_key:
                then(delivery)
            if self._waiting and self._has_room():
                self._room.notify_all()
            return True

    def _take_out(self, delivery: Delivery) -> None:
        self._held.remove(delivery)
        self._bytes -= delivery.size

    def _next_of_its_key(self, delivery: Delivery) -> None:
        self._deliver(self._keys.done(delivery))

    def _give_back_behind(self, delivery: Delivery) -> None:
        for behind in self._keys.undone(delivery):
            self._take_out(behind)
            self._verdicts.give_back(behind.ack_id)
