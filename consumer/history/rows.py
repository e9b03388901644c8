"""What of a decision goes into the history's row. The name is not among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer.features import inputs_of
from consumer.ports import Model
from consumer.stages import Decision, EventKey, key_of
from schemas.manifest import Value


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``score_history``; the fields are named as its columns."""

    event_source: str
    event_id: str
    replay_id: str
    id_client: int
    event_time: datetime
    model_version: str
    model_sha256: str
    inputs: dict[str, Value]
    probability: float
    threshold: float
    alert: str | None
    """The alert's JSON; None for silence."""
    revision: int | None
    scored_at: datetime

    @property
    def is_above(self) -> bool:
        """Whether the customer is at risk."""
        return self.probability >= self.threshold

    @property
    def key(self) -> EventKey:
        """What names the event."""
        return EventKey(self.event_source, self.event_id, self.replay_id)


def rows_of(
    decisions: Sequence[Decision], model: Model, *, threshold: float, scored_at: datetime
) -> list[Row]:
    """Lay each decision out as a row."""
    return [_row(each, model, threshold, scored_at) for each in decisions]


def _row(decision: Decision, model: Model, threshold: float, scored_at: datetime) -> Row:
    event, alert = decision.item.row.event, decision.alert
    key = key_of(event)
    return Row(
        event_source=key.source,
        event_id=key.id,
        replay_id=key.replay,
        id_client=event.update.id_client,
        event_time=event.time,
        model_version=model.reference.version,
        model_sha256=model.reference.sha256,
        inputs=inputs_of(decision.item.row, model.columns),
        probability=decision.item.probability,
        threshold=threshold,
        alert=None if alert is None else alert.encode().decode(),
        revision=None if alert is None else alert.revision,
        scored_at=scored_at,
    )
