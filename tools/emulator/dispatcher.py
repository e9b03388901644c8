"""Hands the messages of one subscription to the calls that wait for them, in turn.

Lives on the server's event loop and is the only caller of the subscription's ``take``.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from tools.emulator.clock import SECOND, Clock
from tools.emulator.errors import FailedPrecondition, Refused, Unavailable
from tools.emulator.faults.deliveries import BROKEN, DeliveryFaults
from tools.emulator.faults.faults import Faults
from tools.emulator.faults.rules import Fault
from tools.emulator.flow_control import FlowControl
from tools.emulator.message import Delivery
from tools.emulator.subscription import Subscription

SHORTEST_TIMER = 0.001
"""Seconds between two looks at the clock at the least."""


@dataclass(slots=True, eq=False)
class Waiter:
    """A call that waits for messages: how many it takes, and what it may hold.

    ``ack_deadline_seconds`` is None where the subscription's own counts; ``patience`` is how many
    seconds the call waits, None for ever.
    """

    limit: int
    flow: FlowControl
    ack_deadline_seconds: int | None = None
    patience: float | None = None
    future: "asyncio.Future[list[Delivery]]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Dispatcher:
    """Spreads what is ready over the waiting calls, and wakes up when time changes something."""

    def __init__(
        self, subscription: Subscription, *, clock: Clock, faults: Faults | None = None
    ) -> None:
        self.breaks = 0
        """How often all open streams were broken."""
        self._subscription = subscription
        self._registry = faults or Faults()
        self._faults = DeliveryFaults(self._registry, subscription)
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._waiters: deque[Waiter] = deque()
        self._closed: Refused | None = None
        self._scheduled = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0
        subscription.changed = self.wake
        self._registry.join(self)

    async def wait(self, waiter: Waiter) -> list[Delivery]:
        """Wait for messages; none when its patience is over.

        Raises:
            Refused: the subscription is gone or the server stops.
        """
        if self._closed is not None:
            raise self._closed
        self._waiters.append(waiter)
        self.wake()
        try:
            await asyncio.wait({waiter.future}, timeout=waiter.patience)
        except asyncio.CancelledError:
            self._abandon(waiter)
            raise
        return self._given(waiter) if waiter.future.done() else self._withdraw(waiter)

    def responded(self, breaks: int) -> None:
        """Go on with a stream that has just sent a response; it began when ``breaks`` was so.

        Raises:
            Unavailable: a fault ends the stream here.
        """
        if breaks != self.breaks:
            raise Unavailable(BROKEN)
        self._faults.responded()

    def applied(self, ack_ids: Collection[str]) -> Collection[str]:
        """Give those of the acknowledgements that no fault drops."""
        return self._faults.applied(ack_ids)

    def wake(self) -> None:
        """Look, once the current callback is over, whether there is something to hand out."""
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._run)

    def break_streams(self, names: Fault) -> None:
        """End every open stream, if this subscription is concerned."""
        if not self._faults.concerned_by(names):
            return
        self.breaks += 1
        streams = [waiter for waiter in self._waiters if waiter.patience is None]
        for waiter in streams:
            self._waiters.remove(waiter)
            waiter.future.set_exception(Unavailable(BROKEN))

    def close(self, reason: Refused) -> None:
        """End every waiting call, and refuse later ones, for ``reason``."""
        self._closed = reason
        self._registry.leave(self)
        self._subscription.changed = _ignore
        for waiter in self._waiters:
            if not waiter.future.done():
                waiter.future.set_exception(reason)
        self._waiters.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _run(self) -> None:
        self._scheduled = False
        if self._subscription.settings.detached:
            self.close(FailedPrecondition("the subscription is detached from its topic"))
        if self._closed is None:
            self._subscription.advance()
            self._hand_out()
            self._set_timer()

    def _hand_out(self) -> None:
        """Serve each waiting call once at most, with an equal share of what is ready."""
        for _ in range(len(self._waiters)):
            if not self._subscription.ready or self._faults.paused:
                return
            waiter = self._waiters.popleft()
            share = -(-self._subscription.ready // (len(self._waiters) + 1))
            deliveries = self._subscription.take(
                waiter.limit,
                waiter.flow,
                ack_deadline_seconds=waiter.ack_deadline_seconds,
                share=share,
            )
            if deliveries:
                waiter.future.set_result(deliveries)
            else:
                self._waiters.append(waiter)

    def _set_timer(self) -> None:
        due = self._subscription.next_due()
        if self._timer is not None and (due is None or due < self._timer_due):
            self._timer.cancel()
            self._timer = None
        if due is not None and self._timer is None:
            delay = max((due - self._clock()) / SECOND, SHORTEST_TIMER)
            self._timer_due = due
            self._timer = self._loop.call_later(delay, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._run()

    def _given(self, waiter: Waiter) -> list[Delivery]:
        return self._faults.sent(waiter.future.result())

    def _withdraw(self, waiter: Waiter) -> list[Delivery]:
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        waiter.future.cancel()
        return []

    def _abandon(self, waiter: Waiter) -> None:
        """Forget a call that was cancelled; what it had already been given goes to others."""
        if waiter.future.done() and waiter.future.exception() is None:
            self._subscription.give_back(waiter.future.result())
        else:
            self._withdraw(waiter)


def _ignore() -> None:
    """Be told of a change to a subscription that is gone."""
