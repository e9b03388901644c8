"""What the manifest says of each column, and the golden rows.

A golden row draws each column on its own, so that none is a real customer.
"""

from typing import Final

import numpy as np
import pandas as pd

from consumer.frames import frame_of
from consumer.model.scoring import Estimator, probabilities
from schemas.manifest import GoldenRow, ModelColumn, Value
from schemas.tables import Feature, Kind
from tools.training.table import TrainingTable

WHOLE_ROWS: Final = 12
UNKNOWN_COUNTRY: Final = "Atlantis"


def model_columns(table: TrainingTable) -> tuple[ModelColumn, ...]:
    """Describe the columns; every one may be null."""
    return tuple(
        ModelColumn(
            name=feature.column,
            kind=feature.kind,
            nullable=True,
            reference=_reference(feature, table.frame[feature.column]),
        )
        for feature in table.columns
    )


def _reference(feature: Feature, column: "pd.Series") -> Value:
    """Give the median or, for categories, the most frequent value."""
    known = column.dropna()
    if feature.kind is Kind.CATEGORY:
        return str(known.mode().iloc[0])
    return float(known.median())


def golden_rows(table: TrainingTable, estimator: Estimator, seed: int) -> tuple[GoldenRow, ...]:
    """Make rows, whole and with gaps, and score them."""
    random = np.random.default_rng(seed)
    whole = [
        tuple(_drawn(table.frame[feature.column], random) for feature in table.columns)
        for _ in range(WHOLE_ROWS)
    ]
    gaps = [(*whole[0][:at], None, *whole[0][at + 1 :]) for at in range(len(table.columns))]
    foreign = tuple(
        UNKNOWN_COUNTRY if feature.name == "pays" else value
        for feature, value in zip(table.columns, whole[1], strict=True)
    )
    rows = [*whole, *gaps, foreign, (None,) * len(table.columns)]
    scores = probabilities(estimator, frame_of(list(table.frame.columns), rows))
    return tuple(
        GoldenRow(values=values, probability=float(score))
        for values, score in zip(rows, scores, strict=True)
    )


def _drawn(column: "pd.Series", random: np.random.Generator) -> Value:
    value = column.iloc[int(random.integers(len(column)))]
    if value is None or isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)
