"""Dead letters are read, held and taken off as the source says, on each Pub/Sub server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.dead_letter import dead_letter
from consumer.errors import ResourceMissing, UnknownCustomer
from consumer.message import Message
from tests.builders import update
from tests.pubsub_fixtures import embedded_only
from tests.pubsub_puller import Puller
from tools.replay.source import Entry
from tools.replay.subscriptions.calls import SubscriptionCalls
from tools.replay.subscriptions.dead_letters import DeadLetterSource

ERROR = UnknownCustomer("the database has no such customer")
QUIET_SECONDS = 0.2


def publish_letters(publisher: PublisherClient, topic: str, *originals: Message) -> None:
    for original in originals:
        letter = dead_letter(original, ERROR, "projects/p/subscriptions/s")
        publisher.publish(topic, letter.data, **letter.attributes).result(10)


def events(count: int) -> list[Message]:
    return [update(each, event_id=f"e-{each}") for each in range(1, count + 1)]


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def source(
    subscriber: SubscriberClient, subscription: Puller, started: datetime | None = None
) -> DeadLetterSource:
    calls, began = SubscriptionCalls(subscriber, subscription.name), started or soon()
    return DeadLetterSource(calls, started=began, quiet_seconds=QUIET_SECONDS, now=lambda: began)


def entries(letters: DeadLetterSource) -> Iterator[Entry]:
    for each in letters.entries():
        assert isinstance(each, Entry)
        yield each


def test_what_is_confirmed_is_off_and_all_else_is_given_back(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    publish_letters(publisher, topic, *events(3))
    with source(subscriber, subscription) as letters:
        found = list(entries(letters))
        assert {each.message.attributes["ce-id"] for each in found} == {"e-1", "e-2", "e-3"}
        assert all(each.message.attributes["churn-redrives"] == "1" for each in found)
        assert all("churn-error" not in each.message.attributes for each in found)
        assert found[0].facts["error"] == "UnknownCustomer"
        letters.confirm(found[1:])
    (left,) = subscription.pull(1)
    assert left.message.message_id == found[0].cursor
    subscription.ack([left])
    assert subscription.pull_once() == []


@embedded_only
def test_what_becomes_a_dead_letter_later_is_left_for_another_time(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    publish_letters(publisher, topic, *events(1))
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with source(subscriber, subscription, started=an_hour_ago) as letters:
        assert list(entries(letters)) == []
    assert len(subscription.pull(1)) == 1


def test_thousands_are_read_in_many_pulls_and_each_comes_once(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    ids = [publisher.publish(topic, b"{}").result(10) for _ in range(5)]
    ids += [each.result(10) for each in [publisher.publish(topic, b"{}") for _ in range(1_495)]]
    with source(subscriber, subscription) as letters:
        seen = [each.cursor for each in entries(letters)]
    assert sorted(seen) == sorted(ids)


def test_the_subscriptions_own_dead_letters_come_without_what_pubsub_added(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
    subscription: Puller,
) -> None:
    source_topic = publisher.create_topic(name=f"{project}/topics/source").name
    policy = {"dead_letter_topic": topic, "max_delivery_attempts": 5}
    live = Puller.create(
        subscriber,
        name=f"{project}/subscriptions/live",
        topic=source_topic,
        dead_letter_policy=policy,
    )
    publisher.publish(source_topic, b"poison", cause="unknown").result(10)
    for _ in range(5):
        live.nack(live.pull(1))
    assert live.pull_once() == []  # Google's emulator forwards it only then
    subscription.nack(subscription.pull(1))
    with source(subscriber, subscription) as letters:
        (found,) = entries(letters)
    assert found.message.data == b"poison"
    assert found.message.attributes == {"cause": "unknown", "churn-redrives": "1"}
    assert found.facts["attempts"] == "5"
    assert "policy moved it" in found.facts["reason"]


@embedded_only
def test_messages_of_the_largest_size_are_read(
    publisher: PublisherClient, subscriber: SubscriberClient, topic: str, subscription: Puller
) -> None:
    publisher.publish(topic, bytes(9_000_000)).result(30)
    with source(subscriber, subscription) as letters:
        assert [len(each.message.data) for each in entries(letters)] == [9_000_000]


@embedded_only
def test_a_subscription_that_does_not_exist_is_one_of_our_errors(
    subscriber: SubscriberClient, project: str
) -> None:
    nobody = Puller(subscriber, f"{project}/subscriptions/nobody")
    with (
        source(subscriber, nobody) as letters,
        pytest.raises(ResourceMissing, match="--subscription"),
    ):
        list(entries(letters))
