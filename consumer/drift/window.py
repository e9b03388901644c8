"""Counts of the last events, in memory that does not grow with them."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from consumer.drift.layout import Counts

EVENTS: Final = 10_000
"""What the window holds once it is full; up to a chunk and a batch more."""
CHUNKS: Final = 20
"""In how many steps the window forgets; so many counts are kept, whatever the traffic."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    counts: Counts
    events: int


class Window:
    """Adds batches up into chunks, and forgets the oldest chunk when it can do without."""

    def __init__(self, empty: Counts, *, events: int = EVENTS, chunks: int = CHUNKS) -> None:
        """Begin with nothing.

        Args:
            empty: counts of nothing.
            events: how many of the last are always kept.
            chunks: in how many steps they are forgotten.
        """
        self._size = events
        self._chunk_size = events // chunks
        self._empty = empty
        self._open = _Chunk(empty, 0)
        self._closed: deque[_Chunk] = deque()
        self.counts = empty
        self.events = 0

    @property
    def chunks(self) -> int:
        """How many counts are kept apart."""
        return len(self._closed)

    def add(self, counts: Counts, events: int) -> None:
        """Take a batch in."""
        self.counts = self.counts + counts
        self.events += events
        self._open = _Chunk(self._open.counts + counts, self._open.events + events)
        if self._open.events >= self._chunk_size:
            self._closed.append(self._open)
            self._open = _Chunk(self._empty, 0)
            self._forget()

    def _forget(self) -> None:
        while self.events - self._closed[0].events >= self._size:
            oldest = self._closed.popleft()
            self.counts = self.counts - oldest.counts
            self.events -= oldest.events
