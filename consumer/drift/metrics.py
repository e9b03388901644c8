"""The metrics of drift; no value is there before it means something."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge


class DriftMetrics:
    """What the window of the model in use says. Labels are columns, ``score`` and the version."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._psi = Gauge(
            "churn_drift_psi",
            "Population stability index of the last events against the model's training data.",
            ["feature"],
            registry=registry,
        )
        self._events = Gauge(
            "churn_drift_window_events",
            "Events in the window that churn_drift_psi is about.",
            ["version"],
            registry=registry,
        )

    def begin(self) -> None:
        """Show nothing of the model before."""
        self._psi.clear()
        self._events.clear()

    def filled(self, version: str, events: int) -> None:
        """Show how many events of a model's version the window holds."""
        self._events.labels(version).set(events)

    def drifted(self, indices: Iterable[tuple[str, float]]) -> None:
        """Show the index of each feature."""
        for feature, index in indices:
            self._psi.labels(feature).set(index)
