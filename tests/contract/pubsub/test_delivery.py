"""Publishing, pulling, acknowledging ("Subscription overview", "Pull subscriptions")."""

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.conformance.marks import documented
from tests.pubsub_puller import Puller, publish, texts

pytestmark = documented("Subscription overview")


def test_each_subscription_gets_every_message_published_after_its_creation(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, topic: str
) -> None:
    publish(publisher, topic, "before")
    first = Puller.create(subscriber, name=f"{project}/subscriptions/first", topic=topic)
    second = Puller.create(subscriber, name=f"{project}/subscriptions/second", topic=topic)

    publish(publisher, topic, "after")

    assert texts(first.pull(1)) == ["after"]
    assert texts(second.pull(1)) == ["after"]


def test_a_message_arrives_as_it_was_published(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    (message_id,) = publish(publisher, topic, "{}", **{"ce-type": "customer.updated"})

    (received,) = subscription.pull(1)

    assert received.message.data == b"{}"
    assert dict(received.message.attributes) == {"ce-type": "customer.updated"}
    assert received.message.message_id == message_id
    assert received.message.publish_time.timestamp() > 0
    assert received.ack_id


def test_message_ids_are_unique_within_a_topic(publisher: PublisherClient, topic: str) -> None:
    ids = publish(publisher, topic, *("same" for _ in range(20)))

    assert len(set(ids)) == 20


def test_a_topic_without_subscriptions_takes_messages(
    publisher: PublisherClient, topic: str
) -> None:
    assert len(publish(publisher, topic, "to nobody")) == 1


def test_a_pull_gives_at_most_max_messages(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "a", "b", "c")

    assert len(subscription.pull_once(2)) <= 2


def test_a_pull_of_an_empty_subscription_gives_nothing(subscription: Puller) -> None:
    assert subscription.pull_once() == []


def test_an_outstanding_message_does_not_come_to_another_pull(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "held")
    subscription.pull(1)

    assert subscription.pull_once() == []


def test_an_acknowledged_message_does_not_come_again(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "once")

    subscription.ack(subscription.pull(1))

    assert subscription.pull_once() == []


def test_acknowledging_a_message_twice_is_no_error(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "once")
    received = subscription.pull(1)

    subscription.ack(received)
    subscription.ack(received)

    assert subscription.pull_once() == []


def test_a_nacked_message_comes_again_at_once_where_there_is_no_retry_policy(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")

    subscription.nack(subscription.pull(1))

    assert texts(subscription.pull(1, timeout=5)) == ["again"]


def test_a_message_keeps_its_id_and_publish_time_when_it_comes_again(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")
    first = subscription.pull(1)
    subscription.nack(first)

    again = subscription.pull(1)

    assert again[0].message == first[0].message


def test_the_ack_id_of_a_message_is_new_with_every_delivery(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")
    first = subscription.pull(1)
    subscription.nack(first)

    assert subscription.pull(1)[0].ack_id != first[0].ack_id


def test_a_stale_ack_id_does_not_acknowledge_the_delivery_after_it(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")
    first = subscription.pull(1)
    subscription.nack(first)
    second = subscription.pull(1)

    subscription.ack(first)
    subscription.nack(second)

    assert texts(subscription.pull(1)) == ["again"]
