"""The index, by numbers and by what must hold for all of them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.drift.psi import FLOOR, Verdict, terms, verdict

SHARES = st.lists(st.integers(0, 1_000), min_size=2, max_size=12).filter(any)


def psi(actual: list[float], expected: list[float]) -> float:
    return float(terms(np.array(actual), np.array(expected)).sum())


def normed(counts: list[int]) -> list[float]:
    return [count / sum(counts) for count in counts]


def test_the_index_is_the_sum_over_the_bins() -> None:
    by_hand = (0.6 - 0.5) * math.log(0.6 / 0.5) + (0.4 - 0.5) * math.log(0.4 / 0.5)
    assert psi([0.6, 0.4], [0.5, 0.5]) == pytest.approx(by_hand)


def test_a_bin_that_is_empty_on_one_side_counts_with_the_floor() -> None:
    expected = (0.1 - FLOOR) * math.log(0.1 / FLOOR)
    assert terms(np.array([0.1]), np.array([0.0])) == pytest.approx([expected])
    assert terms(np.array([0.0]), np.array([0.1])) == pytest.approx([expected])
    assert terms(np.array([0.0]), np.array([0.0])) == pytest.approx([0])


@given(SHARES)
def test_equal_shares_have_no_index(counts: list[int]) -> None:
    assert psi(normed(counts), normed(counts)) == 0


@given(
    st.integers(2, 12).flatmap(
        lambda n: st.tuples(*[st.lists(st.floats(0, 1), min_size=n, max_size=n)] * 2)
    )
)
def test_no_bin_lowers_the_index_and_it_is_the_same_both_ways(
    shares: tuple[list[float], list[float]],
) -> None:
    actual, expected = map(np.array, shares)
    assert (terms(actual, expected) >= 0).all()
    assert terms(actual, expected) == pytest.approx(terms(expected, actual))


@given(SHARES, st.data())
def test_the_further_events_move_the_higher_the_index(
    counts: list[int], data: st.DataObject
) -> None:
    expected = normed(counts)
    target = [0.0] * len(expected)
    target[data.draw(st.integers(0, len(expected) - 1))] = 1.0
    moved = [
        [(1 - part) * e + part * t for e, t in zip(expected, target, strict=True)]
        for part in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    indices = [psi(each, expected) for each in moved]
    assert all(low <= high + 1e-12 for low, high in pairwise(indices))


@pytest.mark.parametrize(
    ("index", "events", "read"),
    [
        (0.0999, 500, "stable"),
        (0.1, 500, "watch"),
        (0.1999, 500, "watch"),
        (0.2, 500, "act"),
        (5.0, 499, "too few"),
    ],
)
def test_an_index_is_read_by_the_rule_of_thumb(index: float, events: int, read: Verdict) -> None:
    assert verdict(index, events) == read
