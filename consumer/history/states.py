"""The alert rule applied to a batch, with its customers locked until the transaction ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

import orjson
import sqlalchemy

from consumer.crossing import AlertRule, AlertState
from consumer.history.rows import Row
from consumer.history.statements import LOCK_STATES, WRITE_STATES


class CustomerKey(NamedTuple):
    """A customer in the events themselves, or in one replay of them."""

    id_client: int
    replay_id: str


@dataclass(frozen=True, slots=True)
class _Written:
    """A row of ``alert_state``."""

    id_client: int
    replay_id: str
    event_time: datetime | None
    is_above: bool
    alerted_at: datetime | None
    scored_at: datetime


def lock_states(
    connection: sqlalchemy.Connection, rows: Sequence[Row]
) -> dict[CustomerKey, AlertState]:
    """Lock the customers of a batch, in one order for all workers, and read where they stand.

    A customer that is new to the table gets a row, so that two workers cannot both be the first.
    """
    scored_at = {customer_of(row): row.scored_at for row in rows}
    asked = [{**key._asdict(), "scored_at": at} for key, at in scored_at.items()]
    found = connection.execute(LOCK_STATES, {"states": orjson.dumps(asked).decode()})
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
        customer = customer_of(row)
        before = after.get(customer, states[customer])
        alerts, after[customer] = rule.judge(before, row.event_time, is_above=row.is_above)
        judged.append(row if alerts else replace(row, alert=None, revision=None))
    return judged, after


def write_states(
    connection: sqlalchemy.Connection,
    states: Mapping[CustomerKey, AlertState],
    rows: Sequence[Row],
) -> None:
    """Write where the customers of these rows stand now; they must be locked."""
    scored_at = {customer_of(row): row.scored_at for row in rows}
    written = [
        _Written(*key, state.newest, state.is_above, state.alerted_at, scored_at[key])
        for key, state in states.items()
    ]
    connection.execute(WRITE_STATES, {"states": orjson.dumps(written).decode()})


def customer_of(row: Row) -> CustomerKey:
    """Name the customer of a row."""
    return CustomerKey(row.id_client, row.replay_id)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
