"""Publish and receive on an embedded Pub/Sub server: no account, no Docker, no Java."""

import os

from google.cloud import pubsub_v1

from tools.emulator import serve

with serve() as server:
    os.environ["PUBSUB_EMULATOR_HOST"] = server.address
    publisher = pubsub_v1.PublisherClient()
    subscriber = pubsub_v1.SubscriberClient()
    topic = publisher.create_topic(name="projects/test/topics/updates").name
    inbox = "projects/test/subscriptions/inbox"
    subscriber.create_subscription(name=inbox, topic=topic)

    publisher.publish(topic, b"hello", sender="quickstart").result(timeout=10)

    (received,) = subscriber.pull(subscription=inbox, max_messages=1).received_messages
    subscriber.acknowledge(subscription=inbox, ack_ids=[received.ack_id])
    print(received.message.data.decode(), dict(received.message.attributes))
