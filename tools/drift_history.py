"""The score history counted by a model's bins: the server counts, a few hours at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy

from consumer.database import translated
from consumer.drift import Bins, CategoryBins, Layout, NumberBins
from consumer.drift.layout import Counts
from schemas.moments import rfc3339

SLICE = timedelta(hours=6)
"""What one statement reads, so that none holds the server's cleaning up for long."""

_SPAN = sqlalchemy.text("""
    SELECT min(scored_at), max(scored_at)
      FROM score_history
     WHERE scored_at >= CAST(:since AS timestamptz) AND scored_at < CAST(:until AS timestamptz)
       AND replay_id = ''
""")

# width_bucket counts the edges that are not above a number ("Mathematical Functions", PostgreSQL
# manual): 0 below the first, and a number that equals an edge is in the bin above it. A place that
# is null is the bin of nulls. Rows of a model without a column say nothing about it.
_COUNT = sqlalchemy.text("""
    SELECT asked.feature,
           CASE jsonb_typeof(inputs -> asked.feature)
                WHEN 'number' THEN width_bucket(
                    CAST(inputs ->> asked.feature AS double precision), asked.edges)
                WHEN 'string' THEN coalesce(
                    array_position(asked.known, inputs ->> asked.feature) - 1,
                    cardinality(asked.known))
           END AS place,
           count(*)
      FROM score_history
     CROSS JOIN json_to_recordset(CAST(:asked AS json)) AS asked (
           feature text, edges double precision[], known text[])
     WHERE scored_at >= CAST(:since AS timestamptz) AND scored_at < CAST(:until AS timestamptz)
       AND replay_id = ''
       AND inputs -> asked.feature IS NOT NULL
     GROUP BY 1, 2
     UNION ALL
    SELECT asked.feature, width_bucket(probability, asked.edges), count(*)
      FROM score_history
     CROSS JOIN json_to_recordset(CAST(:score AS json)) AS asked (
           feature text, edges double precision[])
     WHERE scored_at >= CAST(:since AS timestamptz) AND scored_at < CAST(:until AS timestamptz)
       AND replay_id = ''
       AND model_sha256 = :sha256
     GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which events were scored."""

    since: datetime
    until: datetime
    """Not part of it."""

    def slices(self) -> Iterator["Period"]:
        """Part it, in order."""
        since = self.since
        while since < self.until:
            until = min(since + SLICE, self.until)
            yield Period(since, until)
            since = until


def scored_within(engine: sqlalchemy.Engine, period: Period) -> Period | None:
    """Find when the first and the last event of a period were scored; None where there is none.

    Raises:
        ChurnError: the database is away, or refuses.
    """
    with translated(), engine.connect() as connection:
        first, last = connection.execute(_SPAN, _named(period)).one()
    return None if first is None else Period(first, last + timedelta(microseconds=1))


def count(
    engine: sqlalchemy.Engine, periods: Iterable[Period], layout: Layout, sha256: str
) -> Counts:
    """Add up what was scored; replays are left out, they bring back another time.

    Inputs are counted whatever model saw them, scores of the one model alone.

    Args:
        engine: of a database whose tables are up to date.
        periods: that do not overlap.
        layout: the bins.
        sha256: digest of the model whose scores are counted.

    Raises:
        ChurnError: the database is away, or refuses.
    """
    counts, asked = layout.zeros(), {**_asked(layout), "sha256": sha256}
    starts = dict(zip([each.feature for each in layout.features], layout.starts, strict=True))
    nulls = dict(zip(starts, layout.sizes - 1, strict=True))
    for period in periods:
        with translated(), engine.connect() as connection:
            for feature, place, events in connection.execute(_COUNT, asked | _named(period)):
                counts[starts[feature] + (nulls[feature] if place is None else place)] += events
    return counts


def _named(period: Period) -> dict[str, str]:
    return {"since": rfc3339(period.since), "until": rfc3339(period.until)}


def _asked(layout: Layout) -> dict[str, str]:
    score, *inputs = layout.features
    return {
        "score": orjson.dumps([_bins(score)]).decode(),
        "asked": orjson.dumps([_bins(each) for each in inputs]).decode(),
    }


def _bins(bins: Bins) -> dict[str, Any]:
    match bins:
        case NumberBins():
            return {"feature": bins.feature, "edges": bins.edges.tolist()}
        case CategoryBins():
            return {"feature": bins.feature, "known": bins.known}
    raise TypeError(f"{type(bins).__name__} has no form in SQL")
