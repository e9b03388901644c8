"""Numbers are filled, flagged and scaled, each column by itself."""

from typing import Any

import numpy as np

from consumer.model.compiled.steps import (
    Step,
    known,
    known_numbers,
    refuse_gaps_and_infinities,
    refuse_infinities,
)
from consumer.model.compiled.table import Block


def imputer(fitted: Any, example: Block) -> Step:
    """Compile a ``SimpleImputer`` of numbers that drops no column and adds no flags."""
    known_numbers(example)
    known(_marks_nan(fitted.missing_values), "missing_values")
    known(fitted.strategy in {"mean", "median", "most_frequent", "constant"}, "strategy")
    known(not fitted.add_indicator, "add_indicator")
    filling = np.asarray(fitted.statistics_, dtype=np.float64)
    known(np.isfinite(filling).all(), "a column without values")

    def transform(block: Block) -> Block:
        refuse_infinities(block)
        return np.where(np.isnan(block), filling, block)

    return transform


def missing_indicator(fitted: Any, example: Block) -> Step:
    """Compile a ``MissingIndicator`` of all columns."""
    known_numbers(example)
    known(_marks_nan(fitted.missing_values), "missing_values")
    known(fitted.features == "all" and fitted.sparse in {False, "auto"}, "features, sparse")

    def transform(block: Block) -> Block:
        refuse_infinities(block)
        return np.isnan(block)

    return transform


def _marks_nan(missing_values: object) -> bool:
    return isinstance(missing_values, float) and np.isnan(missing_values)


def binarizer(fitted: Any, example: Block) -> Step:
    """Compile a ``Binarizer``."""
    known_numbers(example)
    threshold = float(fitted.threshold)

    def transform(block: Block) -> Block:
        refuse_gaps_and_infinities(block)
        return (block > threshold).astype(np.float64)

    return transform


def scaler(fitted: Any, example: Block) -> Step:
    """Compile a ``StandardScaler``."""
    known_numbers(example)
    width = example.shape[1]
    mean = fitted.mean_ if fitted.with_mean else np.zeros(width)
    scale = fitted.scale_ if fitted.with_std else np.ones(width)

    def transform(block: Block) -> Block:
        refuse_infinities(block)
        return np.asarray((block - mean) / scale)

    return transform
