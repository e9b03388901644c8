"""Runs of consumers become figures: speeds, ratios round by round, the cost by stage."""

import itertools

import pytest
from prometheus_client import generate_latest

from consumer.pipeline import conclude, judge
from consumer.telemetry import Metrics
from tests.builders import POLICY, LogisticModel, RecordedProfiles, profile, update
from tools.bench.quantities import Figure
from tools.bench.watch import Measured
from tools.bench.worker.figures import figures
from tools.bench.worker.play import Run
from tools.bench.worker.stages import STAGES, stage_microseconds
from tools.bench.worker.subjects import ALL, ALL_ON, GOOGLE_NO_OP, PER_MESSAGE, WORKER

SUBJECTS = {subject.name: subject for subject in ALL}
AFTER_THE_PIPELINE = ("encode", "publish", "confirm", "ack")


def run(name: str, seconds: float, **stages: float) -> Run:
    measured = Measured(
        events=1_000,
        seconds=seconds,
        cpu_seconds=0.1,
        database_cpu_seconds=0.02,
        peak_bytes=200_000_000,
    )
    history = 700.0 if name == ALL_ON else 0.0
    return Run(SUBJECTS[name], measured, alert_share=0.25, stages=stages, history_bytes=history)


def figure(found: list[Figure], quantity: str, subject: str) -> Figure:
    [only] = [one for one in found if (one.quantity.key, one.subject) == (quantity, subject)]
    return only


def test_speed_cpu_memory_and_alerts_are_given_in_their_units() -> None:
    found = figures([run(WORKER, 0.5)])

    assert figure(found, "speed", WORKER).values == (2_000,)
    assert figure(found, "cpu", WORKER).values == pytest.approx((100,))
    assert figure(found, "memory", WORKER).values == (200,)
    assert figure(found, "alerts", WORKER).values == (25,)


def test_the_database_has_its_share_and_the_history_its_size() -> None:
    found = figures([run(GOOGLE_NO_OP, 0.1), run(WORKER, 0.5), run(ALL_ON, 0.5)])

    assert figure(found, "database_cpu", WORKER).values == pytest.approx((20,))
    assert figure(found, "history", ALL_ON).values == (700,)
    subjects = {one.subject for one in found if one.quantity.key in {"database_cpu", "history"}}
    assert subjects == {WORKER, ALL_ON}


def test_speeds_are_compared_with_those_of_the_same_round() -> None:
    rounds = [(GOOGLE_NO_OP, 1.0), (WORKER, 2.0), (GOOGLE_NO_OP, 4.0), (WORKER, 4.0)]

    found = figures([run(name, seconds) for name, seconds in rounds])

    assert figure(found, "to_google_no_op", WORKER).values == pytest.approx((0.5, 1.0))
    assert figure(found, "to_google_no_op", WORKER).passed is False


def test_the_targets_are_those_of_the_worker() -> None:
    found = figures([run(PER_MESSAGE, 100), run(WORKER, 1.0), run(ALL_ON, 1.6)])

    verdicts = {(one.quantity.key, one.subject): one.passed for one in found}
    assert {pair: passed for pair, passed in verdicts.items() if passed is not None} == {
        ("cpu", WORKER): True,
        ("memory", WORKER): True,
        ("memory", ALL_ON): True,
        ("to_per_message", WORKER): True,
        ("to_worker", ALL_ON): True,
    }


def test_without_its_base_nothing_is_compared() -> None:
    assert not [one for one in figures([run(WORKER, 1.0)]) if one.quantity.key.startswith("to_")]


def test_the_cost_by_stage_stands_at_the_end() -> None:
    found = figures([run(WORKER, 1.0, decode=8.0, ack=3.0)])

    assert [one.quantity.key for one in found[-2:]] == ["stage_decode", "stage_ack"]
    assert found[-2].values == (8.0,)


def test_stages_are_read_from_the_metrics_that_the_worker_serves() -> None:
    metrics = Metrics(clock=itertools.count().__next__)
    for stage in ("ack", "decode", "decode"):
        with metrics.stage(stage):
            pass  # the clock goes on by a second

    page = generate_latest(metrics.registry).decode()

    assert stage_microseconds(page, events=4) == {"decode": 500_000, "ack": 250_000}


def test_what_a_stage_holds_inside_it_is_counted_once() -> None:
    metrics = Metrics(clock=itertools.count().__next__)
    with metrics.stage("decide"), metrics.stage("reasons"):
        pass  # the outer one lasts for 3 seconds, the inner one for 1

    page = generate_latest(metrics.registry).decode()

    assert stage_microseconds(page, events=1) == {"reasons": 1_000_000, "decide": 2_000_000}


def test_every_stage_of_the_pipeline_is_reported() -> None:
    metrics = Metrics()
    judged = judge(
        [update(1)],
        topic="t",
        profiles=RecordedProfiles({1: profile(1)}),
        model=LogisticModel(),
        policy=POLICY,
        stage=metrics.stage,
    )
    conclude(judged, stage=metrics.stage)

    page = generate_latest(metrics.registry).decode()

    assert (*stage_microseconds(page, events=1), *AFTER_THE_PIPELINE) == STAGES
