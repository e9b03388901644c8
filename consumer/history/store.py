"""The History port on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

import sqlalchemy

from consumer.crossing import AlertRule
from consumer.database import by_itself, translated
from consumer.errors import RevisionTaken
from consumer.history import parameters
from consumer.history.rows import Row, Scoring, rows_of, scoring_of
from consumer.history.statements import CONFIRM, RECALL, RECORD, REVISIONS
from consumer.history.states import apply_rule, lock_states, write_states
from consumer.ports import Model
from consumer.stages import Decision, EventKey, Remembered
from schemas.moments import rfc3339

_Standing = dict[EventKey, Remembered]


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
        with translated(), by_itself(self._engine) as connection:
            return _recall(connection, keys)

    def revisions(self, keys: Sequence[EventKey]) -> Mapping[EventKey, int]:
        """Count on from the highest revision of each event; that of the event itself is 1."""
        with translated(), by_itself(self._engine) as connection:
            found = connection.execute(REVISIONS, parameters.of_keys(keys)).all()
        highest = {EventKey(*row[:3]): row[3] or 1 for row in found}
        return {key: highest.get(key, 1) + 1 for key in keys}

    def record(
        self, decisions: Sequence[Decision], model: Model, *, threshold: float
    ) -> Sequence[Remembered]:
        """Keep the decisions, all or none; as the port says."""
        scoring = scoring_of(model, threshold=threshold, scored_at=self._now())
        rows = rows_of(decisions, model.columns, threshold)
        with translated(), self._recording(rows) as connection:
            return _record(connection, rows, scoring, self._rule)

    def _recording(self, rows: Sequence[Row]) -> AbstractContextManager[sqlalchemy.Connection]:
        """Without a rule and replays it is one statement, and nothing is taken back after it."""
        if self._rule is None and not any(row.key.replay for row in rows):
            return by_itself(self._engine)
        return self._engine.begin()

    def confirm(self, keys: Sequence[EventKey]) -> None:
        """Note that Pub/Sub has the alerts; as the port says.

        Two workers that confirm copies of the same alerts in another order may end in a deadlock,
        which the server breaks and the caller tries again.
        """
        with translated(), by_itself(self._engine) as connection:
            connection.execute(CONFIRM, {**parameters.of_keys(keys), "at": rfc3339(self._now())})


def _record(
    connection: sqlalchemy.Connection,
    rows: Sequence[Row],
    scoring: Scoring,
    rule: AlertRule | None,
) -> list[Remembered]:
    """Keep the first row of each event; say what stands for every row."""
    firsts: dict[EventKey, Row] = {}
    for row in rows:
        firsts.setdefault(row.key, row)
    keep = _keep if rule is None else partial(_keep_by_rule, rule=rule)
    standing = keep(connection, list(firsts.values()), scoring)
    return [_standing(row, standing, is_copy=firsts[row.key] is not row) for row in rows]


def _keep(connection: sqlalchemy.Connection, rows: Sequence[Row], scoring: Scoring) -> _Standing:
    """Insert the rows; give what stands for their events."""
    new = _insert(connection, rows, scoring)
    # A statement of its own, because RECORD does not see what others committed while it waited.
    others = [row.key for row in rows if row.key not in new]
    return new | _recall(connection, others) if others else new


def _keep_by_rule(
    connection: sqlalchemy.Connection, rows: Sequence[Row], scoring: Scoring, *, rule: AlertRule
) -> _Standing:
    """Insert the rows as the rule judges them.

    The customers are locked first, so that no other worker scores an event of theirs meanwhile.
    """
    states = lock_states(connection, rows, scoring)
    earlier = _recall(connection, [row.key for row in rows])
    judged, after = apply_rule(rule, [row for row in rows if row.key not in earlier], states)
    new = _insert(connection, judged, scoring)
    write_states(connection, after, scoring)
    return earlier | new


def _insert(connection: sqlalchemy.Connection, rows: Sequence[Row], scoring: Scoring) -> _Standing:
    """Insert the rows of events that are not there yet; give what stands for those."""
    found = connection.execute(RECORD, parameters.of_rows(rows, scoring))
    left_out = {place for (place,) in found}
    silence = Remembered(None, scoring.scored_at, is_settled=True, is_earlier=False)
    return {
        row.key: silence
        if row.alert is None
        else silence._replace(alert=row.alert, is_settled=False)
        for place, row in enumerate(rows, 1)
        if place not in left_out
    }


def _standing(row: Row, standing: _Standing, *, is_copy: bool) -> Remembered:
    """Say what counts for a row: what was kept for its event just now, or was there before.

    Raises:
        RevisionTaken: neither: somebody else took its revision, as another replay of its event.
            Where a rule is asked, it may also be the event itself, with another customer.
    """
    found = standing.get(row.key)
    if found is None:
        raise RevisionTaken("the event was decided elsewhere at the same moment")
    return found._replace(is_earlier=True) if is_copy else found


def _recall(connection: sqlalchemy.Connection, keys: Sequence[EventKey]) -> _Standing:
    found = connection.execute(RECALL, parameters.of_keys(keys))
    return {
        EventKey(*row[:3]): Remembered(row[5], row[3], is_settled=row[4], is_earlier=True)
        for row in found
    }
