"""One message that is held, and the one verdict on it."""

import threading
from collections.abc import Callable

from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage

from consumer.message import Message


class Delivery:
    """A held message; its lease is extended until it is acknowledged or given back.

    Only the first verdict counts, whichever thread it comes from.
    """

    __slots__ = (
        "_google", "_lease_ends_at", "_lock", "_settled", "_when_settled", "message", "size",
    )  # fmt: skip

    def __init__(
        self, google: GoogleMessage, *, lease_ends_at: float, when_settled: Callable[[], None]
    ) -> None:
        self.message = to_message(google)
        self._lease_ends_at = lease_ends_at
        self.size: int = google.size
        """Bytes, as flow control counts them."""
        self._google = google
        self._when_settled = when_settled
        self._settled = False
        self._lock = threading.Lock()

    def is_expired(self, clock: float) -> bool:
        """Whether its lease is no longer extended, at a monotonic time in seconds."""
        return clock >= self._lease_ends_at

    def ack(self) -> None:
        """The message is done with."""
        if self._first():
            self._google.ack()
            self._when_settled()

    def nack(self) -> None:
        """Give the message back; it comes again, and a delivery attempt is spent."""
        if self._first():
            self._google.nack()
            self._when_settled()

    def expire(self) -> None:
        """Its lease is over, which the library finds by itself; no verdict counts any more."""
        if self._first():
            self._when_settled()

    def _first(self) -> bool:
        with self._lock:
            first, self._settled = not self._settled, True
        return first


def to_message(google: GoogleMessage) -> Message:
    """Take out of the client library's message what the core needs."""
    return Message(
        message_id=google.message_id,
        data=google.data,
        attributes=dict(google.attributes),
        publish_time=google.publish_time,
        ordering_key=google.ordering_key,
        delivery_attempt=google.delivery_attempt,
    )
