"""A batch as the parameters of a statement: one a column, which the server takes apart.

Text, moments and documents go as JSON lists, numbers as PostgreSQL arrays. Both are written by one
call for the whole column, where pg8000 writes lists value by value in Python.
"""

from collections.abc import Mapping, Sequence

import orjson

from consumer.crossing import AlertState
from consumer.history.rows import CustomerKey, Row, Scoring
from consumer.stages import EventKey
from schemas.moments import rfc3339

Parameters = dict[str, str | float]


def of_keys(keys: Sequence[EventKey]) -> Parameters:
    """Write the names of events in three columns."""
    return {
        "sources": json([key.source for key in keys]),
        "ids": json([key.id for key in keys]),
        "replays": json([key.replay for key in keys]),
    }


def of_rows(rows: Sequence[Row], scoring: Scoring) -> Parameters:
    """Write rows column by column, and once what they have in common."""
    return {
        **of_keys([row.key for row in rows]),
        "customers": array([row.id_client for row in rows]),
        "times": json([row.event_time for row in rows]),
        "inputs": json([row.inputs for row in rows]),
        "probabilities": array([row.probability for row in rows]),
        "alerts": json([None if row.alert is None else row.alert.decode() for row in rows]),
        "revisions": array([row.revision for row in rows]),
        "model_version": scoring.model_version,
        "model_sha256": scoring.model_sha256,
        "threshold": scoring.threshold,
        "scored_at": rfc3339(scoring.scored_at),
    }


def of_customers(customers: Sequence[CustomerKey], scoring: Scoring) -> Parameters:
    """Write the names of customers, and when they are scored."""
    return {
        "customers": array([customer.id_client for customer in customers]),
        "replays": json([customer.replay_id for customer in customers]),
        "scored_at": rfc3339(scoring.scored_at),
    }


def of_states(states: Mapping[CustomerKey, AlertState], scoring: Scoring) -> Parameters:
    """Write where customers stand after they were scored."""
    return {
        **of_customers(list(states), scoring),
        "times": json([state.newest for state in states.values()]),
        "above": array([state.is_above for state in states.values()]),
        "alerted": json([state.alerted_at for state in states.values()]),
    }


def json(values: Sequence[object]) -> str:
    """Write a column as a JSON list."""
    return orjson.dumps(values).decode()


def array(numbers: Sequence[float | None]) -> str:
    """Write a column of finite numbers as an array ("Array Value Input", PostgreSQL manual)."""
    return f"{{{json(numbers)[1:-1]}}}"
