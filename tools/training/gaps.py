"""Rows as the worker also meets them: with values missing.

Every customer with a label has indicators, but events may come for customers without, and partial
ones. A model that never saw a gap could only guess what one means.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GAP_SHARE: Final = 0.2
WITHOUT_INDICATORS_EVERY: Final = 4
INDICATORS: Final = ("BALANCE", "NB_PRODUITS", "CARTE_CREDIT", "SALAIRE", "SCORE_CREDIT")


def whole_and_gapped(
    frame: pd.DataFrame, churned: NDArray[np.bool_], seed: int
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Give the rows as they are, again with gaps, and a quarter of them without any indicator.

    Args:
        frame: shape ``(n, columns)``.
        churned: shape ``(n,)``.
        seed: of the gaps.
    """
    gapped = with_gaps(frame, np.random.default_rng(seed))
    poor = without_indicators(frame.iloc[::WITHOUT_INDICATORS_EVERY])
    labels = [churned, churned, churned[::WITHOUT_INDICATORS_EVERY]]
    return pd.concat([frame, gapped, poor]), np.concatenate(labels)


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
