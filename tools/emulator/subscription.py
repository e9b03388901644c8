"""One subscription: what waits, who holds what, and what a failure or an acknowledgement does."""

import sys
from collections.abc import Callable, Collection, Iterable

from tools.emulator.ack_ids import ack_id_prefix, check_ack_id
from tools.emulator.backlog import Backlog
from tools.emulator.clock import SECOND, Clock
from tools.emulator.flow_control import FlowControl
from tools.emulator.leases import Leases
from tools.emulator.message import Delivery, Message
from tools.emulator.ordering import Lane
from tools.emulator.replay import divide
from tools.emulator.retention import Retained
from tools.emulator.retry import backoff
from tools.emulator.settings import SubscriptionSettings

MAX_RESPONSE_BYTES = 10_000_000
DeadLetters = Callable[["Subscription", Delivery], bool]
"""Forwards a delivery to the dead-letter topic; False where that topic does not exist."""


def _nothing() -> None:
    """Be told of a change, and do nothing."""


class Subscription:
    """The state of one subscription.

    Every method is O(1) or O(log n) a message it touches, whatever the backlog; only ``seek`` looks
    at all of it. ``changed`` is called when there may be something new to take.
    """

    def __init__(
        self,
        settings: SubscriptionSettings,
        *,
        clock: Clock,
        new_number: Callable[[], int],
        dead_letters: DeadLetters,
    ) -> None:
        self.settings = settings
        self.changed: Callable[[], None] = _nothing
        self._clock = clock
        self._new_number = new_number
        self._dead_letters = dead_letters
        self._ack_id_prefix = ack_id_prefix(new_number())
        self._backlog = Backlog()
        self._leases = Leases()
        self._lanes: dict[str, Lane] = {}
        self._acknowledged = Retained()

    @property
    def ready(self) -> int:
        """How many messages could be taken now; of each ordering key the first alone counts."""
        return len(self._backlog)

    @property
    def outstanding(self) -> int:
        """How many messages are leased."""
        return len(self._leases)

    @property
    def retained(self) -> int:
        """How many acknowledged messages are kept for a seek."""
        return len(self._acknowledged)

    def next_due(self) -> int | None:
        """When time alone next changes something: a lease expires or a back-off is over."""
        dues = (self._leases.next_deadline(), self._backlog.next_due())
        return min((due for due in dues if due is not None), default=None)

    def publish(self, message: Message) -> None:
        """Add a message that was published to the topic."""
        now = self._clock()
        self._forget_old(now)
        self._enter(Delivery(message), now)
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
        of what is ready is taken; the followers in an ordering key come on top.
        """
        now = self.advance()
        self._forget_old(now)
        deadline = now + (ack_deadline_seconds or self.settings.ack_deadline_seconds) * SECOND
        response = FlowControl(max_messages=limit, max_bytes=MAX_RESPONSE_BYTES)
        taken: list[Delivery] = []
        for _ in range(min(share, self.ready)):
            if not (response.has_room() and flow.has_room()):
                break
            first = self._backlog.take()
            lane = self._lanes.get(first.message.ordering_key)
            if lane is None:
                taken.append(self._lease(first, deadline, response, flow))
                continue
            while lane.waiting and response.has_room() and flow.has_room():
                taken.append(self._lease(lane.send(), deadline, response, flow))
        return taken

    def acknowledge(self, ack_ids: Collection[str]) -> None:
        """Settle messages; a stale ack id does nothing.

        Raises:
            InvalidArgument: an ack id is none that the emulator ever gave; nothing is done.
        """
        self.advance()
        self._check_form(ack_ids)
        for ack_id in ack_ids:
            delivery = self._leases.end(ack_id)
            if delivery is not None:
                self._settle(delivery)
        self.changed()

    def modify_ack_deadline(self, ack_ids: Collection[str], seconds: int) -> None:
        """Move deadlines to ``seconds`` from now; 0 is a nack. A stale ack id does nothing.

        Raises:
            InvalidArgument: an ack id is none that the emulator ever gave; nothing is done.
        """
        now = self.advance()
        self._check_form(ack_ids)
        for ack_id in ack_ids:
            if ack_id not in self._leases:
                continue
            if seconds == 0:
                self._fail(ack_id, now)
            else:
                self._leases.extend(ack_id, now + seconds * SECOND)
        self.changed()

    def give_back(self, deliveries: Iterable[Delivery]) -> None:
        """Return messages that were taken and never sent; that is no failure of anybody."""
        now = self._clock()
        for delivery in deliveries:
            if self._leases.end(delivery.ack_id) is not None:
                self._return(delivery, now)
        self.changed()

    def advance(self) -> int:
        """Do what time alone does, and give the time: leases expire, back-offs end."""
        now = self._clock()
        while (ack_id := self._leases.first_expired(now)) is not None:
            self._fail(ack_id, now)
        self._backlog.wake(now)
        return now

    def seek(self, time: int, topic_messages: Iterable[Message] = ()) -> None:
        """Acknowledge what was published before ``time``, and deliver all retained since.

        ``topic_messages`` are those that the topic itself retains. Outstanding ack ids go stale.
        """
        now = self._clock()
        self._forget_old(now)
        withdrawn = self._withdraw()
        kept = [*self._acknowledged.everything(), *topic_messages]
        self._acknowledged.clear()
        to_deliver, settled = divide(time, withdrawn, kept)
        for message in settled:
            self._retain(message)
        for delivery in to_deliver:
            self._enter(delivery, now)
        self.changed()

    def _check_form(self, ack_ids: Collection[str]) -> None:
        for ack_id in ack_ids:
            if ack_id not in self._leases:
                check_ack_id(ack_id)

    def _lease(
        self, delivery: Delivery, deadline: int, response: FlowControl, flow: FlowControl
    ) -> Delivery:
        size = len(delivery.message.payload)
        response.hold(size)
        flow.hold(size)
        delivery.holder = flow
        self._leases.grant(delivery, f"{self._ack_id_prefix}{self._new_number()}", deadline)
        return delivery

    def _enter(self, delivery: Delivery, now: int) -> None:
        """Queue a delivery behind all that are there."""
        key = delivery.message.ordering_key
        if not (key and self.settings.ordering):
            self._backlog.add(delivery, now)
            return
        lane = self._lanes.setdefault(key, Lane())
        lane.waiting.append(delivery)
        if lane.idle and len(lane.waiting) == 1:
            self._backlog.add(delivery, now)

    def _settle(self, delivery: Delivery) -> None:
        lane = self._lanes.get(delivery.message.ordering_key)
        if lane is None:
            self._retain(delivery.message)
        else:
            self._close_batch(lane, lane.settle(delivery), self._clock())

    def _fail(self, ack_id: str, now: int) -> None:
        """Count a nack or an expiry: to the dead letters, or again after the back-off."""
        delivery = self._leases.end(ack_id)
        if delivery is None:
            return
        delivery.failures += 1
        if self._goes_to_dead_letters(delivery):
            self._settle(delivery)
        else:
            delivery.not_before = now + backoff(self.settings.retry_policy, delivery.failures)
            self._return(delivery, now)

    def _goes_to_dead_letters(self, delivery: Delivery) -> bool:
        policy = self.settings.dead_letter_policy
        if policy is None or delivery.failures < policy.max_delivery_attempts:
            return False
        return self._dead_letters(self, delivery)

    def _return(self, delivery: Delivery, now: int) -> None:
        """Put a delivery back, and with it all later ones of its ordering key."""
        lane = self._lanes.get(delivery.message.ordering_key)
        if lane is None:
            self._backlog.add(delivery, now)
            return
        held, closed = lane.call_back(delivery)
        for later in held:
            self._leases.end(later.ack_id)
        self._close_batch(lane, closed, now)

    def _close_batch(self, lane: Lane, closed: list[Delivery], now: int) -> None:
        for delivery in closed:
            self._retain(delivery.message)
        if not lane.idle:
            return
        if lane.waiting:
            self._backlog.add(lane.waiting[0], now)
        else:
            del self._lanes[closed[-1].message.ordering_key]

    def _retain(self, message: Message) -> None:
        if self.settings.retain_acked_messages:
            self._acknowledged.keep(message)

    def _withdraw(self) -> list[Delivery]:
        """Take back everything that is not acknowledged, and forget all leases."""
        everything = [*self._leases.end_all(), *self._backlog.take_all()]
        for lane in self._lanes.values():
            everything += lane.waiting
            for delivery in lane.settled():
                self._retain(delivery.message)
        self._lanes.clear()
        return everything

    def _forget_old(self, now: int) -> None:
        """Forget what was published longer ago than the retention."""
        oldest_kept = now - self.settings.retention
        self._acknowledged.forget_before(oldest_kept)
        while (first := self._backlog.oldest()) and first.message.publish_time < oldest_kept:
            self._backlog.take()
            self._drop(first, now)

    def _drop(self, delivery: Delivery, now: int) -> None:
        """Lose a message that outlived its retention; the next of its key takes its place."""
        lane = self._lanes.get(delivery.message.ordering_key)
        if lane is not None:
            self._close_batch(lane, lane.settle(lane.send()), now)
