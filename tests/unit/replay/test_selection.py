"""Which messages are meant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from consumer.message import Message
from tools.replay.conditions import condition
from tools.replay.look import Look
from tools.replay.selection import Selected, Selection, Unreadable, select
from tools.replay.source import Entry, Rejected

TOPIC = "projects/p/topics/customer-updates"
START = datetime(2026, 11, 1, tzinfo=UTC)


def entry(number: int, data: bytes | None = None, **fields: Any) -> Entry:
    body = orjson.dumps({"id_client": number, **fields}) if data is None else data
    at = START + timedelta(hours=number)
    return Entry(Message(f"m-{number}", body, {}, at), f"c{number}", number)


def chosen(selection: Selection, count: int = 10) -> list[int]:
    found = [select(entry(number), selection, TOPIC) for number in range(count)]
    return [
        each.event.update.id_client for each in found if isinstance(each, Selected) and each.event
    ]


def test_without_a_word_everything_is_meant() -> None:
    assert chosen(Selection()) == list(range(10))


def test_since_is_meant_and_until_is_not() -> None:
    since, until = START + timedelta(hours=3), START + timedelta(hours=6)
    assert chosen(Selection(since=since, until=until)) == [3, 4, 5]


def test_customers_and_conditions_must_both_hold() -> None:
    both = Selection(customers=frozenset({2, 5}), conditions=(condition("id_client>3"),))
    assert chosen(both) == [5]


def test_a_sample_is_the_same_each_time_and_about_as_large_as_asked_for() -> None:
    sampled = chosen(Selection(sample=0.3), 2_000)
    assert sampled == chosen(Selection(sample=0.3), 2_000)
    assert 500 < len(sampled) < 700
    assert set(chosen(Selection(sample=0.1), 2_000)) < set(sampled)
    assert chosen(Selection(sample=0.0)) == []


def test_a_message_that_nobody_can_read_is_named_with_its_reason() -> None:
    found = select(entry(1, b"oops"), Selection(), TOPIC)
    assert isinstance(found, Unreadable)
    assert "not JSON" in found.problem


def test_a_dead_letter_that_nobody_can_read_is_meant_unless_something_of_it_is_asked_for() -> None:
    letter = entry(1, b"oops")._replace(facts={"error": "InvalidEvent"})

    def is_meant(selection: Selection) -> bool:
        return select(letter, selection, TOPIC, as_it_is=True) is not None

    assert is_meant(Selection())
    assert is_meant(Selection(conditions=(condition("error=InvalidEvent"),)))
    assert not is_meant(Selection(customers=frozenset({1})))
    assert not is_meant(Selection(since=START))


def test_the_limit_counts_what_is_meant_and_goes_on_where_another_run_stopped() -> None:
    look = Look(Selection(conditions=(condition("id_client>=2"),)), TOPIC, limit=3)
    pieces = [entry(number) for number in range(10)]
    assert [piece.cursor for piece, _ in look.at(pieces)] == ["c0", "c1", "c2", "c3", "c4"]
    assert [piece.cursor for piece, _ in look.at(pieces[4:], before=2)] == ["c4"]
    assert list(look.at(pieces, before=3)) == []


def test_of_what_a_topic_retains_earlier_replays_are_left_out() -> None:
    replayed = entry(1)
    attributes = {
        "ce-id": "e",
        "ce-source": "crm",
        "ce-type": "customer.updated",
        "ce-specversion": "1.0",
        "ce-replay": "r-1",
    }
    replayed = replayed._replace(message=replayed.message._replace(attributes=attributes))
    for without, meant in ((False, 2), (True, 1)):
        look = Look(Selection(), TOPIC, without_replays=without)
        found = [found for _, found in look.at([replayed, entry(2)])]
        assert sum(each is not None for each in found) == meant


def test_a_piece_that_is_no_message_passes_and_is_not_counted() -> None:
    look = Look(Selection(), TOPIC, limit=1)
    rejected = Rejected("file, line 1: is not JSON", b"oops", "c", 4)
    assert [found is None for _, found in look.at([rejected, entry(1)])] == [True, False]


def test_somebody_who_asks_to_stop_is_heard_before_each_piece() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Look(Selection(), TOPIC).at([entry(1)], check=stop))
