"""The messages that somebody holds: how acknowledgements, nacks and deadlines end that."""

from collections.abc import Callable, Collection

from tools.emulator.ack_ids import check_ack_id
from tools.emulator.ack_results import AckFailure, AckResults
from tools.emulator.clock import SECOND
from tools.emulator.leases import Leases
from tools.emulator.message import Delivery
from tools.emulator.retry import backoff
from tools.emulator.settings import SubscriptionSettings
from tools.emulator.store import Store

Act = Callable[[str, SubscriptionSettings, int], AckFailure | None]
"""What is done with one ack id that is held, and why it is refused, if it is."""


class Outstanding:
    """Ends leases by the settings of the subscription, which are given with each call.

    ``dead_letters`` forwards a delivery; it gives False where the dead-letter topic does not exist.
    """

    def __init__(
        self, leases: Leases, store: Store, *, dead_letters: Callable[[Delivery], bool]
    ) -> None:
        self._leases = leases
        self._store = store
        self._dead_letters = dead_letters

    def acknowledge(
        self, ack_ids: Collection[str], settings: SubscriptionSettings, now: int
    ) -> AckResults:
        """Settle messages.

        Raises:
            InvalidArgument: an ack id is malformed, and delivery not exactly once.
        """
        return self._for_each(ack_ids, self._settle, settings, now)

    def modify_ack_deadline(
        self, ack_ids: Collection[str], seconds: int, settings: SubscriptionSettings, now: int
    ) -> AckResults:
        """Move deadlines to ``seconds`` from now; 0 is a nack.

        Raises:
            InvalidArgument: an ack id is malformed, and delivery not exactly once.
        """
        if seconds == 0:
            return self._for_each(ack_ids, self._fail, settings, now)
        deadline = now + seconds * SECOND
        return self._for_each(
            ack_ids, lambda ack_id, *_: self._leases.extend(ack_id, deadline), settings, now
        )

    def expire(self, settings: SubscriptionSettings, now: int) -> None:
        """End the leases whose deadline is over."""
        while (ack_id := self._leases.first_expired(now)) is not None:
            self._fail(ack_id, settings, now)

    def _for_each(
        self, ack_ids: Collection[str], act: Act, settings: SubscriptionSettings, now: int
    ) -> AckResults:
        """Act on each ack id that is held, in the order of the request."""
        held = self._leases.ack_ids()
        if settings.exactly_once:
            ack_ids = dict.fromkeys(ack_ids)
        else:
            for ack_id in ack_ids:
                if ack_id not in held:
                    check_ack_id(ack_id)
        refused: dict[str, AckFailure] = {}
        for ack_id in ack_ids:
            failure = act(ack_id, settings, now) if ack_id in held else AckFailure.INVALID
            if failure is not None:
                refused[ack_id] = failure
        return AckResults(refused) if settings.exactly_once else AckResults()

    def _settle(self, ack_id: str, settings: SubscriptionSettings, now: int) -> AckFailure | None:
        """Acknowledge; with exactly-once delivery in the order of an ordering key only."""
        if settings.exactly_once and not self._store.in_order(self._leases[ack_id]):
            return AckFailure.UNORDERED
        self._store.settle(self._leases.end(ack_id), now)
        return None

    def _fail(self, ack_id: str, settings: SubscriptionSettings, now: int) -> None:
        """Count a nack or an expiry: to the dead letters, or again after the back-off."""
        delivery = self._leases.end(ack_id)
        delivery.failures += 1
        if self._goes_to_dead_letters(delivery, settings):
            self._store.settle(delivery, now)
        else:
            delivery.not_before = now + backoff(settings.retry_policy, delivery.failures)
            self._store.put_back(delivery, now)

    def _goes_to_dead_letters(self, delivery: Delivery, settings: SubscriptionSettings) -> bool:
        policy = settings.dead_letter_policy
        if policy is None or delivery.failures < policy.max_delivery_attempts:
            return False
        return self._dead_letters(delivery)
