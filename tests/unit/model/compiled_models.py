"""Fitted models of scikit-learn's own parts, and frames, for tests of what they are compiled to."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
)

from consumer.frames import frame_of
from schemas.manifest import Value

CATEGORIES: Final = ["PAYS", "MEMBRE_ACTIF"]
NUMBERS: Final = ["AGE", "BALANCE", "NB_PRODUITS"]
COLUMNS: Final = ("PAYS", "AGE", "BALANCE", "MEMBRE_ACTIF", "NB_PRODUITS")

Row = tuple[Value, ...]


def random_rows(count: int, seed: int, gaps: float = 0.1) -> list[Row]:
    random = np.random.default_rng(seed)
    rows = zip(
        random.choice(["France", "Espagne", "Allemagne"], count).tolist(),
        random.integers(18, 90, count).astype(float).tolist(),
        random.choice([0.0, 50_000.0, 120_000.0], count).tolist(),
        random.choice(["Yes", "No"], count).tolist(),
        random.integers(1, 5, count).astype(float).tolist(),
        strict=True,
    )
    return [tuple(None if random.random() < gaps else value for value in row) for row in rows]


def training() -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    frame = frame_of(COLUMNS, random_rows(300, seed=1))
    old = frame["AGE"].fillna(40).to_numpy() > 55
    alone = frame["NB_PRODUITS"].fillna(1).to_numpy() == 1
    return frame, (old & alone) | (frame["PAYS"] == "Allemagne").to_numpy()


def coded(**parameters: Any) -> OrdinalEncoder:
    chosen = {"handle_unknown": "use_encoded_value", "unknown_value": -1} | parameters
    return OrdinalEncoder(**chosen)


def regressed(*transformers: Any) -> Any:
    return make_pipeline(*transformers, LogisticRegression(max_iter=2_000))


def codes_and_means() -> Any:
    encode = coded(encoded_missing_value=-2)
    return regressed(
        make_column_transformer((encode, CATEGORIES), (SimpleImputer(), NUMBERS)),
        StandardScaler(),
    )


def strict_codes_and_remainder() -> Any:
    """By places, and in another order than the frame's."""
    return regressed(
        make_column_transformer(
            (OrdinalEncoder(), [3, 0]),
            ("drop", [1]),
            remainder=SimpleImputer(strategy="most_frequent"),
        ),
        StandardScaler(with_mean=False),
    )


def flags_and_scaled_numbers() -> Any:
    """As many do: sparse flags, which the column transformer makes dense."""
    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    return regressed(
        ColumnTransformer(
            [
                ("flags", OneHotEncoder(handle_unknown="ignore"), CATEGORIES),
                ("numbers", make_pipeline(filled, StandardScaler()), NUMBERS),
            ],
            transformer_weights={"flags": 2.0},
            sparse_threshold=0,
        )
    )


def strict_flags() -> Any:
    flags = OneHotEncoder(sparse_output=False)
    return regressed(make_column_transformer((flags, CATEGORIES), (_filled(0.5), NUMBERS)))


def _filled(value: float) -> Any:
    return make_pipeline(SimpleImputer(strategy="constant", fill_value=value), StandardScaler())


def flags_of_codes() -> Any:
    """Missing ones are NaN, which is then a category of its own."""
    layout = make_column_transformer((coded(unknown_value=np.nan), CATEGORIES))
    return regressed(layout, OneHotEncoder(handle_unknown="ignore", sparse_output=False))


def curves_and_products() -> Any:
    layout = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), _curves(3)), NUMBERS),
        (make_pipeline(SimpleImputer(), _curves(2, include_bias=False)), ["AGE"]),
    )
    return regressed(layout, PolynomialFeatures(2, interaction_only=True, include_bias=False))


def _curves(degree: int, **parameters: Any) -> SplineTransformer:
    return SplineTransformer(4, degree=degree, extrapolation="constant", **parameters)


def products_laid_out() -> Any:
    numbers = make_pipeline(SimpleImputer(), _curves(1))
    layout = make_column_transformer((numbers, NUMBERS))
    return regressed(layout, PolynomialFeatures(2), StandardScaler())


def a_union_of_everything() -> Any:
    """Parts by place, some of them neighbours, some not, some dropped or passed through."""
    layout = make_column_transformer((coded(), CATEGORIES), ("passthrough", NUMBERS))
    gaps = make_column_transformer((MissingIndicator(features="all"), [4, 2]))
    signs = make_column_transformer(
        (make_pipeline(SimpleImputer(), Binarizer(threshold=1.5)), np.array([4])),
        (SimpleImputer(), [2, 3]),
        remainder="drop",
    )
    products = make_pipeline(signs, StandardScaler(), PolynomialFeatures(2))
    return regressed(
        layout,
        FeatureUnion(
            [
                ("gaps", gaps),
                ("none", "drop"),
                ("products", products),
                ("filled", Pipeline([("fill", SimpleImputer()), ("same", "passthrough")])),
                ("signs", signs),
            ],
            transformer_weights={"products": 0.5, "gaps": 0.0},
        ),
        StandardScaler(with_std=False),
    )


def weighted_union() -> Any:
    layout = make_column_transformer((coded(), CATEGORIES), (SimpleImputer(), NUMBERS))
    products = make_pipeline(RobustScaler(), PolynomialFeatures(2, include_bias=False))
    union = FeatureUnion(
        [("same", FunctionTransformer()), ("products", products)],
        transformer_weights={"products": 0.25},
    )
    return regressed(layout, StandardScaler(), union)


def unknown_parts() -> Any:
    """Steps that keep their own method, among others, and see a frame or an array."""
    logarithm = FunctionTransformer(np.log1p)
    return regressed(
        make_column_transformer(
            (make_pipeline(logarithm, SimpleImputer()), ["BALANCE"]),
            (make_pipeline(SimpleImputer(), RobustScaler()), ["AGE", "NB_PRODUITS"]),
            (OneHotEncoder(drop="first", sparse_output=False), ["PAYS"]),
        ),
        RobustScaler(),
    )


def trees() -> Any:
    layout = make_column_transformer((coded(), CATEGORIES), remainder="passthrough")
    return make_pipeline(layout, HistGradientBoostingClassifier(max_iter=10))


def scaled_trees() -> Any:
    """The trees take infinities, which the scaler refuses."""
    layout = make_column_transformer((coded(), CATEGORIES), remainder="passthrough")
    return make_pipeline(layout, StandardScaler(), HistGradientBoostingClassifier(max_iter=10))


MODELS: Final[Sequence[Callable[[], Any]]] = (
    codes_and_means,
    strict_codes_and_remainder,
    flags_and_scaled_numbers,
    strict_flags,
    flags_of_codes,
    curves_and_products,
    products_laid_out,
    a_union_of_everything,
    weighted_union,
    unknown_parts,
    trees,
    scaled_trees,
)


@cache
def fitted(model: Callable[[], Any]) -> Any:
    return model().fit(*training())
