"""Receiving from one subscription, message by message, by Google's own client."""

import concurrent.futures
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage
from google.cloud.pubsub_v1.subscriber.scheduler import Scheduler
from google.cloud.pubsub_v1.types import FlowControl

from consumer.message import Message
from consumer.pubsub_errors import translate

LEASE_SECONDS = 10
"""The least there is: so long it takes until what a killed reader held comes to another."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came, and must be acknowledged."""

    google: GoogleMessage
    at: float
    """The receiver's clock in the moment the client had it, in seconds."""

    @property
    def message(self) -> Message:
        """The message without the client library around it."""
        return Message(
            message_id=self.google.message_id,
            data=self.google.data,
            attributes=dict(self.google.attributes),
            publish_time=self.google.publish_time,
            ordering_key=self.google.ordering_key,
            delivery_attempt=self.google.delivery_attempt,
        )

    def ack(self) -> None:
        """The message was seen and must not come again."""
        self.google.ack()


class Receiver:
    """Receives until its ``with`` block ends; what nobody took by then is given back."""

    def __init__(
        self,
        client: SubscriberClient,
        subscription: str,
        *,
        most: int = 1_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to receive.

        Args:
            client: Google's own.
            subscription: full name.
            most: how many messages are held at once.
            clock: tells when a message came.
        """
        self._subscription = subscription
        self._arrived: queue.Queue[Arrival] = queue.Queue()
        limits = FlowControl(
            max_messages=most,
            min_duration_per_lease_extension=LEASE_SECONDS,
            max_duration_per_lease_extension=LEASE_SECONDS,
        )
        self._stream = client.subscribe(
            subscription,
            callback=_unused,
            flow_control=limits,
            scheduler=_Queueing(self._arrived, clock),
        )

    def next(self, timeout: float) -> Arrival | None:
        """Wait up to ``timeout`` seconds for the next message; None when none came.

        Raises:
            ResourceMissing: the subscription does not exist, or no longer.
            AccessDenied: it may not be received from.
            PubSubDown: the stream ended for another reason.
        """
        try:
            return self._arrived.get(timeout=timeout)
        except queue.Empty:
            if self._stream.done() and (error := self._stream.exception()) is not None:
                raise translate(
                    error, resource=self._subscription, setting="--subscription"
                ) from error
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the stream; acknowledgements that are on their way are sent first."""
        self._stream.cancel()
        concurrent.futures.wait([self._stream])


class _Queueing(Scheduler):  # type: ignore[misc]  # the library is untyped
    """Puts messages on a queue, and no thread between; the library gives back what is left."""

    def __init__(self, arrived: "queue.Queue[Arrival]", clock: Callable[[], float]) -> None:
        self._arrived = arrived
        self._clock = clock
        self._requests: queue.Queue[Any] = queue.Queue()

    @property
    def queue(self) -> "queue.Queue[Any]":
        """Where acknowledgements go; the library's dispatcher sends them on."""
        return self._requests

    def schedule(self, callback: Callable[..., Any], *args: Any, **_: Any) -> None:  # noqa: ARG002
        """Queue a message that came."""
        self._arrived.put(Arrival(args[0], self._clock()))

    def shutdown(self, await_msg_callbacks: bool = False) -> list[GoogleMessage]:  # noqa: ARG002
        """Hand the library what nobody took; it nacks that."""
        left = []
        while not self._arrived.empty():
            left.append(self._arrived.get().google)
        return left


def _unused(message: GoogleMessage) -> None:
    del message
    raise AssertionError("the scheduler runs no callbacks")
