"""Exactly-once delivery in the rules: which ack ids are refused, and why."""

from dataclasses import replace

from tests.emulator_rules import DEAD_TOPIC, Rules, nack, take, texts
from tools.emulator.ack_results import AckFailure
from tools.emulator.settings import DeadLetterPolicy


def test_an_ack_id_that_holds_its_message_is_not_refused() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("once")
    (delivery,) = take(subscription)
    ack_id = delivery.ack_id

    extended = subscription.modify_ack_deadline([ack_id], 60)
    acknowledged = subscription.acknowledge([ack_id])

    assert extended.refused == acknowledged.refused == {}
    assert acknowledged.succeeded([ack_id]) == [ack_id]


def test_an_ack_id_is_refused_after_its_deadline_though_nobody_else_has_the_message() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("late")
    (delivery,) = take(subscription)
    stale = delivery.ack_id
    rules.clock.forward(10)

    results = subscription.acknowledge([stale])

    assert results.refused == {stale: AckFailure.INVALID}
    assert texts(take(subscription)) == ["late"]


def test_the_valid_ack_ids_of_a_request_are_settled_beside_refused_ones() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("1", "2")
    one, two = take(subscription)
    stale = one.ack_id
    nack(subscription, one)

    results = subscription.acknowledge([stale, "nonsense", two.ack_id])

    assert results.refused == {stale: AckFailure.INVALID, "nonsense": AckFailure.INVALID}
    assert results.failed(AckFailure.INVALID) == [stale, "nonsense"]
    assert texts(take(subscription)) == ["1"]


def test_an_ack_id_that_is_named_twice_in_a_request_succeeds_once() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("once")
    (delivery,) = take(subscription)

    assert subscription.acknowledge([delivery.ack_id, delivery.ack_id]).refused == {}


def test_a_stale_ack_id_neither_extends_nor_nacks() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("again")
    (first,) = take(subscription)
    stale = first.ack_id
    nack(subscription, first)
    take(subscription)

    for seconds in (0, 600):
        refused = subscription.modify_ack_deadline([stale], seconds).refused
        assert refused == {stale: AckFailure.INVALID}
    assert subscription.outstanding == 1


def test_a_message_of_a_key_is_acknowledged_after_all_earlier_ones_only() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True, ordering=True)
    rules.publish("1", "2", key="a")
    rules.publish("elsewhere", key="b")
    one, two, elsewhere = take(subscription)

    second = two.ack_id

    early = subscription.acknowledge([second, elsewhere.ack_id])
    in_order = subscription.acknowledge([one.ack_id, second])

    assert early.refused == {second: AckFailure.UNORDERED}
    assert in_order.refused == {}
    assert subscription.outstanding == 0


def test_a_nack_makes_the_ack_ids_of_later_messages_of_its_key_invalid() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True, ordering=True)
    rules.publish("1", "2", key="a")
    one, two = take(subscription)
    ids = [one.ack_id, two.ack_id]

    results = subscription.modify_ack_deadline(ids, 0)

    assert results.refused == {ids[1]: AckFailure.INVALID}


def test_order_is_asked_for_again_after_a_message_of_the_batch_came_back() -> None:
    rules = Rules()
    subscription = rules.subscribe(exactly_once=True, ordering=True)
    rules.publish("1", "2", "3", key="a")
    one, two, _ = take(subscription)
    subscription.acknowledge([one.ack_id])
    nack(subscription, two)

    two, three = take(subscription)
    early = three.ack_id

    assert subscription.acknowledge([early]).refused == {early: AckFailure.UNORDERED}
    assert subscription.acknowledge([two.ack_id, early]).refused == {}


def test_what_went_to_the_dead_letters_can_no_longer_be_acknowledged() -> None:
    rules = Rules()
    subscription = rules.subscribe(
        exactly_once=True, dead_letter_policy=DeadLetterPolicy(DEAD_TOPIC)
    )
    rules.publish("poison")
    for _ in range(5):
        (delivery,) = take(subscription)
        stale = delivery.ack_id
        nack(subscription, delivery)

    assert subscription.acknowledge([stale]).refused == {stale: AckFailure.INVALID}


def test_exactly_once_delivery_can_be_switched_on_for_what_is_outstanding() -> None:
    rules = Rules()
    subscription = rules.subscribe()
    rules.publish("1", "2")
    one, two = take(subscription)
    ids = [one.ack_id, two.ack_id]
    subscription.acknowledge(ids[:1])
    assert subscription.acknowledge(ids[:1]).refused == {}

    rules.broker.update_subscription(replace(subscription.settings, exactly_once=True))

    assert subscription.acknowledge(ids).refused == {ids[0]: AckFailure.INVALID}
