"""Messages that are kept although nobody waits for them, so that a seek can bring them back."""

import heapq

from tools.emulator.message import Message


class Retained:
    """Messages by publish time, forgotten when they are older than the retention."""

    def __init__(self) -> None:
        self._messages: list[tuple[int, int, Message]] = []

    def __len__(self) -> int:
        return len(self._messages)

    def keep(self, message: Message) -> None:
        """Keep a message."""
        heapq.heappush(self._messages, (message.publish_time, message.number, message))

    def forget_before(self, time: int) -> None:
        """Forget what was published before ``time`` (nanoseconds)."""
        while self._messages and self._messages[0][0] < time:
            heapq.heappop(self._messages)

    def everything(self) -> list[Message]:
        """All that is kept, in no order."""
        return [message for _, _, message in self._messages]

    def clear(self) -> None:
        """Forget everything."""
        self._messages.clear()
