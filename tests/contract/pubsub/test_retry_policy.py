"""Back-off between deliveries ("Handle message failures", Pub/Sub documentation)."""

import pytest
from google.api_core.exceptions import BadRequest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller, publish, texts
from tests.wait import wait_until

pytestmark = documented("Handle message failures")


def with_backoff(
    subscriber: SubscriberClient, project: str, topic: str, *, minimum: str, maximum: str
) -> Puller:
    """Create a subscription with a retry policy."""
    return Puller.create(
        subscriber,
        name=f"{project}/subscriptions/patient",
        topic=topic,
        retry_policy={"minimum_backoff": minimum, "maximum_backoff": maximum},
    )


@differs(official="it leaves out the first back-off")
def test_a_nacked_message_waits_for_the_back_off(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="300s", maximum="600s")
    publish(publisher, topic, "later")

    patient.nack(patient.pull(1))

    assert patient.pull_once() == []


def test_a_nacked_message_comes_again_after_the_back_off(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="0.1s", maximum="0.2s")
    publish(publisher, topic, "later")

    patient.nack(patient.pull(1))

    assert texts(patient.pull(1)) == ["later"]


@differs(official="it leaves out the first back-off")
def test_the_back_off_is_triggered_by_an_expired_deadline_too(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="300s", maximum="600s")
    publish(publisher, topic, "slow")

    patient.extend(patient.pull(1), seconds=1)
    publish(publisher, topic, "second")
    patient.extend(patient.pull(1), seconds=2)

    assert patient.pull_once() + patient.pull_once() == []


def test_the_back_off_grows_with_each_failure_of_a_message(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="0.3s", maximum="600s")
    publish(publisher, topic, "failed four times")
    for _ in range(3):
        patient.nack(patient.pull(1))
    often = patient.pull(1)
    publish(publisher, topic, "failed once")
    once = patient.pull(1)

    patient.nack(often)
    patient.nack(once)

    assert texts(patient.pull(2)) == ["failed once", "failed four times"]


@pytest.mark.long
def test_the_back_off_does_not_grow_beyond_the_maximum(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="0.1s", maximum="0.2s")
    publish(publisher, topic, "failing")

    for _ in range(10):  # without a maximum the last delay would be 51 seconds
        patient.nack(patient.pull(1))

    assert texts(patient.pull(1)) == ["failing"]


def test_the_other_messages_do_not_wait_for_one_that_backs_off(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    patient = with_backoff(subscriber, project, topic, minimum="300s", maximum="600s")
    publish(publisher, topic, "failing")
    patient.nack(patient.pull(1))

    publish(publisher, topic, "fine")

    assert wait_until(lambda: "fine" in texts(patient.pull_once()), what="the other message")


def test_a_back_off_is_at_most_600_seconds(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    with pytest.raises(BadRequest):
        with_backoff(subscriber, project, topic, minimum="10s", maximum="601s")


def test_a_retry_policy_backs_off_10_to_600_seconds_where_it_does_not_say(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    created = subscriber.create_subscription(
        request={"name": f"{project}/subscriptions/patient", "topic": topic, "retry_policy": {}}
    )

    assert created.retry_policy.minimum_backoff.seconds == 10
    assert created.retry_policy.maximum_backoff.seconds == 600
