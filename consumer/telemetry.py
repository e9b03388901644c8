"""Every metric of the worker, in one typed list. Names and labels are a contract with dashboards.

No metric carries a customer's id, name or any other personal data.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from consumer.bulk_histogram import BulkHistogram
from schemas.alerts import ModelReference

FinalOutcome = Literal["alert", "silent", "already_settled", "retried", "dead_lettered"]
"""What an event's delivery can come to; counted after its ack or nack.

``already_settled`` is a redelivery that the score history knows to be done with.
"""

Role = Literal["current", "shadow"]
"""What a model is for: its scores are published, or only compared."""

_BATCH_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)
_STAGE_BUCKETS = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_SWAP_BUCKETS = (0.00001, 0.0001, 0.001, 0.01, 0.1, 1)
_AGE_BUCKETS = (
    *(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    *(10, 30, 60, 300, 900, 3_600, 21_600, 86_400),
)


class _Listed:
    """The list: each metric with its name, its meaning and its labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter = partial(Counter, registry=registry)
        histogram = partial(Histogram, registry=registry)
        gauge = partial(Gauge, registry=registry)

        self.events = counter(
            "churn_events_total", "Deliveries that are final, by what became of them.", ["outcome"]
        )
        self.conservation_violations = counter(
            "churn_conservation_violations_total",
            "Batches whose outcomes were not as many as their deliveries. Must stay zero.",
        )
        self.expired_acks = counter(
            "churn_expired_acks_total",
            "Acknowledgements that came after the lease had expired; the event comes again.",
        )
        self.unknown_fields = counter(
            "churn_unknown_fields_total",
            "Fields of events that the contract does not know, and that were ignored.",
        )
        self.held_seconds = counter(
            "churn_held_seconds_total",
            "Seconds for which a dependency was away and tried again and again.",
            ["dependency"],
        )

        self.batch_size = histogram(
            "churn_batch_size", "Events in a batch.", buckets=_BATCH_BUCKETS
        )
        self.stage_seconds = histogram(
            "churn_stage_seconds",
            "Seconds that a whole batch spends in a stage: decode, recall, enrich, score (with "
            "frame and predict) and decide (with reasons) one after the other; beside them record, "
            "encode and publish; beside both settle (with confirm and ack).",
            ["stage"],
            buckets=_STAGE_BUCKETS,
        )
        self.event_age_seconds = BulkHistogram(
            "churn_event_age_seconds",
            "Seconds from an event's publication until it is final.",
            buckets=_AGE_BUCKETS,
            registry=registry,
        )

        self.inflight_messages = gauge(
            "churn_inflight_messages", "Messages received and not yet final."
        )
        self.model_info = gauge(
            "churn_model_info", "1 for the model that scores.", ["name", "version", "sha256"]
        )
        self.model_row_by_row = gauge(
            "churn_model_row_by_row",
            "1 while the model is scored row by row, because rows scored together differed.",
        )
        self.model_load_seconds = histogram(
            "churn_model_load_seconds",
            "Seconds to fetch, check and warm a new model, beside the scoring.",
            ["role"],
            buckets=_STAGE_BUCKETS,
        )
        self.model_swap_seconds = histogram(
            "churn_model_swap_seconds",
            "The longest that a batch can have waited for a new model to take over.",
            buckets=_SWAP_BUCKETS,
        )
        self.model_refused = counter(
            "churn_model_refused_total",
            "Stored models that failed a check and were not used; each generation counts once.",
            ["role"],
        )
        self.model_look_failures = counter(
            "churn_model_look_failures_total",
            "Looks for a new model that failed, such as while Cloud Storage is away.",
            ["role"],
        )
        self.dependency_up = gauge(
            "churn_dependency_up",
            "1 while a dependency answers, 0 while the worker waits for it.",
            ["dependency"],
        )
        self.health_state = gauge(
            "churn_health_state",
            "1 for the state that /readyz reports, 0 for every other.",
            ["state"],
        )


class Metrics(_Listed):
    """The worker's metrics in a registry of their own."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._model: tuple[str, str, str] | None = None
        ProcessCollector(registry=self.registry)
        super().__init__(self.registry)
        self._start_at_zero()

    def _start_at_zero(self) -> None:
        """Let rates and alerts see the first increase of each series."""
        for outcome in get_args(FinalOutcome):
            self.events.labels(outcome=outcome)
        for dependency in ("database", "pubsub", "storage"):
            self.dependency_up.labels(dependency=dependency).set(1)
            self.held_seconds.labels(dependency=dependency)
        for role in get_args(Role):
            self.model_refused.labels(role=role)
            self.model_look_failures.labels(role=role)

    def outcome(self, name: FinalOutcome, count: int = 1) -> None:
        """Count deliveries that are final, after their ack or nack."""
        self.events.labels(outcome=name).inc(count)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what one batch spends in a stage, whether it succeeds or raises."""
        started = self._clock()
        try:
            yield
        finally:
            self.stage_seconds.labels(stage=name).observe(self._clock() - started)

    def model(self, reference: ModelReference, *, row_by_row: bool) -> None:
        """Say which model scores from now on; the one before is no longer shown."""
        before, self._model = self._model, (reference.name, reference.version, reference.sha256)
        self.model_info.labels(*self._model).set(1)
        if before not in {None, self._model}:
            self.model_info.remove(*before)
        self.model_row_by_row.set(row_by_row)

    def held(self, dependency: str, seconds: float) -> None:
        """Add the time of one wait for a dependency that is away, and show it as down."""
        self.dependency_up.labels(dependency=dependency).set(0)
        self.held_seconds.labels(dependency=dependency).inc(seconds)

    def released(self, dependency: str) -> None:
        """Show a dependency as answering again."""
        self.dependency_up.labels(dependency=dependency).set(1)

    def health(self, state: str, states: tuple[str, ...]) -> None:
        """Show ``state`` as the one of ``states`` that holds."""
        for each in states:
            self.health_state.labels(state=each).set(each == state)
