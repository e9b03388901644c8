"""Figures out of runs: percentiles, how they compare, what each stage cost a lone event."""

import math
from collections.abc import Iterator, Sequence

from tools.bench.comparisons import compared
from tools.bench.latency.play import Run
from tools.bench.latency.quantities import (
    LATE_P99,
    LONE_COMPARISONS,
    LONE_P50,
    MILLISECOND,
    RATE_COMPARISONS,
    RATE_P99,
    RATE_SHARES,
    STAGE_COSTS,
)
from tools.bench.quantities import Figure
from tools.bench.rounds import Sample, figures_of


def figures(runs: Sequence[Run]) -> list[Figure]:
    """Gather runs, given round by round, into figures."""
    samples = [sample for run in runs for sample in _samples(run)]
    worst, lone = figures_of(samples, [RATE_P99]), figures_of(samples, [LONE_P50])
    return [
        *figures_of(samples, list(RATE_SHARES)),
        *(figure for each in RATE_COMPARISONS for figure in compared(each, worst)),
        *lone,
        *(figure for each in LONE_COMPARISONS for figure in compared(each, lone)),
        *figures_of(samples, [*STAGE_COSTS.values(), LATE_P99]),
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """Give the least of at least one value that this share of them does not exceed.

    The "nearest rank", which is always one of the values.
    """
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


def _samples(run: Run) -> Iterator[Sample]:
    name, at_rate = run.subject.name, run.at_rate
    for quantity, share in RATE_SHARES.items():
        yield Sample(name, quantity, percentile(at_rate.latencies, share) / MILLISECOND)
    yield Sample(name, LONE_P50, percentile(run.lone, 0.5) / MILLISECOND)
    yield Sample(name, LATE_P99, percentile(at_rate.lateness, 0.99) / MILLISECOND)
    for stage, seconds in run.lone_stages.items():
        yield Sample(name, STAGE_COSTS[stage], seconds / MILLISECOND)
