"""Frames as models see them, made from rows of plain values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, Kind


def frame_of(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> pd.DataFrame:
    """Lay rows out as a model's frame.

    Args:
        columns: upper-case names, each a key of ``FEATURE_OF_COLUMN``.
        rows: one value a column, None where missing; tenure in days.

    Returns:
        A frame of shape ``(len(rows), len(columns))``: categories as objects (str or None),
        everything else float64 with NaN for None.
    """
    by_column = {
        name: _laid_out(FEATURE_OF_COLUMN[name].kind, [row[place] for row in rows])
        for place, name in enumerate(columns)
    }
    return pd.DataFrame(by_column, columns=list(columns))


def _laid_out(kind: Kind, values: Sequence[Value]) -> "pd.Series[Any]":
    if kind is Kind.CATEGORY:
        # Said for each column: from a bare array pandas 3 would infer strings, and NaN for None.
        return pd.Series(values, dtype=object)
    return pd.Series([np.nan if value is None else value for value in values], dtype=np.float64)
