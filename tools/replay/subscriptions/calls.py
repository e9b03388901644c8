"""Single calls on one subscription, by Google's own client, without a stream.

What a filter leaves out is held until the end, and the flow control of a stream would stop for it.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, NamedTuple

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.types import PullResponse

from consumer.message import Message
from consumer.pubsub_errors import translate
from consumer.subscriber.subscription import CALL_SECONDS
from tools.downstream.subscriptions import RETRY

PULL_SECONDS = 2.0
"""How long a pull waits for a first message; so long an interruption waits, too."""
IDS_A_REQUEST = 1_000
"""A request has 512 KB at most, and an ack id about 200 bytes ("Pub/Sub quotas and limits")."""


class Received(NamedTuple):
    """A message, and by what it is acknowledged."""

    message: Message
    ack_id: str


class SubscriptionCalls:
    """Pulls, acknowledges and extends; every error is one of the worker's own."""

    def __init__(
        self, client: SubscriberClient, subscription: str, *, setting: str = "--subscription"
    ) -> None:
        self.subscription = subscription
        self._client = client
        self._setting = setting

    def pull(self, limit: int) -> list[Received]:
        """Take up to ``limit`` messages; none where none comes within :data:`PULL_SECONDS`.

        Raises:
            ResourceMissing: the subscription does not exist, or no longer.
            AccessDenied: it may not be received from.
            PubSubDown: no answer.
        """
        request = {"subscription": self.subscription, "max_messages": limit}
        try:
            response = self._client.pull(request=request, timeout=PULL_SECONDS, retry=RETRY)
        except DeadlineExceeded:
            return []
        except Exception as error:
            raise self._translated(error) from error
        # The wrapped messages take several times as long to read.
        return [_received(each) for each in PullResponse.pb(response).received_messages]

    def acknowledge(self, ack_ids: Sequence[str]) -> None:
        """Take messages off the subscription; at most :data:`IDS_A_REQUEST`.

        Raises:
            ChurnError: as :meth:`pull`.
        """
        request = {"subscription": self.subscription, "ack_ids": ack_ids}
        try:
            self._client.acknowledge(request=request, timeout=CALL_SECONDS, retry=RETRY)
        except Exception as error:
            raise self._translated(error) from error

    def lease(self, ack_ids: Sequence[str], seconds: int) -> None:
        """Let the leases of messages end so many seconds from now; 0 gives them back.

        Raises:
            ChurnError: as :meth:`pull`.
        """
        request = {
            "subscription": self.subscription,
            "ack_ids": ack_ids,
            "ack_deadline_seconds": seconds,
        }
        try:
            self._client.modify_ack_deadline(request=request, timeout=CALL_SECONDS, retry=RETRY)
        except Exception as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> Exception:
        return translate(error, resource=self.subscription, setting=self._setting)


def _received(raw: Any) -> Received:
    message = Message(
        message_id=raw.message.message_id,
        data=raw.message.data,
        attributes=dict(raw.message.attributes),
        publish_time=raw.message.publish_time.ToDatetime(tzinfo=UTC),
        ordering_key=raw.message.ordering_key,
        delivery_attempt=raw.delivery_attempt or None,
    )
    return Received(message, raw.ack_id)
