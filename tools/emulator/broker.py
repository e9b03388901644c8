"""All topics and subscriptions of the server, by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tools.emulator.clock import Clock
from tools.emulator.dead_letter import source_attributes
from tools.emulator.errors import AlreadyExists, NotFound
from tools.emulator.message import AttributesOf, Delivery, Message
from tools.emulator.names import DELETED_TOPIC
from tools.emulator.settings import SubscriptionSettings, TopicSettings
from tools.emulator.snapshot import Snapshot
from tools.emulator.stamps import Stamp, Stamps
from tools.emulator.subscription import Subscription
from tools.emulator.topic import Topic

Readdress = Callable[[bytes, Mapping[str, str], Stamp], bytes]
"""Gives a payload more attributes and a new stamp."""


class Broker:
    """The registry; what is published and sought goes through it."""

    def __init__(self, *, clock: Clock, readdress: Readdress, attributes_of: AttributesOf) -> None:
        self._clock = clock
        self._readdress = readdress
        self._attributes_of = attributes_of
        self._stamps = Stamps(clock)
        self._topics: dict[str, Topic] = {}
        self._subscriptions: dict[str, Subscription] = {}

    def topic(self, name: str) -> Topic:
        """Find a topic.

        Raises:
            NotFound: there is none of that name.
        """
        if name not in self._topics:
            raise NotFound(f"no topic {name}: create it first")
        return self._topics[name]

    def topic_settings(self, name: str) -> TopicSettings | None:
        """Give a topic's settings; None where it was deleted."""
        topic = self._topics.get(name)
        return None if topic is None else topic.settings

    def subscription(self, name: str) -> Subscription:
        """Find a subscription.

        Raises:
            NotFound: there is none of that name.
        """
        if name not in self._subscriptions:
            raise NotFound(f"no subscription {name}: create it first")
        return self._subscriptions[name]

    def topics(self, project: str) -> list[str]:
        """Name the topics of ``projects/PROJECT``."""
        return [name for name in self._topics if name.startswith(f"{project}/")]

    def subscriptions(self, project: str) -> list[str]:
        """Name the subscriptions of ``projects/PROJECT``."""
        return [name for name in self._subscriptions if name.startswith(f"{project}/")]

    def create_topic(self, settings: TopicSettings) -> Topic:
        """Create a topic.

        Raises:
            AlreadyExists: there is one of that name.
        """
        if settings.name in self._topics:
            raise AlreadyExists(f"topic {settings.name} exists already")
        topic = self._topics[settings.name] = Topic(settings, clock=self._clock)
        return topic

    def delete_topic(self, name: str) -> None:
        """Delete a topic; its subscriptions and snapshots keep what they have, no more.

        Raises:
            NotFound: there is none of that name.
        """
        topic = self.topic(name)
        for subscription in self._subscriptions.values():
            if subscription.settings.topic == name:
                subscription.settings = replace(subscription.settings, topic=DELETED_TOPIC)
        for snapshot in topic.snapshots.values():
            snapshot.topic = DELETED_TOPIC
        del self._topics[name]

    def create_subscription(self, settings: SubscriptionSettings) -> Subscription:
        """Create a subscription, which gets every message published from now on.

        Raises:
            AlreadyExists: there is one of that name.
            NotFound: the topic, or the dead-letter topic, does not exist.
        """
        if settings.name in self._subscriptions:
            raise AlreadyExists(f"subscription {settings.name} exists already")
        topic = self.topic(settings.topic)
        self._check_dead_letter_topic(settings)
        subscription = Subscription(
            settings,
            clock=self._clock,
            new_number=self._stamps.number,
            dead_letters=self._forward,
            attributes_of=self._attributes_of,
        )
        topic.attach(subscription)
        self._subscriptions[settings.name] = subscription
        return subscription

    def update_subscription(self, settings: SubscriptionSettings) -> Subscription:
        """Set a subscription up anew.

        Raises:
            NotFound: it, or its new dead-letter topic, does not exist.
        """
        subscription = self.subscription(settings.name)
        if settings.dead_letter_policy != subscription.settings.dead_letter_policy:
            self._check_dead_letter_topic(settings)
        subscription.settings = settings
        return subscription

    def delete_subscription(self, name: str) -> Subscription:
        """Delete a subscription with all it has, and give what is left of it.

        Raises:
            NotFound: there is none of that name.
        """
        subscription = self.subscription(name)
        del self._subscriptions[name]
        self._take_from_topic(subscription)
        return subscription

    def detach_subscription(self, name: str) -> None:
        """Take a subscription from its topic; it loses all it has.

        Raises:
            NotFound: there is none of that name.
        """
        subscription = self.subscription(name)
        self._take_from_topic(subscription)
        subscription.detach()

    def attach_snapshot(self, snapshot: Snapshot) -> None:
        """Let a snapshot retain what is published to its topic, if that still exists."""
        if snapshot.topic in self._topics:
            self._topics[snapshot.topic].snapshots[snapshot.name] = snapshot

    def detach_snapshot(self, snapshot: Snapshot) -> None:
        """Let a snapshot retain nothing more."""
        if snapshot.topic in self._topics:
            del self._topics[snapshot.topic].snapshots[snapshot.name]

    def new_number(self) -> int:
        """Give a number that was never given before."""
        return self._stamps.number()

    def stamps(self, count: int) -> Iterator[Stamp]:
        """Number ``count`` messages and give them a time, never an earlier one than before."""
        return self._stamps.take(count)

    def seek(self, name: str, time: int) -> None:
        """Seek a subscription to a time (nanoseconds).

        Raises:
            NotFound: there is none of that name.
            FailedPrecondition: it is detached.
        """
        subscription = self.subscription(name)
        subscription.check_attached()
        topic = self._topics.get(subscription.settings.topic)
        subscription.seek(time, topic.retained() if topic is not None else ())

    def _take_from_topic(self, subscription: Subscription) -> None:
        topic = self._topics.get(subscription.settings.topic)
        if topic is not None:
            topic.subscriptions.pop(subscription.settings.name, None)

    def _check_dead_letter_topic(self, settings: SubscriptionSettings) -> None:
        if settings.dead_letter_policy is not None:
            self.topic(settings.dead_letter_policy.topic)

    def _forward(self, subscription: Subscription, delivery: Delivery) -> bool:
        """Publish a delivery to its subscription's dead-letter topic, if that still exists."""
        policy = subscription.settings.dead_letter_policy
        topic = self._topics.get(policy.topic) if policy is not None else None
        if topic is None:
            return False
        (stamp,) = self.stamps(1)
        source = source_attributes(subscription.settings.name, delivery)
        payload = self._readdress(delivery.message.payload, source, stamp)
        original = delivery.message
        copy = Message(
            stamp.number, stamp.publish_time, payload, original.ordering_key, original.schema
        )
        topic.publish([copy])
        return True
