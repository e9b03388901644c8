"""Ack deadlines ("Extend ack time with lease management", API reference)."""

import pytest
from google.api_core.exceptions import BadRequest, InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Extend ack time with lease management")


def test_a_message_whose_ack_deadline_expires_comes_again(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "forgotten")

    subscription.extend(subscription.pull(1), seconds=1)

    assert texts(subscription.pull(1)) == ["forgotten"]


def test_a_message_whose_ack_deadline_is_extended_does_not_come_again_yet(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "held", "let go")
    received = subscription.pull(2)
    subscription.extend(received, seconds=1)

    subscription.extend([held for held in received if texts([held]) == ["held"]], seconds=60)

    assert texts(subscription.pull(1)) == ["let go"]
    assert subscription.pull_once() == []


def test_a_message_can_be_acknowledged_while_its_deadline_is_extended(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "held")
    held = subscription.pull(1)
    subscription.extend(held, seconds=60)

    subscription.ack(held)

    assert subscription.pull_once() == []


def test_an_acknowledgement_after_the_deadline_may_not_count_and_the_message_comes_again(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "late")
    late = subscription.pull(1)
    subscription.extend(late, seconds=1)
    again = subscription.pull(1)

    subscription.ack(late)
    subscription.nack(again)

    assert texts(subscription.pull(1)) == ["late"]


@differs(official="it allows ack deadlines above 600 seconds")
def test_a_deadline_above_600_seconds_is_refused(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "held")

    with pytest.raises(BadRequest):
        subscription.extend(subscription.pull(1), seconds=601)


@pytest.mark.parametrize(
    "seconds",
    [pytest.param(9, marks=differs(official="it allows ack deadlines below 10 seconds")), 601],
)
def test_a_subscription_s_ack_deadline_is_between_10_and_600_seconds(
    subscriber: SubscriberClient, project: str, topic: str, seconds: int
) -> None:
    name = f"{project}/subscriptions/bounded"

    with pytest.raises(BadRequest):
        Puller.create(subscriber, name=name, topic=topic, ack_deadline_seconds=seconds)


def test_a_malformed_ack_id_is_refused(subscriber: SubscriberClient, subscription: Puller) -> None:
    with pytest.raises(InvalidArgument):
        subscriber.acknowledge(subscription=subscription.name, ack_ids=["nonsense"])


def test_a_request_without_ack_ids_is_refused(
    subscriber: SubscriberClient, subscription: Puller
) -> None:
    with pytest.raises(InvalidArgument):
        subscriber.acknowledge(subscription=subscription.name, ack_ids=[])
