"""Moments as whole numbers, which columns of millions hold in eight bytes each."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

DAY: Final = 86_400_000_000
"""Microseconds."""


def microseconds(moment: datetime) -> int:
    """Count from the beginning of 1970, UTC; exact."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """Give back what :func:`microseconds` counted, in UTC."""
    return _EPOCH + timedelta(microseconds=count)


def day(number: int) -> date:
    """Give the (UTC) day that is so many days after the first of 1970."""
    return _EPOCH.date() + timedelta(days=number)
