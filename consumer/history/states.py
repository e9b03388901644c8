"""The alert rule applied to a batch, with its customers locked until the transaction ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy

from consumer.crossing import AlertRule, AlertState
from consumer.history import parameters
from consumer.history.rows import CustomerKey, Row, Scoring
from consumer.history.statements import LOCK_STATES, WRITE_STATES


def lock_states(
    connection: sqlalchemy.Connection, rows: Sequence[Row], scoring: Scoring
) -> dict[CustomerKey, AlertState]:
    """Lock the customers of a batch, in one order for all workers, and read where they stand.

    A customer that is new to the table gets a row, so that two workers cannot both be the first.
    """
    customers = list(dict.fromkeys(row.customer for row in rows))
    found = connection.execute(LOCK_STATES, parameters.of_customers(customers, scoring))
    return {
        CustomerKey(row[0], row[1]): AlertState(_utc(row[2]), row[3], _utc(row[4])) for row in found
    }


def apply_rule(
    rule: AlertRule, rows: Sequence[Row], states: Mapping[CustomerKey, AlertState]
) -> tuple[list[Row], dict[CustomerKey, AlertState]]:
    """Silence the alerts that the rule does not admit, going through the batch by event time.

    Args:
        rule: which alerts are admitted.
        rows: events that were not decided before, each once, in order of arrival.
        states: where each of their customers stands.

    Returns:
        The rows, and where their customers stand afterwards.
    """
    judged: list[Row] = []
    after: dict[CustomerKey, AlertState] = {}
    for row in sorted(rows, key=lambda each: each.event_time):
        before = after.get(row.customer, states[row.customer])
        alerts, after[row.customer] = rule.judge(before, row.event_time, is_above=row.is_above)
        judged.append(row if alerts else row._replace(alert=None, revision=None))
    return judged, after


def write_states(
    connection: sqlalchemy.Connection, states: Mapping[CustomerKey, AlertState], scoring: Scoring
) -> None:
    """Write where the customers of a batch stand now; they must be locked."""
    connection.execute(WRITE_STATES, parameters.of_states(states, scoring))


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
