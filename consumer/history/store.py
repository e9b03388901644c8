"""The History port on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import orjson
import sqlalchemy

from consumer.database import translated
from consumer.errors import RevisionTaken
from consumer.history.rows import Row, rows_of
from consumer.history.statements import CONFIRM, RECALL, RECORD, REVISIONS
from consumer.ports import Model
from consumer.stages import Decision, EventKey, Remembered
from schemas.moments import rfc3339


class SqlHistory:
    """Recalls, records and confirms; each is one statement a batch."""

    def __init__(self, engine: sqlalchemy.Engine, *, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def recall(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Remembered]:
        """Find what was decided about those of the events that are known; as the port says."""
        with translated(), self._engine.connect() as connection:
            return _recall(connection, keys)

    def revisions(self, keys: Sequence[EventKey]) -> Mapping[EventKey, int]:
        """Count on from the highest revision of each event; that of the event itself is 1."""
        with translated(), self._engine.connect() as connection:
            found = connection.execute(REVISIONS, {"keys": _json(keys)}).all()
        highest = {EventKey(*row[:3]): row[3] or 1 for row in found}
        return {key: highest.get(key, 1) + 1 for key in keys}

    def record(
        self, decisions: Sequence[Decision], model: Model, *, threshold: float
    ) -> Sequence[Remembered]:
        """Keep the decisions in one transaction; as the port says."""
        rows = rows_of(decisions, model, threshold=threshold, scored_at=self._now())
        with translated(), self._engine.begin() as connection:
            return _record(connection, rows)

    def confirm(self, keys: Sequence[EventKey]) -> None:
        """Note that Pub/Sub has the alerts; as the port says.

        Two workers that confirm copies of the same alerts in another order may end in a deadlock,
        which the server breaks and the caller tries again.
        """
        with translated(), self._engine.begin() as connection:
            connection.execute(CONFIRM, {"keys": _json(keys), "at": rfc3339(self._now())})


def _record(connection: sqlalchemy.Connection, rows: Sequence[Row]) -> list[Remembered]:
    inserted = connection.execute(RECORD, {"rows": orjson.dumps(rows).decode()})
    new = {EventKey(*row) for row in inserted}
    own: dict[EventKey, Row] = {}
    for row in rows:
        own.setdefault(row.key, row)
    # A statement of its own, because RECORD does not see what others committed while it waited.
    others = [key for key in own if key not in new]
    earlier = _recall(connection, others) if others else {}
    return [_standing(row, own, new, earlier) for row in rows]


def _standing(
    row: Row,
    own: Mapping[EventKey, Row],
    new: set[EventKey],
    earlier: Mapping[EventKey, Remembered],
) -> Remembered:
    """Say what counts for a row: itself, the first of its event in this batch, or another's."""
    if row.key in new:
        first = own[row.key]
        alert = None if first.alert is None else first.alert.encode()
        return Remembered(alert, first.scored_at, alert is None, is_earlier=first is not row)
    if row.key not in earlier:
        raise RevisionTaken("another replay of this event was scored at the same moment")
    return earlier[row.key]


def _recall(
    connection: sqlalchemy.Connection, keys: Sequence[EventKey]
) -> dict[EventKey, Remembered]:
    found = connection.execute(RECALL, {"keys": _json(keys)})
    return {
        EventKey(*row[:3]): Remembered(row[5], row[3], is_settled=row[4], is_earlier=True)
        for row in found
    }


def _json(keys: Sequence[EventKey]) -> str:
    named = [{"event_source": k.source, "event_id": k.id, "replay_id": k.replay} for k in keys]
    return orjson.dumps(named).decode()
