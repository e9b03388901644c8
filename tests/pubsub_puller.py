"""A subscription in a test: pulls until what is expected has come, acks and nacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.types import ReceivedMessage

from tests.wait import wait_until

PULL_TIMEOUT = 1.5
"""Longer than either server waits for a first message: the embedded one waits half a second,
Google's until shortly before the client's timeout. What a call that the client gives up was given
comes again after its ack deadline only."""


@dataclass
class Puller:
    """A subscription that exists on the server."""

    subscriber: SubscriberClient
    name: str

    @classmethod
    def create(cls, subscriber: SubscriberClient, **request: Any) -> "Puller":
        """Create the subscription that the request describes."""
        return cls(subscriber, str(subscriber.create_subscription(request=request).name))

    def pull(self, count: int, *, timeout: float = 20) -> list[ReceivedMessage]:
        """Pull until ``count`` messages have come, and give them in the order they came."""
        received: list[ReceivedMessage] = []

        def enough() -> bool:
            received.extend(self.pull_once(count - len(received)))
            return len(received) >= count

        wait_until(enough, timeout=timeout, what=f"{count} messages of {self.name}")
        return received

    def pull_once(self, limit: int = 100) -> list[ReceivedMessage]:
        """Pull one batch; empty when nothing comes within a second."""
        request = {"subscription": self.name, "max_messages": limit}
        try:
            response = self.subscriber.pull(request=request, timeout=PULL_TIMEOUT, retry=None)
        except DeadlineExceeded:
            return []
        return list(response.received_messages)

    def ack(self, messages: Iterable[ReceivedMessage]) -> None:
        """Acknowledge messages."""
        ids = [message.ack_id for message in messages]
        self.subscriber.acknowledge(subscription=self.name, ack_ids=ids)

    def nack(self, messages: Iterable[ReceivedMessage]) -> None:
        """Make messages come again at once."""
        self.extend(messages, seconds=0)

    def extend(self, messages: Iterable[ReceivedMessage], *, seconds: int) -> None:
        """Move the ack deadlines of messages to so many seconds from now."""
        ids = [message.ack_id for message in messages]
        self.subscriber.modify_ack_deadline(
            subscription=self.name, ack_ids=ids, ack_deadline_seconds=seconds
        )


def publish(
    publisher: PublisherClient, topic: str, *data: str, ordering_key: str = "", **attributes: str
) -> list[str]:
    """Publish messages one after another, and give their ids."""
    return [
        publisher.publish(topic, text.encode(), ordering_key, **attributes).result(10)
        for text in data
    ]


def texts(messages: Iterable[ReceivedMessage]) -> list[str]:
    """The data of messages as text, in their order."""
    return [message.message.data.decode() for message in messages]
