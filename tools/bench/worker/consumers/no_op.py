"""The worker's own subscriber, whose batches are acknowledged at once."""

import time

from consumer.settings import load_settings
from consumer.stopping import StopSignal, stop_on_signals
from tools.bench.own_subscriber import open_subscriber


def main() -> None:
    """Receive with the worker's streams, flow control and batches, until SIGTERM."""
    settings = load_settings(None)
    stop = StopSignal(drain_seconds=settings.pubsub.drain_seconds, clock=time.monotonic)
    stop_on_signals(stop)
    subscriber = open_subscriber(settings)
    try:
        for deliveries in subscriber.batches(stop):
            for delivery in deliveries:
                delivery.ack()
    finally:
        subscriber.close()


if __name__ == "__main__":
    main()
