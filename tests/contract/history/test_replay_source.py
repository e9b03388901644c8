"""The score history as a source of events that can be scored again."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy

from consumer.decode import decode_message
from tests.builders import NOON, TOPIC, profile, update
from tests.history import AT_RISK, KNOWN, SAFE, history_of, rows, worked
from tools.errors import BadInput
from tools.replay.history_source import PAGE_ROWS, HistorySource
from tools.replay.source import Entry

LATER = NOON + timedelta(days=1)


def scored(engine: sqlalchemy.Engine, event_id: str, at: datetime = NOON, **fields: Any) -> None:
    worked(history_of(engine, at), update(AT_RISK, event_id=event_id, **fields))


def entries(engine: sqlalchemy.Engine, *, as_of_then: bool = False) -> list[Entry]:
    return list(HistorySource(engine, started=LATER, as_of_then=as_of_then).entries())


def test_events_come_in_the_order_in_which_they_were_scored_with_their_names_and_times(
    engine: sqlalchemy.Engine,
) -> None:
    scored(engine, "second", NOON + timedelta(seconds=1))
    scored(engine, "first")
    found = [decode_message(entry.message, TOPIC) for entry in entries(engine)]
    assert [(event.source, event.id) for event in found] == [
        ("crm/paris", "first"),
        ("crm/paris", "second"),
    ]
    original = decode_message(update(AT_RISK, event_id="first"), TOPIC)
    assert found[0].time == original.time
    assert found[0].update.model_fields_set == {"id_client"}


def test_as_of_then_an_event_carries_what_the_model_saw(engine: sqlalchemy.Engine) -> None:
    scored(engine, "e", balance=77.5, pays=None)
    [entry] = entries(engine, as_of_then=True)
    worked(
        history_of(engine),
        entry.message._replace(attributes={**entry.message.attributes, "ce-replay": "r"}),
        known={AT_RISK: profile(AT_RISK, age=18, balance=0.0)},
    )
    first, again = rows(engine, "replay_id, inputs, probability")
    assert (first.replay_id, again.replay_id) == ("", "r")
    assert again.inputs == first.inputs
    assert again.probability == first.probability


def test_what_is_scored_after_the_replay_began_does_not_count(engine: sqlalchemy.Engine) -> None:
    scored(engine, "before")
    scored(engine, "after", LATER)
    assert [entry.message.message_id for entry in entries(engine)] == ["before"]
    assert HistorySource(engine, started=LATER).total == 1


def test_replays_are_left_out(engine: sqlalchemy.Engine) -> None:
    replayed = update(SAFE, event_id="e")
    replayed = replayed._replace(attributes={**replayed.attributes, "ce-replay": "r"})
    worked(history_of(engine), replayed)
    assert entries(engine) == []
    assert HistorySource(engine, started=LATER).total == 0


def test_reading_goes_on_after_any_entry_also_among_those_of_one_moment(
    engine: sqlalchemy.Engine,
) -> None:
    batch = [update(AT_RISK, event_id=f"e-{number}") for number in range(7)]
    worked(history_of(engine), *batch)
    whole = entries(engine)
    source = HistorySource(engine, started=LATER)
    for number, entry in enumerate(whole, 1):
        assert [each.cursor for each in source.entries(entry.cursor)] == [
            each.cursor for each in whole[number:]
        ]
        assert entry.read == number
    assert source.total == len(whole)


def test_more_than_a_page_comes_whole_and_each_row_once(engine: sqlalchemy.Engine) -> None:
    count = PAGE_ROWS + 10
    history = history_of(engine)
    for start in range(0, count, 1_000):
        numbers = range(start, min(start + 1_000, count))
        worked(history, *(update(SAFE, event_id=f"e-{n}") for n in numbers), known=KNOWN)
    ids = [orjson.loads(entry.cursor)[2] for entry in entries(engine)]
    assert len(ids) == len(set(ids)) == count


@pytest.mark.parametrize("cursor", ["", "7", "file#3", '["yesterday","s","i",1]', "{}"])
def test_a_cursor_of_another_source_is_refused(engine: sqlalchemy.Engine, cursor: str) -> None:
    with pytest.raises(BadInput, match="score history"):
        list(HistorySource(engine, started=LATER).entries(cursor))
