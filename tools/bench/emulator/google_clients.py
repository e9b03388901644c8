"""Google's own clients with their defaults, as most programs use them.

They cost some 40 µs a message on a core of their own, so that their figures say more about them
than about the server: they are what a program can expect.
"""

import threading
import time

import grpc
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from tools.bench.errors import LoadFailed

IDLE_SECONDS = 20.0
"""How long no message may come."""


def publish(channel: grpc.Channel, topic: str, messages: int, size: int) -> float:
    """Publish by PublisherClient until all is confirmed; gives the seconds."""
    client = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
    data = bytes(size)
    started = time.perf_counter()
    for future in [client.publish(topic, data) for _ in range(messages)]:
        future.result()
    seconds = time.perf_counter() - started
    client.stop()
    return seconds


def receive(channel: grpc.Channel, subscription: str, messages: int) -> float:
    """Receive and acknowledge by SubscriberClient; gives the seconds to the last message.

    Raises:
        LoadFailed: no message came for a while, and not all had come.
    """
    client = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    arrived = threading.Semaphore(0)

    def acknowledge(message: Message) -> None:
        message.ack()
        arrived.release()

    started = time.perf_counter()
    receiving = client.subscribe(subscription, acknowledge)
    try:
        for number in range(messages):
            if not arrived.acquire(timeout=IDLE_SECONDS):
                raise LoadFailed(f"SubscriberClient got {number} of {messages} messages")
        return time.perf_counter() - started
    finally:
        receiving.cancel()
        receiving.result()
