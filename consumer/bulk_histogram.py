"""A Prometheus histogram that takes the values of a whole batch at once.

The library's own takes one value at a time, with two locks for each.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from math import inf
from threading import Lock

from prometheus_client import CollectorRegistry, Histogram, Metric
from prometheus_client.registry import Collector


class BulkHistogram(Collector):
    """A histogram without labels; it is exposed just as the library's own."""

    def __init__(
        self,
        name: str,
        documentation: str,
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._form = Histogram(name, documentation, buckets=buckets, registry=None)
        """Stays empty: only what it looks like is taken from it."""
        self._bounds = [*buckets, inf]
        self._counts = [0] * len(self._bounds)
        self._sum = 0.0
        self._lock = Lock()
        registry.register(self)

    def observe(self, values: Sequence[float]) -> None:
        """Count values; each falls into the first bucket whose bound it does not exceed."""
        found = Counter(map(bisect_left, repeat(self._bounds), values))
        with self._lock:
            self._sum += sum(values)
            for place, count in found.items():
                self._counts[place] += count

    def describe(self) -> Iterable[Metric]:
        """Say what is collected, without the values."""
        return self._form.describe()

    def collect(self) -> Iterable[Metric]:
        """Fill the form in: the buckets, each with what is in the lower ones, the count, the sum.

        What the library has behind them stays as it is.
        """
        with self._lock:
            buckets = [float(count) for count in accumulate(self._counts)]
            values = [*buckets, buckets[-1], self._sum]
        for metric in self._form.collect():
            filled = zip(metric.samples, values, strict=False)
            metric.samples[: len(values)] = [each._replace(value=value) for each, value in filled]
            yield metric
