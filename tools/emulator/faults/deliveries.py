"""What becomes of the deliveries and acknowledgements of one subscription."""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from tools.emulator.errors import Unavailable
from tools.emulator.faults.faults import Faults
from tools.emulator.faults.injection import Injection
from tools.emulator.faults.rules import (
    BreakStreams,
    DropAcks,
    DuplicateDeliveries,
    Fault,
    OutOfOrder,
    Pause,
)
from tools.emulator.message import Delivery
from tools.emulator.settings import SubscriptionSettings
from tools.emulator.subscription import Subscription

BROKEN = "fault: the stream was broken on purpose"


class DeliveryFaults:
    """The faults of a server as one subscription meets them."""

    def __init__(self, faults: Faults, subscription: Subscription) -> None:
        self._faults = faults
        self._subscription = subscription
        self._copies: set[int] = set()

    @property
    def paused(self) -> bool:
        """Whether nothing is to be delivered now."""
        return bool(self._faults.injections and self._struck(Pause))

    def sent(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Give what a response carries in place of what was leased for it."""
        if not self._faults.injections:
            return deliveries
        for injection in self._struck(OutOfOrder):
            deliveries = shuffled(deliveries, injection.dice, ordered=self._settings.ordering)
        return self._duplicated(deliveries)

    def responded(self) -> None:
        """Go on after a response of a stream.

        Raises:
            Unavailable: the stream is to end here.
        """
        if self._faults.injections and self._struck(BreakStreams):
            raise Unavailable(BROKEN)

    def applied(self, ack_ids: Collection[str]) -> Collection[str]:
        """Give the ack ids that are not dropped."""
        if not self._faults.injections or self._settings.exactly_once:
            return ack_ids
        return [ack_id for ack_id in ack_ids if not self._struck(DropAcks)]

    def concerned_by(self, rule: Fault) -> bool:
        """Whether a rule is about this subscription."""
        return rule.concerns(self._names)

    @property
    def _settings(self) -> SubscriptionSettings:
        return self._subscription.settings

    @property
    def _names(self) -> tuple[str, str]:
        return self._settings.name, self._settings.topic

    def _struck(self, kind: type[Fault]) -> list[Injection[Any]]:
        return self._faults.struck(kind, self._names)

    def _duplicated(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Forget the leases of those that are to come again; the response keeps their ack ids."""
        forgotten = [each for each in deliveries if self._comes_again(each)]
        if not forgotten:
            return deliveries
        as_sent = [replace(each) for each in deliveries]
        self._subscription.give_back(forgotten)
        self._copies.update(each.message.number for each in deliveries if not each.ack_id)
        return [
            each if each.ack_id else copy for each, copy in zip(deliveries, as_sent, strict=True)
        ]

    def _comes_again(self, delivery: Delivery) -> bool:
        number = delivery.message.number
        if number in self._copies:
            self._copies.discard(number)
            return False
        return not self._settings.exactly_once and bool(self._struck(DuplicateDeliveries))


def shuffled(deliveries: Sequence[Delivery], dice: Random, *, ordered: bool) -> list[Delivery]:
    """Shuffle deliveries; where the subscription is ordered, those of a key keep their order."""
    result = dice.sample(deliveries, len(deliveries))
    if not ordered:
        return result
    in_order: dict[str, deque[Delivery]] = {}
    for each in deliveries:
        in_order.setdefault(each.message.ordering_key, deque()).append(each)
    return [
        in_order[key].popleft() if (key := each.message.ordering_key) else each for each in result
    ]
