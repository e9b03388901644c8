"""The scheduler that the client library is given: it only queues.

At shutdown the library first asks the scheduler to shut down, then stops its lease keeper, sends
the acknowledgements that are queued, and closes. So ``shutdown`` returns only when everything held
has its verdict: an acknowledgement given later would go nowhere, without an error.
"""

import itertools
import queue
import threading
from collections.abc import Callable
from typing import Any

import structlog
from google.cloud.pubsub_v1.subscriber.message import Message as GoogleMessage
from google.cloud.pubsub_v1.subscriber.scheduler import Scheduler

from consumer.subscriber.delivery import Delivery
from consumer.subscriber.inbox import Inbox

log = structlog.get_logger(__name__)


class QueueScheduler(Scheduler):  # type: ignore[misc]  # the library is untyped
    """Puts each message of one stream into the inbox and keeps account of what is held."""

    def __init__(
        self, inbox: Inbox, *, max_lease_seconds: float, clock: Callable[[], float]
    ) -> None:
        self._inbox = inbox
        self._max_lease_seconds = max_lease_seconds
        self._clock = clock
        self._requests: queue.Queue[Any] = queue.Queue()
        self._held: dict[Delivery, None] = {}
        """In the order in which they came, and so in which their leases end."""
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
        self._drop_expired()
        with self._changed:
            closed = self._closed
            self._held[delivery] = None
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

    def _drop_expired(self) -> None:
        """Forget what is held beyond its lease: it comes again, and must not be here twice.

        Otherwise the library, which has forgotten it already, fills the inbox without a bound in an
        outage that is longer than a lease.
        """
        now = self._clock()
        with self._changed:
            expired = list(itertools.takewhile(lambda each: each.is_expired(now), self._held))
        if expired:
            log.warning("leases_ended", messages=len(expired))
            self._inbox.remove(set(expired))
            for delivery in expired:
                delivery.expire()

    def _settled(self, delivery: Delivery) -> None:
        with self._changed:
            self._held.pop(delivery, None)
            if not self._held:
                self._changed.notify_all()
