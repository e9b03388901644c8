"""Snapshots and detaching in the rules: lifetimes, retention, what is let go."""

import sys

import pytest

from tests.emulator_rules import PROJECT, TOPIC, Rules, ack, nack, take, texts
from tools.emulator.clock import DAY, HOUR, MINUTE, SECOND
from tools.emulator.errors import FailedPrecondition, InvalidArgument, NotFound
from tools.emulator.settings import TopicSettings
from tools.emulator.snapshot import Snapshot
from tools.emulator.snapshots import Snapshots
from tools.emulator.subscription import Subscription

NAME = f"{PROJECT}/snapshots/before"


class Snapping:
    """A world with snapshots."""

    def __init__(self) -> None:
        self.rules = Rules()
        self.snapshots = Snapshots(self.rules.broker, clock=self.rules.clock)

    def of(self, subscription: Subscription, name: str = NAME) -> Snapshot:
        """Take a snapshot."""
        return self.snapshots.create(name, subscription.settings.name, {})

    def seek(self, subscription: Subscription, name: str = NAME) -> None:
        """Seek to a snapshot."""
        self.snapshots.seek(subscription.settings.name, name)


@pytest.fixture
def world() -> Snapping:
    """Give a world with snapshots."""
    return Snapping()


def test_a_snapshot_lives_7_days_less_the_age_of_the_oldest_unacknowledged_message(
    world: Snapping,
) -> None:
    subscription = world.rules.subscribe()
    world.rules.publish("3 days old")
    world.rules.clock.forward(3 * DAY / SECOND)
    world.rules.publish("fresh")

    snapshot = world.of(subscription)

    assert snapshot.expire_time == world.rules.clock() + 4 * DAY


def test_a_snapshot_that_would_expire_within_the_hour_is_refused(world: Snapping) -> None:
    subscription = world.rules.subscribe()
    world.rules.publish("old")
    world.rules.clock.forward((7 * DAY - HOUR + SECOND) / SECOND)

    with pytest.raises(FailedPrecondition, match="less than 1 hour"):
        world.of(subscription)
    ack(subscription, *take(subscription))
    world.of(subscription)


def test_a_message_that_is_held_counts_as_unacknowledged(world: Snapping) -> None:
    subscription = world.rules.subscribe()
    world.rules.publish("held")
    take(subscription)
    world.rules.clock.forward(5)

    assert world.of(subscription).expire_time == world.rules.clock() + 7 * DAY - 5 * SECOND


def test_a_snapshot_is_gone_when_its_time_is_over(world: Snapping) -> None:
    world.of(world.rules.subscribe())

    world.rules.clock.forward(7 * DAY / SECOND)

    assert world.rules.broker.topic(TOPIC).snapshot_names() == []
    assert world.snapshots.names(PROJECT) == []
    with pytest.raises(NotFound, match="snapshots expire"):
        world.snapshots.find(NAME)


def test_a_snapshot_whose_time_is_over_lets_go_of_what_it_retained(world: Snapping) -> None:
    snapshot = world.of(world.rules.subscribe())
    (message,) = world.rules.publish("retained")
    world.rules.clock.forward(7 * DAY / SECOND)

    world.rules.publish("later")

    assert snapshot.unacknowledged == {}
    assert message.number not in snapshot.unacknowledged


def test_the_time_of_a_snapshot_can_be_set_within_7_days_of_its_creation(
    world: Snapping,
) -> None:
    snapshot, now = world.of(world.rules.subscribe()), world.rules.clock()

    snapshot.set_expire_time(now + MINUTE, now)
    assert snapshot.expire_time == now + MINUTE
    for time in (now, now + 7 * DAY + 1):
        with pytest.raises(InvalidArgument, match="7 days"):
            snapshot.set_expire_time(time, now)


def test_a_snapshot_keeps_its_messages_longer_than_the_subscription_retains_them(
    world: Snapping,
) -> None:
    subscription = world.rules.subscribe(retention=10 * MINUTE)
    world.rules.publish("1", "2")
    world.of(subscription)
    world.rules.clock.forward(3_600)
    assert take(subscription) == []

    world.seek(subscription)
    world.rules.publish("3")

    assert texts(take(subscription)) == ["1", "2", "3"]


def test_what_came_back_by_a_snapshot_is_retained_as_long_again_and_no_longer(
    world: Snapping,
) -> None:
    subscription = world.rules.subscribe(retention=10 * MINUTE)
    world.rules.publish("old")
    world.of(subscription)
    world.rules.clock.forward(3_600)
    world.seek(subscription)

    world.rules.clock.forward(601)

    assert take(subscription) == []


def test_a_message_that_was_acknowledged_out_of_order_stays_acknowledged(
    world: Snapping,
) -> None:
    subscription = world.rules.subscribe(ordering=True)
    world.rules.publish("1", "2", "3", key="a")
    _, second, _ = take(subscription)
    ack(subscription, second)
    world.of(subscription)

    world.seek(subscription)

    assert texts(take(subscription)) == ["1", "3"]


def test_a_seek_to_a_snapshot_keeps_the_count_of_the_attempts(world: Snapping) -> None:
    subscription = world.rules.subscribe()
    world.rules.publish("failing")
    nack(subscription, *take(subscription))
    world.of(subscription)

    world.seek(subscription)

    (delivery,) = take(subscription)
    assert delivery.attempt == 2


def test_what_the_seek_acknowledges_is_retained_where_the_subscription_retains(
    world: Snapping,
) -> None:
    one, other = (
        world.rules.subscribe("one"),
        world.rules.subscribe("other", retain_acked_messages=True),
    )
    (message,) = world.rules.publish("done by one")
    ack(one, *take(one))
    world.of(one)

    world.seek(other)
    assert take(other) == []
    other.seek(message.publish_time)

    assert texts(take(other)) == ["done by one"]


def test_a_deleted_snapshot_retains_nothing(world: Snapping) -> None:
    world.of(world.rules.subscribe())
    (message,) = world.rules.publish("retained")
    held = sys.getrefcount(message)

    world.snapshots.delete(NAME)

    assert sys.getrefcount(message) == held - 1
    assert world.rules.broker.topic(TOPIC).snapshots == {}


def test_a_subscription_is_not_of_a_snapshot_s_topic_because_both_topics_are_deleted(
    world: Snapping,
) -> None:
    subscription = world.rules.subscribe()
    world.of(subscription)
    world.rules.broker.delete_topic(TOPIC)

    with pytest.raises(FailedPrecondition, match="of one topic"):
        world.seek(subscription)


def test_a_name_that_the_server_chooses_is_never_the_same(world: Snapping) -> None:
    subscription = world.rules.subscribe()

    assert world.of(subscription, "").name != world.of(subscription, "").name


def test_a_detached_subscription_has_nothing_and_gets_nothing(world: Snapping) -> None:
    subscription = world.rules.subscribe(retain_acked_messages=True)
    world.rules.publish("acknowledged", "held", "waiting")
    acknowledged, held = take(subscription, 2)
    ack(subscription, acknowledged)

    world.rules.broker.detach_subscription(subscription.settings.name)
    world.rules.publish("later")

    assert (subscription.ready, subscription.outstanding, subscription.retained) == (0, 0, 0)
    assert held.holder is None


def test_a_detached_subscription_names_its_deleted_topic_like_any_other(world: Snapping) -> None:
    subscription = world.rules.subscribe()
    world.rules.broker.detach_subscription(subscription.settings.name)

    world.rules.broker.delete_topic(TOPIC)

    assert subscription.settings.topic == "_deleted-topic_"
    world.rules.broker.delete_subscription(subscription.settings.name)


def test_the_longer_retention_of_subscription_and_topic_counts(world: Snapping) -> None:
    subscription = world.rules.subscribe(retention=10 * MINUTE)
    world.rules.publish("kept by the topic")
    world.rules.broker.topic(TOPIC).settings = TopicSettings(TOPIC, retention=DAY)

    world.rules.clock.forward(3_600)

    assert texts(take(subscription)) == ["kept by the topic"]
