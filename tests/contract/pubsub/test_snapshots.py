"""Snapshots ("Replay and purge messages with seek", "Snapshot" in the API reference)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
)
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.types import Snapshot

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Replay and purge messages with seek")

NO_UPDATES = differs(official="snapshots cannot be updated")


@pytest.fixture
def snapshot(project: str) -> str:
    """Give the name of a snapshot that does not exist yet."""
    return f"{project}/snapshots/before-the-release"


def take_snapshot(subscription: Puller, name: str, **fields: Any) -> Snapshot:
    """Create a snapshot of a subscription."""
    created: Snapshot = subscription.subscriber.create_snapshot(
        request={"name": name, "subscription": subscription.name, **fields}
    )
    return created


def seek(subscription: Puller, snapshot: str) -> None:
    """Seek a subscription to a snapshot."""
    subscription.subscriber.seek(request={"subscription": subscription.name, "snapshot": snapshot})


def update(subscriber: SubscriberClient, snapshot: str, *paths: str, **fields: Any) -> Snapshot:
    """Update the fields of a snapshot that ``paths`` name."""
    updated: Snapshot = subscriber.update_snapshot(
        request={
            "snapshot": {"name": snapshot, **fields},
            "update_mask": {"paths": list(paths)},
        }
    )
    return updated


def test_a_snapshot_retains_what_was_unacknowledged_when_it_was_created(
    publisher: PublisherClient, topic: str, subscription: Puller, snapshot: str
) -> None:
    publish(publisher, topic, "acknowledged")
    subscription.ack(subscription.pull(1))
    publish(publisher, topic, "held", "waiting")
    held = subscription.pull_once(1)
    take_snapshot(subscription, snapshot)
    subscription.ack([*held, *subscription.pull(1)])

    seek(subscription, snapshot)

    assert sorted(texts(subscription.pull(2))) == ["held", "waiting"]
    assert subscription.pull_once() == []


def test_a_snapshot_retains_what_is_published_after_its_creation(
    publisher: PublisherClient, topic: str, subscription: Puller, snapshot: str
) -> None:
    take_snapshot(subscription, snapshot)
    publish(publisher, topic, "after")
    subscription.ack(subscription.pull(1))

    seek(subscription, snapshot)

    assert texts(subscription.pull(1)) == ["after"]


def test_what_was_acknowledged_in_the_snapshot_is_acknowledged_by_the_seek(
    publisher: PublisherClient, project: str, topic: str, subscription: Puller, snapshot: str
) -> None:
    name = f"{project}/subscriptions/other"
    other = Puller.create(subscription.subscriber, name=name, topic=topic)
    publish(publisher, topic, "done by one")
    subscription.ack(subscription.pull(1))
    take_snapshot(subscription, snapshot)

    seek(other, snapshot)

    assert other.pull_once() == []


@differs(official="a snapshot has nothing for a subscription that is younger")
def test_a_snapshot_copies_the_state_of_one_subscription_to_another(
    publisher: PublisherClient, project: str, topic: str, subscription: Puller, snapshot: str
) -> None:
    publish(publisher, topic, "before the other one")
    take_snapshot(subscription, snapshot)
    name = f"{project}/subscriptions/other"
    other = Puller.create(subscription.subscriber, name=name, topic=topic)

    seek(other, snapshot)

    assert texts(other.pull(1)) == ["before the other one"]


def test_a_snapshot_can_be_sought_again_and_again(
    publisher: PublisherClient, topic: str, subscription: Puller, snapshot: str
) -> None:
    publish(publisher, topic, "test data")
    take_snapshot(subscription, snapshot)

    for _ in range(3):
        seek(subscription, snapshot)
        received = subscription.pull(1)
        subscription.ack(received)
        assert texts(received) == ["test data"]


def test_the_messages_of_a_key_come_in_order_after_a_seek(
    pubsub: PubSub, subscriber: SubscriberClient, project: str, topic: str, snapshot: str
) -> None:
    ordered = Puller.create(
        subscriber,
        name=f"{project}/subscriptions/ordered",
        topic=topic,
        enable_message_ordering=True,
    )
    take_snapshot(ordered, snapshot)
    publish(pubsub.publisher(ordering=True), topic, "1", "2", "3", ordering_key="a")
    ordered.ack(ordered.pull(3))

    seek(ordered, snapshot)

    assert texts(ordered.pull(3)) == ["1", "2", "3"]


def test_an_ack_id_from_before_the_seek_is_stale(
    publisher: PublisherClient, topic: str, subscription: Puller, snapshot: str
) -> None:
    publish(publisher, topic, "held")
    take_snapshot(subscription, snapshot)
    stale = subscription.pull(1)

    seek(subscription, snapshot)
    again = subscription.pull(1)
    subscription.ack(stale)
    subscription.nack(again)

    assert texts(subscription.pull(1)) == ["held"]


def test_a_snapshot_of_an_empty_backlog_expires_after_7_days(
    subscription: Puller, topic: str, snapshot: str
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)

    created = take_snapshot(subscription, snapshot)

    assert created.topic == topic
    assert before < created.expire_time - timedelta(days=7) < datetime.now(UTC)


def test_a_snapshot_can_be_found_by_name_by_project_and_by_topic(
    publisher: PublisherClient, project: str, topic: str, subscription: Puller, snapshot: str
) -> None:
    subscriber = subscription.subscriber
    created = take_snapshot(subscription, snapshot)

    assert subscriber.get_snapshot(snapshot=snapshot) == created
    assert list(subscriber.list_snapshots(project=project)) == [created]
    assert list(publisher.list_topic_snapshots(topic=topic)) == [snapshot]


@differs(official="labels of snapshots are lost")
def test_a_snapshot_has_labels(subscription: Puller, snapshot: str) -> None:
    created = take_snapshot(subscription, snapshot, labels={"team": "churn"})

    assert dict(created.labels) == {"team": "churn"}


def test_a_snapshot_cannot_be_created_twice(subscription: Puller, snapshot: str) -> None:
    take_snapshot(subscription, snapshot)

    with pytest.raises(AlreadyExists):
        take_snapshot(subscription, snapshot)


@differs(official="a snapshot without a name is refused")
def test_a_snapshot_without_a_name_is_given_one_in_the_project_of_its_subscription(
    subscriber: SubscriberClient, project: str, subscription: Puller
) -> None:
    created = take_snapshot(subscription, "")

    assert created.name.startswith(f"{project}/snapshots/")
    assert subscriber.get_snapshot(snapshot=created.name) == created


def test_a_snapshot_s_name_is_checked(subscription: Puller, project: str) -> None:
    with pytest.raises(InvalidArgument):
        take_snapshot(subscription, f"{project}/snapshots/1st")


def test_a_snapshot_needs_a_subscription_that_exists(
    subscriber: SubscriberClient, project: str, snapshot: str
) -> None:
    with pytest.raises(NotFound):
        take_snapshot(Puller(subscriber, f"{project}/subscriptions/nobody"), snapshot)


def test_a_snapshot_that_does_not_exist_is_not_found(
    subscriber: SubscriberClient, subscription: Puller, snapshot: str
) -> None:
    with pytest.raises(NotFound):
        subscriber.get_snapshot(snapshot=snapshot)
    with pytest.raises(NotFound):
        subscriber.delete_snapshot(snapshot=snapshot)
    with pytest.raises(NotFound):
        seek(subscription, snapshot)


def test_a_seek_names_a_time_or_a_snapshot(subscription: Puller) -> None:
    with pytest.raises(InvalidArgument):
        subscription.subscriber.seek(request={"subscription": subscription.name})


def test_a_subscription_of_another_topic_cannot_be_sought_to_a_snapshot(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    subscription: Puller,
    snapshot: str,
) -> None:
    take_snapshot(subscription, snapshot)
    elsewhere = publisher.create_topic(name=f"{project}/topics/elsewhere").name
    stranger = Puller.create(subscriber, name=f"{project}/subscriptions/strange", topic=elsewhere)

    with pytest.raises(FailedPrecondition):
        seek(stranger, snapshot)


def test_a_snapshot_of_a_topic_that_was_deleted_and_created_again_cannot_be_sought(
    publisher: PublisherClient, subscription: Puller, topic: str, snapshot: str
) -> None:
    take_snapshot(subscription, snapshot)
    publisher.delete_topic(topic=topic)
    publisher.create_topic(name=topic)

    with pytest.raises(FailedPrecondition):
        seek(subscription, snapshot)


@differs(official="a snapshot keeps the name of its deleted topic")
def test_a_snapshot_remains_when_its_topic_is_deleted(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    topic: str,
    subscription: Puller,
    snapshot: str,
) -> None:
    take_snapshot(subscription, snapshot)

    publisher.delete_topic(topic=topic)

    assert subscriber.get_snapshot(snapshot=snapshot).topic == "_deleted-topic_"


def test_after_a_snapshot_is_deleted_one_with_the_same_name_has_nothing_of_it(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    topic: str,
    subscription: Puller,
    snapshot: str,
) -> None:
    publish(publisher, topic, "old")
    take_snapshot(subscription, snapshot)
    subscription.ack(subscription.pull(1))
    subscriber.delete_snapshot(snapshot=snapshot)
    assert list(publisher.list_topic_snapshots(topic=topic)) == []

    take_snapshot(subscription, snapshot)
    seek(subscription, snapshot)

    assert subscription.pull_once() == []


@NO_UPDATES
def test_an_update_changes_the_fields_of_its_mask_and_no_other(
    subscriber: SubscriberClient, subscription: Puller, snapshot: str
) -> None:
    created = take_snapshot(subscription, snapshot)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    labelled = update(
        subscriber, snapshot, "labels", labels={"team": "churn"}, expire_time=tomorrow
    )
    shortened = update(subscriber, snapshot, "expire_time", expire_time=tomorrow)

    assert dict(labelled.labels) == dict(shortened.labels) == {"team": "churn"}
    assert labelled.expire_time == created.expire_time
    assert shortened.expire_time == tomorrow


@NO_UPDATES
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("name", {}),
        ("topic", {}),
        ("nonsense", {}),
        ("expire_time", {"expire_time": datetime(2020, 1, 1, tzinfo=UTC)}),
        ("labels", {"labels": {"Team": "churn"}}),
    ],
)
def test_an_update_that_is_not_valid_is_refused(
    subscriber: SubscriberClient,
    subscription: Puller,
    snapshot: str,
    path: str,
    fields: dict[str, Any],
) -> None:
    take_snapshot(subscription, snapshot)

    with pytest.raises(InvalidArgument):
        update(subscriber, snapshot, path, **fields)
