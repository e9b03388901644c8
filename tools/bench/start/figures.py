"""What is reported of starts, and what is aimed at."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tools.bench.quantities import Figure, Quantity, Target
from tools.bench.start.play import Run

WORKER = "worker"
START = Quantity("start", "start to first alert", "s", Target(6, at_most=True), (WORKER,))
IMPORTS = Quantity("imports", "imports alone", "s", Target(3.5, at_most=True), (WORKER,))
PACKAGE = Quantity("package", "imports of a package's own modules", "s")


def figures(runs: Sequence[Run], packages: Mapping[str, float], shown: int) -> list[Figure]:
    """Give the figures of all rounds, then the packages that take the longest to import.

    Args:
        runs: at least one.
        packages: seconds by package, the greatest first.
        shown: how many of them.
    """
    return [
        Figure(WORKER, START, tuple(run.seconds for run in runs)),
        Figure(WORKER, IMPORTS, tuple(run.import_seconds for run in runs)),
        *_largest(packages, shown),
    ]


def _largest(packages: Mapping[str, float], shown: int) -> Iterator[Figure]:
    for name, seconds in islice(packages.items(), shown):
        yield Figure(name, PACKAGE, (seconds,))
