"""The limit on the share of dead letters stops a bad release, and nothing else."""

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.dead_letter_share import DeadLetterShare
from consumer.errors import DeadLetterShareExceeded
from tests.builders import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def is_refused(share: DeadLetterShare) -> bool:
    """Whether the worker stops at one more event that is broken."""
    try:
        share.admit_refused(NOON)
    except DeadLetterShareExceeded:
        return True
    return False


def test_single_broken_events_do_not_stop_the_worker() -> None:
    share = DeadLetterShare(max_share=0.2, window=10)
    for _ in range(20):
        assert not is_refused(share)
        for _ in range(5):
            share.admit_ends(NOON, 1)


def test_too_many_broken_events_among_the_last_stop_the_worker() -> None:
    share = DeadLetterShare(max_share=0.2, window=10)
    assert [is_refused(share), is_refused(share)] == [False, False]
    with pytest.raises(DeadLetterShareExceeded, match=r"3 of the last 10 .*max_share"):
        share.admit_refused(NOON)


def test_broken_events_that_left_the_window_no_longer_count() -> None:
    share = DeadLetterShare(max_share=0.2, window=10)
    share.admit_refused(NOON)
    share.admit_refused(NOON)
    for _ in range(9):
        share.admit_ends(NOON, 1)
    assert not is_refused(share)


def test_a_share_of_one_never_stops() -> None:
    share = DeadLetterShare(max_share=1, window=3)
    assert not any(is_refused(share) for _ in range(100))
    for _ in range(100):
        share.admit_given_up(NOON, NOON)


def test_unknown_customers_of_a_long_backlog_run_out_of_attempts_together_and_stop_nobody() -> None:
    share = DeadLetterShare(max_share=0.2, window=1_000)
    published = NOON - timedelta(hours=6)
    for number in range(29_700):
        share.admit_ends(NOON + number * SECOND / 1_000, 1)
    for _ in range(300):
        share.admit_given_up(NOON + 2 * MINUTE, published)


def test_a_table_that_lost_its_customers_stops_the_worker_however_many_were_scored_before() -> None:
    share = DeadLetterShare(max_share=0.2, window=1_000)
    for number in range(100_000):
        share.admit_ends(NOON + number * SECOND / 1_000, 1)
    lost_at = NOON + 100 * SECOND
    for _ in range(200):
        share.admit_given_up(lost_at + 2 * MINUTE, lost_at)
    with pytest.raises(DeadLetterShareExceeded, match="201 of the last 1000"):
        share.admit_given_up(lost_at + 2 * MINUTE, lost_at)


def test_of_a_table_that_lost_its_customers_the_other_events_since_count_too() -> None:
    share = DeadLetterShare(max_share=0.5, window=1)
    share.admit_ends(NOON, 1)
    share.admit_ends(NOON + MINUTE, 1)
    share.admit_given_up(NOON + 2 * MINUTE, NOON + MINUTE)
    with pytest.raises(DeadLetterShareExceeded, match="2 of the last 3"):
        share.admit_given_up(NOON + 2 * MINUTE, NOON + MINUTE)


def test_a_broken_event_is_not_held_against_those_that_were_given_up() -> None:
    share = DeadLetterShare(max_share=0.1, window=10)
    share.admit_given_up(NOON, NOON)
    assert not is_refused(share)


def test_what_is_remembered_does_not_grow_with_time() -> None:
    share = DeadLetterShare(max_share=0.2, window=10)
    for minute in range(10_000):
        share.admit_ends(NOON + minute * MINUTE, 1)
    now = NOON + 10_000 * MINUTE
    for _ in range(899):
        share.admit_given_up(now, NOON)
    with pytest.raises(DeadLetterShareExceeded, match="900 of the last 4499"):
        share.admit_given_up(now, NOON)


@given(st.lists(st.one_of(st.integers(0, 12), st.just("refused")), max_size=40))
def test_ends_that_are_counted_in_runs_count_as_one_by_one(ends: list[int | str]) -> None:
    share = DeadLetterShare(max_share=0.3, window=10)
    last: deque[bool] = deque(maxlen=10)
    for end in ends:
        if isinstance(end, int):
            share.admit_ends(NOON, end)
            last.extend([False] * end)
        else:
            last.append(True)
            assert is_refused(share) == (sum(last) > 3)
