"""Subscriptions that a topic lets go ("Detach subscriptions", Pub/Sub documentation)."""

from datetime import UTC, datetime

import grpc
import pytest
from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish

pytestmark = [documented("Detach subscriptions"), differs(official="it does not detach")]


def detach(publisher: PublisherClient, subscription: Puller) -> None:
    """Detach a subscription from its topic."""
    publisher.detach_subscription(request={"subscription": subscription.name})


def test_a_detached_subscription_says_so_and_is_no_longer_listed_under_its_topic(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    detach(publisher, subscription)

    found = subscriber.get_subscription(subscription=subscription.name)
    assert (found.detached, found.topic) == (True, topic)
    assert list(publisher.list_topic_subscriptions(topic=topic)) == []


def test_subsequent_pull_and_streaming_pull_requests_are_failed_preconditions(
    pubsub: PubSub, publisher: PublisherClient, subscription: Puller
) -> None:
    detach(publisher, subscription)

    with pytest.raises(FailedPrecondition):
        subscription.pull_once()
    with pubsub.stream(subscription.name) as stream:
        assert stream.wait_for_status() == grpc.StatusCode.FAILED_PRECONDITION


def test_an_open_stream_ends_when_its_subscription_is_detached(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "it is open")
        stream.wait_for(1)

        detach(publisher, subscription)

        assert stream.wait_for_status() == grpc.StatusCode.FAILED_PRECONDITION


def test_a_detached_subscription_cannot_be_sought_nor_copied(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, subscription: Puller
) -> None:
    snapshot = f"{project}/snapshots/before"
    subscriber.create_snapshot(name=snapshot, subscription=subscription.name)
    detach(publisher, subscription)

    for target in ({"time": datetime.now(UTC)}, {"snapshot": snapshot}):
        with pytest.raises(FailedPrecondition):
            subscriber.seek(request={"subscription": subscription.name, **target})
    with pytest.raises(FailedPrecondition):
        subscriber.create_snapshot(
            name=f"{project}/snapshots/after", subscription=subscription.name
        )


def test_the_others_of_the_topic_keep_theirs(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
    subscription: Puller,
) -> None:
    other = Puller.create(subscriber, name=f"{project}/subscriptions/other", topic=topic)
    publish(publisher, topic, "before")
    detach(publisher, subscription)
    publish(publisher, topic, "after")

    assert len(other.pull(2)) == 2


def test_a_detached_subscription_stays_detached_through_an_update(
    publisher: PublisherClient, subscriber: SubscriberClient, subscription: Puller
) -> None:
    detach(publisher, subscription)

    updated = subscriber.update_subscription(
        request={
            "subscription": {"name": subscription.name, "ack_deadline_seconds": 60},
            "update_mask": {"paths": ["ack_deadline_seconds"]},
        }
    )

    assert (updated.detached, updated.ack_deadline_seconds) == (True, 60)


def test_a_detached_subscription_can_be_deleted_and_created_again(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    detach(publisher, subscription)
    subscriber.delete_subscription(subscription=subscription.name)
    subscriber.create_subscription(name=subscription.name, topic=topic)

    publish(publisher, topic, "fresh")

    assert len(subscription.pull(1)) == 1


def test_an_unknown_subscription_cannot_be_detached(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str
) -> None:
    with pytest.raises(NotFound):
        detach(publisher, Puller(subscriber, f"{project}/subscriptions/nobody"))
