"""The bins of one feature, as the manifest has them: where a value belongs, and what was there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from consumer.drift.psi import Floats
from schemas.manifest import CategoryShares, NumberShares

SCORE: Final = "score"
"""What the probabilities are called beside the columns, which are upper case."""
NULL, OTHER = "missing", "other values"

Places = NDArray[np.intp]


class Bins(Protocol):
    """All bins of a feature, the last for nulls."""

    @property
    def feature(self) -> str:
        """A column of the model, or :data:`SCORE`."""
        ...

    @property
    def expected(self) -> Floats:
        """Shares in training, shape ``(bins,)``."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """What each bin holds, for people."""
        ...

    def place(self, values: NDArray[Any]) -> Places:
        """Give the bin of each value, in 0..bins - 1; shape as ``values``."""
        ...


@dataclass(frozen=True, slots=True)
class NumberBins:
    """Bins between edges; a value that equals an edge is in the bin above it."""

    feature: str
    edges: Floats
    """Inner edges, rising."""
    ends: Floats
    """The edges and NaN, which sorts behind every number: above it are the nulls."""
    expected: Floats

    @classmethod
    def of(cls, feature: str, shares: NumberShares) -> Self:
        """Take over what the manifest says of a number, or of the score."""
        edges = np.array(shares.edges, dtype=np.float64)
        expected = np.array([*shares.shares, shares.null_share])
        return cls(feature, edges, np.append(edges, np.nan), expected)

    @property
    def names(self) -> tuple[str, ...]:
        """Intervals, closed below and open above."""
        if len(self.edges) == 0:
            return ("any", NULL)
        shown = [f"{edge:.3g}" if abs(edge) < 1 else f"{edge:g}" for edge in self.edges]
        between = (f"[{low}, {high})" for low, high in pairwise(shown))
        return (f"below {shown[0]}", *between, f"from {shown[-1]}", NULL)

    def place(self, values: NDArray[Any]) -> Places:
        """Look each number up; NaN is a null."""
        return np.searchsorted(self.ends, values, side="right")


@dataclass(frozen=True, slots=True)
class CategoryBins:
    """A bin for each value that was frequent in training, one for all others, one for nulls."""

    feature: str
    codes: Mapping[str | None, int]
    expected: Floats

    @classmethod
    def of(cls, feature: str, shares: CategoryShares) -> Self:
        """Take over what the manifest says of a category."""
        codes: dict[str | None, int] = {value: code for code, value in enumerate(shares.shares)}
        codes[None] = len(shares.shares) + 1
        expected = np.array([*shares.shares.values(), shares.other_share, shares.null_share])
        return cls(feature, codes, expected)

    @property
    def known(self) -> tuple[str, ...]:
        """The values that have a bin of their own, in the order of the bins."""
        return tuple(value for value in self.codes if value is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """The values of the training; what is unknown is never named."""
        return (*self.known, OTHER, NULL)

    def place(self, values: NDArray[Any]) -> Places:
        """Look each text up; None is a null."""
        return np.array(self._codes_of(values.tolist()), dtype=np.intp)

    def _codes_of(self, values: Iterable[str | None]) -> list[int]:
        code_of, other = self.codes.get, len(self.expected) - 2
        return [code_of(value, other) for value in values]
