"""What the server knows of the subscription that the worker receives from."""

from dataclasses import dataclass

from google.api_core.retry import Retry
from google.cloud.pubsub_v1 import SubscriberClient

from consumer.pubsub_errors import translate

CALL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """The parts of a subscription that the worker goes by."""

    topic: str
    """Full name; the source of events that name none."""
    max_delivery_attempts: int | None
    """Of its dead-letter policy; None where it has none, and so sends no attempt number."""


def describe(
    client: SubscriberClient, subscription: str, *, seconds: float = CALL_SECONDS
) -> Subscription:
    """Ask the server; one quick call, so it also tells whether Pub/Sub can be reached.

    Args:
        client: Google's own; by itself it would try for a minute.
        subscription: full name.
        seconds: how long to try.

    Raises:
        PubSubDown: no answer in time.
        ResourceMissing: there is no such subscription.
        AccessDenied: ``pubsub.subscriptions.get`` is not granted.
    """
    try:
        found = client.get_subscription(
            subscription=subscription, timeout=seconds, retry=Retry(timeout=seconds)
        )
    except Exception as error:
        raise translate(error, resource=subscription, setting="pubsub.subscription") from error
    attempts = found.dead_letter_policy.max_delivery_attempts
    return Subscription(topic=found.topic, max_delivery_attempts=attempts or None)
