from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.manifest import DriftReference, NumberShares
from tests.unit.training.rows import bank, indicators
from tools.training.drift import category_shares, drift_reference, number_shares
from tools.training.table import training_table


def counted(shares: NumberShares, values: list[float]) -> list[int]:
    """Bin as whoever compares is told to: an edge belongs to the bin above it."""
    bins = [sum(value >= edge for edge in shares.edges) for value in values]
    return [bins.count(at) for at in range(len(shares.shares))]


def test_a_number_is_parted_into_tenths() -> None:
    shares = number_shares(np.arange(1000.0))
    assert len(shares.edges) == 9
    assert shares.shares == pytest.approx([0.1] * 10, abs=0.002)


def test_a_frequent_value_has_a_bin_that_begins_with_it() -> None:
    shares = number_shares(np.array([0.0] * 40 + list(range(1, 61))))
    assert shares.edges[0] == 0.0
    assert shares.shares[0] == 0.0
    assert shares.shares[1] >= 0.4


def test_few_values_have_a_bin_each() -> None:
    shares = number_shares(np.array([1.0] * 50 + [2.0] * 46 + [3.0] * 3 + [4.0]))
    assert shares.edges == (1.0, 2.0, 3.0, 4.0)
    assert shares.shares == (0.0, 0.5, 0.46, 0.03, 0.01)


def test_nulls_have_a_share_of_their_own() -> None:
    shares = number_shares(np.array([1.0, 2.0, np.nan, np.nan]))
    assert shares.null_share == 0.5
    assert sum(shares.shares) == 0.5


@given(
    st.lists(st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=60),
    st.integers(0, 20),
)
def test_shares_are_what_counting_by_the_edges_gives(values: list[float], nulls: int) -> None:
    shares = number_shares(np.array(values + [np.nan] * nulls))
    rows = len(values) + nulls
    assert shares.shares == pytest.approx(
        [count / rows for count in counted(shares, values)], abs=1e-6
    )
    assert sum(shares.shares) + shares.null_share == pytest.approx(1, abs=1e-4)


def test_a_category_has_shares_by_value_and_of_nulls() -> None:
    shares = category_shares(pd.Series(["H", "F", "F", None], dtype=object))
    assert shares.shares == {"F": 0.5, "H": 0.25}
    assert (shares.other_share, shares.null_share) == (0.0, 0.25)


def test_of_many_countries_the_rarest_are_counted_together() -> None:
    countries = [f"country {at}" for at in range(30)] * 2 + ["rare 1", "rare 2"]
    shares = category_shares(pd.Series(countries, dtype=object))
    assert len(shares.shares) == 30
    assert shares.other_share == pytest.approx(2 / 62, abs=1e-6)


def test_every_column_and_the_score_have_a_reference() -> None:
    customers, facts = bank()
    facts[0] = indicators(0, balance=None)
    table = training_table(customers, facts, as_of=date(2021, 1, 1))
    drift = drift_reference(table, np.linspace(0, 1, len(table.churned)))
    assert drift.rows == 60
    assert {*drift.numbers, *drift.categories} == set(table.frame.columns)
    assert drift.numbers["BALANCE"].null_share == pytest.approx(1 / 60, abs=1e-6)
    assert drift.score.shares == pytest.approx([0.1] * 10, abs=0.02)
    assert DriftReference.model_validate_json(drift.model_dump_json()) == drift


@pytest.mark.parametrize(
    ("edges", "shares", "said"),
    [((1.0,), (1.0,), "one share more"), ((2.0, 1.0), (0.2, 0.3, 0.5), "edges must rise")],
)
def test_bins_that_do_not_fit_together_are_refused(
    edges: tuple[float, ...], shares: tuple[float, ...], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        NumberShares(edges=edges, shares=shares)
