"""The ``pubsub`` fixture: a running Pub/Sub server and Google's clients for it.

A test that takes ``pubsub`` runs once on each server; where one of them cannot run here, its half
is skipped and says why.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import PublisherOptions
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from tests.pubsub_puller import Puller
from tests.pubsub_servers import KINDS, Kind, running
from tests.pubsub_stream import OpenStream
from tools.stack.official_pubsub import NotHere

UNLIMITED = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)

embedded_only = pytest.mark.parametrize("pubsub", ["embedded"], indirect=True, scope="session")
"""For tests of which the outcome does not depend on the server."""


@dataclass(frozen=True, slots=True)
class PubSub:
    """A Pub/Sub server for the session; its clients are closed when the session ends."""

    kind: Kind
    address: str
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    def project(self) -> str:
        """Give the id of a project that nobody else uses, without ``projects/``."""
        return f"test-{uuid4().hex[:20]}"

    def publisher(self, *, ordering: bool = False) -> PublisherClient:
        """Give a new publisher that is connected to the server."""
        options = PublisherOptions(enable_message_ordering=ordering)
        client = PublisherClient(
            publisher_options=options, transport=PublisherGrpcTransport(channel=self._channel())
        )
        self._closing.callback(client.stop)
        return client

    def subscriber(self) -> SubscriberClient:
        """Give a new subscriber that is connected to the server."""
        return SubscriberClient(transport=SubscriberGrpcTransport(channel=self._channel()))

    def stream(self, subscription: str, **first: Any) -> OpenStream:
        """Open a StreamingPull call; ``first`` are further fields of its first request."""
        return OpenStream(self._channel(), subscription, **first)

    def skip_where_official(self, reason: str) -> None:
        """Skip a test on Google's emulator where that differs from the documented service."""
        if self.kind == "official":
            pytest.skip(f"Google's emulator differs from the service: {reason}")

    def close(self) -> None:
        """Stop and close every client."""
        self._closing.close()

    def _channel(self) -> grpc.Channel:
        return self._closing.enter_context(grpc.insecure_channel(self.address, UNLIMITED))


@pytest.fixture(scope="session", params=KINDS)
def pubsub(request: pytest.FixtureRequest) -> Iterator[PubSub]:
    """Give each Pub/Sub server in turn, as a process of its own."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(running(request.param))
        except NotHere as reason:
            pytest.skip(str(reason))
        server = PubSub(request.param, address)
        stack.callback(server.close)
        yield server


@pytest.fixture(scope="session")
def publisher(pubsub: PubSub) -> PublisherClient:
    """Give the session's publisher, without ordering."""
    return pubsub.publisher()


@pytest.fixture(scope="session")
def subscriber(pubsub: PubSub) -> SubscriberClient:
    """Give the session's subscriber."""
    return pubsub.subscriber()


@pytest.fixture
def project(pubsub: PubSub) -> str:
    """Give a project of this test's own, as ``projects/PROJECT``."""
    return f"projects/{pubsub.project()}"


@pytest.fixture
def topic(publisher: PublisherClient, project: str) -> str:
    """Give the name of a topic that exists."""
    return str(publisher.create_topic(name=f"{project}/topics/updates").name)


@pytest.fixture
def subscription(subscriber: SubscriberClient, project: str, topic: str) -> Puller:
    """Give a subscription of the topic, with every setting at its default."""
    return Puller.create(subscriber, name=f"{project}/subscriptions/worker", topic=topic)


@pytest.fixture
def ordered(subscriber: SubscriberClient, project: str, topic: str) -> Puller:
    """Give a subscription that delivers each ordering key in order."""
    return Puller.create(
        subscriber,
        name=f"{project}/subscriptions/ordered",
        topic=topic,
        enable_message_ordering=True,
    )
