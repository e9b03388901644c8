"""The subscriber as the settings want it."""

from google.cloud.pubsub_v1 import SubscriberClient

from consumer.health import Health
from consumer.settings import Settings
from consumer.subscriber.inbox import Inbox
from consumer.subscriber.limits import FlowLimits
from consumer.subscriber.streams import Subscriber


def subscriber_of(settings: Settings, client: SubscriberClient, health: Health) -> Subscriber:
    """Make a subscriber with these streams, flow control and batches; it opens nothing yet."""
    inbox = Inbox(
        max_events=settings.batch.max_events,
        max_bytes=settings.batch.max_bytes,
        linger=settings.batch.linger_ms / 1000,
    )
    limits = FlowLimits(
        max_messages=settings.pubsub.max_messages,
        max_bytes=settings.pubsub.max_bytes,
        max_lease_seconds=settings.pubsub.max_lease_seconds,
    )
    return Subscriber(
        client,
        settings.subscription_path,
        streams=settings.pubsub.streams,
        limits=limits,
        inbox=inbox,
        health=health,
    )
