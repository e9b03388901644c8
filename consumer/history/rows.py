"""What of a decision goes into the history's row. The name is not among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from consumer.ports import Model
from consumer.stages import Decision, EventKey, key_of
from schemas.manifest import Value


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the rows of one batch have in common; the fields are named as the columns."""

    model_version: str
    model_sha256: str
    threshold: float
    scored_at: datetime


class CustomerKey(NamedTuple):
    """A customer in the events themselves, or in one replay of them."""

    id_client: int
    replay_id: str


class Row(NamedTuple):
    """What a row of ``score_history`` has for itself; the fields are named as the columns."""

    key: EventKey
    id_client: int
    event_time: datetime
    inputs: dict[str, Value]
    probability: float
    is_above: bool
    """Whether the customer is at risk."""
    alert: bytes | None
    """The alert's data; None for silence."""
    revision: int | None

    @property
    def customer(self) -> CustomerKey:
        """Whose state the event changes."""
        return CustomerKey(self.id_client, self.key.replay)


def scoring_of(model: Model, *, threshold: float, scored_at: datetime) -> Scoring:
    """Say what the rows of a batch have in common."""
    return Scoring(model.reference.version, model.reference.sha256, threshold, scored_at)


def rows_of(decisions: Sequence[Decision], columns: Sequence[str], threshold: float) -> list[Row]:
    """Lay each decision out as a row; ``columns`` are the model's."""
    return [_row(each, columns, threshold) for each in decisions]


def _row(decision: Decision, columns: Sequence[str], threshold: float) -> Row:
    (row, probability, inputs), alert = decision
    event = row.event
    return Row(
        key_of(event),
        event.update.id_client,
        event.time,
        dict(zip(columns, inputs, strict=True)),
        probability,
        probability >= threshold,
        None if alert is None else alert.encode(),
        None if alert is None else alert.revision,
    )
