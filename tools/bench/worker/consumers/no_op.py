"""The worker's own subscriber, whose batches are acknowledged at once."""

import time

from consumer.health import Health
from consumer.settings import load_settings
from consumer.stopping import StopSignal, stop_on_signals
from consumer.subscriber.client import open_client
from consumer.subscriber.opening import subscriber_of


def main() -> None:
    """Receive with the worker's streams, flow control and batches, until SIGTERM."""
    settings = load_settings(None)
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    stop_on_signals(stop)
    subscriber = subscriber_of(settings, open_client(), Health())
    try:
        for deliveries in subscriber.batches(stop):
            for delivery in deliveries:
                delivery.ack()
    finally:
        subscriber.close()


if __name__ == "__main__":
    main()
