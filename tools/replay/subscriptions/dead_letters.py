"""Dead letters as a source: read, held, and off the dead letters only when they are confirmed."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from google.cloud.pubsub_v1 import SubscriberClient

from consumer.message import Message
from tools.errors import BadInput
from tools.replay.source import Entry, Rejected
from tools.replay.subscriptions.calls import SubscriptionCalls
from tools.replay.subscriptions.held import Calls, HeldSubscription
from tools.replay.subscriptions.originals import entry_of
from tools.replay.subscriptions.reading import patience, read_until_quiet, unchecked

QUIET_SECONDS = 5.0
MOST_HELD = 100_000
"""What is left out is held until the end, by its id alone, so that it does not come again."""
A_BEGINNING = timedelta(seconds=2)
"""A replay that begins comes to reading within it; one that goes on does not."""


def _now() -> datetime:
    return datetime.now(UTC)


class DeadLetterSource:
    """The dead letters of a subscription that were there when the replay began.

    What fails again while it runs is held and not sent a second time. All that is not confirmed is
    given back at the end; where the process is killed, it comes again when the
    leases have ended.
    """

    total = None
    """Pub/Sub does not say how many messages a subscription has."""

    def __init__(
        self,
        calls: Calls,
        *,
        started: datetime,
        quiet_seconds: float = QUIET_SECONDS,
        most_held: int = MOST_HELD,
        check: Callable[[], object] = unchecked,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Read what was published before a moment.

        Args:
            calls: on the subscription.
            started: when the replay began; what was published later does not count.
            quiet_seconds: how long nothing may come until that is all.
            most_held: how many may be neither confirmed nor given back.
            check: called before each pull; raises where somebody asked to stop.
            clock: seconds that never go back.
            now: tells the time.
        """
        self._now = now
        self._check = check
        self._calls = calls
        self._started = started
        self._quiet_seconds = quiet_seconds
        self._most_held = most_held
        self._clock = clock
        self._held = HeldSubscription(calls, clock=clock)

    @classmethod
    def of(
        cls,
        client: SubscriberClient,
        subscription: str,
        *,
        started: datetime,
        check: Callable[[], object] = unchecked,
    ) -> Self:
        """Read a subscription by Google's own client, given its full name."""
        return cls(SubscriptionCalls(client, subscription), started=started, check=check)

    @property
    def name(self) -> str:
        """The same for every replay of the subscription."""
        return f"dead letters of {self._calls.subscription}"

    def __enter__(self) -> Self:
        self._held.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        """Give back what was not confirmed."""
        self._held.__exit__(*ended)

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read on: what is done was acknowledged, and does not come again.

        Args:
            after: no place to go on from; but where there is one, or the replay began a while ago,
                a process may have been killed, and what it held comes when its leases have ended.

        Raises:
            BadInput: more than ``most_held`` were left out.
            ChurnError: the subscription is missing, may not be received from, or is away.
        """
        self._held.give_back()
        letters = read_until_quiet(
            self._held,
            is_meant=self._was_there,
            goes_on=self._has_room,
            quiet_seconds=patience(
                self._quiet_seconds, goes_on=after is not None or self._began_before()
            ),
            clock=self._clock,
        )
        for read, letter in enumerate(letters, 1):
            yield entry_of(letter, read)

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Take these off the dead letters.

        Raises:
            ChurnError: some could not be acknowledged, and may come again.
        """
        self._held.acknowledge([entry.cursor for entry in entries])

    def _began_before(self) -> bool:
        return self._now() - self._started > A_BEGINNING

    def _was_there(self, letter: Message) -> bool:
        return letter.publish_time < self._started

    def _has_room(self) -> bool:
        self._check()
        if self._held.held >= self._most_held:
            raise BadInput(
                f"{self._held.held} dead letters of {self._calls.subscription} were left out, and "
                "no more can be held: select more of them, or purge some first with "
                "`churn dead-letters purge`"
            )
        return True
