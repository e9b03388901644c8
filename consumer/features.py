"""Events and profiles become the frame that a model scores, one row an event.

What the event carries wins, an absent field comes from the profile, an explicit null is null.
No value depends on another row: tenure is counted to the event's own time.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from consumer.frames import frame_of_columns
from consumer.stages import Enriched
from schemas.events import CustomerEvent
from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, Feature, Kind


def carries_all(event: CustomerEvent, columns: Sequence[str]) -> bool:
    """Whether the event alone fills every column, so that no database row is needed."""
    given = event.update.model_fields_set
    return all(FEATURE_OF_COLUMN[column].name in given for column in columns)


def build_frame(rows: Sequence[Enriched], columns: Sequence[str]) -> pd.DataFrame:
    """Lay the rows out in the model's columns; shape ``(len(rows), len(columns))``."""
    return frame_of_columns(
        {column: _values(rows, FEATURE_OF_COLUMN[column]) for column in columns}
    )


def inputs_of(row: Enriched, columns: Sequence[str]) -> dict[str, Value]:
    """Give what a model with these columns sees of one row, by column; missing values are None."""
    return {column: _values([row], FEATURE_OF_COLUMN[column])[0] for column in columns}


def _values(rows: Sequence[Enriched], feature: Feature) -> list[Value]:
    values = [_value(row, feature.name) for row in rows]
    if feature.kind is Kind.TENURE:
        return [tenure(value, row.event.time) for value, row in zip(values, rows, strict=True)]
    return values


def _value(row: Enriched, name: str) -> Any:
    if row.profile is None or name in row.event.update.model_fields_set:
        return getattr(row.event.update, name)
    return getattr(row.profile, name)


def tenure(since: date | None, at: datetime) -> float | None:
    """Days from the day a customer came to the (UTC) day of the event; None where unknown."""
    if since is None:
        return None
    return float((at.astimezone(UTC).date() - since).days)
