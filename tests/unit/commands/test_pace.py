"""A steady rate, on a clock that the test owns."""

from dataclasses import dataclass, field

import pytest

from tools.crm.pace import paced


@dataclass
class Clock:
    now: float = 100.0
    sleeps: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


def test_items_come_at_the_rate() -> None:
    clock = Clock()
    times = [clock.now for _ in paced(range(4), 10, clock=clock.time, sleep=clock.sleep)]
    assert times == pytest.approx([100.0, 100.1, 100.2, 100.3])


def test_somebody_who_was_late_catches_up_to_the_rate() -> None:
    clock, times = Clock(), []
    for item in paced(range(4), 10, clock=clock.time, sleep=clock.sleep):
        times.append(clock.now)
        if item == 0:
            clock.now += 0.25
    assert times == pytest.approx([100.0, 100.25, 100.25, 100.3])


def test_without_a_rate_nobody_sleeps() -> None:
    clock = Clock()
    assert list(paced(range(1_000), None, clock=clock.time, sleep=clock.sleep)) == list(
        range(1_000)
    )
    assert clock.sleeps == []
