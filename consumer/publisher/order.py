"""Requests of one ordering key never overtake each other."""

from collections.abc import Callable
from threading import Lock
from weakref import WeakSet, WeakValueDictionary

from consumer.publisher.request import Request


class Order:
    """Says when a request may be sent: once the one before it, of the same key, is settled.

    Nothing is kept of a key once nobody holds a publication of it.
    """

    def __init__(self) -> None:
        self._last: WeakValueDictionary[tuple[str, str], Request] = WeakValueDictionary()
        self._waiting: WeakSet[Request] = WeakSet()
        self._lock = Lock()

    def admits(self, request: Request) -> bool:
        """Line a request up; whether it may be sent at once. Without a key it always may."""
        if not request.ordering_key:
            return True
        key = request.topic, request.ordering_key
        with self._lock:
            earlier, self._last[key] = self._last.get(key), request
        if earlier is None or earlier.is_settled:
            return True
        self.follow(request, earlier)
        return False

    def follow(self, request: Request, earlier: Request) -> None:
        """Let a request wait for another one."""
        with self._lock:
            request.earlier = earlier
            self._waiting.add(request)

    def release(self, send: Callable[[Request], None]) -> None:
        """Send all that no longer have to wait: one of each key, at the same time."""
        with self._lock:
            for request in [each for each in self._waiting if _may_go(each)]:
                self._waiting.discard(request)
                request.earlier = None
                send(request)


def _may_go(request: Request) -> bool:
    return request.earlier is None or request.earlier.is_settled
