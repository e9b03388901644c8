"""How right each model is, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from tests.unit.what_if.pairs import entries, event, tally
from tools.what_if.quality import FEW, quality
from tools.what_if.truth import nobody_knows, truth_of

METRICS = {"f1": f1_score, "precision": precision_score, "recall": recall_score}

customers = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1)


@settings(max_examples=40)
@given(customers)
def test_the_metrics_are_those_of_scikit_learn(some: list[tuple[bool, bool, bool]]) -> None:
    left, current, candidate = (np.array(each, dtype=np.bool_) for each in zip(*some, strict=True))
    measured = quality(left, current, candidate)
    if measured is None:
        assert not left.any()
        return
    assert (measured.customers, measured.left) == (len(some), left.sum())
    for name, metric in (
        ("f1", f1_score),
        ("precision", precision_score),
        ("recall", recall_score),
    ):
        assert measured.metrics[name].current == pytest.approx(
            metric(left, current, zero_division=0.0)
        )
        assert measured.metrics[name].candidate == pytest.approx(
            metric(left, candidate, zero_division=0.0)
        )


def bank(size: int = 1_000) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """A fifth left; the current model finds half of those, the candidate nine in ten."""
    numbers = np.arange(size)
    left = numbers % 5 == 0
    return [left, left & (numbers % 10 == 0), left & (numbers % 50 != 0)]


def test_a_clearly_better_candidate_is_better_beyond_chance() -> None:
    measured = quality(*bank())
    assert measured is not None
    difference = measured.metrics["f1"].difference_interval
    assert difference is not None
    assert 0 < difference.low < measured.metrics["f1"].difference < difference.high


def test_models_that_decide_the_same_differ_by_nothing_in_any_draw() -> None:
    left, current, _ = bank()
    measured = quality(left, current, current)
    assert measured is not None
    difference = measured.metrics["f1"].difference_interval
    assert difference is not None
    assert difference.low == difference.high == 0
    interval = measured.metrics["recall"].current_interval
    assert interval is not None
    assert interval.low < 0.5 < interval.high


def test_with_few_leavers_there_are_values_and_no_intervals() -> None:
    measured = quality(*bank(5 * (FEW - 1)))
    assert measured is not None
    assert not measured.is_enough
    assert measured.metrics["f1"].difference_interval is None


def test_what_events_say_goes_before_the_database_which_is_asked_about_the_others_alone() -> None:
    counted = tally(entries([event(1, churn="Yes"), event(2, churn="No"), event(3), event(4)]))
    asked: list[int] = []

    def read(ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[int, bool]:
        asked.extend(ids.tolist())
        return {1: False, 3: True}

    known, left = truth_of(counted.scores, counted.truths, read)
    assert asked == [3, 4]
    assert known.tolist() == [True, True, True, False]
    assert left[known].tolist() == [True, False, True]


def test_where_all_events_say_it_nobody_is_asked() -> None:
    counted = tally(entries([event(1, churn="Yes")]))

    def read(ids: object) -> dict[int, bool]:
        raise AssertionError(ids)

    assert truth_of(counted.scores, counted.truths, read)[0].tolist() == [True]


def test_where_nobody_knows_nothing_is_known() -> None:
    counted = tally(entries([event(1), event(2)]))
    known, _ = truth_of(counted.scores, counted.truths, nobody_knows)
    assert known.tolist() == [False, False]
