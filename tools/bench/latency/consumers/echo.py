"""The worker's own subscriber and publisher, and nothing between them."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from consumer.health import Health
from consumer.message import OutgoingMessage
from consumer.publisher import Publication, Publisher
from consumer.settings import load_settings
from consumer.stopping import StopSignal, stop_on_signals
from consumer.subscriber import Delivery
from consumer.subscriber.client import open_client
from consumer.subscriber.opening import subscriber_of


def main() -> None:
    """Publish each message on until SIGTERM; confirm and acknowledge on a thread, as the worker."""
    settings = load_settings(None)
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    stop_on_signals(stop)
    topic = settings.alert_topic_path
    subscriber = subscriber_of(settings, open_client(), Health())
    with (
        closing(Publisher()) as publisher,
        closing(subscriber),
        ThreadPoolExecutor(max_workers=1) as settlement,
    ):
        for batch in subscriber.batches(stop):
            sent = publisher.publish(topic, [_echo(delivery) for delivery in batch])
            settlement.submit(_settle, publisher, batch, sent)


def _echo(delivery: Delivery) -> OutgoingMessage:
    return OutgoingMessage(delivery.message.data, delivery.message.attributes)


def _settle(publisher: Publisher, batch: Sequence[Delivery], sent: Sequence[Publication]) -> None:
    """Acknowledge what is confirmed; of the rest the benchmark sees that it does not come."""
    for delivery, publication in zip(batch, sent, strict=True):
        publisher.confirm(publication)
        delivery.ack()


if __name__ == "__main__":
    main()
