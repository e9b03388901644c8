"""What one stream may hold."""

import pytest

from tests.emulator_rules import Rules, ack, nack, take
from tools.emulator.flow_control import FlowControl
from tools.emulator.subscription import MAX_RESPONSE_BYTES


def test_a_stream_is_given_no_more_messages_than_it_may_hold() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish(*"12345")
    flow = FlowControl(max_messages=2)

    assert len(subscription.take(1_000, flow)) == 2
    assert subscription.take(1_000, flow) == []


def test_bytes_are_counted_before_a_message_so_that_a_large_one_still_comes() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("x" * 90, "x" * 90, "x" * 90)

    assert len(subscription.take(1_000, FlowControl(max_bytes=100))) == 2


@pytest.mark.parametrize("settle", [ack, nack])
def test_a_settled_message_makes_room(settle: object) -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("1", "2")
    flow = FlowControl(max_messages=1)
    (delivery,) = subscription.take(1_000, flow)

    assert callable(settle)
    settle(subscription, delivery)

    assert flow.messages == 0
    assert len(subscription.take(1_000, flow)) == 1


def test_an_expired_message_makes_room() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("1")
    flow = FlowControl(max_messages=1)
    subscription.take(1_000, flow)

    rules.clock.forward(10)
    subscription.advance()

    assert flow.messages == 0


def test_a_seek_makes_room() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("1")
    flow = FlowControl(max_messages=1)
    subscription.take(1_000, flow)

    subscription.seek(rules.clock() + 1)

    assert flow.messages == 0


@pytest.mark.parametrize("key", ["", "a"])
def test_one_response_is_no_larger_than_clients_accept_by_default(key: str) -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish(*("x" * (MAX_RESPONSE_BYTES // 3) for _ in range(4)), key=key)

    assert len(take(subscription)) == 2


@pytest.mark.parametrize("key", ["", "a"])
def test_a_message_that_is_larger_than_a_response_comes_alone(key: str) -> None:
    rules = Rules()
    subscription = rules.subscribe(ordering=True)
    rules.publish("1", "x" * (MAX_RESPONSE_BYTES + 1), "3", key=key)

    sizes = []
    for _ in range(3):
        (delivery,) = deliveries = take(subscription)
        sizes.append(len(delivery.message.payload))
        ack(subscription, *deliveries)

    assert sizes == [1, MAX_RESPONSE_BYTES + 1, 1]


def test_a_share_of_what_is_ready_leaves_the_rest_to_others() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish(*"123456")

    assert len(subscription.take(1_000, FlowControl(), share=3)) == 3
    assert subscription.ready == 3
