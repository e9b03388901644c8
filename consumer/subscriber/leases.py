"""Leases are extended as long as a message is held, up to a maximum."""

from collections.abc import Callable, Collection

from consumer.subscriber.delivery import Delivery
from consumer.subscriber.held import Held
from consumer.subscriber.verdicts import Verdicts

LEASE_SECONDS = 20
"""How long a lease is at a time: so long does it take until what a killed worker held comes again,
and so long may this process be starved without losing a lease."""
RENEW_SECONDS = LEASE_SECONDS / 2
"""After so long of a lease the next is asked for."""
LOOK_SECONDS = 1.0


class Leases:
    """Looks through what is held; called every :data:`LOOK_SECONDS`."""

    def __init__(
        self,
        held: Held,
        verdicts: Verdicts,
        *,
        forget: Callable[[Collection[Delivery]], None],
        clock: Callable[[], float],
    ) -> None:
        """Wire it.

        Args:
            held: what has no verdict.
            verdicts: asks the server.
            forget: takes deliveries out of wherever they wait for being worked on.
            clock: monotonic, in seconds.
        """
        self._held = held
        self._verdicts = verdicts
        self._forget = forget
        self._clock = clock

    def look(self) -> None:
        """Forget what is held beyond its lease, and extend the leases that are half over."""
        now = self._clock()
        held = self._held.all()
        if expired := [each for each in held if each.is_expired(now)]:
            self._forget(set(expired))
            self._held.expire(expired)
        self._extend([each for each in held if each.renew_at <= now < each.lease_ends_at], now)

    def _extend(self, due: Collection[Delivery], now: float) -> None:
        if due and self._verdicts.extend([each.ack_id for each in due], LEASE_SECONDS):
            for each in due:
                each.renew_at = now + RENEW_SECONDS
