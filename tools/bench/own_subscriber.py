"""The worker's own subscriber, for consumers that do something else with what comes."""

from consumer.health import Health
from consumer.settings import Settings
from consumer.subscriber import FlowLimits, Inbox, Subscriber
from consumer.subscriber.client import open_client


def open_subscriber(settings: Settings) -> Subscriber:
    """Connect with the worker's streams, flow control and batches.

    Raises:
        AccessDenied: there are no usable credentials.
    """
    pubsub, batch = settings.pubsub, settings.batch
    return Subscriber(
        open_client(),
        settings.subscription_path,
        streams=pubsub.streams,
        limits=FlowLimits(pubsub.max_messages, pubsub.max_bytes, pubsub.max_lease_seconds),
        inbox=Inbox(
            max_events=batch.max_events, max_bytes=batch.max_bytes, linger=batch.linger_ms / 1000
        ),
        health=Health(),
    )
