"""Why a customer's score is what it is: the features that moved it most.

Each feature in turn is replaced by its unremarkable reference value from the model's manifest;
what the log-odds lose by it is the feature's contribution. One call scores the variants of all the
rows. Contributions need not add up: features act together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.frames import frame_of_columns
from consumer.ports import Model
from consumer.score import DIGITS
from consumer.stages import Scored
from schemas.alerts import Reason
from schemas.manifest import Value

Cells = NDArray[Any]
"""One column: float64, or objects that are str or None."""

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
    explained = [column for column in model.columns if column in model.neutral]
    if not explained or not scored:
        return [()] * len(scored)
    inputs = zip(*(item.inputs for item in scored), strict=True)
    frame = frame_of_columns(dict(zip(model.columns, inputs, strict=True)))
    values = {column: frame[column].to_numpy() for column in model.columns}
    differs = np.array([_differs(values[each], model.neutral[each]) for each in explained])
    variants = _variants(values, explained, differs, model.neutral)
    without = _log_odds(model.score(variants).round(DIGITS))
    before = np.broadcast_to(
        _log_odds(np.array([each.probability for each in scored])), differs.shape
    )
    # What is at its reference value already cannot have moved the score, and is not asked for.
    moved = np.zeros(differs.shape)
    moved[differs] = (before[differs] - without).round(_DIGITS)
    return _reasons(values, explained, moved)


def _differs(values: Cells, neutral: Value) -> NDArray[np.bool_]:
    """Tell which values of a column are not its reference value; two nulls are the same."""
    if values.dtype != object and neutral is None:
        return ~np.isnan(values)
    return np.asarray(values != neutral, dtype=np.bool_)


def _variants(
    values: Mapping[str, Cells],
    explained: Sequence[str],
    differs: NDArray[np.bool_],
    neutral: Mapping[str, Value],
) -> pd.DataFrame:
    """Lay out one row for each place that differs, in which that one value is the reference."""
    places, rows = np.nonzero(differs)
    variants = {column: cells[rows] for column, cells in values.items()}
    for place, column in enumerate(explained):
        variants[column][places == place] = neutral[column]
    return frame_of_columns(variants)


def _log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(probabilities, _SMALLEST, 1 - _SMALLEST)
    return np.log(inside) - np.log1p(-inside)


def _reasons(
    values: Mapping[str, Cells], columns: Sequence[str], moved: NDArray[np.float64]
) -> list[tuple[Reason, ...]]:
    """Pick the features that moved each row most, in either direction; equal ones by name."""
    by_name = sorted(range(len(columns)), key=lambda place: columns[place])
    order = np.array(by_name)[np.argsort(-np.abs(moved[by_name]), axis=0, kind="stable")[:MOST]]
    return [
        tuple(
            Reason(
                feature=columns[place],
                value=_plain(values[columns[place]][row]),
                contribution=float(moved[place, row]),
            )
            for place in order[:, row]
            if moved[place, row]
        )
        for row in range(moved.shape[1])
    ]


def _plain(value: object) -> Value:
    """Turn a cell into what JSON has: number, string or null."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]  # a cell that is no string is a float64
    return None if np.isnan(number) else number
