"""What one stream may hold at once ("StreamingPullRequest" in the API reference)."""

import sys


class FlowControl:
    """Counts the messages and bytes that were sent to a stream and are not acked or nacked."""

    __slots__ = ("_bytes", "_max_bytes", "_max_messages", "_messages")

    def __init__(self, *, max_messages: int = 0, max_bytes: int = 0) -> None:
        """Limit a stream; a limit of 0 or less means none."""
        self._max_messages = max_messages if max_messages > 0 else sys.maxsize
        self._max_bytes = max_bytes if max_bytes > 0 else sys.maxsize
        self._messages = 0
        self._bytes = 0

    @property
    def messages(self) -> int:
        """Messages that are held now."""
        return self._messages

    def has_room(self) -> bool:
        """Whether one more message may be sent, however large it is."""
        return self._messages < self._max_messages and self._bytes < self._max_bytes

    def fits(self, size: int) -> bool:
        """Whether a message of ``size`` bytes stays within the limits; the first always does."""
        if not self._messages:
            return True
        return self._messages < self._max_messages and self._bytes + size <= self._max_bytes

    def hold(self, size: int) -> None:
        """Count a message of ``size`` bytes that is sent."""
        self._messages += 1
        self._bytes += size

    def release(self, size: int) -> None:
        """Count a message of ``size`` bytes that is acked, nacked, or has expired."""
        self._messages -= 1
        self._bytes -= size
