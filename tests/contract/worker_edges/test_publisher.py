"""What a confirmation means, on every server."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from consumer.errors import PublishRefused, PubSubDown, ResourceMissing
from consumer.message import OutgoingMessage
from consumer.publisher import Publication, Publisher
from tests.pubsub_puller import Puller, texts


@pytest.fixture
def publishing() -> Iterator[Publisher]:
    publisher = Publisher(settings={})
    yield publisher
    publisher.close()


def outgoing(text: str, key: str = "") -> OutgoingMessage:
    return OutgoingMessage(text.encode(), {"risk": "high"}, key)


def confirm_in_the_end(publisher: Publisher, publication: Publication) -> None:
    """Ask again after an outage, as the worker does."""
    try:
        publisher.confirm(publication)
    except PubSubDown:
        publisher.confirm(publication)


INVALID = OutgoingMessage(b"", {})
"""A message must have data or an attribute."""


def test_a_confirmed_message_is_on_the_server(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    assert publishing.confirm(publishing.publish(topic, outgoing("one")))
    [received] = subscription.pull(1)
    assert received.message.data == b"one"
    assert dict(received.message.attributes) == {"risk": "high"}


def test_a_missing_topic_is_told_with_its_setting(topic: str) -> None:
    missing = f"{topic}-missing"
    publisher = Publisher(settings={missing: "pubsub.alert_topic"})
    with pytest.raises(ResourceMissing, match=r"pubsub\.alert_topic"):
        publisher.confirm(publisher.publish(missing, outgoing("one")))
    publisher.close()


def test_a_missing_topic_is_found_before_anything_is_published(topic: str) -> None:
    missing = f"{topic}-that-is-not"
    settings = {topic: "pubsub.alert_topic", missing: "pubsub.dead_letter_topic"}
    with (
        closing(Publisher(settings=settings)) as publisher,
        pytest.raises(ResourceMissing, match=r"pubsub\.dead_letter_topic"),
    ):
        publisher.check_topics()


def test_topics_that_are_there_are_found(topic: str) -> None:
    with closing(Publisher(settings={topic: "pubsub.alert_topic"})) as publisher:
        publisher.check_topics()


def test_one_message_that_the_server_refuses_fails_alone(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    good, bad, other = (
        publishing.publish(topic, each) for each in (outgoing("good"), INVALID, outgoing("other"))
    )
    publishing.confirm(good)
    with pytest.raises(PublishRefused):
        publishing.confirm(bad)
    publishing.confirm(other)
    assert sorted(texts(subscription.pull(2))) == ["good", "other"]


def test_a_message_over_the_limit_is_refused_alone(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    huge = publishing.publish(topic, OutgoingMessage(b"x" * 11_000_000, {}))
    good = publishing.publish(topic, outgoing("good"))
    with pytest.raises(PublishRefused):
        publishing.confirm(huge)
    publishing.confirm(good)
    assert texts(subscription.pull(1)) == ["good"]


def test_a_confirmation_may_be_asked_for_again(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    publication = publishing.publish(topic, outgoing("one"))
    assert publishing.confirm(publication) == publishing.confirm(publication)
    assert len(subscription.pull(1)) == 1


@pytest.mark.parametrize("name", ["topic", "data", "ordering_key", "retry", "timeout", "self"])
def test_an_attribute_may_have_any_name(
    publishing: Publisher, topic: str, subscription: Puller, name: str
) -> None:
    publishing.confirm(publishing.publish(topic, OutgoingMessage(b"one", {name: "x"})))
    [received] = subscription.pull(1)
    assert dict(received.message.attributes) == {name: "x"}


def test_all_messages_of_an_ordering_key_are_sent_again_after_an_error(
    topic: str, subscription: Puller
) -> None:
    publisher = Publisher(ordering=True, settings={})
    refused, *others = (
        publisher.publish(topic, each)
        for each in (OutgoingMessage(b"", {}, "key"), outgoing("1", "key"), outgoing("2", "key"))
    )
    with pytest.raises(PublishRefused):
        publisher.confirm(refused)
    for each in others:
        confirm_in_the_end(publisher, each)
    publisher.close()
    assert texts(subscription.pull(2)) == ["1", "2"]


def test_an_ordering_key_is_not_stuck_after_an_error(topic: str, subscription: Puller) -> None:
    publisher = Publisher(ordering=True, settings={})
    refused = publisher.publish(topic, OutgoingMessage(b"", {}, "customer"))
    with pytest.raises(PublishRefused):
        publisher.confirm(refused)
    publisher.confirm(publisher.publish(topic, outgoing("next", "customer")))
    publisher.close()
    assert texts(subscription.pull(1)) == ["next"]
