"""What a confirmation means, on every server."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from consumer.errors import PublishRefused, ResourceMissing
from consumer.message import OutgoingMessage
from consumer.publisher import Publisher
from tests.pubsub_puller import Puller, texts


@pytest.fixture
def publishing() -> Iterator[Publisher]:
    publisher = Publisher(settings={})
    yield publisher
    publisher.close()


def outgoing(text: str, key: str = "") -> OutgoingMessage:
    return OutgoingMessage(text.encode(), {"risk": "high"}, key)


INVALID = OutgoingMessage(b"", {})
"""A message must have data or an attribute."""


def test_a_confirmed_message_is_on_the_server(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    assert publishing.confirm(*publishing.publish(topic, [outgoing("one")]))
    [received] = subscription.pull(1)
    assert received.message.data == b"one"
    assert dict(received.message.attributes) == {"risk": "high"}


def test_a_missing_topic_is_told_with_its_setting(topic: str) -> None:
    missing = f"{topic}-missing"
    publisher = Publisher(settings={missing: "pubsub.alert_topic"})
    with pytest.raises(ResourceMissing, match=r"pubsub\.alert_topic"):
        publisher.confirm(*publisher.publish(missing, [outgoing("one")]))
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


def test_messages_that_are_published_together_share_a_request_and_keep_their_order(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    sent = publishing.publish(topic, [outgoing(str(number)) for number in range(50)])
    assert len({each.request for each in sent}) == 1
    ids = [publishing.confirm(each) for each in sent]
    received = {each.message.message_id: each.message.data for each in subscription.pull(50)}
    assert [received[each] for each in ids] == [str(number).encode() for number in range(50)]


def test_more_messages_than_one_request_takes_are_all_published(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    sent = publishing.publish(topic, [outgoing(str(number)) for number in range(1_001)])
    assert [len(each.body.messages) for each in {each.request: 0 for each in sent}] == [1_000, 1]
    assert len({publishing.confirm(each) for each in sent}) == 1_001
    assert len(subscription.pull(1_001)) == 1_001


def test_a_request_may_be_as_large_as_the_limit(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    half = OutgoingMessage(b"x" * 4_999_900, {})
    sent = publishing.publish(topic, [half, half, half])
    assert [each.place for each in sent] == [0, 1, 0]
    assert len({publishing.confirm(each) for each in sent}) == 3
    assert len(subscription.pull(3)) == 3


def test_messages_that_the_server_refuses_fail_alone(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    batch = [INVALID if number in {3, 4, 9} else outgoing(str(number)) for number in range(10)]
    refused = []
    for number, sent in enumerate(publishing.publish(topic, batch)):
        try:
            publishing.confirm(sent)
        except PublishRefused:
            refused.append(number)
        assert sent.is_confirmed == (number not in {3, 4, 9})
    assert refused == [3, 4, 9]
    assert sorted(texts(subscription.pull(7))) == ["0", "1", "2", "5", "6", "7", "8"]


def test_a_message_over_the_limit_is_refused_alone(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    batch = [outgoing("good"), OutgoingMessage(b"x" * 11_000_000, {}), outgoing("other")]
    good, huge, other = publishing.publish(topic, batch)
    with pytest.raises(PublishRefused, match="more than 10,000,000 bytes"):
        publishing.confirm(huge)
    assert good.request is other.request
    publishing.confirm(good)
    publishing.confirm(other)
    assert not huge.is_confirmed
    assert sorted(texts(subscription.pull(2))) == ["good", "other"]


def test_nothing_is_published_of_no_messages(publishing: Publisher, topic: str) -> None:
    assert publishing.publish(topic, []) == []


def test_a_confirmation_may_be_asked_for_again(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    [publication] = publishing.publish(topic, [outgoing("one")])
    assert publishing.confirm(publication) == publishing.confirm(publication)
    assert len(subscription.pull(1)) == 1


@pytest.mark.parametrize("name", ["topic", "data", "ordering_key", "retry", "timeout", "self"])
def test_an_attribute_may_have_any_name(
    publishing: Publisher, topic: str, subscription: Puller, name: str
) -> None:
    publishing.confirm(*publishing.publish(topic, [OutgoingMessage(b"one", {name: "x"})]))
    [received] = subscription.pull(1)
    assert dict(received.message.attributes) == {name: "x"}


def test_a_request_has_one_ordering_key(publishing: Publisher, topic: str, ordered: Puller) -> None:
    batch = [outgoing(f"{number}", key) for number in range(3) for key in ("a", "b", "")]
    sent = publishing.publish(topic, batch)
    assert [each.place for each in sent] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    for each in sent:
        publishing.confirm(each)
    received = ordered.pull(9)
    for key in ("a", "b"):
        of_key = [each for each in received if each.message.ordering_key == key]
        assert texts(of_key) == ["0", "1", "2"]


def test_the_other_messages_of_an_ordering_key_keep_their_order_after_a_refusal(
    publishing: Publisher, topic: str, ordered: Puller
) -> None:
    refused = OutgoingMessage(b"", {}, "key")
    batch = [outgoing("0", "key"), refused, outgoing("1", "key"), outgoing("2", "key")]
    first, second, *others = publishing.publish(topic, batch)
    publishing.confirm(first)
    with pytest.raises(PublishRefused):
        publishing.confirm(second)
    for each in others:
        publishing.confirm(each)
    assert texts(ordered.pull(3)) == ["0", "1", "2"]


def test_an_ordering_key_is_not_stuck_after_an_error(
    publishing: Publisher, topic: str, subscription: Puller
) -> None:
    [refused] = publishing.publish(topic, [OutgoingMessage(b"", {}, "customer")])
    with pytest.raises(PublishRefused):
        publishing.confirm(refused)
    publishing.confirm(*publishing.publish(topic, [outgoing("next", "customer")]))
    assert texts(subscription.pull(1)) == ["next"]


def test_batches_of_one_ordering_key_never_overtake_each_other(
    publishing: Publisher, topic: str, ordered: Puller
) -> None:
    batches = [
        publishing.publish(topic, [outgoing(f"{batch}-{each}", "key") for each in range(3)])
        for batch in range(4)
    ]
    for sent in [each for batch in batches for each in batch]:
        publishing.confirm(sent)
    assert texts(ordered.pull(12)) == [f"{batch}-{each}" for batch in range(4) for each in range(3)]


def test_a_later_batch_of_a_key_that_is_confirmed_first_takes_the_earlier_ones_with_it(
    publishing: Publisher, topic: str, ordered: Puller
) -> None:
    batch = [OutgoingMessage(b"", {}, "key"), outgoing("0", "key"), outgoing("1", "key")]
    earlier = publishing.publish(topic, batch)
    [later] = publishing.publish(topic, [outgoing("2", "key")])
    publishing.confirm(later)
    assert [each.is_confirmed for each in earlier] == [False, True, True]
    assert texts(ordered.pull(3)) == ["0", "1", "2"]
