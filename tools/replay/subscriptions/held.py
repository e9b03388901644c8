"""A subscription whose messages are held until somebody says what becomes of them.

What is acknowledged is off the subscription; all else is given back at the end. Whoever is killed
gives nothing back: it comes again when the leases have ended.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol, Self

from consumer.errors import ChurnError
from consumer.message import Message
from tools.replay.subscriptions.calls import IDS_A_REQUEST, Received
from tools.replay.subscriptions.leases import Lease, Leases
from tools.replay.subscriptions.recent import Recent

LEASE_SECONDS = 15
"""So long it takes until what a killed process held comes to another."""
RENEWED_BEFORE_SECONDS = 10.0
TICK_SECONDS = 2.0
MOST_A_PULL = 1_000
"""The most that one call gives ("Pub/Sub quotas and limits")."""
FIRST_PULL = 100
PULL_BYTES = 10_000_000
"""About so much one pull asks for, going by the sizes of the pull before."""
MOST_REMEMBERED = 100_000


class Calls(Protocol):
    """Calls on one subscription; each raises a ChurnError."""

    @property
    def subscription(self) -> str: ...  # noqa: D102

    def pull(self, limit: int) -> list[Received]: ...  # noqa: D102

    def acknowledge(self, ack_ids: Sequence[str]) -> None: ...  # noqa: D102

    def lease(self, ack_ids: Sequence[str], seconds: int) -> None: ...  # noqa: D102


class HeldSubscription:
    """Pulls messages and holds them; their leases are extended by a thread of its own."""

    def __init__(self, calls: Calls, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._leases = Leases()
        self._acknowledged = Recent(MOST_REMEMBERED)
        self._next_limit = FIRST_PULL
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._renewing = threading.Thread(target=self._keep_renewing, daemon=True)

    def __enter__(self) -> Self:
        self._renewing.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give everything back that was not acknowledged; where Pub/Sub is away, it expires."""
        self._closing.set()
        self._renewing.join()
        with suppress(ChurnError):
            self.give_back()

    @property
    def subscription(self) -> str:
        """The full name."""
        return self._calls.subscription

    @property
    def held(self) -> int:
        """How many messages are held."""
        return len(self._leases)

    def oldest(self, count: int) -> list[str]:
        """Give the ids of the messages that have been held longest."""
        with self._lock:
            return self._leases.oldest(count)

    def pull(self, most: int = MOST_A_PULL) -> list[Message]:
        """Take and hold messages; what is held already, or was acknowledged, is not given again.

        Args:
            most: the most that may come.

        Raises:
            ChurnError: the subscription is missing, may not be received from, or is away.
        """
        received = self._calls.pull(min(most, self._next_limit))
        self._next_limit = _limit_after(received)
        with self._lock:
            fresh = [each.message for each in received if self._take(each)]
            # Where it fails, renewing tries again, and what expires comes again and is known.
            with suppress(ChurnError):
                self._answer(received)
        return fresh

    def acknowledge(self, message_ids: Sequence[str]) -> None:
        """Take held messages off the subscription. May be called again after an error.

        Raises:
            ChurnError: some could not be acknowledged, and may come again.
        """
        for part in _parts(message_ids):
            with self._lock:
                ack_ids = self._leases.ack_ids(part)
                if ack_ids:
                    self._calls.acknowledge(list(ack_ids.values()))
                self._leases.release(ack_ids)
                self._acknowledged.add(ack_ids)

    def give_back(self) -> None:
        """Let everything that is held come again at once, here or to another.

        Raises:
            ChurnError: some could not be given back; they come when their leases end.
        """
        with self._lock:
            held = self._leases.ack_ids(self._leases.oldest())
            self._leases = Leases()
            for part in _parts(held.values()):
                self._calls.lease(part, 0)

    def forget(self) -> None:
        """Give everything back and know nothing of it: after a seek all of it is new.

        Raises:
            ChurnError: some could not be given back.
        """
        self.give_back()
        with self._lock:
            self._acknowledged = Recent(MOST_REMEMBERED)

    def _take(self, received: Received) -> bool:
        """Hold a message, and say whether it is new."""
        message_id = received.message.message_id
        if message_id in self._acknowledged:
            return False
        is_new = message_id not in self._leases
        self._leases.take(message_id, Lease(received.ack_id, self._clock()))
        return is_new

    def _answer(self, received: Sequence[Received]) -> None:
        """Extend what came, and acknowledge again what the server forgot was acknowledged."""
        done = [each.ack_id for each in received if each.message.message_id in self._acknowledged]
        if done:
            self._calls.acknowledge(done)
        self._extend([each.message.message_id for each in received])

    def _extend(self, message_ids: Sequence[str]) -> None:
        ends = self._clock() + LEASE_SECONDS
        if ack_ids := self._leases.ack_ids(message_ids):
            self._calls.lease(list(ack_ids.values()), LEASE_SECONDS)
        self._leases.extend(message_ids, ends)

    def _keep_renewing(self) -> None:
        while not self._closing.wait(TICK_SECONDS):
            # Where it fails it is tried again; what expires meanwhile comes again, and is known.
            with suppress(ChurnError):
                self.renew()

    def renew(self) -> None:
        """Extend the leases that end soon.

        Raises:
            ChurnError: some could not be extended.
        """
        with self._lock:
            ending = self._leases.ending_before(self._clock() + RENEWED_BEFORE_SECONDS)
        for part in _parts(ending):
            with self._lock:
                self._extend(part)


def _limit_after(received: Sequence[Received]) -> int:
    """Ask for less where messages are large: a pull has no limit of bytes."""
    if not received:
        return FIRST_PULL
    mean = sum(len(each.message.data) for each in received) // len(received)
    return max(1, min(MOST_A_PULL, PULL_BYTES // max(mean, 1)))


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while part := list(islice(remaining, IDS_A_REQUEST)):
        yield part
