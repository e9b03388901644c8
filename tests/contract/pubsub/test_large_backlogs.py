"""Large backlogs, read by clients that are set up as their documentation says.

"Test apps locally with the emulator": a client needs PUBSUB_EMULATOR_HOST alone. gRPC then
accepts responses of 4 MiB at the most, in every language.
"""

from collections.abc import Iterator
from concurrent.futures import Future

import google.pubsub_v1 as api
import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message

from tests.conformance.marks import documented
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller

pytestmark = documented("Test apps locally with the emulator")

COUNT = 300
LARGE = b"x" * 30_000


@pytest.fixture
def plain_subscriber(pubsub: PubSub, monkeypatch: pytest.MonkeyPatch) -> Iterator[SubscriberClient]:
    """Give Google's client with all its defaults, as a program gets it on an emulator."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub.address)
    with SubscriberClient() as subscriber:
        yield subscriber


@pytest.fixture
def backlog(publisher: PublisherClient, topic: str, subscription: Puller) -> str:
    """Give a subscription with more than 4 MiB of messages."""
    message = api.PubsubMessage(data=LARGE)
    api.PublisherClient.publish(publisher, topic=topic, messages=[message] * COUNT)
    return subscription.name


def test_a_pull_of_more_than_a_response_holds_gives_a_part(
    plain_subscriber: SubscriberClient, backlog: str
) -> None:
    pulled = plain_subscriber.pull(subscription=backlog, max_messages=1_000)

    assert 0 < len(pulled.received_messages) < COUNT


def test_a_subscriber_with_default_settings_gets_through_a_large_backlog(
    plain_subscriber: SubscriberClient, backlog: str
) -> None:
    received: set[str] = set()
    all_there: Future[None] = Future()

    def receive(message: Message) -> None:
        message.ack()
        received.add(message.message_id)
        if len(received) == COUNT and not all_there.done():
            all_there.set_result(None)

    receiving = plain_subscriber.subscribe(backlog, receive)
    try:
        all_there.result(timeout=20)
    finally:
        receiving.cancel()
        receiving.result(timeout=10)
