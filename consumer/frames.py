"""Frames as models see them: the one layout that training, checks and the worker share."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, Kind


def frame_of(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> pd.DataFrame:
    """Lay rows out as a model's frame.

    Args:
        columns: upper-case names, each a key of ``FEATURE_OF_COLUMN``.
        rows: one value a column, None where missing; tenure in days.

    Returns:
        A frame of shape ``(len(rows), len(columns))``, as :func:`frame_of_columns` lays it out.
    """
    return frame_of_columns(
        {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    )


def frame_of_columns(columns: Mapping[str, Sequence[Value] | NDArray[Any]]) -> pd.DataFrame:
    """Lay columns out as a model's frame.

    Args:
        columns: values by upper-case name, a key of ``FEATURE_OF_COLUMN``; all of one length n.

    Returns:
        A frame of shape ``(n, len(columns))``: categories as objects (str or None), numbers and
        tenure as float64 with NaN for None.
    """
    laid_out = {
        name: _column(FEATURE_OF_COLUMN[name].kind, values) for name, values in columns.items()
    }
    return pd.DataFrame(laid_out, copy=False)


def _column(kind: Kind, values: Sequence[Value] | NDArray[Any]) -> Any:
    if kind is Kind.CATEGORY:
        # Said for each column: from a bare array pandas 3 would infer strings, and NaN for None.
        return pd.Series(values, dtype=object)
    return np.array(values, dtype=np.float64)
