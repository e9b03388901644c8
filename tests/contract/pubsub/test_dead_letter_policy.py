"""Dead letters ("Dead-letter topics", Pub/Sub documentation)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Dead-letter topics")


@dataclass(frozen=True)
class DeadLettering:
    """A subscription with a dead-letter policy of five attempts, and one of its dead letters."""

    source: Puller
    dead: Puller


@pytest.fixture
def dead_lettering(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> DeadLettering:
    """Give both subscriptions, empty."""
    dead_topic = publisher.create_topic(name=f"{project}/topics/dead-letters").name
    source = Puller.create(
        subscriber,
        name=f"{project}/subscriptions/fragile",
        topic=topic,
        dead_letter_policy={"dead_letter_topic": dead_topic, "max_delivery_attempts": 5},
    )
    dead = Puller.create(subscriber, name=f"{project}/subscriptions/dead", topic=dead_topic)
    return DeadLettering(source, dead)


def nack_until_it_is_dead(source: Puller) -> list[int]:
    """Nack the one message until it comes no more, and give its delivery attempts.

    Google's emulator forwards a dead letter only when the source is pulled once more.
    """
    attempts = []
    for _ in range(5):
        received = source.pull(1)
        attempts.append(received[0].delivery_attempt)
        source.nack(received)
    assert source.pull_once() == []
    return attempts


def test_without_a_dead_letter_policy_there_is_no_delivery_attempt(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "uncounted")

    assert subscription.pull(1)[0].delivery_attempt == 0


def test_the_delivery_attempt_is_one_more_than_the_nacks(
    publisher: PublisherClient, topic: str, dead_lettering: DeadLettering
) -> None:
    publish(publisher, topic, "poison")

    assert nack_until_it_is_dead(dead_lettering.source) == [1, 2, 3, 4, 5]


def test_after_the_maximum_of_attempts_a_message_goes_to_the_dead_letter_topic(
    publisher: PublisherClient, topic: str, dead_lettering: DeadLettering
) -> None:
    publish(publisher, topic, "poison", cause="unknown")

    nack_until_it_is_dead(dead_lettering.source)

    (dead,) = dead_lettering.dead.pull(1)
    assert texts([dead]) == ["poison"]
    assert dead.message.attributes["cause"] == "unknown"


def test_a_dead_letter_says_where_it_comes_from(
    publisher: PublisherClient,
    topic: str,
    project: str,
    subscription: Puller,
    dead_lettering: DeadLettering,
) -> None:
    publish(publisher, topic, "poison")

    nack_until_it_is_dead(dead_lettering.source)

    attributes = dict(dead_lettering.dead.pull(1)[0].message.attributes)
    published = attributes.pop("CloudPubSubDeadLetterSourceTopicPublishTime")
    (elsewhere,) = subscription.pull(1)
    away = datetime.fromisoformat(published) - elsewhere.message.publish_time
    assert abs(away) < timedelta(seconds=1), "the time at which the original was published"
    assert attributes == {
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "fragile",
        "CloudPubSubDeadLetterSourceSubscriptionProject": project.removeprefix("projects/"),
    }


def test_an_expired_deadline_counts_as_an_attempt(
    publisher: PublisherClient, topic: str, dead_lettering: DeadLettering
) -> None:
    publish(publisher, topic, "slow")

    dead_lettering.source.extend(dead_lettering.source.pull(1), seconds=1)

    assert dead_lettering.source.pull(1)[0].delivery_attempt == 2


def test_the_dead_letter_topic_must_exist(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    policy = {"dead_letter_topic": f"{project}/topics/nowhere"}

    with pytest.raises(NotFound):
        Puller.create(
            subscriber,
            name=f"{project}/subscriptions/fragile",
            topic=topic,
            dead_letter_policy=policy,
        )


@pytest.mark.parametrize("attempts", [4, 101])
def test_the_maximum_of_attempts_is_between_5_and_100(
    subscriber: SubscriberClient, project: str, topic: str, attempts: int
) -> None:
    policy = {"dead_letter_topic": topic, "max_delivery_attempts": attempts}

    with pytest.raises(BadRequest):
        Puller.create(
            subscriber,
            name=f"{project}/subscriptions/fragile",
            topic=topic,
            dead_letter_policy=policy,
        )


def test_the_maximum_of_attempts_is_5_where_it_is_not_set(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    policy = {"dead_letter_topic": topic}

    created = subscriber.create_subscription(
        request={
            "name": f"{project}/subscriptions/fragile",
            "topic": topic,
            "dead_letter_policy": policy,
        }
    )

    assert created.dead_letter_policy.max_delivery_attempts == 5
