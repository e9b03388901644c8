"""What a topic retains as a source, through a subscription that lives as long as the replay."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Self

from google.cloud.pubsub_v1 import SubscriberClient

from consumer.message import Message
from schemas.moments import rfc3339
from tools.errors import BadInput
from tools.replay.source import Entry, Rejected
from tools.replay.subscriptions.calls import SubscriptionCalls
from tools.replay.subscriptions.held import HeldSubscription
from tools.replay.subscriptions.reading import patience, read_until_quiet, unchecked
from tools.replay.subscriptions.temporary import TemporarySubscription

QUIET_SECONDS = 10.0
"""A seek takes effect a little later than it is answered."""
MOST_HELD = 50_000
"""Whatever was given so many messages ago and is not confirmed was left out by the replay: it has
two batches under way at the most."""


class RetainedSource:
    """The messages that a topic retains, from a time or a snapshot to the start of the replay.

    The subscription is deleted when the ``with`` block ends; where an exception ends it, it is
    kept, so that the replay of the same id goes on with it.
    """

    total = None
    """Pub/Sub does not say how many messages a topic retains."""

    def __init__(
        self,
        client: SubscriberClient,
        topic: str,
        at: datetime | str,
        *,
        replay_id: str,
        started: datetime,
        quiet_seconds: float = QUIET_SECONDS,
        most_held: int = MOST_HELD,
        check: Callable[[], object] = unchecked,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read what was published before a moment.

        Args:
            client: Google's own.
            topic: full name.
            at: the first publish time that is meant, or the full name of a snapshot.
            replay_id: the same each time a replay goes on; letters, digits and dashes.
            started: when the replay began; what was published later does not count.
            quiet_seconds: how long nothing may come until that is all.
            most_held: more than the replay has under way at once.
            check: called before each pull; raises where somebody asked to stop.
            clock: seconds that never go back.
        """
        self._check = check
        self._topic = topic
        self._at = at
        self._started = started
        self._quiet_seconds = quiet_seconds
        self._most_held = most_held
        self._clock = clock
        self._is_new = False
        self._temporary = TemporarySubscription(client, topic, at, replay_id=replay_id)
        self._held = HeldSubscription(
            SubscriptionCalls(client, self._temporary.name, setting="the replay"), clock=clock
        )

    @property
    def name(self) -> str:
        """The same for every replay of the same messages."""
        at = self._at if isinstance(self._at, str) else rfc3339(self._at)
        return f"retained messages of {self._topic} from {at}"

    def __enter__(self) -> Self:
        """Create the subscription, or find it again.

        Raises:
            BadInput: the topic retains nothing, or the subscription belongs to another.
            ChurnError: the topic is missing, or Pub/Sub refuses or is away.
        """
        self._is_new = self._temporary.create()
        self._held.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *ended: object) -> None:
        """Delete the subscription, unless an exception came: then give back what it held."""
        self._held.__exit__(kind, *ended)
        if kind is None:
            self._temporary.delete()

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read from the beginning, or go on: what is done was acknowledged, and is not there.

        Args:
            after: no place to go on from; but where there is one, the subscription is not sought
                again.

        Raises:
            BadInput: there is nothing any more that could be gone on with.
            ChurnError: the snapshot is missing, or Pub/Sub refuses or is away.
        """
        if after is None:
            self._held.forget()
            self._temporary.seek()
        elif self._is_new:
            raise BadInput(_is_gone(self._temporary.name))
        messages = read_until_quiet(
            self._held,
            is_meant=self._is_meant,
            goes_on=self._make_room,
            quiet_seconds=patience(self._quiet_seconds, goes_on=not self._is_new),
            left_out=self._held.acknowledge,
            clock=self._clock,
        )
        for read, message in enumerate(messages, 1):
            yield Entry(message._replace(delivery_attempt=None), message.message_id, read)

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Acknowledge these, so that they do not come again when the replay goes on.

        Raises:
            ChurnError: some could not be acknowledged, and may come again.
        """
        self._held.acknowledge([entry.cursor for entry in entries])

    def _is_meant(self, message: Message) -> bool:
        """A seek is not exact, so what was published before its time may come as well."""
        since = self._at if isinstance(self._at, datetime) else message.publish_time
        return since <= message.publish_time < self._started

    def _make_room(self) -> bool:
        """Nobody else reads this subscription, so what was left out may be acknowledged."""
        self._check()
        if (too_many := self._held.held - self._most_held) > 0:
            self._held.acknowledge(self._held.oldest(too_many))
        return True


def _is_gone(subscription: str) -> str:
    return (
        f"{subscription} is gone, and with it what was sent and what was not: begin anew with "
        "--restart, from the time of the last event that arrived"
    )
