"""The scheduler that the client library is given: it only queues.

At shutdown the library first asks the scheduler to shut down, then stops its lease keeper, sends
the acknowledgements that are queued, and closes. So ``shutdown`` returns only when everything held
has its verdict: an acknowledgement given later would go nowhere, without an error.
"""

import queue
import threading
from collections.abc import Callable
from typing import Any

from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage
from google.cloud.pubsub_v1.subscriber.scheduler import Scheduler

from consumer.subscriber.delivery import Delivery
from consumer.subscriber.inbox import Inbox


class QueueScheduler(Scheduler):  # type: ignore[misc]  # the library is untyped
    """Puts each message of one stream into the inbox and keeps account of what is held."""

    def __init__(
        self, inbox: Inbox, *, max_lease_seconds: float, clock: Callable[[], float]
    ) -> None:
        self._inbox = inbox
        self._max_lease_seconds = max_lease_seconds
        self._clock = clock
        self._requests: queue.Queue[Any] = queue.Queue()
        self._held: set[Delivery] = set()
        self._changed = threading.Condition()
        self._closed = False

    @property
    def queue(self) -> "queue.Queue[Any]":
        """Where verdicts go; the library's dispatcher sends them on."""
        return self._requests

    @property
    def held(self) -> int:
        """How many messages of this stream wait for their verdict."""
        return len(self._held)

    def schedule(self, callback: Callable[..., Any], *args: Any, **_: Any) -> None:  # noqa: ARG002
        """Queue the message; one that comes after the end is given back at once."""
        google: GoogleMessage = args[0]
        delivery = Delivery(
            google,
            lease_ends_at=self._clock() + self._max_lease_seconds,
            when_settled=lambda: self._settled(delivery),
        )
        with self._changed:
            closed = self._closed
            self._held.add(delivery)
        if closed:
            delivery.nack()
        else:
            self._inbox.put(delivery)

    def shutdown(self, await_msg_callbacks: bool = False) -> list[GoogleMessage]:  # noqa: ARG002, FBT001, FBT002
        """Block until every held message has its verdict; then nothing more is queued."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held)
            self._closed = True
        return []

    def release(self) -> None:
        """Give back everything that has no verdict yet, and whatever still comes.

        After a message of an ordering key is given back, the library schedules the key's next.
        """
        with self._changed:
            self._closed = True
            unsettled = list(self._held)
        for delivery in unsettled:
            delivery.nack()

    def _settled(self, delivery: Delivery) -> None:
        with self._changed:
            self._held.discard(delivery)
            if not self._held:
                self._changed.notify_all()
