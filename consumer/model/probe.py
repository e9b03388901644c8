"""Does a row's score depend on its batch? It must not: a redelivered event scores the same.

Feature code that counts days from the frame's newest date, or fits categories on the frame, does.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.errors import BadModel, ScoringFailed
from consumer.frames import frame_of
from consumer.model.loaded import LoadedModel
from schemas.manifest import GoldenRow, ModelColumn, Value
from schemas.tables import FEATURE_OF_COLUMN, MAX_FLOAT, Kind

TOLERANCE: Final = 1e-9
"""Above what rounding does to sums in another order, below what anybody would notice."""

_ORDINARY: Final[dict[str, tuple[Value, ...]]] = {
    "DATE_ENTREE": (0.0, 400.0, 1500.0, 3500.0),
    "PAYS": ("France", "Espagne", "Allemagne"),
    "SEXE": ("H", "F"),
    "AGE": (18.0, 37.0, 52.0, 80.0),
    "MEMBRE_ACTIF": ("Yes", "No"),
    "BALANCE": (0.0, 80_000.0, 150_000.0),
    "NB_PRODUITS": (1.0, 2.0, 4.0),
    "CARTE_CREDIT": ("Yes", "No"),
    "SALAIRE": (500.0, 60_000.0, 190_000.0),
    "SCORE_CREDIT": (350.0, 650.0, 850.0),
}
_HOSTILE: Final[dict[Kind, tuple[Value, ...]]] = {
    Kind.CATEGORY: (None, "", "Atlantide", "nan"),
    Kind.NUMBER: (None, 0.0, -1.0, 1e9, -1e9, MAX_FLOAT, -MAX_FLOAT),
    Kind.TENURE: (None, 0.0, -1.0, 1e6),
}
_ROWS: Final = 12
_GOLDEN_ROWS: Final = 10


def probe_frame(columns: Sequence[str], golden: Sequence[GoldenRow]) -> pd.DataFrame:
    """Make ordinary rows, rows with a missing value, an empty row, and take some golden rows.

    Args:
        columns: upper-case names, each a key of ``FEATURE_OF_COLUMN``.
        golden: the manifest's, whose first ten are taken.
    """
    random = np.random.default_rng(0)
    ordinary = [_ordinary_row(columns, random) for _ in range(_ROWS)]
    sparse = [_without(row, place) for place, row in enumerate(ordinary)]
    empty = (None,) * len(columns)
    some = [row.values for row in golden[:_GOLDEN_ROWS]]
    return frame_of(columns, [*ordinary, *sparse, empty, *some])


def hostile_frame(columns: Sequence[str], golden: Sequence[GoldenRow]) -> pd.DataFrame:
    """Take all golden rows, and make rows with one value that is missing, unknown or absurd.

    The last row's numbers are infinite: no event has such a number, but a database may.
    """
    row = _ordinary_row(columns, np.random.default_rng(2))
    kinds = [FEATURE_OF_COLUMN[column].kind for column in columns]
    strange = [
        (*row[:place], value, *row[place + 1 :])
        for place, kind in enumerate(kinds)
        for value in _HOSTILE[kind]
    ]
    infinite = tuple(
        value if kind is Kind.CATEGORY else inf for value, kind in zip(row, kinds, strict=True)
    )
    return frame_of(columns, [*(row.values for row in golden), *strange, infinite])


def nulls_allowed(frame: pd.DataFrame, columns: Sequence[ModelColumn]) -> pd.DataFrame:
    """Leave out the rows that lack what the manifest says a row must have."""
    required = [column.name for column in columns if not column.nullable]
    return frame[frame[required].notna().all(axis=1)]


def _ordinary_row(columns: Sequence[str], random: np.random.Generator) -> tuple[Value, ...]:
    choices = [_ORDINARY[column] for column in columns]
    return tuple(values[random.integers(len(values))] for values in choices)


def _without(row: tuple[Value, ...], place: int) -> tuple[Value, ...]:
    missing = place % len(row)
    return (*row[:missing], None, *row[missing + 1 :])


def scores_rows_independently(model: LoadedModel, frame: pd.DataFrame) -> bool:
    """Compare rows scored alone with the same rows together and shuffled.

    Rows that the model refuses alone (it may not take missing values) are left out.

    Raises:
        BadModel: it refuses every row, or gives something else than a probability for one.
    """
    alone = np.array([_alone(model, frame.iloc[[row]]) for row in range(len(frame))])
    taken = np.flatnonzero(~np.isnan(alone))
    if taken.size == 0:
        raise BadModel(
            f"the model {model.reference.name} fails on every one of {len(frame)} probed rows "
            f"with the columns {', '.join(model.columns)}; set model.uri to a model that works"
        )
    shuffled = np.random.default_rng(1).permutation(taken)
    return _agrees(model, frame, alone, taken) and _agrees(model, frame, alone, shuffled)


def _alone(model: LoadedModel, row: pd.DataFrame) -> float:
    try:
        return float(model.score(row)[0])
    except ScoringFailed as failure:
        if failure.__cause__ is None:  # it answered, and what it answered is no probability
            raise BadModel(
                f"{failure}, alone on a probed row {_about(row)}; set model.uri to a model that "
                "gives a probability for each row that it takes"
            ) from failure
        return np.nan


def _about(row: pd.DataFrame) -> str:
    missing = [column for column in row.columns if row[column].isna().all()]
    return f"without {', '.join(missing)}" if missing else "where nothing is missing"


def _agrees(
    model: LoadedModel, frame: pd.DataFrame, alone: NDArray[np.float64], order: NDArray[np.intp]
) -> bool:
    try:
        together = model.score(frame.iloc[order])
    except ScoringFailed:
        return False
    return bool(np.allclose(together, alone[order], rtol=0, atol=TOLERANCE))
