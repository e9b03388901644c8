"""Several StreamingPull streams into one inbox: opened, watched, reopened, drained."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.types import StreamingPullRequest

from consumer.errors import ChurnError, WorkerBroken
from consumer.health import Health
from consumer.periodic import Periodic
from consumer.pubsub_errors import translate
from consumer.stopping import StopSignal
from consumer.subscriber.delivery import Delivery, to_message
from consumer.subscriber.held import Held
from consumer.subscriber.inbox import Inbox
from consumer.subscriber.leases import LEASE_SECONDS, LOOK_SECONDS, RENEW_SECONDS, Leases
from consumer.subscriber.limits import FlowLimits
from consumer.subscriber.stream import Stream
from consumer.subscriber.verdicts import Verdicts

IDLE_SECONDS = 1.0
"""How often an idle reader looks after its streams."""
DRAIN_TICK_SECONDS = 0.02
CLOSE_SECONDS = 5.0
"""How long the last verdicts may take to be sent; in vain where Pub/Sub is away."""
REOPEN_SECONDS = 2.0
"""Wait before a stream that ended by itself is opened again."""


@dataclass(slots=True)
class _Numbered:
    """One open stream, and which one it is in the health report."""

    number: int
    stream: Stream


class Subscriber:
    """Receives from one subscription and gives batches until it is asked to stop.

    A stream opens itself again after errors that pass. One that ends all the same is opened again
    here, unless its end says that the worker is broken.
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
        random_: random.Random | None = None,
    ) -> None:
        self._client = client
        self._subscription = subscription
        self._number = streams
        self._limits = limits
        self._inbox = inbox
        self._health = health
        self._clock = clock
        self._random = random_ or random.SystemRandom()
        self._verdicts = Verdicts(client, subscription)
        self._held = Held(limits, self._verdicts, inbox.put)
        leases = Leases(self._held, self._verdicts, forget=inbox.remove, clock=clock)
        self._leases = Periodic(leases.look, name="leases", seconds=LOOK_SECONDS)
        self._streams: list[_Numbered] = []
        self._reopen_at = 0.0

    @property
    def held(self) -> int:
        """How many messages wait for their verdict, over all streams."""
        return len(self._held)

    def batches(self, stop: StopSignal) -> Iterator[list[Delivery]]:
        """Open the streams and give what comes, until everything held at a stop is settled.

        After a stop nothing more is pulled; what is already held is still given, until the stop's
        time is over.

        Raises:
            WorkerBroken: a stream ended because of a missing subscription or permission.
        """
        self._verdicts.start()
        with self._leases:
            self._streams = [self._open(number) for number in range(self._number)]
            while not stop.requested:
                self._look_after_streams()
                yield from self._received(IDLE_SECONDS)
            self._health.draining()
            self._cancel_streams()
            while self._held and not stop.expired:
                yield from self._received(DRAIN_TICK_SECONDS)

    def close(self) -> None:
        """Give back what has no verdict, send the last acknowledgements, close the connection."""
        self._cancel_streams()
        self._held.release()
        self._verdicts.close(CLOSE_SECONDS)
        self._client.close()

    def _received(self, timeout: float) -> Iterator[list[Delivery]]:
        batch = self._inbox.take(timeout)
        if batch:
            self._health.received(len(batch))
            yield batch

    def _cancel_streams(self) -> None:
        for each in self._streams:
            each.stream.cancel()

    def _open(self, number: int) -> _Numbered:
        share = self._limits.share(self._number)
        stream = Stream(
            self._client,
            StreamingPullRequest(
                subscription=self._subscription,
                stream_ack_deadline_seconds=LEASE_SECONDS,
                client_id=str(uuid.UUID(int=self._random.getrandbits(128), version=4)),
                max_outstanding_messages=share.max_messages,
                max_outstanding_bytes=share.max_bytes,
            ),
            receive=self._receive,
            has_room=self._held.wait_for_room,
            random_=self._random,
        )
        stream.start()
        self._health.stream_opened(number)
        return _Numbered(number, stream)

    def _receive(self, received: Any) -> None:
        """Hold what a stream read; called in its thread."""
        now = self._clock()
        renew_at, ends_at = now + RENEW_SECONDS, now + self._limits.max_lease_seconds
        self._held.receive(
            [
                Delivery(
                    to_message(each),
                    self._held,
                    ack_id=each.ack_id,
                    size=each.message.ByteSize(),
                    renew_at=renew_at,
                    lease_ends_at=ends_at,
                )
                for each in received
            ]
        )

    def _look_after_streams(self) -> None:
        """Open streams that ended again, after a pause; stop where that cannot help."""
        ended = [each for each in self._streams if each.stream.ended]
        if not ended:
            return
        if self._reopen_at == 0.0:
            for each in ended:
                self._report(each)
            self._reopen_at = self._clock() + REOPEN_SECONDS
        elif self._clock() >= self._reopen_at:
            self._reopen_at = 0.0
            alive = [each for each in self._streams if each not in ended]
            self._streams = alive + [self._open(each.number) for each in ended]

    def _report(self, ended: _Numbered) -> None:
        error = self._why_ended(ended.stream)
        if isinstance(error, WorkerBroken):
            raise error
        self._health.stream_died(ended.number, str(error))

    def _why_ended(self, stream: Stream) -> ChurnError:
        error = stream.error or ConnectionError("the stream ended")
        return translate(error, resource=self._subscription, setting="pubsub.subscription")
