"""A source in the order of its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consumer.message import Message
from tools.errors import BadInput
from tools.replay.look import at_once
from tools.replay.ordered import InEventOrder
from tools.replay.source import Entry, Rejected

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOPIC = "projects/p/topics/customer-updates"


@dataclass
class Hours:
    """A source of bare events of these hours; a negative one is a piece that is none."""

    hours: Sequence[int]
    name = "hours"
    total = 10

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        assert after is None, "it is always read whole"
        for number, hour in enumerate(self.hours):
            if hour < 0:
                yield Rejected("no event", b"x", str(number), number)
            else:
                at = NOON + timedelta(hours=hour)
                message = Message(f"h-{hour}", b'{"id_client": 1}', {}, at)
                yield Entry(message, str(number), number)

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Nothing is kept."""


def read(source: InEventOrder, after: str | None = None) -> list[str]:
    return [
        each.message.message_id if isinstance(each, Entry) else each.problem
        for each in source.entries(after)
    ]


def test_the_earliest_event_comes_first_and_what_is_none_before_it(tmp_path: Path) -> None:
    source = InEventOrder(Hours([3, -1, 1, 2]), TOPIC, tmp_path, check=at_once)
    assert read(source) == ["no event", "h-1", "h-2", "h-3"]


def test_reading_goes_on_after_any_entry(tmp_path: Path) -> None:
    source = InEventOrder(Hours([3, -1, 1, 2]), TOPIC, tmp_path, check=at_once)
    whole = list(source.entries())
    for number, each in enumerate(whole, 1):
        assert list(source.entries(each.cursor)) == whole[number:]


def test_of_a_source_without_events_what_is_none_comes_nevertheless(tmp_path: Path) -> None:
    assert read(InEventOrder(Hours([-1, -1]), TOPIC, tmp_path, check=at_once)) == [
        "no event",
        "no event",
    ]
    assert read(InEventOrder(Hours([]), TOPIC, tmp_path, check=at_once)) == []


def test_a_source_that_has_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    *_, last = InEventOrder(Hours([3, 1]), TOPIC, tmp_path, check=at_once).entries()
    with pytest.raises(BadInput, match="--restart"):
        read(InEventOrder(Hours([3, 2, 1]), TOPIC, tmp_path, check=at_once), last.cursor)


def test_a_cursor_of_another_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--restart"):
        read(InEventOrder(Hours([1]), TOPIC, tmp_path, check=at_once), "file#7")
