"""Columns become smooth curves and steps: scikit-learn's own parts only.

Every part takes one column of the laid-out table (codes and numbers, NaN where missing) and is
blind to the other rows. A missing number counts as the median beside a flag that says so; a number
beyond the outer knots counts as the outer knot, so that no absurd value can move a score further.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Binarizer, OneHotEncoder, SplineTransformer

Knots = NDArray[np.float64]

AGE: Final = np.linspace(18, 90, 6)[:, np.newaxis]
"""Years. Not taken from the data: an age of 250 among the rows would stretch them."""

PRODUCTS: Final = np.array([[1.0], [2.0], [3.0], [4.0]])
"""More products count as four."""

OUTER_SHARES: Final = (0.001, 0.999)
_NO_CODE: Final = -1.0


def even_knots(column: "pd.Series", count: int) -> Knots:
    """Spread knots evenly over nearly all of a column's values.

    Evenly, not by quantiles: customers with very small and very large balances are few, and leave.
    """
    low, high = np.quantile(column.dropna(), OUTER_SHARES)
    return np.asarray(np.linspace(low, max(high, low + 1.0), count)[:, np.newaxis])


def curve(knots: Knots, degree: int) -> Pipeline:
    """Bend one number by a spline."""
    spline = SplineTransformer(degree=degree, knots=knots, extrapolation="constant")
    return make_pipeline(median_where_missing(), spline)


def above_zero() -> Pipeline:
    """Tell whether one number is positive: an empty account is a kind of its own."""
    return make_pipeline(median_where_missing(), Binarizer(threshold=0.0))


def one_of_each() -> Pipeline:
    """Give each code of a category its own 0 or 1, a missing one too."""
    missing = SimpleImputer(strategy="constant", fill_value=_NO_CODE, keep_empty_features=True)
    return make_pipeline(missing, OneHotEncoder(handle_unknown="ignore", sparse_output=False))


def median_where_missing() -> Any:
    """Fill gaps; also in a fold that saw no value at all."""
    return SimpleImputer(strategy="median", keep_empty_features=True)
