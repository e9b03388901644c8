"""The score history in tests: a clock that stands still, and looks at the rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy

from consumer.crossing import AlertRule
from consumer.history import SqlHistory
from consumer.history.rows import Row
from consumer.message import Message
from consumer.pipeline import conclude, judge
from consumer.ports import History, Model
from consumer.stages import EventKey, Outcome
from schemas.tables import Profile
from tests.builders import NOON, POLICY, TOPIC, LogisticModel, RecordedProfiles, profile

CROSSING = AlertRule(only_crossings=True, cooldown=timedelta(0))
AT_RISK, SAFE = 1, 2
KNOWN = {AT_RISK: profile(AT_RISK, age=70), SAFE: profile(SAFE, age=20)}


def history_of(
    engine: sqlalchemy.Engine, now: datetime = NOON, rule: AlertRule | None = None
) -> SqlHistory:
    """Give the history of a database at a moment."""
    return SqlHistory(engine, now=lambda: now, rule=rule)


def row(event_id: str, at: datetime, *, is_above: bool, id_client: int = 1) -> Row:
    """Build a row that an event at, or below, the threshold would become."""
    return Row(
        key=EventKey("crm", event_id, ""),
        id_client=id_client,
        event_time=at,
        inputs={},
        probability=0.5 if is_above else 0.4,
        is_above=is_above,
        alert=b"{}" if is_above else None,
        revision=1 if is_above else None,
    )


def worked(
    history: History,
    *batch: Message,
    known: Mapping[int, Profile] | None = None,
    model: Model | None = None,
) -> list[Outcome]:
    """What a worker with this history makes of these messages."""
    judged = judge(
        batch,
        topic=TOPIC,
        profiles=RecordedProfiles(KNOWN if known is None else known),
        model=model or LogisticModel(),
        policy=POLICY,
        history=history,
    )
    return conclude(judged, history=history)


def rows(engine: sqlalchemy.Engine, columns: str = "*") -> Sequence[sqlalchemy.Row[Any]]:
    """Read the history, ordered by event."""
    with engine.connect() as connection:
        query = f"SELECT {columns} FROM score_history ORDER BY event_id, replay_id"
        return connection.exec_driver_sql(query).all()
