"""Receiving in batches, holding, stopping: on every server, by Google's own client."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.types import PubsubMessage

from consumer.errors import ResourceMissing
from consumer.health import Health
from consumer.stopping import StopSignal
from consumer.subscriber import Delivery, FlowLimits, Inbox, Subscriber
from consumer.subscriber.subscription import describe
from tests.functional.bank import DEAD_STREAMS
from tests.pubsub_fixtures import PubSub
from tests.pubsub_puller import Puller
from tests.wait import wait_until


class Receiving:
    """A subscriber whose batches a thread collects, as the worker's main thread would."""

    def __init__(
        self, subscription: str, *, max_messages: int = 1000, drain_seconds: float = 20
    ) -> None:
        self.stop = StopSignal(drain_seconds=drain_seconds, clock=time.monotonic)
        self.deliveries: list[Delivery] = []
        self.error: Exception | None = None
        self.subscriber = Subscriber(
            SubscriberClient(),
            subscription,
            streams=2,
            limits=FlowLimits(
                max_messages=max_messages, max_bytes=10_000_000, max_lease_seconds=600
            ),
            inbox=Inbox(max_events=100, max_bytes=1_000_000, linger=0.0),
            health=Health(),
        )
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()

    def _collect(self) -> None:
        try:
            for batch in self.subscriber.batches(self.stop):
                self.deliveries.extend(batch)
        except Exception as error:  # noqa: BLE001 - a test asks for it
            self.error = error

    def wait_for(self, count: int) -> list[Delivery]:
        wait_until(lambda: len(self.deliveries) >= count, what=f"{count} deliveries")
        return list(self.deliveries)

    def finish(self) -> None:
        self.stop.request()
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        self.subscriber.close()


@contextmanager
def receiving(subscription: Puller, **settings: float) -> Iterator[Receiving]:
    started = Receiving(subscription.name, **settings)  # type: ignore[arg-type]
    try:
        yield started
    finally:
        for delivery in started.deliveries:
            delivery.nack()  # what has its verdict keeps it
        started.finish()


def publish(publisher: PublisherClient, topic: str, count: int) -> None:
    messages = [PubsubMessage(data=str(number).encode()) for number in range(count)]
    futures = [publisher.publish(topic, each.data) for each in messages]
    for future in futures:
        future.result(timeout=10)


def test_every_message_is_received_as_the_core_sees_it(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publisher.publish(topic, b"data", colour="red").result(timeout=10)
    with receiving(subscription) as found:
        [delivery] = found.wait_for(1)
        assert delivery.message.data == b"data"
        assert delivery.message.attributes == {"colour": "red"}
        assert delivery.message.publish_time.tzinfo is not None
        assert delivery.message.message_id
        delivery.ack()


def test_acknowledgements_given_just_before_and_after_a_stop_reach_the_server(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publish(publisher, topic, 50)
    with receiving(subscription) as found:
        held = found.wait_for(50)
        for delivery in held[:25]:
            delivery.ack()
        found.stop.request()
        for delivery in held[25:]:
            delivery.ack()
        found.finish()
    assert subscription.pull_once() == []


def test_a_stop_waits_until_everything_held_has_its_verdict(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publish(publisher, topic, 1)
    with receiving(subscription) as found:
        [delivery] = found.wait_for(1)
        found.stop.request()
        found.thread.join(timeout=1.5)
        assert found.thread.is_alive()
        delivery.ack()
        found.thread.join(timeout=10)
        assert not found.thread.is_alive()


def test_what_has_no_verdict_when_the_time_is_over_is_given_back(
    pubsub: PubSub, subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    pubsub.skip_where_official(DEAD_STREAMS)
    publish(publisher, topic, 3)
    with receiving(subscription, drain_seconds=0) as found:
        found.wait_for(3)
        found.finish()
    # A server may have sent them once more into the closing stream, where the lease runs out.
    assert len(subscription.pull(3, timeout=45)) == 3


def test_no_more_than_the_limit_is_held_over_all_streams(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publish(publisher, topic, 60)
    with receiving(subscription, max_messages=10) as found:
        done = 0
        while done < 60:
            assert found.subscriber.held <= 10
            for delivery in found.wait_for(done + 1)[done:]:
                delivery.ack()
                done += 1


def test_only_the_first_verdict_counts(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publish(publisher, topic, 1)
    with receiving(subscription) as found:
        [delivery] = found.wait_for(1)
        delivery.ack()
        delivery.nack()
        found.finish()
    assert subscription.pull_once() == []


def test_a_subscription_that_is_deleted_stops_the_worker(
    subscription: Puller, publisher: PublisherClient, topic: str
) -> None:
    publish(publisher, topic, 1)
    with receiving(subscription) as found:
        found.wait_for(1)[0].ack()
        subscription.subscriber.delete_subscription(subscription=subscription.name)
        wait_until(lambda: found.error, timeout=30, what="the stream's end")
        assert isinstance(found.error, ResourceMissing)


def test_a_missing_subscription_is_told_with_its_setting(subscription: Puller) -> None:
    with (
        SubscriberClient() as client,
        pytest.raises(ResourceMissing, match=r"pubsub\.subscription"),
    ):
        describe(client, f"{subscription.name}-missing")


def test_the_server_says_which_topic_the_subscription_has(subscription: Puller, topic: str) -> None:
    with SubscriberClient() as client:
        assert describe(client, subscription.name).topic == topic
