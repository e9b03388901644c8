"""What a message becomes on its way through the pipeline, and how it may end."""

from dataclasses import dataclass

from consumer.errors import EventError
from consumer.message import Message
from schemas.alerts import ChurnAlert
from schemas.events import CustomerEvent
from schemas.tables import Profile


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message that was read."""

    message: Message
    event: CustomerEvent


@dataclass(frozen=True, slots=True)
class Enriched:
    """An event with its customer's profile; None where the event carries every feature itself."""

    message: Message
    event: CustomerEvent
    profile: Profile | None


@dataclass(frozen=True, slots=True)
class Scored:
    """An event with its probability of churn."""

    row: Enriched
    probability: float


@dataclass(frozen=True, slots=True)
class Alerted:
    """The end of an event that raises an alert."""

    message: Message
    event: CustomerEvent
    alert: ChurnAlert


@dataclass(frozen=True, slots=True)
class Silent:
    """The end of an event whose probability is below the threshold."""

    message: Message
    event: CustomerEvent
    probability: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The end of a message about which there is an error; its class says what becomes of it."""

    message: Message
    error: EventError


Outcome = Alerted | Silent | Failed
