"""Exactly-once delivery: the response of an acknowledgement says whether it counts."""

import os
import queue

from google.cloud import pubsub_v1
from google.cloud.pubsub_v1.subscriber.exceptions import AcknowledgeError
from google.cloud.pubsub_v1.subscriber.message import Message

from tools.emulator import serve

with serve() as server:
    os.environ["PUBSUB_EMULATOR_HOST"] = server.address
    publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
    topic = publisher.create_topic(name="projects/test/topics/updates").name
    once = "projects/test/subscriptions/once"
    subscriber.create_subscription(
        request={"name": once, "topic": topic, "enable_exactly_once_delivery": True}
    )
    deliveries: queue.SimpleQueue[Message] = queue.SimpleQueue()
    pulling = subscriber.subscribe(once, deliveries.put)
    publisher.publish(topic, b"paid 100").result(timeout=10)

    stale = deliveries.get(timeout=10)
    stale.nack_with_response().result(timeout=10)
    current = deliveries.get(timeout=10)
    try:
        stale.ack_with_response().result(timeout=10)
    except AcknowledgeError as refusal:
        print("the first delivery:", refusal.error_code.name)
    print("the second delivery:", current.ack_with_response().result(timeout=10).name)
    pulling.cancel()
    pulling.result(timeout=10)
