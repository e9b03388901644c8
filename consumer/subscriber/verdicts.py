"""Verdicts on their way to the server: many in one request, on a thread of their own."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.api_core.retry import Retry, if_exception_type

from consumer.pubsub_errors import PASSING

log = structlog.get_logger(__name__)

IDS_A_REQUEST = 1_000
"""An id of Pub/Sub's has up to 200 characters, and a request 512 KiB ("Quotas and limits")."""
RETRY = Retry(
    predicate=if_exception_type(*PASSING),
    initial=0.1,
    maximum=5.0,
    timeout=30.0,
)
"""After that it is given up: the messages come again, as "at least once" allows."""
CALL_SECONDS = 5.0


class Acknowledger(Protocol):
    """The calls of Google's SubscriberClient that are made here."""

    def acknowledge(self, request: Any, *, retry: Retry, timeout: float) -> None:
        """The messages are done with."""
        ...

    def modify_ack_deadline(self, request: Any, *, retry: Retry | None, timeout: float) -> None:
        """The messages are held that much longer; 0 gives them back."""
        ...


class Verdicts:
    """Takes ids without waiting, and sends what has gathered while it was sending."""

    def __init__(self, client: Acknowledger, subscription: str) -> None:
        self._client = client
        self._subscription = subscription
        self._acknowledged: deque[str] = deque()
        self._given_back: deque[str] = deque()
        self._something = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="verdicts", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def acknowledge(self, ack_id: str) -> None:
        """Send that a message is done with; any thread."""
        self._put(self._acknowledged, ack_id)

    def give_back(self, ack_id: str) -> None:
        """Send that a message shall come again; any thread."""
        self._put(self._given_back, ack_id)

    def extend(self, ack_ids: Sequence[str], seconds: int) -> bool:
        """Ask once for more time for messages, and wait for the answer; any thread.

        Gives False where the server could not be asked.
        """
        return self._send(
            ack_ids, lambda part: self._modify(part, seconds, retry=None), "leases_not_extended"
        )

    def close(self, timeout: float) -> None:
        """Send what was put until now and end the thread, which is left behind after a while."""
        self._closing = True
        self._something.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _put(self, ids: deque[str], ack_id: str) -> None:
        ids.append(ack_id)
        if not self._something.is_set():  # an id was seldom put alone, and looking costs less
            self._something.set()

    def _run(self) -> None:
        while not self._closing:
            self._something.wait()
            self._something.clear()
            self._send_all()
        self._send_all()

    def _send_all(self) -> None:
        while acknowledged := _drained(self._acknowledged):
            self._send(acknowledged, self._acknowledge, "acknowledgements_lost")
        while given_back := _drained(self._given_back):
            self._send(given_back, lambda part: self._modify(part, 0), "not_given_back")

    def _send(
        self, ack_ids: Sequence[str], call: Callable[[Sequence[str]], None], failed: str
    ) -> bool:
        """Make as many calls as the ids need; one that fails is told, and costs no message."""
        sent = True
        for first in range(0, len(ack_ids), IDS_A_REQUEST):
            part = ack_ids[first : first + IDS_A_REQUEST]
            try:
                call(part)
            except (GoogleAPICallError, RetryError) as error:
                log.warning(failed, messages=len(part), reason=str(error))
                sent = False
        return sent

    def _acknowledge(self, ack_ids: Sequence[str]) -> None:
        request = {"subscription": self._subscription, "ack_ids": ack_ids}
        self._client.acknowledge(request, retry=RETRY, timeout=CALL_SECONDS)

    def _modify(self, ack_ids: Sequence[str], seconds: int, retry: Retry | None = RETRY) -> None:
        request = {
            "subscription": self._subscription,
            "ack_ids": ack_ids,
            "ack_deadline_seconds": seconds,
        }
        self._client.modify_ack_deadline(request, retry=retry, timeout=CALL_SECONDS)


def _drained(ids: deque[str]) -> list[str]:
    """Take as many as there are now; more may come meanwhile."""
    return [ids.popleft() for _ in range(len(ids))]
