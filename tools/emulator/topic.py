"""One topic: hands every message to each subscription that exists when it is published."""

from collections.abc import Sequence

from tools.emulator.clock import Clock
from tools.emulator.message import Message
from tools.emulator.retention import Retained
from tools.emulator.settings import TopicSettings
from tools.emulator.snapshot import Snapshot
from tools.emulator.subscription import Subscription


class Topic:
    """The state of one topic: its subscriptions and snapshots by name, and what it retains."""

    def __init__(self, settings: TopicSettings, *, clock: Clock) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self._settings = settings
        self._clock = clock
        self._log = Retained()

    @property
    def settings(self) -> TopicSettings:
        """How the topic is set up."""
        return self._settings

    @settings.setter
    def settings(self, settings: TopicSettings) -> None:
        self._settings = settings
        for subscription in self.subscriptions.values():
            subscription.topic_retention = settings.retention or 0

    def attach(self, subscription: Subscription) -> None:
        """Give a subscription what is published from now on."""
        subscription.topic_retention = self._settings.retention or 0
        self.subscriptions[subscription.settings.name] = subscription

    def publish(self, messages: Sequence[Message]) -> None:
        """Give messages to the subscriptions, and to the snapshots."""
        for snapshot in self.snapshots.values():
            snapshot.keep(messages, self._clock())
        for message in messages:
            if self.settings.retention is not None:
                self._log.keep(message)
            for subscription in self.subscriptions.values():
                subscription.publish(message)
        self._forget_old()

    def snapshot_names(self) -> list[str]:
        """Name the snapshots of the topic that have not expired."""
        now = self._clock()
        return [name for name, snapshot in self.snapshots.items() if not snapshot.expired(now)]

    def retained(self) -> list[Message]:
        """What the topic itself keeps for seeks ("Topic.message_retention_duration")."""
        self._forget_old()
        return self._log.everything()

    def _forget_old(self) -> None:
        if self.settings.retention is None:
            self._log.clear()
        else:
            self._log.forget_before(self._clock() - self.settings.retention)
