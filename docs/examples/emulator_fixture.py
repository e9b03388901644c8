"""Tests that take a Pub/Sub server from the emulator's pytest plugin."""

from google.cloud import pubsub_v1

from tools.emulator.pytest_plugin import Emulator


def test_a_nacked_message_comes_again(pubsub_emulator: Emulator) -> None:
    publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
    topic = publisher.topic_path(pubsub_emulator.project, "updates")
    inbox = subscriber.subscription_path(pubsub_emulator.project, "inbox")
    publisher.create_topic(name=topic)
    subscriber.create_subscription(name=inbox, topic=topic)
    publisher.publish(topic, b"again").result(timeout=10)

    def pull() -> pubsub_v1.types.ReceivedMessage:
        return subscriber.pull(subscription=inbox, max_messages=1).received_messages[0]

    first = pull()
    subscriber.modify_ack_deadline(
        subscription=inbox, ack_ids=[first.ack_id], ack_deadline_seconds=0
    )

    assert pull().message == first.message
