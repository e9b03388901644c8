"""The bins of all features in one row of counts, so that a batch is counted at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.drift.bins import SCORE, Bins, CategoryBins, NumberBins, Places
from consumer.drift.psi import Floats, terms
from schemas.manifest import DriftReference
from schemas.tables import FEATURE_OF_COLUMN, Kind

Counts = NDArray[np.int64]
"""How often each bin was met, shape ``(all bins,)``."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each feature's bins begin."""

    features: tuple[Bins, ...]
    """The score first."""
    starts: Places
    sizes: Places
    expected: Floats

    @classmethod
    def of(cls, reference: DriftReference, columns: Sequence[str]) -> Self:
        """Lay out the score, and those of the model's columns that the reference has."""
        features = (NumberBins.of(SCORE, reference.score), *_bins(reference, columns))
        sizes = np.array([len(each.expected) for each in features])
        return cls(
            features=features,
            starts=np.cumsum(sizes) - sizes,
            sizes=sizes,
            expected=np.concatenate([each.expected for each in features]),
        )

    def zeros(self) -> Counts:
        """Give counts of nothing."""
        return np.zeros(len(self.expected), dtype=np.int64)

    def count(self, frame: pd.DataFrame, scores: Floats) -> Counts:
        """Count a batch that was scored.

        Args:
            frame: a data frame with the columns of the model, of n rows.
            scores: their probabilities, shape ``(n,)``.
        """
        places = [
            bins.place(scores if bins.feature == SCORE else frame[bins.feature].to_numpy()) + start
            for bins, start in zip(self.features, self.starts, strict=True)
        ]
        return np.bincount(np.concatenate(places), minlength=len(self.expected))

    def events(self, counts: Counts) -> Counts:
        """How many events were counted, by feature."""
        return np.add.reduceat(counts, self.starts)

    def shares(self, counts: Counts) -> Floats:
        """Shares of the counts, each of its own feature; 0 where nothing was counted."""
        return counts / np.maximum(np.repeat(self.events(counts), self.sizes), 1)

    def psi(self, counts: Counts) -> Floats:
        """Population stability index by feature; means nothing where nothing was counted."""
        return np.add.reduceat(terms(self.shares(counts), self.expected), self.starts)


def _bins(reference: DriftReference, columns: Sequence[str]) -> Iterable[Bins]:
    for column in columns:
        if FEATURE_OF_COLUMN[column].kind is Kind.CATEGORY:
            if column in reference.categories:
                yield CategoryBins.of(column, reference.categories[column])
        elif column in reference.numbers:
            yield NumberBins.of(column, reference.numbers[column])
