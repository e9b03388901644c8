"""Of each ordering key one message at a time, as Google's own subscriber hands them out.

"Order messages", Pub/Sub documentation: messages of a key come in order, and after one of them is
given back it comes again together with all later ones of its key.
"""

from collections import deque
from collections.abc import Sequence

from consumer.subscriber.delivery import Delivery


class OrderedKeys:
    """Who is at work, and who waits behind. Not for several threads at once."""

    def __init__(self) -> None:
        self._behind: dict[str, deque[Delivery]] = {}
        """By the key of a message that is at work; messages without a key are not here."""

    def admit(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Give those that may be worked on now; the others wait behind their keys' first."""
        return [delivery for delivery in deliveries if self._is_first(delivery)]

    def done(self, delivery: Delivery) -> list[Delivery]:
        """Give the next of its key, if there is one, after this one is acknowledged."""
        key = delivery.message.ordering_key
        behind = self._behind.get(key)
        if behind:
            return [behind.popleft()]
        self._behind.pop(key, None)
        return []

    def undone(self, delivery: Delivery) -> list[Delivery]:
        """Give all that wait behind this one, which comes again: they will come after it."""
        return list(self._behind.pop(delivery.message.ordering_key, ()))

    def _is_first(self, delivery: Delivery) -> bool:
        key = delivery.message.ordering_key
        if not key:
            return True
        if key in self._behind:
            self._behind[key].append(delivery)
            return False
        self._behind[key] = deque()
        return True
