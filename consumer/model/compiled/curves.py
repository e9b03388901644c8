"""Numbers become curves (``SplineTransformer``)."""

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumer.model.compiled.steps import Step, known, known_numbers, refuse_gaps_and_infinities
from consumer.model.compiled.table import Block


def spline(fitted: Any, example: Block) -> Step:
    """Compile a ``SplineTransformer`` that goes on with the outermost value."""
    known_numbers(example)
    known(fitted.extrapolation == "constant", "extrapolation")
    known(getattr(fitted, "handle_missing", "error") == "error", "handle_missing")
    known(fitted.degree >= 1 and not fitted.sparse_output, "degree, sparse_output")
    curves = [_curve(each, keep_last=fitted.include_bias) for each in fitted.bsplines_]

    def transform(block: Block) -> Block:
        refuse_gaps_and_infinities(block)
        columns = zip(curves, block.T, strict=True)
        return np.concatenate([curve(column) for curve, column in columns], axis=1)

    return transform


def _curve(basis: Any, *, keep_last: bool) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Write a B-spline basis as one polynomial between two knots and the next (Taylor's series).

    Args:
        basis: a ``scipy.interpolate.BSpline`` with the extra knots that scikit-learn lays outside.
        keep_last: give the last curve of the basis too.
    """
    degree = int(basis.k)
    knots = np.asarray(basis.t[degree:-degree], dtype=np.float64)
    starts, low, high = knots[:-1], knots[0], knots[-1]
    curves = basis.c.shape[1] - (not keep_last)
    # Of shape (degree + 1, intervals, curves), the highest power first.
    powers = np.array(
        [basis(starts, nu=power)[:, :curves] / factorial(power) for power in range(degree, -1, -1)]
    )

    def values(column: NDArray[np.float64]) -> NDArray[np.float64]:
        inside = np.minimum(np.maximum(column, low), high)
        place = starts.searchsorted(inside, side="right") - 1
        beyond = (inside - starts[place])[:, np.newaxis]
        value = powers[0].take(place, axis=0)
        for power in powers[1:]:
            value = value * beyond + power.take(place, axis=0)
        return np.asarray(value)

    return values
