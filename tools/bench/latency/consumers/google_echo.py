"""Google's subscriber and publisher: a callback publishes each message on, then acknowledges it."""

from concurrent.futures import Future
from functools import partial

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.types import BatchSettings

from consumer.settings import load_settings

BATCHES = BatchSettings(max_messages=500, max_bytes=1_000_000, max_latency=0.005)
"""Larger than the library's own, and with half its wait for more messages."""


def main() -> None:
    """Echo by as many streams as the worker has, until SIGTERM.

    The callbacks, their threads and the flow control are the library's own.
    """
    settings = load_settings(None)
    publisher, subscriber = PublisherClient(BATCHES), SubscriberClient()

    def echo(message: Message) -> None:
        sent = publisher.publish(
            settings.alert_topic_path, message.data, **dict(message.attributes)
        )
        sent.add_done_callback(partial(_settle, message))

    streams = [
        subscriber.subscribe(settings.subscription_path, callback=echo)
        for _ in range(settings.pubsub.streams)
    ]
    for stream in streams:
        stream.result()


def _settle(message: Message, sent: "Future[str]") -> None:
    if sent.exception() is None:
        message.ack()
    else:
        message.nack()


if __name__ == "__main__":
    main()
