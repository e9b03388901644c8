"""Leases, nacks and back-off, to the nanosecond."""

import pytest

from tests.emulator_rules import Rules, ack, nack, take, texts
from tools.emulator.clock import SECOND
from tools.emulator.errors import InvalidArgument
from tools.emulator.flow_control import FlowControl
from tools.emulator.settings import RetryPolicy


def test_a_lease_ends_at_its_deadline_and_not_before() -> None:
    rules = Rules()
    subscription = rules.subscribe(ack_deadline_seconds=10)
    rules.publish("slow")
    take(subscription)

    rules.clock.forward(9.999)
    assert take(subscription) == []
    rules.clock.forward(0.001)
    assert texts(take(subscription)) == ["slow"]


def test_a_stream_s_own_ack_deadline_goes_before_the_subscription_s() -> None:
    rules = Rules()
    subscription = rules.subscribe(ack_deadline_seconds=10)
    rules.publish("slow")
    (delivery,) = take(subscription)
    nack(subscription, delivery)
    subscription.take(1, FlowControl(), ack_deadline_seconds=60)

    rules.clock.forward(59)
    assert take(subscription) == []
    rules.clock.forward(1)
    assert texts(take(subscription)) == ["slow"]


def test_an_extension_counts_from_the_time_of_the_request() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("slow")
    (delivery,) = take(subscription)
    rules.clock.forward(9)

    subscription.modify_ack_deadline([delivery.ack_id], 30)

    rules.clock.forward(29)
    assert take(subscription) == []
    rules.clock.forward(1)
    assert len(take(subscription)) == 1


def test_a_deadline_can_be_brought_forward() -> None:
    rules = Rules()
    subscription = rules.subscribe(ack_deadline_seconds=600)
    rules.publish("slow")
    (delivery,) = take(subscription)

    subscription.modify_ack_deadline([delivery.ack_id], 1)

    assert subscription.next_due() == rules.clock() + SECOND


def test_an_acknowledgement_after_the_deadline_does_nothing() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("late")
    late = take(subscription)
    stale = late[0].ack_id
    rules.clock.forward(10)

    subscription.acknowledge([stale])

    assert texts(take(subscription)) == ["late"]


def test_a_stale_ack_id_neither_acknowledges_nor_extends_nor_nacks() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("again")
    (first,) = take(subscription)
    stale = first.ack_id
    nack(subscription, first)
    take(subscription)

    subscription.acknowledge([stale])
    subscription.modify_ack_deadline([stale], 0)
    subscription.modify_ack_deadline([stale], 600)

    assert take(subscription) == []
    rules.clock.forward(10)
    assert texts(take(subscription)) == ["again"]


def test_the_back_off_doubles_from_the_minimum_to_the_maximum() -> None:
    rules = Rules()
    policy = RetryPolicy(minimum_backoff=1 * SECOND, maximum_backoff=10 * SECOND)
    subscription = rules.subscribe(retry_policy=policy)
    rules.publish("failing")

    waited = []
    for _ in range(6):
        nack(subscription, *take(subscription))
        due = subscription.next_due()
        assert due is not None
        waited.append((due - rules.clock()) / SECOND)
        rules.clock.now = due

    assert waited == [1, 2, 4, 8, 10, 10]


def test_an_expired_deadline_backs_off_too() -> None:
    rules = Rules()
    policy = RetryPolicy(minimum_backoff=5 * SECOND, maximum_backoff=10 * SECOND)
    subscription = rules.subscribe(retry_policy=policy)
    rules.publish("slow")
    take(subscription)

    rules.clock.forward(10)
    assert take(subscription) == []
    rules.clock.forward(5)
    assert texts(take(subscription)) == ["slow"]


def test_a_message_that_failed_a_thousand_times_still_waits_the_maximum() -> None:
    rules = Rules()
    policy = RetryPolicy(minimum_backoff=1 * SECOND, maximum_backoff=2 * SECOND)
    subscription = rules.subscribe(retry_policy=policy)
    rules.publish("failing")
    for _ in range(1_000):
        nack(subscription, *take(subscription))
        rules.clock.forward(2)

    assert len(take(subscription)) == 1


def test_a_nacked_message_goes_behind_those_that_wait() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("poison", "fine")

    nack(subscription, *take(subscription, 1))

    assert texts(take(subscription)) == ["fine", "poison"]


def test_what_was_taken_and_never_sent_is_no_failure() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("unsent")

    subscription.give_back(take(subscription))

    (delivery,) = take(subscription)
    assert delivery.attempt == 1


def test_a_malformed_ack_id_changes_nothing_of_its_request() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("held")
    (delivery,) = take(subscription)

    with pytest.raises(InvalidArgument, match="no ack id"):
        subscription.acknowledge([delivery.ack_id, "nonsense"])

    assert subscription.outstanding == 1


def test_an_ack_id_of_another_subscription_does_nothing() -> None:
    rules = Rules()
    one, other = rules.subscribe("one"), rules.subscribe("other")
    rules.publish("held")
    take(one)

    ack(one, *take(other))

    assert one.outstanding == 1
    assert other.outstanding == 1
