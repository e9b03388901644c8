"""One message that is held, and the one verdict on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from consumer.message import Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Keeper(Protocol):
    """Who keeps a delivery until its verdict, and says whether a verdict is the first."""

    def acknowledge(self, delivery: "Delivery") -> None:
        """It is done with."""
        ...

    def give_back(self, delivery: "Delivery") -> None:
        """It shall come again."""
        ...


class Delivery:
    """A held message; its lease is extended until it is acknowledged or given back.

    Only the first verdict counts, whichever thread it comes from. Equal to itself alone.
    """

    __slots__ = ("_keeper", "ack_id", "lease_ends_at", "message", "renew_at", "size")

    def __init__(
        self,
        message: Message,
        keeper: Keeper,
        *,
        ack_id: str,
        size: int,
        renew_at: float,
        lease_ends_at: float,
    ) -> None:
        """Say what came; times are those of a monotonic clock, in seconds."""
        self.message = message
        self.ack_id = ack_id
        self.size = size
        """Bytes, as flow control counts them."""
        self.renew_at = renew_at
        """When the server is next asked for more time."""
        self.lease_ends_at = lease_ends_at
        """When it is asked no more."""
        self._keeper = keeper

    def is_expired(self, clock: float) -> bool:
        """Whether its lease is no longer extended, at a monotonic time in seconds."""
        return clock >= self.lease_ends_at

    def ack(self) -> None:
        """The message is done with."""
        self._keeper.acknowledge(self)

    def nack(self) -> None:
        """Give the message back; it comes again, and a delivery attempt is spent."""
        self._keeper.give_back(self)


def to_message(received: Any) -> Message:
    """Take what the core needs out of a ``ReceivedMessage``, the plain protobuf one.

    Of the time of publishing microseconds are kept. An attempt of 0 is none: the subscription has
    no dead-letter policy ("ReceivedMessage", Pub/Sub reference).
    """
    message = received.message
    attributes = message.attributes
    return Message(
        message.message_id,
        message.data,
        {name: attributes[name] for name in attributes},  # dict() takes protobuf's maps in slowly
        _moment(message.publish_time),
        message.ordering_key,
        received.delivery_attempt or None,
    )


def _moment(stamp: Any) -> datetime:
    return _EPOCH + timedelta(0, stamp.seconds, stamp.nanos // 1_000)


Deliver = Callable[[list[Delivery]], None]
"""Takes what came, in the order in which it came."""
