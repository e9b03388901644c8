"""The metrics of a shadow model, there only where one is set. No label comes out of an event."""

from collections.abc import Iterable
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from schemas.alerts import ModelReference

Reason = Literal["behind", "failed", "incomplete", "not loaded"]
"""Why an event was not compared."""

_DIFFERENCE_BUCKETS = (
    *(-0.5, -0.2, -0.1, -0.05, -0.02, -0.01, -0.001),
    *(0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
)


class ShadowMetrics:
    """What the shadow would have changed, counted since these two models were first compared."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._decisions = Counter(
            "churn_shadow_decisions_total",
            "Events scored by both models, by what each decides: silent, high or critical.",
            ["current", "candidate", "country"],
            registry=registry,
        )
        self._difference = Histogram(
            "churn_shadow_difference",
            "The shadow's probability minus that of the current model.",
            ["country"],
            buckets=_DIFFERENCE_BUCKETS,
            registry=registry,
        )
        self._skipped = Counter(
            "churn_shadow_skipped_total",
            "Events that the current model scored and the shadow did not.",
            ["reason"],
            registry=registry,
        )
        self._info = Gauge(
            "churn_shadow_info",
            "1 for the shadow that is compared; `against` is the digest of the current model.",
            ["name", "version", "sha256", "against"],
            registry=registry,
        )
        for reason in get_args(Reason):
            self._skipped.labels(reason=reason)

    def begin(self, candidate: ModelReference, against: str) -> None:
        """Compare another pair of models from now on: what was counted of the last is dropped."""
        self._decisions.clear()
        self._difference.clear()
        self._info.clear()
        self._info.labels(candidate.name, candidate.version, candidate.sha256, against).set(1)

    def decided(self, current: str, candidate: str, country: str, count: int) -> None:
        """Count events about which the two models decide so."""
        self._decisions.labels(current, candidate, country).inc(count)

    def differs(self, country: str, differences: Iterable[float]) -> None:
        """Take in how far the probabilities of one country's customers are apart."""
        observed = self._difference.labels(country)
        for difference in differences:
            observed.observe(difference)

    def skipped(self, reason: Reason, count: int) -> None:
        """Count events that were not compared."""
        self._skipped.labels(reason=reason).inc(count)
