"""Which subscription is watched: one that is there, or one made for the time of watching."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import uuid4

from google.api_core.exceptions import Forbidden, GoogleAPIError
from google.api_core.retry import Retry
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.types import ExpirationPolicy, Subscription

from consumer.pubsub_errors import translate
from consumer.subscriber.subscription import CALL_SECONDS

RETRY = Retry(timeout=CALL_SECONDS)
"""Somebody waits at a terminal; by itself the client would try for a minute."""
RETENTION = timedelta(minutes=10)
"""The least there is."""
EXPIRATION = timedelta(days=1)
"""The least there is: so long a subscription lives whose watcher was killed."""


def require_subscription(client: SubscriberClient, name: str) -> None:
    """Ask once, since a stream would wait for ever for a server that is away.

    Raises:
        ResourceMissing: there is no such subscription.
        PubSubDown: no answer.
    """
    try:
        client.get_subscription(subscription=name, timeout=CALL_SECONDS, retry=RETRY)
    except Forbidden:
        return  # receiving needs another permission than looking
    except Exception as error:
        raise translate(error, resource=name, setting="--subscription") from error


@contextmanager
def temporary_subscription(client: SubscriberClient, topic: str) -> Iterator[str]:
    """Make a subscription of the topic, give its full name, and delete it at the end.

    Raises:
        ResourceMissing: there is no such topic.
        AccessDenied: it may not be subscribed to.
        PubSubDown: no answer.
    """
    project = topic.partition("/topics/")[0]
    name = f"{project}/subscriptions/churn-watch-{uuid4().hex[:12]}"
    wanted = Subscription(
        name=name,
        topic=topic,
        message_retention_duration=RETENTION,
        expiration_policy=ExpirationPolicy(ttl=EXPIRATION),
    )
    try:
        client.create_subscription(request=wanted, timeout=CALL_SECONDS, retry=RETRY)
    except Exception as error:
        raise translate(error, resource=topic, setting="the topic in the settings") from error
    try:
        yield name
    finally:
        # Where the server is away it expires by itself.
        with suppress(GoogleAPIError):
            client.delete_subscription(subscription=name, timeout=CALL_SECONDS, retry=RETRY)
