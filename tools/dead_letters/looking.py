"""Dead letters to look at: held meanwhile, and given back at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from consumer.message import Message
from consumer.subscriber.client import open_client
from tools.replay.subscriptions.calls import SubscriptionCalls
from tools.replay.subscriptions.dead_letters import MOST_HELD
from tools.replay.subscriptions.held import MOST_A_PULL, HeldSubscription
from tools.replay.subscriptions.opening import dead_letter_subscription, look_at
from tools.replay.subscriptions.reading import read_until_quiet
from tools.terminal import Interruption, complain, interruption, settings_of


class Looking:
    """The dead letters of one subscription that were there when it was opened."""

    def __init__(
        self,
        held: HeldSubscription,
        ending: Interruption,
        *,
        now: datetime,
        quiet_seconds: float,
        most_held: int = MOST_HELD,
    ) -> None:
        self._held = held
        self._ending = ending
        self._now = now
        self._quiet_seconds = quiet_seconds
        self._most_held = most_held

    @property
    def subscription(self) -> str:
        """The full name."""
        return self._held.subscription

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing that could not be held, and so was not looked at."""
        return self._held.held < self._most_held

    def letters(self, *, most_a_pull: int = MOST_A_PULL) -> Iterator[Message]:
        """Give them one after another, in no order, each once.

        Raises:
            KeyboardInterrupt: somebody asked to stop.
            ChurnError: the subscription may not be received from, or is away.
        """
        for letter in read_until_quiet(
            self._held,
            is_meant=self._was_there,
            goes_on=self._goes_on,
            quiet_seconds=self._quiet_seconds,
            most_a_pull=most_a_pull,
        ):
            self._ending.check()
            yield letter

    def take_off(self, message_ids: Sequence[str]) -> None:
        """Acknowledge dead letters that were given; they are gone for good.

        Raises:
            ChurnError: some could not be acknowledged, and may come again.
        """
        self._held.acknowledge(message_ids)

    def _was_there(self, letter: Message) -> bool:
        return letter.publish_time < self._now

    def _goes_on(self) -> bool:
        self._ending.check()
        return self.is_complete


@contextmanager
def looking(
    subscription: str | None, config: Path | None, quiet_seconds: float
) -> Iterator[Looking]:
    """Open the subscription that is named on the command line, else the usual one.

    Raises:
        Exit: with 130 where somebody asked to stop.
        ChurnError: the settings are wrong, the subscription is missing, or Pub/Sub is away.
    """
    settings = settings_of(config)
    path = dead_letter_subscription(settings, subscription)
    try:
        with interruption() as ending, open_client() as client:
            for warning in look_at(client, settings, path):
                complain(warning)
            with HeldSubscription(SubscriptionCalls(client, path)) as held:
                yield Looking(held, ending, now=datetime.now(UTC), quiet_seconds=quiet_seconds)
    except KeyboardInterrupt:
        complain("interrupted; what was not taken off is given back")
        raise typer.Exit(130) from None
