"""Which events each consumer gets, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from consumer.message import OutgoingMessage
from tools.sample.events import sample_events

WARM_UP_LONE = 10
WARM_UP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The events, the same for all; those of the warm-up are not counted."""

    first: Sequence[OutgoingMessage]
    """One event, which waits for the consumer to start."""
    lone_warm_up: Sequence[OutgoingMessage]
    steady_warm_up: Sequence[OutgoingMessage]
    lone: Sequence[OutgoingMessage]
    steady: Sequence[OutgoingMessage]
    rate: float
    """Events a second, of those that are steady."""

    @property
    def warming(self) -> int:
        """How many events come before those that are counted."""
        return len(self.first) + len(self.lone_warm_up) + len(self.steady_warm_up)

    @property
    def events(self) -> int:
        """How many events there are in all."""
        return self.warming + len(self.lone) + len(self.steady)


def plan_of(rate: float, seconds: float, lone: int) -> Plan:
    """Make events of the sample's customers, equal each time but for their times."""
    warm_up, steady = (max(1, round(rate * each)) for each in (WARM_UP_SECONDS, seconds))
    total = 1 + WARM_UP_LONE + warm_up + lone + steady
    made = sample_events(total, seed=1, now=lambda: datetime.now(UTC))
    messages = (event.message for event in made)
    return Plan(
        first=list(islice(messages, 1)),
        lone_warm_up=list(islice(messages, WARM_UP_LONE)),
        steady_warm_up=list(islice(messages, warm_up)),
        lone=list(islice(messages, lone)),
        steady=list(islice(messages, steady)),
        rate=rate,
    )
