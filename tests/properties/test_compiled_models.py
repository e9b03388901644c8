"""For any rows a compiled model gives what its estimator gives, and refuses what that refuses."""

import pickle
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from consumer.frames import frame_of
from consumer.model.compiled import CompiledEstimator, compile_estimator
from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, FEATURES, MAX_FLOAT, Kind
from tests.unit.model.compiled_models import COLUMNS, MODELS, fitted, training
from tools.sample import sample_model

TOLERANCE = 1e-9
"""Scores are rounded to eight decimals."""

ALL_COLUMNS = tuple(feature.column for feature in FEATURES)

words = st.one_of(
    st.none(),
    st.sampled_from(["France", "Espagne", "Allemagne", "H", "F", "Yes", "No", "Italie", "", "nan"]),
    st.text(max_size=4),
)
numbers = st.one_of(
    st.none(),
    st.integers(-2, 5).map(float),
    st.floats(0, 250_000),
    st.sampled_from([18.0, 90.0, -0.0, 1e9, -1e9, MAX_FLOAT, -MAX_FLOAT, 5e-324]),
)


def rows_of(columns: Sequence[str]) -> st.SearchStrategy[list[tuple[Value, ...]]]:
    kinds = [FEATURE_OF_COLUMN[column].kind for column in columns]
    values = [words if kind is Kind.CATEGORY else numbers for kind in kinds]
    return st.lists(st.tuples(*values), min_size=1, max_size=12)


@cache
def compiled(model: Callable[[], Any]) -> CompiledEstimator:
    found = compile_estimator(fitted(model), training()[0])
    assert found is not None
    return found


@cache
def compiled_sample() -> CompiledEstimator:
    sample = sample_model()
    rows = [row.values for row in sample.manifest.golden]
    found = compile_estimator(pickle.loads(sample.pickle), frame_of(ALL_COLUMNS, rows))
    assert found is not None
    return found


def answer(ask: Callable[[Any], Any], frame: Any) -> NDArray[np.float64] | type[Exception]:
    try:
        with np.errstate(all="ignore"):
            given = np.asarray(ask(frame))
    except Exception as problem:  # noqa: BLE001 - a model may raise anything
        return type(problem)
    return given if given.ndim == 1 else given[:, 1]


def assert_equal_answers(
    model: CompiledEstimator, columns: Sequence[str], rows: Sequence[tuple[Value, ...]]
) -> None:
    frame = frame_of(columns, rows)
    expected = answer(model.estimator.predict_proba, frame)
    quickly = answer(model.quickly, frame)
    if isinstance(expected, type):
        assert isinstance(quickly, type) or not np.isfinite(quickly).all()
        assert answer(model.predict_proba, frame) is expected
        return
    found = [answer(model.predict_proba, frame)]
    if not isinstance(quickly, type):
        found.append(quickly)
    for each in found:
        assert not isinstance(each, type)
        np.testing.assert_allclose(each, expected, rtol=0, atol=TOLERANCE)


@given(rows=rows_of(ALL_COLUMNS))
def test_the_sample_model_gives_the_same_for_any_rows(rows: list[tuple[Value, ...]]) -> None:
    model = compiled_sample()
    assert not isinstance(answer(model.quickly, frame_of(ALL_COLUMNS, rows)), type)
    assert_equal_answers(model, ALL_COLUMNS, rows)


@settings(deadline=None)
@given(model=st.sampled_from(MODELS), rows=rows_of(COLUMNS))
def test_each_model_gives_the_same_for_any_rows_or_refuses_them(
    model: Callable[[], Any], rows: list[tuple[Value, ...]]
) -> None:
    assert_equal_answers(compiled(model), COLUMNS, rows)


@given(rows=rows_of(ALL_COLUMNS))
def test_a_score_does_not_depend_on_the_rows_beside_it(rows: list[tuple[Value, ...]]) -> None:
    frame = frame_of(ALL_COLUMNS, rows)
    alone = [compiled_sample().quickly(frame.iloc[[row]])[0] for row in range(len(frame))]
    together = compiled_sample().quickly(frame)
    np.testing.assert_allclose(together, alone, rtol=0, atol=TOLERANCE)
