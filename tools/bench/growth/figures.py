"""What is reported of the pairs, and what is aimed at."""

import os
from collections.abc import Iterator, Sequence

from tools.bench.comparisons import Comparison, compared
from tools.bench.growth.pairs import (
    FEW_CUSTOMERS,
    LARGE_BACKLOG,
    MANY_CUSTOMERS,
    ONE_WORKER,
    SMALL_BACKLOG,
    TWO_WORKERS,
)
from tools.bench.growth.play import Run
from tools.bench.quantities import SPEED, Figure, Quantity, Target
from tools.bench.rounds import Sample, figures_of

MOST = Target(1.15, at_most=True)
LARGE = (LARGE_BACKLOG, MANY_CUSTOMERS, TWO_WORKERS)
_BASES = (SMALL_BACKLOG, FEW_CUSTOMERS, ONE_WORKER)

CPU = Quantity("cpu", "CPU of all workers", "µs/event")
DATABASE_CPU = Quantity("database_cpu", "CPU of the database", "µs/event")
TIME = Quantity("time", "time", "µs/event")
CPU_GROWTH = Quantity("cpu_growth", "CPU an event, to the smaller", "times", MOST, LARGE)
TIME_GROWTH = Quantity("time_growth", "time an event, to the smaller", "times", MOST, LARGE)
_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
"""The least CPU that is counted: less is taken for so much."""


def figures(runs: Sequence[Run]) -> list[Figure]:
    """Gather runs, given round by round, into figures; comparisons stand at the end."""
    samples = [sample for run in runs for sample in _samples(run)]
    costs, times = figures_of(samples, [CPU]), figures_of(samples, [TIME])
    return [
        *figures_of(samples, [SPEED]),
        *costs,
        *figures_of(samples, [DATABASE_CPU]),
        *_growth(CPU_GROWTH, costs),
        *_growth(TIME_GROWTH, times),
    ]


def _samples(run: Run) -> Iterator[Sample]:
    name, measured = run.side.name, run.measured
    cpu_seconds = max(measured.cpu_seconds, _TICK_SECONDS)
    yield Sample(name, SPEED, measured.rate)
    yield Sample(name, TIME, 1e6 / measured.rate)
    yield Sample(name, CPU, 1e6 * cpu_seconds / measured.events)
    yield Sample(name, DATABASE_CPU, measured.database_microseconds)


def _growth(quantity: Quantity, figures: Sequence[Figure]) -> Iterator[Figure]:
    for base, large in zip(_BASES, LARGE, strict=True):
        yield from compared(Comparison(quantity, base, (large,)), figures)
