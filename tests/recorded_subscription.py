"""A subscription in memory that records what is asked of it, for tests without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from consumer.errors import ChurnError
from consumer.message import Message
from tests.builders import NOON
from tools.replay.subscriptions.calls import Received


@dataclass
class RecordedSubscription:
    """Gives what waits; what is given back, or expires, waits again."""

    waiting: list[Message]
    subscription: str = "projects/p/subscriptions/letters"
    acknowledged: list[str] = field(default_factory=list)
    """Message ids."""
    leases: list[tuple[str, int]] = field(default_factory=list)
    """Each ack id whose lease was changed, and to how many seconds."""
    failures: list[ChurnError] = field(default_factory=list)
    """Raised by the next acknowledgements or leases, each once."""
    pulls: list[int] = field(default_factory=list)
    """The limit of each pull."""
    given: dict[str, Message] = field(default_factory=dict)
    """What is held, by ack id."""

    def pull(self, limit: int) -> list[Received]:
        """Give the first messages that wait."""
        self.pulls.append(limit)
        part, self.waiting = self.waiting[:limit], self.waiting[limit:]
        received = [
            Received(each, f"{each.message_id}/{len(self.pulls)}/{place}")
            for place, each in enumerate(part)
        ]
        self.given |= {ack_id: message for message, ack_id in received}
        return received

    def acknowledge(self, ack_ids: Sequence[str]) -> None:
        """Forget messages."""
        self._fail()
        self.acknowledged += [self.given.pop(ack_id).message_id for ack_id in ack_ids]

    def lease(self, ack_ids: Sequence[str], seconds: int) -> None:
        """Note the leases; 0 lets the messages wait again."""
        self._fail()
        self.leases += [(ack_id, seconds) for ack_id in ack_ids]
        if seconds == 0:
            self.waiting += [self.given.pop(ack_id) for ack_id in ack_ids]

    def expire(self) -> None:
        """Let every lease end."""
        self.waiting += self.given.values()

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


@dataclass
class Clock:
    """A clock that goes on by itself with each look, by ``step`` seconds."""

    now: float = 0.0
    step: float = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        self.now += self.step
        return self.now


def numbered(count: int, *, seconds: float = 0, **attributes: str) -> list[Message]:
    """Build messages "1", "2", … that were published so many seconds after noon."""
    time = NOON + timedelta(seconds=seconds)
    return [Message(str(each), b"{}", dict(attributes), time) for each in range(1, count + 1)]
