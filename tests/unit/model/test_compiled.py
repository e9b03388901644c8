"""Known steps become functions that give the same; everything else keeps its own method."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
)

from consumer.frames import frame_of
from consumer.model.compiled import compile_estimator
from consumer.model.compiled.compiler import compile_step
from consumer.model.compiled.steps import OutOfTheOrdinary, Own
from tests.unit.model.compiled_models import COLUMNS, MODELS, fitted, random_rows, training

NUMBERS = np.random.default_rng(3).normal(2, 3, (60, 3)).round(1)
GAPS = np.where(np.random.default_rng(4).random(NUMBERS.shape) < 0.2, np.nan, NUMBERS)
WORDS = np.array([["a", None, "b"], ["c", "a", None], ["b", "b", np.nan]] * 5, dtype=object)
CODES = np.round(np.abs(GAPS)).clip(0, 4)

KNOWN = [
    (OrdinalEncoder(), WORDS),
    (OrdinalEncoder(encoded_missing_value=-1), WORDS),
    (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), CODES),
    (OneHotEncoder(sparse_output=False), WORDS),
    (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), WORDS),
    (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), CODES),
    (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), CODES[:3]),
    (SimpleImputer(), GAPS),
    (SimpleImputer(strategy="median"), GAPS),
    (SimpleImputer(strategy="most_frequent"), GAPS),
    (SimpleImputer(strategy="constant", fill_value=-7.0), GAPS),
    (SimpleImputer(strategy="constant"), GAPS),
    (SimpleImputer(keep_empty_features=True), np.where([True, False, False], np.nan, GAPS)),
    (MissingIndicator(features="all"), GAPS),
    (MissingIndicator(features="all", sparse=False), GAPS),
    (Binarizer(threshold=1.0), NUMBERS),
    (StandardScaler(), GAPS),
    (StandardScaler(with_mean=False), GAPS),
    (StandardScaler(with_std=False), GAPS),
    (SplineTransformer(extrapolation="constant"), NUMBERS),
    (SplineTransformer(4, degree=1, extrapolation="constant", include_bias=False), NUMBERS),
    (SplineTransformer(6, degree=2, extrapolation="constant", knots="quantile"), NUMBERS),
    (SplineTransformer(3, degree=5, extrapolation="constant"), NUMBERS),
    (PolynomialFeatures(), NUMBERS),
    (PolynomialFeatures(interaction_only=True), NUMBERS),
    (PolynomialFeatures(include_bias=False, order="F"), NUMBERS),
    (FunctionTransformer(), GAPS),
    (FeatureUnion([("same", "passthrough"), ("gaps", MissingIndicator(features="all"))]), GAPS),
    (make_column_transformer((Binarizer(), [0, 2]), remainder="passthrough"), NUMBERS),
    (make_pipeline(SimpleImputer(), Binarizer()), GAPS),
]

UNKNOWN = [
    (OrdinalEncoder(dtype=np.float32), CODES),
    (OrdinalEncoder(min_frequency=3), WORDS),
    (OneHotEncoder(drop="first"), WORDS),
    (OneHotEncoder(handle_unknown="infrequent_if_exist"), WORDS),
    (OneHotEncoder(max_categories=2), WORDS),
    (OneHotEncoder(dtype=np.int8), WORDS),
    (SimpleImputer(add_indicator=True), GAPS),
    (SimpleImputer(missing_values=2.0), NUMBERS),
    (SimpleImputer(strategy=np.min), GAPS),
    (SimpleImputer(strategy="most_frequent"), WORDS),
    (MissingIndicator(), GAPS),
    (MissingIndicator(features="all", sparse=True), GAPS),
    (MissingIndicator(features="all", missing_values=2.0), NUMBERS),
    (SplineTransformer(extrapolation="linear"), NUMBERS),
    (SplineTransformer(extrapolation="continue"), NUMBERS),
    (SplineTransformer(extrapolation="error"), NUMBERS),
    (SplineTransformer(extrapolation="periodic"), NUMBERS),
    (SplineTransformer(degree=0, extrapolation="constant"), NUMBERS),
    (SplineTransformer(extrapolation="constant", sparse_output=True), NUMBERS),
    (PolynomialFeatures(3), NUMBERS),
    (PolynomialFeatures((2, 2)), NUMBERS),
    (FunctionTransformer(np.abs), GAPS),
    (FunctionTransformer(validate=True), NUMBERS),
    (RobustScaler(), GAPS),
    (make_pipeline(RobustScaler(), RobustScaler()), GAPS),
    (make_column_transformer((OneHotEncoder(), [0]), sparse_threshold=1), CODES),
    (make_column_transformer((Binarizer(), slice(0, 2))), NUMBERS),
    (make_column_transformer((Binarizer(), [True, False, True])), NUMBERS),
    (StandardScaler().set_output(transform="pandas"), GAPS),
]


def named(value: Any) -> str:
    return "" if isinstance(value, np.ndarray) else type(value).__name__


@pytest.mark.parametrize(("transformer", "block"), KNOWN, ids=named)
def test_a_known_step_becomes_a_function_that_gives_the_same(
    transformer: Any, block: np.ndarray[Any, Any]
) -> None:
    step = compile_step(transformer.fit(block), block)
    assert not isinstance(step, Own)
    for rows in (block, block[:1], block[::-2]):
        np.testing.assert_allclose(step(rows), transformer.transform(rows), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("transformer", "block"), UNKNOWN, ids=named)
def test_a_step_with_an_unknown_class_or_parameter_keeps_its_own_method(
    transformer: Any, block: np.ndarray[Any, Any]
) -> None:
    step = compile_step(transformer.fit(block), block)
    assert step == Own(transformer)
    assert type(step(block)) is type(transformer.transform(block))


def test_a_class_that_is_derived_from_a_known_one_keeps_its_own_method() -> None:
    class Doubled(StandardScaler):  # type: ignore[misc]  # scikit-learn has no types
        def transform(self, X: Any) -> Any:  # noqa: N803 - scikit-learn's name
            return super().transform(X) * 2

    scaler = Doubled().fit(NUMBERS)
    assert compile_step(scaler, NUMBERS) == Own(scaler)


def test_an_imputer_that_drops_a_column_keeps_its_own_method() -> None:
    empty = np.where([True, False, False], np.nan, GAPS)
    imputer = SimpleImputer().fit(empty)
    assert compile_step(imputer, empty) == Own(imputer)


@pytest.mark.parametrize("absurd", [-1e300, -5.0, 0.0, 11.0, 1e300])
def test_a_curve_goes_on_with_its_outermost_value(absurd: float) -> None:
    splines = SplineTransformer(extrapolation="constant").fit(NUMBERS)
    block = np.full((2, 3), absurd)
    given = compile_step(splines, NUMBERS)(block)
    np.testing.assert_allclose(given, splines.transform(block), atol=1e-13)


@pytest.mark.parametrize(
    "step",
    [
        MissingIndicator(features="all"),
        Binarizer(),
        OneHotEncoder(handle_unknown="ignore"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        PolynomialFeatures(),
        SimpleImputer(),
        SplineTransformer(extrapolation="constant"),
        StandardScaler(),
    ],
    ids=named,
)
def test_a_function_refuses_infinities_as_its_step_does(step: Any) -> None:
    step.fit(NUMBERS)
    infinite = np.array([[np.inf, 1.0, 1.0]])
    with pytest.raises(ValueError, match="infinity"):
        step.transform(infinite)
    with pytest.raises(OutOfTheOrdinary):
        compile_step(step, NUMBERS)(infinite)


@pytest.mark.parametrize(
    "step", [Binarizer(), PolynomialFeatures(), SplineTransformer(extrapolation="constant")]
)
def test_a_function_refuses_gaps_as_its_step_does(step: Any) -> None:
    step.fit(NUMBERS)
    gap = np.array([[np.nan, 1.0, 1.0]])
    with pytest.raises(ValueError, match="NaN"):
        step.transform(gap)
    with pytest.raises(OutOfTheOrdinary):
        compile_step(step, NUMBERS)(gap)


@pytest.mark.parametrize("step", [OneHotEncoder(), OrdinalEncoder()])
def test_a_strict_encoder_refuses_what_it_does_not_know(step: Any) -> None:
    transform = compile_step(step.fit(WORDS), WORDS)
    with pytest.raises(OutOfTheOrdinary):
        transform(np.array([["a", "a", "z"]], dtype=object))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_gives_the_same_probabilities(model: Callable[[], Any]) -> None:
    estimator = fitted(model)
    compiled = compile_estimator(estimator, training()[0])
    assert compiled is not None
    frame = frame_of(COLUMNS, random_rows(50, seed=9))
    for rows in (frame, frame.iloc[[7]], frame.iloc[::-3]):
        given = np.asarray(compiled.quickly(rows))
        expected = estimator.predict_proba(rows)
        np.testing.assert_allclose(
            given, expected if given.ndim > 1 else expected[:, 1], atol=1e-12
        )


def test_numbers_alone_need_no_column_transformer() -> None:
    frame, churned = training()
    numbers = frame[["AGE", "BALANCE"]]
    filled = numbers.fillna(0.0)
    for model, given in (
        (make_pipeline(SimpleImputer(), LogisticRegression()).fit(numbers, churned), numbers),
        (make_pipeline(PolynomialFeatures(), LogisticRegression()).fit(filled, churned), filled),
        (LogisticRegression().fit(filled, churned), filled),
    ):
        compiled = compile_estimator(model, given)
        assert compiled is not None
        expected = model.predict_proba(given)[:, 1]
        np.testing.assert_allclose(compiled.quickly(given), expected, atol=1e-12)


def test_a_model_without_a_known_step_is_not_compiled() -> None:
    frame, churned = training()
    numbers = frame[["AGE", "BALANCE"]]
    for model in (
        HistGradientBoostingClassifier(max_iter=2),
        RandomForestClassifier(2),
        make_pipeline(RobustScaler(), HistGradientBoostingClassifier(max_iter=2)),
        Pipeline([("same", "passthrough"), ("trees", HistGradientBoostingClassifier(max_iter=2))]),
    ):
        assert compile_estimator(model.fit(numbers, churned), numbers) is None


def test_three_classes_are_left_to_the_regression_itself() -> None:
    frame, _ = training()
    numbers = frame[["AGE", "BALANCE"]]
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    model.fit(numbers, np.arange(len(numbers)) % 3)
    compiled = compile_estimator(model, numbers)
    assert compiled is not None
    np.testing.assert_allclose(compiled.quickly(numbers), model.predict_proba(numbers))


def test_numbers_among_objects_are_left_to_the_regression_itself() -> None:
    frame, churned = training()
    objects = frame[["AGE"]].fillna(0.0).astype(object)
    model = make_pipeline(FunctionTransformer(), LogisticRegression()).fit(objects, churned)
    compiled = compile_estimator(model, objects)
    assert compiled is not None
    np.testing.assert_allclose(compiled.quickly(objects), model.predict_proba(objects))


def test_steps_that_give_frames_are_left_alone() -> None:
    frame, churned = training()
    numbers = frame[["AGE", "BALANCE"]]
    model = make_pipeline(SimpleImputer(), StandardScaler(), HistGradientBoostingClassifier())
    model.set_output(transform="pandas").fit(numbers, churned)
    assert compile_estimator(model, numbers) is None


def test_a_row_that_the_estimator_refuses_is_refused_by_its_own_error() -> None:
    estimator = fitted(MODELS[0])
    compiled = compile_estimator(estimator, training()[0])
    assert compiled is not None
    infinite = frame_of(COLUMNS, [("France", np.inf, 0.0, "Yes", 1.0)])
    with pytest.raises(OutOfTheOrdinary):
        compiled.quickly(infinite)
    with pytest.raises(ValueError, match="infinity"):
        compiled.predict_proba(infinite)


def test_a_frame_of_other_types_is_judged_by_the_estimator() -> None:
    estimator = fitted(MODELS[0])
    compiled = compile_estimator(estimator, training()[0])
    assert compiled is not None
    frame = frame_of(COLUMNS, random_rows(5, seed=2, gaps=0.0)).astype({"AGE": "int64"})
    with pytest.raises(OutOfTheOrdinary):
        compiled.quickly(frame)
    assert compiled.predict_proba(frame).shape == (5, 2)


def test_what_a_step_overflows_to_is_judged_by_the_estimator() -> None:
    frame, churned = training()
    filled = frame[["AGE", "BALANCE"]].fillna(0.0)
    model = make_pipeline(PolynomialFeatures(), LogisticRegression()).fit(filled, churned)
    compiled = compile_estimator(model, filled)
    assert compiled is not None
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="infinity"):
        compiled.predict_proba(frame_of(["AGE", "BALANCE"], [[1e200, 1e200]]))


def test_threads_share_a_compiled_model() -> None:
    compiled = compile_estimator(fitted(MODELS[0]), training()[0])
    assert compiled is not None
    frames = [frame_of(COLUMNS, random_rows(40, seed=seed)) for seed in range(4)]
    expected = [compiled.quickly(frame) for frame in frames]
    equal: list[bool] = []

    def score(place: int) -> None:
        given = [compiled.quickly(frames[place]) for _ in range(30)]
        equal.extend(np.array_equal(each, expected[place]) for each in given)

    threads = [threading.Thread(target=score, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert equal == [True] * 120
