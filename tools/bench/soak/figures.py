"""What is reported of a soak, and what is aimed at.

A tenth of a million events takes a minute or less, in which a shared machine may do something else;
so the speed's trend compares medians of several tenths, and no single one with another. The slowest
may be slower, but not by so much that the worker stood still.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from tools.bench.quantities import MEGABYTE, SPEED, Figure, Quantity, Target
from tools.bench.soak.play import Run
from tools.bench.soak.tenths import TENTHS, Tenth

NAMES = tuple(f"tenth {number}" for number in range(1, TENTHS + 1))
WHOLE = "whole run"

CPU = Quantity("cpu", "CPU", "µs/event")
MEMORY = Quantity("memory", "memory", "MB", Target(400, at_most=True), NAMES)
PEAK = Quantity("peak", "peak memory", "MB", Target(400, at_most=True), (WHOLE,))
MEMORY_CHANGE = Quantity(
    "memory_change", "memory, last from second tenth", "%", Target(5, at_most=True), (WHOLE,)
)
SPEED_TREND = Quantity(
    "speed_trend", "speed, last five tenths to earlier", "times", Target(0.85), (WHOLE,)
)
SPEED_SLOWEST = Quantity(
    "speed_slowest", "speed, slowest tenth to median", "times", Target(0.7), (WHOLE,)
)


def figures(run: Run) -> list[Figure]:
    """Give the figures of the tenths, then those of the whole."""
    return [*_by_tenth(run.tenths), *_of_the_whole(run)]


def _by_tenth(tenths: Sequence[Tenth]) -> Iterator[Figure]:
    values = {
        SPEED: [tenth.rate for tenth in tenths],
        CPU: [tenth.cpu_microseconds for tenth in tenths],
        MEMORY: [tenth.resident_bytes / MEGABYTE for tenth in tenths],
    }
    for quantity, of_tenths in values.items():
        for name, value in zip(NAMES, of_tenths, strict=True):
            yield Figure(name, quantity, (value,))


def _of_the_whole(run: Run) -> Iterator[Figure]:
    """Leave the first tenth out: it holds the worker's warming up."""
    warm = run.tenths[1:]
    rates = [tenth.rate for tenth in warm]
    change = abs(warm[-1].resident_bytes / warm[0].resident_bytes - 1)
    earlier, later = rates[: -TENTHS // 2], rates[-TENTHS // 2 :]
    for quantity, value in (
        (PEAK, run.peak_bytes / MEGABYTE),
        (MEMORY_CHANGE, 100 * change),
        (SPEED_TREND, _times(median(later), median(earlier))),
        (SPEED_SLOWEST, _times(min(rates), median(rates))),
    ):
        yield Figure(WHOLE, quantity, (value,))


def _times(rate: float, base: float) -> float:
    """Divide rates; 0 where the base is, in a backlog of fewer than ten batches."""
    return rate / base if base else 0.0
