"""When the emulator gives memory back to the system: once, after a large drain."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tools.emulator.memory import LARGE, Drains, give_back_memory


def over(*blocks: int) -> list[bool]:
    """Say of each look at the number of blocks whether a drain was over."""
    drains = Drains()
    return [drains.is_over(count) for count in blocks]


def test_a_large_drain_is_over_once_nothing_falls_any_more() -> None:
    assert over(0, 9 * LARGE, 6 * LARGE, 3 * LARGE, 0, 0) == [False] * 5 + [True]


def test_a_drain_is_over_only_once() -> None:
    assert over(9 * LARGE, 0, 0, 0, 0) == [False, False, True, False, False]


def test_the_next_drain_counts_again() -> None:
    assert over(2 * LARGE, 0, 0, 2 * LARGE, 0, 0) == [False, False, True, False, False, True]


def test_a_small_drain_is_not_worth_it() -> None:
    assert not any(over(LARGE - 1, 0, 0, LARGE - 1, 0, 0))


def test_a_backlog_that_grows_is_no_drain() -> None:
    assert not any(over(0, LARGE, 2 * LARGE, 3 * LARGE, 3 * LARGE))


@pytest.fixture
def full_collections() -> Iterator[list[int]]:
    """Count full collections; of its own the collector makes none meanwhile."""
    full: list[int] = []

    def count(phase: str, info: dict[str, int]) -> None:
        if phase == "stop" and info["generation"] == 2:
            full.append(info["collected"])

    gc.disable()
    gc.callbacks.append(count)
    yield full
    gc.callbacks.remove(count)
    gc.enable()
    gc.unfreeze()


def test_memory_is_given_back_after_each_large_drain(full_collections: list[int]) -> None:
    looks = iter([2 * LARGE, 0, 0, 0, 2 * LARGE, 0, 0])

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(give_back_memory(look_seconds=0, blocks=looks.__next__))

    assert len(full_collections) == 2
