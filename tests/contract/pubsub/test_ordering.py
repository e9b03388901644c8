"""Ordering keys ("Order messages", Pub/Sub documentation)."""

import pytest
from google.cloud.pubsub_v1 import PublisherClient

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts
from tests.wait import wait_until

pytestmark = documented("Order messages")


@pytest.fixture(scope="session")
def ordering_publisher(pubsub: PubSub) -> PublisherClient:
    """Give a publisher that takes ordering keys."""
    return pubsub.publisher(ordering=True)


def test_messages_of_one_key_come_in_the_order_of_publishing(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    published = [f"{number}" for number in range(20)]
    publish(ordering_publisher, topic, *published, ordering_key="customer-1")

    received: list[str] = []
    while len(received) < len(published):
        batch = wait_until(lambda: ordered.pull_once(7), what="the next batch")
        received += texts(batch)
        ordered.ack(batch)

    assert received == published


def test_one_batch_of_a_key_is_outstanding_at_a_time(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "first", ordering_key="customer-1")
    first = ordered.pull(1)
    publish(ordering_publisher, topic, "second", ordering_key="customer-1")

    assert ordered.pull_once() == []
    ordered.ack(first)
    assert texts(ordered.pull(1)) == ["second"]


def test_a_key_does_not_wait_for_another_key(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "of 1", ordering_key="customer-1")
    ordered.pull(1)

    publish(ordering_publisher, topic, "of 2", ordering_key="customer-2")

    assert texts(ordered.pull(1)) == ["of 2"]


def test_messages_without_a_key_do_not_wait_for_each_other(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "first")
    ordered.pull(1)

    publish(ordering_publisher, topic, "second")

    assert texts(ordered.pull(1)) == ["second"]


def test_keys_mean_nothing_to_a_subscription_without_ordering(
    ordering_publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(ordering_publisher, topic, "first", ordering_key="customer-1")
    subscription.pull(1)

    publish(ordering_publisher, topic, "second", ordering_key="customer-1")

    assert texts(subscription.pull(1)) == ["second"]


def test_a_received_message_carries_its_ordering_key(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "keyed", ordering_key="customer-1")

    assert ordered.pull(1)[0].message.ordering_key == "customer-1"


@differs(official="after an ordered nack the later messages do not come in order")
def test_when_a_message_is_redelivered_so_is_every_later_one_of_its_key_in_order(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "1", "2", "3", "4", ordering_key="customer-1")
    batch = ordered.pull(4)
    ordered.ack([batch[0], batch[3]])

    ordered.nack([batch[1]])

    assert texts(ordered.pull(3)) == ["2", "3", "4"]


def test_when_a_deadline_expires_every_later_message_of_the_key_comes_again_in_order(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "1", "2", "3", ordering_key="customer-1")
    batch = ordered.pull(3)
    ordered.ack([batch[2]])
    ordered.extend([batch[1]], seconds=60)

    ordered.extend([batch[0]], seconds=1)

    assert texts(ordered.pull(3)) == ["1", "2", "3"]


@differs(official="after an ordered nack the later messages do not come in order")
def test_a_nacked_message_comes_again_before_the_later_ones_of_its_key(
    ordering_publisher: PublisherClient, topic: str, ordered: Puller
) -> None:
    publish(ordering_publisher, topic, "1", ordering_key="customer-1")
    first = ordered.pull(1)
    publish(ordering_publisher, topic, "2", ordering_key="customer-1")

    ordered.nack(first)

    assert texts(ordered.pull(2)) == ["1", "2"]
