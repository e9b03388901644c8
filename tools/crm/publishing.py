"""Publishing as a CRM does, by Google's own client, and counting what the server confirms."""

import concurrent.futures
from collections import deque
from concurrent.futures import Future

import grpc
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.types import (
    LimitExceededBehavior,
    PublisherOptions,
    PublishFlowControl,
)
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from consumer.message import OutgoingMessage
from consumer.publisher import CALL_SECONDS, RETRY
from consumer.pubsub_errors import credentials_translated, translate

MAX_UNCONFIRMED = 2_000
SETTLE_SECONDS = 3.0
"""How long somebody who wants to stop waits for what is on its way."""

_BLOCK = PublishFlowControl(
    message_limit=MAX_UNCONFIRMED,
    byte_limit=50_000_000,
    limit_exceeded_behavior=LimitExceededBehavior.BLOCK,
)


def publisher_client(address: str | None = None) -> PublisherClient:
    """Make Google's client; it waits rather than hold more unconfirmed messages than allowed.

    Args:
        address: HOST:PORT of a server without TLS; None for what the environment says.

    Raises:
        AccessDenied: there are no usable credentials.
    """
    options = PublisherOptions(flow_control=_BLOCK, retry=RETRY, timeout=CALL_SECONDS)
    if address is None:
        with credentials_translated():
            return PublisherClient(publisher_options=options)
    transport = PublisherGrpcTransport(channel=grpc.insecure_channel(address))
    return PublisherClient(publisher_options=options, transport=transport)


class Crm:
    """Publishes to one topic; used by one thread."""

    def __init__(self, client: PublisherClient, topic: str) -> None:
        self.topic = topic
        self.confirmed = 0
        """How many messages the server is known to have."""
        self._client = client
        self._unconfirmed: deque[Future[str]] = deque()

    def publish(self, message: OutgoingMessage) -> None:
        """Send a message without waiting for the server.

        Raises:
            PublishRefused: the server refused this message or one before it.
            PubSubDown: one before it was not confirmed in time.
            WorkerBroken: the topic is missing or may not be published to.
        """
        while self._unconfirmed and self._unconfirmed[0].done():
            self._confirm(self._unconfirmed.popleft())
        try:
            future: Future[str] = self._client.publish(
                self.topic, message.data, message.ordering_key, **message.attributes
            )
        except Exception as error:
            raise self._translated(error) from error
        self._unconfirmed.append(future)

    def finish(self) -> None:
        """Wait until the server has every message.

        Raises:
            ChurnError: as :meth:`publish`.
        """
        while self._unconfirmed:
            self._confirm(self._unconfirmed.popleft())

    def give_up(self) -> None:
        """Wait a moment for what is on its way, and count what was confirmed of it."""
        done, _ = concurrent.futures.wait(self._unconfirmed, timeout=SETTLE_SECONDS)
        self.confirmed += sum(future.exception() is None for future in done)
        self._unconfirmed.clear()

    def _confirm(self, future: "Future[str]") -> None:
        try:
            future.result()
        except Exception as error:
            raise self._translated(error) from error
        self.confirmed += 1

    def _translated(self, error: Exception) -> Exception:
        return translate(error, resource=self.topic, setting="--topic")
