"""Waiting for a condition, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T],
    *,
    timeout: float = 10,
    every: float = 0.01,
    what: str = "the condition",
) -> T:
    """Ask ``condition`` every few seconds until it gives something true, and give that back.

    Raises:
        AssertionError: ``timeout`` seconds went by.
    """
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not come true within {timeout} s"
        time.sleep(every)
    return value
