"""When an event at risk is worth another alert, by what its customer's earlier events were.

All times are the events' own. An event that is older than the newest one that was scored for its
customer changes nothing and never alerts, so that events may arrive in any order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class AlertState:
    """Where a customer stands; by default one of whom nothing is known."""

    newest: datetime | None = None
    """The time of the newest event that was scored."""
    is_above: bool = False
    """Whether that event was at or above the threshold."""
    alerted_at: datetime | None = None
    """The time of the last event that alerted."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Which events at or above the threshold alert; the others never do."""

    only_crossings: bool
    """Only where the event before was below the threshold, or there was none."""
    cooldown: timedelta
    """How long after an alert there is no other."""

    def judge(self, state: AlertState, at: datetime, *, is_above: bool) -> tuple[bool, AlertState]:
        """Say whether an event alerts, and where its customer stands after it.

        Args:
            state: where the customer stood before it.
            at: the event's time.
            is_above: whether its probability is at or above the threshold.
        """
        if state.newest is not None and at < state.newest:
            return False, state
        alerts = is_above and self._is_due(state, at)
        return alerts, AlertState(at, is_above, at if alerts else state.alerted_at)

    def _is_due(self, state: AlertState, at: datetime) -> bool:
        if self.only_crossings and state.is_above:
            return False
        return state.alerted_at is None or at - state.alerted_at >= self.cooldown
