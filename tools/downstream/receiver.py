"""Receiving from one subscription, message by message, by Google's own client."""

import concurrent.futures
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage
from google.cloud.pubsub_v1.types import FlowControl

from consumer.message import Message
from consumer.pubsub_errors import translate
from consumer.subscriber.delivery import to_message


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came, and must be acknowledged."""

    message: Message
    at: float
    """The receiver's clock in the moment the client had it, in seconds."""
    ack: Callable[[], None]
    nack: Callable[[], None]


class Receiver:
    """Receives between ``__enter__`` and ``__exit__``; what nobody took is given back."""

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
        self._clock = clock
        self._arrived: queue.Queue[Arrival] = queue.Queue()
        self._closing = False
        self._stream = client.subscribe(
            subscription, callback=self._arrive, flow_control=FlowControl(max_messages=most)
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give back what was not taken; send the acknowledgements that are on their way."""
        self._closing = True
        while not self._arrived.empty():
            self._arrived.get().nack()
        self._stream.cancel()
        concurrent.futures.wait([self._stream])

    def _arrive(self, google: GoogleMessage) -> None:
        if self._closing:
            google.nack()
            return
        self._arrived.put(
            Arrival(to_message(google), self._clock(), ack=google.ack, nack=google.nack)
        )
