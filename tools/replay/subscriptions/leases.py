"""Which messages are held, by what they are acknowledged, and when their leases end."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple


class Lease(NamedTuple):
    """A message that nobody else gets until the lease ends."""

    ack_id: str
    ends: float
    """Seconds on the clock of whoever holds it."""


class Leases:
    """The messages that are held, the longest held first; of each the id alone is kept."""

    def __init__(self) -> None:
        self._held: dict[str, Lease] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._held

    def take(self, message_id: str, lease: Lease) -> None:
        """Hold a message; where it is held already, the newer lease counts."""
        self._held[message_id] = lease

    def release(self, message_ids: Iterable[str]) -> None:
        """Hold these no longer."""
        for message_id in message_ids:
            self._held.pop(message_id, None)

    def extend(self, message_ids: Iterable[str], ends: float) -> None:
        """Note that the leases of these, where they are held, end later."""
        for message_id in message_ids:
            if (lease := self._held.get(message_id)) is not None:
                self._held[message_id] = lease._replace(ends=ends)

    def ack_ids(self, message_ids: Iterable[str]) -> dict[str, str]:
        """Give the ack ids of those that are held, by message id."""
        found = ((each, self._held.get(each)) for each in message_ids)
        return {message_id: lease.ack_id for message_id, lease in found if lease is not None}

    def ending_before(self, moment: float) -> list[str]:
        """Give the messages whose leases end before a moment."""
        return [message_id for message_id, lease in self._held.items() if lease.ends < moment]

    def oldest(self, count: int | None = None) -> list[str]:
        """Give those that have been held longest; all without a count."""
        return list(islice(self._held, count))
