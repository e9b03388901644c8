"""What the worker's own code says of events, away from all trouble."""

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from consumer.alerts import AlertPolicy
from consumer.database import Database
from consumer.message import Message
from consumer.model import LoadedModel, load_model
from consumer.pipeline import conclude, judge
from consumer.profiles import SqlProfiles
from consumer.stages import Alerted, Silent
from tests.chaos.events import Event, Fate
from tools.training import TrainedModel, write_model

TOPIC = "projects/p/topics/updates"
"""Events that name their source never look at it."""
BATCH = 500


def alerts_of(
    events: Iterable[Event], database: Database, trained: TrainedModel, policy: AlertPolicy
) -> dict[str, bytes]:
    """Give the data of the alert of each good event that alerts, by event id."""
    good = [as_received(each) for each in events if each.fate is Fate.SCORED]
    model, profiles = loaded(trained), SqlProfiles(database.engine)
    alerts: dict[str, bytes] = {}
    for start in range(0, len(good), BATCH):
        batch = good[start : start + BATCH]
        judged = judge(batch, topic=TOPIC, profiles=profiles, model=model, policy=policy)
        for outcome in conclude(judged):
            assert isinstance(outcome, Alerted | Silent), outcome
            if isinstance(outcome, Alerted):
                alerts[outcome.event.id] = outcome.alert.encode()
    return alerts


def as_received(event: Event) -> Message:
    """Give an event as the worker gets it."""
    return Message(event.id, event.message.data, event.message.attributes, datetime.now(UTC), "", 1)


def loaded(trained: TrainedModel) -> LoadedModel:
    """Load a model as the worker does, from a file."""
    with tempfile.TemporaryDirectory() as directory:
        return load_model(str(write_model(trained, Path(directory))))
