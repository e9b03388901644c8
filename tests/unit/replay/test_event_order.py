"""Entries in the order of their events, with a memory that does not grow."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.message import Message
from tests.builders import NOON
from tools.errors import BadInput
from tools.replay import event_order
from tools.replay.event_order import in_event_order
from tools.replay.source import Entry

TEXT = st.text(max_size=5)
MAPS = st.dictionaries(TEXT, TEXT, max_size=3)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=30))]))
NEAR = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
MESSAGES = st.builds(
    Message,
    TEXT,
    st.binary(max_size=20),
    MAPS,
    NEAR | MOMENTS,
    TEXT,
    st.none() | st.integers(1, 9),
)
ENTRIES = st.builds(Entry, MESSAGES, TEXT, st.integers(0, 2**62), MAPS)


def published(entry: Entry) -> datetime:
    return entry.message.publish_time


def entry(number: int, data: bytes = b"") -> Entry:
    moment = NOON - timedelta(seconds=number)
    return Entry(Message(str(number), data, {}, moment), f"file#{number}", number)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@given(st.lists(ENTRIES, max_size=40), st.integers(1, 9))
def test_entries_come_in_order_and_those_of_one_moment_as_they_came(
    directory: Path, entries: list[Entry], run_size: int
) -> None:
    ordered = list(in_event_order(entries, published, directory, run_size))
    assert ordered == sorted(entries, key=published)


def test_many_runs_are_merged_in_between(tmp_path: Path) -> None:
    entries = [entry(number % 500) for number in range(event_order.MAX_RUNS * 3 + 7)]
    ordered = list(in_event_order(entries, published, tmp_path, run_size=1))
    assert ordered == sorted(entries, key=published)


def test_a_run_of_large_messages_ends_early(tmp_path: Path) -> None:
    large = bytes(event_order.RUN_BYTES // 3)
    held = list(in_event_order((entry(n, large) for n in range(4)), published, tmp_path))
    assert [one.read for one in held] == [3, 2, 1, 0]
    assert all(one.message.data == large for one in held)


def open_files_of_this_process() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
@pytest.mark.parametrize("end", ["read out", "closed half-way", "fails"])
def test_nothing_is_left_however_it_ends(tmp_path: Path, end: str) -> None:
    before = open_files_of_this_process()
    ordered = in_event_order(failing(end == "fails"), published, tmp_path, run_size=2)
    if end == "read out":
        assert len(list(ordered)) == 9
    elif end == "closed half-way":
        assert next(ordered).read == 8
        assert open_files_of_this_process() > before
    else:
        with pytest.raises(BadInput, match="broken"):
            next(ordered)
    ordered.close()
    assert open_files_of_this_process() == before
    assert list(tmp_path.iterdir()) == []


def failing(fails: bool) -> Iterator[Entry]:
    yield from map(entry, range(9))
    if fails:
        raise BadInput("broken")


def test_a_directory_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none: the entries cannot be put in order there: No such"):
        list(in_event_order(map(entry, range(3)), published, tmp_path / "none", run_size=1))
