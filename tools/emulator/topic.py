"""One topic: hands every message to each subscription that exists when it is published."""

from collections.abc import Iterable

from tools.emulator.clock import Clock
from tools.emulator.message import Message
from tools.emulator.retention import Retained
from tools.emulator.settings import TopicSettings
from tools.emulator.subscription import Subscription


class Topic:
    """The state of one topic: its subscriptions by name, and what it retains itself."""

    def __init__(self, settings: TopicSettings, *, clock: Clock) -> None:
        self.settings = settings
        self.subscriptions: dict[str, Subscription] = {}
        self._clock = clock
        self._log = Retained()

    def publish(self, messages: Iterable[Message]) -> None:
        """Give messages to the subscriptions."""
        for message in messages:
            if self.settings.retention is not None:
                self._log.keep(message)
            for subscription in self.subscriptions.values():
                subscription.publish(message)
        self._forget_old()

    def retained(self) -> list[Message]:
        """What the topic itself keeps for seeks ("Topic.message_retention_duration")."""
        self._forget_old()
        return self._log.everything()

    def _forget_old(self) -> None:
        if self.settings.retention is None:
            self._log.clear()
        else:
            self._log.forget_before(self._clock() - self.settings.retention)
