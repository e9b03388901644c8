"""The score history in tests: a clock that stands still, and looks at the rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy

from consumer.history import SqlHistory
from consumer.message import Message
from consumer.pipeline import process
from consumer.ports import History
from consumer.stages import Outcome
from schemas.tables import Profile
from tests.builders import NOON, POLICY, TOPIC, LogisticModel, RecordedProfiles, profile

AT_RISK, SAFE = 1, 2
KNOWN = {AT_RISK: profile(AT_RISK, age=70), SAFE: profile(SAFE, age=20)}


def history_of(engine: sqlalchemy.Engine, now: datetime = NOON) -> SqlHistory:
    """Give the history of a database at a moment."""
    return SqlHistory(engine, now=lambda: now)


def worked(
    history: History,
    *batch: Message,
    known: Mapping[int, Profile] | None = None,
    model: LogisticModel | None = None,
) -> list[Outcome]:
    """What a worker with this history makes of these messages."""
    return process(
        batch,
        topic=TOPIC,
        profiles=RecordedProfiles(KNOWN if known is None else known),
        model=model or LogisticModel(),
        policy=POLICY,
        history=history,
    )


def rows(engine: sqlalchemy.Engine, columns: str = "*") -> Sequence[sqlalchemy.Row[Any]]:
    """Read the history, ordered by event."""
    with engine.connect() as connection:
        query = f"SELECT {columns} FROM score_history ORDER BY event_id, replay_id"
        return connection.exec_driver_sql(query).all()
