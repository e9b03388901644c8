"""Events and profiles become the columns that a model scores, one row an event.

What the event carries wins, an absent field comes from the profile, an explicit null is null.
No value depends on another row: tenure is counted to the event's own time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, Final

from consumer.stages import Enriched
from schemas.events import CustomerEvent
from schemas.manifest import Value
from schemas.tables import FEATURE_OF_COLUMN, Kind, Profile

_NOBODY: Final = Profile(id_client=0)


def names_of(columns: Iterable[str]) -> frozenset[str]:
    """Say how the fields of events that fill these columns are named."""
    return frozenset(FEATURE_OF_COLUMN[column].name for column in columns)


def carries(event: CustomerEvent, names: frozenset[str]) -> bool:
    """Whether the event alone has every one of these fields, so that no row is looked up."""
    return names <= event.update.model_fields_set


def columns_of(rows: Sequence[Enriched], columns: Sequence[str]) -> Mapping[str, Sequence[Value]]:
    """Give what a model with these columns sees, column by column; missing values are None."""
    by_name = _by_name(rows, names_of(columns))
    features = [FEATURE_OF_COLUMN[column] for column in columns]
    return {
        feature.column: _tenures(by_name[feature.name], rows)
        if feature.kind is Kind.TENURE
        else by_name[feature.name]
        for feature in features
    }


def _by_name(rows: Sequence[Enriched], names: frozenset[str]) -> dict[str, list[Any]]:
    """Turn profiles into columns, and lay over them what the events carry: few fields of many."""
    profiles = [row.profile or _NOBODY for row in rows]
    by_name = {name: list(map(attrgetter(name), profiles)) for name in names}
    for place, row in enumerate(rows):
        update = row.event.update
        for name in names & update.model_fields_set:
            by_name[name][place] = getattr(update, name)
    return by_name


def _tenures(since: Iterable[date | None], rows: Iterable[Enriched]) -> list[float | None]:
    return [tenure(day, row.event.time) for day, row in zip(since, rows, strict=True)]


def tenure(since: date | None, at: datetime) -> float | None:
    """Days from the day a customer came to the (UTC) day of the event; None where unknown."""
    if since is None:
        return None
    return float(at.astimezone(UTC).toordinal() - since.toordinal())
