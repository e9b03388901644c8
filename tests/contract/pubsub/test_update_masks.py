"""What an update of a subscription changes, and from when on ("UpdateSubscriptionRequest")."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud.pubsub_v1 import PublisherClient
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


def test_a_retry_policy_can_be_taken_away(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    policy = {"minimum_backoff": "300s", "maximum_backoff": "600s"}
    update(subscription, "retry_policy", retry_policy=policy)

    without = update(subscription, "retry_policy")
    publish(publisher, topic, "again")
    subscription.nack(subscription.pull(1))

    assert "retry_policy" not in without
    assert texts(subscription.pull(1)) == ["again"]


def test_several_fields_can_be_updated_at_once(subscription: Puller) -> None:
    updated = update(
        subscription,
        "ack_deadline_seconds",
        "retain_acked_messages",
        ack_deadline_seconds=33,
        retain_acked_messages=True,
    )

    assert (updated.ack_deadline_seconds, updated.retain_acked_messages) == (33, True)


def test_acknowledged_messages_are_retained_from_when_it_is_asked_for(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "before")
    subscription.ack(subscription.pull(1))
    update(subscription, "retain_acked_messages", retain_acked_messages=True)
    publish(publisher, topic, "after")
    subscription.ack(subscription.pull(1))

    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    subscription.subscriber.seek(request={"subscription": subscription.name, "time": an_hour_ago})

    assert texts(subscription.pull(1)) == ["after"]


def test_messages_have_no_delivery_attempt_once_the_dead_letter_policy_is_taken_away(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    update(subscription, "dead_letter_policy", dead_letter_policy={"dead_letter_topic": topic})
    publish(publisher, topic, "counted")
    first = subscription.pull(1)

    update(subscription, "dead_letter_policy")
    subscription.nack(first)
    again = subscription.pull(1)

    assert (first[0].delivery_attempt, again[0].delivery_attempt) == (1, 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(
            "ack_deadline_seconds",
            9,
            marks=differs(official="an update takes an ack deadline of less than 10 seconds"),
        ),
        ("message_retention_duration", "599s"),
        ("retry_policy", {"minimum_backoff": "20s", "maximum_backoff": "10s"}),
        ("expiration_policy", {"ttl": "3600s"}),
    ],
)
def test_an_update_to_what_is_not_allowed_is_refused_and_changes_nothing(
    subscription: Puller, path: str, value: Any
) -> None:
    before = subscription.subscriber.get_subscription(subscription=subscription.name)

    with pytest.raises(InvalidArgument):
        update(subscription, path, **{path: value})

    after = subscription.subscriber.get_subscription(subscription=subscription.name)
    assert after == before


def test_an_update_to_a_dead_letter_topic_that_does_not_exist_is_refused(
    project: str, subscription: Puller
) -> None:
    policy = {"dead_letter_topic": f"{project}/topics/nowhere"}

    with pytest.raises(NotFound):
        update(subscription, "dead_letter_policy", dead_letter_policy=policy)
