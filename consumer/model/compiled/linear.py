"""The last step, a logistic regression, whose coefficients reach into the steps before it.

Products of two columns need not be laid out to be weighted and summed: 33 columns have 528.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import PolynomialFeatures

from consumer.model.compiled.containers import (
    after,
    chained,
    members,
    one_after_another,
    transformers_of,
)
from consumer.model.compiled.products import Products
from consumer.model.compiled.steps import (
    Compile,
    NotCompilable,
    Step,
    known,
    refuse_gaps_and_infinities,
)
from consumer.model.compiled.table import Input, block_of

Weights = NDArray[np.float64]

_CLASSES: Final = 2


def logistic_regression(
    before: Sequence[Any], fitted: Any, example: Input, compile_step: Compile
) -> Step:
    """Compile a ``LogisticRegression`` of two classes and the transformers before it.

    Returns:
        A function to the probabilities of the second class, shape ``(n,)``.
    """
    known(len(fitted.classes_) == _CLASSES and fitted.coef_.shape[0] == 1, "classes_")
    weights = np.asarray(fitted.coef_[0], dtype=np.float64)
    [intercept] = np.asarray(fitted.intercept_, dtype=np.float64)
    weighted = _weighted_last(before, example, weights, compile_step)

    def probability(given: Input) -> NDArray[np.float64]:
        log_odds = weighted(given) + intercept
        refuse_gaps_and_infinities(log_odds)
        return np.asarray(1 / (1 + np.exp(-log_odds)))

    return probability


def _weighted_last(
    transformers: Sequence[Any], example: Any, weights: Weights, compile_step: Compile
) -> Step:
    """Give the function to what the last transformer gives, weighted and summed."""
    if not transformers:
        return _summed(weights)
    *before, last = transformers
    functions, example = one_after_another(before, example, compile_step)
    return chained([*functions, _weighted(last, example, weights, compile_step)])


def _summed(weights: Weights) -> Step:
    return lambda given: block_of(given) @ weights


def _weighted(transformer: Any, example: Any, weights: Weights, compile_step: Compile) -> Step:
    kind = type(transformer)
    if kind is Pipeline:
        return _weighted_last(transformers_of(transformer), example, weights, compile_step)
    if kind is FeatureUnion:
        return _weighted_union(transformer, example, weights, compile_step)
    if kind is PolynomialFeatures:
        try:
            return after(block_of, Products(transformer, block_of(example)).weighted(weights))
        except NotCompilable:
            pass
    step = compile_step(transformer, example)
    known(block_of(step(example)).dtype.kind in "fb", "input")
    return after(step, _summed(weights))


def _weighted_union(union: Any, example: Any, weights: Weights, compile_step: Compile) -> Step:
    """Let each member of a ``FeatureUnion`` weight and sum its own part."""
    parts = []
    for member, weight in members(union):
        width = block_of(compile_step(member, example)(example)).shape[1]
        mine, weights = weights[:width], weights[width:]
        mine = mine if weight is None else mine * weight
        parts.append(_weighted(member, example, mine, compile_step))
    known(len(weights) == 0, "coef_")
    return lambda given: sum(part(given) for part in parts)
