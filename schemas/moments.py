"""Moments on the wire: RFC 3339, in UTC, with ``Z``."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def in_utc(moment: datetime) -> datetime:
    """Express a moment in UTC.

    Args:
        moment: with a time zone.

    Raises:
        ValueError: it has no time zone, or lies outside the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is None:
        raise ValueError("must have a time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie in the years 1 to 9999 in UTC") from error


def rfc3339(moment: datetime) -> str:
    """Write a moment the one way this project writes it: ``2024-05-01T09:30:00.250000Z``.

    Raises:
        ValueError: as :func:`in_utc`.
    """
    return in_utc(moment).isoformat().replace("+00:00", "Z")


def _moment(value: Any) -> Any:
    """Refuse what pydantic would take for a count of seconds."""
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise ValueError("must be an RFC 3339 time like 2024-05-01T09:30:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(in_utc)]
"""A field that holds a moment: an RFC 3339 string in JSON, kept in UTC."""
