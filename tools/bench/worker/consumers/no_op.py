"""The worker's own subscriber, whose batches are acknowledged at once."""

import time

from consumer.health import Health
from consumer.settings import load_settings
from consumer.stopping import StopSignal, stop_on_signals
from consumer.subscriber import FlowLimits, Inbox, Subscriber
from consumer.subscriber.client import open_client


def main() -> None:
    """Receive with the worker's streams, flow control and batches, until SIGTERM."""
    settings = load_settings(None)
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    stop_on_signals(stop)
    pubsub, batch = settings.pubsub, settings.batch
    subscriber = Subscriber(
        open_client(),
        settings.subscription_path,
        streams=pubsub.streams,
        limits=FlowLimits(pubsub.max_messages, pubsub.max_bytes, pubsub.max_lease_seconds),
        inbox=Inbox(
            max_events=batch.max_events, max_bytes=batch.max_bytes, linger=batch.linger_ms / 1000
        ),
        health=Health(),
    )
    try:
        for deliveries in subscriber.batches(stop):
            for delivery in deliveries:
                delivery.ack()
    finally:
        subscriber.close()


if __name__ == "__main__":
    main()
