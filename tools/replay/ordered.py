"""A source read in the order in which its events happened."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from consumer.decode import decode_message
from consumer.errors import InvalidEvent
from tools.errors import BadInput
from tools.replay.event_order import in_event_order
from tools.replay.source import Entry, Rejected, Source


class InEventOrder:
    """Sorts another source on the disk before it gives the first entry, each time it is read.

    What cannot be read comes first. Its cursors count entries, so it must be a source that is the
    same whenever it is read: files or the history.
    """

    def __init__(self, source: Source, topic: str, directory: Path) -> None:
        """Sort ``source`` in files in ``directory``; ``topic`` names events that name none."""
        self.name = source.name
        self._source = source
        self._topic = topic
        self._directory = directory

    @property
    def total(self) -> int | None:
        """What the other source has."""
        return self._source.total

    def entries(self, after: str | None = None) -> Iterator[Entry | Rejected]:
        """Read in order; as :class:`tools.replay.source.Source` says."""
        done = 0 if after is None else _number(after)
        for number, piece in enumerate(self._sorted(), 1):
            if number > done:
                yield piece._replace(cursor=str(number))

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Do nothing: what can be read again keeps nothing."""

    def _sorted(self) -> Iterator[Entry | Rejected]:
        rejected: list[Rejected] = []
        entries = _entries(self._source.entries(), rejected)
        ordered = in_event_order(entries, self._time_of, self._directory)
        first = next(ordered, None)  # by then everything was read
        yield from rejected
        if first is not None:
            yield first
            yield from ordered

    def _time_of(self, entry: Entry) -> datetime:
        try:
            return decode_message(entry.message, self._topic).time
        except InvalidEvent:
            return entry.message.publish_time


def _entries(pieces: Iterable[Entry | Rejected], rejected: list[Rejected]) -> Iterator[Entry]:
    for piece in pieces:
        if isinstance(piece, Rejected):
            rejected.append(piece)
        else:
            yield piece


def _number(cursor: str) -> int:
    if not cursor.isdecimal():
        raise BadInput("the checkpoint is not one of a source in event order: begin with --restart")
    return int(cursor)
