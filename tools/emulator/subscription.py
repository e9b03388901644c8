"""One subscription: what it is given, what it gives out, and what a seek changes."""

import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from tools.emulator.ack_ids import ack_id_prefix
from tools.emulator.ack_results import AckResults
from tools.emulator.clock import SECOND, Clock
from tools.emulator.errors import FailedPrecondition
from tools.emulator.flow_control import FlowControl
from tools.emulator.leases import Leases
from tools.emulator.message import AttributesOf, Delivery, Message
from tools.emulator.outstanding import Outstanding
from tools.emulator.settings import SubscriptionSettings
from tools.emulator.store import Store

MAX_RESPONSE_BYTES = 4_000_000
"""Less than the 4 MiB that gRPC's clients accept when nobody tells them to accept more."""

RECEIVED_BYTES = 256
"""What a delivery takes in a response besides its message, an ack id for the most part."""
FORGETTING_INTERVAL = SECOND
"""How often publishing alone looks for what is too old; taking and seeking always do."""

DeadLetters = Callable[["Subscription", Delivery], bool]
"""Forwards a delivery to the dead-letter topic; False where that topic does not exist."""


def _nothing() -> None:
    """Be told of a change, and do nothing."""


class Subscription:
    """The state of one subscription.

    Every method is O(1) or O(log n) a message it touches, whatever the backlog; only a seek looks
    at all of it. ``changed`` is called when there may be something new to take.
    ``topic_retention`` is how long the topic retains messages for all its subscriptions.
    """

    def __init__(
        self,
        settings: SubscriptionSettings,
        *,
        clock: Clock,
        new_number: Callable[[], int],
        dead_letters: DeadLetters,
        attributes_of: AttributesOf,
    ) -> None:
        self.settings = settings
        self.topic_retention = 0
        self._next_forgetting = 0
        self.changed: Callable[[], None] = _nothing
        self._clock = clock
        self._new_number = new_number
        self._attributes_of = attributes_of
        self._ack_id_prefix = ack_id_prefix(new_number())
        self._leases = Leases()
        self._store = Store(
            self._leases,
            ordering=settings.ordering,
            retains=lambda: self.settings.retain_acked_messages,
        )
        self._outstanding = Outstanding(
            self._leases, self._store, dead_letters=lambda delivery: dead_letters(self, delivery)
        )

    @property
    def ready(self) -> int:
        """How many messages could be taken now; of each ordering key the first alone counts."""
        return self._store.ready

    @property
    def outstanding(self) -> int:
        """How many messages are leased."""
        return len(self._leases)

    @property
    def retained(self) -> int:
        """How many acknowledged messages are kept for a seek."""
        return self._store.retained

    def next_due(self) -> int | None:
        """When time alone next changes something: a lease expires or a back-off is over."""
        dues = (self._leases.next_deadline(), self._store.next_due())
        return min((due for due in dues if due is not None), default=None)

    def publish(self, message: Message) -> None:
        """Add a message that was published to the topic, unless the filter leaves it out."""
        now = self._clock()
        if now >= self._next_forgetting:
            self._forget_old(now)
        if self.settings.filter is None or self._wants(message):
            self._store.enter(Delivery(message), now)
            self.changed()

    def take(
        self,
        limit: int,
        flow: FlowControl,
        *,
        ack_deadline_seconds: int | None = None,
        share: int = sys.maxsize,
    ) -> list[Delivery]:
        """Lease up to ``limit`` messages, as far as ``flow`` has room.

        The leases last the given seconds, or the subscription's own ack deadline. At most ``share``
        of what is ready is taken; the followers in an ordering key come on top. A message that is
        larger than a response may be comes alone.
        """
        now = self.advance()
        self._forget_old(now)
        deadline = now + (ack_deadline_seconds or self.settings.ack_deadline_seconds) * SECOND
        response = FlowControl(max_messages=limit, max_bytes=MAX_RESPONSE_BYTES)

        def fits(delivery: Delivery) -> bool:
            return flow.has_room() and response.fits(_response_bytes(delivery))

        taken: list[Delivery] = []
        for _ in range(min(share, self.ready)):
            batch = self._store.next_batch(fits)
            given = [self._lease(delivery, deadline, response, flow) for delivery in batch]
            if not given:
                break
            taken += given
        return taken

    def acknowledge(self, ack_ids: Collection[str]) -> AckResults:
        """Settle messages; a stale ack id settles nothing.

        Raises:
            InvalidArgument: an ack id is none that the emulator ever gave; nothing is done. With
                exactly-once delivery that is one of the results instead.
        """
        results = self._outstanding.acknowledge(ack_ids, self.settings, self.advance())
        self.changed()
        return results

    def modify_ack_deadline(self, ack_ids: Collection[str], seconds: int) -> AckResults:
        """Move deadlines to ``seconds`` from now; 0 is a nack. A stale ack id moves nothing.

        Raises:
            InvalidArgument: an ack id is none that the emulator ever gave; nothing is done. With
                exactly-once delivery that is one of the results instead.
        """
        now = self.advance()
        results = self._outstanding.modify_ack_deadline(ack_ids, seconds, self.settings, now)
        self.changed()
        return results

    def give_back(self, deliveries: Iterable[Delivery]) -> None:
        """Return messages that were taken and never sent; that is no failure of anybody."""
        now = self._clock()
        for delivery in deliveries:
            if delivery.ack_id in self._leases:
                self._store.put_back(self._leases.end(delivery.ack_id), now)
        self.changed()

    def advance(self) -> int:
        """Do what time alone does, and give the time: leases expire, back-offs end."""
        now = self._clock()
        self._outstanding.expire(self.settings, now)
        self._store.wake(now)
        return now

    def seek(self, time: int, topic_messages: Iterable[Message] = ()) -> None:
        """Acknowledge what was published before ``time``, and deliver all retained since.

        ``topic_messages`` are those that the topic itself retains. Outstanding ack ids go stale.
        """
        self._replay(lambda message: message.publish_time >= time, topic_messages)

    def restore(self, unacknowledged: Mapping[int, Message]) -> None:
        """Deliver these messages, and acknowledge all others. Outstanding ack ids go stale.

        What is older than the retention is retained as long again.
        """
        self._replay(lambda message: message.number in unacknowledged, unacknowledged.values())

    def unacknowledged(self) -> list[Message]:
        """All messages that are not acknowledged, held or not."""
        self._forget_old(self.advance())
        return self._store.unacknowledged()

    def check_attached(self) -> None:
        """Check that the subscription is not detached.

        Raises:
            FailedPrecondition: it is.
        """
        if self.settings.detached:
            raise FailedPrecondition(f"subscription {self.settings.name} is detached: create anew")

    def detach(self) -> None:
        """Drop all messages, for ever ("Detach subscriptions", Pub/Sub documentation)."""
        self.settings = replace(self.settings, detached=True)
        self._store.clear()
        self.changed()

    def _wants(self, message: Message) -> bool:
        """Whether the filter lets a message through; what it leaves out counts as acknowledged."""
        chosen = self.settings.filter
        return chosen is None or chosen.matches(self._attributes_of(message.payload))

    def _replay(self, wanted: Callable[[Message], bool], others: Iterable[Message]) -> None:
        now = self._clock()
        oldest_kept = self._forget_old(now)
        self._store.replay(wanted, filter(self._wants, others), now=now, oldest_kept=oldest_kept)
        self.changed()

    def _lease(
        self, delivery: Delivery, deadline: int, response: FlowControl, flow: FlowControl
    ) -> Delivery:
        response.hold(_response_bytes(delivery))
        flow.hold(len(delivery.message.payload))
        delivery.holder = flow
        self._leases.grant(delivery, f"{self._ack_id_prefix}{self._new_number()}", deadline)
        return delivery

    def _forget_old(self, now: int) -> int:
        """Forget what is not retained any more, and give the time since which messages are.

        "Replay and purge messages with seek": the longer of the two retentions counts.
        """
        oldest_kept = now - max(self.settings.retention, self.topic_retention)
        self._store.forget_before(oldest_kept, now)
        self._next_forgetting = now + FORGETTING_INTERVAL
        return oldest_kept


def _response_bytes(delivery: Delivery) -> int:
    return len(delivery.message.payload) + RECEIVED_BYTES
