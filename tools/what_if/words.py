"""Numbers as a reader takes them in."""

from typing import Final

from consumer.comparison import Grade
from schemas.alerts import Reason

GRADES: Final[tuple[Grade, ...]] = ("silent", "high", "critical")

WHY_LEFT_OUT: Final = {
    "unreadable": "not to be read in the source",
    "invalid": "no valid customer update",
    "unknown customer": "about a customer that the database does not know",
    "bad row": "about a customer whose row in the database is no good",
    "current fails": "on which the current model fails",
    "candidate fails": "on which the candidate fails",
}


def count(number: int) -> str:
    """Write a whole number with separators."""
    return f"{number:,}"


def share(part: float, whole: float) -> str:
    """Write a part of a whole in per cent; a small one so that it is not 0."""
    if not whole:
        return "-"
    percent = 100 * part / whole
    return f"{percent:.1f} %" if percent >= 0.1 or not part else "< 0.1 %"  # noqa: PLR2004


def change(before: float, after: float) -> str:
    """Write by how much something rises or falls, in per cent of what it was."""
    return "-" if not before else f"{100 * (after - before) / before:+.1f} %"


def reason(each: Reason) -> str:
    """Write a reason: the feature, what the customer has there, and how far it moved the score."""
    value = "missing" if each.value is None else _value(each.value)
    return f"{each.feature} {value} ({each.contribution:+.2f})"


def _value(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"
