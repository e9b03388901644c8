"""Dead letters as a source: what counts, when it ends, and what is off the dead letters."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from consumer.message import Message
from tests.builders import NOON
from tests.recorded_subscription import Clock, RecordedSubscription, numbered
from tools.errors import BadInput
from tools.replay.source import Entry, Rejected
from tools.replay.subscriptions.dead_letters import DeadLetterSource
from tools.replay.subscriptions.held import LEASE_SECONDS

STARTED = NOON + timedelta(minutes=1)
AFTER = 61


def source(calls: RecordedSubscription, *, most_held: int = 100) -> DeadLetterSource:
    clock = Clock(step=0.5)
    return DeadLetterSource(
        calls, started=STARTED, most_held=most_held, clock=clock, now=lambda: STARTED
    )


def cursors(found: Iterable[Entry | Rejected]) -> list[str]:
    return [each.cursor for each in found]


def late(*message_ids: str) -> list[Message]:
    """Dead letters that became some after the replay began."""
    (letter,) = numbered(1, seconds=AFTER)
    return [letter._replace(message_id=each) for each in message_ids]


def waited_for_nothing(after: str | None = None, *, now: datetime = STARTED) -> float:
    """How many seconds an empty subscription is read for."""
    calls, clock = RecordedSubscription([]), Clock(step=0.5)
    with DeadLetterSource(calls, started=STARTED, clock=clock, now=lambda: now) as letters:
        assert cursors(letters.entries(after)) == []
    return clock.now


def test_each_dead_letter_comes_once_and_stays_until_it_is_confirmed() -> None:
    calls = RecordedSubscription(numbered(3))
    with source(calls) as letters:
        entries = [each for each in letters.entries() if isinstance(each, Entry)]
        assert [(each.cursor, each.read) for each in entries] == [("1", 1), ("2", 2), ("3", 3)]
        assert calls.acknowledged == []
        letters.confirm(entries[:2])
        assert calls.acknowledged == ["1", "2"]
    assert [each.message_id for each in calls.waiting] == ["3"]


def test_what_becomes_a_dead_letter_while_it_runs_is_left_for_another_time() -> None:
    calls = RecordedSubscription([*numbered(1), *late("8", "9")])
    with source(calls) as letters:
        assert cursors(letters.entries()) == ["1"]
    assert {each.message_id for each in calls.waiting} == {"1", "8", "9"}


def test_a_broken_dead_letter_does_not_stop_those_after_it() -> None:
    broken = numbered(1)[0]._replace(attributes={"churn-envelope": "gzip+json"}, message_id="b")
    calls = RecordedSubscription([broken, *numbered(1)])
    with source(calls) as letters:
        kinds = [type(each) for each in letters.entries()]
    assert kinds == [Rejected, Entry]
    assert len(calls.waiting) == 2


def test_it_ends_when_nothing_comes_for_a_while_but_not_before() -> None:
    calls = RecordedSubscription([])
    with source(calls) as letters:
        found = letters.entries()
        calls.waiting = numbered(1)
        assert cursors(found) == ["1"]
    assert len(calls.pulls) > 5


def test_after_an_interruption_it_waits_until_what_a_killed_process_held_has_come() -> None:
    assert waited_for_nothing() < LEASE_SECONDS < waited_for_nothing(after="7")
    assert waited_for_nothing(now=STARTED + timedelta(seconds=5)) > LEASE_SECONDS


def test_reading_once_more_begins_anew() -> None:
    calls = RecordedSubscription(numbered(2))
    with source(calls) as letters:
        assert cursors(letters.entries()) == ["1", "2"]
        assert cursors(letters.entries()) == ["1", "2"]


def test_what_is_left_out_does_not_block_until_it_is_too_much_to_hold() -> None:
    calls = RecordedSubscription(numbered(300))
    with source(calls, most_held=150) as letters:
        found = letters.entries()
        seen = [next(found) for _ in range(100)]
        letters.confirm([each for each in seen if isinstance(each, Entry)][:60])
        with pytest.raises(BadInput, match=r"were left out.*churn dead-letters purge"):
            cursors(found)
    assert len(calls.waiting) == 240
    assert len(calls.acknowledged) == 60


def test_somebody_who_asks_to_stop_does_not_wait_until_it_is_quiet() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with (
        DeadLetterSource(RecordedSubscription([]), started=STARTED, check=stop) as letters,
        pytest.raises(KeyboardInterrupt),
    ):
        next(letters.entries())


def test_it_is_named_after_its_subscription_and_nobody_knows_how_much_there_is() -> None:
    letters = source(RecordedSubscription([]))
    assert letters.name == "dead letters of projects/p/subscriptions/letters"
    assert letters.total is None
