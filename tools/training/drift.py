"""What the inputs and scores looked like in training, for the drift metrics of the worker."""

from typing import Final

import numpy as np
import pandas as pd

from schemas.manifest import CategoryShares, DriftReference, NumberShares
from schemas.tables import Kind
from tools.training.table import TrainingTable
from tools.training.threshold import Floats

BINS: Final = 10
MOST_CATEGORIES: Final = 30
MOST_DISTINCT: Final = 20
_DECIMALS: Final = 6


def drift_reference(table: TrainingTable, probabilities: Floats) -> DriftReference:
    """Count how values and scores are spread.

    Args:
        table: the customers.
        probabilities: out of fold, shape ``(n,)``.
    """
    numbers, categories = {}, {}
    for feature in table.columns:
        column = table.frame[feature.column]
        if feature.kind is Kind.CATEGORY:
            categories[feature.column] = category_shares(column)
        else:
            numbers[feature.column] = number_shares(column.to_numpy(dtype=np.float64))
    return DriftReference(
        rows=len(table.frame),
        numbers=numbers,
        categories=categories,
        score=number_shares(probabilities),
    )


def number_shares(values: Floats) -> NumberShares:
    """Bin by deciles, or by value where there are few (3 and 4 products must not be one bin).

    A value as frequent as a tenth of all rows or more makes bins fewer.

    Args:
        values: shape ``(n,)``, NaN where missing, at least one known.
    """
    known = values[~np.isnan(values)]
    edges = _edges(known)
    counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
    return NumberShares(
        edges=tuple(edges.tolist()),
        shares=tuple(_share(count, len(values)) for count in counts),
        null_share=_share(len(values) - len(known), len(values)),
    )


def _edges(known: Floats) -> Floats:
    distinct = np.unique(known)
    if len(distinct) <= MOST_DISTINCT:
        return distinct
    inner = np.linspace(0, 1, BINS + 1)[1:-1]
    return np.unique(np.quantile(known, inner, method="inverted_cdf"))


def category_shares(column: "pd.Series") -> CategoryShares:
    """Count the most frequent values, the rest together, and nulls."""
    counts = column.value_counts()
    named, rest = counts[:MOST_CATEGORIES], counts[MOST_CATEGORIES:]
    return CategoryShares(
        shares={str(value): _share(count, len(column)) for value, count in named.items()},
        other_share=_share(int(rest.sum()), len(column)),
        null_share=_share(int(column.isna().sum()), len(column)),
    )


def _share(count: int, rows: int) -> float:
    return round(float(count) / rows, _DECIMALS)
