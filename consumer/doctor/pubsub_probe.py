"""What the doctor asks of Pub/Sub, each question once and in bounded time."""

from typing import Any

from google.api_core.exceptions import MethodNotImplemented
from google.api_core.retry import Retry
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.pubsub_errors import translate

CALL_SECONDS = 10.0


class PubsubProbe:
    """Reads topics, subscriptions and permissions; changes nothing."""

    def __init__(self, publisher: PublisherClient, subscriber: SubscriberClient) -> None:
        self._publisher = publisher
        self._subscriber = subscriber

    @property
    def host(self) -> str:
        """The server: the service itself, or an emulator."""
        return str(self._publisher.target)

    def close(self) -> None:
        """Close both connections."""
        self._publisher.transport.close()
        self._subscriber.close()

    def topic(self, path: str, *, setting: str) -> Any:
        """Read a topic (``google.pubsub.v1.Topic``).

        Raises:
            ResourceMissing: there is none.
            AccessDenied: ``pubsub.topics.get`` is not granted.
            PubSubDown: no answer in time.
        """
        try:
            return self._publisher.get_topic(topic=path, timeout=CALL_SECONDS, retry=_retry())
        except Exception as error:
            raise translate(error, resource=path, setting=setting) from error

    def subscription(self, path: str) -> Any:
        """Read a subscription (``google.pubsub.v1.Subscription``); raises as :meth:`topic` does."""
        try:
            return self._subscriber.get_subscription(
                subscription=path, timeout=CALL_SECONDS, retry=_retry()
            )
        except Exception as error:
            raise translate(error, resource=path, setting="pubsub.subscription") from error

    def granted(self, path: str, permission: str) -> bool | None:
        """Tell whether this identity has a permission; None where the server knows none.

        Raises:
            ChurnError: it cannot be asked.
        """
        client = self._subscriber if "/subscriptions/" in path else self._publisher
        try:
            answer = client.test_iam_permissions(
                request={"resource": path, "permissions": [permission]},
                timeout=CALL_SECONDS,
                retry=_retry(),
            )
        except MethodNotImplemented:
            return None
        except Exception as error:
            raise translate(error, resource=path, setting=f"permission {permission}") from error
        return permission in answer.permissions


def _retry() -> Retry:
    """Try again after what is transient, but not for the client's default of a minute."""
    return Retry(timeout=CALL_SECONDS)
