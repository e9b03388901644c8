"""Ordering keys: after a nack, the later messages of the key come again too, in order."""

import os

from google.cloud import pubsub_v1
from google.cloud.pubsub_v1.types import PublisherOptions

from tools.emulator import serve

with serve() as server:
    os.environ["PUBSUB_EMULATOR_HOST"] = server.address
    publisher = pubsub_v1.PublisherClient(
        publisher_options=PublisherOptions(enable_message_ordering=True)
    )
    subscriber = pubsub_v1.SubscriberClient()
    topic = publisher.create_topic(name="projects/test/topics/updates").name
    ordered = "projects/test/subscriptions/ordered"
    subscriber.create_subscription(
        request={"name": ordered, "topic": topic, "enable_message_ordering": True}
    )
    for data in (b"1", b"2", b"3"):
        publisher.publish(topic, data, ordering_key="customer-7").result(timeout=10)

    batch = subscriber.pull(subscription=ordered, max_messages=3).received_messages
    one, two, three = (received.ack_id for received in batch)
    subscriber.acknowledge(subscription=ordered, ack_ids=[one, three])
    subscriber.modify_ack_deadline(subscription=ordered, ack_ids=[two], ack_deadline_seconds=0)

    again = subscriber.pull(subscription=ordered, max_messages=3).received_messages
    print([received.message.data.decode() for received in again])
