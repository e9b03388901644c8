"""The window holds the last events, and no more memory than its chunks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from consumer.drift import Window

SIZE, CHUNKS = 100, 10
BATCHES = st.lists(st.integers(1, 250), min_size=1, max_size=80)


def window() -> Window:
    return Window(np.zeros(2, dtype=np.int64), events=SIZE, chunks=CHUNKS)


def test_what_was_counted_long_ago_is_forgotten() -> None:
    last = window()
    for _ in range(10):
        last.add(np.array([10, 0]), 10)
    assert last.counts.tolist() == [100, 0]
    for _ in range(5):
        last.add(np.array([0, 10]), 10)
    assert last.counts.tolist() == [50, 50]
    for _ in range(5):
        last.add(np.array([0, 10]), 10)
    assert last.counts.tolist() == [0, 100]


@given(BATCHES)
def test_the_window_holds_the_last_batches_and_never_less_than_its_size(batches: list[int]) -> None:
    last = window()
    for number, events in enumerate(batches):
        last.add(np.array([events, number * events]), events)
    held = last.events
    assert held >= min(SIZE, sum(batches))
    assert held < SIZE + SIZE // CHUNKS + 2 * max(batches)
    tail = list(enumerate(batches))
    while sum(events for _, events in tail) > held:
        tail.pop(0)
    assert last.counts.tolist() == [
        sum(events for _, events in tail),
        sum(number * events for number, events in tail),
    ]


@given(BATCHES)
def test_memory_does_not_grow_with_the_events(batches: list[int]) -> None:
    last = window()
    for events in batches:
        last.add(np.array([events, 0]), events)
        assert last.chunks <= CHUNKS
