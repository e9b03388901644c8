"""A batch is counted by the bins that the manifest names."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.drift import SCORE, CategoryBins, Layout, NumberBins
from consumer.frames import frame_of
from schemas.manifest import CategoryShares, NumberShares, Value
from tests.drift import COLUMNS, REFERENCE

LAYOUT = Layout.of(REFERENCE, COLUMNS)


def counted(*rows: Sequence[Value], scores: Sequence[float] = ()) -> dict[str, list[int]]:
    given_scores = np.array(scores or [0.5] * len(rows))
    counts = LAYOUT.count(frame_of(COLUMNS, rows), given_scores)
    parts = np.split(counts, LAYOUT.starts[1:])
    return {bins.feature: part.tolist() for bins, part in zip(LAYOUT.features, parts, strict=True)}


def test_the_score_comes_first_and_then_the_models_columns() -> None:
    assert [each.feature for each in LAYOUT.features] == [SCORE, "AGE", "PAYS"]
    assert [each.feature for each in Layout.of(REFERENCE, ("PAYS", "SALAIRE")).features] == [
        SCORE,
        "PAYS",
    ]


def test_an_edge_belongs_to_the_bin_above_it_and_null_is_a_bin() -> None:
    ages: list[Value] = [29, 30, 39.9, 40, 99, None]
    assert counted(*([age, "France"] for age in ages))["AGE"] == [1, 2, 2, 1]


def test_an_unknown_category_is_another_value_and_null_is_a_bin() -> None:
    countries: list[Value] = ["France", "Atlantis", "Allemagne", None, "france", "France"]
    assert counted(*([40, country] for country in countries))["PAYS"] == [2, 1, 2, 1]


def test_scores_are_counted_by_their_own_bins() -> None:
    rows: list[list[Value]] = [[40, "France"]] * 4
    assert counted(*rows, scores=[0.0, 0.25, 0.3, 1.0])[SCORE] == [1, 2, 1, 0]


def test_each_feature_has_its_own_index() -> None:
    rows = repeated(
        (10, 20, "France"), (5, 35, "France"), (8, 35, "Allemagne"), (2, None, "Italie")
    )
    frame = frame_of(COLUMNS, rows)
    score, age, country = LAYOUT.psi(LAYOUT.count(frame, np.array([0.5] * len(rows))))
    assert score > age > 0.2
    assert country < 0.05


def test_equal_shares_have_no_index() -> None:
    rows = repeated(
        (2, 20, "France"),
        (3, 35, "France"),
        (2, 35, "Allemagne"),
        (2, 40, "Allemagne"),
        (1, None, "Italie"),
    )
    scores = np.array([0.1] * 6 + [0.5] * 3 + [0.9])
    assert LAYOUT.psi(LAYOUT.count(frame_of(COLUMNS, rows), scores)) == pytest.approx([0, 0, 0])


def repeated(*parts: tuple[int, Value, Value]) -> list[tuple[Value, Value]]:
    """Give each age and country so many times."""
    return [(age, country) for times, age, country in parts for _ in range(times)]


def test_nothing_counted_has_no_events() -> None:
    assert LAYOUT.events(LAYOUT.zeros()).tolist() == [0, 0, 0]
    assert np.isfinite(LAYOUT.psi(LAYOUT.zeros())).all()


def test_bins_are_named_for_people_and_nothing_out_of_an_event_is_a_name() -> None:
    assert [each.names for each in LAYOUT.features] == [
        ("below 0.25", "[0.25, 0.75)", "from 0.75", "missing"),
        ("below 30", "[30, 40)", "from 40", "missing"),
        ("France", "Allemagne", "other values", "missing"),
    ]


def test_a_number_that_was_always_the_same_or_never_known_has_bins() -> None:
    none = NumberBins.of("AGE", NumberShares(edges=(), shares=(0.0,), null_share=1.0))
    assert none.names == ("any", "missing")
    assert none.place(np.array([3.0, np.nan])).tolist() == [0, 1]
    one = NumberBins.of("AGE", NumberShares(edges=(1.0,), shares=(0.0, 1.0)))
    assert one.names == ("below 1", "from 1", "missing")


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), unique=True, max_size=20),
    st.lists(st.floats() | st.none(), max_size=50),
)
def test_every_number_is_in_the_bin_that_a_search_by_hand_finds(
    edges: list[float], values: list[float | None]
) -> None:
    rising = tuple(sorted(edges))
    shares = (1.0,) + (0.0,) * len(rising)
    bins = NumberBins.of("AGE", NumberShares(edges=rising, shares=shares))
    places = bins.place(np.array(values, dtype=np.float64)).tolist()
    by_hand = [
        len(rising) + 1
        if value is None or math.isnan(value)
        else sum(value >= edge for edge in rising)
        for value in values
    ]
    assert places == by_hand
    assert len(bins.names) == len(bins.expected) == len(rising) + 2


@given(st.lists(st.text(max_size=3) | st.none(), max_size=50))
def test_every_text_is_in_a_bin(values: list[str | None]) -> None:
    bins = CategoryBins.of("PAYS", CategoryShares(shares={"a": 0.5, "b": 0.5}))
    places = bins.place(np.array(values, dtype=object)).tolist()
    names = {"a": 0, "b": 1, None: 3}
    assert places == [names.get(value, 2) for value in values]
