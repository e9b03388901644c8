"""The model itself: scikit-learn's own parts only, so that the worker's unpickler takes it.

Logistic regression on smooth curves of the columns and on their products, two by two. What was
tried beside it, and what it reached, stands in ``docs/model.md``.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder, PolynomialFeatures

from schemas.tables import Feature, Kind
from tools.training.curves import (
    AGE,
    PRODUCTS,
    above_zero,
    curve,
    even_knots,
    one_of_each,
)
from tools.training.gaps import whole_and_gapped

MOST_CATEGORIES: Final = 12
"""Of a column; products of more would not fit into memory."""

PAIRED: Final = frozenset({"PAYS", "SEXE", "MEMBRE_ACTIF", "AGE", "NB_PRODUITS", "BALANCE"})
"""Columns whose products with each other are learned; the others only add to the log-odds."""

ALONE_WEIGHT: Final = 0.1
"""Small inputs need large coefficients, which the penalty holds down: weak columns stay weak."""

PENALTY_INVERSE: Final = 0.5
MAX_ITERATIONS: Final = 3_000

Part = tuple[str, Any, list[int]]


def fit(
    columns: Sequence[Feature], frame: pd.DataFrame, churned: NDArray[np.bool_], seed: int
) -> Pipeline:
    """Fit the model on the rows as they are, and again with gaps.

    Args:
        columns: the features, in the order of the frame's columns.
        frame: shape ``(n, len(columns))``.
        churned: shape ``(n,)``.
        seed: of the gaps.
    """
    return pipeline(columns, frame).fit(*whole_and_gapped(frame, churned, seed))


def pipeline(columns: Sequence[Feature], frame: pd.DataFrame) -> Pipeline:
    """Build the unfitted model; knots are spread over the values of the frame.

    A batch of 1,000 rows costs about 10 µs a row.
    """
    regression = LogisticRegression(C=PENALTY_INVERSE, max_iter=MAX_ITERATIONS)
    return Pipeline(
        [
            ("layout", layout(columns, frame)),
            ("inputs", inputs(columns, frame)),
            ("churn", regression),
        ]
    )


def layout(columns: Sequence[Feature], frame: pd.DataFrame) -> ColumnTransformer:
    """Turn the frame into numbers: codes of categories first, in the order of columns.

    A country that is rare or that the training never saw counts as missing.
    """
    categories, numbers = _names(columns)
    encode = OrdinalEncoder(
        categories=[_frequent(frame[name]) for name in categories],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
    )
    return ColumnTransformer(
        [("categories", encode, categories), ("numbers", "passthrough", numbers)]
    )


def _frequent(column: "pd.Series") -> list[str]:
    return sorted(column.value_counts().index[:MOST_CATEGORIES])


def inputs(columns: Sequence[Feature], frame: pd.DataFrame) -> FeatureUnion:
    """Bend the columns, and multiply those of :data:`PAIRED` with each other."""
    categories, numbers = _names(columns)
    places = {name: place for place, name in enumerate([*categories, *numbers])}
    paired = [part for name in places if name in PAIRED for part in _parts(name, places, frame)]
    alone = [part for name in places if name not in PAIRED for part in _parts(name, places, frame)]
    steps: list[tuple[str, Any]] = []
    if paired:
        products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
        steps.append(("paired", make_pipeline(_side_by_side(paired), products)))
    if alone:
        steps.append(("alone", _side_by_side(alone)))
    weights = {name: ALONE_WEIGHT for name, _ in steps if name == "alone"}
    return FeatureUnion(steps, transformer_weights=weights)


def _parts(name: str, places: dict[str, int], frame: pd.DataFrame) -> list[Part]:
    place = [places[name]]
    if frame[name].dtype == object:
        return [(name, one_of_each(), place)]
    gap = (f"{name} missing", MissingIndicator(features="all"), place)
    if name == "AGE":
        return [(name, curve(AGE, 3), place), gap]
    if name == "NB_PRODUITS":
        return [(name, curve(PRODUCTS, 1), place), gap]
    if name == "BALANCE":
        bent = (name, curve(even_knots(frame[name], 5), 3), place)
        return [bent, (f"{name} above zero", above_zero(), place), gap]
    return [(name, curve(even_knots(frame[name], 3), 1), place), gap]


def _side_by_side(parts: Sequence[Part]) -> ColumnTransformer:
    return ColumnTransformer(parts, sparse_threshold=0)


def _names(columns: Sequence[Feature]) -> tuple[list[str], list[str]]:
    categories = [feature.column for feature in columns if feature.kind is Kind.CATEGORY]
    numbers = [feature.column for feature in columns if feature.kind is not Kind.CATEGORY]
    return categories, numbers
