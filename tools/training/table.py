"""The training table: labelled customers with their indicators, laid out as models see them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consumer.features import tenure
from consumer.frames import frame_of
from schemas.manifest import Value
from schemas.tables import FEATURES, Feature
from tools.errors import BadInput
from tools.tables_csv import CustomerRow, IndicatorsRow

MIN_OF_A_CLASS = 10
"""Fewer customers who churned, or who stayed, tell nothing in a five-fold cross-validation."""

MIN_KNOWN = 10
"""A column with fewer values than this is left out: a fold might see none of them."""


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """What a model learns from."""

    columns: tuple[Feature, ...]
    frame: pd.DataFrame
    """Shape ``(n, len(columns))``: the worker's layout of columns."""
    churned: NDArray[np.bool_]
    """Shape ``(n,)``."""
    sha256: str
    """Over every row that was read, names left out."""


def training_table(
    customers: Iterable[CustomerRow], indicators: Iterable[IndicatorsRow], *, as_of: date | None
) -> TrainingTable:
    """Join the two tables; keep the customers whose churn is known, and the columns with values.

    Args:
        customers: rows of the customer table.
        indicators: rows of the indicators table, which has the label.
        as_of: the day to count tenure to; None leaves ``DATE_ENTREE`` out. It must be stated,
            since a model that counts to today or to the newest row gives other scores tomorrow.

    Raises:
        BadInput: too few customers churned, too few stayed, or no column has values.
    """
    by_id = {row.id_client: row for row in indicators}
    pairs = sorted(
        ((row, by_id.get(row.id_client)) for row in customers), key=lambda pair: pair[0].id_client
    )
    labelled = [(row, facts) for row, facts in pairs if facts is not None and facts.churn]
    churned = np.array([facts.churn == "Yes" for _, facts in labelled], dtype=bool)
    _check_classes(churned)
    rows = [_values(row, facts, as_of) for row, facts in labelled]
    frame = frame_of([feature.column for feature in FEATURES], rows)
    columns = _worth_learning(frame)
    return TrainingTable(
        columns=columns,
        frame=frame[[feature.column for feature in columns]],
        churned=churned,
        sha256=_digest(pairs),
    )


def _values(customer: CustomerRow, facts: IndicatorsRow, as_of: date | None) -> list[Value]:
    known = customer.model_dump(exclude={"nom"}) | facts.model_dump()
    known["date_entree"] = None if as_of is None else tenure(customer.date_entree, _start_of(as_of))
    return [known[feature.name] for feature in FEATURES]


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _worth_learning(frame: pd.DataFrame) -> tuple[Feature, ...]:
    """Choose the columns that have values; without ``as_of`` the tenure has none."""
    known = frame.notna().sum()
    columns = tuple(feature for feature in FEATURES if known[feature.column] >= MIN_KNOWN)
    if not columns:
        raise BadInput(
            f"no column has {MIN_KNOWN} values; train on customers of whom more is known"
        )
    return columns


def _check_classes(churned: NDArray[np.bool_]) -> None:
    for what, count in (("Yes", churned.sum()), ("No", (~churned).sum())):
        if count < MIN_OF_A_CLASS:
            raise BadInput(
                f"{count} customers have CHURN {what}, at least {MIN_OF_A_CLASS} are needed; "
                "train on more customers, and see that both files have the same ids"
            )


def _digest(pairs: Sequence[tuple[CustomerRow, IndicatorsRow | None]]) -> str:
    digest = hashlib.sha256()
    for customer, facts in pairs:
        digest.update(customer.model_dump_json(exclude={"nom"}).encode())
        digest.update(b"null" if facts is None else facts.model_dump_json().encode())
    return digest.hexdigest()
