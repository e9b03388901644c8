"""StreamingPull ("StreamingPull API", "StreamingPullRequest" in the API reference)."""

from concurrent.futures import Future

import google.pubsub_v1 as api
import grpc
import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message

from tests.conformance.marks import differs, documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish, texts
from tests.wait import wait_until

pytestmark = documented("StreamingPullRequest")

NO_KEEPALIVE = differs(official="releases before May 2026 answer no ping", always=False)
IGNORED = differs(official="it ignores flow control in later requests")
SET_ASIDE = differs(
    official="it sets messages aside for a stream that has no room, most times", always=False
)


def test_a_stream_gets_messages_as_they_are_published(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "first")
        stream.wait_for(1)
        publish(publisher, topic, "second")

        assert texts(stream.wait_for(2)) == ["first", "second"]


def test_a_message_that_is_acknowledged_by_the_stream_does_not_come_again(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=1) as stream:
        publish(publisher, topic, "first", "second")
        stream.ack(stream.wait_for(1))
        stream.ack(stream.wait_for(2)[1:])
        publish(publisher, topic, "third")

        assert texts(stream.wait_for(3)) == ["first", "second", "third"]


def test_a_message_that_is_nacked_by_the_stream_comes_again(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "again")

        stream.extend(stream.wait_for(1), seconds=0)

        assert texts(stream.wait_for(2)) == ["again", "again"]


def test_a_message_whose_deadline_runs_out_comes_again_to_the_stream(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "slow")

        stream.extend(stream.wait_for(1), seconds=1)

        assert texts(stream.wait_for(2)) == ["slow", "slow"]


@SET_ASIDE
def test_a_stream_holds_at_most_max_outstanding_messages(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=2) as stream:
        publish(publisher, topic, "1", "2", "3", "4", "5")
        stream.wait_for(2)

        assert len(subscription.pull(3)) == 3
        assert len(stream.received) == 2


@NO_KEEPALIVE
def test_a_ping_is_answered_where_the_client_asked_for_keepalive(
    pubsub: PubSub, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, protocol_version=1) as stream:
        stream.send()

        (pong,) = wait_until(lambda: stream.responses, what="an answer to the ping")

        assert not pong.received_messages


def test_a_ping_is_not_answered_where_the_client_does_not_know_keepalive(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        stream.send()
        publish(publisher, topic, "after the ping")
        stream.wait_for(1)

        assert len(stream.responses) == 1


def test_an_acknowledgement_makes_room_in_the_stream(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=2) as stream:
        publish(publisher, topic, "1", "2", "3")

        stream.ack(stream.wait_for(2)[:1])

        assert sorted(texts(stream.wait_for(3))) == ["1", "2", "3"]


def test_a_nack_makes_room_in_the_stream(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=1) as stream:
        publish(publisher, topic, "again")

        stream.extend(stream.wait_for(1), seconds=0)

        assert texts(stream.wait_for(2)) == ["again", "again"]


def test_a_deadline_that_expires_makes_room_in_the_stream(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=1) as stream:
        publish(publisher, topic, "slow")

        stream.extend(stream.wait_for(1), seconds=1)

        assert texts(stream.wait_for(2)) == ["slow", "slow"]


@SET_ASIDE
def test_a_message_whose_deadline_is_extended_is_still_outstanding(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=1) as stream:
        publish(publisher, topic, "held", "next")

        stream.extend(stream.wait_for(1), seconds=60)

        assert len(subscription.pull(1, timeout=5)) == 1
        assert len(stream.received) == 1


@pytest.mark.parametrize("release", ["ack", "nack"])
def test_bytes_are_outstanding_until_their_message_is_acked_or_nacked(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller, release: str
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_bytes=5_000) as stream:
        publish(publisher, topic, *(number * 6_000 for number in "123"))
        for count in range(1, 3):
            newest = stream.wait_for(count)[count - 1 :]
            if release == "ack":
                stream.ack(newest)
            else:
                stream.extend(newest, seconds=0)

        assert stream.wait_for(3)


@pytest.mark.parametrize("unlimited", [0, -1])
def test_at_0_or_less_there_is_no_limit_to_what_is_outstanding(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller, unlimited: int
) -> None:
    limits = {"max_outstanding_messages": unlimited, "max_outstanding_bytes": unlimited}
    with pubsub.stream(subscription.name, **limits) as stream:
        request = {"topic": topic, "messages": [{"data": b"x" * 5_000}] * 1_000}
        api.PublisherClient.publish(publisher, request=request)

        assert len(stream.wait_for(1_000)) == 1_000


def test_a_unary_acknowledgement_makes_room_in_the_stream(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_messages=2) as stream:
        publish(publisher, topic, "1", "2", "3")

        subscription.ack(stream.wait_for(2)[:1])

        assert sorted(texts(stream.wait_for(3))) == ["1", "2", "3"]


@SET_ASIDE
def test_a_stream_gets_no_more_once_max_outstanding_bytes_are_held(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name, max_outstanding_bytes=10_000) as stream:
        publish(publisher, topic, *("x" * 6_000 for _ in range(4)))
        stream.wait_for(1)

        assert len(subscription.pull(2)) == 2


@SET_ASIDE
def test_messages_are_spread_over_the_streams_of_a_subscription(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    limit = {"max_outstanding_messages": 10}
    with (
        pubsub.stream(subscription.name, **limit) as first,
        pubsub.stream(subscription.name, **limit) as second,
    ):
        published = publish(publisher, topic, *("spread" for _ in range(20)))
        received = [*first.wait_for(10), *second.wait_for(10)]

        assert sorted(message.message.message_id for message in received) == sorted(published)


@differs(official="what a closed stream held is late, now and then by 20 seconds", always=False)
def test_what_a_closed_stream_held_comes_again_when_its_deadline_is_over(
    pubsub: PubSub, publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "orphan")
        subscription.extend(stream.wait_for(1), seconds=1)

    assert texts(subscription.pull(1)) == ["orphan"]


def test_a_stream_of_an_unknown_subscription_is_refused(pubsub: PubSub, project: str) -> None:
    with pubsub.stream(f"{project}/subscriptions/nobody") as stream:
        assert stream.wait_for_status() == grpc.StatusCode.NOT_FOUND


def test_a_stream_ends_when_its_subscription_is_deleted(
    pubsub: PubSub,
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    topic: str,
    subscription: Puller,
) -> None:
    with pubsub.stream(subscription.name) as stream:
        publish(publisher, topic, "it is open")
        stream.wait_for(1)

        subscriber.delete_subscription(subscription=subscription.name)

        assert stream.wait_for_status() == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("seconds", [0, 9, 601])
def test_the_ack_deadline_of_a_stream_is_between_10_and_600_seconds(
    pubsub: PubSub, subscription: Puller, seconds: int
) -> None:
    with pubsub.stream(subscription.name, stream_ack_deadline_seconds=seconds) as stream:
        assert stream.wait_for_status() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("max_outstanding_messages", marks=IGNORED),
        pytest.param("max_outstanding_bytes", marks=IGNORED),
        "subscription",
    ],
)
def test_some_fields_are_for_the_first_request_of_a_stream_only(
    pubsub: PubSub, subscription: Puller, field: str
) -> None:
    with pubsub.stream(subscription.name) as stream:
        stream.send(**{field: subscription.name if field == "subscription" else 1})

        assert stream.wait_for_status() == grpc.StatusCode.INVALID_ARGUMENT


def test_as_many_deadlines_as_ack_ids_are_needed(pubsub: PubSub, subscription: Puller) -> None:
    with pubsub.stream(subscription.name) as stream:
        stream.send(modify_deadline_ack_ids=["one"], modify_deadline_seconds=[10, 10])

        assert stream.wait_for_status() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_malformed_ack_id_ends_the_stream(pubsub: PubSub, subscription: Puller) -> None:
    with pubsub.stream(subscription.name) as stream:
        stream.send(ack_ids=["nonsense"])

        assert stream.wait_for_status() == grpc.StatusCode.INVALID_ARGUMENT


def test_google_s_subscriber_receives_and_acknowledges(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    received: Future[str] = Future()

    def callback(message: Message) -> None:
        message.ack()
        received.set_result(message.data.decode())

    pulling = subscriber.subscribe(subscription.name, callback)
    publish(publisher, topic, "hello")
    assert received.result(timeout=20) == "hello"
    pulling.cancel()
    pulling.result(timeout=20)

    assert subscription.pull_once() == []
