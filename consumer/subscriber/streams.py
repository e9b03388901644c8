"""Several StreamingPull streams into one inbox: opened, watched, reopened, drained."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.types import FlowControl

from consumer.errors import ChurnError, WorkerBroken
from consumer.health import Health
from consumer.pubsub_errors import translate
from consumer.stopping import StopSignal
from consumer.subscriber.delivery import Delivery
from consumer.subscriber.inbox import Inbox
from consumer.subscriber.scheduler import QueueScheduler

IDLE_SECONDS = 1.0
"""How often an idle reader looks after its streams."""
DRAIN_TICK_SECONDS = 0.02
CLOSE_SECONDS = 5.0
"""How long the client library may take to send the last acknowledgements; in vain where Pub/Sub is
away."""
LEASE_EXTENSION_SECONDS = 20
"""By how much a lease is extended at a time: so long does it take until what a killed worker held
comes again, and so long may this process be starved without losing a lease."""
REOPEN_SECONDS = 2.0
"""Wait before a stream that ended by itself is opened again."""


@dataclass(frozen=True, slots=True)
class FlowLimits:
    """What may be held at once over all streams, and for how long a lease is extended."""

    max_messages: int
    max_bytes: int
    max_lease_seconds: float

    def share(self, streams: int) -> FlowControl:
        """One stream's part, in the client library's terms."""
        return FlowControl(
            max_messages=max(1, self.max_messages // streams),
            max_bytes=max(1, self.max_bytes // streams),
            max_lease_duration=self.max_lease_seconds,
            min_duration_per_lease_extension=LEASE_EXTENSION_SECONDS,
            max_duration_per_lease_extension=LEASE_EXTENSION_SECONDS,
        )


@dataclass(slots=True)
class _Stream:
    """One open stream: the library's future, and the scheduler that knows what is held."""

    number: int
    scheduler: QueueScheduler
    future: Any


class Subscriber:
    """Receives from one subscription and gives batches until it is asked to stop.

    The client library reopens streams after transient errors by itself. A stream that ends all the
    same is opened again here, unless its end says that the worker is broken.
    """

    def __init__(
        self,
        client: SubscriberClient,
        subscription: str,
        *,
        streams: int,
        limits: FlowLimits,
        inbox: Inbox,
        health: Health,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._subscription = subscription
        self._number = streams
        self._limits = limits
        self._inbox = inbox
        self._health = health
        self._clock = clock
        self._streams: list[_Stream] = []
        self._reopen_at = 0.0

    @property
    def held(self) -> int:
        """How many messages wait for their verdict, over all streams."""
        return sum(stream.scheduler.held for stream in self._streams)

    def batches(self, stop: StopSignal) -> Iterator[list[Delivery]]:
        """Open the streams and give what comes, until everything held at a stop is settled.

        After a stop nothing more is pulled; what is already held is still given, until the stop's
        time is over.

        Raises:
            WorkerBroken: a stream ended because of a missing subscription or permission.
        """
        self._streams = [self._open(number) for number in range(self._number)]
        while not stop.requested:
            self._look_after_streams()
            yield from self._received(IDLE_SECONDS)
        self._health.draining()
        for stream in self._streams:
            stream.future.cancel()
        while not stop.expired and not self._drained():
            yield from self._received(DRAIN_TICK_SECONDS)

    def close(self) -> None:
        """Give back what has no verdict, send the last acknowledgements, close the connection."""
        for stream in self._streams:
            stream.future.cancel()
            stream.scheduler.release()
        until = self._clock() + CLOSE_SECONDS
        while not self._drained() and self._clock() < until:
            time.sleep(DRAIN_TICK_SECONDS)
        self._client.close()

    def _received(self, timeout: float) -> Iterator[list[Delivery]]:
        batch = self._inbox.take(timeout)
        if batch:
            self._health.received(len(batch))
            yield batch

    def _drained(self) -> bool:
        return all(stream.future.done() for stream in self._streams)

    def _open(self, number: int) -> _Stream:
        scheduler = QueueScheduler(
            self._inbox, max_lease_seconds=self._limits.max_lease_seconds, clock=self._clock
        )
        future = self._client.subscribe(
            self._subscription,
            callback=_never_called,
            flow_control=self._limits.share(self._number),
            scheduler=scheduler,
        )
        self._health.stream_opened(number)
        return _Stream(number, scheduler, future)

    def _look_after_streams(self) -> None:
        """Open streams that ended again, after a pause; stop where that cannot help."""
        ended = [stream for stream in self._streams if stream.future.done()]
        if not ended:
            return
        if self._reopen_at == 0.0:
            for stream in ended:
                self._report(stream)
            self._reopen_at = self._clock() + REOPEN_SECONDS
        elif self._clock() >= self._reopen_at:
            self._reopen_at = 0.0
            alive = [stream for stream in self._streams if stream not in ended]
            self._streams = alive + [self._open(stream.number) for stream in ended]

    def _report(self, stream: _Stream) -> None:
        error = self._why_ended(stream)
        if isinstance(error, WorkerBroken):
            raise error
        self._health.stream_died(stream.number, str(error))

    def _why_ended(self, stream: _Stream) -> ChurnError:
        error = stream.future.exception() or ConnectionError("the stream ended")
        return translate(error, resource=self._subscription, setting="pubsub.subscription")


def _never_called(message: object) -> None:
    """The callback that the library wants; the scheduler never calls it."""
    raise AssertionError(f"the scheduler only queues, but called back with {message!r}")
