"""One snapshot: the messages that are unacknowledged in it.

"Replay and purge messages with seek" in the Pub/Sub documentation: a snapshot retains what was
unacknowledged in its subscription when it was made, and what is published to the topic afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tools.emulator.clock import DAY, HOUR, MINUTE
from tools.emulator.errors import FailedPrecondition, InvalidArgument
from tools.emulator.message import Message

LONGEST_LIFETIME = 7 * DAY
SHORTEST_LIFETIME = HOUR


@dataclass(slots=True, eq=False)
class Snapshot:
    """The state of one snapshot; times in nanoseconds.

    It exists until ``expire_time``; what it retains is let go then.
    """

    name: str
    topic: str
    created: int
    expire_time: int
    labels: Mapping[str, str]
    unacknowledged: dict[int, Message] = field(default_factory=dict)

    def keep(self, messages: Iterable[Message], now: int) -> None:
        """Retain messages that are published to the topic."""
        if self.expired(now):
            self.unacknowledged.clear()
        else:
            self.unacknowledged.update((message.number, message) for message in messages)

    def expired(self, now: int) -> bool:
        """Whether its time is over."""
        return now >= self.expire_time

    def set_expire_time(self, time: int, now: int) -> None:
        """Let it expire at another time.

        Raises:
            InvalidArgument: the time is over already, or more than 7 days after the creation.
        """
        if not now < time <= self.created + LONGEST_LIFETIME:
            raise InvalidArgument(
                "expire_time is in the future and at most 7 days after the snapshot's creation"
            )
        self.expire_time = time


def expiry(unacknowledged: Iterable[Message], now: int) -> int:
    """Say when a snapshot of these messages would expire: 7 days less the age of the oldest.

    Raises:
        FailedPrecondition: that is in less than an hour.
    """
    oldest = min((message.publish_time for message in unacknowledged), default=now)
    expire_time = min(oldest, now) + LONGEST_LIFETIME
    if expire_time < now + SHORTEST_LIFETIME:
        raise FailedPrecondition(
            "the snapshot would expire in less than 1 hour: its subscription's oldest"
            f" unacknowledged message is {(now - oldest) // MINUTE} minutes old"
        )
    return expire_time
