"""Subscriptions ("Subscription" in the API reference, "Create and manage subscriptions")."""

from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, BadRequest, InvalidArgument, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.types import Subscription

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Subscription")


def update(subscription: Puller, *paths: str, **fields: Any) -> Subscription:
    """Update the fields of a subscription that ``paths`` name."""
    updated: Subscription = subscription.subscriber.update_subscription(
        request={
            "subscription": {"name": subscription.name, **fields},
            "update_mask": {"paths": list(paths)},
        }
    )
    return updated


def test_a_subscription_has_the_documented_defaults(
    subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    found = subscriber.get_subscription(subscription=subscription.name)

    assert found.topic == topic
    assert found.ack_deadline_seconds == 10
    assert found.message_retention_duration.days == 7
    assert not found.retain_acked_messages
    assert not found.enable_message_ordering
    assert not found.dead_letter_policy.dead_letter_topic


def test_a_subscription_never_expires_where_the_policy_has_no_ttl(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    created = subscriber.create_subscription(
        request={"name": f"{project}/subscriptions/kept", "topic": topic, "expiration_policy": {}}
    )

    assert created.expiration_policy.ttl.days == 0


@documented("Subscription properties")
@differs(official="it does not compare the two")
def test_the_expiration_period_is_no_shorter_than_the_retention(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    request = {
        "name": f"{project}/subscriptions/short-lived",
        "topic": topic,
        "expiration_policy": {"ttl": "86400s"},
    }

    with pytest.raises(InvalidArgument):
        subscriber.create_subscription(request=request)

    subscriber.create_subscription(request=request | {"message_retention_duration": "86400s"})


def test_a_subscription_cannot_be_created_twice(
    subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    with pytest.raises(AlreadyExists):
        subscriber.create_subscription(name=subscription.name, topic=topic)


def test_a_subscription_needs_a_topic_that_exists(
    subscriber: SubscriberClient, project: str
) -> None:
    with pytest.raises(NotFound):
        subscriber.create_subscription(
            name=f"{project}/subscriptions/lonely", topic=f"{project}/topics/nothing"
        )


def test_a_subscription_s_name_is_checked(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    with pytest.raises(InvalidArgument):
        subscriber.create_subscription(name=f"{project}/subscriptions/1st", topic=topic)


def test_unacknowledged_messages_are_retained_for_10_minutes_at_least(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    with pytest.raises(InvalidArgument):
        Puller.create(
            subscriber,
            name=f"{project}/subscriptions/forgetful",
            topic=topic,
            message_retention_duration="599s",
        )


@differs(official="it retains messages for 7 days at most")
def test_messages_are_retained_for_31_days_at_most(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    def retaining(seconds: int) -> Puller:
        return Puller.create(
            subscriber,
            name=f"{project}/subscriptions/long",
            topic=topic,
            message_retention_duration=f"{seconds}s",
        )

    month = 31 * 24 * 3600
    with pytest.raises(InvalidArgument):
        retaining(month + 1)
    retaining(month)


def test_the_subscriptions_of_a_project_are_listed_in_pages(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    names = {f"{project}/subscriptions/worker-{number}" for number in range(5)}
    for name in names:
        subscriber.create_subscription(name=name, topic=topic)

    pages = subscriber.list_subscriptions(request={"project": project, "page_size": 2})

    assert {found.name for found in pages} == names


def test_an_update_changes_the_fields_of_its_mask_and_no_other(
    subscriber: SubscriberClient, subscription: Puller
) -> None:
    update(
        subscription,
        "ack_deadline_seconds",
        ack_deadline_seconds=60,
        retain_acked_messages=True,
    )

    found = subscriber.get_subscription(subscription=subscription.name)
    assert found.ack_deadline_seconds == 60
    assert not found.retain_acked_messages


def test_a_dead_letter_policy_can_be_set_and_taken_away(topic: str, subscription: Puller) -> None:
    policy = {"dead_letter_topic": topic, "max_delivery_attempts": 7}

    with_policy = update(subscription, "dead_letter_policy", dead_letter_policy=policy)
    without = update(subscription, "dead_letter_policy")

    assert with_policy.dead_letter_policy.max_delivery_attempts == 7
    assert not without.dead_letter_policy.dead_letter_topic


def test_a_retry_policy_can_be_set(subscription: Puller) -> None:
    policy = {"minimum_backoff": "1s", "maximum_backoff": "2s"}

    updated = update(subscription, "retry_policy", retry_policy=policy)

    assert updated.retry_policy.maximum_backoff.seconds == 2


def test_a_retention_can_be_set(subscription: Puller) -> None:
    updated = update(
        subscription, "message_retention_duration", message_retention_duration="86400s"
    )

    assert updated.message_retention_duration.days == 1


@differs(official="labels cannot be updated")
def test_labels_can_be_set(subscription: Puller) -> None:
    assert dict(update(subscription, "labels", labels={"team": "churn"}).labels) == {
        "team": "churn"
    }


@pytest.mark.parametrize("paths", [[], ["nonsense"], ["enable_message_ordering"], ["topic"]])
def test_an_update_mask_names_fields_that_can_change(
    subscription: Puller, paths: list[str]
) -> None:
    with pytest.raises(BadRequest):
        update(subscription, *paths, enable_message_ordering=True)


def test_an_unknown_subscription_cannot_be_used(subscriber: SubscriberClient, project: str) -> None:
    nobody = Puller(subscriber, f"{project}/subscriptions/nobody")

    with pytest.raises(NotFound):
        nobody.pull_once()
    with pytest.raises(NotFound):
        update(nobody, "ack_deadline_seconds", ack_deadline_seconds=60)
    with pytest.raises(NotFound):
        subscriber.acknowledge(subscription=nobody.name, ack_ids=["1"])


def test_a_pull_asks_for_one_message_at_least(subscription: Puller) -> None:
    with pytest.raises(InvalidArgument):
        subscription.pull_once(0)


def test_a_subscription_that_is_created_anew_has_nothing_of_the_old_one(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "old")
    subscriber.delete_subscription(subscription=subscription.name)
    subscriber.create_subscription(name=subscription.name, topic=topic)
    publish(publisher, topic, "new")

    assert texts(subscription.pull(1)) == ["new"]


def test_a_deleted_subscription_is_not_found(
    subscriber: SubscriberClient, subscription: Puller
) -> None:
    subscriber.delete_subscription(subscription=subscription.name)

    with pytest.raises(NotFound):
        subscriber.get_subscription(subscription=subscription.name)
