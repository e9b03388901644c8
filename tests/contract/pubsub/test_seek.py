"""Seek to a time ("Replay and purge messages", "SeekRequest" in the API reference)."""

from datetime import UTC, datetime, timedelta

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.protobuf.timestamp_pb2 import (  # type: ignore[import-untyped] # generated code
    Timestamp,
)

from tests.conformance.marks import documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Replay and purge messages with seek")


@pytest.fixture
def retaining(subscriber: SubscriberClient, project: str, topic: str) -> Puller:
    """Give a subscription that keeps acknowledged messages."""
    return Puller.create(
        subscriber,
        name=f"{project}/subscriptions/retaining",
        topic=topic,
        retain_acked_messages=True,
    )


def seek(subscription: Puller, time: datetime) -> None:
    """Seek a subscription to a time."""
    subscription.subscriber.seek(request={"subscription": subscription.name, "time": time})


def an_hour_from_now() -> datetime:
    """Give a time by which everything was published before."""
    return datetime.now(UTC) + timedelta(hours=1)


def an_hour_ago() -> datetime:
    """Give a time before everything was published."""
    return datetime.now(UTC) - timedelta(hours=1)


def test_a_seek_to_the_past_brings_back_acknowledged_messages_that_are_retained(
    publisher: PublisherClient, topic: str, retaining: Puller
) -> None:
    publish(publisher, topic, "1", "2")
    retaining.ack(retaining.pull(2))

    seek(retaining, an_hour_ago())

    assert sorted(texts(retaining.pull(2))) == ["1", "2"]


def test_a_seek_brings_back_what_was_published_from_that_time_on_only(
    publisher: PublisherClient, topic: str, retaining: Puller
) -> None:
    publish(publisher, topic, "1", "2")
    received = retaining.pull(2)
    retaining.ack(received)
    (second,) = (message for message in received if message.message.data == b"2")

    seek(retaining, second.message.publish_time)

    assert texts(retaining.pull(1)) == ["2"]
    assert retaining.pull_once() == []


def test_a_seek_to_the_future_drops_the_backlog(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "1", "2")

    seek(subscription, an_hour_from_now())

    assert subscription.pull_once() == []


def test_acknowledged_messages_that_are_not_retained_do_not_come_back(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "1")
    subscription.ack(subscription.pull(1))

    seek(subscription, an_hour_ago())

    assert subscription.pull_once() == []


def test_a_seek_affects_one_subscription_alone(
    publisher: PublisherClient, topic: str, subscription: Puller, retaining: Puller
) -> None:
    publish(publisher, topic, "1")

    seek(retaining, an_hour_from_now())

    assert texts(subscription.pull(1)) == ["1"]


def test_messages_published_after_a_seek_come(
    publisher: PublisherClient, topic: str, retaining: Puller
) -> None:
    publish(publisher, topic, "1")
    seek(retaining, datetime.now(UTC) + timedelta(seconds=1))
    retaining.pull_once()

    publish(publisher, topic, "2")

    assert texts(retaining.pull(1)) == ["2"]


def test_what_a_topic_retains_comes_back_to_any_of_its_subscriptions(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
) -> None:
    topic = publisher.create_topic(
        request={"name": f"{project}/topics/retaining", "message_retention_duration": "600s"}
    ).name
    publish(publisher, topic, "before")
    late = Puller.create(subscriber, name=f"{project}/subscriptions/late", topic=topic)

    seek(late, an_hour_ago())

    assert texts(late.pull(1)) == ["before"]


def test_an_unknown_subscription_cannot_be_sought(
    subscriber: SubscriberClient, project: str
) -> None:
    nobody = Puller(subscriber, f"{project}/subscriptions/nobody")

    with pytest.raises(NotFound):
        seek(nobody, an_hour_ago())


@pytest.mark.parametrize(
    "time",
    [
        pytest.param(Timestamp(seconds=253_402_300_800), id="year 10000"),
        pytest.param(Timestamp(seconds=1, nanos=-1), id="negative nanoseconds"),
    ],
)
def test_a_seek_is_to_a_time_that_exists(subscription: Puller, time: Timestamp) -> None:
    with pytest.raises(InvalidArgument):
        subscription.subscriber.seek(request={"subscription": subscription.name, "time": time})
