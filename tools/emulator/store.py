"""The messages of one subscription: those that wait, and the acknowledged ones that are kept."""

from collections.abc import Callable, Iterable, Iterator

from tools.emulator.backlog import Backlog, Fits
from tools.emulator.leases import Leases
from tools.emulator.message import Delivery, Message
from tools.emulator.replay import divide
from tools.emulator.retention import Retained


class Store:
    """Knows which messages are unacknowledged, in which order, and what a seek can bring back.

    What somebody holds is in ``leases``, which belongs to the subscription. ``retains`` says
    whether acknowledged messages are kept.
    """

    def __init__(self, leases: Leases, *, ordering: bool, retains: Callable[[], bool]) -> None:
        self._leases = leases
        self._backlog = Backlog(ordering=ordering)
        self._acknowledged = Retained()
        self._retains = retains

    @property
    def ready(self) -> int:
        """How many messages could be taken now; of each ordering key the first alone counts."""
        return len(self._backlog)

    @property
    def retained(self) -> int:
        """How many acknowledged messages are kept."""
        return len(self._acknowledged)

    def enter(self, delivery: Delivery, now: int) -> None:
        """Put a delivery behind all that wait."""
        self._backlog.enter(delivery, now)

    def next_batch(self, fits: Fits) -> Iterator[Delivery]:
        """Give the next message, then those of its key that may follow it, while they fit."""
        return self._backlog.next_batch(fits)

    def next_due(self) -> int | None:
        """When the next back-off is over; None when nothing backs off."""
        return self._backlog.next_due()

    def wake(self, now: int) -> None:
        """Make ready what has backed off long enough."""
        self._backlog.wake(now)

    def in_order(self, delivery: Delivery) -> bool:
        """Whether all earlier messages of the ordering key are acknowledged."""
        return self._backlog.in_order(delivery)

    def settle(self, delivery: Delivery, now: int) -> None:
        """Acknowledge a delivery whose lease has ended."""
        self._retain(self._backlog.settle(delivery, now))

    def put_back(self, delivery: Delivery, now: int) -> None:
        """Make a delivery wait again, and with it all later ones of its ordering key."""
        held, settled = self._backlog.put_back(delivery, now)
        for later in held:
            self._leases.end(later.ack_id)
        self._retain(settled)

    def forget_before(self, time: int, now: int) -> None:
        """Forget what was published before ``time``, and what need not be kept."""
        self._backlog.drop_before(time, now)
        if self._retains():
            self._acknowledged.forget_before(time)
        else:
            self._acknowledged.clear()

    def unacknowledged(self) -> list[Message]:
        """All messages that wait or are held, each once."""
        deliveries = [*self._leases.deliveries(), *self._backlog.waiting()]
        return list({delivery.message.number: delivery.message for delivery in deliveries}.values())

    def clear(self) -> None:
        """Drop everything; every lease ends."""
        self._leases.end_all()
        self._backlog.withdraw()
        self._acknowledged.clear()

    def replay(
        self,
        wanted: Callable[[Message], bool],
        others: Iterable[Message],
        *,
        now: int,
        oldest_kept: int,
    ) -> None:
        """Make the ``wanted`` messages wait, and acknowledge the rest; every lease ends.

        ``others`` are messages that somebody else retained for this subscription. The retention of
        what was published before ``oldest_kept`` begins anew.
        """
        unsettled, settled = self._backlog.withdraw()
        self._retain(settled)
        kept = [*self._acknowledged.everything(), *others]
        self._acknowledged.clear()
        to_deliver, passed = divide(wanted, [*self._leases.end_all(), *unsettled], kept)
        self._retain(passed)
        for delivery in to_deliver:
            if delivery.message.publish_time < oldest_kept:
                delivery.restored = now
            self._backlog.enter(delivery, now)

    def _retain(self, messages: Iterable[Message]) -> None:
        if self._retains():
            for message in messages:
                self._acknowledged.keep(message)
