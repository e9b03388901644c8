"""The process that makes the load: one piece of work after another, each within its time."""

import operator
import os
import time
from collections.abc import Iterator

import pytest

from tools.bench.load_process import LoadProcess, TooSlow
from tools.terminal import Interruption


@pytest.fixture(scope="module")
def process() -> Iterator[LoadProcess]:
    """Give a load process that nobody interrupts."""
    with LoadProcess(Interruption()) as process:
        yield process


def test_all_work_is_done_in_one_other_process(process: LoadProcess) -> None:
    first, second = (process.run("asking", 30, os.getpid) for _ in range(2))

    assert first == second != os.getpid()


def test_what_the_work_raises_is_raised_here(process: LoadProcess) -> None:
    with pytest.raises(ZeroDivisionError):
        process.run("dividing", 30, operator.truediv, 1, 0)


def test_work_that_takes_too_long_is_given_up() -> None:
    with (
        pytest.raises(TooSlow, match="sleeping was not done within 1 s"),
        LoadProcess(Interruption()) as process,
    ):
        process.run("sleeping", 1, time.sleep, 600)


def test_an_interruption_ends_the_wait_for_the_work() -> None:
    ending = Interruption()
    ending.came = True
    with pytest.raises(KeyboardInterrupt), LoadProcess(ending) as process:
        process.run("sleeping", 600, time.sleep, 600)
