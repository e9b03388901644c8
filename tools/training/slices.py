"""Parts of the customers on which the model is looked at alone."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from tools.training.threshold import Flags

MISSING: Final = "missing"
MOST_VALUES: Final = 12

_AGES: Final = (30, 40, 50, 60)

Labels = pd.Series


def slices(frame: pd.DataFrame) -> dict[str, dict[str, Flags]]:
    """Part the customers by country, empty account, sex and age.

    Args:
        frame: shape ``(n, columns)``; what it has no column for is left out.

    Returns:
        By what is parted and name of the part, who belongs to it, shape ``(n,)``.
    """
    return {
        title: dict(_parts(labels(frame[column])))
        for title, column, labels in _PARTED
        if column in frame
    }


def _parts(labels: Labels) -> Iterator[tuple[str, Flags]]:
    frequent = labels.value_counts().index[:MOST_VALUES]
    for name in sorted(frequent, key=lambda name: (name == MISSING, name)):
        yield name, np.asarray(labels == name)


def _values(column: "pd.Series") -> Labels:
    return column.fillna(MISSING)


def _balances(column: "pd.Series") -> Labels:
    labels = np.where(column == 0, "zero", "not zero")
    return pd.Series(np.where(column.isna(), MISSING, labels))


def _ages(column: "pd.Series") -> Labels:
    names = np.array(
        [
            f"0 to {_AGES[0] - 1}",
            *(f"{low} to {high - 1}" for low, high in pairwise(_AGES)),
            f"{_AGES[-1]} and over",
        ]
    )
    band = names[np.searchsorted(_AGES, column.fillna(0), side="right")]
    return pd.Series(np.where(column.isna(), MISSING, band))


_PARTED: Final[tuple[tuple[str, str, Callable[["pd.Series"], Labels]], ...]] = (
    ("country", "PAYS", _values),
    ("balance", "BALANCE", _balances),
    ("sex", "SEXE", _values),
    ("age", "AGE", _ages),
)
