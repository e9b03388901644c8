"""A limit on the share of dead letters: a bad release must not divert a whole topic.

What is refused at once is counted over the last events. What is given up after its retries is
counted over all that ended since it was published: the unknown customers of a long backlog run out
of attempts together, behind it, and are no sign of a bad release.
"""

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from consumer.errors import DeadLetterShareExceeded

_RESOLUTION: Final = timedelta(seconds=1)
_REMEMBERED: Final = 3_600
"""How many seconds with ends in them are told apart; an hour of a busy worker."""


@dataclass(slots=True)
class DeadLetterShare:
    """Lets at most ``max_share`` of the final events be dead letters.

    The share is counted against at least ``window`` events from the start, so that a single broken
    event as the very first one does not stop the worker.
    """

    max_share: float
    window: int
    _last: "_Last" = field(init=False)
    _ends: "_Ends" = field(init=False)
    _lock: Lock = field(default_factory=Lock)
    """Scoring and settling both count."""

    def __post_init__(self) -> None:
        """Begin with nothing counted."""
        self._last, self._ends = _Last(self.window), _Ends()

    def admit_ends(self, now: datetime, count: int) -> None:
        """Count events that are about to end well."""
        with self._lock:
            self._last.add(count)
            self._ends.add(now, count)

    def admit_refused(self, now: datetime) -> None:
        """Count one event that is about to be a dead letter at its first delivery.

        Raises:
            DeadLetterShareExceeded: it would be one dead letter too many; it was not published.
        """
        with self._lock:
            self._ends.add(now)
            self._require(self._last.add(refused=True), self.window)

    def admit_given_up(self, now: datetime, published: datetime) -> None:
        """Count one event that is about to be a dead letter because its retries ran out.

        Raises:
            DeadLetterShareExceeded: it would be one dead letter too many; it was not published.
        """
        with self._lock:
            self._last.add()
            self._ends.add(now, given_up=True)
            ended, given_up = self._ends.since(published)
            self._require(given_up, max(ended, self.window), " after their retries")

    def _require(self, dead: int, events: int, when: str = "") -> None:
        if dead > self.max_share * events:
            raise DeadLetterShareExceeded(
                f"{dead} of the last {events} events would be dead letters{when}, more than "
                f"dead_letters.max_share ({self.max_share:g}; counted over at least "
                f"dead_letters.window_events, {self.window}) allows: mend the release, the "
                "database or the CRM, or raise the limit"
            )


@dataclass(slots=True)
class _Last:
    """How many of the last ``window`` ends were refused at once."""

    window: int
    _ended: int = 0
    _refused: deque[int] = field(default_factory=deque)
    """The numbers, among all ends, of those that were refused."""

    def add(self, count: int = 1, *, refused: bool = False) -> int:
        self._ended += count
        if refused:
            self._refused.append(self._ended)
        while self._refused and self._refused[0] <= self._ended - self.window:
            self._refused.popleft()
        return len(self._refused)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What had ended before a moment."""

    at: datetime
    ended: int
    given_up: int


@dataclass(slots=True)
class _Ends:
    """How much ended since a moment, to the second."""

    _ended: int = 0
    _given_up: int = 0
    _marks: deque[_Mark] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def add(self, now: datetime, count: int = 1, *, given_up: bool = False) -> None:
        if not self._marks or now - self._marks[-1].at >= _RESOLUTION:
            self._marks.append(_Mark(now, self._ended, self._given_up))
        self._ended += count
        self._given_up += given_up

    def since(self, moment: datetime) -> tuple[int, int]:
        """Give how many ended since then, and how many of them were given up."""
        after = bisect_left(self._marks, moment, key=lambda mark: mark.at)
        mark = self._marks[min(after, len(self._marks) - 1)]
        return self._ended - mark.ended, self._given_up - mark.given_up
