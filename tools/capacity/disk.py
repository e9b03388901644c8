"""What the score history takes, and how long it can be."""

from dataclasses import dataclass

from tools.capacity.inputs import Database
from tools.capacity.measured import EventCost

SECONDS_A_DAY = 86_400
GIGABYTE = 1e9
LEAST_DAYS = 32
"""Pub/Sub may deliver an event again for 31 days; one whose row is gone is scored anew."""


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """Rows and bytes of the history, at the rate all day long."""

    rows_a_day: float
    gigabytes_a_day: float
    gigabytes_of_history: float
    """Of ``keep_days``, whether the largest disk holds them or not."""
    days_kept: float
    """``keep_days``, or as many as the largest disk holds; 0 without the history."""
    gigabytes: float
    """Of the disk, with the history of ``days_kept``."""


def disk_for(rate: float, cost: EventCost, inputs: Database) -> DiskNeed:
    """Size the disk for ``rate`` events a second."""
    rows = rate * SECONDS_A_DAY if cost.has_history else 0.0
    daily = rows * cost.history_bytes / GIGABYTE
    days = _days_kept(daily, inputs)
    return DiskNeed(
        rows_a_day=rows,
        gigabytes_a_day=daily,
        gigabytes_of_history=daily * inputs.keep_days,
        days_kept=days,
        gigabytes=inputs.data_gigabytes + daily * days,
    )


def _days_kept(gigabytes_a_day: float, inputs: Database) -> float:
    if not gigabytes_a_day:
        return 0.0
    return min(inputs.keep_days, inputs.room_for_history / gigabytes_a_day)
