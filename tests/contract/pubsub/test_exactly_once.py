"""Exactly-once delivery ("Exactly-once delivery", Pub/Sub documentation)."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.exceptions import AcknowledgeError, AcknowledgeStatus
from google.cloud.pubsub_v1.subscriber.message import Message
from google.pubsub_v1.types import StreamingPullResponse

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts
from tests.pubsub_stream import OpenStream
from tests.wait import wait_until

pytestmark = documented("Exactly-once delivery")

MALFORMED = differs(official="one malformed ack id fails the whole request")
CONFIRMS_NOTHING = differs(official="it confirms nothing on a stream")


@pytest.fixture
def once(subscriber: SubscriberClient, project: str, topic: str) -> Puller:
    """Give a subscription with exactly-once delivery."""
    return Puller.create(
        subscriber,
        name=f"{project}/subscriptions/once",
        topic=topic,
        enable_exactly_once_delivery=True,
    )


@pytest.fixture
def once_in_order(subscriber: SubscriberClient, project: str, topic: str) -> Puller:
    """Give a subscription with exactly-once delivery and ordering."""
    return Puller.create(
        subscriber,
        name=f"{project}/subscriptions/once-in-order",
        topic=topic,
        enable_exactly_once_delivery=True,
        enable_message_ordering=True,
    )


def switch(subscription: Puller, *, on: bool) -> None:
    """Switch exactly-once delivery on or off."""
    subscription.subscriber.update_subscription(
        request={
            "subscription": {"name": subscription.name, "enable_exactly_once_delivery": on},
            "update_mask": {"paths": ["enable_exactly_once_delivery"]},
        }
    )


@contextmanager
def google_s_subscriber(subscription: Puller) -> Iterator["SimpleQueue[Message]"]:
    """Give the messages that Google's subscriber receives while the block lasts."""
    received: SimpleQueue[Message] = SimpleQueue()
    pulling = subscription.subscriber.subscribe(subscription.name, received.put)
    try:
        yield received
    finally:
        pulling.cancel()
        pulling.result(timeout=20)


def reasons(error: InvalidArgument) -> dict[str, str]:
    """Give the reason for each ack id that an error names."""
    assert error.reason == "EXACTLY_ONCE_ACKID_FAILURE"
    return dict(error.metadata)


def confirmed(stream: OpenStream, kind: str) -> Any:
    """Wait until a stream confirms something, and give the confirmation."""

    def found() -> list[StreamingPullResponse]:
        return [response for response in stream.responses if kind in response]

    return getattr(wait_until(found, timeout=20, what=kind)[0], kind)


def test_exactly_once_delivery_is_off_unless_asked_for(
    subscriber: SubscriberClient, subscription: Puller, once: Puller
) -> None:
    def is_on(name: str) -> bool:
        found = subscriber.get_subscription(subscription=name)
        return bool(found.enable_exactly_once_delivery)

    assert (is_on(subscription.name), is_on(once.name)) == (False, True)


def test_subscribers_can_determine_if_an_acknowledgement_was_successful(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "once")

    with google_s_subscriber(once) as received:
        status = received.get(timeout=20).ack_with_response().result(timeout=20)

    assert status is AcknowledgeStatus.SUCCESS


def test_ack_with_response_says_that_an_ack_id_is_stale(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "taken away")

    with google_s_subscriber(once) as received:
        message = received.get(timeout=20)
        once.subscriber.modify_ack_deadline(
            subscription=once.name, ack_ids=[message.ack_id], ack_deadline_seconds=0
        )
        with pytest.raises(AcknowledgeError) as raised:
            message.ack_with_response().result(timeout=20)

    assert raised.value.error_code is AcknowledgeStatus.INVALID_ACK_ID


def test_without_exactly_once_delivery_ack_with_response_always_succeeds(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "taken away")

    with google_s_subscriber(subscription) as received:
        message = received.get(timeout=20)
        subscription.subscriber.modify_ack_deadline(
            subscription=subscription.name, ack_ids=[message.ack_id], ack_deadline_seconds=0
        )
        status = message.ack_with_response().result(timeout=20)

    assert status is AcknowledgeStatus.SUCCESS


def test_no_redelivery_occurs_after_the_message_is_successfully_acknowledged(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "once")

    once.ack(once.pull(1))

    assert once.pull_once() == []


def test_no_redelivery_occurs_while_a_message_is_outstanding(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "held")
    once.extend(once.pull(1), seconds=60)

    assert once.pull_once() == []


def test_only_the_latest_ack_id_can_be_used_to_acknowledge_the_message(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "again")
    first = once.pull(1)
    once.nack(first)
    latest = once.pull(1)

    with pytest.raises(InvalidArgument) as refused:
        once.ack(first)
    once.ack(latest)

    assert reasons(refused.value) == {first[0].ack_id: "PERMANENT_FAILURE_INVALID_ACK_ID"}
    assert once.pull_once() == []


def test_the_valid_ack_ids_of_a_request_that_fails_are_acknowledged(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "1", "2")
    (first, second) = once.pull(2)
    once.nack([first])
    (again,) = once.pull(1)

    with pytest.raises(InvalidArgument) as refused:
        once.ack([first, second])
    once.nack([again])

    assert list(reasons(refused.value)) == [first.ack_id]
    assert texts(once.pull(1)) == texts([first])
    assert once.pull_once() == []


@pytest.mark.parametrize("seconds", [0, 60])
def test_the_deadline_of_a_stale_ack_id_cannot_be_modified(
    publisher: PublisherClient, topic: str, once: Puller, seconds: int
) -> None:
    publish(publisher, topic, "again")
    first = once.pull(1)
    once.nack(first)

    with pytest.raises(InvalidArgument) as refused:
        once.extend(first, seconds=seconds)

    assert reasons(refused.value) == {first[0].ack_id: "PERMANENT_FAILURE_INVALID_ACK_ID"}


def test_an_ack_id_is_invalid_once_its_deadline_has_expired(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "late")
    late = once.pull(1)
    once.extend(late, seconds=1)
    once.extend(once.pull(1), seconds=60)

    with pytest.raises(InvalidArgument):
        once.ack(late)


@MALFORMED
def test_a_malformed_ack_id_is_invalid_and_the_others_are_acknowledged(
    publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "once")
    (message,) = once.pull(1)

    with pytest.raises(InvalidArgument) as refused:
        once.subscriber.acknowledge(subscription=once.name, ack_ids=["nonsense", message.ack_id])

    assert reasons(refused.value) == {"nonsense": "PERMANENT_FAILURE_INVALID_ACK_ID"}
    assert once.pull_once() == []


def test_exactly_once_delivery_can_be_switched_on_and_off(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")
    stale = subscription.pull(1)
    subscription.nack(stale)

    subscription.ack(stale)
    switch(subscription, on=True)
    with pytest.raises(InvalidArgument):
        subscription.ack(stale)
    switch(subscription, on=False)
    subscription.ack(stale)

    assert texts(subscription.pull(1)) == ["again"]


def test_a_stream_says_whether_delivery_is_exactly_once(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    def last(stream: OpenStream) -> bool:
        properties = stream.responses[-1].subscription_properties
        return bool(properties.exactly_once_delivery_enabled)

    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "before")
        stream.wait_for(1)
        before = last(stream)
        switch(subscription, on=True)
        publish(publisher, topic, "after")
        stream.wait_for(2)

        assert (before, last(stream)) == (False, True)


@CONFIRMS_NOTHING
def test_a_stream_confirms_which_ack_ids_were_acknowledged(
    pubsub: PubSub, publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "1", "2")

    with pubsub.stream(once.name) as stream:
        good, stale = (message.ack_id for message in stream.wait_for(2))
        once.nack(stream.received[1:])
        stream.send(ack_ids=[good, stale])
        confirmation = confirmed(stream, "acknowledge_confirmation")

    assert list(confirmation.ack_ids) == [good]
    assert list(confirmation.invalid_ack_ids) == [stale]


@CONFIRMS_NOTHING
def test_a_stream_confirms_which_deadlines_were_modified(
    pubsub: PubSub, publisher: PublisherClient, topic: str, once: Puller
) -> None:
    publish(publisher, topic, "1", "2")

    with pubsub.stream(once.name) as stream:
        good, stale = (message.ack_id for message in stream.wait_for(2))
        once.nack(stream.received[1:])
        stream.send(modify_deadline_ack_ids=[good, stale], modify_deadline_seconds=[60, 0])
        confirmation = confirmed(stream, "modify_ack_deadline_confirmation")

    assert list(confirmation.ack_ids) == [good]
    assert list(confirmation.invalid_ack_ids) == [stale]


@CONFIRMS_NOTHING
def test_a_stream_names_the_ack_ids_that_were_out_of_order(
    pubsub: PubSub, topic: str, once_in_order: Puller
) -> None:
    publish(pubsub.publisher(ordering=True), topic, "1", "2", ordering_key="a")

    with pubsub.stream(once_in_order.name) as stream:
        first, second = stream.wait_for(2)
        stream.ack([second, first])
        confirmation = confirmed(stream, "acknowledge_confirmation")

    assert list(confirmation.unordered_ack_ids) == [second.ack_id]
    assert list(confirmation.ack_ids) == [first.ack_id]
