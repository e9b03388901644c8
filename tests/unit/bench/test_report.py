"""Figures of several rounds: their spread, their targets, and how they are reported."""

import pytest

from tools.bench.machine import this_machine
from tools.bench.quantities import Figure, Quantity, Spread, Target
from tools.bench.report import Report, TargetMissed
from tools.bench.rounds import Sample, figures_of, interleaved

SPEED = Quantity("speed", "how fast", "messages/s", Target(100), targeted=("ours",))
START = Quantity("start", "how soon", "s", Target(1.0, at_most=True), targeted=("ours",))


def report(*figures: Figure) -> Report:
    return Report("example", this_machine(["grpcio"]), {"rounds": 3}, figures)


def test_rounds_take_turns_over_what_is_compared() -> None:
    measured = interleaved(["a", "b"], 2, lambda name: [Sample(name, SPEED, 1.0)])

    assert [sample.subject for sample in measured] == ["a", "b", "a", "b"]


def test_figures_gather_the_rounds_in_the_order_of_the_quantities() -> None:
    samples = [
        Sample("ours", START, 0.5),
        Sample("ours", SPEED, 90.0),
        Sample("theirs", SPEED, 70.0),
        Sample("ours", START, 0.7),
    ]

    assert figures_of(samples, [SPEED, START]) == [
        Figure("ours", SPEED, (90.0,)),
        Figure("theirs", SPEED, (70.0,)),
        Figure("ours", START, (0.5, 0.7)),
    ]


def test_a_figure_is_judged_by_its_median() -> None:
    assert Figure("ours", SPEED, (10.0, 100.0, 101.0)).passed is True
    assert Figure("ours", SPEED, (99.0, 10.0, 500.0)).passed is False
    assert Figure("ours", SPEED, (10.0, 100.0, 101.0)).spread == Spread(10.0, 100.0, 101.0)


def test_a_target_can_be_a_most() -> None:
    assert Figure("ours", START, (1.0,)).passed is True
    assert Figure("ours", START, (1.1,)).passed is False


def test_only_those_that_a_target_is_for_are_judged() -> None:
    assert Figure("theirs", SPEED, (1.0,)).passed is None


def test_a_missed_target_is_named() -> None:
    with pytest.raises(TargetMissed, match=r"missed its target: speed of ours$"):
        report(Figure("ours", SPEED, (1.0,)), Figure("ours", START, (0.5,))).require_targets()


def test_met_targets_are_no_failure() -> None:
    report(Figure("ours", SPEED, (100.0,)), Figure("theirs", SPEED, (1.0,))).require_targets()


def test_a_report_says_where_it_was_measured() -> None:
    machine = report().document()["machine"]

    assert machine["cores"] >= 1
    assert machine["versions"].keys() == {"grpcio"}
