"""Ordering keys, in the rules."""

from tests.emulator_rules import Rules, ack, nack, take, texts
from tools.emulator.clock import SECOND
from tools.emulator.flow_control import FlowControl
from tools.emulator.settings import RetryPolicy


def test_a_batch_is_as_large_as_what_waits_and_fits() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", "3", key="a")

    assert texts(subscription.take(1_000, FlowControl(max_messages=2))) == ["1", "2"]


def test_a_later_message_that_is_still_held_is_called_back_with_a_failed_one() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", "3", key="a")
    _, second, third = take(subscription)
    stale = third.ack_id

    nack(subscription, second)

    assert subscription.outstanding == 1
    subscription.acknowledge([stale])
    assert take(subscription) == []


def test_a_failed_message_waits_for_the_earlier_ones_of_its_batch() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", "3", key="a")
    first, second, _ = take(subscription)
    nack(subscription, second)

    assert take(subscription) == []
    ack(subscription, first)
    assert texts(take(subscription)) == ["2", "3"]


def test_when_the_earlier_one_fails_after_it_both_come_in_order() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", "3", key="a")
    first, second, _ = take(subscription)
    nack(subscription, second)
    nack(subscription, first)

    assert texts(take(subscription)) == ["1", "2", "3"]


def test_only_the_message_that_failed_counts_a_failure() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", key="a")
    nack(subscription, take(subscription)[0])

    assert [delivery.attempt for delivery in take(subscription)] == [2, 1]


def test_later_messages_of_a_key_wait_for_the_back_off_of_the_first() -> None:
    rules = Rules()
    policy = RetryPolicy(minimum_backoff=5 * SECOND, maximum_backoff=5 * SECOND)
    subscription = rules.subscribe(ordering=True, retry_policy=policy)
    rules.publish("1", "2", key="a")
    rules.publish("other", key="b")
    first, _, other = take(subscription)
    nack(subscription, first)
    ack(subscription, other)

    assert take(subscription) == []
    rules.clock.forward(5)
    assert texts(take(subscription)) == ["1", "2"]


def test_what_is_given_back_keeps_its_order() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "2", "3", key="a")

    subscription.give_back(take(subscription))

    assert texts(take(subscription)) == ["1", "2", "3"]


def test_a_message_that_outlived_its_retention_makes_way_for_the_next_of_its_key() -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True, retention=600 * SECOND)
    rules.publish("old", key="a")
    rules.clock.forward(300)
    rules.publish("new", key="a")
    rules.clock.forward(301)

    assert texts(take(subscription)) == ["new"]
