"""Why a customer's score is what it is: the features that moved it most.

Each feature in turn is replaced by its unremarkable reference value from the model's manifest;
what the log-odds lose by it is the feature's contribution. One call scores all the variants of all
the rows. Contributions need not add up: features act together.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.features import build_frame
from consumer.ports import Model
from consumer.score import DIGITS
from consumer.stages import Scored
from schemas.alerts import Reason
from schemas.manifest import Value

MOST = 3
"""How many reasons an alert carries."""

_DIGITS = 6
"""Decimals of a contribution; below them lies what depends on the other rows of a batch."""

_SMALLEST = 1e-9
"""Probabilities are kept this far from 0 and 1, where log-odds are infinite."""


def explain(scored: Sequence[Scored], model: Model) -> list[tuple[Reason, ...]]:
    """Give the reasons for each scored event; none where the model has no reference values.

    Raises:
        ScoringFailed: the model fails on a variant of one of the rows.
    """
    columns = [column for column in model.columns if column in model.neutral]
    if not columns or not scored:
        return [()] * len(scored)
    frame = build_frame([item.row for item in scored], model.columns)
    variants = pd.concat(
        [_neutralised(frame, column, model.neutral) for column in columns], ignore_index=True
    )
    without = model.score(variants).round(DIGITS).reshape(len(columns), len(frame))
    moved = _log_odds(np.array([item.probability for item in scored])) - _log_odds(without)
    moved = moved.round(_DIGITS)
    return [_reasons(frame, row, columns, moved[:, row]) for row in range(len(frame))]


def _neutralised(frame: pd.DataFrame, column: str, neutral: Mapping[str, Value]) -> pd.DataFrame:
    values = pd.Series([neutral[column]] * len(frame), index=frame.index, dtype=frame[column].dtype)
    return frame.assign(**{column: values})


def _log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return np.log(inside) - np.log1p(-inside)


def _reasons(
    frame: pd.DataFrame, row: int, columns: Sequence[str], moved: NDArray[np.float64]
) -> tuple[Reason, ...]:
    """Pick the features that moved this row most, in either direction; equal ones by name."""
    order = sorted(range(len(columns)), key=lambda i: (-abs(moved[i]), columns[i]))
    return tuple(
        Reason(
            feature=columns[i],
            value=_plain(frame[columns[i]].iloc[row]),
            contribution=float(moved[i]),
        )
        for i in order[:MOST]
        if moved[i]
    )


def _plain(value: object) -> Value:
    """Turn a cell into what JSON has: number, string or null."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]  # a cell that is no string is a float64
    return None if np.isnan(number) else number
