"""The metrics by their names, as dashboards read them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from consumer.bulk_histogram import BulkHistogram
from consumer.drift import DriftMetrics
from consumer.telemetry import Metrics
from schemas.alerts import ModelReference


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def value(metrics: Metrics, name: str, labels: Mapping[str, str] | None = None) -> float | None:
    return metrics.registry.get_sample_value(name, dict(labels or {}))


def test_each_contracted_name_is_there() -> None:
    names = {metric.name for metric in Metrics().registry.collect()}
    assert names >= {
        "churn_events",
        "churn_conservation_violations",
        "churn_batch_size",
        "churn_stage_seconds",
        "churn_event_age_seconds",
        "churn_model_info",
        "churn_inflight_messages",
        "churn_expired_acks",
        "churn_unknown_fields",
        "churn_held_seconds",
        "churn_dependency_up",
        "churn_model_row_by_row",
        "churn_model_load_seconds",
        "churn_model_swap_seconds",
        "churn_model_refused",
        "churn_model_look_failures",
        "churn_health_state",
    }


def test_each_contracted_name_of_drift_is_there() -> None:
    registry = CollectorRegistry()
    DriftMetrics(registry)
    names = {metric.name for metric in registry.collect()}
    assert names == {"churn_drift_psi", "churn_drift_window_events"}


@pytest.mark.parametrize("outcome", ["alert", "silent", "retried", "dead_lettered"])
def test_each_outcome_shows_zero_before_the_first_event(outcome: str) -> None:
    assert value(Metrics(), "churn_events_total", {"outcome": outcome}) == 0


def test_outcomes_are_counted_apart() -> None:
    metrics = Metrics()
    metrics.outcome("alert", 3)
    metrics.outcome("silent")
    assert value(metrics, "churn_events_total", {"outcome": "alert"}) == 3
    assert value(metrics, "churn_events_total", {"outcome": "silent"}) == 1


def test_two_workers_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.outcome("alert")
    assert value(second, "churn_events_total", {"outcome": "alert"}) == 0


def test_a_stage_is_measured_when_it_fails_too() -> None:
    clock = Clock()
    metrics = Metrics(clock=clock)

    def fail_after(seconds: float) -> None:
        with metrics.stage("score"):
            clock.now += seconds
            raise LookupError

    with pytest.raises(LookupError):
        fail_after(2.5)
    assert value(metrics, "churn_stage_seconds_sum", {"stage": "score"}) == 2.5


def test_only_the_model_that_scores_is_shown() -> None:
    metrics = Metrics()
    for version, digest in (("1", "a" * 64), ("2", "b" * 64)):
        reference = ModelReference(name="churn", version=version, sha256=digest)
        metrics.model(reference, row_by_row=version == "2")
    (info,) = [each for each in metrics.registry.collect() if each.name == "churn_model_info"]
    assert [sample.labels["version"] for sample in info.samples] == ["2"]
    assert value(metrics, "churn_model_row_by_row") == 1


def test_a_held_dependency_is_down_until_it_is_released() -> None:
    metrics = Metrics()
    database = {"dependency": "database"}
    metrics.held("database", 1.5)
    assert value(metrics, "churn_dependency_up", database) == 0
    metrics.held("database", 2)
    metrics.released("database")
    assert value(metrics, "churn_dependency_up", database) == 1
    assert value(metrics, "churn_held_seconds_total", database) == 3.5


def test_one_health_state_holds_at_a_time() -> None:
    metrics = Metrics()
    metrics.health("idle", ("idle", "working"))
    metrics.health("working", ("idle", "working"))
    assert value(metrics, "churn_health_state", {"state": "idle"}) == 0
    assert value(metrics, "churn_health_state", {"state": "working"}) == 1


@given(st.lists(st.one_of(st.floats(-10, 1e6), st.sampled_from([0.0, 0.5, 1.0])), max_size=30))
def test_a_histogram_of_whole_batches_is_exposed_just_as_the_librarys_own(
    values: list[float],
) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    bulk = BulkHistogram("age_seconds", "Age.", buckets=(0.5, 1, 300), registry=ours)
    single = Histogram("age_seconds", "Age.", buckets=(0.5, 1, 300), registry=theirs)
    bulk.observe(values[:10])
    bulk.observe(values[10:])
    for value in values:
        single.observe(value)
    assert exposed(ours) == exposed(theirs)


def exposed(registry: CollectorRegistry) -> list[str]:
    """Give the lines, without the moment of creation and the last digits of the sum."""
    lines = generate_latest(registry).decode().splitlines()
    return [
        f"age_seconds_sum {float(line.split()[1]):.6g}" if "_sum " in line else line
        for line in lines
        if not line.startswith("age_seconds_created")
    ]
