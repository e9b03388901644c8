"""The History port on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import orjson
import sqlalchemy

from consumer.crossing import AlertRule
from consumer.database import translated
from consumer.errors import RevisionTaken
from consumer.history.rows import Row, rows_of
from consumer.history.statements import CONFIRM, RECALL, RECORD, REVISIONS
from consumer.history.states import apply_rule, lock_states, write_states
from consumer.ports import Model
from consumer.stages import Decision, EventKey, Remembered
from schemas.moments import rfc3339

_Kept = tuple[Mapping[EventKey, Row], Mapping[EventKey, Remembered]]


class SqlHistory:
    """Recalls, records and confirms: one statement a batch, and with a rule four to record."""

    def __init__(
        self,
        engine: sqlalchemy.Engine,
        *,
        now: Callable[[], datetime],
        rule: AlertRule | None = None,
    ) -> None:
        """Use a database whose tables are up to date.

        Args:
            engine: of the database.
            now: the clock.
            rule: which alerts are published; None for all.
        """
        self._engine = engine
        self._now = now
        self._rule = rule

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
            return _record(connection, rows, self._rule)

    def confirm(self, keys: Sequence[EventKey]) -> None:
        """Note that Pub/Sub has the alerts; as the port says.

        Two workers that confirm copies of the same alerts in another order may end in a deadlock,
        which the server breaks and the caller tries again.
        """
        with translated(), self._engine.begin() as connection:
            connection.execute(CONFIRM, {"keys": _json(keys), "at": rfc3339(self._now())})


def _record(
    connection: sqlalchemy.Connection, rows: Sequence[Row], rule: AlertRule | None
) -> list[Remembered]:
    firsts: dict[EventKey, Row] = {}
    for row in rows:
        firsts.setdefault(row.key, row)
    keep = _keep if rule is None else partial(_keep_by_rule, rule=rule)
    kept, earlier = keep(connection, list(firsts.values()))
    return [_standing(row, kept, earlier, is_copy=firsts[row.key] is not row) for row in rows]


def _keep(connection: sqlalchemy.Connection, rows: Sequence[Row]) -> _Kept:
    """Insert the rows; give those that are new, and what stands for the others."""
    new = _insert(connection, rows)
    # A statement of its own, because RECORD does not see what others committed while it waited.
    others = [row.key for row in rows if row.key not in new]
    return new, _recall(connection, others) if others else {}


def _keep_by_rule(
    connection: sqlalchemy.Connection, rows: Sequence[Row], *, rule: AlertRule
) -> _Kept:
    """Insert the rows as the rule judges them.

    The customers are locked first, so that no other worker scores an event of theirs meanwhile.
    """
    states = lock_states(connection, rows)
    earlier = _recall(connection, [row.key for row in rows])
    fresh = [row for row in rows if row.key not in earlier]
    judged, after = apply_rule(rule, fresh, states)
    new = _insert(connection, judged)
    write_states(connection, after, fresh)
    return new, earlier


def _insert(connection: sqlalchemy.Connection, rows: Sequence[Row]) -> dict[EventKey, Row]:
    """Insert the rows of events that are not there yet; give back those."""
    by_key = {row.key: row for row in rows}
    inserted = connection.execute(RECORD, {"rows": orjson.dumps(rows).decode()})
    return {key: by_key[key] for key in (EventKey(*row) for row in inserted)}


def _standing(
    row: Row,
    kept: Mapping[EventKey, Row],
    earlier: Mapping[EventKey, Remembered],
    *,
    is_copy: bool,
) -> Remembered:
    """Say what counts for a row: what was kept for its event just now, or was there before.

    Raises:
        RevisionTaken: neither: somebody else took its revision, as another replay of its event.
            Where a rule is asked, it may also be the event itself, with another customer.
    """
    if row.key in kept:
        now = kept[row.key]
        alert = None if now.alert is None else now.alert.encode()
        return Remembered(alert, now.scored_at, alert is None, is_earlier=is_copy)
    if row.key not in earlier:
        raise RevisionTaken("the event was decided elsewhere at the same moment")
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
