"""The model itself: scikit-learn's own parts only, so that the worker's unpickler takes it.

Gradient boosting over histograms takes missing values, absurd values and categories as they are.
A country that the training never saw counts as missing.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from schemas.tables import Feature, Kind

MAX_CATEGORIES = 50
"""Rarer countries share one code."""

GAP_SHARE = 0.2
WITHOUT_INDICATORS_EVERY = 4
INDICATORS = ("BALANCE", "NB_PRODUITS", "CARTE_CREDIT", "SALAIRE", "SCORE_CREDIT")


def pipeline(columns: Sequence[Feature], seed: int) -> Pipeline:
    """Build the unfitted model.

    The boosting is small on purpose: a batch of 1,000 rows costs about 4 µs a row. Countries are
    codes in alphabetical order, which the trees cut as well as they would cut categories.
    """
    categories = [feature.column for feature in columns if feature.kind is Kind.CATEGORY]
    numbers = [feature.column for feature in columns if feature.kind is not Kind.CATEGORY]
    encode = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=MAX_CATEGORIES,
    )
    boost = HistGradientBoostingClassifier(
        learning_rate=0.08,
        max_iter=80,
        max_leaf_nodes=12,
        l2_regularization=1.0,
        max_features=0.5,
        early_stopping=False,
        random_state=seed,
    )
    layout = ColumnTransformer(
        [("categories", encode, categories), ("numbers", "passthrough", numbers)]
    )
    return Pipeline([("layout", layout), ("boost", boost)])


def fit(
    columns: Sequence[Feature], frame: pd.DataFrame, churned: NDArray[np.bool_], seed: int
) -> Pipeline:
    """Fit the model on the rows as they are, and again with gaps.

    Every customer with a label has indicators, but the worker also scores customers without, and
    partial ones. So the rows come a second time with values left out at random, and a quarter of
    them a third time without any indicator.
    """
    gapped = with_gaps(frame, np.random.default_rng(seed))
    poor = without_indicators(frame.iloc[::WITHOUT_INDICATORS_EVERY])
    labels = [churned, churned, churned[::WITHOUT_INDICATORS_EVERY]]
    return pipeline(columns, seed).fit(pd.concat([frame, gapped, poor]), np.concatenate(labels))


def with_gaps(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Leave out each value with probability :data:`GAP_SHARE`."""
    gaps = random.random(frame.shape) < GAP_SHARE
    return frame.assign(
        **{
            str(name): _blanked(column, gaps[:, place])
            for place, (name, column) in enumerate(frame.items())
        }
    )


def without_indicators(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what only the indicators table has."""
    everywhere = np.ones(len(frame), dtype=bool)
    return frame.assign(
        **{name: _blanked(frame[name], everywhere) for name in INDICATORS if name in frame}
    )


def _blanked(column: "pd.Series", gaps: NDArray[np.bool_]) -> "pd.Series":
    missing = None if column.dtype == object else np.nan
    values = column.to_numpy(copy=True)
    values[gaps] = missing
    return pd.Series(values, index=column.index, dtype=column.dtype)
