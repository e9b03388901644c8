"""Numbers become products of two (``PolynomialFeatures``)."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consumer.model.compiled.steps import Step, known, known_numbers, refuse_gaps_and_infinities
from consumer.model.compiled.table import Block

_DEGREE: Final = 2


class Products:
    """What a ``PolynomialFeatures`` of degree two gives: 1, each column, each product of two."""

    def __init__(self, fitted: Any, example: Block) -> None:
        known_numbers(example)
        known(type(fitted.degree) is int and fitted.degree == _DEGREE, "degree")
        self._ones = int(fitted.include_bias)
        self._width = example.shape[1]
        self._pairs = np.triu_indices(self._width, k=1 if fitted.interaction_only else 0)

    def transform(self, block: Block) -> Block:
        """Lay all of them side by side."""
        refuse_gaps_and_infinities(block)
        left, right = self._pairs
        ones = np.ones((len(block), self._ones))
        return np.concatenate([ones, block, block[:, left] * block[:, right]], axis=1)

    def weighted(self, weights: NDArray[np.float64]) -> Step:
        """Give a function to ``transform(block) @ weights`` that lays nothing out.

        It hands on what is not finite, instead of raising.
        """
        ones, singles, pairs = np.split(weights, [self._ones, self._ones + self._width])
        products = np.zeros((self._width, self._width))
        products[self._pairs] = pairs
        constant = ones.sum()

        def summed(block: Block) -> NDArray[np.float64]:
            return np.asarray(((block @ products + singles) * block).sum(axis=1) + constant)

        return summed


def polynomial(fitted: Any, example: Block) -> Step:
    """Compile a ``PolynomialFeatures`` of degree two."""
    return Products(fitted, example).transform
