"""Which classes become functions, and how a whole estimator does."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
)

from consumer.model.compiled.containers import (
    chained,
    column_transformer,
    feature_union,
    one_after_another,
    pipeline,
    transformers_of,
)
from consumer.model.compiled.curves import spline
from consumer.model.compiled.encoders import one_hot, ordinal
from consumer.model.compiled.estimator import CompiledEstimator
from consumer.model.compiled.linear import logistic_regression
from consumer.model.compiled.numbers import binarizer, imputer, missing_indicator, scaler
from consumer.model.compiled.products import polynomial
from consumer.model.compiled.steps import Compile, NotCompilable, Own, Step, known
from consumer.model.compiled.table import Block, Input, Table, block_of

_CONTAINERS: Final[Mapping[type, Callable[[Any, Input, Compile], Step]]] = MappingProxyType(
    {ColumnTransformer: column_transformer, FeatureUnion: feature_union, Pipeline: pipeline}
)

_LEAVES: Final[Mapping[type, Callable[[Any, Block], Step]]] = MappingProxyType(
    {
        Binarizer: binarizer,
        MissingIndicator: missing_indicator,
        OneHotEncoder: one_hot,
        OrdinalEncoder: ordinal,
        PolynomialFeatures: polynomial,
        SimpleImputer: imputer,
        SplineTransformer: spline,
        StandardScaler: scaler,
    }
)


def compile_estimator(estimator: Any, frame: pd.DataFrame) -> CompiledEstimator | None:
    """Compile a fitted estimator.

    Args:
        estimator: has ``predict_proba``.
        frame: rows that the estimator takes, as :mod:`consumer.frames` lays them out. Others are
            expected to have the same columns and types.

    Returns:
        What gives the same probabilities; None where no step becomes a function.

    Raises:
        Exception: whatever a fitted attribute that is not as expected leads to.
    """
    table = Table.of(frame)
    try:
        function = _probabilities(estimator, table)
    except NotCompilable:
        return None
    compiled = CompiledEstimator.of(estimator, function, table)
    if not np.isfinite(compiled.quickly(frame)).all():
        return None
    return compiled


def _probabilities(estimator: Any, table: Table) -> Step:
    known(sklearn.get_config()["transform_output"] == "default", "transform_output")
    steps = transformers_of(estimator) if type(estimator) is Pipeline else [estimator]
    *before, last = steps
    if type(last) is LogisticRegression:
        try:
            return logistic_regression(before, last, table, compile_step)
        except NotCompilable:
            pass
    functions, _ = one_after_another(before, table, compile_step)
    known(not all(isinstance(each, Own) for each in functions), "steps")
    return chained([*functions, Own(last, "predict_proba")])


def compile_step(transformer: Any, example: Any) -> Step:
    """Give the function that a fitted transformer becomes, or its own ``transform``.

    Args:
        transformer: fitted, or "passthrough".
        example: what it is given for some rows.
    """
    if transformer == "passthrough":
        return _passed_through
    try:
        return _compiled(transformer, example)
    except NotCompilable:
        return Own(transformer)


def _compiled(transformer: Any, example: Any) -> Step:
    kind = type(transformer)
    known(isinstance(example, Table | np.ndarray), "input")
    output = getattr(transformer, "_sklearn_output_config", {})
    known(output.get("transform", "default") == "default", "set_output")
    if kind is FunctionTransformer:
        known(transformer.func is None and not transformer.validate, "func, validate")
        return _passed_through
    if kind in _CONTAINERS:
        return _CONTAINERS[kind](transformer, example, compile_step)
    known(kind in _LEAVES, "class")
    leaf = _LEAVES[kind](transformer, block_of(example))
    return _after_block(leaf) if isinstance(example, Table) else leaf


def _after_block(leaf: Step) -> Step:
    return lambda table: leaf(table.block())


def _passed_through(given: Any) -> Any:
    return given
