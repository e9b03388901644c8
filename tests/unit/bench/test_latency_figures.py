"""Runs become figures: percentiles, ratios round by round, the cost of stages."""

import pytest

from tools.bench.latency.figures import figures, percentile
from tools.bench.latency.load import Measured
from tools.bench.latency.play import Run
from tools.bench.latency.subjects import ALL, ECHO, GOOGLE_ECHO, WORKER
from tools.bench.quantities import Figure

SUBJECTS = {subject.name: subject for subject in ALL}


def run(name: str, *, worst: float, lone: float, **stages: float) -> Run:
    """One of a hundred events takes ``worst`` seconds at the rate, another three times that."""
    latencies = [3 * worst, *[0.001] * 98, worst]
    return Run(SUBJECTS[name], [lone], Measured(latencies, [0.0005] * 100), stages)


def figure(found: list[Figure], quantity: str, subject: str) -> Figure:
    [only] = [one for one in found if (one.quantity.key, one.subject) == (quantity, subject)]
    return only


def test_a_percentile_is_the_least_value_that_the_share_does_not_exceed() -> None:
    values = [4.0, 1.0, 3.0, 2.0]

    shares = (0.01, 0.25, 0.26, 0.5, 0.99, 1.0)
    assert [percentile(values, share) for share in shares] == [1.0, 1.0, 2.0, 2.0, 4.0, 4.0]


def test_latencies_are_given_in_milliseconds() -> None:
    found = figures([run(ECHO, worst=0.02, lone=0.015)])

    values = {one.quantity.key: one.values for one in found}
    assert values == {
        "rate_p50": pytest.approx((1,)),
        "rate_p90": pytest.approx((1,)),
        "rate_p99": pytest.approx((20,)),
        "rate_max": pytest.approx((60,)),
        "lone_p50": pytest.approx((15,)),
        "late_p99": pytest.approx((0.5,)),
    }


def test_latencies_are_compared_with_those_of_the_same_round() -> None:
    found = figures(
        [
            run(GOOGLE_ECHO, worst=0.02, lone=0.01),
            run(WORKER, worst=0.03, lone=0.015),
            run(GOOGLE_ECHO, worst=0.02, lone=0.01),
            run(WORKER, worst=0.08, lone=0.02),
        ]
    )

    at_rate = figure(found, "rate_p99_to_google_echo", WORKER)
    lone = figure(found, "lone_p50_to_google_echo", WORKER)
    assert at_rate.values == pytest.approx((1.5, 4.0))
    assert lone.values == pytest.approx((1.5, 2.0))
    assert (at_rate.passed, lone.passed) == (False, False)


def test_only_the_worker_has_targets_and_only_beside_googles_clients() -> None:
    everybody = [run(name, worst=0.02, lone=0.01) for name in SUBJECTS]

    judged = {(one.quantity.key, one.subject): one.passed for one in figures(everybody)}

    assert {pair: passed for pair, passed in judged.items() if passed is not None} == {
        ("rate_p99_to_google_echo", WORKER): True,
        ("lone_p50_to_google_echo", WORKER): True,
    }


def test_the_stages_of_a_lone_event_are_shown_in_milliseconds() -> None:
    found = figures([run(WORKER, worst=0.02, lone=0.01, predict=0.004, confirm=0.006)])

    assert figure(found, "lone_stage_predict", WORKER).values == pytest.approx((4,))
    assert figure(found, "lone_stage_confirm", WORKER).values == pytest.approx((6,))
