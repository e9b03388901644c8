"""Publishing, pulling, acknowledging ("Subscription overview", "Pull subscriptions")."""

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.pubsub_puller import Puller, texts


def publish(publisher: PublisherClient, topic: str, *data: str, **attributes: str) -> list[str]:
    """Publish messages one after another and give their ids."""
    return [publisher.publish(topic, text.encode(), **attributes).result(10) for text in data]


def test_each_subscription_gets_every_message_published_after_its_creation(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
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


def test_an_acknowledged_message_does_not_come_again(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "once")

    subscription.ack(subscription.pull(1))

    assert subscription.pull_once() == []


def test_a_nacked_message_comes_again_at_once_where_there_is_no_retry_policy(
    publisher: PublisherClient, topic: str, subscription: Puller
) -> None:
    publish(publisher, topic, "again")

    subscription.nack(subscription.pull(1))

    assert texts(subscription.pull(1)) == ["again"]
