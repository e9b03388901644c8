"""What a topic retains is read through a subscription that lives as long as the replay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from consumer.errors import ResourceMissing
from tests.pubsub_fixtures import embedded_only
from tests.pubsub_puller import Puller, publish
from tools.errors import BadInput
from tools.replay.source import Entry
from tools.replay.subscriptions.retained import RetainedSource

AN_HOUR = timedelta(hours=1)
QUIET_SECONDS = 0.2


@pytest.fixture
def retaining(publisher: PublisherClient, project: str) -> str:
    """Give a topic that retains its messages."""
    request = {"name": f"{project}/topics/retaining", "message_retention_duration": "600s"}
    return str(publisher.create_topic(request=request).name)


def source(
    subscriber: SubscriberClient,
    topic: str,
    at: datetime | str | None = None,
    *,
    started: datetime | None = None,
    most_held: int = 1_000,
) -> RetainedSource:
    now = datetime.now(UTC)
    return RetainedSource(
        subscriber,
        topic,
        at or now - AN_HOUR,
        replay_id="r-1",
        started=started or now + AN_HOUR,
        quiet_seconds=QUIET_SECONDS,
        most_held=most_held,
    )


def entries(retained: RetainedSource, after: str | None = None) -> Iterator[Entry]:
    for each in retained.entries(after):
        assert isinstance(each, Entry)
        yield each


def texts(found: list[Entry]) -> list[str]:
    return sorted(each.message.data.decode() for each in found)


def subscriptions(subscriber: SubscriberClient, project: str) -> list[str]:
    return [each.name for each in subscriber.list_subscriptions(project=project)]


def interrupted(retained: RetainedSource, *, confirmed: int) -> None:
    """Read all and confirm some, and be interrupted."""
    with retained:
        found = list(entries(retained))
        retained.confirm(found[:confirmed])
        raise KeyboardInterrupt


def test_messages_from_before_come_as_they_were_and_the_subscription_goes(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, retaining: str
) -> None:
    ids = publish(publisher, retaining, "1", "2", cause="test")
    with source(subscriber, retaining) as retained:
        assert subscriptions(subscriber, project) == [f"{project}/subscriptions/churn-replay-r-1"]
        found = list(entries(retained))
        retained.confirm(found)
    assert texts(found) == ["1", "2"]
    assert {each.message.message_id for each in found} == set(ids)
    assert found[0].message.attributes == {"cause": "test"}
    assert subscriptions(subscriber, project) == []


def test_an_interrupted_replay_goes_on_with_what_was_not_confirmed(
    publisher: PublisherClient, subscriber: SubscriberClient, project: str, retaining: str
) -> None:
    publish(publisher, retaining, "1", "2", "3")
    with pytest.raises(KeyboardInterrupt):
        interrupted(source(subscriber, retaining), confirmed=2)
    assert len(subscriptions(subscriber, project)) == 1
    with source(subscriber, retaining) as retained:
        left = entries(retained, after="any")
        assert next(left).message.data.decode() in {"1", "2", "3"}
    assert subscriptions(subscriber, project) == []


@embedded_only
def test_what_was_published_before_the_time_or_after_the_start_does_not_count(
    publisher: PublisherClient, subscriber: SubscriberClient, retaining: str
) -> None:
    publish(publisher, retaining, "1")
    with source(subscriber, retaining, started=datetime.now(UTC) - AN_HOUR) as retained:
        assert list(entries(retained)) == []
    with source(subscriber, retaining, datetime.now(UTC) + AN_HOUR / 2) as retained:
        assert list(entries(retained)) == []


@embedded_only
def test_reading_once_more_begins_anew(
    publisher: PublisherClient, subscriber: SubscriberClient, retaining: str
) -> None:
    publish(publisher, retaining, "1", "2")
    with source(subscriber, retaining) as retained:
        retained.confirm(list(entries(retained))[:1])
        assert texts(list(entries(retained))) == ["1", "2"]


@embedded_only
def test_more_than_can_be_held_may_be_left_out(
    publisher: PublisherClient, subscriber: SubscriberClient, retaining: str
) -> None:
    publish(publisher, retaining, *map(str, range(30)))
    with source(subscriber, retaining, most_held=5) as retained:
        assert texts(list(entries(retained))) == sorted(map(str, range(30)))


@embedded_only  # on Google's a snapshot has nothing for a subscription that is younger
def test_a_snapshot_says_what_comes(
    publisher: PublisherClient,
    subscriber: SubscriberClient,
    project: str,
    topic: str,
    subscription: Puller,
) -> None:
    publish(publisher, topic, "acknowledged")
    subscription.ack(subscription.pull(1))
    publish(publisher, topic, "waiting")
    snapshot = f"{project}/snapshots/before-the-release"
    subscriber.create_snapshot(name=snapshot, subscription=subscription.name)
    with source(subscriber, topic, snapshot) as retained:
        assert texts(list(entries(retained))) == ["waiting"]
    assert subscription.pull(1)[0].message.data == b"waiting", "the live one is not sought"


@embedded_only
def test_a_topic_that_retains_nothing_says_what_to_do(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    with pytest.raises(BadInput, match="--message-retention-duration=7d"):
        source(subscriber, topic).__enter__()
    assert subscriptions(subscriber, project) == []


def test_a_snapshot_or_a_topic_that_is_not_there_is_one_of_our_errors(
    subscriber: SubscriberClient, project: str, topic: str
) -> None:
    snapshot = f"{project}/snapshots/none"
    with (
        source(subscriber, topic, snapshot) as retained,
        pytest.raises(ResourceMissing, match=snapshot),
    ):
        list(entries(retained))
    with pytest.raises(ResourceMissing, match="topics/none"):
        source(subscriber, f"{project}/topics/none").__enter__()


@embedded_only
def test_a_replay_that_cannot_be_gone_on_with_says_so(
    subscriber: SubscriberClient, retaining: str
) -> None:
    with source(subscriber, retaining) as retained, pytest.raises(BadInput, match="is gone"):
        list(entries(retained, after="17"))
