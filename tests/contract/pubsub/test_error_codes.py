"""NOT_FOUND for every call that names what does not exist ("Error codes")."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller, publish

pytestmark = documented("Error codes")


@dataclass(frozen=True)
class Nothing:
    """The clients, and names of what is not there."""

    publisher: PublisherClient
    subscriber: SubscriberClient
    topic: str
    subscription: str


@pytest.fixture
def nothing(publisher: PublisherClient, subscriber: SubscriberClient, project: str) -> Nothing:
    """Give names of which nothing exists."""
    missing = [f"{project}/{kind}/missing" for kind in ("topics", "subscriptions")]
    return Nothing(publisher, subscriber, *missing)


Call = Callable[[Nothing], object]

OF_A_TOPIC: dict[str, Call] = {
    "GetTopic": lambda it: it.publisher.get_topic(topic=it.topic),
    "DeleteTopic": lambda it: it.publisher.delete_topic(topic=it.topic),
    "Publish": lambda it: publish(it.publisher, it.topic, "lost"),
    "CreateSubscription": lambda it: it.subscriber.create_subscription(
        name=it.subscription, topic=it.topic
    ),
    "UpdateTopic": lambda it: it.publisher.update_topic(
        topic={"name": it.topic, "message_retention_duration": "600s"},
        update_mask={"paths": ["message_retention_duration"]},
    ),
}
OF_A_SUBSCRIPTION: dict[str, Call] = {
    "GetSubscription": lambda it: it.subscriber.get_subscription(subscription=it.subscription),
    "DeleteSubscription": lambda it: it.subscriber.delete_subscription(
        subscription=it.subscription
    ),
    "Pull": lambda it: Puller(it.subscriber, it.subscription).pull_once(),
    "Acknowledge": lambda it: it.subscriber.acknowledge(
        subscription=it.subscription, ack_ids=["1"]
    ),
    "ModifyAckDeadline": lambda it: it.subscriber.modify_ack_deadline(
        subscription=it.subscription, ack_ids=["1"], ack_deadline_seconds=10
    ),
    "Seek": lambda it: it.subscriber.seek(
        request={"subscription": it.subscription, "time": "2020-01-01T00:00:00Z"}
    ),
}


@pytest.mark.parametrize("method", OF_A_TOPIC)
def test_a_topic_that_does_not_exist_is_not_found(nothing: Nothing, method: str) -> None:
    with pytest.raises(NotFound):
        OF_A_TOPIC[method](nothing)


@differs(official="it gives an empty list")
def test_the_subscriptions_of_a_topic_that_does_not_exist_are_not_found(nothing: Nothing) -> None:
    with pytest.raises(NotFound):
        list(nothing.publisher.list_topic_subscriptions(topic=nothing.topic))


@pytest.mark.parametrize("method", OF_A_SUBSCRIPTION)
def test_a_subscription_that_does_not_exist_is_not_found(nothing: Nothing, method: str) -> None:
    with pytest.raises(NotFound):
        OF_A_SUBSCRIPTION[method](nothing)
