"""What the service adds to a message, and what it leaves as it is ("PubsubMessage")."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import google.pubsub_v1 as api
import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("PubsubMessage")

Publish = Callable[..., list[str]]


@pytest.fixture
def publish_request(publisher: PublisherClient, topic: str) -> Publish:
    """Give a function that publishes in one request, past the checks of Google's client."""

    def send(*messages: dict[str, Any], to: str = topic) -> list[str]:
        request = {"topic": to, "messages": list(messages)}
        response = api.PublisherClient.publish(publisher, request=request, retry=None)
        return list(response.message_ids)

    return send


def test_the_ids_of_a_publish_response_are_in_the_order_of_the_messages(
    publish_request: Publish, subscription: Puller
) -> None:
    ids = publish_request({"data": b"1"}, {"data": b"2"}, {"data": b"3"})

    received = {message.message.message_id: message for message in subscription.pull(3)}
    assert texts(received[message_id] for message_id in ids) == ["1", "2", "3"]


def test_message_ids_are_unique_across_topics(
    publisher: PublisherClient, project: str, topic: str
) -> None:
    other = publisher.create_topic(name=f"{project}/topics/other").name

    ids = [
        *publish(publisher, topic, "1", "2"),
        *publish(publisher, other, "1", "2"),
        *publish(publisher, topic, "3"),
    ]

    assert len(set(ids)) == 5


def test_a_publisher_sets_neither_the_id_nor_the_publish_time(
    publish_request: Publish, subscription: Puller
) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)

    (message_id,) = publish_request({"data": b"x", "message_id": "1", "publish_time": long_ago})

    (received,) = subscription.pull(1)
    assert received.message.message_id == message_id != "1"
    assert received.message.publish_time.year > 2001


def test_the_publish_time_is_when_the_server_receives_the_message(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    before = datetime.now(UTC)
    publish(publisher, topic, "now")
    after = datetime.now(UTC)

    published = subscription.pull(1)[0].message.publish_time
    millisecond = timedelta(milliseconds=1)
    assert before - millisecond <= published <= after + millisecond


def test_a_later_message_has_no_earlier_publish_time(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    ids = publish(publisher, topic, "1", "2", "3")

    received = {message.message.message_id: message.message for message in subscription.pull(3)}
    times = [received[message_id].publish_time for message_id in ids]
    assert times == sorted(times)


def test_every_subscription_gets_the_same_id_and_publish_time(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
    subscription: Puller,
) -> None:
    other = Puller.create(subscriber, name=f"{project}/subscriptions/other", topic=topic)
    publish(publisher, topic, "shared")

    (mine,), (theirs,) = subscription.pull(1), other.pull(1)

    assert mine.message == theirs.message
    assert mine.ack_id != theirs.ack_id


@pytest.mark.parametrize(
    "message",
    [
        pytest.param({"data": bytes(range(256))}, id="any bytes"),
        pytest.param({"data": "é😀".encode()}, id="text"),
        pytest.param({"data": b"x", "attributes": {"clé 1/2": "é😀\n", "empty": ""}}, id="unicode"),
        pytest.param({"data": b"x", "ordering_key": "k" * 1024}, id="the longest ordering key"),
    ],
)
def test_data_and_attributes_arrive_as_they_were_published(
    publish_request: Publish, subscription: Puller, message: dict[str, Any]
) -> None:
    publish_request(message)

    received = subscription.pull(1)[0].message
    assert received.data == message["data"]
    assert dict(received.attributes) == message.get("attributes", {})
    assert received.ordering_key == message.get("ordering_key", "")


@documented("Quotas and limits")
@differs(official="it takes requests of more than 10 MB")
def test_a_publish_request_has_10_000_000_bytes_and_not_one_more(
    publish_request: Publish, topic: str
) -> None:
    def size(data_bytes: int) -> int:
        message = {"data": b"x" * data_bytes}
        request = api.PublishRequest(topic=topic, messages=[message])
        return len(api.PublishRequest.serialize(request))

    largest = 10_000_000 - (size(9_000_000) - 9_000_000)
    assert size(largest) == 10_000_000

    publish_request({"data": b"x" * largest})
    with pytest.raises(InvalidArgument):
        publish_request({"data": b"x" * (largest + 1)})


@documented("Quotas and limits")
@differs(official="it takes acknowledgements of more than 512 KiB")
def test_a_request_to_acknowledge_has_512_kib_at_most(
    publish_request: Publish, subscription: Puller
) -> None:
    publish_request({"data": b"x"})
    (received,) = subscription.pull(1)
    of_an_id = len(received.ack_id) + 3
    just_too_many = [received] * (524_288 // of_an_id + 1)

    with pytest.raises(InvalidArgument):
        subscription.ack(just_too_many)
    with pytest.raises(InvalidArgument):
        subscription.extend(just_too_many, seconds=60)
    subscription.ack(just_too_many[2:])
