"""Pub/Sub for a local stack: the embedded emulator as a process, or any server by its address."""

import re
import shutil
import socket
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import grpc
from google.api_core.exceptions import AlreadyExists, NotFound, ServiceUnavailable
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport
from google.pubsub_v1.types import DeadLetterPolicy, RetryPolicy, Subscription

from tools.stack.names import Names
from tools.stack.part import Part
from tools.stack.server import Server, ServerFailed

ANSWER_SECONDS = 5.0
"""How long a server that somebody else runs may take to answer for the first time."""
ACK_DEADLINE_SECONDS = 10
"""The least there is: what a killed worker held comes again after it."""
MAX_DELIVERY_ATTEMPTS = 10
"""Pub/Sub's own net, above the worker's ``pubsub.max_delivery_attempts``."""
SHORT_BACKOFF = RetryPolicy(
    minimum_backoff=timedelta(milliseconds=100), maximum_backoff=timedelta(seconds=1)
)
"""So that a demo or a test does not wait for a retry; in production it is seconds to minutes."""


class PubSub(Part):
    """A Pub/Sub server: one of our own, or with ``address`` one that somebody else runs.

    Everything is made by Google's own clients, in plain text.
    """

    def __init__(self, address: str | None = None) -> None:
        self.address = address or ""
        """What PUBSUB_EMULATOR_HOST takes; empty until the server is started."""
        self._directory: Path | None = None
        self._server: Server | None = None

    @cached_property
    def publisher(self) -> PublisherClient:
        """Google's own client for topics, without batching."""
        return PublisherClient(transport=PublisherGrpcTransport(channel=self._channel))

    @cached_property
    def subscriber(self) -> SubscriberClient:
        """Google's own client for subscriptions, without streaming."""
        return SubscriberClient(transport=SubscriberGrpcTransport(channel=self._channel))

    @cached_property
    def _channel(self) -> grpc.Channel:
        return grpc.insecure_channel(self.address)

    def create(self, names: Names, *, ordered: bool = False) -> None:
        """Make the topics and subscriptions that are missing.

        Args:
            names: what to call them.
            ordered: whether the subscriptions keep the order of messages with one ordering key.
        """
        for topic in (names.input_topic, names.alert_topic, names.dead_letter_topic):
            with suppress(AlreadyExists):
                self.publisher.create_topic(name=names.topic(topic))
        for subscription in _subscriptions(names, ordered=ordered):
            with suppress(AlreadyExists):
                self.subscriber.create_subscription(request=subscription)

    def delete(self, names: Names) -> None:
        """Delete the topics and subscriptions that are there; of a server that is away, nothing."""
        for subscription in (names.subscription, names.alert_watch, names.dead_letter_watch):
            with suppress(NotFound, ServiceUnavailable):
                path = names.subscription_path(subscription)
                self.subscriber.delete_subscription(subscription=path, retry=None)
        for topic in (names.input_topic, names.alert_topic, names.dead_letter_topic):
            with suppress(NotFound, ServiceUnavailable):
                self.publisher.delete_topic(topic=names.topic(topic), retry=None)

    def start(self) -> None:
        """Start the embedded emulator, unless an address was given, and wait until it serves.

        Raises:
            ServerFailed: it did not start, and the text has the end of its log; or nothing answers
                at the address.
        """
        if self.address:
            self._require_answer()
            return
        self._directory = Path(tempfile.mkdtemp(prefix="churn-pubsub-"))
        command = [sys.executable, "-m", "tools.emulator", "--host", "127.0.0.1", "--port", "0"]
        self._server = Server("the Pub/Sub emulator", command, log=self._directory / "log")
        log = self._server.log
        self._server.wait_ready(lambda: "ready" in log.read_text().splitlines())
        self.address = re.findall(r"127\.0\.0\.1:\d+", log.read_text())[0]

    def _require_answer(self) -> None:
        """Knock first: Google's clients would try each call for a minute."""
        host, _, port = self.address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_SECONDS).close()
        except OSError as error:
            raise ServerFailed(
                f"no Pub/Sub server answers at {self.address} ({error.strerror or error}): "
                "start one there, or give another"
            ) from error

    def close(self) -> None:
        """Stop the server if it is ours; its messages are gone with it."""
        if "_channel" in self.__dict__:
            self._channel.close()
        if self._server is not None:
            self._server.stop()
        if self._directory is not None:
            shutil.rmtree(self._directory)


def _subscriptions(names: Names, *, ordered: bool) -> tuple[Subscription, ...]:
    worker = Subscription(
        name=names.subscription_path(names.subscription),
        topic=names.topic(names.input_topic),
        ack_deadline_seconds=ACK_DEADLINE_SECONDS,
        enable_message_ordering=ordered,
        retry_policy=SHORT_BACKOFF,
        dead_letter_policy=DeadLetterPolicy(
            dead_letter_topic=names.topic(names.dead_letter_topic),
            max_delivery_attempts=MAX_DELIVERY_ATTEMPTS,
        ),
    )
    watches = (
        Subscription(
            name=names.subscription_path(subscription),
            topic=names.topic(topic),
            ack_deadline_seconds=ACK_DEADLINE_SECONDS,
            enable_message_ordering=ordered,
        )
        for subscription, topic in (
            (names.alert_watch, names.alert_topic),
            (names.dead_letter_watch, names.dead_letter_topic),
        )
    )
    return worker, *watches
