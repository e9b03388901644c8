"""What a refusal says: one line that names the thing, and what would be right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller, publish
from tools.emulator import serve

TOPIC = "projects/test/topics/updates"
MISSING = "projects/test/topics/missing"
SUBSCRIPTION = "projects/test/subscriptions/worker"
NOBODY = "projects/test/subscriptions/nobody"


@dataclass(frozen=True)
class Clients:
    """Clients of one server that has a topic and a subscription."""

    publisher: PublisherClient
    subscriber: SubscriberClient


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    """Give the clients of a server."""
    with serve() as running:
        server = PubSub("embedded", running.address)
        clients = Clients(server.publisher(), server.subscriber())
        clients.publisher.create_topic(name=TOPIC)
        clients.subscriber.create_subscription(name=SUBSCRIPTION, topic=TOPIC)
        yield clients
        server.close()


def with_deadline(clients: Clients, seconds: int) -> object:
    return Puller.create(clients.subscriber, name=NOBODY, topic=TOPIC, ack_deadline_seconds=seconds)


REFUSALS: dict[str, Callable[[Clients], object]] = {
    f"no topic {MISSING}: create it first": lambda it: publish(it.publisher, MISSING, "lost"),
    f"no subscription {NOBODY}: create it first": lambda it: Puller(
        it.subscriber, NOBODY
    ).pull_once(),
    f"topic {TOPIC} exists already": lambda it: it.publisher.create_topic(name=TOPIC),
    f"subscription {SUBSCRIPTION} exists already": lambda it: it.subscriber.create_subscription(
        name=SUBSCRIPTION, topic=TOPIC
    ),
    "an ack deadline is between 10 and 600 seconds, not 601": lambda it: with_deadline(it, 601),
    "max_messages is positive, not 0": lambda it: Puller(it.subscriber, SUBSCRIPTION).pull_once(0),
    "'1st' cannot be an ID in topics": lambda it: it.publisher.get_topic(
        topic="projects/test/topics/1st"
    ),
    "'updates' is no name of the form projects/PROJECT/": lambda it: it.publisher.get_topic(
        topic="updates"
    ),
    "ack_ids is empty: name at least one": lambda it: it.subscriber.acknowledge(
        subscription=SUBSCRIPTION, ack_ids=[]
    ),
}


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_names_the_thing_and_what_would_be_right(clients: Clients, text: str) -> None:
    with pytest.raises(GoogleAPICallError) as refusal:
        REFUSALS[text](clients)

    assert text in refusal.value.message
    assert "\n" not in refusal.value.message
