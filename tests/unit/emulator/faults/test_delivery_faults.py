"""What a response carries and which acknowledgements count, under faults."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator_rules import TOPIC, Rules, ack, take, texts
from tools.emulator.errors import Unavailable
from tools.emulator.faults import Faults
from tools.emulator.faults.deliveries import DeliveryFaults, shuffled
from tools.emulator.faults.rules import (
    BreakStreams,
    DropAcks,
    DuplicateDeliveries,
    OutOfOrder,
    Pause,
)
from tools.emulator.message import Delivery, Message


def deliveries(keys: list[str]) -> list[Delivery]:
    return [Delivery(Message(number, 0, b"", key)) for number, key in enumerate(keys)]


@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=30), st.integers())
def test_shuffling_keeps_every_delivery_and_the_order_of_each_key(
    keys: list[str], seed: int
) -> None:
    given_order = deliveries(keys)

    result = shuffled(given_order, Random(seed), ordered=True)

    assert sorted(each.message.number for each in result) == list(range(len(keys)))
    for key in ("a", "b"):
        numbers = [each.message.number for each in result if each.message.ordering_key == key]
        assert numbers == sorted(numbers)


def test_without_ordering_keys_are_shuffled_like_the_rest() -> None:
    given_order = deliveries(["a"] * 20)
    assert shuffled(given_order, Random(1), ordered=False) != given_order


def test_a_response_is_shuffled_where_a_fault_says_so() -> None:
    rules, faults = Rules(), Faults()
    subscription = rules.subscribe()
    rules.publish(*"abcdefgh")
    faults.begin(OutOfOrder())

    sent = texts(DeliveryFaults(faults, subscription).sent(take(subscription)))

    assert sent != list("abcdefgh")
    assert sorted(sent) == list("abcdefgh")


def test_a_duplicated_delivery_comes_once_more_and_its_first_ack_id_is_stale() -> None:
    rules, faults = Rules(), Faults()
    subscription = rules.subscribe()
    rules.publish("a", "b")
    faults.begin(DuplicateDeliveries())
    meeting = DeliveryFaults(faults, subscription)

    first = meeting.sent(take(subscription))
    ack(subscription, *first)
    second = meeting.sent(take(subscription))

    assert sorted(texts(second)) == ["a", "b"]
    assert not {each.ack_id for each in first} & {each.ack_id for each in second}
    assert [each.attempt for each in second] == [1, 1]
    ack(subscription, *second)
    assert subscription.ready == subscription.outstanding == 0


def test_what_follows_a_duplicate_in_its_key_comes_again_in_order() -> None:
    rules, faults = Rules(), Faults()
    subscription = rules.subscribe(ordering=True)
    rules.publish(*"abcd", key="k")
    faults.begin(DuplicateDeliveries(after=1, times=1))
    meeting = DeliveryFaults(faults, subscription)

    first = meeting.sent(take(subscription))
    assert all(each.ack_id for each in first)
    ack(subscription, *first)

    assert texts(meeting.sent(take(subscription))) == list("bcd")


def test_exactly_once_subscriptions_have_neither_duplicates_nor_dropped_acks() -> None:
    rules, faults = Rules(), Faults()
    subscription = rules.subscribe(exactly_once=True)
    rules.publish("a")
    injections = [faults.begin(DuplicateDeliveries()), faults.begin(DropAcks())]
    meeting = DeliveryFaults(faults, subscription)

    (sent,) = meeting.sent(take(subscription))

    assert sent.ack_id
    assert meeting.applied([sent.ack_id]) == [sent.ack_id]
    assert [each.asked for each in injections] == [0, 0]


def test_each_ack_id_is_dropped_or_not() -> None:
    rules, faults = Rules(), Faults()
    faults.begin(DropAcks(every=2))

    assert DeliveryFaults(faults, rules.subscribe()).applied(list("abcd")) == ["a", "c"]


def test_a_stream_is_broken_after_so_many_responses() -> None:
    rules, faults = Rules(), Faults()
    faults.begin(BreakStreams(every=2))
    meeting = DeliveryFaults(faults, rules.subscribe())

    meeting.responded()
    with pytest.raises(Unavailable):
        meeting.responded()


@pytest.mark.parametrize(
    ("rule", "paused"),
    [
        (Pause(), True),
        (Pause(subscription="worker"), True),
        (Pause(topic=TOPIC), True),
        (Pause(subscription="other"), False),
        (Pause(topic="updates", subscription="other"), False),
    ],
)
def test_a_pause_is_for_the_subscriptions_that_it_names(rule: Pause, paused: bool) -> None:
    faults = Faults()
    faults.begin(rule)
    assert DeliveryFaults(faults, Rules().subscribe()).paused is paused
