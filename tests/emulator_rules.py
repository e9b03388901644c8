"""The emulator's rules in a test: a clock that stands still, and a broker without a server."""

from collections.abc import Mapping
from typing import Any

from tools.emulator.broker import Broker
from tools.emulator.clock import SECOND
from tools.emulator.flow_control import FlowControl
from tools.emulator.message import Delivery, Message
from tools.emulator.settings import SubscriptionSettings, TopicSettings
from tools.emulator.stamps import Stamp
from tools.emulator.subscription import Subscription

PROJECT = "projects/test"
TOPIC = f"{PROJECT}/topics/updates"
DEAD_TOPIC = f"{PROJECT}/topics/dead"


class StoppedClock:
    """A clock that moves when it is told to; nanoseconds."""

    def __init__(self) -> None:
        self.now = 1_700_000_000 * SECOND

    def __call__(self) -> int:
        """Give the time."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move the clock forward."""
        self.now += round(seconds * SECOND)


class Rules:
    """A broker with a topic and a dead-letter topic.

    Payloads are plain text, which is also their attribute ``text``.
    """

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.attributes_read: list[bytes] = []
        self.broker = Broker(
            clock=self.clock, readdress=_readdress, attributes_of=self._attributes_of
        )
        for name in (TOPIC, DEAD_TOPIC):
            self.broker.create_topic(TopicSettings(name))

    def subscribe(
        self, name: str = "worker", *, topic: str = TOPIC, **settings: Any
    ) -> Subscription:
        """Create a subscription."""
        full_name = f"{PROJECT}/subscriptions/{name}"
        return self.broker.create_subscription(
            SubscriptionSettings(name=full_name, topic=topic, **settings)
        )

    def publish(self, *texts: str, key: str = "", topic: str = TOPIC) -> list[Message]:
        """Publish messages, and give them as they are stored."""
        stamps = self.broker.stamps(len(texts))
        messages = [
            Message(stamp.number, stamp.publish_time, text.encode(), key)
            for text, stamp in zip(texts, stamps, strict=True)
        ]
        self.broker.topic(topic).publish(messages)
        return messages

    def _attributes_of(self, payload: bytes) -> Mapping[str, str]:
        self.attributes_read.append(payload)
        return {"text": payload.decode()}


def take(subscription: Subscription, limit: int = 1_000) -> list[Delivery]:
    """Take up to so many messages, without flow control."""
    return subscription.take(limit, FlowControl())


def ack(subscription: Subscription, *deliveries: Delivery) -> None:
    """Acknowledge deliveries."""
    subscription.acknowledge([delivery.ack_id for delivery in deliveries])


def nack(subscription: Subscription, *deliveries: Delivery) -> None:
    """Nack deliveries."""
    subscription.modify_ack_deadline([delivery.ack_id for delivery in deliveries], 0)


def texts(deliveries: list[Delivery]) -> list[str]:
    """The payloads of deliveries as text."""
    return [delivery.message.payload.decode() for delivery in deliveries]


def _readdress(payload: bytes, attributes: Mapping[str, str], _stamp: Stamp) -> bytes:
    return payload + repr(dict(attributes)).encode()
