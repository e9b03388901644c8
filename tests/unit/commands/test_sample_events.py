"""Sample events are plausible, repeatable, and broken only where that is asked for."""

from collections import Counter

import pytest

from consumer.decode import decode_message
from consumer.errors import InvalidEvent
from consumer.message import Message, OutgoingMessage
from tests.builders import NOON, TOPIC
from tools.sample.events import Kind, SampleEvent, sample_events

CUSTOMERS = (1001, 1002, 1003)


def events(count: int, seed: int = 1, *, with_broken: bool = False) -> list[SampleEvent]:
    return list(
        sample_events(count, seed, now=lambda: NOON, with_broken=with_broken, customers=CUSTOMERS)
    )


def received(message: OutgoingMessage) -> Message:
    return Message("1", message.data, message.attributes, NOON)


def test_equal_seeds_give_equal_events_and_others_give_others() -> None:
    assert events(50, with_broken=True) == events(50, with_broken=True)
    assert events(50, seed=1) != events(50, seed=2)


def test_updates_are_partial_and_of_customers_that_exist() -> None:
    for event in events(200):
        decoded = decode_message(received(event.message), TOPIC)
        assert event.kind is Kind.UPDATE
        assert decoded.update.id_client in CUSTOMERS
        assert 2 <= len(decoded.update.model_fields_set) <= 4
        assert "nom" not in decoded.update.model_fields_set


def test_every_update_has_an_id_of_its_own() -> None:
    assert len({event.message.attributes["ce-id"] for event in events(200)}) == 200


def test_broken_events_are_refused_and_all_others_are_read() -> None:
    for event in events(400, with_broken=True):
        if event.kind is Kind.BROKEN:
            with pytest.raises(InvalidEvent):
                decode_message(received(event.message), TOPIC)
        else:
            decode_message(received(event.message), TOPIC)


def test_several_hundred_events_hold_every_way_to_be_broken() -> None:
    made = events(400, with_broken=True)
    kinds = Counter(event.kind for event in made)
    assert kinds == {
        Kind.UPDATE: 386,
        Kind.BROKEN: 12,
        Kind.UNKNOWN_CUSTOMER: 1,
        Kind.DUPLICATE: 1,
    }
    broken = {event.message.data for event in made if event.kind is Kind.BROKEN}
    assert len(broken) == 11  # two of the twelve have the same, intact data


def test_a_duplicate_is_the_first_event_again_and_the_unknown_customer_is_unknown() -> None:
    made = events(100, with_broken=True)
    (duplicate,) = (event for event in made if event.kind is Kind.DUPLICATE)
    assert duplicate.message == made[0].message
    (unknown,) = (event for event in made if event.kind is Kind.UNKNOWN_CUSTOMER)
    assert decode_message(received(unknown.message), TOPIC).update.id_client not in CUSTOMERS


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_few_events_have_room_for_a_few_kinds(count: int) -> None:
    made = events(count, with_broken=True)
    assert len(made) == count
    assert made[0].kind is Kind.UPDATE


def test_the_samples_own_customers_are_used_where_none_are_named() -> None:
    event = next(sample_events(1, 1, now=lambda: NOON))
    assert decode_message(received(event.message), TOPIC).update.id_client >= 20_000_000
