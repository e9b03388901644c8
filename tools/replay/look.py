"""Looking at the pieces of a source one by one: which are meant, and how fast they may go."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tools.replay.batch import Looked
from tools.replay.selection import Selected, Selection, Unreadable, select
from tools.replay.source import Entry, Rejected


def at_once() -> None:
    """Wait for nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is meant of a source."""

    selection: Selection
    topic: str
    """The source of events that name none."""
    limit: int | None = None
    """How many are meant at the most."""
    as_it_is: bool = False
    """Whether messages that cannot be read may be meant, as dead letters may."""
    without_replays: bool = False
    """Whether events that were sent again are left out: the source has the events themselves."""

    def at(
        self,
        pieces: Iterable[Entry | Rejected],
        *,
        before: int = 0,
        wait: Callable[[], object] = at_once,
        check: Callable[[], object] = at_once,
    ) -> Iterator[Looked]:
        """Give each piece with what it is, up to the limit.

        Args:
            pieces: of the source.
            before: how many that are meant went before these.
            wait: is called before each that is meant.
            check: is called before each piece; raises where somebody asked to stop.
        """
        meant = before
        if meant == self.limit:
            return
        for piece in pieces:
            check()
            found = self._look(piece)
            if isinstance(found, Selected):
                wait()
                meant += 1
            yield piece, found
            if meant == self.limit:
                return

    def _look(self, piece: Entry | Rejected) -> Selected | Unreadable | None:
        if isinstance(piece, Rejected):
            return None
        found = select(piece, self.selection, self.topic, as_it_is=self.as_it_is)
        if self.without_replays and isinstance(found, Selected) and _is_replay(found):
            return None
        return found


def _is_replay(selected: Selected) -> bool:
    return selected.event is not None and selected.event.replay is not None
