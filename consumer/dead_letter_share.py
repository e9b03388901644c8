"""A limit on the share of dead letters: a bad release must not divert a whole topic."""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from consumer.errors import DeadLetterShareExceeded


@dataclass(slots=True)
class DeadLetterShare:
    """Watches the last ``window`` final events; at most ``max_share`` of them may be dead letters.

    The share is counted against the full window from the start, so that a single broken event as
    the very first one does not stop the worker.
    """

    max_share: float
    window: int
    _last: deque[bool] = field(default_factory=deque)
    _dead: int = 0
    _lock: Lock = field(default_factory=Lock)
    """Scoring and settling both count."""

    def admit(self, *, dead: bool) -> None:
        """Count one event that is about to be final.

        Raises:
            DeadLetterShareExceeded: it would be one dead letter too many; it was not published.
        """
        with self._lock:
            self._count(dead=dead)
            if dead and self._dead > self.max_share * self.window:
                raise DeadLetterShareExceeded(self._why())

    def _count(self, *, dead: bool) -> None:
        self._last.append(dead)
        self._dead += dead
        if len(self._last) > self.window:
            self._dead -= self._last.popleft()

    def _why(self) -> str:
        return (
            f"{self._dead} of the last {len(self._last)} events would be dead letters, more than "
            f"dead_letters.max_share ({self.max_share:g}) of dead_letters.window_events "
            f"({self.window}) allows: mend the release or the CRM, or raise the limit"
        )
