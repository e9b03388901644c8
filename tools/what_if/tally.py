"""What two models say of some messages, counted so that counts of parts can be added up.

Everything is a whole number, or belongs to the newest event of a customer; so the sum is the same
in whatever order parts are added, and however the messages were parted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeVar

import numpy as np

from consumer.comparison import Grade
from tools.what_if.newest import Ints, Newest, newest

Reason = Literal[
    "unreadable", "invalid", "unknown customer", "bad row", "current fails", "candidate fails"
]
"""Why a message was not compared."""

STEPS: Final = 1_000
"""Differences are counted to a thousandth."""
EXAMPLES: Final = 5
"""How many of the messages that were not compared are told of."""

AT_LEAST: Final = 0.01
"""What a customer's probability must differ by for its inputs to be kept, to explain them."""

_FEW: Final = 20_000
"""Rows that are left to wait, however small the sum is."""

Key = TypeVar("Key")


class Decided(NamedTuple):
    """What both models decide about one event."""

    country: str
    current: Grade
    candidate: Grade


class Alerts(NamedTuple):
    """The events of one day, and how many of them each model alerts about."""

    events: int
    current: int
    candidate: int


class Problem(NamedTuple):
    """A message that was not compared, and why not; never a value out of it."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted."""

    decisions: Mapping[Decided, int]
    differences: Ints
    """Events by candidate's probability minus the current one's, from -1 on in thousandths; shape
    ``(2001,)``."""
    days: Mapping[int, Alerts]
    """By days since 1970 (UTC)."""
    times: tuple[int, int] | None
    """The first and the last event time, in microseconds since 1970; None without an event."""
    left_out: Mapping[Reason, int]
    problems: Sequence[Problem]
    """The first few."""
    scores: Newest
    """``current`` and ``candidate``, the probabilities; and ``inputs``, a JSON list of what the
    candidate saw, column by column; None where the two hardly differ."""
    truths: Newest
    """``left``: whether the customer has left, as its newest event says that says so."""

    @property
    def compared(self) -> int:
        """How many events both models scored."""
        return sum(self.decisions.values())


def nothing() -> Tally:
    """Give the tally of no message, which changes no sum."""
    none = np.zeros(0, dtype=np.int64)
    values = {"current": none.astype(np.float64), "candidate": none.astype(np.float64)}
    return Tally(
        decisions={},
        differences=np.zeros(2 * STEPS + 1, dtype=np.int64),
        days={},
        times=None,
        left_out={},
        problems=(),
        scores=Newest(none, none, none, {**values, "inputs": none.astype(object)}),
        truths=Newest(none, none, none, {"left": none.astype(np.bool_)}),
    )


def added(tallies: Sequence[Tally]) -> Tally:
    """Add up at least one tally; associative, and in any order."""
    return Tally(
        decisions=_counts(each.decisions for each in tallies),
        differences=np.sum([each.differences for each in tallies], axis=0),
        days=_days(each.days for each in tallies),
        times=_span([each.times for each in tallies if each.times is not None]),
        left_out=_counts(each.left_out for each in tallies),
        problems=tuple(sorted(one for each in tallies for one in each.problems)[:EXAMPLES]),
        scores=newest([each.scores for each in tallies]),
        truths=newest([each.truths for each in tallies]),
    )


class Sum:
    """Adds tallies up as they come, many at a time where what is there already is large."""

    def __init__(self) -> None:
        self._tallies = [nothing()]
        self._waiting = 0

    def add(self, tally: Tally) -> None:
        """Take one more."""
        self._tallies.append(tally)
        self._waiting += 1 + len(tally.scores) + len(tally.truths)
        if self._waiting > max(_FEW, len(self._tallies[0].scores) // 2):
            self._tallies, self._waiting = [added(self._tallies)], 0

    def total(self) -> Tally:
        """Give the sum of all that were added."""
        return added(self._tallies)


def _counts(parts: Iterable[Mapping[Key, int]]) -> Mapping[Key, int]:
    counts: Counter[Key] = Counter()
    for part in parts:
        counts.update(part)
    return dict(counts)


def _days(parts: Iterable[Mapping[int, Alerts]]) -> Mapping[int, Alerts]:
    days: defaultdict[int, list[Alerts]] = defaultdict(list)
    for part in parts:
        for day, alerts in part.items():
            days[day].append(alerts)
    return {day: Alerts(*map(sum, zip(*some, strict=True))) for day, some in days.items()}


def _span(times: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    if not times:
        return None
    return min(first for first, _ in times), max(last for _, last in times)
