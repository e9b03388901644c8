"""What a publish request may hold ("Quotas and limits: Resource limits")."""

from typing import Any

import google.pubsub_v1 as api
import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient

from tests.conformance.marks import differs, documented
from tests.pubsub_puller import Puller

pytestmark = documented("Quotas and limits")

MEGABYTE = 1_000_000


def publish_request(publisher: PublisherClient, topic: str, *messages: dict[str, Any]) -> list[str]:
    """Publish messages in one request, past the checks and batches of Google's client."""
    request = {"topic": topic, "messages": list(messages)}
    response = api.PublisherClient.publish(publisher, request=request, retry=None, timeout=10)
    return list(response.message_ids)


def test_a_message_has_data_or_an_attribute(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {})


def test_an_ordering_key_alone_is_no_message(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {"ordering_key": "customer-1"})


def test_an_attribute_alone_is_a_message(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish_request(publisher, topic, {"attributes": {"alone": "yes"}})

    (received,) = subscription.pull(1)
    assert received.message.data == b""
    assert dict(received.message.attributes) == {"alone": "yes"}


def test_a_request_has_a_message(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic)


def test_a_request_has_1000_messages_at_most(publisher: PublisherClient, topic: str) -> None:
    assert len(publish_request(publisher, topic, *[{"data": b"x"}] * 1000)) == 1000
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, *[{"data": b"x"}] * 1001)


def test_a_message_of_nearly_10_megabytes_comes_through(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    data = b"x" * (10 * MEGABYTE - 1_000)

    publish_request(publisher, topic, {"data": data})

    assert subscription.pull(1)[0].message.data == data


@differs(official="it never answers a request of more than 10 MB")
def test_a_request_has_10_megabytes_at_most(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, *[{"data": b"x" * (4 * MEGABYTE)}] * 3)


@differs(official="it takes any number of attributes")
def test_a_message_has_100_attributes_at_most(publisher: PublisherClient, topic: str) -> None:
    hundred = {f"key-{number}": "" for number in range(100)}

    assert publish_request(publisher, topic, {"attributes": hundred})
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {"attributes": {**hundred, "one more": ""}})


@differs(official="it does not check attributes")
@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"k" * 257: ""}, id="a key of more than 256 bytes"),
        pytest.param({"é" * 129: ""}, id="a key of more than 256 bytes in fewer characters"),
        pytest.param({"key": "v" * 1025}, id="a value of more than 1024 bytes"),
        pytest.param({"google-key": ""}, id="a key that begins with goog"),
    ],
)
def test_an_attribute_is_within_the_limits(
    publisher: PublisherClient, topic: str, attributes: dict[str, str]
) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {"attributes": attributes})


def test_the_longest_attribute_comes_through(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    longest = {"k" * 256: "v" * 1024}

    publish_request(publisher, topic, {"attributes": longest})

    assert dict(subscription.pull(1)[0].message.attributes) == longest


def test_the_trace_that_googles_clients_add_comes_through(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    traced = {"googclient_traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

    publish_request(publisher, topic, {"attributes": traced})

    assert dict(subscription.pull(1)[0].message.attributes) == traced


@differs(official="it does not check the length of ordering keys")
def test_an_ordering_key_has_1024_bytes_at_most(publisher: PublisherClient, topic: str) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {"data": b"x", "ordering_key": "k" * 1025})


@differs(official="it takes several ordering keys in one request")
def test_all_messages_of_a_request_have_one_ordering_key(
    publisher: PublisherClient, topic: str
) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(
            publisher,
            topic,
            {"data": b"x", "ordering_key": "one"},
            {"data": b"x", "ordering_key": "two"},
        )


def test_a_refused_request_publishes_none_of_its_messages(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    with pytest.raises(InvalidArgument):
        publish_request(publisher, topic, {"data": b"fine"}, {})

    assert subscription.pull_once() == []
