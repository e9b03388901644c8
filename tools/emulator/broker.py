"""All topics and subscriptions of the server, by name."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from tools.emulator.clock import MICROSECOND, Clock
from tools.emulator.dead_letter import source_attributes
from tools.emulator.errors import AlreadyExists, NotFound
from tools.emulator.message import AttributesOf, Delivery, Message
from tools.emulator.names import DELETED_TOPIC
from tools.emulator.settings import SubscriptionSettings, TopicSettings
from tools.emulator.subscription import Subscription
from tools.emulator.topic import Topic


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the server adds to a message when it is published; time in nanoseconds."""

    number: int
    publish_time: int


Readdress = Callable[[bytes, Mapping[str, str], Stamp], bytes]
"""Gives a payload more attributes and a new stamp."""


class Broker:
    """The registry, and the source of message numbers and publish times.

    Numbers begin at the clock's microseconds, so that no id comes twice even where the emulator
    was started anew and a database still remembers the old ids.
    """

    def __init__(self, *, clock: Clock, readdress: Readdress, attributes_of: AttributesOf) -> None:
        self._clock = clock
        self._readdress = readdress
        self._attributes_of = attributes_of
        self._numbers = itertools.count(clock() // MICROSECOND)
        self._last_publish_time = 0
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
        """Delete a topic; its subscriptions keep what they have and get nothing new.

        Raises:
            NotFound: there is none of that name.
        """
        topic = self.topic(name)
        for subscription in topic.subscriptions.values():
            subscription.settings = replace(subscription.settings, topic=DELETED_TOPIC)
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
            new_number=self._numbers.__next__,
            dead_letters=self._forward,
            attributes_of=self._attributes_of,
        )
        topic.subscriptions[settings.name] = subscription
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
        topic = self._topics.get(subscription.settings.topic)
        if topic is not None:
            del topic.subscriptions[name]
        return subscription

    def stamps(self, count: int) -> Iterator[Stamp]:
        """Number ``count`` messages and give them a time, never an earlier one than before.

        The time is whole microseconds, which is what Python's datetime can carry to a seek.
        """
        now = self._clock()
        self._last_publish_time = max(now - now % MICROSECOND, self._last_publish_time)
        for _ in range(count):
            yield Stamp(next(self._numbers), self._last_publish_time)

    def seek(self, name: str, time: int) -> None:
        """Seek a subscription to a time (nanoseconds).

        Raises:
            NotFound: there is none of that name.
        """
        subscription = self.subscription(name)
        topic = self._topics.get(subscription.settings.topic)
        subscription.seek(time, topic.retained() if topic is not None else ())

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
