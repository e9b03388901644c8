"""How many alerts a day each model sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tools.what_if.moments import day
from tools.what_if.tally import Alerts


class Day(NamedTuple):
    """The events of one (UTC) day by event time, and the alerts about them."""

    date: date
    events: int
    current: int
    candidate: int


class Peak(NamedTuple):
    """The day with the most alerts; of several the first."""

    date: date
    alerts: int


@dataclass(frozen=True, slots=True)
class Volume:
    """The days that have events, in order; at least one."""

    days: Sequence[Day]

    @classmethod
    def of(cls, days: Mapping[int, Alerts]) -> "Volume":
        """Sort what was counted."""
        return cls([Day(day(number), *alerts) for number, alerts in sorted(days.items())])

    @property
    def mean_current(self) -> float:
        """Alerts a day with events."""
        return sum(each.current for each in self.days) / len(self.days)

    @property
    def mean_candidate(self) -> float:
        """Alerts a day with events."""
        return sum(each.candidate for each in self.days) / len(self.days)

    @property
    def peak_current(self) -> Peak:
        """The current model's busiest day."""
        return max((Peak(each.date, each.current) for each in self.days), key=_alerts)

    @property
    def peak_candidate(self) -> Peak:
        """The candidate's busiest day."""
        return max((Peak(each.date, each.candidate) for each in self.days), key=_alerts)


def _alerts(peak: Peak) -> int:
    return peak.alerts
