"""One subscription: what waits, who holds what, and what a failure or an acknowledgement does."""

import sys
from collections.abc import Callable, Collection, Iterable

from tools.emulator.ack_ids import ack_id_prefix, check_ack_id
from tools.emulator.backlog import Backlog
from tools.emulator.clock import SECOND, Clock
from tools.emulator.flow_control import FlowControl
from tools.emulator.leases import Leases
from tools.emulator.message import Delivery, Message
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
        self._backlog = Backlog(ordering=settings.ordering)
        self._leases = Leases()
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
        self._backlog.enter(Delivery(message), now)
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
        if not flow.has_room():
            return taken
        for _ in range(min(share, self.ready)):
            for delivery in self._backlog.next_batch():
                taken.append(self._lease(delivery, deadline, response, flow))
                if not (response.has_room() and flow.has_room()):
                    return taken
        return taken

    def acknowledge(self, ack_ids: Collection[str]) -> None:
        """Settle messages; a stale ack id does nothing.

        Raises:
            InvalidArgument: an ack id is none that the emulator ever gave; nothing is done.
        """
        now = self.advance()
        self._check_form(ack_ids)
        for ack_id in ack_ids:
            delivery = self._leases.end(ack_id)
            if delivery is not None:
                self._retain(self._backlog.settle(delivery, now))
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
        unsettled, settled = self._backlog.withdraw()
        self._retain(settled)
        kept = [*self._acknowledged.everything(), *topic_messages]
        self._acknowledged.clear()
        to_deliver, passed = divide(time, [*self._leases.end_all(), *unsettled], kept)
        self._retain(passed)
        for delivery in to_deliver:
            self._backlog.enter(delivery, now)
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

    def _fail(self, ack_id: str, now: int) -> None:
        """Count a nack or an expiry: to the dead letters, or again after the back-off."""
        delivery = self._leases.end(ack_id)
        if delivery is None:
            return
        delivery.failures += 1
        if self._goes_to_dead_letters(delivery):
            self._retain(self._backlog.settle(delivery, now))
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
        held, settled = self._backlog.put_back(delivery, now)
        for later in held:
            self._leases.end(later.ack_id)
        self._retain(settled)

    def _retain(self, messages: Iterable[Message]) -> None:
        if self.settings.retain_acked_messages:
            for message in messages:
                self._acknowledged.keep(message)

    def _forget_old(self, now: int) -> None:
        """Forget what was published longer ago than the retention, and what need not be kept."""
        oldest_kept = now - self.settings.retention
        self._backlog.drop_before(oldest_kept, now)
        if self.settings.retain_acked_messages:
            self._acknowledged.forget_before(oldest_kept)
        else:
            self._acknowledged.clear()
