"""Figures out of runs: what each consumer took, how they compare, what each stage cost."""

from collections.abc import Iterator, Sequence

from tools.bench.comparisons import compared
from tools.bench.quantities import MEGABYTE, SPEED, Figure
from tools.bench.rounds import Sample, figures_of
from tools.bench.worker.play import Run
from tools.bench.worker.quantities import (
    ALERTS,
    COMPARISONS,
    CPU,
    DATABASE_CPU,
    HISTORY,
    MEMORY,
    STAGE_COSTS,
)


def figures(runs: Sequence[Run]) -> list[Figure]:
    """Gather runs, given round by round, into figures; the cost by stage stands at the end."""
    samples = [sample for run in runs for sample in _samples(run)]
    speeds = figures_of(samples, [SPEED])
    return [
        *speeds,
        *figures_of(samples, [CPU, MEMORY, ALERTS, DATABASE_CPU, HISTORY]),
        *(figure for each in COMPARISONS for figure in compared(each, speeds)),
        *figures_of(samples, list(STAGE_COSTS.values())),
    ]


def _samples(run: Run) -> Iterator[Sample]:
    name, measured = run.subject.name, run.measured
    yield Sample(name, SPEED, measured.rate)
    yield Sample(name, CPU, measured.cpu_microseconds)
    yield Sample(name, MEMORY, measured.peak_bytes / MEGABYTE)
    if run.subject.raises_alerts:
        yield Sample(name, ALERTS, 100 * run.alert_share)
        yield Sample(name, DATABASE_CPU, measured.database_microseconds)
    if run.history_bytes:
        yield Sample(name, HISTORY, run.history_bytes)
    for stage, microseconds in run.stages.items():
        yield Sample(name, STAGE_COSTS[stage], microseconds)
