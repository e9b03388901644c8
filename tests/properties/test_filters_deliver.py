"""A subscription with a filter delivers what matches, whatever is published and sought."""

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tests.emulator_rules import TOPIC, StoppedClock, ack, take
from tools.emulator.broker import Broker
from tools.emulator.clock import MINUTE
from tools.emulator.filters import Filter, compiled
from tools.emulator.message import Delivery, Message
from tools.emulator.settings import SubscriptionSettings, TopicSettings
from tools.emulator.stamps import Stamp

Attributes = dict[str, str]
NAME = "projects/test/subscriptions/filtered"

FILTERS = st.sampled_from(
    [
        "attributes:a",
        'attributes.a = "x"',
        'attributes.a != "x"',
        'hasPrefix(attributes.b, "x")',
        "NOT attributes:a AND NOT attributes:b",
        'attributes.a = "x" OR attributes.b = "x"',
    ]
).map(compiled)
PUBLISHED = st.lists(
    st.dictionaries(st.sampled_from("ab"), st.sampled_from(["", "x", "xx"])), max_size=10
)


def readdress(_payload: bytes, _attributes: Mapping[str, str], _stamp: Stamp) -> bytes:
    raise AssertionError("nothing is dead-lettered here")


def attributes_of(payload: bytes) -> Attributes:
    attributes: Attributes = json.loads(payload)
    return attributes


def publish(broker: Broker, published: list[Attributes]) -> list[Message]:
    """Publish messages with these attributes, and give them as they are stored."""
    messages = [
        Message(stamp.number, stamp.publish_time, json.dumps(attributes).encode())
        for attributes, stamp in zip(published, broker.stamps(len(published)), strict=True)
    ]
    broker.topic(TOPIC).publish(messages)
    return messages


def matching(chosen: Filter, messages: list[Message]) -> list[Message]:
    return [message for message in messages if chosen.matches(attributes_of(message.payload))]


def messages_of(deliveries: list[Delivery]) -> list[Message]:
    return [delivery.message for delivery in deliveries]


@given(FILTERS, PUBLISHED, PUBLISHED, st.booleans())
def test_what_matches_is_delivered_and_brought_back_and_nothing_else(
    chosen: Filter, early: list[Attributes], late: list[Attributes], retain: bool
) -> None:
    broker = Broker(clock=StoppedClock(), readdress=readdress, attributes_of=attributes_of)
    broker.create_topic(TopicSettings(TOPIC, retention=10 * MINUTE))
    before = publish(broker, early)
    subscription = broker.create_subscription(
        SubscriptionSettings(NAME, TOPIC, filter=chosen, retain_acked_messages=retain)
    )
    after = publish(broker, late)

    delivered = take(subscription)
    ack(subscription, *delivered)
    broker.seek(NAME, 0)

    assert messages_of(delivered) == matching(chosen, after)
    assert messages_of(take(subscription)) == matching(chosen, before + after)
