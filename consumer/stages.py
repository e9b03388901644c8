"""What a message becomes on its way through the pipeline, and how it may end.

Each event passes through all of these, and a tuple is made in half the time of a frozen dataclass.
"""

from datetime import datetime
from typing import NamedTuple

from consumer.errors import EventError
from consumer.message import Message
from schemas.alerts import ChurnAlert
from schemas.events import CustomerEvent
from schemas.manifest import Value
from schemas.tables import Profile


class EventKey(NamedTuple):
    """What names an event, or one replay of it: redeliveries have it in common."""

    source: str
    id: str
    replay: str
    """Empty for the event itself."""


def key_of(event: CustomerEvent) -> EventKey:
    """Name an event."""
    return EventKey(event.source, event.id, event.replay or "")


class Decoded(NamedTuple):
    """A message that was read."""

    message: Message
    event: CustomerEvent
    revision: int = 1
    """The revision that an alert about it will have."""


class Enriched(NamedTuple):
    """An event with its customer's profile; None where the event carries every feature itself."""

    message: Message
    event: CustomerEvent
    profile: Profile | None
    revision: int = 1


class Scored(NamedTuple):
    """An event with its probability of churn."""

    row: Enriched
    probability: float
    inputs: tuple[Value, ...]
    """What the model saw, in the order of its columns; missing values are None."""


class Decision(NamedTuple):
    """A scored event with the alert that it raises; None for silence."""

    item: Scored
    alert: ChurnAlert | None


class Remembered(NamedTuple):
    """What the history holds of an event."""

    alert: bytes | None
    """The alert's data, byte for byte; None for silence, and where it need not be sent again."""
    scored_at: datetime
    is_settled: bool
    """Whether nothing is left to do: its alert is confirmed, or there is none."""
    is_earlier: bool
    """Whether it was decided before: by an earlier delivery, or by another worker."""


class Alerted(NamedTuple):
    """The end of an event that raises an alert."""

    message: Message
    event: CustomerEvent
    alert: ChurnAlert
    kept: Remembered | None = None
    """The alert as the history holds it; None where it is off."""


class Silent(NamedTuple):
    """The end of an event whose probability is below the threshold."""

    message: Message
    event: CustomerEvent
    probability: float


class Failed(NamedTuple):
    """The end of a message about which there is an error; its class says what becomes of it."""

    message: Message
    error: EventError


Outcome = Alerted | Silent | Failed
